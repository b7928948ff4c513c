"""What Pillow makes of the pictures in some zips: JSON on stdout, gray samples of JPEG files in a folder.

    python3 read_pictures.py FOLDER ZIP...
"""
import hashlib
import io
import json
import pathlib
import sys
import zipfile

from PIL import Image, ImageOps


def sha256(image):
    return hashlib.sha256(image.tobytes()).hexdigest()


folder, pictures = pathlib.Path(sys.argv[1]), []
for path in sys.argv[2:]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith("/"):
                continue
            opened = Image.open(io.BytesIO(archive.read(name)))
            image = ImageOps.exif_transpose(opened)
            rgb, gray = image.convert("RGB"), image.convert("L")
            picture = {"name": name, "format": opened.format.lower(), "mode": opened.mode, "size": list(image.size), "pixels": sha256(image), "gray": sha256(gray)}
            if opened.format == "JPEG":
                picture["file"] = f"{len(pictures)}.gray"
                (folder / picture["file"]).write_bytes(gray.tobytes())
            else:
                for filter_name, resample in (("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)):
                    picture[filter_name] = sha256(rgb.resize((224, 224), resample))
            pictures.append(picture)
json.dump(pictures, sys.stdout)
