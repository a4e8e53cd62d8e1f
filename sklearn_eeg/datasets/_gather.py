"""Trials of recordings, in memory or in a store: every reader's second half."""

import numpy as np

from sklearn_eeg.datasets._recording import check_windows, holding, read_arrays
from sklearn_eeg.datasets._settings import as_floating
from sklearn_eeg.datasets._store import map_recordings
from sklearn_eeg.trials import Trials


def gather(recordings, *, dtype="float32", cache=None, **facts):
    """Trials and labels of recordings, read with a progress bar.

    Parameters
    ----------
    recordings : sequence of Recording
    dtype : dtype, default="float32"
        Of the numbers.
    cache : path-like, default=None
        Folder of the store in which they are kept as memory maps; ``None`` reads them into memory.
    **facts
        Of :class:`Trials`: axes, sfreq, ch_names, unit, bands, features.

    Returns
    -------
    trials : Trials
        Rectangular where all trials have one shape, else in a list.
    y : ndarray of shape (n_trials,) or (n_trials, n_outputs)

    Raises
    ------
    ValueError
        ``dtype`` is none of floating numbers, or cannot hold those of a file.
    """
    from tqdm import tqdm

    dtype = as_floating(dtype)
    if cache is None:
        bar = tqdm(recordings, desc="Reading", unit="recording", disable=None, leave=False)
        data = [trial for recording in bar for trial in _read(recording, dtype)]
        if len({trial.shape for trial in data}) == 1:
            data = np.stack(data)
    else:
        data = map_recordings(recordings, cache, dtype)
    trials = Trials(data, metadata=_table(recordings), extra=_read_extra(recordings), **facts)
    return trials, np.array([label for one in recordings for label in one.labels])


def _read(recording, dtype):
    """Trials of one recording, in memory."""
    arrays = read_arrays(recording, dtype)
    if recording.starts is None:
        return arrays
    (signal,) = arrays
    check_windows(recording, signal.shape[-1])
    windows = [signal[..., start : start + recording.length] for start in recording.starts]
    # A few windows must not keep all of a long recording in memory.
    is_sparse = len(windows) * recording.length < signal.shape[-1]
    return [window.copy() for window in windows] if is_sparse else windows


def _table(recordings):
    import pandas as pd

    return pd.DataFrame([row for recording in recordings for row in recording.rows])


def _read_extra(recordings):
    blocks = {name: [] for name in recordings[0].read_extra or {}}
    for recording in recordings:
        with holding(recording.files):
            for name, block in blocks.items():
                block += recording.read_extra[name]()
    return {name: _stack(block) for name, block in blocks.items()} or None


def _stack(block):
    return np.stack(block) if len({row.shape for row in block}) == 1 else block
