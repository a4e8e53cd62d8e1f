"""Tables with a row an instant, as trials and labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

from sklearn_eeg._speaker import speaking
from sklearn_eeg.datasets._even import rate_of
from sklearn_eeg.trials import Trials

if TYPE_CHECKING:
    import pandas as pd


@overload
def from_pandas(
    table: pd.DataFrame,
    *,
    channels: str | Sequence[str],
    trial: str | Sequence[str],
    time: str | None = None,
    label: None = None,
    sfreq: float | None = None,
) -> tuple[Trials, None]: ...


@overload
def from_pandas(
    table: pd.DataFrame,
    *,
    channels: str | Sequence[str],
    trial: str | Sequence[str],
    time: str | None = None,
    label: str,
    sfreq: float | None = None,
) -> tuple[Trials, np.ndarray]: ...


def from_pandas(
    table: pd.DataFrame,
    *,
    channels: str | Sequence[str],
    trial: str | Sequence[str],
    time: str | None = None,
    label: str | None = None,
    sfreq: float | None = None,
) -> tuple[Trials, np.ndarray | None]:
    """Trials and labels of a table with a row an instant, such as ``epochs.to_data_frame()``.

    Parameters
    ----------
    table : DataFrame
        Rows of a trial follow each other in time; trials may lie in any order.
    channels : sequence of str
        Columns of the signals, in microvolts.
    trial : str or sequence of str
        Column, or columns together, whose value is a trial's own, such as ``"epoch"``, or
        ``["subject", "epoch"]`` where epochs are numbered anew for each subject.
    time : str, default=None
        Column of the instants, in seconds, evenly apart, which gives the rate.
    label : str, default=None
        Column of the labels, one value a trial.
    sfreq : float, default=None
        Rate in hertz, where no column tells it.

    Returns
    -------
    trials : Trials
        Signals (n_trials, n_channels, n_times), in a list where they differ in length. Columns that
        are none of those named are metadata: they must have one value a trial.
    y : ndarray of shape (n_trials,) or None

    Raises
    ------
    ValueError
        A column is missing, varies within a trial where it must not, or instants are not evenly
        apart.

    Examples
    --------
    >>> import mne
    >>> info = mne.create_info(["Fz", "Cz"], 100.0, "eeg")
    >>> epochs = mne.EpochsArray(np.ones((3, 2, 50)) * 1e-6, info, verbose="error")
    >>> table = epochs.to_data_frame().assign(subject=7)
    >>> trials, y = from_pandas(
    ...     table, channels=["Fz", "Cz"], trial="epoch", time="time", label="condition"
    ... )
    >>> trials
    <Trials | 3 trials of 1 subject, each (channel=2, time=50), float64, 100 Hz, uV>
    """
    with speaking("from_pandas"):
        keys = [trial] if isinstance(trial, str) else list(trial)
        channels = [channels] if isinstance(channels, str) else list(channels)
        _check_columns(table, channels, keys, time, label)
        numbers = table.groupby(keys, sort=False, dropna=False, observed=True).ngroup().to_numpy()
        order = np.argsort(numbers, kind="stable")
        ends = np.cumsum(np.bincount(numbers))
        firsts = order[np.r_[0, ends[:-1]]]
        rest = [name for name in table if name not in (*channels, time)]
        _check_constant(table[rest], numbers, firsts)
        signals = np.split(table[channels].to_numpy()[order].T, ends[:-1], axis=1)
        if time is not None:
            instants = np.split(table[time].to_numpy(dtype=float)[order], ends[:-1])
            sfreq = _common_rate(instants, sfreq)
        same = len({trial.shape for trial in signals}) == 1
        metadata = table[rest].iloc[firsts].reset_index(drop=True)
        trials = Trials(
            np.stack(signals) if same else signals,
            axes=("channel", "time"),
            sfreq=sfreq,
            ch_names=channels,
            unit="uV",
            metadata=metadata.drop(columns=[label] if label else []),
        )
        return trials, None if label is None else metadata[label].to_numpy()


def _check_columns(table, channels, keys, time, label):
    if not (hasattr(table, "groupby") and hasattr(table, "columns")):
        raise TypeError(f"expected a pandas.DataFrame, got {type(table).__name__}.")
    if not len(table):
        raise ValueError("expected at least one row, got an empty table.")
    wanted = [*channels, *keys, *(name for name in (time, label) if name is not None)]
    lacking = [str(name) for name in wanted if name not in table]
    if lacking or not channels:
        raise ValueError(
            f"expected the columns {', '.join(lacking) or 'of channels'}, got "
            f"{', '.join(map(str, table.columns))}."
        )
    words = [name for name in channels if table[name].dtype.kind not in "fiub"]
    if words:
        raise ValueError(
            f"expected numbers in the column {words[0]!r}, got {table[words[0]].dtype}."
        )


def _check_constant(table, numbers, firsts):
    """Refuse columns that are neither signals nor one value a trial."""
    for name in table:
        column = table[name]
        expected = column.iloc[firsts[numbers]].to_numpy()
        same = (column.to_numpy() == expected) | (column.isna().to_numpy() & _isna(expected))
        if not np.all(same):
            raise ValueError(
                f"expected one value a trial in the column {name!r}, got others; name it among the "
                f"channels, or leave it out of the table."
            )


def _isna(values):
    import pandas as pd

    return pd.isna(values)


def _common_rate(instants, sfreq):
    rates = {rate_of(each, sfreq) for each in instants if len(each) > 1}
    if len(rates) > 1:
        raise ValueError(f"expected trials of one rate, got {min(rates):g} and {max(rates):g} Hz.")
    return rates.pop() if rates else sfreq
