"""Reads PDFs by PyMuPDF as src/papers/pdf reads them: text with fonts and boxes, pictures with boxes and samples, drawings' boxes.

    python3 read_papers.py PASSES PDF...

Prints a JSON list, one entry a pass: seconds by the clock, seconds of computing, pages, pictures. PyMuPDF is AGPL: a tool of this
measurement, neither shipped nor linked.
"""
import json
import sys
import time

try:
    import pymupdf
except ImportError:  # Debian's python3-fitz before 1.24
    import fitz as pymupdf

# Pictures are read below, at their native pixels; in the text they would come a second time.
flags = pymupdf.TEXTFLAGS_DICT & ~pymupdf.TEXT_PRESERVE_IMAGES
passes = []
for _ in range(int(sys.argv[1])):
    clock, computed, pages, pictures, letters = time.perf_counter(), time.process_time(), 0, 0, 0
    for path in sys.argv[2:]:
        with pymupdf.open(stream=open(path, "rb").read(), filetype="pdf") as document:
            for page in document:
                pages += 1
                for block in page.get_text("dict", flags=flags)["blocks"]:
                    for line in block["lines"]:
                        letters += sum(len(span["text"]) for span in line["spans"])
                for image in page.get_images(full=True):
                    page.get_image_rects(image[0])
                    if image[5]:
                        pixels = pymupdf.Pixmap(document, image[0])
                        if image[1]:
                            pixels = pymupdf.Pixmap(pixels, pymupdf.Pixmap(document, image[1]))
                        assert len(pixels.samples) > 0
                        pictures += 1
                page.get_drawings()
    passes.append({"seconds": time.perf_counter() - clock, "computed": time.process_time() - computed, "pages": pages, "pictures": pictures, "letters": letters})
version = getattr(pymupdf, "__version__", None) or pymupdf.version[0]
json.dump({"version": version, "passes": passes}, sys.stdout)
