"""Records what Pillow decodes from small synthetic files of every mode: writes decode.json beside this script.

    python3 tests/oracles/pillow/decode.py        (Pillow 13, NumPy)

Each entry holds the file (base64), what Pillow says of it, and the SHA-256 of its samples after
ImageOps.exif_transpose and, where `convert` is named, Image.convert.
"""
import base64
import hashlib
import io
import json
import pathlib

import numpy as np
import PIL
from PIL import Image, ImageOps

random = np.random.default_rng(1)
HEIGHT, WIDTH = 13, 19
y, x = np.mgrid[0:HEIGHT, 0:WIDTH]


def plane(k):
    return np.clip(128 + 100 * np.sin(x / (4 + k)) * np.cos(y / (3 + k)) + random.normal(0, 9, (HEIGHT, WIDTH)), 0, 255).astype(np.uint8)


gray, other = Image.fromarray(plane(0)), Image.fromarray(plane(1))
rgb = Image.merge("RGB", [Image.fromarray(plane(k)) for k in range(3)])
rgba = Image.merge("RGBA", [Image.fromarray(plane(k)) for k in range(4)])
entries = []


def record(name, image, convert=None, **options):
    buffer = io.BytesIO()
    image.save(buffer, name.split(".")[-1], **options)
    opened = Image.open(io.BytesIO(buffer.getvalue()))
    orientation = opened.getexif().get(274, 1)  # before loading, which transposes TIFF by itself and forgets the tag
    pixels = ImageOps.exif_transpose(opened)
    pixels = np.array(pixels.convert(convert) if convert else pixels)
    if opened.mode == "I;16":
        pixels = pixels >> 8  # Pillow has no shift of its own: see decode.ts
    entries.append({
        "name": name,
        "mode": opened.mode,
        "orientation": orientation,
        "shape": list(pixels.shape),
        "sha256": hashlib.sha256(np.ascontiguousarray(pixels.astype(np.uint8)).tobytes()).hexdigest(),
        "file": base64.b64encode(buffer.getvalue()).decode(),
    })


record("gray.png", gray)
record("rgb.png", rgb)
record("rgba.png", rgba)
record("gray-alpha.png", Image.merge("LA", [gray, other]), "RGBA")
record("palette-8-bit.png", rgb.quantize(200), "RGB")
record("palette-4-bit.png", rgb.quantize(12), "RGB")
record("palette-transparent.png", rgb.quantize(20), "RGBA", transparency=3)
record("one-bit.png", gray.convert("1"), "L")
record("gray-16-bit.png", Image.fromarray((np.arange(HEIGHT * WIDTH) * 263).astype(np.uint16).reshape(HEIGHT, WIDTH)))
record("gray.jpeg", gray, quality=90)
record("gray-odd-icc.jpeg", gray, quality=90, icc_profile=b"no profile at all")
record("rgb.jpeg", rgb, quality=90)
record("rgb-444.jpeg", rgb, quality=75, subsampling=0)
record("rgb-progressive.jpeg", rgb, quality=80, progressive=True)
record("cmyk.jpeg", rgb.convert("CMYK"), "RGB", quality=95)
record("cmyk.tiff", rgb.convert("CMYK"), "RGB")
record("rgb.gif", rgb.quantize(64), "RGB")
record("rgb.tiff", rgb)
record("gray.tiff", gray)
record("rgb-lzw.tiff", rgb, compression="tiff_lzw")
record("one-bit-group4.tiff", gray.convert("1"), "L", compression="group4")
record("rgb.webp", rgb, lossless=True)
record("rgb-lossy.webp", rgb)
record("rgba.webp", rgba, lossless=True, exact=True)
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[274] = orientation
    record(f"orientation-{orientation}.jpeg", rgb, quality=92, exif=exif)
for orientation in (2, 5, 6):
    exif = Image.Exif()
    exif[274] = orientation
    record(f"orientation-{orientation}.png", gray, exif=exif)
    record(f"orientation-{orientation}.webp", rgb, lossless=True, exif=exif)
    record(f"orientation-{orientation}.tiff", rgb, exif=exif)

target = pathlib.Path(__file__).with_name("decode.json")
target.write_text(json.dumps({"pillow": PIL.__version__, "width": WIDTH, "height": HEIGHT, "entries": entries}, indent=1) + "\n")
