"""How far out a score is among those of several groups, each group weighing the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._subjects import rows_of

# Sums of weights that are equal but for rounding are equal.
ROUNDING = 1e-12


def group_p_values(scores: ArrayLike, groups: ArrayLike, new: ArrayLike) -> np.ndarray:
    r"""Share of calibration groups, and of the new one, whose scores are as large as new scores.

    .. math::

        p(s) = \frac{1}{K + 1} \Big(1 + \sum_{k=1}^{K} \frac{1}{N_k} \sum_{i=1}^{N_k}
        [s_{ki} \ge s]\Big)

    Parameters
    ----------
    scores : array-like of shape (n,)
        Of calibration, large where a label is strange.
    groups : array-like of shape (n,)
        Whose each score is; K groups.
    new : array-like of any shape
        Scores of somebody else.

    Returns
    -------
    ndarray of the shape of ``new``
        In (0, 1]. For the right label of one observation of a new, exchangeable group it is below
        or at alpha with a probability of alpha at most.

    References
    ----------
    Dunn, Wasserman & Ramdas (2023), JASA 118(544):2491-2502,
    doi:10.1080/01621459.2022.2060112: the mean over all draws of one score a group.

    Examples
    --------
    >>> group_p_values([0.1, 0.3, 0.2], ["a", "a", "b"], [0.15, 0.9]).round(3).tolist()
    [0.833, 0.333]
    """
    scores, new = np.asarray(scores, dtype=float), np.asarray(new, dtype=float)
    return _p_values(scores, rows_of(np.asarray(groups)), new)


def _p_values(scores, rows, new):
    n_as_large = 0.0
    for mine in rows:
        ordered = np.sort(scores[mine])
        n_as_large = n_as_large + 1 - np.searchsorted(ordered, new, side="left") / len(mine)
    return (1 + n_as_large) / (len(rows) + 1)


def group_threshold(scores: ArrayLike, groups: ArrayLike, alpha: float) -> float:
    """Smallest score that leaves no more than ``alpha`` of the weight above it.

    Parameters
    ----------
    scores : array-like of shape (n,)
        Of calibration, large where a label is strange.
    groups : array-like of shape (n,)
        Whose each score is; K groups, each with the weight 1 / (K + 1), shared by its scores. As
        much weighs somebody new, at infinity.
    alpha : float
        In (0, 1).

    Returns
    -------
    float
        Infinity where ``alpha`` is below 1 / (K + 1): so few groups promise nothing.

    References
    ----------
    Lee, Barber & Willett (2023), Distribution-free inference with hierarchical data,
    arXiv:2306.06342, eq. 6.

    Examples
    --------
    >>> scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    >>> group_threshold(scores, range(9), 0.2), group_threshold(scores, range(9), 0.05)
    (0.8, inf)
    """
    scores, rows = np.asarray(scores, dtype=float), rows_of(np.asarray(groups))
    weight = np.empty(len(scores))
    for mine in rows:
        weight[mine] = 1 / (len(mine) * (len(rows) + 1))
    order = np.argsort(scores, kind="stable")
    enough = np.cumsum(weight[order]) >= 1 - alpha - ROUNDING
    return float(scores[order][enough.argmax()]) if enough.any() else float("inf")
