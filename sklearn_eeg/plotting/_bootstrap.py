"""How far a score would move with other trials, or other people, of the same kind."""

import numpy as np

N_RESAMPLES, LEVEL = 2000, 0.95


def accuracy(counts):
    """Share of right trials, of counts (..., true, predicted)."""
    return _diagonal(counts).sum(axis=-1) / counts.sum(axis=(-2, -1))


def balanced_accuracy(counts):
    """Mean over classes that there are of the share that is recognised."""
    return _mean_where(_diagonal(counts), counts.sum(axis=-1))


def f1_macro(counts):
    """Mean over classes that there are, or are predicted, of F1."""
    return _mean_where(2 * _diagonal(counts), counts.sum(axis=-1) + counts.sum(axis=-2))


#: Metrics that counts of a confusion matrix tell.
OF_COUNTS = {
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "f1_macro": f1_macro,
}


def interval_over_trials(true, predicted, metric, n_trials=None):
    """Bootstrap interval of a metric over the trials of one subject.

    Trials drawn with replacement are counts drawn from the multinomial distribution of the cells of
    the confusion matrix, which are all that the metric sees.

    Parameters
    ----------
    true, predicted : array-like of shape (n_trials,)
    metric : str
        One of ``OF_COUNTS``.
    n_trials : int, default=None
        How many of them there are, where each was predicted several times; ``None``: once.

    Returns
    -------
    ndarray of shape (2,)
        Quantiles 0.025 and 0.975.
    """
    counts = count_cells(true, predicted)
    n_trials = counts.sum() if n_trials is None else n_trials
    shares = counts.ravel() / counts.sum()
    draws = np.random.default_rng(0).multinomial(n_trials, shares, size=N_RESAMPLES)
    return _interval(OF_COUNTS[metric](draws.reshape(-1, *counts.shape)))


def interval_over_subjects(scores):
    """Bootstrap interval of the mean over subjects; NaN of fewer than two.

    Parameters
    ----------
    scores : ndarray of shape (n_subjects,)

    Returns
    -------
    ndarray of shape (2,)
    """
    scores = scores[np.isfinite(scores)]
    if len(scores) < 2:
        return np.full(2, np.nan)
    draws = np.random.default_rng(0).integers(len(scores), size=(N_RESAMPLES, len(scores)))
    return _interval(scores[draws].mean(axis=1))


def count_cells(true, predicted):
    """Confusion matrix of the classes that there are, of which one is enough."""
    true, predicted = np.asarray(true), np.asarray(predicted)
    classes, codes = np.unique(np.concatenate([true, predicted]), return_inverse=True)
    cells = codes[: len(true)] * len(classes) + codes[len(true) :]
    return np.bincount(cells, minlength=len(classes) ** 2).reshape(2 * [len(classes)])


def _interval(values):
    return np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])


def _diagonal(counts):
    return np.diagonal(counts, axis1=-2, axis2=-1)


def _mean_where(parts, wholes):
    """Mean of parts / wholes over the last axis, where there is a whole."""
    shares = parts / np.where(wholes, wholes, 1)
    return shares.sum(axis=-1) / np.count_nonzero(wholes, axis=-1)
