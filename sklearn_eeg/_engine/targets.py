"""Targets: labels of any type, votes and probabilities, as numbers a loss can take."""

from collections.abc import Mapping
from math import gcd
from numbers import Number

import numpy as np
from sklearn.utils import assert_all_finite, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from sklearn_eeg._engine.limits import check_number
from sklearn_eeg._labels import refuse_events

# A trial, on the average, that whole weights may make.
MOST_COPIES = 4


def read_target(y, n_trials):
    """Array of targets; refused if there are none or if they do not line up with trials."""
    if y is None:
        raise ValueError(
            "expected a target for each trial, got None; "
            "this estimator requires y to be passed, but the target y is None."
        )
    y = np.asarray(y)
    if y.ndim == 0 or len(y) != n_trials:
        raise ValueError(
            f"expected one target a trial, {n_trials}, got y of shape {y.shape}; "
            f"leave no trial without a target."
        )
    if y.dtype.kind == "f" and np.isnan(y).any():
        trial = int(np.isnan(y).reshape(n_trials, -1).any(-1).argmax())
        raise ValueError(
            f"expected a target for each trial, got none for trial {trial}: Input y contains NaN; "
            f"leave such trials out, or mark them in a column 'unlabelled' of the metadata."
        )
    return y


def encode_labels(y, n_trials):
    """Classes, and the share of each class in each trial, or its code.

    Parameters
    ----------
    y : array-like of shape (n_trials,) or (n_trials, n_classes)
        Labels of any type; or votes, counts or probabilities, whose columns are the classes.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
    codes : int64 ndarray of shape (n_trials,), or float64 ndarray of shape (n_trials, n_classes)
        Index of the label in ``classes``; or shares that sum to one.
    """
    columns = getattr(y, "columns", None)
    _check_one_kind(y)
    y = read_target(y, n_trials)
    if y.ndim == 2 and y.shape[1] > 1:
        return _encode_votes(y, columns)
    y = column_or_1d(y, warn=True)
    if y.dtype.kind == "f":
        assert_all_finite(y, input_name="y")
    check_classification_targets(y)
    return np.unique(y, return_inverse=True)


def most_voted(y):
    """One label a trial, of labels, a column of labels, or votes."""
    if np.ndim(y) < 2 or np.shape(y)[1] == 1:
        return y
    columns = np.asarray(getattr(y, "columns", range(np.shape(y)[1])))
    return columns[np.asarray(y).argmax(axis=1)]


def _check_one_kind(y):
    # Of numbers and words, numpy would make words without telling.
    if y is None or (isinstance(y, np.ndarray) and y.dtype != object):
        return
    kinds = {_kind(label) for label in np.asarray(y, dtype=object).ravel()}
    if len(kinds) > 1:
        raise ValueError(
            f"expected labels of one type, got {' and '.join(sorted(kinds))}; give all as "
            f"words or all as numbers."
        )


def _kind(label):
    for kind, types in {"word": str, "number": (Number, np.bool_)}.items():
        if isinstance(label, types):
            return f"a {kind}"
    return type(label).__name__


def _encode_votes(votes, columns):
    if columns is None:
        refuse_events(votes)
    try:
        votes = votes.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"expected y to hold one label a trial or numeric votes for each class, "
            f"got {votes.dtype} of shape {votes.shape}. Unknown label type: multioutput."
        ) from error
    assert_all_finite(votes, input_name="y")
    total = votes.sum(axis=1, keepdims=True)
    if votes.min() < 0 or total.min() <= 0:
        raise ValueError(
            f"expected votes of zero or more and at least one a trial, "
            f"got Unknown label type: {'negative votes' if votes.min() < 0 else 'no vote'}; "
            f"leave such trials out."
        )
    classes = np.arange(votes.shape[1]) if columns is None else np.asarray(columns)
    return classes, votes / total


def check_weights(sample_weight, n_trials):
    """Weight of each trial, float64, or ``None``."""
    if sample_weight is None:
        return None
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != (n_trials,):
        raise ValueError(
            f"expected one sample_weight a trial, {n_trials}, got shape {weight.shape}."
        )
    assert_all_finite(weight, input_name="sample_weight")
    if weight.min() < 0 or not weight.any():
        raise ValueError(
            f"expected sample_weight of zero or more, and not only zero, "
            f"got weights from {weight.min():g} to {weight.max():g}."
        )
    return weight


def split_weights(weight, may_copy=True):
    """Whole weights as counts of copies, others as factors of the loss: (counts, factors).

    Equal weights are no weights, and whole weights lose their common divisor. Where they would make
    too many copies, or ``may_copy`` is not true, they are factors too.
    """
    if (weight == weight[0]).all():
        return np.ones(len(weight), dtype=np.intp), None
    if may_copy and (weight == np.floor(weight)).all() and weight.max() < np.iinfo(np.int32).max:
        counts = weight.astype(np.intp)
        counts //= gcd(*counts.tolist())
        if counts.sum() <= MOST_COPIES * len(counts) + 64:
            return counts, None
    return (weight > 0).astype(np.intp), weight


def class_mass(codes, n_classes, weight):
    """Weighted number of trials of each class; shares count as such."""
    if codes.ndim == 2:
        return weight @ codes
    return np.bincount(codes, weights=weight, minlength=n_classes)


def resolve_class_weight(class_weight, classes, mass):
    """Weight of each class from ``None``, ``"balanced"`` or a mapping of labels."""
    if class_weight is None:
        return None
    if class_weight != "balanced" and not isinstance(class_weight, Mapping):
        raise ValueError(
            f"expected class_weight to be None, 'balanced' or a mapping of labels to "
            f"weights, got {class_weight!r}."
        )
    if class_weight == "balanced":
        present = mass > 0
        even = mass.sum() / np.count_nonzero(present)
        return np.divide(even, mass, out=np.zeros(len(mass)), where=present)
    known = classes.tolist()
    strangers = [label for label in class_weight if label not in known]
    # A fold may lack a class; but a name that none has where one is unnamed is a slip.
    if strangers and any(label not in class_weight for label in known):
        raise ValueError(
            f"expected class_weight to name classes of y, got {strangers[0]!r}; "
            f"the classes are {known}."
        )
    weights = [class_weight.get(label, 1.0) for label in known]
    for weight in weights:
        check_number("each class_weight", False, weight)
    return np.array(weights, dtype=np.float64)
