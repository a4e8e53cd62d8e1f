"""Whose trial is whose, found by one function everywhere."""

import numpy as np

from sklearn_eeg.trials import Trials


def subjects_of(X, groups=None, *, required=True, may_join=False):
    """Subject of each trial: ``groups`` where given, else the trials' own column.

    Parameters
    ----------
    X : Trials, array or list
        What has one entry a trial.
    groups : array-like of shape (n_trials,), default=None
    required : bool, default=True
        Whether unknown subjects are refused.
    may_join : bool, default=False
        Whether a group may hold several of the subjects that the trials carry, as those of one
        site; else both must part the trials alike.

    Returns
    -------
    ndarray of shape (n_trials,) or None
        ``None`` where subjects are neither known nor required.

    Raises
    ------
    ValueError
        Subjects are unknown, one is missing, two cannot be told apart, or ``groups`` contradict
        the trials.
    """
    carried = None
    if isinstance(X, Trials) and X.has("subject"):
        carried = check_labels(X.subject, len(X))
    if groups is None:
        if carried is None and required:
            raise ValueError(
                f"expected to know each trial's subject, got neither groups= nor Trials with a "
                f"'subject' column{_describe_columns(X)}; pass groups=, one entry a trial."
            )
        return carried
    groups = check_labels(groups, len(X))
    if carried is not None:
        _refuse_contradiction(number(carried), number(groups), may_join)
    return groups


def _describe_columns(X):
    columns = X.metadata.columns if isinstance(X, Trials) else ()
    return f" (they have {', '.join(map(str, columns))})" if len(columns) else ""


def number(labels):
    """Labels numbered in order of appearance."""
    import pandas as pd

    return pd.factorize(labels)[0]


def rows_of(labels):
    """Row numbers of each label, in order of appearance."""
    numbers = number(labels)
    return [np.flatnonzero(numbers == one) for one in range(numbers.max(initial=-1) + 1)]


def check_labels(labels, n_trials):
    """Subjects as an array; refused where one is missing or two read alike."""
    import pandas as pd

    labels = np.asarray(labels)
    if labels.shape != (n_trials,):
        raise ValueError(
            f"expected one group a trial, {n_trials}, got "
            f"{len(labels) if labels.ndim == 1 else f'an array of shape {labels.shape}'}."
        )
    missing = pd.isna(labels)
    if missing.any():
        raise ValueError(
            f"expected the subject of every trial, got none for trial {int(missing.argmax())}; "
            f"name it or leave the trial out."
        )
    if labels.dtype == object:
        types = sorted({type(label).__name__ for label in labels})
        if len(types) > 1:
            raise ValueError(
                f"expected subjects of one type, got {' and '.join(types)}, of which 1 and '1' "
                f"would be two; convert them, such as by astype(str)."
            )
        return np.array(labels.tolist()) if types and types[0] in ("int", "str") else labels
    return labels


def _refuse_contradiction(carried, groups, may_join):
    pairs = set(zip(carried.tolist(), groups.tolist(), strict=True))
    n_subjects, n_groups = carried.max(initial=-1) + 1, groups.max(initial=-1) + 1
    if len(pairs) == n_subjects and (may_join or len(pairs) == n_groups):
        return
    torn = "a subject's trials lie in several groups" if len(pairs) > n_subjects else "others"
    raise ValueError(
        f"expected groups= to be the subjects that the Trials carry, got groups that part the "
        f"trials otherwise ({torn}); leave groups out, or change the subject column."
    )
