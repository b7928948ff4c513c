"""Grad-CAM (Selvaraju et al. 2017, eq. 1 and 2) and input gradients of torchvision's and timm's networks, in double precision. Run as oracle.py says."""
import timm
import torch
import torch.nn.functional as F
import torchvision.models as zoo
from oracle import pack, record
from rule import fill, tensor

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

CLASSES, POSITIVE, BATCH = 3, 1, 2
# An input gradient has as many numbers as the input: every so manieth is kept.
STRIDE = 23


def resnet(network, x):
    x = network.maxpool(F.relu(network.bn1(network.conv1(x))))
    features = network.layer4(network.layer3(network.layer2(network.layer1(x))))
    return features, network.fc(features.mean((2, 3)))


def densenet(network, x):
    features = F.relu(network.features(x))
    return features, network.classifier(features.mean((2, 3)))


def efficientnet(network, x):
    features = network.forward_features(x)
    return features, network.classifier(features.mean((2, 3)))


def input_gradient(network, x):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(network(x)[:, POSITIVE].sum(), x)[0].double()


def explain(name, network, forward, size):
    network = fill(network.float()).eval()
    x = torch.from_numpy(tensor([BATCH, 3, *size], 4)).double().requires_grad_()
    # Where a ReLU's input is within a rounding of its kink, the gradient jumps, and precisions disagree: no case to compare by.
    single = input_gradient(network, x.float())
    network = fill(network.double()).eval()
    features, logits = forward(network, x)
    with torch.no_grad():
        assert torch.allclose(logits, network(x)), f"{name}: not its own forward"
    maps = []
    for index in range(CLASSES):
        (gradient,) = torch.autograd.grad(logits[:, index].sum(), features, retain_graph=True)
        alpha = gradient.mean((2, 3), keepdim=True)
        maps.append(F.relu((alpha * features).sum(1, keepdim=True)))
    (slope,) = torch.autograd.grad(logits[:, POSITIVE].sum(), x)
    assert (single - slope).abs().max() < 1e-4 * slope.abs().max(), f"{name} at {size}: on a kink, choose another size"
    cam = torch.cat(maps, 1)
    return {"architecture": name, "size": list(size), "logits": pack(logits), "shape": list(cam.shape), "gradCam": pack(cam), "inputGradient": pack(slope.flatten()[::STRIDE])}


CASES = [
    ("resnet18", zoo.resnet18(num_classes=CLASSES), resnet, (64, 64)),
    ("resnet18", zoo.resnet18(num_classes=CLASSES), resnet, (96, 160)),
    ("densenet121", zoo.densenet121(num_classes=CLASSES), densenet, (64, 64)),
    ("efficientnet_lite0", timm.create_model("tf_efficientnet_lite0", num_classes=CLASSES), efficientnet, (64, 64)),
    ("efficientnet_b0", timm.create_model("efficientnet_b0", num_classes=CLASSES), efficientnet, (64, 64)),
]

record(__file__, {"classes": CLASSES, "positive": POSITIVE, "batch": BATCH, "stride": STRIDE, "cases": [explain(*case) for case in CASES]})
