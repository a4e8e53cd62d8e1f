"""Neuroscan's continuous recordings, written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._typing import PathLike
from sklearn_eeg._whole_file import write_whole
from sklearn_eeg.datasets._cnt import CALIBRATION, CHANNEL, EVENTS, HEADER, TABLE

# Microvolts of a count, by the bytes of a sample.
STEP = {2: 2.0**-4, 4: 2.0**-14}
EVENT_KIND = 2


def write_cnt(
    file: PathLike,
    signals: ArrayLike,
    ch_names: Sequence[str],
    sfreq: int,
    *,
    events: Sequence[tuple[int, int]] = (),
    n_bytes: int = 4,
) -> None:
    """Write a recording as Neuroscan's SCAN 4 does, in a ``.cnt`` file.

    Parameters
    ----------
    file : path-like
    signals : array-like of shape (n_channels, n_times)
        In microvolts; they are rounded to a 16th, or with 4 bytes to a 16384th, of a microvolt.
    ch_names : sequence of str
        Of nine bytes at most.
    sfreq : int
        In hertz.
    events : sequence of (int, int), default=()
        Sample and code, 1 to 65535, of each. A code of 0 is a key pressed.
    n_bytes : {2, 4}, default=4
        Of a sample.

    Raises
    ------
    ValueError
        A signal or a name is too large for the format.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import mne
    >>> with TemporaryDirectory() as folder:
    ...     write_cnt(f"{folder}/a.cnt", np.ones((2, 100)), ["FZ", "CZ"], 1000, events=[(7, 1)])
    ...     raw = mne.io.read_raw_cnt(f"{folder}/a.cnt", data_format="int32", verbose="error")
    ...     signals = raw.get_data()
    >>> f"{1e6 * signals.max():.4f} µV", raw.annotations.onset.tolist()
    ('1.0000 µV', [0.007])
    """
    counts = _count(np.asarray(signals, dtype=float), n_bytes)
    channels = _describe_channels(ch_names, n_bytes)
    samples = counts.T.astype(f"<i{n_bytes}").tobytes()
    header = np.zeros(1, HEADER)
    header["version"] = b"Version 3.0"
    header["date"], header["clock"] = b"01/02/18", b"12:00:00"
    header["n_channels"], header["n_times"] = counts.shape
    header["rate"], header["block"] = sfreq, 1
    header["table"] = HEADER.itemsize + channels.nbytes + len(samples)
    table = _list_events(events, HEADER.itemsize + channels.nbytes, n_bytes * len(channels))
    write_whole(Path(file), header.tobytes() + channels.tobytes() + samples + table)


def _count(microvolts, n_bytes):
    counts = np.rint(microvolts / STEP[n_bytes])
    most = 2 ** (8 * n_bytes - 1) - 1
    if not np.all(np.abs(counts) <= most):
        raise ValueError(
            f"write_cnt: expected signals up to {most * STEP[n_bytes]:g} µV with "
            f"n_bytes={n_bytes}, got {np.abs(microvolts).max():g} µV."
        )
    return counts


def _describe_channels(ch_names, n_bytes):
    names = [name.encode("latin1") for name in ch_names]
    if long := [name for name in names if len(name) > 9]:
        raise ValueError(f"write_cnt: expected names of at most 9 bytes, got {long[0]!r}.")
    channels = np.zeros(len(names), CHANNEL)
    channels["name"] = names
    # Around a circle, since the programs that read it want places that differ.
    angles = 2 * np.pi * np.arange(len(names)) / max(1, len(names))
    channels["x"], channels["y"] = np.cos(angles), np.sin(angles)
    channels["sensitivity"] = STEP[n_bytes] * CALIBRATION
    channels["calibration"] = 1
    return channels


def _list_events(events, start, frame):
    """The table of events, each at the byte behind its sample."""
    samples, codes = np.array(events, dtype=int).reshape(-1, 2).T
    listed = np.zeros(len(events), EVENTS[EVENT_KIND])
    listed["code"], listed["key"], listed["place"] = (
        codes,
        codes == 0,
        start + (samples + 1) * frame,
    )
    about = np.zeros(1, TABLE)
    about["kind"], about["n_bytes"] = EVENT_KIND, listed.nbytes
    return about.tobytes() + listed.tobytes()
