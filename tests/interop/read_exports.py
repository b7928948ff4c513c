"""Opens an export as its users do and prints what they would see, as one JSON document.

usage: read_exports.py FORMAT FOLDER
Records are sorted by id; pictures are told by the SHA-256 of their bytes and of their decoded RGB pixels.
"""
import csv
import hashlib
import io
import json
import os
import pathlib
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"

from PIL import Image, ImageFile

# The sample holds a truncated picture on purpose; what is there of it must come through too.
ImageFile.LOAD_TRUNCATED_IMAGES = True


def sha(data):
    return hashlib.sha256(data).hexdigest()


def pixels(image):
    image = image.convert("RGB")
    return sha(repr(image.size).encode() + image.tobytes())


def opened(data):
    return pixels(Image.open(io.BytesIO(data)))


def text(value):
    return value.decode() if isinstance(value, bytes) else (value or "")


def unescape(value):
    return value[1:] if value.startswith("'") else value


def read_croissant(folder):
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    records = []
    for record_set in dataset.metadata.record_sets:
        for record in dataset.records(record_set=record_set.uuid):
            record = {key.split("/", 1)[1]: value for key, value in record.items()}
            image = record.pop("image")
            records.append({**{key: text(value) for key, value in record.items()}, "pixels": pixels(image)})
    return {
        "records": records,
        "errors": sorted(issues.errors),
        "warnings": sorted(issues.warnings),
        "conformsTo": str(dataset.metadata.ctx.conforms_to.value),
        "biases": dataset.metadata.data_biases,
    }


def read_parquet(folder):
    import datasets
    import pandas

    records, from_pandas = [], []
    loaded = datasets.load_dataset(str(folder), cache_dir=str(folder.parent / "hf-cache"))
    for split, rows in loaded.items():
        raw = rows.cast_column("image", datasets.Image(decode=False))
        for row, with_bytes in zip(rows, raw):
            record = {key: value for key, value in row.items() if key not in ("image", "label")}
            record["label"] = rows.features["label"].int2str(row["label"])
            records.append({**record, "pixels": pixels(row["image"]), "bytes": sha(with_bytes["image"]["bytes"]), "hf_split": split})
        frame = pandas.read_parquet(folder / "data" / f"{split}-00000-of-00001.parquet")
        for row in frame.to_dict("records"):
            from_pandas.append({"id": row["id"], "bytes": sha(row["image"]["bytes"]), "path": row["image"]["path"], "label": row["label_name"], "split": row["split"]})
    return {"records": records, "pandas": sorted(from_pandas, key=lambda record: record["id"])}


def read_imagefolder(folder):
    import datasets

    records = []
    loaded = datasets.load_dataset("imagefolder", data_dir=str(folder), cache_dir=str(folder.parent / "hf-cache"))
    for split, rows in loaded.items():
        raw = rows.cast_column("image", datasets.Image(decode=False))
        for row, with_path in zip(rows, raw):
            record = {key: value for key, value in row.items() if key != "image"}
            data = with_path["image"]["bytes"] or pathlib.Path(with_path["image"]["path"]).read_bytes()
            records.append({**record, "pixels": pixels(row["image"]), "bytes": sha(data), "hf_split": split})
    # torchvision.datasets.ImageFolder: classes are the sorted folders of the root, samples the files in them by extension.
    extensions = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")
    samples = []
    for split in sorted(entry.name for entry in os.scandir(folder) if entry.is_dir()):
        classes = sorted(entry.name for entry in os.scandir(folder / split) if entry.is_dir())
        for label in classes:
            for root, _, names in sorted(os.walk(folder / split / label, followlinks=True)):
                samples += [[split, label, name] for name in sorted(names) if name.lower().endswith(extensions)]
    return {"records": records, "torchvision": samples}


def read_csv(folder):
    import pandas

    frame = pandas.read_csv(folder / "images.csv", dtype=str, keep_default_na=False)
    risky = [cell for row in csv.reader(open(folder / "images.csv", newline="")) for cell in row if cell[:1] in "=+-@\t\r" and cell]
    records = []
    for row in frame.to_dict("records"):
        record = {key: unescape(value) for key, value in row.items()}
        data = (folder / record.pop("image")).read_bytes()
        records.append({**record, "pixels": opened(data), "bytes": sha(data)})
    return {"records": records, "risky": risky}


def read_upstream(folder):
    import openpyxl
    import zipfile

    records = []
    for label in ("COVID", "NonCOVID"):
        archive = zipfile.ZipFile(folder / "Images-processed" / f"CT_{label}.zip")
        assert archive.testzip() is None
        for split in ("train", "val", "test"):
            names = (folder / "Data-split" / label / f"{split}CT_{label}.txt").read_text(encoding="utf-8").split("\n")
            for name in dict.fromkeys(filter(None, names)):
                if f"CT_{label}/{name}" not in archive.namelist():
                    continue
                data = archive.read(f"CT_{label}/{name}")
                records.append({"id": f"{label}/{name}", "label": label, "split": split, "bytes": sha(data), "pixels": opened(data)})
    sheet = openpyxl.load_workbook(folder / "COVID-CT-MetaInfo.xlsx").active
    rows = [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]
    formulas = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    return {"records": records, "workbook": rows, "formulas": formulas}


def main():
    form, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    readers = {"croissant": read_croissant, "parquet": read_parquet, "imagefolder": read_imagefolder, "csv": read_csv, "upstream": read_upstream}
    document = readers[form](folder)
    document["records"].sort(key=lambda record: (record["id"], record["split"]))
    print(json.dumps(document))


main()
