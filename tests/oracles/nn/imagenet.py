"""Logits of the real ImageNet weights in ../shared/models, as timm's network gives them for an input by the rule. Run as oracle.py says.
   Where the weights are not there, nothing is recorded or checked, and it says so."""
import hashlib
import os
import pathlib
import sys

import timm
import torch
from oracle import pack, record
from rule import tensor
from safetensors.torch import load_file

torch.set_num_threads(2)
NAME = "efficientnet_lite0-imagenet1k.safetensors"
shared = pathlib.Path(os.environ.get("COVID_CT_SHARED") or pathlib.Path(__file__).resolve().parents[4] / "shared")
weights = shared / "models" / NAME

if not weights.exists():
    print(f"{NAME} is not in ../shared/models: nothing was recorded or checked")
    sys.exit(0)
model = timm.create_model("tf_efficientnet_lite0")
model.load_state_dict(load_file(weights))
model.eval().double()
SHAPE = [2, 3, 224, 224]
with torch.no_grad():
    logits = model(torch.from_numpy(tensor(SHAPE, 1)).double())
record(__file__, {"timm": timm.__version__, "file": NAME, "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(), "shape": SHAPE, "logits": pack(logits)})
