"""EEGLAB recordings: a MATLAB file, and the samples in another."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._typing import PathLike
from sklearn_eeg._whole_file import write_whole


def write_eeglab(file: PathLike, signals: ArrayLike, names: Sequence[str], sfreq: float) -> None:
    """Write microvolts as ``file``, which ends in ``.set``, with the samples in its ``.fdt``.

    Parameters
    ----------
    file : path-like
    signals : array-like of shape (n_channels, n_times)
    names : sequence of str
    sfreq : float

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_eeglab(folder / "a.set", np.full((2, 200), 5.0), ["Fz", "Cz"], 100)
    >>> import mne
    >>> raw = mne.io.read_raw_eeglab(folder / "a.set", verbose="error")
    >>> float(raw.get_data().max().round(9))
    5e-06
    """
    import scipy.io

    file = Path(file)
    samples = np.asarray(signals, dtype="<f4")
    places = np.array([(name, "") for name in names], dtype=[("labels", object), ("type", object)])
    eeg = {
        "setname": file.stem,
        "filename": file.name,
        "nbchan": len(samples),
        "trials": 1,
        "pnts": samples.shape[1],
        "srate": float(sfreq),
        "xmin": 0.0,
        "xmax": (samples.shape[1] - 1) / sfreq,
        "data": file.with_suffix(".fdt").name,
        "chanlocs": places,
        "event": np.zeros((0, 0)),
        "epoch": np.zeros((0, 0)),
    }
    content = BytesIO()
    scipy.io.savemat(content, {"EEG": eeg}, appendmat=False)
    write_whole(file.with_suffix(".fdt"), samples.T.tobytes())
    write_whole(file, content.getvalue())
