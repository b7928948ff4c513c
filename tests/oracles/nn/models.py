"""Every architecture as torchvision, timm or the COVID-CT baselines build it: names, shapes, where each number starts, and what comes out
   for weights and an input by the rule. Run as oracle.py says."""
import collections
import hashlib

import timm
import torch
import torchvision
from oracle import pack, record
from rule import fill, tensor
from torch import nn

torch.set_num_threads(2)
CLASSES = 10


def simple_cnn(num_classes):
    """What `baseline methods/DenseNet169/DenseNet_predict.py` of github.com/UCSD-AI4H/COVID-CT (commit 1fc10ba) describes."""
    named = lambda *layers: nn.Sequential(collections.OrderedDict(layers))
    return named(
        ("layer1", named(("conv1", nn.Conv2d(3, 32, 3, padding=1)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)))),
        ("flatten", nn.Flatten()),
        ("layer4", named(("fc1", nn.Linear(32 * 112 * 112, num_classes)))),
    )


# Name here: how it is made, the module that gives the last feature map, square sizes of the input, and
# what keeps the rule's weights from growing from block to block: the batch norms that end a residual branch, made smaller.
ARCHITECTURES = {
    "densenet121": (torchvision.models.densenet121, "features", [64], {}),
    "densenet169": (torchvision.models.densenet169, "features", [64], {}),
    "resnet18": (torchvision.models.resnet18, "layer4", [64], {"bn2.weight": 0.25}),
    "resnet50": (torchvision.models.resnet50, "layer4", [64], {"bn3.weight": 0.25}),
    "vgg16": (torchvision.models.vgg16, "features", [64], {}),
    "vgg16_bn": (torchvision.models.vgg16_bn, "features", [64], {}),
    "efficientnet_b0": (lambda **o: timm.create_model("efficientnet_b0", **o), "bn2", [64], {}),
    "efficientnet_b1": (lambda **o: timm.create_model("efficientnet_b1", **o), "bn2", [64], {}),
    "efficientnet_lite0": (lambda **o: timm.create_model("tf_efficientnet_lite0", **o), "bn2", [64, 97, 224], {}),
    "mobilenet_v2": (torchvision.models.mobilenet_v2, "features", [64], {}),
    "simple_cnn": (simple_cnn, "layer1", [224], {}),
}

# Which distribution last filled each tensor, by the tensor's identity.
started = {}


def watched(method, describe):
    original = getattr(torch.Tensor, method)

    def watch(self, *args, **kwargs):
        started[id(self)] = describe(*args, **kwargs)
        return original(self, *args, **kwargs)

    return original, watch


WATCHED = {
    "normal_": lambda mean=0.0, std=1.0, **_: ("normal", mean, std),
    "uniform_": lambda low=0.0, high=1.0, **_: ("uniform", low, high),
    "fill_": lambda value: ("constant", float(value)),
    "zero_": lambda: ("constant", 0.0),
}


def fresh(make):
    """A model, and how each of its numbers starts."""
    started.clear()
    originals = {}
    for method, describe in WATCHED.items():
        originals[method], watch = watched(method, describe)
        setattr(torch.Tensor, method, watch)
    try:
        model = make(num_classes=CLASSES)
    finally:
        for method, original in originals.items():
            setattr(torch.Tensor, method, original)
    return model, {name: started.get(id(value)) for name, value in [*model.named_parameters(), *model.named_buffers()]}


def number(value):
    return f"{value:.5e}"


def describe(name, value, start):
    if name.endswith("num_batches_tracked"):
        return "counter"
    return " ".join([start[0], *(number(each) for each in start[1:])])


def outputs(model, size, feature_module, name):
    features = []
    module = dict(model.named_modules())[feature_module]
    handle = module.register_forward_hook(lambda _, __, out: features.append(out))
    x = torch.from_numpy(tensor([2, 3, size, size], 1)).double()
    with torch.no_grad():
        logits = model(x)
    handle.remove()
    # torchvision's DenseNet applies its last ReLU outside of `features`.
    last = features[0].relu() if name.startswith("densenet") else features[0]
    # Of the feature map, the first 16 channels' means of the first picture say that it is the right one.
    return {"size": size, "logits": pack(logits), "featureShape": list(last.shape), "featureMeans": pack(last[0, :16].mean((1, 2)))}


def case(name):
    make, feature_module, sizes, damped = ARCHITECTURES[name]
    model, starts = fresh(make)
    lines = [f"{key} [{', '.join(map(str, value.shape))}] {describe(key, value, starts[key])}" for key, value in model.state_dict().items()]
    distributions = collections.Counter(describe(key, value, starts[key]) for key, value in model.state_dict().items())
    fill(model)
    state = model.state_dict()
    for suffix, factor in damped.items():
        for key, value in state.items():
            if key.endswith(suffix):
                value.mul_(factor)
    model.eval().double()
    return {
        "name": name,
        "parameters": sum(each.numel() for each in model.parameters()),
        "damped": damped,
        "states": len(lines),
        "statesHash": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        "distributions": dict(sorted(distributions.items())),
        "outputs": [outputs(model, size, feature_module, name) for size in sizes],
    }


record(__file__, {"torchvision": torchvision.__version__.split("+")[0], "timm": timm.__version__, "classes": CLASSES, "architectures": [case(name) for name in ARCHITECTURES]})
