"""PyTorch's half of bench/nn.ts: one kind of step, on request.

    nn_torch.py NETWORK train|infer BATCH THREADS default|channels_last

A line "step" on standard input runs one and answers with its milliseconds, those of the clock and those of the
processor; "memory" answers with the process's peak in kB; the end of input ends it. The settings are those that users have: single precision, torch's own choices of kernels.
"""

import sys

import torch
from answer import answer

network, kind, batch, threads, layout = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
torch.set_num_threads(threads)
torch.manual_seed(1)
if network.startswith("efficientnet"):
    import timm

    model = timm.create_model(f"tf_{network}", num_classes=2)
else:
    import torchvision

    model = getattr(torchvision.models, network)(num_classes=2)
images = torch.rand(batch, 3, 224, 224) * 2 - 1
labels = torch.arange(batch) % 2
if layout == "channels_last":
    model = model.to(memory_format=torch.channels_last)
    images = images.to(memory_format=torch.channels_last)
model.train(kind == "train")
criterion = torch.nn.CrossEntropyLoss()
optimiser = torch.optim.Adam(model.parameters(), 1e-4) if kind == "train" else None


def step():
    if optimiser is None:
        with torch.inference_mode():
            return model(images).sum().item()
    optimiser.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimiser.step()
    return loss.item()


answer(torch.__version__, step)
