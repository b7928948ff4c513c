"""One whole training step of DenseNet-169 and of ResNet-18 at 224 pixels (whole_step.py) on eight real pictures, read in place. Run as oracle.py says.

The release is ../shared/data/covid-ct (COVID_CT_SHARED names another folder than ../shared). Its first PNG pictures of the training
lists by name, COVID and NonCOVID by turns, scaled by Pillow, (x / 255 - 0.5) / 0.5.
"""
import io
import os
import pathlib
import zipfile

import numpy as np
from oracle import record
from PIL import Image
from whole_step import CLASSES, VERSION, cases

BATCH = [8, 3, 224, 224]
release = pathlib.Path(os.environ.get("COVID_CT_SHARED", pathlib.Path(__file__).resolve().parents[4] / "shared")) / "data/covid-ct"


def of_class(label):
    """[N / 2, 3, H, W]"""
    listed = (release / f"Data-split/{label}/trainCT_{label}.txt").read_text(encoding="utf-8").splitlines()
    with zipfile.ZipFile(release / f"Images-processed/CT_{label}.zip") as archive:
        stored = {pathlib.PurePosixPath(name).name: name for name in archive.namelist()}
        names = sorted(name.strip() for name in listed if name.strip().lower().endswith(".png") and name.strip() in stored)
        opened = [Image.open(io.BytesIO(archive.read(stored[name]))).convert("RGB") for name in names[: BATCH[0] // 2]]
    scaled = np.stack([np.asarray(picture.resize((BATCH[3], BATCH[2]), Image.Resampling.BILINEAR), np.float32) for picture in opened])
    return ((scaled / np.float32(255) - np.float32(0.5)) / np.float32(0.5)).transpose(0, 3, 1, 2)


def pictures():
    return np.stack([of_class("COVID"), of_class("NonCOVID")], axis=1).reshape(BATCH)


record(__file__, {"torchvision": VERSION, "batch": BATCH, "classes": CLASSES, "steps": cases(pictures())})
