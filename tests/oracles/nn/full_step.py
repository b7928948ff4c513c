"""One whole training step of DenseNet-169 and of ResNet-18 at 224 pixels: the loss, every gradient and the running statistics, in double precision. Run as oracle.py says.
Gradients are recorded as sketches (rule.py), a few numbers a parameter. Pictures are of squares, since white noise is none: there the gradients
of PyTorch's own single precision are off by 0.009 of their length."""
import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from oracle import pack, record
from rule import fill, seed_of, sketch, tensor

torch.set_num_threads(1)
BATCH = [8, 3, 224, 224]
SQUARE = 8
CLASSES = 2


def pictures():
    n, c, h, w = BATCH
    return tensor([n, c, h // SQUARE, w // SQUARE], 1).repeat(SQUARE, axis=2).repeat(SQUARE, axis=3)


def step(name, dtype):
    network = fill(getattr(torchvision.models, name)(num_classes=CLASSES)).to(dtype).train()
    x = torch.from_numpy(pictures()).to(dtype)
    loss = F.cross_entropy(network(x), torch.arange(BATCH[0]) % CLASSES)
    loss.backward()
    gradients = {key: value.grad.numpy() for key, value in network.named_parameters()}
    running = {key: value.numpy() for key, value in network.named_buffers() if value.dtype.is_floating_point}
    return loss.item(), gradients, running


def length(arrays):
    return float(np.sqrt(sum(np.square(array, dtype=np.float64).sum() for array in arrays)))


def case(name):
    loss, gradients, running = step(name, torch.float64)
    single_loss, single, _ = step(name, torch.float32)
    sketched = lambda arrays: {key: pack(sketch(value, seed_of(key))) for key, value in arrays.items()}
    return {
        "name": name,
        "loss": loss,
        "length": length(gradients.values()),
        "gradients": sketched(gradients),
        "running": sketched(running),
    }, {
        "loss": abs(single_loss - loss),
        "gradients": length(single[key] - value for key, value in gradients.items()) / length(gradients.values()),
    }


recorded = []
for architecture in ["densenet169", "resnet18"]:
    found, gap = case(architecture)
    print(f"{architecture}: PyTorch's single precision is off by {gap['loss']:.1g} in the loss and by {gap['gradients']:.1g} of the gradients' length")
    recorded.append(found)
record(__file__, {"torchvision": torchvision.__version__.split("+")[0], "batch": BATCH, "square": SQUARE, "classes": CLASSES, "steps": recorded})
