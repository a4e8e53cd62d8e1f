"""Trials of the target: those handed over, and those that lie unlabelled among the others."""

import numpy as np
from sklearn.utils import _safe_indexing

from sklearn_eeg._door import read
from sklearn_eeg._engine.alignments import find_alignment
from sklearn_eeg.trials import Trials, Unlabelled


def set_aside(X, y, *along):
    """Trials with a label, what belongs to them, and those that are marked as having none.

    Labels of the others are never read.

    Parameters
    ----------
    X : Trials, or what fit takes
    y : array-like of shape (n_trials, ...)
    *along : array-like of shape (n_trials,) or None

    Returns
    -------
    X, y, *along
        Of the trials that have a label.
    target : Unlabelled or None
    """
    X = read(X)
    marked = X.unlabelled if isinstance(X, Trials) else np.zeros(1, dtype=bool)
    if y is None or not marked.any():
        return X, y, *along, None
    rows = np.flatnonzero(~marked)
    if not rows.size:
        raise ValueError(
            f"expected trials with a label, got all {len(X)} marked as unlabelled; give labelled "
            f"trials of other people too."
        )
    for fact in (y, *along):
        if fact is not None and len(fact) != len(X):
            raise ValueError(
                f"expected one entry a trial, {len(X)}, got {len(fact)}; what is unlabelled has "
                f"one too, which nobody reads."
            )
    kept = [None if fact is None else _safe_indexing(fact, rows) for fact in (y, *along)]
    kept[0] = _as_its_own_type(kept[0])
    return X[rows], *kept, Unlabelled(X[marked])


def check_unlabelled(X_target, alignment, adapts, compile):
    """Refuse target trials that could be sliced or labelled, or that nobody asks for.

    ``adapts`` says whether the network has a loss of its own between domains.
    """
    needs = find_alignment(alignment).needs_target
    if needs and X_target is None:
        raise ValueError(
            f"expected X_target, unlabelled trials of the target domain, where alignment is "
            f"{alignment!r}, got none; pass X_target=Unlabelled(trials), evaluate with "
            f"transductive=True, or set alignment=None."
        )
    if not needs and not adapts and X_target is not None:
        raise ValueError(
            f"expected an alignment where X_target is given, got alignment={alignment!r}, which "
            f"would leave X_target unused; set alignment='coral', or leave X_target out."
        )
    if compile and (X_target is not None or alignment is not None):
        raise ValueError(
            f"expected compile=False where something is aligned, whose features are taken out of "
            f"the network's middle, got {compile!r}."
        )
    if X_target is not None and not isinstance(X_target, Unlabelled):
        raise TypeError(
            f"expected X_target as Unlabelled, got {type(X_target).__name__}, which "
            f"scikit-learn slices by the training rows; pass X_target=Unlabelled(trials)."
        )


def _as_its_own_type(y):
    # Beside entries for what has no label, such as None, labels of any type are objects.
    if isinstance(y, np.ndarray) and y.dtype == object:
        return np.array(y.tolist())
    return y


def open_target(estimator, X_target):
    """Trials of the target as an estimator takes them; no step of a pipeline saw them before."""
    try:
        return estimator._open(X_target.trials, reset=False)
    except (TypeError, ValueError) as error:
        text = str(error).removeprefix(f"{type(estimator).__name__}: ").removesuffix(".")
        raise type(error)(
            f"X_target: {text}; a network in a pipeline gets them behind its steps, "
            f"Unlabelled(pipeline[:-1].transform(trials)), or by evaluate(transductive=True)."
        ) from error
