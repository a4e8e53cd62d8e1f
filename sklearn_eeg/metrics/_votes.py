"""Scores and weights for labels on which experts voted, and what a guess would score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, rel_entr
from sklearn.utils import check_array
from sklearn.utils.validation import _check_sample_weight

from sklearn_eeg._constraints import Number
from sklearn_eeg._labels import read_labels
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data

# As likely as a class that got votes is taken to be where it was called impossible.
TINY = 1e-15


def chance_level(metric: str, n_classes: int) -> float:
    """Score of a uniformly random guess among balanced classes.

    Parameters
    ----------
    metric : str
        Name of a scorer of scikit-learn.
    n_classes : int

    Returns
    -------
    float
        NaN where it depends on more than the classes.

    Examples
    --------
    >>> chance_level("accuracy", 4), chance_level("f1_macro", 4)
    (0.25, nan)
    """
    if metric.endswith("accuracy"):
        return 1 / n_classes
    return 0.5 if metric.startswith("roc_auc") else np.nan


def vote_weights(
    votes: ArrayLike, *, edges: Sequence[float] = (2, 8), weights: Sequence[float] = (0.3, 0.5, 1.0)
) -> np.ndarray:
    """Weight of each sample by the number of experts who voted on it.

    Parameters
    ----------
    votes : array-like of shape (n_samples, n_classes) or (n_samples,)
        Votes for each class, or the number of votes.
    edges : sequence of float, default=(2, 8)
        Largest number of votes for each weight but the last, rising.
    weights : sequence of float, default=(0.3, 0.5, 1.0)
        One more than edges.

    Returns
    -------
    ndarray of shape (n_samples,)
        For ``sample_weight`` of ``fit``.

    Raises
    ------
    ValueError
        The votes are no counts, a sample has none, or edges and weights do not fit together.

    References
    ----------
    The defaults are a published recipe for the recordings of the HMS harmful brain activity
    competition (1 to 28 votes a sample): few votes agree too easily to be trusted.

    Examples
    --------
    >>> vote_weights([[2, 0, 0], [1, 3, 1], [0, 0, 9]])
    array([0.3, 0.5, 1. ])
    """
    with speaking("vote_weights"):
        totals = _count_votes(votes)
    if len(weights) != len(edges) + 1 or (np.diff(edges) <= 0).any():
        raise ValueError(
            f"vote_weights: expected rising edges and one more weight than edges, "
            f"got edges={edges} and weights={weights}."
        )
    return np.asarray(weights, dtype=np.float64)[np.searchsorted(edges, totals)]


def agreement_weights(votes: ArrayLike, *, middle: float = 5.0, scale: float = 3.0) -> np.ndarray:
    r"""Weight of each sample by the number of experts who voted on it, rising without steps.

    .. math:: w = \frac{1}{1 + e^{-(n - \mathrm{middle}) / \mathrm{scale}}}

    Parameters
    ----------
    votes : array-like of shape (n_samples, n_classes) or (n_samples,)
        Votes for each class, or the number of votes :math:`n`.
    middle : float, default=5.0
        Number of votes of which the weight is a half.
    scale : float, default=3.0
        Votes in which the odds of the weight grow e-fold.

    Returns
    -------
    ndarray of shape (n_samples,)
        Between 0 and 1, for ``sample_weight`` of ``fit``.

    Raises
    ------
    ValueError
        The votes are no counts, a sample has none, or ``scale`` is not above 0.

    References
    ----------
    The defaults are a recipe for the recordings of the HMS harmful brain activity competition.

    Examples
    --------
    >>> agreement_weights([[2, 0, 0], [1, 3, 1], [0, 0, 14]]).round(3)
    array([0.269, 0.5  , 0.953])
    """
    with speaking("agreement_weights"):
        totals = _count_votes(votes)
        Number().check("middle", middle)
        Number(above=0).check("scale", scale)
    return expit((totals - middle) / scale)


def _count_votes(votes):
    """Number of votes on each sample."""
    counts = check_array(votes, ensure_2d=False, dtype=np.float64, input_name="votes")
    if (counts < 0).any() or (counts % 1).any():
        raise ValueError(
            "expected whole numbers of votes, got fractions or negative numbers; pass the votes "
            "before they are divided by their sum."
        )
    totals = counts if counts.ndim == 1 else counts.sum(axis=1)
    if (totals == 0).any():
        raise ValueError(
            f"expected at least one vote a sample, got none in sample {np.argmin(totals)}; drop it."
        )
    return totals


def kl_divergence_loss(
    y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Kullback-Leibler divergence of predicted probabilities from the shares of votes, in nats.

    The mean over samples of sum p ln(p / q), zero where prediction and votes agree. For votes of
    one voice it is scikit-learn's ``log_loss``.

    Parameters
    ----------
    y_true : array-like of shape (n_samples, n_classes)
        Votes, or probabilities; each row is divided by its sum.
    y_pred : array-like of shape (n_samples, n_classes)
        Probabilities, as of ``predict_proba``, for the classes of the same columns. A class with
        votes that is predicted impossible costs as if it had 1e-15.
    sample_weight : array-like of shape (n_samples,), default=None
        Weight of each sample.

    Returns
    -------
    float
        From 0, to be minimised.

    Raises
    ------
    ValueError
        Shapes differ, numbers are negative, a sample has no votes, or predictions do not sum to 1.

    Examples
    --------
    >>> kl_divergence_loss([[3, 1], [0, 2]], [[0.75, 0.25], [0.0, 1.0]])
    0.0
    >>> round(kl_divergence_loss([[1, 0]], [[0.5, 0.5]]), 4)
    0.6931
    """
    votes = check_array(y_true, dtype=np.float64, input_name="y_true")
    predicted = check_array(y_pred, dtype=np.float64, input_name="y_pred")
    if votes.shape != predicted.shape:
        raise ValueError(
            f"kl_divergence_loss: expected votes and predictions of one shape, "
            f"got {votes.shape} and {predicted.shape}."
        )
    if votes.min() < 0 or votes.sum(axis=1).min() == 0:
        raise ValueError(
            "kl_divergence_loss: expected votes of zero or more and at least one a sample, "
            "got negative votes or a sample without any."
        )
    if predicted.min() < 0 or not np.allclose(predicted.sum(axis=1), 1, atol=1e-5):
        raise ValueError(
            "kl_divergence_loss: expected predictions to be probabilities that sum to 1 over "
            "the classes, got others; pass what predict_proba gives."
        )
    weights = _check_sample_weight(sample_weight, votes, dtype=np.float64)
    return float(np.average(_divergences(votes, predicted), weights=weights))


def neg_kl_divergence(
    estimator: Any, X: Data, y: ArrayLike, sample_weight: ArrayLike | None = None
) -> float:
    """Scorer of a fitted classifier: minus ``kl_divergence_loss``, so that more is better.

    Parameters
    ----------
    estimator : fitted classifier
        With ``predict_proba`` and ``classes_``.
    X : array, list of arrays or Trials
        What to predict.
    y : array-like of shape (n_samples, n_classes) or (n_samples,)
        Votes or probabilities, whose columns are the classes in the order of ``classes_``; of a
        DataFrame, in any order, by their names. A column of which the classifier does not know the
        class has the probability zero. Or one label a sample, also as a column.
    sample_weight : array-like of shape (n_samples,), default=None
        Weight of each sample.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As of ``kl_divergence_loss``; or a DataFrame has no column for a class of the classifier.

    Notes
    -----
    :func:`~sklearn_eeg.evaluation.evaluate` gives it the votes, of which its other scorers see the
    largest only.

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> from sklearn.model_selection import cross_val_score
    >>> X, y = np.zeros((6, 1)), np.array([0, 1, 0, 1, 0, 1])
    >>> cross_val_score(DummyClassifier(), X, y, cv=3, scoring=neg_kl_divergence).round(4)
    array([-0.6931, -0.6931, -0.6931])
    """
    votes, predicted = _side_by_side(estimator, X, y)
    return -kl_divergence_loss(votes, predicted, sample_weight=sample_weight)


# Scorers of evaluate see one label a trial, unless they say this.
neg_kl_divergence.reads_votes = True  # type: ignore[attr-defined]


def vote_divergences(estimator, X, y):
    """Kullback-Leibler divergence of each sample, of which the scorer is minus the mean."""
    votes, predicted = _side_by_side(estimator, X, y)
    return _divergences(np.asarray(votes, dtype=float), predicted)


def _divergences(votes, predicted):
    shares = votes / votes.sum(axis=1, keepdims=True)
    predicted = predicted / predicted.sum(axis=1, keepdims=True)
    return rel_entr(shares, np.maximum(predicted, TINY)).sum(axis=1)


def _side_by_side(estimator, X, y):
    """Votes, and probabilities in the same columns."""
    classes = list(estimator.classes_)
    with speaking("neg_kl_divergence"):
        y, labels = read_labels(y, len(y))
    predicted = estimator.predict_proba(X)
    if y is labels:
        return labels[:, None] == np.asarray(classes), predicted
    return y, _as_columns(predicted, classes, _name_columns(y, classes))


def _name_columns(votes, classes):
    """Class of each column: its name, or its number where the classes are numbers of columns."""
    columns = list(getattr(votes, "columns", range(votes.shape[1])))
    return columns if hasattr(votes, "columns") or set(classes) <= set(columns) else classes


def _as_columns(predicted, classes, columns):
    """Probabilities of the classes in the columns of the votes."""
    if lacking := [label for label in classes if label not in columns]:
        raise ValueError(
            f"neg_kl_divergence: expected votes with a column for each class of the classifier, "
            f"got none for {lacking[0]}; the columns are {columns}."
        )
    table = np.zeros((len(predicted), len(columns)))
    table[:, [columns.index(label) for label in classes]] = predicted
    return table
