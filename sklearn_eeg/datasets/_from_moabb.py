"""What a paradigm of MOABB's returns, as trials and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._kinds import is_epochs
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data
from sklearn_eeg.trials import Trials


def from_moabb(
    X: Data,
    y: ArrayLike,
    metadata: Any,
    *,
    sfreq: float | None = None,
    ch_names: Sequence[str] | None = None,
    bands: Mapping[str, tuple[float, float]] | None = None,
) -> tuple[Trials, np.ndarray]:
    """Trials and labels of what ``paradigm.get_data`` of MOABB returns.

    Parameters
    ----------
    X : ndarray of shape (n_trials, n_channels, n_times), or (…, n_filters), or mne.BaseEpochs
        As MOABB returns them: arrays in microvolts, those of a filter bank with the filters last;
        or epochs, with ``return_epochs=True``, which know their rate and channels.
    y : array-like of shape (n_trials,)
        Labels.
    metadata : DataFrame
        With ``subject``, ``session`` and ``run``; what else it has comes along.
    sfreq : float, default=None
        Of arrays, in hertz: that of the data set, or what the paradigm resampled to.
    ch_names : sequence of str, default=None
        Of arrays.
    bands : mapping of str to (float, float), default=None
        Of a filter bank, in the order of the filters: name and edges, in hertz.

    Returns
    -------
    trials : Trials
        (channel, time), or (band, channel, time) of a filter bank, in microvolts.
    y : ndarray of shape (n_trials,)

    Raises
    ------
    TypeError
        ``X`` is neither an array nor epochs.
    ValueError
        The parts differ in length, or the metadata lack the subject.

    References
    ----------
    Jayaram & Barachant (2018), *J. Neural Eng.* 15(6):066011, doi:10.1088/1741-2552/aadea0.

    Examples
    --------
    >>> import pandas as pd
    >>> metadata = pd.DataFrame({"subject": [1, 1, 2], "session": "0", "run": "0"})
    >>> trials, y = from_moabb(
    ...     np.zeros((3, 2, 500)), ["left_hand", "right_hand", "left_hand"], metadata, sfreq=250
    ... )
    >>> trials
    <Trials | 3 trials of 2 subjects, each (channel=2, time=500), float64, 250 Hz, uV>
    """
    with speaking("from_moabb"):
        if not (is_epochs(X) or hasattr(X, "ndim")):
            raise TypeError(
                f"expected an array or epochs, got {type(X).__name__}; leave out "
                f"return_raws=True, or cut each recording by Trials.from_raw."
            )
        y = np.asarray(y)
        table = _read_metadata(metadata)
        if not len(X) == len(y) == len(table):
            raise ValueError(
                f"expected as many trials as labels and rows of metadata, got {len(X)}, {len(y)} "
                f"and {len(table)}; epochs of several filters are to be had as an array only."
            )
        if is_epochs(X):
            _refuse_facts(sfreq, ch_names, bands)
            trials = Trials.from_mne(X)
            return trials.replace(metadata=_join(table, trials.metadata)), y
        return _of_array(np.asarray(X), table, sfreq, ch_names, bands), y


def _read_metadata(metadata):
    if "subject" not in getattr(metadata, "columns", ()):
        columns = ", ".join(map(str, getattr(metadata, "columns", ()))) or type(metadata).__name__
        raise ValueError(
            f"expected metadata as MOABB returns them, with a column 'subject', got {columns}."
        )
    return metadata.reset_index(drop=True)


def _join(table, own):
    """Metadata, and what only the epochs know, such as the event."""
    return table.join(own[[name for name in own if name not in table]])


def _refuse_facts(sfreq, ch_names, bands):
    if any(fact is not None for fact in (sfreq, ch_names, bands)):
        raise ValueError("expected sfreq, ch_names and bands with arrays, got them with epochs.")


def _of_array(X, table, sfreq, ch_names, bands):
    if X.ndim not in (3, 4):
        raise ValueError(
            f"expected an array (trial, channel, time), or (trial, channel, time, filter), got "
            f"shape {X.shape}."
        )
    if X.ndim == 3 and bands is not None:
        raise ValueError("expected bands with a filter bank, of four axes, got them with three.")
    filters_first = np.moveaxis(X, 3, 1) if X.ndim == 4 else X
    return Trials(
        filters_first,
        axes=("band", "channel", "time")[4 - X.ndim :],
        sfreq=sfreq,
        ch_names=ch_names,
        bands=bands,
        unit="uV",
        metadata=table,
    )
