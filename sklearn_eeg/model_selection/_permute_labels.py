"""Labels that carry nothing: the canary of an evaluation."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import subjects_of
from sklearn_eeg._typing import RandomState


def permute_labels(
    y: ArrayLike, groups: ArrayLike, *, random_state: RandomState = None
) -> np.ndarray:
    """Shuffle labels within each subject, which should leave nothing to find.

    Each subject keeps its share of each class. An evaluation of permuted labels that is better
    than chance has a leak.

    Parameters
    ----------
    y : array-like of shape (n_trials,)
        Labels.
    groups : array-like of shape (n_trials,)
        Subject of each trial, such as ``trials.subject``.
    random_state : int, RandomState or None, default=None
        Fixes the permutation.

    Returns
    -------
    ndarray of shape (n_trials,)

    Raises
    ------
    ValueError
        A subject is missing or two cannot be told apart, or subjects and labels do not line up.

    Examples
    --------
    >>> permute_labels(["a", "b", "c", "d"], [1, 1, 2, 2], random_state=3)
    array(['b', 'a', 'd', 'c'], dtype='<U1')
    """
    y = np.array(y)
    with speaking("permute_labels"):
        groups = subjects_of(y, groups)
    rng = check_random_state(random_state)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        y[rows] = y[rng.permutation(rows)]
    return y
