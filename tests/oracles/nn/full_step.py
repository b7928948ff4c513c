"""One whole training step of DenseNet-169 and of ResNet-18 at 224 pixels (whole_step.py) on pictures of squares, which both sides compute. Run as oracle.py says.
On white noise, which is no picture, the gradients of PyTorch's own single precision are off by 0.009 of their length."""
from oracle import record
from rule import tensor
from whole_step import CLASSES, VERSION, cases

BATCH = [8, 3, 224, 224]
SQUARE = 8


def pictures():
    n, c, h, w = BATCH
    return tensor([n, c, h // SQUARE, w // SQUARE], 1).repeat(SQUARE, axis=2).repeat(SQUARE, axis=3)


record(__file__, {"torchvision": VERSION, "batch": BATCH, "square": SQUARE, "classes": CLASSES, "steps": cases(pictures())})
