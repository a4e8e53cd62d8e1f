"""Labels in whatever shape they come, read by one function everywhere."""

from numbers import Number

import numpy as np

# Rows that grow from one to the next in their first column are no votes, from so many on.
MOST_VOTES_ALIKE = 4


def read_labels(y, n_trials):
    """What to fit on, and one label a trial.

    Parameters
    ----------
    y : array-like of shape (n_trials,), (n_trials, 1) or (n_trials, n_classes)
        Labels of one type; a column of them is labels too. Or votes or probabilities, whose
        columns are the classes.
    n_trials : int

    Returns
    -------
    y : ndarray of shape (n_trials,), or votes as they were given
    labels : ndarray of shape (n_trials,)
        Of votes, the class that has most.

    Raises
    ------
    ValueError
        Labels are missing, of several types or continuous, do not line up with the trials, or
        votes are no shares.
    """
    table = _as_array(y)
    if table.ndim == 0 or len(table) != n_trials:
        got = len(table) if table.ndim else repr(y)
        raise ValueError(
            f"expected one label a trial, {n_trials}, got {got}; a trial's windows share its label."
        )
    if table.ndim == 1 or table.shape[1:] == (1,):
        labels = _check_labels(table.reshape(n_trials), y)
        return labels, labels
    _check_votes(table)
    classes = np.asarray(getattr(y, "columns", np.arange(table.shape[1])))
    given = y if hasattr(y, "columns") or hasattr(y, "dtype") else table.astype(float)
    return given, classes[table.astype(float).argmax(axis=1)]


def refuse_events(table):
    """Refuse MNE's events, (sample, 0, code), which would pass for votes of three classes."""
    looks_like_votes = table.ndim == 2 and table.shape[1] == 3 and table.dtype.kind in "iu"
    if not looks_like_votes or len(table) < MOST_VOTES_ALIKE or table[:, 1].any():
        return
    if (np.diff(table[:, 0]) > 0).all():
        raise ValueError(
            f"expected one label a trial, or votes for each class, got what looks like MNE's "
            f"events, of shape {table.shape}; pass events[:, 2]."
        )


def _as_array(y):
    # numpy would make words of a list of numbers and words.
    return np.array(y, dtype=object) if isinstance(y, (list, tuple)) else np.asarray(y)


def _check_labels(labels, given):
    import pandas as pd

    missing = pd.isna(labels)
    if isinstance(given, np.ma.MaskedArray):
        missing |= np.ma.getmaskarray(given).ravel()
    if missing.any():
        raise ValueError(
            f"expected the label of every trial, got none for trial {int(missing.argmax())}; leave "
            f"such trials out."
        )
    if labels.dtype == object:
        labels = _as_one_type(labels)
    if labels.dtype.kind == "f":
        whole = np.isfinite(labels) & (labels == np.floor(labels))
        if not whole.all():
            raise ValueError(
                f"expected labels of classes, got continuous numbers such as "
                f"{labels[~whole][0]:g}; give each class a name or a whole number."
            )
    return labels


def _as_one_type(labels):
    kinds = {_kind(label) for label in labels}
    if len(kinds) > 1:
        names = sorted({type(label).__name__ for label in labels})
        raise ValueError(
            f"expected labels of one type, got {' and '.join(names)}, of which 1 and '1' would be "
            f"two classes; convert them, such as by astype(str)."
        )
    return np.array(labels.tolist()) if kinds <= {Number, str} else labels


def _kind(label):
    plain = [kind for kind in (Number, str) if isinstance(label, kind)]
    return plain[0] if plain else type(label)


def _check_votes(table):
    refuse_events(table)
    try:
        votes = table.astype(float) if table.ndim == 2 else None
    except (TypeError, ValueError):
        votes = None
    if votes is None:
        raise ValueError(
            f"expected one label a trial, or numeric votes for each class, got {table.dtype} of "
            f"shape {table.shape}; pass one column of labels."
        )
    if not np.isfinite(votes).all() or votes.min() < 0 or votes.sum(axis=1).min() <= 0:
        raise ValueError(
            "expected votes of zero or more and at least one a trial, got missing or negative "
            "votes or a trial without any; leave such trials out."
        )
