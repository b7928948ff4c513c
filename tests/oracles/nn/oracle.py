"""What every script of this folder shares: the recording stands beside its script, under the same name.
   python SCRIPT.py            records it
   python SCRIPT.py --check    computes it again and compares with what is recorded; exit code 1 where they differ
"""
import base64
import json
import pathlib
import sys

import numpy as np


def pack(values):
    """Numbers as the recordings hold them: little-endian single precision, base64."""
    array = values.detach().cpu().numpy() if hasattr(values, "detach") else np.asarray(values)
    return base64.b64encode(array.astype("<f4").tobytes()).decode()


def _unpack(text):
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return np.frombuffer(raw, "<f4").astype(np.float64) if len(raw) % 4 == 0 else None


def _gap(recorded, fresh):
    """Largest difference, as a share of the largest number recorded (at least 1); infinite where they cannot be compared."""
    recorded, fresh = np.asarray(recorded, np.float64), np.asarray(fresh, np.float64)
    if recorded.shape != fresh.shape:
        return float("inf")
    if recorded.size == 0:
        return 0.0
    gap = np.abs(recorded - fresh).max() / max(1.0, np.abs(recorded).max())
    return float("inf") if np.isnan(gap) else float(gap)


def _differences(recorded, fresh, place):
    """Every place where two recordings differ, and by how much."""
    if isinstance(recorded, bool) or isinstance(fresh, bool) or recorded is None or fresh is None:
        yield place, 0.0 if recorded is fresh else float("inf")
    elif isinstance(recorded, dict) and isinstance(fresh, dict):
        for key in [*recorded, *(key for key in fresh if key not in recorded)]:
            if key in recorded and key in fresh:
                yield from _differences(recorded[key], fresh[key], f"{place}.{key}")
            else:
                yield f"{place}.{key}", float("inf")
    elif isinstance(recorded, list) and isinstance(fresh, list) and len(recorded) == len(fresh):
        for index, (one, other) in enumerate(zip(recorded, fresh)):
            name = one.get("name", index) if isinstance(one, dict) else index
            yield from _differences(one, other, f"{place}[{name}]")
    elif isinstance(recorded, (int, float)) and isinstance(fresh, (int, float)):
        yield place, _gap(recorded, fresh)
    elif isinstance(recorded, str) and isinstance(fresh, str) and recorded != fresh:
        one, other = _unpack(recorded), _unpack(fresh)
        yield place, float("inf") if one is None or other is None else _gap(one, other)
    else:
        yield place, 0.0 if recorded == fresh else float("inf")


def record(script, data, tolerance=1e-6):
    """Writes the recording of a script, or compares with it.
    script: the script's __file__. data: a dict of JSON values; packed numbers are compared as numbers.
    tolerance: how far a number may be from the recorded one, as a share of the largest beside it (at least 1)."""
    import torch

    path = pathlib.Path(script).with_suffix(".json")
    data = {"torch": torch.__version__.split("+")[0], **data}
    if "--check" not in sys.argv:
        path.write_text(json.dumps(data, indent=0) + "\n")
        print(f"{path.name}: recorded with torch {data['torch']}, {path.stat().st_size} bytes")
        return
    recorded = json.loads(path.read_text())
    theirs = {key: value for key, value in recorded.items() if key != "torch"}
    ours = {key: value for key, value in json.loads(json.dumps(data)).items() if key != "torch"}
    found = list(_differences(theirs, ours, path.stem))
    far = [(place, gap) for place, gap in found if not gap <= tolerance]
    for place, gap in far[:20]:
        print(f"  {place} differs by {gap:.2g}")
    largest = max((gap for _, gap in found), default=0.0)
    verdict = f"{len(far)} of {len(found)} values differ" if far else f"{len(found)} values agree"
    print(f"{path.name}: {verdict}, largest difference {largest:.2g}, bound {tolerance:.2g} (recorded with torch {recorded.get('torch')}, now {data['torch']})")
    if far or not found:
        sys.exit(1)
