"""Records what torchvision's transforms make of drawn pictures in Pillow's modes: writes preprocess.json beside this script.

    python3 tests/oracles/pillow/preprocess.py            (Pillow 13, torch, torchvision, NumPy)
    python3 tests/oracles/pillow/preprocess.py --check    compares with what is recorded, and writes nothing

Each picture is a small PNG, opened as the published baselines do: Image.open(file).convert('RGB') (or 'L' for one channel).
Only the SHA-256 of each tensor's float32 bytes (little-endian, CHW) is kept, with its first number.
"""
import base64
import hashlib
import io
import json
import pathlib
import sys

import numpy as np
import PIL
import torchvision
from PIL import Image
from torchvision import transforms

IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
SELF_TRANS = ([0.45271412] * 3, [0.33165374] * 3)


def drawing(width, height, mode):
    """A disc on a slope with a stripe: smooth enough for a small PNG, with edges for the filter."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    slope = 255 * (x + 2 * y) / (width + 2 * height)
    disc = (x - width / 2) ** 2 + (y - height / 3) ** 2 < (min(width, height) / 4) ** 2
    planes = [np.where(disc, 255 - slope, slope), np.where(disc, slope / 2, 40 + slope / 2), np.where(x % 11 < 2, 200, slope / 3)]
    rgb = Image.fromarray(np.stack(planes, -1).astype(np.uint8))
    if mode == "P":
        return rgb.quantize(32)
    if mode in ("RGBA", "LA"):
        image = rgb.convert(mode)
        image.putalpha(Image.fromarray((255 - slope).astype(np.uint8)))
        return image
    return rgb.convert(mode)


def png(image, **options):
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True, **options)
    return file.getvalue()


def resize_crop(size, crop, interpolation, normalisation):
    plan = {"resize": {"shorterSide": size}, "filter": interpolation.value, "crop": crop, "channels": len(normalisation[0]), "mean": normalisation[0], "std": normalisation[1]}
    return plan, [transforms.Resize(size, interpolation), transforms.CenterCrop(crop)], normalisation


def resize_exact(size, interpolation, normalisation):
    plan = {"resize": {"width": size[1], "height": size[0]}, "filter": interpolation.value, "channels": len(normalisation[0]), "mean": normalisation[0], "std": normalisation[1]}
    return plan, [transforms.Resize(size, interpolation)], normalisation


BILINEAR, BICUBIC = transforms.InterpolationMode.BILINEAR, transforms.InterpolationMode.BICUBIC
PLANS = [
    resize_crop(224, 224, BILINEAR, IMAGENET),
    resize_exact((224, 224), BILINEAR, SELF_TRANS),
    resize_exact((48, 57), BICUBIC, ([0.5], [0.25])),
    resize_crop(40, 33, BICUBIC, IMAGENET),
    resize_crop(30, 64, BILINEAR, IMAGENET),  # smaller than the crop: bordered
]
PICTURES = [("L", 61, 47), ("RGB", 47, 83), ("RGBA", 90, 61), ("LA", 53, 40), ("P", 61, 90), ("1", 40, 44), ("RGB", 301, 227), ("L", 224, 300)]

pictures, cases = [], []
for mode, width, height in PICTURES:
    files = [(mode, png(drawing(width, height, mode)))]
    if mode == "P":
        files.append(("P, transparent", png(drawing(width, height, mode), transparency=3)))
    for name, file in files:
        pictures.append({"mode": name, "width": width, "height": height, "png": base64.b64encode(file).decode()})
        for plan, steps, (mean, std) in PLANS:
            image = Image.open(io.BytesIO(file)).convert("RGB" if plan["channels"] == 3 else "L")
            tensor = transforms.Compose([*steps, transforms.ToTensor(), transforms.Normalize(mean, std)])(image).numpy()
            sha256 = hashlib.sha256(np.ascontiguousarray(tensor).astype("<f4").tobytes()).hexdigest()
            cases.append({"picture": len(pictures) - 1, "plan": plan, "shape": list(tensor.shape), "first": float(tensor.flat[0]), "sha256": sha256})

record = {"pillow": PIL.__version__, "torchvision": torchvision.__version__.split("+")[0]}
lists = [f'  "{name}": [\n    ' + ",\n    ".join(json.dumps(each) for each in rows) + "\n  ]" for name, rows in (("pictures", pictures), ("cases", cases))]
text = "{" + json.dumps(record)[1:-1] + ",\n" + ",\n".join(lists) + "\n}\n"
path = pathlib.Path(__file__).with_name("preprocess.json")
if "--check" in sys.argv:
    recorded = json.loads(path.read_text())
    differing = [i for i, (a, b) in enumerate(zip(recorded["cases"], cases, strict=True)) if a != b]
    print(f"preprocess.json: {len(cases) - len(differing)} of {len(cases)} cases equal")
    sys.exit(1 if differing else 0)
path.write_text(text)
