"""Momentum contrast in PyTorch, as He et al. (2020, algorithm 1) have it: losses, weights and queue of a small network. Run as oracle.py says."""
import copy

import torch
import torch.nn.functional as F
from oracle import pack, record
from rule import tensor, weight
from torch import nn

SIZE, BATCH, QUEUE, DIMENSION, STEPS = 12, 4, 8, 6, 10
MOMENTUM, TEMPERATURE, RATE = 0.9, 0.2, 0.05


class Network(nn.Module):
    """A convolution, batch norm, ReLU, mean over the picture; a head of two layers, as MoCo v2 has it."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.projection = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, DIMENSION))

    def forward(self, x):
        return F.normalize(self.projection(F.relu(self.norm(self.conv(x))).mean((2, 3))))


query = Network()
with torch.no_grad():
    for name, values in query.state_dict().items():
        if values.dtype.is_floating_point:
            values.copy_(torch.from_numpy(weight(name, list(values.shape))))
key = copy.deepcopy(query).requires_grad_(False)
queue = F.normalize(torch.from_numpy(tensor([DIMENSION, QUEUE], 500)), dim=0)
optimiser = torch.optim.SGD(query.parameters(), RATE, momentum=0.9, weight_decay=1e-4)
query.train()
key.train()
losses, accuracies, place = [], [], 0
for step in range(STEPS):
    first, second = (torch.from_numpy(tensor([BATCH, 3, SIZE, SIZE], 100 + 2 * step + view)) for view in (0, 1))
    with torch.no_grad():
        for k, q in zip(key.parameters(), query.parameters()):
            k.mul_(MOMENTUM).add_(q, alpha=1 - MOMENTUM)
        keys = key(second)
    queries = query(first)
    logits = torch.cat([(queries * keys).sum(1, keepdim=True), queries @ queue], 1) / TEMPERATURE
    loss = F.cross_entropy(logits, torch.zeros(BATCH, dtype=torch.long))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    losses.append(loss.item())
    accuracies.append((logits.argmax(1) == 0).float().mean().item())
    queue[:, place : place + BATCH] = keys.T
    place = (place + BATCH) % QUEUE

state = {name: pack(values) for name, values in query.state_dict().items() if values.dtype.is_floating_point}
record(
    __file__,
    {
        "size": SIZE, "batch": BATCH, "queue": QUEUE, "dimension": DIMENSION, "momentum": MOMENTUM, "temperature": TEMPERATURE, "rate": RATE,
        "losses": losses, "accuracies": accuracies, "state": state, "keys": pack(queue),
    },
)
