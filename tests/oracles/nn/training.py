"""Optimisers, learning rates, clipping, accumulation and averages as PyTorch and timm have them, in double precision. Run as oracle.py says."""
import copy

import torch
import torch.nn.functional as F
from oracle import pack, record
from rule import fill, tensor
from timm.utils import ModelEmaV2
from torch import nn, optim
from torch.optim import lr_scheduler

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def rule(shape, seed, low=-1.0, high=1.0):
    return torch.from_numpy(tensor(shape, seed, low, high)).double()


# Optimisers: two parameters, three steps, another rate each.
SHAPES = [[5, 3], [7]]
RATES = [0.1, 0.05, 0.02]


def optimiser(options, parameters, rate):
    decay = {} if "weightDecay" not in options else {"weight_decay": options["weightDecay"]}
    if options["kind"] == "sgd":
        return optim.SGD(parameters, rate, momentum=options.get("momentum", 0), nesterov=options.get("nesterov", False), **decay)
    make = optim.Adam if options["kind"] == "adam" else optim.AdamW
    return make(parameters, rate, betas=tuple(options.get("betas", (0.9, 0.999))), eps=options.get("epsilon", 1e-8), **decay)


def three_steps(options):
    parameters = [nn.Parameter(rule(shape, index + 1)) for index, shape in enumerate(SHAPES)]
    optimise = optimiser(options, parameters, RATES[0])
    after = []
    for step, rate in enumerate(RATES):
        for group in optimise.param_groups:
            group["lr"] = rate
        for index, parameter in enumerate(parameters):
            parameter.grad = rule(SHAPES[index], 10 * (step + 1) + index)
        optimise.step()
        after.append([pack(parameter) for parameter in parameters])
    return {"options": options, "after": after}


OPTIMISERS = [
    {"kind": "sgd"},
    {"kind": "sgd", "weightDecay": 0.1},
    {"kind": "sgd", "momentum": 0.9},
    {"kind": "sgd", "momentum": 0.9, "weightDecay": 0.05},
    {"kind": "sgd", "momentum": 0.8, "nesterov": True},
    {"kind": "sgd", "momentum": 0.8, "nesterov": True, "weightDecay": 0.1},
    {"kind": "adam"},
    {"kind": "adam", "weightDecay": 0.1},
    {"kind": "adam", "betas": [0.5, 0.9], "epsilon": 0.01},
    {"kind": "adamw"},
    {"kind": "adamw", "weightDecay": 0.3, "betas": [0.8, 0.99]},
]


# Learning rates of 20 steps.
def rates(rate, make, count=20):
    optimise = optim.SGD([nn.Parameter(torch.zeros(1))], rate)
    schedule = make(optimise)
    found = []
    for _ in range(count):
        found.append(optimise.param_groups[0]["lr"])
        optimise.step()
        schedule.step()
    return found


def warmed(optimise, warm_up, make):
    # Grows from rate/n to rate over n steps, of which the last has the whole rate.
    grow = lr_scheduler.LinearLR(optimise, start_factor=1 / warm_up, total_iters=warm_up - 1)
    return lr_scheduler.SequentialLR(optimise, [grow, make(optimise)], milestones=[warm_up])


SCHEDULES = [
    {"rate": {"rate": 0.3}, "rates": rates(0.3, lambda o: lr_scheduler.ConstantLR(o, factor=1.0))},
    {"rate": {"rate": 0.1, "schedule": {"kind": "step", "every": 6, "factor": 0.5}}, "rates": rates(0.1, lambda o: lr_scheduler.StepLR(o, 6, gamma=0.5))},
    {"rate": {"rate": 0.1, "schedule": {"kind": "milestones", "steps": [5, 6, 12], "factor": 0.1}}, "rates": rates(0.1, lambda o: lr_scheduler.MultiStepLR(o, [5, 6, 12], gamma=0.1))},
    {"rate": {"rate": 0.01, "schedule": {"kind": "cosine", "steps": 19}}, "rates": rates(0.01, lambda o: lr_scheduler.CosineAnnealingLR(o, 19))},
    {"rate": {"rate": 0.01, "schedule": {"kind": "cosine", "steps": 19, "floor": 0.2}}, "rates": rates(0.01, lambda o: lr_scheduler.CosineAnnealingLR(o, 19, eta_min=0.002))},
    {"rate": {"rate": 0.02, "schedule": {"kind": "cosine", "steps": 15}, "warmUp": 5}, "rates": rates(0.02, lambda o: warmed(o, 5, lambda p: lr_scheduler.CosineAnnealingLR(p, 15)))},
    {"rate": {"rate": 0.02, "schedule": {"kind": "step", "every": 4, "factor": 0.1}, "warmUp": 3}, "rates": rates(0.02, lambda o: warmed(o, 3, lambda p: lr_scheduler.StepLR(p, 4, gamma=0.1)))},
]


# A small network of every usual layer, trained for three steps.
class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 6, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(6)
        self.conv2 = nn.Conv2d(6, 8, 3, stride=2, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(8)
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.relu(self.bn2(self.conv2(x)))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


BATCH = [4, 2, 12, 10]


def train(options):
    network = fill(Small()).double()
    average = ModelEmaV2(network, decay=options["averageDecay"]) if "averageDecay" in options else None
    optimise = optimiser(options["optimiser"], network.parameters(), options["rate"])
    micro = options.get("microBatches", 1)
    losses, norms = [], []
    for step in range(3):
        optimise.zero_grad()
        loss_sum = 0.0
        for index in range(micro):
            x = rule(BATCH, 100 + 10 * step + index)
            y = (torch.arange(BATCH[0]) + step + index) % 3
            loss = F.cross_entropy(network(x), y) / micro
            loss.backward()
            loss_sum += loss.item()
        losses.append(loss_sum)
        norms.append(float(nn.utils.clip_grad_norm_(network.parameters(), options.get("clipNorm", float("inf")))))
        optimise.step()
        if average is not None:
            average.update(network)
    state = lambda module: {name: pack(value) for name, value in module.state_dict().items() if value.dtype.is_floating_point}
    return {
        "options": options,
        "losses": losses,
        "norms": norms,
        "state": state(network),
        "counter": int(network.bn1.num_batches_tracked),
        "average": None if average is None else state(average.module),
    }


RUNS = [
    {"name": "SGD with momentum", "rate": 0.05, "optimiser": {"kind": "sgd", "momentum": 0.9, "weightDecay": 1e-3}},
    {"name": "Adam", "rate": 0.01, "optimiser": {"kind": "adam"}},
    {"name": "clipped to a short length", "rate": 0.1, "optimiser": {"kind": "sgd"}, "clipNorm": 0.25},
    {"name": "clipped to a length beyond", "rate": 0.1, "optimiser": {"kind": "sgd"}, "clipNorm": 50},
    {"name": "two micro-batches", "rate": 0.05, "optimiser": {"kind": "sgd", "momentum": 0.9, "nesterov": True}, "microBatches": 2},
    {"name": "three micro-batches, clipped, AdamW, averaged", "rate": 0.01, "optimiser": {"kind": "adamw", "weightDecay": 0.1}, "microBatches": 3, "clipNorm": 0.2, "averageDecay": 0.7},
]

record(__file__, {
    "optimisers": [three_steps(copy.deepcopy(options)) for options in OPTIMISERS],
    "schedules": SCHEDULES,
    "runs": [train(options) for options in RUNS],
})
