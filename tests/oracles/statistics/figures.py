"""Writes figures.json: what scikit-learn, SciPy and (through figures.R) R and pROC compute for cases drawn by seed.

    pip install numpy scipy scikit-learn
    python figures.py && Rscript figures.R
"""
import json
import pathlib

import numpy
import scipy.stats
import sklearn
from sklearn import metrics
from sklearn.calibration import calibration_curve

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(5)


def scored(name, positives, negatives, shift, step=None, twist=1.0):
    """Probabilities of a positive and a negative class, and of a second model that agrees with it in part."""
    truth = numpy.array([1] * positives + [0] * negatives)
    common = random.normal(0, 1, len(truth)) + shift * truth
    both = []
    for _ in range(2):
        scores = 1 / (1 + numpy.exp(-twist * (common + random.normal(0, 0.7, len(truth)) - shift / 2)))
        both.append(numpy.round(scores / step) * step if step else numpy.round(scores, 6))
    return {"name": name, "truth": truth.tolist(), "first": numpy.clip(both[0], 0, 1).tolist(), "second": numpy.clip(both[1], 0, 1).tolist()}


cases = [
    scored("plain", 40, 60, 1.0),
    scored("ties in tenths", 98, 105, 1.2, step=0.1),
    scored("no signal", 30, 50, 0.0),
    scored("tiny", 4, 5, 0.6, step=0.25),
    scored("too sure", 60, 60, 1.5, twist=4.0),
    scored("few positives", 6, 194, 1.0, step=0.05),
]
cases.append({"name": "all scores the same", "truth": [1, 1, 0, 0, 0], "first": [0.5] * 5, "second": [0.5] * 5})
cases.append({"name": "zeros and ones", "truth": [1, 1, 1, 0, 0, 0], "first": [1.0, 1.0, 0.0, 0.0, 0.0, 1.0], "second": [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]})


def confusion(truth, scores, threshold):
    called = (scores >= threshold).astype(int)
    tn, fp, fn, tp = metrics.confusion_matrix(truth, called, labels=[0, 1]).ravel().tolist()
    keep = dict(zero_division=numpy.nan)
    return {
        "threshold": threshold, "truePositives": tp, "falsePositives": fp, "trueNegatives": tn, "falseNegatives": fn,
        "sensitivity": metrics.recall_score(truth, called, **keep), "specificity": metrics.recall_score(truth, called, pos_label=0, **keep),
        "ppv": metrics.precision_score(truth, called, **keep), "npv": metrics.precision_score(truth, called, pos_label=0, **keep),
        "accuracy": metrics.accuracy_score(truth, called), "balancedAccuracy": metrics.balanced_accuracy_score(truth, called),
        "f1": metrics.f1_score(truth, called), "mcc": metrics.matthews_corrcoef(truth, called),
    }


def expected_calibration_error(truth, scores):
    share, mean = calibration_curve(truth, scores, n_bins=10, strategy="uniform")
    bins = numpy.searchsorted(numpy.linspace(0, 1, 11)[1:-1], scores)
    weights = numpy.bincount(bins, minlength=10)
    return float(numpy.sum(weights[weights > 0] * numpy.abs(share - mean)) / len(truth))


def net_benefit(truth, scores, threshold):
    called = scores >= threshold
    odds = threshold / (1 - threshold)
    return [threshold, float((numpy.sum(called & (truth == 1)) - numpy.sum(called & (truth == 0)) * odds) / len(truth))]


def clean(value):
    """NaN is not JSON; null says the same."""
    if isinstance(value, dict):
        return {key: clean(one) for key, one in value.items()}
    if isinstance(value, list):
        return [clean(one) for one in value]
    return None if isinstance(value, float) and numpy.isnan(value) else value


for case in cases:
    truth, scores = numpy.array(case["truth"]), numpy.array(case["first"])
    case |= {
        "auc": metrics.roc_auc_score(truth, scores), "averagePrecision": metrics.average_precision_score(truth, scores),
        "brier": metrics.brier_score_loss(truth, scores), "logLoss": metrics.log_loss(truth, scores, labels=[0, 1]),
        "calibrationError": expected_calibration_error(truth, scores),
        "confusions": [confusion(truth, scores, threshold) for threshold in [0.0, 0.3, 0.5, 0.8, 1.01]],
        "netBenefit": [net_benefit(truth, scores, threshold) for threshold in [0.05, 0.25, 0.5, 0.9]],
    }

# A hundred thousand rows, made by a rule that both sides know: row i has the score fraction(i · 0.754877666246693).
index = numpy.arange(100_000)
scores = numpy.round((index * 0.754877666246693) % 1, 4)
truth = ((index * 7919) % 1000 < 1000 * scores).astype(int)
large = {
    "rows": len(index), "positives": int(truth.sum()), "auc": metrics.roc_auc_score(truth, scores),
    "averagePrecision": metrics.average_precision_score(truth, scores), "brier": metrics.brier_score_loss(truth, scores),
    "logLoss": metrics.log_loss(truth, scores), "mcc": metrics.matthews_corrcoef(truth, scores >= 0.5), "f1": metrics.f1_score(truth, scores >= 0.5),
}

shares = [(0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (81, 98), (203, 203)]
pairs = [(0, 0), (0, 1), (1, 5), (5, 1), (10, 10), (12, 30), (700, 640)]


def wilson(part, whole):
    interval = scipy.stats.binomtest(part, whole).proportion_ci(method="wilson")
    return {"part": part, "whole": whole, "low": interval.low, "high": interval.high}


oracle = {
    "made with": {"numpy": numpy.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "cases": cases,
    "large": large,
    "wilson": [wilson(*share) for share in shares],
    "mcnemar": [{"firstOnly": a, "secondOnly": b, "p": scipy.stats.binomtest(a, a + b).pvalue if a + b else 1.0} for a, b in pairs],
}
(here / "figures.json").write_text(json.dumps(clean(oracle)) + "\n")
with open(here / "figures.csv", "w") as file:
    for number, case in enumerate(cases):
        for row in zip(case["truth"], case["first"], case["second"]):
            file.write(f"{number},{','.join(map(repr, row))}\n")
