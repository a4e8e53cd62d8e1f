"""EDF+ and BDF+ files, as small as they may be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._typing import PathLike
from sklearn_eeg._whole_file import write_whole

_STARTS = {2: b"0       ", 3: b"\xffBIOSEMI"}
_KINDS = {2: "EDF", 3: "BDF"}


def write_edf(
    file: PathLike,
    signals: np.ndarray | Sequence[ArrayLike],
    names: Sequence[str],
    sfreq: int | Sequence[int],
    *,
    units: str | Sequence[str] = "uV",
    annotations: Sequence[tuple[float, float, str]] = (),
    gaps: Sequence[tuple[int, float]] = (),
) -> list[np.ndarray]:
    """Write microvolts as EDF+, or as BDF+ where the file's name ends so.

    Parameters
    ----------
    file : path-like
    signals : array-like of shape (n_channels, n_times), or one array a channel
        Numbers in ``units``; what does not fill the last second is filled with zeros.
    names : sequence of str
        Up to 16 characters of each are written.
    sfreq : int or sequence of int
        In hertz; channels may have rates of their own.
    units : str or sequence of str, default="uV"
        As written beside each channel.
    annotations : sequence of (float, float, str), default=()
        Onset and duration in seconds, and text.
    gaps : sequence of (int, float), default=()
        Seconds by which records, numbered from 0, begin later than the end of those before: a
        discontinuous recording.

    Returns
    -------
    list of ndarray
        What was written, after rounding to the steps of the file.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> written = write_edf(folder / "a.edf", np.ones((2, 200)), ["Fz", "EEG Cz-Ref"], 100)
    >>> import mne
    >>> mne.io.read_raw_edf(folder / "a.edf", verbose="error").ch_names
    ['Fz', 'EEG Cz-Ref']
    """
    file = Path(file)
    width = 3 if file.suffix.lower() == ".bdf" else 2
    rows = [np.asarray(row) for row in signals]
    rates = np.broadcast_to(sfreq, len(rows)).tolist()
    units = [units] * len(rows) if isinstance(units, str) else list(units)
    n_records = max(-(-len(x) // rate) for x, rate in zip(rows, rates, strict=True))
    whole = [_fill(x, rate * n_records) for x, rate in zip(rows, rates, strict=True)]
    most = 2 ** (8 * width - 1) - 1
    limits = [max(float(np.ceil(np.abs(x).max(initial=0))), 1.0) for x in whole]
    counts = [np.rint(x / limit * most).astype(int) for x, limit in zip(whole, limits, strict=True)]
    notes = _notes(n_records, annotations, dict(gaps), width)
    header = _header(width, n_records, "D" if gaps else "C", len(rows) + 1)
    columns: list[tuple[list[Any], int]] = [
        ([*names, f"{_KINDS[width]} Annotations"], 16),
        ([""] * (len(rows) + 1), 80),
        ([*units, ""], 8),
        ([*(f"{-limit:g}" for limit in limits), -1], 8),
        ([*(f"{limit:g}" for limit in limits), 1], 8),
        ([*([-most] * len(rows)), -most - 1], 8),
        ([*([most] * len(rows)), most], 8),
        ([""] * (len(rows) + 1), 80),
        ([*rates, len(notes[0]) // width], 8),
        ([""] * (len(rows) + 1), 32),
    ]
    fields = b"".join(_field(value, size) for values, size in columns for value in values)
    records = [[_pack(part, width) for part in x.reshape(n_records, -1)] for x in counts]
    body = b"".join(b"".join(parts) for parts in zip(*records, notes, strict=True))
    write_whole(file, header + fields + body)
    return [x * limit / most for x, limit in zip(counts, limits, strict=True)]


def _fill(x, n_times):
    return np.pad(np.asarray(x, dtype=float), (0, n_times - len(x)))


def _field(value, size):
    return str(value).encode("latin-1")[:size].ljust(size)


def _header(width, n_records, continuity, n_signals):
    start = _STARTS[width] + _field("X X X X", 80) + _field("Startdate X X X X", 80)
    start += b"01.01.0100.00.00" + _field(256 * (n_signals + 1), 8)
    start += _field(f"{_KINDS[width]}+{continuity}", 44)
    return start + _field(n_records, 8) + _field(1, 8) + _field(n_signals, 4)


def _notes(n_records, annotations, gaps, width):
    """Bytes of the annotations of each record, which begin with its onset."""
    onsets = np.arange(n_records) + np.cumsum([gaps.get(k, 0) for k in range(n_records)])
    notes = [f"+{onset:g}\x14\x14\0".encode() for onset in onsets]
    for onset, duration, text in annotations:
        place = int(np.clip(onset, 0, n_records - 1))
        notes[place] += f"+{onset:g}\x15{duration:g}\x14{text}\x14\0".encode()
    size = -(-max(map(len, notes)) // width) * width
    return [note.ljust(size, b"\0") for note in notes]


def _pack(counts, width):
    """Little-endian integers of 16 or 24 bits."""
    return counts.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :width].tobytes()
