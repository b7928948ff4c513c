"""Records what torchvision makes of a rule-made picture when the parameters of its augmentations are given:
writes augmentation.json beside this script.

    python3 tests/oracles/torchvision/augmentation.py        (torchvision, Pillow 12 or 13)

The picture is `level(x, y, c)`, which the test draws again; outputs are the samples in base64.
"""
import base64
import json
import pathlib

import numpy as np
import PIL
import torchvision
from PIL import Image
from torchvision.transforms import functional as F

WIDTH, HEIGHT = 41, 30


def level(x, y, c):
    return (3 * x * x + 5 * y * y + 2 * x * y + 40 * c * x + 60 * c) // 7 % 256


def picture(channels):
    data = np.array([[[level(x, y, c) for c in range(channels)] for x in range(WIDTH)] for y in range(HEIGHT)], np.uint8)
    return Image.fromarray(data[:, :, 0] if channels == 1 else data)


CASES = [
    {"channels": 1, "box": [0, 0, 41, 30], "size": 24, "flip": False, "jitter": []},
    {"channels": 1, "box": [5, 3, 30, 22], "size": 24, "flip": True, "jitter": [["brightness", 1.17], ["contrast", 0.83]]},
    {"channels": 3, "box": [11, 0, 20, 25], "size": 24, "flip": False, "jitter": [["contrast", 1.2], ["brightness", 0.8]]},
    {"channels": 3, "box": [2, 7, 33, 23], "size": 40, "flip": True, "jitter": [["brightness", 1.4], ["contrast", 1.4]]},
]

entries = []
for case in CASES:
    x, y, w, h = case["box"]
    result = F.resized_crop(picture(case["channels"]), y, x, h, w, [case["size"], case["size"]], F.InterpolationMode.BILINEAR)
    if case["flip"]:
        result = F.hflip(result)
    for kind, factor in case["jitter"]:
        result = F.adjust_brightness(result, factor) if kind == "brightness" else F.adjust_contrast(result, factor)
    entries.append({**case, "samples": base64.b64encode(np.array(result).tobytes()).decode()})

path = pathlib.Path(__file__).with_name("augmentation.json")
path.write_text(json.dumps({"torchvision": torchvision.__version__, "pillow": PIL.__version__, "width": WIDTH, "height": HEIGHT, "cases": entries}, indent=1) + "\n")
