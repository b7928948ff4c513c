"""Every operation's result and gradients as PyTorch computes them in double precision. Run as oracle.py says."""
import torch
import torch.nn.functional as F
from oracle import pack, record
from rule import tensor

X = [2, 4, 7, 6]


def case(name, op, shapes, compute, attributes=None, classes=None, fixed=(), ranges=None):
    inputs = []
    leaves = []
    for index, shape in enumerate(shapes):
        low, high = (ranges or {}).get(index, (-1.0, 1.0))
        if classes is not None and index == 1:
            inputs.append({"shape": shape, "classes": classes})
            leaves.append(torch.arange(shape[0]) % classes)
            continue
        inputs.append({"shape": shape, "low": low, "high": high, "fixed": index in fixed})
        leaf = torch.from_numpy(tensor(shape, index + 1, low, high)).double()
        leaves.append(leaf.requires_grad_(index not in fixed))
    y = compute(*leaves)
    r = torch.from_numpy(tensor(list(y.shape), 99)).double()
    (y * r).sum().backward()
    gradients = [pack(leaf.grad) if leaf.dtype.is_floating_point and leaf.grad is not None else None for leaf in leaves]
    return {"name": name, "op": op, "attributes": attributes or {}, "inputs": inputs, "shape": list(y.shape), "y": pack(y), "gradients": gradients}


def conv(name, x, w, bias=False, stride=(1, 1), padding=(0, 0, 0, 0), dilation=(1, 1), groups=1):
    top, left, bottom, right = padding
    def compute(x, w, b=None):
        return F.conv2d(F.pad(x, (left, right, top, bottom)), w, b, stride, 0, dilation, groups)
    return case("conv " + name, "conv", [x, w] + ([[w[0]]] if bias else []), compute,
                {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups})


def pool(kind, kernel, stride, padding):
    f = F.max_pool2d if kind == "maxPool" else F.avg_pool2d
    return case(f"{kind} {kernel} {stride} {padding}", kind, [X], lambda x: f(x, kernel, stride, padding), {"kernel": kernel, "stride": stride, "padding": padding})


def bn_train(x, w, b):
    return F.batch_norm(x, None, None, w, b, True, 0.1, 1e-5)


def ce(weights, smoothing):
    w = None if weights is None else torch.tensor(weights).double()
    return lambda x, t: F.cross_entropy(x, t, w, label_smoothing=smoothing)


def info_nce(q, k, queue):
    q, k = F.normalize(q, dim=1), F.normalize(k, dim=1)
    logits = torch.cat([(q * k).sum(1, keepdim=True), q @ queue], 1) / 0.07
    return F.cross_entropy(logits, torch.zeros(q.shape[0], dtype=torch.long))


cases = [
    conv("1x1", X, [5, 4, 1, 1], bias=True),
    conv("1x1 stride 2", X, [5, 4, 1, 1], stride=(2, 2)),
    conv("3x3 same width", X, [4, 4, 3, 3], bias=True, padding=(1, 1, 1, 1)),
    conv("3x3 narrowing", [2, 6, 5, 6], [3, 6, 3, 3], padding=(1, 1, 1, 1)),
    conv("3x3 widening", X, [9, 4, 3, 3], padding=(1, 1, 1, 1)),
    conv("3x3 no padding", X, [3, 5 - 1, 3, 3]),
    conv("3x3 too much padding", X, [3, 4, 3, 3], padding=(3, 3, 3, 3)),
    conv("3x3 stride 2", X, [6, 4, 3, 3], stride=(2, 2), padding=(1, 1, 1, 1)),
    conv("3x3 stride 2 wide", [2, 8, 8, 8], [6, 8, 3, 3], stride=(2, 2), padding=(1, 1, 1, 1)),
    conv("3x3 stride 3x1", X, [4, 4, 3, 3], stride=(3, 1), padding=(0, 1, 0, 1)),
    conv("3x3 stride 2 asymmetric", [2, 5, 8, 6], [6, 5, 3, 3], stride=(2, 2), padding=(0, 0, 1, 1)),
    conv("3x3 dilation 2", X, [3, 4, 3, 3], padding=(2, 2, 2, 2), dilation=(2, 2)),
    conv("2x5 kernel", X, [5, 4, 2, 5], padding=(0, 2, 1, 2)),
    conv("7x7 stride 2 stem", [2, 3, 12, 11], [4, 3, 7, 7], stride=(2, 2), padding=(3, 3, 3, 3)),
    conv("4x4 stride 4 patches", [1, 3, 9, 8], [4, 3, 4, 4], stride=(4, 4)),
    conv("groups 2", X, [6, 2, 3, 3], bias=True, padding=(1, 1, 1, 1), groups=2),
    conv("groups 2 stride 2", X, [6, 2, 3, 3], stride=(2, 2), padding=(1, 1, 1, 1), groups=2),
    conv("depthwise 3x3", X, [4, 1, 3, 3], padding=(1, 1, 1, 1), groups=4),
    conv("depthwise 5x5", X, [4, 1, 5, 5], bias=True, padding=(2, 2, 2, 2), groups=4),
    conv("depthwise 3x3 stride 2 asymmetric", [2, 4, 8, 6], [4, 1, 3, 3], stride=(2, 2), padding=(0, 0, 1, 1), groups=4),
    conv("depthwise 5x5 stride 2", X, [4, 1, 5, 5], stride=(2, 2), padding=(2, 2, 2, 2), groups=4),
    conv("depthwise multiplied", X, [8, 1, 3, 3], padding=(1, 1, 1, 1), groups=4),
    case("batch norm, training", "batchNormTraining", [X, [4], [4]], bn_train, {"epsilon": 1e-5}, ranges={1: (0.5, 1.5)}),
    case("batch norm, fixed", "batchNormFixed", [X, [4], [4], [4], [4]], lambda x, w, b, m, v: F.batch_norm(x, m, v, w, b, False, 0.1, 1e-3),
         {"epsilon": 1e-3}, fixed=(3, 4), ranges={4: (0.5, 1.5)}),
    case("linear", "linear", [[3, 7], [5, 7], [5]], F.linear),
    case("relu", "relu", [X], F.relu),
    case("relu6", "relu6", [X], F.relu6, ranges={0: (-3, 9)}),
    case("silu", "silu", [X], F.silu, ranges={0: (-6, 6)}),
    case("sigmoid", "sigmoid", [X], torch.sigmoid, ranges={0: (-6, 6)}),
    case("add, broadcast", "add", [X, [4, 1, 1]], torch.add),
    case("multiply, a gate", "multiply", [X, [2, 4, 1, 1]], torch.mul),
    case("scale", "scale", [X], lambda x: x * 0.3, {"factor": 0.3}),
    case("concat", "concat", [[2, 3, 4, 2], [2, 1, 4, 2], [2, 2, 4, 2]], lambda *x: torch.cat(x, 1), {"axis": 1}),
    case("reshape", "reshape", [X], lambda x: x.reshape(2, 168), {"shape": [2, 168]}),
    case("matmul", "matmul", [[3, 4], [4, 5]], torch.matmul, {"transposeB": False}),
    case("matmul, transposed", "matmul", [[3, 4], [5, 4]], lambda a, b: a @ b.T, {"transposeB": True}),
    case("sum", "reduce", [X], lambda x: x.sum((1, 3), keepdim=True), {"axes": [1, 3], "mean": False}),
    case("mean", "reduce", [X], lambda x: x.mean((2, 3), keepdim=True), {"axes": [2, 3], "mean": True}),
    case("l2 normalise", "l2Normalise", [[3, 5]], lambda x: F.normalize(x, dim=1), {"epsilon": 1e-12}),
    case("l2 normalise, under epsilon", "l2Normalise", [[3, 5]], lambda x: F.normalize(x, dim=1, eps=1.0), {"epsilon": 1.0}),
    pool("maxPool", [3, 3], [2, 2], [1, 1]),
    pool("maxPool", [2, 2], [2, 2], [0, 0]),
    pool("maxPool", [3, 2], [1, 1], [1, 0]),
    pool("averagePool", [2, 2], [2, 2], [0, 0]),
    pool("averagePool", [3, 3], [2, 2], [1, 1]),
    case("global average", "globalAveragePool", [X], lambda x: F.adaptive_avg_pool2d(x, 1)),
    case("adaptive average 3x4", "adaptiveAveragePool", [X], lambda x: F.adaptive_avg_pool2d(x, (3, 4)), {"size": [3, 4]}),
    case("cross-entropy", "crossEntropy", [[5, 3], [5]], ce(None, 0.0), {"weights": None, "labelSmoothing": 0}, classes=3),
    case("cross-entropy, weights and smoothing", "crossEntropy", [[5, 3], [5]], ce([0.5, 1.0, 3.0], 0.1), {"weights": [0.5, 1.0, 3.0], "labelSmoothing": 0.1}, classes=3),
    case("binary cross-entropy", "binaryCrossEntropy", [[5, 2], [5, 2]], lambda x, t: F.binary_cross_entropy_with_logits(x, t, pos_weight=torch.tensor(2.0)),
         {"positiveWeight": 2}, fixed=(1,), ranges={0: (-30, 30), 1: (0, 1)}),
    case("InfoNCE", "infoNce", [[4, 6], [4, 6], [6, 9]], info_nce, {"temperature": 0.07}),
]

record(__file__, {"cases": cases})
