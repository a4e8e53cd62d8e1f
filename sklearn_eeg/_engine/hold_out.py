"""Trials held out of training for early stopping: whole subjects."""

import numpy as np
import pandas as pd


def hold_out(fraction, codes, groups, random_state):
    """Mask of the trials held out: a fraction of the subjects, or of trials if none are known.

    Every class keeps a trial in training; subjects are drawn again until that holds.

    Parameters
    ----------
    fraction : float
        Between 0 and 1.
    codes : ndarray of shape (n_trials,)
        Class of each trial, or one number for all where there are no classes.
    groups : array-like of shape (n_trials,) or None
    random_state : numpy RandomState
    """
    what = "trials" if groups is None else "subjects"
    groups = np.arange(len(codes)) if groups is None else np.asarray(groups)
    missing = pd.isna(groups).any()
    if missing or len({isinstance(group, str) for group in groups}) > 1:
        raise ValueError(
            f"expected a subject for every trial, all words or all numbers, where "
            f"validation holds out subjects, got {'one missing' if missing else 'both'}."
        )
    units = np.unique(groups)
    if len(units) < 2:
        raise ValueError(
            f"expected at least two {what} to hold out a part for validation, got one "
            f"({units[0]}); add subjects or set validation=None."
        )
    n_held = min(max(1, round(fraction * len(units))), len(units) - 1)
    needed = np.unique(codes)
    for _ in range(200):
        held = np.isin(groups, random_state.permutation(units)[:n_held])
        if np.isin(needed, codes[~held]).all():
            return held
    raise ValueError(
        f"expected every class to stay in training when {n_held} of {len(units)} {what} "
        f"are held out, found no such split; add {what} or lower validation."
    )
