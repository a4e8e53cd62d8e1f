"""The guard of whole subjects."""

import numpy as np


def refuse_leak(train, test, subjects, name):
    """Refuse a split that has trials of one subject on both sides."""
    shared = np.intersect1d(subjects[train], subjects[test])
    if shared.size:
        raise ValueError(
            f"{name}: expected whole subjects on one side of each split, got subject "
            f"{shared[0]} in training and test ({shared.size} such subjects); "
            f"split with GroupKFold or SubjectSplit."
        )


def refuse_parted(train, test, values, column, name):
    """Refuse a split that parts what a column tells apart."""
    shared = np.intersect1d(values[train], values[test])
    if shared.size:
        raise ValueError(
            f"expected each {column} on one side of each split, got {shared[0]} in training and "
            f"test by {name}; give a splitter that takes groups, such as GroupKFold."
        )
