"""How often sets of labels held the right one: over subjects, and for the worst of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike


@dataclass(frozen=True, repr=False)
class Coverage:
    """What :func:`measure_coverage` found.

    Attributes
    ----------
    subjects : DataFrame
        One row a subject: ``n_trials``; ``coverage``, the share of its sets that hold the right
        label; ``size``, the mean number of labels in them; ``single``, the share that hold one.
    classes : Series
        Share of each class's trials whose sets hold it.
    nominal : float or None
    """

    subjects: pd.DataFrame
    classes: pd.Series
    nominal: float | None = None

    @property
    def mean(self) -> float:
        """Over subjects, each weighing the same: what is promised."""
        return float(self.subjects["coverage"].mean())

    @property
    def worst(self) -> float:
        """Of the subject with the least."""
        return float(self.subjects["coverage"].min())

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Student's interval of the mean over subjects.

        Parameters
        ----------
        level : float, default=0.95

        Returns
        -------
        (float, float)
        """
        from scipy import stats

        values = self.subjects["coverage"]
        half = stats.t.ppf((1 + level) / 2, len(values) - 1) * values.sem()
        return self.mean - half, self.mean + half

    def __repr__(self):
        low, high = self.interval()
        promised = "" if self.nominal is None else f", promised {self.nominal:.2f}"
        return (
            f"coverage {self.mean:.3f} over {len(self.subjects)} subjects, 95% interval {low:.3f} "
            f"to {high:.3f}{promised}; worst subject {self.worst:.3f}; "
            f"{self.subjects['size'].mean():.2f} labels a set"
        )


def measure_coverage(
    sets: ArrayLike,
    y: ArrayLike,
    subjects: ArrayLike,
    classes: ArrayLike,
    nominal: float | None = None,
) -> Coverage:
    """How often sets of labels hold the right one.

    Parameters
    ----------
    sets : array-like of bool of shape (n_trials, n_classes)
    y : array-like of shape (n_trials,)
        Right labels.
    subjects : array-like of shape (n_trials,)
    classes : array-like of shape (n_classes,)
        Labels of the columns.
    nominal : float, default=None
        What was promised.

    Returns
    -------
    Coverage

    Examples
    --------
    >>> sets = [[True, False], [True, True], [False, True], [True, False]]
    >>> measure_coverage(sets, ["a", "b", "b", "b"], [1, 1, 2, 2], ["a", "b"], nominal=0.9)
    coverage 0.750 over 2 subjects, 95% interval -2.427 to 3.927, promised 0.90; worst subject \
0.500; 1.25 labels a set
    """
    sets, y, classes = np.asarray(sets, dtype=bool), np.asarray(y), np.asarray(classes)
    if sets.shape != (len(y), len(classes)) or len(np.asarray(subjects)) != len(y):
        raise ValueError(
            f"measure_coverage: expected a set of {len(classes)} labels, and a subject, for each "
            f"of {len(y)} trials, got sets of shape {sets.shape} and {len(np.asarray(subjects))} "
            f"subjects."
        )
    known = y[:, None] == classes
    table = pd.DataFrame(
        {
            "subject": np.asarray(subjects),
            "coverage": (sets & known).any(axis=1),
            "size": sets.sum(axis=1),
            "single": sets.sum(axis=1) == 1,
        }
    )
    means = table.groupby("subject")[["coverage", "size", "single"]].mean()
    means.insert(0, "n_trials", table.groupby("subject").size())
    shares = table["coverage"].groupby(y).mean().rename_axis("class")
    return Coverage(means, shares, nominal)
