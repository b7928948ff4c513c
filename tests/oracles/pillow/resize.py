"""Records what Pillow's Image.resize makes of synthetic noise: writes resize.json beside this script,
or resize-pillow-12.json where the Pillow at hand is older than 13, which picks the order of its passes by another rule.

    python3 tests/oracles/pillow/resize.py        (once with Pillow 13, once with Pillow 12; NumPy)

The noise is the high byte of a linear congruential generator (x <- 1664525 x + 1013904223 mod 2^32), row by row, seeded
with the case's number, so that both sides make it; only the SHA-256 of each output is kept.
"""
import hashlib
import json
import pathlib

import numpy as np
import PIL
from PIL import Image

FILTERS = {"box": Image.BOX, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}
MODES = {1: "L", 3: "RGB", 4: "RGBA"}
SIZES = [  # from, to
    ((64, 48), (32, 24)), ((64, 48), (64, 24)), ((64, 48), (31, 48)), ((37, 53), (9, 8)), ((37, 53), (224, 224)),
    ((13, 11), (26, 33)), ((5, 7), (1, 1)), ((1, 1), (6, 4)), ((3, 200), (7, 11)), ((300, 17), (8, 90)),
    ((30, 90), (20, 69)), ((30, 90), (20, 70)), ((60, 41), (70, 39)),
    ((512, 389), (256, 195)), ((401, 301), (32, 32)), ((100, 100), (100, 100)),
]  # fmt: skip


def noise(seed, count):
    values, x = bytearray(count), seed
    for i in range(count):
        x = (x * 1664525 + 1013904223) & 0xFFFFFFFF
        values[i] = x >> 24
    return bytes(values)


cases = []
for number, ((width, height), (to_width, to_height)) in enumerate(SIZES):
    for channels, mode in MODES.items():
        image = Image.frombytes(mode, (width, height), noise(number, width * height * channels))
        for name, resample in FILTERS.items():
            output = np.array(image.resize((to_width, to_height), resample))
            cases.append({
                "seed": number, "from": [width, height], "to": [to_width, to_height], "channels": channels, "filter": name,
                "sha256": hashlib.sha256(np.ascontiguousarray(output).tobytes()).hexdigest(),
            })  # fmt: skip
old = int(PIL.__version__.split(".")[0]) < 13
target = "resize-pillow-12.json" if old else "resize.json"
lines = ",\n  ".join(json.dumps(case) for case in cases)
pathlib.Path(__file__).with_name(target).write_text(f'{{"pillow": "{PIL.__version__}", "cases": [\n  {lines}\n]}}\n')
