"""Whose trial is whose, and the guard that keeps a subject on one side of a split."""

import numpy as np
import pandas as pd

from sklearn_eeg._signals import is_trials


def subjects_of(X, groups, name):
    """Return the subject of each trial: ``groups`` where given, else the trials' own column."""
    if groups is None:
        if not is_trials(X) or "subject" not in X.metadata:
            raise ValueError(
                f"{name}: expected to know each trial's subject, got neither groups= nor Trials "
                f"with a 'subject' column; pass groups=, one entry a trial."
            )
        return X.subject
    groups = np.asarray(groups)
    if groups.shape != (len(X),):
        raise ValueError(
            f"{name}: expected groups of shape ({len(X)},), one entry a trial, "
            f"got shape {groups.shape}."
        )
    if pd.isna(groups).any():
        raise ValueError(
            f"{name}: expected a group for every trial, got a missing one at trial "
            f"{int(np.argmax(pd.isna(groups)))}."
        )
    return groups


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
