"""Runs exported models in Python's onnxruntime: JSON on stdout, a line for each.

    python3 run_onnx.py TENSOR SIZE MODEL...

TENSOR holds 8 x 3 x SIZE x SIZE numbers of float32. Each model is checked by onnx (checker and strict shape inference), then run
with the first 1, the next 3, and all 8.
"""
import base64
import json
import sys

import numpy as np
import onnx
import onnxruntime

tensor, size, *models = sys.argv[1:]
batch = np.fromfile(tensor, "<f4").reshape(8, 3, int(size), int(size))


def shape(value):
    return [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]


for path in models:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    runs = {}
    for name, part in {"1": batch[:1], "3": batch[1:4], "8": batch}.items():
        outputs = session.run(None, {"input": part})
        runs[name] = {output.name: base64.b64encode(values.astype("<f4").tobytes()).decode() for output, values in zip(session.get_outputs(), outputs)}
    shapes = {value.name: shape(value) for value in [*inferred.graph.input, *inferred.graph.output]}
    print(json.dumps({"shapes": shapes, "metadata": session.get_modelmeta().custom_metadata_map, "runs": runs}))
