"""Cohen's kappa by scikit-learn, its standard error by statsmodels: python kappa.py > kappa.json (pip install scikit-learn statsmodels)."""
import json
import random

import numpy
import sklearn
import statsmodels
from sklearn.metrics import cohen_kappa_score, confusion_matrix
from statsmodels.stats.inter_rater import cohens_kappa

random.seed(20201125)
cases = []
for categories, n, agreement in [(2, 30, 0.9), (3, 80, 0.6), (5, 200, 0.4), (4, 12, 0.0), (3, 50, 1.0), (7, 500, 0.75)]:
    names = [f"c{i}" for i in range(categories)]
    first = [random.choice(names) for _ in range(n)]
    second = [a if random.random() < agreement else random.choice(names) for a in first]
    table = confusion_matrix(first, second, labels=names)
    for weights, wt in [("none", None), ("linear", "linear"), ("quadratic", "quadratic")]:
        ours = None if weights == "none" else weights
        kappa = cohen_kappa_score(first, second, labels=names, weights=ours)
        # statsmodels takes the distances; its default for None is unweighted.
        with numpy.errstate(all="ignore"):
            result = cohens_kappa(table, wt=wt)
        error = None if numpy.isnan(result.std_kappa) else result.std_kappa
        assert abs(result.kappa - kappa) < 1e-12
        cases.append({"categories": names, "weights": weights, "pairs": list(zip(first, second)), "kappa": kappa, "standardError": error})
print(json.dumps({"made by": f"scikit-learn {sklearn.__version__}, statsmodels {statsmodels.__version__}", "cases": cases}))
