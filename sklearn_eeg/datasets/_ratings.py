"""Labels from what people said of their trials on a scale."""

import warnings
from functools import partial

import numpy as np

from sklearn_eeg._constraints import Choice, Number
from sklearn_eeg.datasets._settings import LABELS

TIES = ("high", "low", "drop")
LEVELS = np.array(["low", "high"])
# Valence first; a code is 2 · (valence is high) + (arousal is high).
QUADRANTS = np.array(["LVLA", "LVHA", "HVLA", "HVHA"])


def label_by(speaker, target, threshold, ties, labels, *, known, scale):
    """:func:`label_ratings` with its settings, which are refused where no trial could meet them.

    ``known`` are the targets of a set, ``scale`` the ends of its ratings.
    """
    Choice(tuple(known)).check("target", target)
    Number(least=scale[0], most=scale[1], optional=True).check("threshold", threshold)
    Choice(TIES).check("ties", ties)
    LABELS.check("labels", labels)
    if target == "quadrant" and threshold is None:
        raise ValueError("expected a threshold with the target quadrant, got None.")
    settings = {"target": target, "threshold": threshold, "ties": ties, "labels": labels}
    return partial(label_ratings, speaker=speaker, **settings)


def label_ratings(rows, *, speaker, target, threshold, ties, labels):
    """Which trials have a label, and their labels.

    Parameters
    ----------
    rows : list of dict
        With the ratings of each trial, as far as there are, and its ``subject``.
    speaker : str
        In whose name it is said that trials have no rating.
    target : str
        Of the ratings, or ``"quadrant"`` of valence and arousal.
    threshold : float or None
        ``None``: the ratings are the labels.
    ties : {"high", "low", "drop"}
        What a rating of exactly the threshold is.
    labels : {"name", "code"}
    """
    names = ("valence", "arousal") if target == "quadrant" else (target,)
    ratings = np.array([[row.get(name, np.nan) for name in names] for row in rows], dtype=float)
    ratings = ratings.reshape(len(rows), len(names))
    rated = ~np.isnan(ratings).any(axis=1)
    if not rated.all():
        warnings.warn(
            f"{speaker}: {np.sum(~rated)} of {len(rows)} trials of subject {rows[0]['subject']} "
            f"have no rating of {' and '.join(names)} and are left out.",
            stacklevel=2,
        )
    if threshold is None:
        kept = np.flatnonzero(rated)
        return kept, ratings[kept, 0]
    kept = np.flatnonzero(rated & (ties != "drop" or (ratings != threshold).all(axis=1)))
    above = ratings[kept] >= threshold if ties == "high" else ratings[kept] > threshold
    codes = above @ (2 ** np.arange(len(names))[::-1])
    if labels == "code":
        return kept, codes
    return kept, (QUADRANTS if target == "quadrant" else LEVELS)[codes]
