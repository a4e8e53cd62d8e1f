"""The splits of an evaluation, from whatever ``cv`` may be, checked before any work."""

from numbers import Integral

import numpy as np
from sklearn.model_selection import GroupKFold

from sklearn_eeg.evaluation._copies import find_copies, refuse_copies
from sklearn_eeg.model_selection._leak import refuse_leak


def make_splits(cv, study):
    """Trials of each side of each split, and the splits in words.

    Parameters
    ----------
    cv : int, splitter or iterable of (train, test)
        A number stands for ``GroupKFold``; sides are trial numbers or masks.
    study : Study

    Returns
    -------
    splits : list of (ndarray of int, ndarray of int)
    words : str
    parts_subjects : bool
        Whether the splitter says that it tests people who were trained on, which no other may.
    """
    splits, words, parts_subjects = read_splits(cv, study)
    for train, test in splits if not parts_subjects else ():
        refuse_leak(train, test, study.subjects, "evaluate")
    copies = find_copies(study.trials.data)
    for train, test in splits:
        refuse_copies(copies, train, test, study.subjects, "evaluate")
    return splits, words, parts_subjects


def read_splits(cv, study):
    """As :func:`make_splits`, whatever is on both sides."""
    splitter, words = _read_cv(cv, study)
    pairs = list(_split(splitter, study) if splitter else cv)
    if not pairs:
        raise ValueError("evaluate: expected at least one split, got none from cv.")
    splits = [_read_pair(pair, len(study.trials)) for pair in pairs]
    parts_subjects = getattr(splitter, "parts_subjects", False)
    return splits, words or f"{len(splits)} splits as given", parts_subjects


def _split(splitter, study):
    # scikit-learn's that take no groups warn of them.
    asks = not hasattr(splitter, "get_metadata_routing") or "groups" in (
        splitter.get_metadata_routing().split.requests
    )
    return splitter.split(study.trials, study.labels, *([study.groups] if asks else []))


def _read_cv(cv, study):
    if isinstance(cv, Integral) and not isinstance(cv, bool):
        _check_number(cv, study)
        return GroupKFold(int(cv)), f"GroupKFold({cv})"
    if hasattr(cv, "split") and not isinstance(cv, (str, type)):
        return cv, " ".join(repr(cv).split())
    if hasattr(cv, "__iter__") and not isinstance(cv, (str, dict)):
        return None, None
    raise TypeError(
        f"evaluate: expected cv as a whole number of folds, a splitter such as LeaveOneGroupOut() "
        f"or (train, test) splits, got {cv!r}."
    )


def _check_number(cv, study):
    n_subjects, n_groups = len(np.unique(study.subjects)), len(np.unique(study.groups))
    if cv < 2:
        raise ValueError(
            f"evaluate: expected at least 2 folds, got cv={cv}; SubjectSplit makes one split."
        )
    if cv > n_groups:
        whole = f" in {n_groups} groups" if n_groups < n_subjects else ""
        raise ValueError(
            f"evaluate: expected at most {n_groups} folds for {n_subjects} subjects{whole}, "
            f"got {cv}; give cv={n_groups}."
        )


def _read_pair(pair, n_trials):
    try:
        train, test = pair
    except (TypeError, ValueError):
        raise TypeError(
            f"evaluate: expected each split of cv as a pair (train, test), got {pair!r}."
        ) from None
    return _read_side(train, n_trials), _read_side(test, n_trials)


def _read_side(side, n_trials):
    rows = np.asarray(side)
    if rows.dtype == bool and rows.shape == (n_trials,):
        rows = np.flatnonzero(rows)
    if rows.ndim != 1 or rows.size == 0 or rows.dtype.kind not in "iu":
        raise ValueError(
            f"evaluate: expected each side of a split as trial numbers, at least one, or as a mask "
            f"of {n_trials} trials, got {rows.dtype} of shape {rows.shape}."
        )
    if rows.min() < 0 or rows.max() >= n_trials:
        raise ValueError(
            f"evaluate: expected trial numbers from 0 to {n_trials - 1} in each split, got "
            f"{rows.min() if rows.min() < 0 else rows.max()}."
        )
    return rows
