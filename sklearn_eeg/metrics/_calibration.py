"""Whether a probability of 0.8 is right in eight of ten cases."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._speaker import speaking


def reliability_curve(
    correct: ArrayLike, confidence: ArrayLike, *, n_bins: int = 10, strategy: str = "uniform"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How often predictions of each confidence are right.

    Parameters
    ----------
    correct : array-like of bool of shape (n,)
        Whether each prediction is right.
    confidence : array-like of shape (n,)
        Probability of each prediction, in [0, 1].
    n_bins : int, default=10
    strategy : {"uniform", "quantile"}, default="uniform"
        Bins of equal width, each with its upper edge; or of equal number, in order of confidence.

    Returns
    -------
    accuracy, confidence : ndarray of shape (n_filled,)
        Means of each bin that has any.
    counts : ndarray of int of shape (n_filled,)

    Examples
    --------
    >>> accuracy, confidence, counts = reliability_curve([1, 0, 1], [0.91, 0.94, 0.55])
    >>> accuracy.tolist(), confidence.round(3).tolist(), counts.tolist()
    ([1.0, 0.5], [0.55, 0.925], [1, 2])
    """
    with speaking("reliability_curve"):
        is_right, sure = _read(correct, confidence, n_bins, strategy)
    if strategy == "quantile":
        order = np.argsort(sure, kind="stable")
        bins = [rows for rows in np.array_split(order, n_bins) if len(rows)]
    else:
        number = bin_numbers(sure, n_bins)
        bins = [np.flatnonzero(number == one) for one in np.unique(number)]
    means = [(is_right[rows].mean(), sure[rows].mean(), len(rows)) for rows in bins]
    accuracy, mean_confidence, counts = map(np.array, zip(*means, strict=True))
    return accuracy, mean_confidence, counts


def calibration_error(
    correct: ArrayLike,
    confidence: ArrayLike,
    *,
    n_bins: int = 10,
    strategy: str = "uniform",
    norm: str = "l1",
) -> float:
    """Distance between how sure predictions are and how often they are right.

    Parameters
    ----------
    correct, confidence, n_bins, strategy
        As of :func:`reliability_curve`.
    norm : {"l1", "max"}, default="l1"
        Mean over predictions (ECE; with ``strategy="quantile"`` the adaptive ECE), or the worst bin
        (MCE).

    Returns
    -------
    float
        In [0, 1]; 0 is perfect.

    References
    ----------
    Guo et al. (2017), On calibration of modern neural networks, ICML, eq. 3 and 5.

    Examples
    --------
    >>> correct = [1, 0, 1, 1, 1, 0, 1, 0]
    >>> confidence = [0.55, 0.65, 0.75, 0.85, 0.95, 0.95, 0.6, 0.8]
    >>> round(calibration_error(correct, confidence), 4)
    0.3875
    """
    with speaking("calibration_error"):
        if norm not in ("l1", "max"):
            raise ValueError(f"expected norm 'l1' or 'max', got {norm!r}.")
        _read(correct, confidence, n_bins, strategy)
    accuracy, mean, counts = reliability_curve(
        correct, confidence, n_bins=n_bins, strategy=strategy
    )
    gaps = np.abs(accuracy - mean)
    return float(gaps.max() if norm == "max" else np.average(gaps, weights=counts))


def bin_numbers(confidence, n_bins):
    """Number, from 1, of the bin of equal width that has each confidence; it has its upper edge."""
    # Rounding must not push a number over it.
    return np.ceil(np.round(confidence * n_bins, 9)).astype(int)


def _read(correct, confidence, n_bins, strategy):
    correct, confidence = np.asarray(correct), np.asarray(confidence, dtype=float)
    if correct.ndim != 1 or correct.shape != confidence.shape or not len(correct):
        raise ValueError(
            f"expected one row each of correct and confidence, of one length, got shapes "
            f"{correct.shape} and {confidence.shape}."
        )
    if not np.isin(correct, (0, 1)).all() or not ((confidence >= 0) & (confidence <= 1)).all():
        raise ValueError(
            "expected correct to be true or false and confidence in [0, 1], got other values."
        )
    if strategy not in ("uniform", "quantile"):
        raise ValueError(f"expected strategy 'uniform' or 'quantile', got {strategy!r}.")
    if n_bins != int(n_bins) or n_bins < 1:
        raise ValueError(f"expected n_bins of 1 or more, got {n_bins!r}.")
    return correct.astype(float), confidence
