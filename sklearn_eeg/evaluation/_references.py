"""References: what else is evaluated on the same folds, and how far a model is ahead of it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sklearn_eeg.evaluation._alone import NAMES
from sklearn_eeg.statistics import compare_paired

# Rows and columns of tables that have other things to say.
TAKEN = ("mean", "sd", "n_subjects", "baseline", "majority", "chance", *NAMES.values())


def read_references(references):
    """Classifiers by name; none are none."""
    references = {} if references is None else references
    if not isinstance(references, Mapping):
        raise TypeError(
            f"evaluate: expected references as a mapping of names to classifiers, got "
            f"{references!r}; give {{'logistic': model}}."
        )
    for name in references:
        if not isinstance(name, str) or not name.strip() or name in TAKEN:
            raise ValueError(
                f"evaluate: expected names of references that are words and none of "
                f"{', '.join(TAKEN)}, got {name!r}."
            )
    return dict(references)


def paired_differences(scores, others):
    """How much better each metric is for the same subjects, with an interval.

    Parameters
    ----------
    scores, others : DataFrame of shape (n_subjects, n_metrics)
        Of two models; subjects and metrics that both have are compared.

    Returns
    -------
    DataFrame of shape (n_metrics, 4)
        ``mean`` difference, Student's interval of 95 % from ``low`` to ``high``, and
        ``n_subjects``, those for whom both have a finite score.

    Examples
    --------
    >>> one = pd.DataFrame({"accuracy": [0.5, 0.75, 1.0]}, index=["a", "b", "c"])
    >>> other = pd.DataFrame({"accuracy": [0.75, 0.25, 0.75]}, index=["a", "c", "b"])
    >>> paired_differences(one, other).round(2)
              mean   low  high  n_subjects
    accuracy  0.17 -1.13  1.46           3
    """
    rows = {name: _difference(scores[name], others[name]) for name in scores if name in others}
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["mean", "low", "high", "n_subjects"]
    )


def _difference(one, other):
    both = pd.concat([one, other], axis=1, join="inner")
    both = both[np.isfinite(both).all(axis=1)]
    one, other = both.iloc[:, 0], both.iloc[:, 1]
    if len(both) < 2:
        return (one - other).mean(), np.nan, np.nan, len(both)
    found = compare_paired(one, other, test="t")
    return found.difference, *found.interval, found.n


def tell_differences(model, name, table):
    """Say in a sentence how far a model is ahead of a reference."""
    parts = [f"{metric.replace('_', ' ')} {_interval(row)}" for metric, row in table.iterrows()]
    # Some may be without a score of some metric.
    n = " to ".join(map(str, sorted({table["n_subjects"].min(), table["n_subjects"].max()})))
    return f"{model} minus {name}, subject by subject: {', '.join(parts)}; 95 % over {n} subjects."


def _interval(row):
    if np.isnan(row["low"]):
        return f"{row['mean']:+.2f}"
    return f"{row['mean']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f})"
