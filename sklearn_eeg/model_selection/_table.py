"""The table of a split: one row a trial, from the trials or from ``groups``."""

import numpy as np

from sklearn_eeg._subjects import check_labels
from sklearn_eeg.trials import Trials


def read_table(X, groups=None):
    """Columns that are known of each trial.

    Parameters
    ----------
    X : Trials, array or list, of n_trials
    groups : DataFrame, array-like of shape (n_trials,) or None
        A table; or the subjects, as scikit-learn's tools hand them over.

    Returns
    -------
    DataFrame
    """
    import pandas as pd

    n_trials = len(X)
    if hasattr(groups, "columns"):
        if len(groups) != n_trials:
            raise ValueError(
                f"expected a table of one row a trial, {n_trials}, got {len(groups)} rows."
            )
        return groups.reset_index(drop=True)
    table = X.metadata if isinstance(X, Trials) else pd.DataFrame(index=range(n_trials))
    if groups is not None and "subject" not in table:
        table = table.assign(subject=check_labels(groups, n_trials))
    return table


def read_column(table, column):
    """Value of each trial in one column, or in several of them together."""
    names = [column] if isinstance(column, str) else list(column)
    lacking = [name for name in names if name not in table]
    if lacking:
        has = ", ".join(map(str, table.columns)) or "no columns"
        raise ValueError(
            f"expected a column {lacking[0]!r} in what is known of the trials, which has {has}; "
            f"give Trials with it in metadata=, or a DataFrame as groups=."
        )
    for name in names:
        _refuse_missing(table[name], name)
    if len(names) == 1:
        return check_labels(table[names[0]], len(table))
    for name in names:
        check_labels(table[name], len(table))
    return table.groupby(names, sort=False).ngroup().to_numpy()


def _refuse_missing(values, name):
    missing = values.isna()
    if missing.any():
        raise ValueError(
            f"expected a value of {name!r} for every trial, got none for {missing.sum()} of "
            f"{len(values)}, trial {missing.to_numpy().argmax()} the first; fill it in, or leave "
            f"those trials out."
        )


def rows_by(values):
    """Rows of each value, in order of appearance."""
    _, first, number = np.unique(values, return_index=True, return_inverse=True)
    return [np.flatnonzero(number == one) for one in np.argsort(first)]
