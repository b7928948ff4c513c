"""Writes small checkpoints with PyTorch and safetensors, and what is in them, for src/nn/checkpoint's tests.

Run by hand, where torch, numpy and safetensors are installed:  python make.py
"""

import base64
import io
import json
import pathlib

import torch
from safetensors.torch import save as save_safetensors

here = pathlib.Path(__file__).parent


def values(count: int) -> torch.Tensor:
    """Numbers that both sides can compute: 0, 1/8, 2/8, … minus 2."""
    return torch.arange(count, dtype=torch.float64) / 8 - 2


wide = values(24).float().reshape(4, 6)
state = {
    "conv.weight": values(2 * 3 * 3 * 3).float().reshape(2, 3, 3, 3),
    "conv.bias": values(2).double(),
    "bn.num_batches_tracked": torch.tensor(7, dtype=torch.int64),
    "half": values(5).half(),
    "bfloat": values(5).bfloat16(),
    "bytes": torch.tensor([0, 1, 255], dtype=torch.uint8),
    "flags": torch.tensor([True, False]),
    "short": torch.tensor([-300, 300], dtype=torch.int16),
    "int": torch.tensor([-70000, 70000], dtype=torch.int32),
    "char": torch.tensor([-1, 1], dtype=torch.int8),
    "transposed": wide.t(),
    "slice": wide[1:3, 2:4],
    "tied": wide,
    "empty": torch.zeros(0, 3),
    "scalar": torch.tensor(1.5),
    "parameter": torch.nn.Parameter(values(3).float()),
}


def saved(value, legacy: bool) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer, _use_new_zipfile_serialization=not legacy)
    return buffer.getvalue()


wrapped = {"epoch": 3, "best": 0.75, "note": "é", "state_dict": {f"module.{name}": tensor for name, tensor in state.items()}}
module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
with torch.no_grad():
    for parameter in module.parameters():
        parameter.copy_(values(parameter.numel()).reshape(parameter.shape))

files = {
    "zip": saved(state, False),
    "legacy": saved(state, True),
    "zip-wrapped": saved(wrapped, False),
    "legacy-wrapped": saved(wrapped, True),
    "zip-module": saved(module.state_dict(), False),
    "legacy-module": saved(module.state_dict(), True),
    "zip-whole-module": saved(module, False),
    "safetensors": save_safetensors({name: tensor.detach().contiguous().clone() for name, tensor in state.items()}, {"made": "by safetensors"}),
}


def described(tensors) -> dict:
    return {
        name: {"type": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape), "values": tensor.detach().double().flatten().tolist()}
        for name, tensor in tensors.items()
    }


document = {
    "made_with": {"torch": torch.__version__},
    "expected": {"state": described(state), "module": described(module.state_dict())},
    "files": {name: base64.b64encode(content).decode() for name, content in files.items()},
}
(here / "checkpoints.json").write_text(json.dumps(document, indent=1) + "\n")
