"""Numbers of a report that an evaluation has not computed: differences, intervals, reliability."""

import numpy as np
import pandas as pd

from sklearn_eeg.evaluation._spreads import bootstrap, resamples
from sklearn_eeg.metrics import reliability_curve
from sklearn_eeg.statistics import compare_paired

LEVEL = 0.95
N_RESAMPLES = 9999
BINS = 10


def describe_scores(scores):
    """Mean over subjects, SD (n - 1), bootstrap interval, and over how many subjects.

    Examples
    --------
    >>> found = describe_scores(pd.Series([0.5, 0.75, 1.0]))
    >>> {name: round(float(value), 3) for name, value in found.items()}
    {'mean': 0.75, 'sd': 0.25, 'low': 0.5, 'high': 1.0, 'n_subjects': 3.0}
    """
    low, high = bootstrap(scores.to_frame(), LEVEL, resamples(N_RESAMPLES, 0)).iloc[0]
    with np.errstate(invalid="ignore"):
        found = {"mean": scores.mean(), "sd": scores.std(ddof=1), "low": low, "high": high}
    return found | {"n_subjects": int(scores.count())}


def compare_scores(scores, others, test="permutation"):
    """How far scores are ahead of each of some others, subject by subject.

    Parameters
    ----------
    scores : Series
    others : dict of str to (Series or float)
        By name; a number is the same for all subjects.
    test : str, default="permutation"
        As of :func:`~sklearn_eeg.statistics.compare_paired`.

    Returns
    -------
    list of dict
        One a name with which at least two subjects can be compared.
    """
    rows = []
    for name, other in others.items():
        other = other if isinstance(other, pd.Series) else pd.Series(other, scores.index)
        both = pd.concat([scores, other], axis=1, join="inner", keys=["one", "other"])
        both = both[np.isfinite(both).all(axis=1)]
        if len(both) > 1:
            rows.append({"other": name} | describe_pair(both["one"], both["other"], test))
    return rows


def describe_pair(one, other, test="wilcoxon"):
    """Difference of two models on the same subjects, as plain values."""
    found = compare_paired(
        one, other, test=test, level=LEVEL, n_resamples=N_RESAMPLES, random_state=0
    )
    low, high = found.interval
    return {
        "difference": found.difference,
        "low": low,
        "high": high,
        "effect": found.effect,
        "n_subjects": found.n,
        "n_better": found.n_better,
        "n_worse": found.n_worse,
        "p": found.p_value,
    }


def describe_calibration(predictions, classes):
    """Reliability curve over the trials of all subjects; ``None`` without probabilities."""
    columns = [f"p({label})" for label in classes]
    if not set(columns) <= set(predictions):
        return None
    sure = predictions[columns].to_numpy(dtype=float).max(axis=1).clip(0, 1)
    if not np.isfinite(sure).all():
        return None
    right = (predictions["true"] == predictions["predicted"]).to_numpy()
    curve = reliability_curve(right, sure, n_bins=BINS)
    names = ("accuracy", "confidence", "n_trials")
    bins = zip(*(values.tolist() for values in curve), strict=True)
    return {
        "n_bins": BINS,
        "confidence": float(sure.mean()),
        "accuracy": float(right.mean()),
        "bins": [dict(zip(names, one, strict=True)) for one in bins],
    }
