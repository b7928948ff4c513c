"""Twenty losses of PyTorch fine-tuning EfficientNet-Lite0 from its real ImageNet weights, read in place. Run as oracle.py says.

The weights are ../shared/models/efficientnet_lite0-imagenet1k.safetensors (COVID_CT_SHARED names another folder than ../shared);
batches and the new classifier are made by the rule, dropout is off, Adam at the published scripts' rate. The same in double
precision shows how far rounding alone carries: Adam divides by the gradient's own size, so that what is near 0 steps by its
rounding. At 5e-4 PyTorch's own single and double precision part by a third within 20 steps, and at this rate its single precision with one
thread and with two by 0.0015: it is recorded with one.
"""
import os
import pathlib

import timm
import torch
import torch.nn.functional as F
from oracle import record
from rule import tensor, weight
from safetensors.torch import load_file
from torch.optim import Adam

SIZE, BATCH, STEPS, RATE = 96, 16, 20, 1e-4
shared = pathlib.Path(os.environ.get("COVID_CT_SHARED", pathlib.Path(__file__).resolve().parents[4] / "shared"))

torch.set_num_threads(1)


def losses(dtype):
    model = timm.create_model("tf_efficientnet_lite0", num_classes=2, drop_rate=0.0, drop_path_rate=0.0)
    state = load_file(shared / "models/efficientnet_lite0-imagenet1k.safetensors")
    for name in ("classifier.weight", "classifier.bias"):
        state[name] = torch.from_numpy(weight(name, [2, 1280] if name.endswith("weight") else [2]))
    model.load_state_dict(state)
    model.to(dtype).train()
    optimiser = Adam(model.parameters(), RATE)
    lost = []
    for step in range(STEPS):
        pictures = torch.from_numpy(tensor([BATCH, 3, SIZE, SIZE], 100 + step))
        # Something to learn: pictures of class 0 are brighter, as far as the noise lets it be seen.
        targets = torch.arange(BATCH) % 2
        pictures = pictures + 0.1 * (1 - targets.float()).reshape(BATCH, 1, 1, 1)
        optimiser.zero_grad()
        loss = F.cross_entropy(model(pictures.to(dtype)), targets)
        loss.backward()
        optimiser.step()
        lost.append(loss.item())
    return lost


record(__file__, {"size": SIZE, "batch": BATCH, "rate": RATE, "losses": losses(torch.float32), "exact": losses(torch.float64)})
