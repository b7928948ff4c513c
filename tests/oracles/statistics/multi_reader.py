"""Writes multi-reader.json: an analysis by Obuchowski and Rockette written anew from the papers, without any trick: AUCs by counting
pairs, covariances by leaving out each case and computing every AUC again; agreement by statsmodels, scikit-learn and pingouin;
distributions by SciPy.

    pip install numpy scipy statsmodels scikit-learn pingouin
    python multi_reader.py
"""
import itertools
import json
import pathlib

import numpy
import pandas
import pingouin
import scipy.special
import scipy.stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(8)


def pairs(positive, negative):
    return (positive[:, None] > negative[None, :]) + 0.5 * (positive[:, None] == negative[None, :])


def figure(ratings, truth, kind, threshold):
    read = ~numpy.isnan(ratings)
    positive, negative = ratings[read & truth], ratings[read & ~truth]
    if kind == "auc":
        return pairs(positive, negative).mean()
    return (positive >= threshold).mean() if kind == "sensitivity" else (negative < threshold).mean()


def figures(ratings, truth, kind, threshold):
    return numpy.array([[figure(ratings[i, j], truth, kind, threshold) for j in range(ratings.shape[1])] for i in range(ratings.shape[0])])


def jackknife(ratings, truth, kind, threshold):
    used = ~numpy.isnan(ratings).all(axis=(0, 1))
    if kind == "sensitivity":
        used &= truth
    if kind == "specificity":
        used &= ~truth
    cases = numpy.flatnonzero(used)
    left = numpy.array([figures(numpy.delete(ratings, k, 2), numpy.delete(truth, k), kind, threshold).ravel() for k in cases])
    distance = left - left.mean(0)
    return (len(cases) - 1) / len(cases) * distance.T @ distance


def delong(ratings, truth):
    cells = ratings.reshape(-1, ratings.shape[2])
    wins = [pairs(cell[truth], cell[~truth]) for cell in cells]
    v10, v01 = numpy.array([w.mean(1) for w in wins]), numpy.array([w.mean(0) for w in wins])
    return numpy.cov(v10) / v10.shape[1] + numpy.cov(v01) / v01.shape[1]


def mean_where(matrix, t, r, same_arm, same_reader, arm=None):
    values = []
    for (i, j), (k, l) in itertools.product(itertools.product(range(t), range(r)), repeat=2):
        if (i == k) == same_arm and (j == l) == same_reader and (arm is None or i == k == arm):
            values.append(matrix[i * r + j, k * r + l])
    return float(numpy.mean(values)) if values else 0.0


def interval(estimate, error, df):
    quantile = scipy.stats.norm.ppf(0.975) if df == numpy.inf else scipy.stats.t.ppf(0.975, df)
    statistic = estimate / error
    p = 2 * (scipy.stats.norm.sf(abs(statistic)) if df == numpy.inf else scipy.stats.t.sf(abs(statistic), df))
    return {"estimate": estimate, "standardError": error, "degrees": None if df == numpy.inf else df, "low": estimate - quantile * error, "high": estimate + quantile * error, "p": p}


def degrees_of_freedom(total, square, degrees, least):
    """Hillis's, of a total that holds a mean square; a mean square below what the cases alone account for is taken as that."""
    known, expected = total - square, max(square, least)
    return degrees * ((expected + known) / expected) ** 2


def analyse(ratings, truth, method="jackknife", inference="random", kind="auc", threshold=0, degrees="bounded"):
    theta = figures(ratings, truth, kind, threshold)
    t, r = theta.shape
    matrix = jackknife(ratings, truth, kind, threshold) if method == "jackknife" else delong(ratings, truth)
    grand, arm_means, reader_means = theta.mean(), theta.mean(1), theta.mean(0)
    ms_t = r * ((arm_means - grand) ** 2).sum() / (t - 1)
    ms_r = t * ((reader_means - grand) ** 2).sum() / (r - 1)
    ms_tr = ((theta - arm_means[:, None] - reader_means[None, :] + grand) ** 2).sum() / ((t - 1) * (r - 1))
    error, cov1, cov2, cov3 = (mean_where(matrix, t, r, *same) for same in ((True, True), (False, True), (True, False), (False, False)))
    if inference == "random":
        bottom = ms_tr + r * max(cov2 - cov3, 0)
        df = bottom**2 / (ms_tr**2 / ((t - 1) * (r - 1)))
        if degrees == "bounded":
            df = degrees_of_freedom(bottom, ms_tr, (t - 1) * (r - 1), error - cov1 - max(cov2 - cov3, 0))
    elif inference == "fixed-readers":
        bottom, df = error - cov1 + (r - 1) * max(cov2 - cov3, 0), numpy.inf
    else:
        bottom, df = ms_tr, (t - 1) * (r - 1)
    statistic = ms_t / bottom * (t - 1 if inference == "fixed-readers" else 1)
    p = scipy.stats.chi2.sf(statistic, t - 1) if inference == "fixed-readers" else scipy.stats.f.sf(statistic, t - 1, df)
    arms = []
    for i in range(t):
        own, own_error, own_cov2 = ((theta[i] - arm_means[i]) ** 2).sum() / (r - 1), mean_where(matrix, t, r, True, True, i), max(mean_where(matrix, t, r, True, False, i), 0)
        if inference == "random":
            total = own + r * own_cov2
            own_df = total**2 / (own**2 / (r - 1)) if degrees == "hillis" else degrees_of_freedom(total, own, r - 1, own_error - own_cov2)
            arms.append(interval(arm_means[i], (total / r) ** 0.5, own_df))
        elif inference == "fixed-readers":
            arms.append(interval(arm_means[i], ((own_error + (r - 1) * own_cov2) / r) ** 0.5, numpy.inf))
        else:
            arms.append(interval(arm_means[i], (own / r) ** 0.5, r - 1))
    for arm in arms:
        spread = (arm["high"] - arm["low"]) / 2 / (arm["estimate"] * (1 - arm["estimate"]))
        middle = scipy.special.logit(arm["estimate"])
        arm["logit"] = {"low": float(scipy.special.expit(middle - spread)), "high": float(scipy.special.expit(middle + spread))}
    differences = [interval(arm_means[i] - arm_means[k], (2 * bottom / r) ** 0.5, df) for i, k in itertools.combinations(range(t), 2)]
    return {
        "method": method, "inference": inference, "kind": kind, "threshold": threshold, "degreesMethod": degrees, "values": theta.tolist(),
        "meanSquares": {"arm": ms_t, "reader": ms_r, "armReader": ms_tr},
        "terms": {"error": error, "cov1": cov1, "cov2": cov2, "cov3": cov3},
        "test": {"statistic": statistic, "numerator": t - 1, "denominator": None if df == numpy.inf else df, "p": p},
        "arms": arms, "differences": differences,
    }


def van_dyke():
    data = json.loads((here / "van-dyke.json").read_text())
    ratings = numpy.array([[list(map(float, cell)) for cell in arm] for arm in data["ratings"]])
    return ratings, numpy.array([False] * data["negatives"] + [True] * data["positives"])


def drawn(arms, readers, positives, negatives, step):
    truth = numpy.array([True] * positives + [False] * negatives)
    n = positives + negatives
    ratings = (
        truth * numpy.linspace(1.0, 1.6, arms)[:, None, None] + random.normal(0, 0.25, (1, readers, 1)) * truth
        + random.normal(0, 0.6, (1, 1, n)) + random.normal(0, 0.4, (arms, 1, n)) + random.normal(0, 0.4, (1, readers, n)) + random.normal(0, 0.5, (arms, readers, n))
    )
    return (numpy.round(ratings / step) * step if step else numpy.round(ratings, 6)), truth


def nested(ratings, groups):
    """Readers in groups, each group with cases of its own: the others' readings are taken away."""
    ratings = ratings.copy()
    for j in range(ratings.shape[1]):
        for k in range(ratings.shape[2]):
            if k % groups != j % groups:
                ratings[:, j, k] = numpy.nan
    return ratings


sets = []
ratings, truth = van_dyke()
everything = [("jackknife", inference, "auc", 0) for inference in ("random", "fixed-readers", "fixed-cases")] + [("delong", "random", "auc", 0), ("jackknife", "random", "sensitivity", 3), ("jackknife", "random", "specificity", 3)]
sets.append({"name": "Van Dyke", "ratings": ratings, "truth": truth, "asked": everything})
sets.append({"name": "three arms, continuous", "ratings": (d := drawn(3, 4, 20, 25, None))[0], "truth": d[1], "asked": everything[:4] + [("delong", "fixed-readers", "auc", 0)]})
sets.append({"name": "two arms, coarse scale", "ratings": (d := drawn(2, 3, 12, 15, 1.0))[0], "truth": d[1], "asked": everything[:4]})
sets.append({"name": "split-plot: six readers in three groups", "ratings": nested((d := drawn(3, 6, 30, 30, 0.5))[0], 3), "truth": d[1], "asked": [("jackknife", "random", "auc", 0), ("jackknife", "fixed-readers", "auc", 0)]})
# Readers who differ by less than their cases account for, so that the bound on degrees of freedom acts.
by_chance = numpy.random.default_rng(80)
truth = numpy.array([True] * 12 + [False] * 12)
alike = numpy.round(truth * 1.2 + by_chance.normal(0, 0.8, (1, 1, 24)) + by_chance.normal(0, 0.4, (2, 1, 24)) + by_chance.normal(0, 0.6, (2, 3, 24)), 6)
sets.append({"name": "readers alike by chance", "ratings": alike, "truth": truth, "asked": [("jackknife", "random", "auc", 0), ("jackknife", "random", "auc", 0, "hillis"), ("delong", "random", "auc", 0)]})
multi_reader = [
    {"name": one["name"], "positive": one["truth"].tolist(), "ratings": [[[None if numpy.isnan(x) else x for x in cell] for cell in arm] for arm in one["ratings"].tolist()], "analyses": [analyse(one["ratings"], one["truth"], *asked) for asked in one["asked"]]}
    for one in sets
]

agreement = []
for n, readers, categories in ((30, 4, 5), (50, 6, 3), (25, 2, 5)):
    level = random.integers(0, categories, n)
    table = numpy.clip(level[:, None] + random.integers(-1, 2, (n, readers)), 0, categories - 1)
    counts = numpy.array([[int((row == c).sum()) for c in range(categories)] for row in table])
    long = pandas.DataFrame([{"case": i, "reader": j, "rating": float(table[i, j])} for i in range(n) for j in range(readers)])
    icc = pingouin.intraclass_corr(data=long, targets="case", raters="reader", ratings="rating").set_index("Type")
    two, three = [next(name for name in icc.index if name in names) for names in (("ICC2", "ICC(A,1)"), ("ICC3", "ICC(C,1)"))]
    agreement.append({
        "ratings": table.tolist(), "categories": categories, "fleiss": fleiss_kappa(counts, method="fleiss"),
        "linear": cohen_kappa_score(table[:, 0], table[:, 1], weights="linear", labels=list(range(categories))),
        "quadratic": cohen_kappa_score(table[:, 0], table[:, 1], weights="quadratic", labels=list(range(categories))),
        "agreement": float(icc.loc[two, "ICC"]), "consistency": float(icc.loc[three, "ICC"]), "f": float(icc.loc[three, "F"]), "p": float(icc.loc[three, "pval" if "pval" in icc.columns else "p_val"]),
    })

distributions = {
    "f": [{"f": f, "numerator": a, "denominator": b, "p": scipy.stats.f.sf(f, a, b)} for f in (0.01, 0.8, 3.3, 12.0, 80.0) for a in (1, 2, 5) for b in (1.5, 4, 15.066, 300, 1e5)],
    "student": [{"p": p, "degrees": d, "t": scipy.stats.t.ppf(p, d)} for p in (0.001, 0.3, 0.8, 0.975, 0.9999) for d in (1, 2.5, 7.58, 40, 12345.6)],
    "chiSquare": [{"x": x, "degrees": d, "p": scipy.stats.chi2.sf(x, d)} for x in (0.001, 0.5, 3.84, 20, 90) for d in (1, 2, 3, 10)],
}
(here / "multi-reader.json").write_text(json.dumps({"multiReader": multi_reader, "agreement": agreement, "distributions": distributions}, separators=(",", ":")) + "\n")
