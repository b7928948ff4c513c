"""What the recordings of one whole training step share: the loss, every gradient and the running statistics, in double precision.
Gradients are recorded as sketches (rule.py), a few numbers a parameter."""
import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from oracle import pack
from rule import fill, seed_of, sketch

torch.set_num_threads(1)
CLASSES = 2
VERSION = torchvision.__version__.split("+")[0]


def step(name, pictures, dtype):
    network = fill(getattr(torchvision.models, name)(num_classes=CLASSES)).to(dtype).train()
    x = torch.from_numpy(pictures).to(dtype)
    loss = F.cross_entropy(network(x), torch.arange(len(pictures)) % CLASSES)
    loss.backward()
    gradients = {key: value.grad.numpy() for key, value in network.named_parameters()}
    running = {key: value.numpy() for key, value in network.named_buffers() if value.dtype.is_floating_point}
    return loss.item(), gradients, running


def length(arrays):
    return float(np.sqrt(sum(np.square(array, dtype=np.float64).sum() for array in arrays)))


def case(name, pictures):
    loss, gradients, running = step(name, pictures, torch.float64)
    single_loss, single, _ = step(name, pictures, torch.float32)
    sketched = lambda arrays: {key: pack(sketch(value, seed_of(key))) for key, value in arrays.items()}
    off = length(single[key] - value for key, value in gradients.items()) / length(gradients.values())
    print(f"{name}: PyTorch's single precision is off by {abs(single_loss - loss):.1g} in the loss and by {off:.2g} of the gradients' length")
    return {"name": name, "loss": loss, "length": length(gradients.values()), "gradients": sketched(gradients), "running": sketched(running)}


def cases(pictures):
    return [case(name, pictures) for name in ["densenet169", "resnet18"]]
