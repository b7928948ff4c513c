"""Writes statistics.json: what scikit-learn, SciPy and (through pROC.R) pROC compute for cases drawn by seed.

    pip install numpy scipy scikit-learn
    python make.py && Rscript pROC.R
"""
import json
import pathlib

import numpy
import scipy.stats
import sklearn
from sklearn.metrics import roc_auc_score, roc_curve

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(20)
rocs = []
for name, positives, negatives, shift, step in [
    ("plain", 40, 60, 0.8, None),
    ("many ties", 30, 50, 1.0, 0.5),
    ("no signal", 98, 105, 0.0, None),
    ("tiny", 3, 4, 0.5, None),
    ("nearly perfect", 60, 60, 4.0, None),
    ("worse than chance", 25, 25, -1.0, 0.25),
]:
    scores = numpy.concatenate([random.normal(shift, 1, positives), random.normal(0, 1, negatives)])
    scores = numpy.round(scores / step) * step if step else numpy.round(scores, 6)
    truth = [1] * positives + [0] * negatives
    false_positive_rate, true_positive_rate, thresholds = roc_curve(truth, scores, drop_intermediate=False)
    rocs.append({
        "name": name, "truth": truth, "scores": scores.tolist(), "auc": roc_auc_score(truth, scores),
        "falsePositiveRate": false_positive_rate.tolist(), "truePositiveRate": true_positive_rate.tolist(),
    })

samples = []
for sizes, step in [((5, 5), None), ((20, 35), 1.0), ((60, 45), 5.0)]:
    a = random.normal(50, 15, sizes[0])
    b = random.normal(58, 15, sizes[1])
    if step:
        a, b = numpy.round(a / step) * step, numpy.round(b / step) * step
    test = scipy.stats.mannwhitneyu(a, b, method="asymptotic", use_continuity=False)
    samples.append({"a": a.tolist(), "b": b.tolist(), "p": test.pvalue})

tables = [[[5, 0], [0, 5]], [[8, 2], [1, 5]], [[0, 7], [4, 3]], [[40, 31], [22, 49]], [[3, 3], [3, 3]]]
oracle = {
    "made with": {"numpy": numpy.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "rocs": rocs,
    "mannWhitney": samples,
    "fisher": [{"table": table, "p": scipy.stats.fisher_exact(table).pvalue} for table in tables],
    "normal": [{"z": z, "cdf": scipy.stats.norm.cdf(z)} for z in [-6, -2.5, -1.96, -0.3, 0, 0.7, 1.645, 3, 5]],
    "quantiles": [{"p": p, "z": scipy.stats.norm.ppf(p)} for p in [1e-6, 0.01, 0.025, 0.2, 0.5, 0.9, 0.975, 0.999]],
}
(here / "statistics.json").write_text(json.dumps(oracle) + "\n")
with open(here / "rocs.csv", "w") as file:
    for index, roc in enumerate(rocs):
        for truth, score in zip(roc["truth"], roc["scores"]):
            file.write(f"{index},{truth},{score!r}\n")
