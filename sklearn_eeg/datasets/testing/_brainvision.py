"""BrainVision recordings: a header, markers and samples in three files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._typing import PathLike
from sklearn_eeg._whole_file import write_whole

_HEADER = """Brain Vision Data Exchange Header File Version 1.0

[Common Infos]
Codepage=UTF-8
DataFile={stem}.eeg
MarkerFile={stem}.vmrk
DataFormat=BINARY
DataOrientation=MULTIPLEXED
NumberOfChannels={n_channels}
SamplingInterval={interval:g}

[Binary Infos]
BinaryFormat=IEEE_FLOAT_32

[Channel Infos]
{channels}
"""
_MARKERS = """Brain Vision Data Exchange Marker File, Version 1.0

[Common Infos]
Codepage=UTF-8
DataFile={stem}.eeg

[Marker Infos]
Mk1=New Segment,,1,1,0,20000101000000000000
{markers}
"""


def write_brainvision(
    file: PathLike,
    signals: ArrayLike,
    names: Sequence[str],
    sfreq: float,
    *,
    unit: str = "µV",
    markers: Sequence[tuple[float, str]] = (),
) -> None:
    """Write a recording as ``file``, which ends in ``.vhdr``, and the two that belong to it.

    Parameters
    ----------
    file : path-like
    signals : array-like of shape (n_channels, n_times)
    names : sequence of str
    sfreq : float
    unit : {"nV", "µV", "mV", "V"}, default="µV"
        Of the signals, as the header names it.
    markers : sequence of (float, str), default=()
        Seconds and text.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_brainvision(folder / "a.vhdr", np.full((2, 200), 5.0), ["Fz", "Cz"], 100)
    >>> import mne
    >>> raw = mne.io.read_raw_brainvision(folder / "a.vhdr", verbose="error")
    >>> float(raw.get_data().max().round(9))
    5e-06
    """
    file = Path(file)
    channels = [
        f"Ch{k}={name.replace(',', chr(92) + '1')},,1,{unit}" for k, name in enumerate(names, 1)
    ]
    marks = [
        f"Mk{k}=Stimulus,{text},{round(onset * sfreq) + 1},1,0"
        for k, (onset, text) in enumerate(markers, 2)
    ]
    header = _HEADER.format(
        stem=file.stem, n_channels=len(names), interval=1e6 / sfreq, channels="\n".join(channels)
    )
    beside = _MARKERS.format(stem=file.stem, markers="\n".join(marks))
    samples = np.asarray(signals, dtype="<f4").T
    write_whole(file.with_suffix(".eeg"), np.ascontiguousarray(samples).tobytes())
    write_whole(file.with_suffix(".vmrk"), beside.encode())
    write_whole(file, header.encode())
