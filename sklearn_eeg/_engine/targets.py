"""Targets: labels of any type, votes and probabilities, as numbers a loss can take."""

from math import gcd

import numpy as np
from sklearn.utils import assert_all_finite, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from sklearn_eeg.trials import Unlabelled


def read_target(y, n_trials, name):
    """Array of targets; refused if there are none or if they do not line up with trials."""
    if y is None:
        raise ValueError(
            f"{name}: expected a target for each trial, got None; "
            f"this estimator requires y to be passed, but the target y is None."
        )
    y = np.asarray(y)
    if y.ndim == 0 or len(y) != n_trials:
        raise ValueError(
            f"{name}: expected one target a trial, {n_trials}, got y of shape {y.shape}; "
            f"leave no trial without a target."
        )
    return y


def encode_labels(y, n_trials, name):
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
    y = read_target(y, n_trials, name)
    if y.ndim == 2 and y.shape[1] > 1:
        return _encode_votes(y, columns, name)
    y = column_or_1d(y, warn=True)
    if y.dtype.kind == "f":
        assert_all_finite(y, input_name="y")
    check_classification_targets(y)
    return np.unique(y, return_inverse=True)


def _encode_votes(votes, columns, name):
    try:
        votes = votes.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name}: expected y to hold one label a trial or numeric votes for each class, "
            f"got {votes.dtype} of shape {votes.shape}. Unknown label type: multioutput."
        ) from error
    assert_all_finite(votes, input_name="y")
    total = votes.sum(axis=1, keepdims=True)
    if votes.min() < 0 or total.min() <= 0:
        raise ValueError(
            f"{name}: expected votes of zero or more and at least one a trial, "
            f"got Unknown label type: {'negative votes' if votes.min() < 0 else 'no vote'}; "
            f"leave such trials out."
        )
    classes = np.arange(votes.shape[1]) if columns is None else np.asarray(columns)
    return classes, votes / total


def check_weights(sample_weight, n_trials, name):
    """Weight of each trial, float64, or ``None``."""
    if sample_weight is None:
        return None
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != (n_trials,):
        raise ValueError(
            f"{name}: expected one sample_weight a trial, {n_trials}, got shape {weight.shape}."
        )
    assert_all_finite(weight, input_name="sample_weight")
    if weight.min() < 0 or not weight.any():
        raise ValueError(
            f"{name}: expected sample_weight of zero or more, and not only zero, "
            f"got weights from {weight.min():g} to {weight.max():g}."
        )
    return weight


def check_unlabelled(X_target, objective, name):
    """Refuse target trials that could be sliced or labelled, or that nobody asks for."""
    needs = getattr(objective, "needs_target", False)
    if needs and X_target is None:
        raise ValueError(
            f"{name}: expected X_target, unlabelled trials of the target domain, where alignment "
            f"is set, got none; pass X_target=Unlabelled(trials), or set alignment=None."
        )
    if not needs and X_target is not None:
        raise ValueError(
            f"{name}: expected an alignment where X_target is given, got alignment=None, which "
            f"would leave X_target unused; set alignment='coral', or leave X_target out."
        )
    if X_target is not None and not isinstance(X_target, Unlabelled):
        raise TypeError(
            f"{name}: expected X_target as Unlabelled, got {type(X_target).__name__}, which "
            f"scikit-learn slices by the training rows; pass X_target=Unlabelled(trials)."
        )


def split_weights(weight):
    """Whole weights as counts of copies, others as factors of the loss: (counts, factors).

    Equal weights are no weights, and whole weights lose their common divisor.
    """
    if (weight == weight[0]).all():
        return np.ones(len(weight), dtype=np.intp), None
    if (weight == np.floor(weight)).all() and weight.max() < np.iinfo(np.int32).max:
        counts = weight.astype(np.intp)
        return counts // gcd(*counts.tolist()), None
    return (weight > 0).astype(np.intp), weight


def class_mass(codes, n_classes, weight):
    """Weighted number of trials of each class; shares count as such."""
    if codes.ndim == 2:
        return weight @ codes
    return np.bincount(codes, weights=weight, minlength=n_classes)


def resolve_class_weight(class_weight, classes, mass, name):
    """Weight of each class from ``None``, ``"balanced"`` or a mapping of labels."""
    if class_weight is None:
        return None
    if isinstance(class_weight, str):
        if class_weight != "balanced":
            raise ValueError(
                f"{name}: expected class_weight to be None, 'balanced' or a mapping of labels to "
                f"weights, got {class_weight!r}."
            )
        return mass.sum() / (len(classes) * np.maximum(mass, 1e-12))
    strangers = [label for label in class_weight if label not in classes]
    if strangers:
        raise ValueError(
            f"{name}: expected class_weight to name classes of y, got {strangers[0]!r}; "
            f"the classes are {list(classes)}."
        )
    return np.array([class_weight.get(label, 1.0) for label in classes], dtype=np.float64)
