"""What PyMuPDF finds in PDFs: the list of embedded pictures as JSON on stdout, their samples as RGB in a folder.

    python3 read_papers.py FOLDER PDF...

PyMuPDF is AGPL: it is a tool of this test, and neither shipped nor linked.
"""
import json
import pathlib
import sys

import pymupdf

folder, found = pathlib.Path(sys.argv[1]), []
for path in sys.argv[2:]:
    with pymupdf.open(path) as document:
        for page in document:
            for number, mask, width, height, bits, space, _, _, kind, _ in page.get_images(full=True):
                entry = {"paper": pathlib.Path(path).name, "page": page.number + 1, "object": number, "width": width, "height": height, "bits": bits, "space": space, "filter": kind}
                if space:
                    pixels = pymupdf.Pixmap(document, number)
                    # Samples as they are kept, wherever they are RGB or gray already.
                    if pixels.n != 3:
                        pixels = pymupdf.Pixmap(pymupdf.csRGB, pixels)
                    entry["samples"] = f"{entry['paper']}-{number}.rgb"
                    (folder / entry["samples"]).write_bytes(pixels.samples)
                found.append(entry)
json.dump({"version": pymupdf.__version__, "pictures": found}, sys.stdout)
