"""What a guess may reach by luck, in as many trials as were tested."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def chance_threshold(n_trials: int, classes: ArrayLike, *, alpha: float = 0.05) -> float:
    """Accuracy that a guess reaches or exceeds with a probability of ``alpha`` at most.

    Chance is 1 by the number of classes only for endless trials. With few, guesses spread, and what
    lies below this threshold shows nothing.

    Parameters
    ----------
    n_trials : int
        Independent trials that were tested. Windows of one trial are not independent.
    classes : int or array-like of shape (n_classes,)
        Number of balanced classes; or the share, or number, of trials of each, of which a guess
        could always name the commonest.
    alpha : float, default=0.05

    Returns
    -------
    float
        In [0, 1]: the quantile 1 - alpha of the binomial distribution, by n.

    Raises
    ------
    ValueError
        No trials, fewer than two classes, or an ``alpha`` that is no level.

    References
    ----------
    Combrisson & Jerbi (2015), J. Neurosci. Methods 250:126-136,
    doi:10.1016/j.jneumeth.2015.01.010.

    Examples
    --------
    >>> chance_threshold(20, 2), round(chance_threshold(45, 3), 3)
    (0.7, 0.444)
    >>> round(chance_threshold(60, [40, 20]), 3)
    0.767
    """
    from scipy import stats

    shares = np.asarray(classes, dtype=float)
    if shares.ndim == 0:
        n_classes = float(shares)
        shares = np.full(int(n_classes), 1 / n_classes) if n_classes >= 1 else np.empty(0)
    total = shares.sum()
    if len(shares) < 2 or not np.isfinite(total) or (shares < 0).any() or total <= 0:
        raise ValueError(
            f"chance_threshold: expected two classes or more, as a number or as the share of each, "
            f"got {classes!r}."
        )
    if n_trials < 1 or n_trials != int(n_trials) or not 0 < alpha < 1:
        raise ValueError(
            f"chance_threshold: expected a whole number of trials of 1 or more and alpha between "
            f"0 and 1, got {n_trials!r} and {alpha!r}."
        )
    return float(stats.binom.isf(alpha, n_trials, shares.max() / total) / n_trials)
