"""Neuroscan's continuous recordings (.cnt), of which a part is read at a time.

A header, one record a channel, the samples, and a table of events. No field says whether a sample
has two bytes or four, and the wrong answer gives numbers that are only too large; so it is found
from what must hold for the right one, or the file is refused.

Fields as described by P. Bourke, *EEG data file formats*, https://paulbourke.net/dataformats/eeg/.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sklearn_eeg.datasets._folder import require_file

HEADER = np.dtype(
    {
        "names": ["version", "date", "clock", "n_channels", "rate", "n_times", "table", "block"],
        "formats": ["S12", "S10", "S12", "<u2", "<u2", "<u4", "<u4", "<i4"],
        "offsets": [0, 225, 235, 370, 376, 864, 886, 894],
        "itemsize": 900,
    }
)
CHANNEL = np.dtype(
    {
        "names": ["name", "x", "y", "baseline", "sensitivity", "calibration"],
        "formats": ["S10", "<f4", "<f4", "<i2", "<f4", "<f4"],
        "offsets": [0, 19, 23, 47, 59, 71],
        "itemsize": 75,
    }
)
# Before the events: their kind, their length in bytes, and what is said to be 0.
TABLE = np.dtype([("kind", "u1"), ("n_bytes", "<u4"), ("offset", "<u4")])


def _event(itemsize):
    names, formats = ["code", "key", "place"], ["<u2", "u1", "<u4"]
    return np.dtype(
        {"names": names, "formats": formats, "offsets": [0, 2, 4], "itemsize": itemsize}
    )


# By their kind.
EVENTS = {1: _event(8), 2: _event(19), 3: _event(19)}
# Counts to microvolts, besides what the channel's record says.
CALIBRATION = 204.8


@dataclass(frozen=True, kw_only=True)
class Cnt:
    """A recording whose header has been read.

    Parameters
    ----------
    file : Path
    sfreq : float
        In hertz.
    n_times : int
        Samples of each channel.
    channels : ndarray of CHANNEL
    dtype : str
        Of the counts.
    block : int
        How many samples of one channel lie side by side.
    events : ndarray of int of shape (n_events, 2)
        Sample and code; the code is 0 where a key was pressed.
    """

    file: Path
    sfreq: float
    n_times: int
    channels: np.ndarray
    dtype: str
    block: int
    events: np.ndarray

    @property
    def ch_names(self):
        """Names of the channels, as the file has them."""
        return [name.partition(b"\0")[0].decode("latin1").strip() for name in self.channels["name"]]

    def read(self, picks, start, stop, dtype):
        """Microvolts (channel, time) of some channels, by their places, in a span of samples."""
        first, last = start // self.block, -(-stop // self.block)
        blocks = np.memmap(
            self.file,
            dtype=self.dtype,
            mode="r",
            offset=HEADER.itemsize + self.channels.nbytes,
            shape=(self.n_times // self.block, len(self.channels), self.block),
        )
        counts = blocks[first:last, picks].swapaxes(0, 1).reshape(len(picks), -1)
        counts = counts[:, start - first * self.block : stop - first * self.block]
        known = self.channels[picks]
        scale = known["sensitivity"].astype(float) * known["calibration"] / CALIBRATION
        microvolts = counts.astype(dtype, order="C")
        microvolts -= known["baseline"][:, None].astype(dtype)
        microvolts *= scale[:, None].astype(dtype)
        return microvolts


def open_cnt(file):
    """Read the header of a recording and its events.

    Raises
    ------
    ValueError
        It is no recording of Neuroscan's, is truncated, or does not tell how many bytes a sample
        has.
    """
    header, size = _read_header(file)
    table = int(header["table"])
    channels = np.fromfile(file, CHANNEL, count=int(header["n_channels"]), offset=HEADER.itemsize)
    events, kind = _read_events(file, table, size)
    width = _find_width(file, header, events, kind)
    start, frame = HEADER.itemsize + channels.nbytes, width * len(channels)
    places = events["place"].astype(int) * (frame if kind == 3 else 1)
    # A sample before the place, as MNE has them, by which the published cuts were made.
    samples = np.clip((places - start) // frame - 1, 0, None)
    block = max(1, int(header["block"]) // width)
    return Cnt(
        file=file,
        sfreq=float(header["rate"]),
        n_times=(table - start) // (frame * block) * block,
        channels=channels,
        dtype=f"<i{width}",
        block=block,
        events=np.column_stack([samples, events["code"].astype(int)]),
    )


def _read_header(file):
    """The header, and the size of the file."""
    require_file(file)
    size = file.stat().st_size
    header = np.fromfile(file, HEADER, count=1)
    if not len(header) or not header["version"][0].startswith(b"Version ") or not header["rate"][0]:
        raise ValueError(
            f"expected a recording of Neuroscan's in {file}, got a file of {size} bytes that does "
            f"not begin as one; it may be damaged, or of another kind: copy it anew."
        )
    return header[0], size


def _read_events(file, table, size):
    """Events as they are in the file, and their kind."""
    about = np.fromfile(file, TABLE, count=1, offset=table) if table < size else []
    if not len(about) or table + TABLE.itemsize + int(about["n_bytes"][0]) > size:
        raise ValueError(
            f"expected events at byte {table} of {file}, as its header says, got a file of {size} "
            f"bytes; it may be truncated: copy it anew."
        )
    kind, n_bytes = int(about["kind"][0]), int(about["n_bytes"][0])
    if kind not in EVENTS:
        raise ValueError(
            f"expected events of kind 1, 2 or 3 at byte {table} of {file}, got {kind}; it may be "
            f"damaged: copy it anew."
        )
    n_events = n_bytes // EVENTS[kind].itemsize
    return np.fromfile(file, EVENTS[kind], n_events, offset=table + TABLE.itemsize), kind


def _find_width(file, header, events, kind):
    """Bytes of a sample, of which one number alone may fit."""
    n_channels, n_times, table = (int(header[name]) for name in ("n_channels", "n_times", "table"))
    start = HEADER.itemsize + n_channels * CHANNEL.itemsize
    # Events of kind 3 count samples, which says nothing of bytes.
    places = [] if kind == 3 else list(events["place"].astype(int) - start)
    found = [
        width
        for width in (2, 4)
        if start < table and _fits(width * n_channels, n_times, table - start, places)
    ]
    if len(found) != 1:
        raise ValueError(
            f"expected samples of 2 or of 4 bytes in {file}, got {table - start} bytes for "
            f"{n_times or 'an unknown number of'} samples of {n_channels} channels, where "
            f"{'both fit' if found else 'neither fits'}; copy it anew, or save it otherwise."
        )
    return found[0]


def _fits(frame, n_times, n_bytes, places):
    """Whether frames of so many bytes fill the file up to the events, as many as are announced.

    Where none are announced, each event must begin a frame.
    """
    if not frame:
        return False
    if n_times:
        return n_bytes == n_times * frame
    return not any(place % frame for place in (n_bytes, *places))
