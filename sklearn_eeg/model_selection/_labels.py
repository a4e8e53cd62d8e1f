"""Labels as a splitter and a scorer need them, and the guard of whole subjects."""

import numpy as np


def hard_labels(y):
    """One label a trial, of labels or of a (trial, class) table of votes or probabilities."""
    if np.ndim(y) < 2:
        return np.asarray(y)
    columns = np.asarray(getattr(y, "columns", np.arange(np.shape(y)[1])))
    return columns[np.argmax(np.asarray(y), axis=1)]


def check_labels(X, y, name):
    """Refuse labels that do not line up with trials."""
    if len(y) != len(X):
        raise ValueError(
            f"{name}: expected one label a trial, {len(X)}, got {len(y)}; "
            f"a trial's windows share its label."
        )


def refuse_leak(train, test, subjects, name):
    """Refuse a split that has trials of one subject on both sides."""
    shared = np.intersect1d(subjects[train], subjects[test])
    if shared.size:
        raise ValueError(
            f"{name}: expected whole subjects on one side of each split, got subject "
            f"{shared[0]} in training and test ({shared.size} such subjects); "
            f"split with GroupKFold or SubjectSplit."
        )
