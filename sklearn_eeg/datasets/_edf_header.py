"""What MNE takes on trust in the header of EDF, EDF+ and BDF files."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

# Widths of what the header says of each signal, in the order of the file.
_FIELDS = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)
_LABELS, _UNITS, _LEAST, _MOST, _SAMPLES = 0, 2, 3, 4, 8


@dataclass(frozen=True, kw_only=True)
class EdfHeader:
    """Sizes and names of a file."""

    file: Path
    n_bytes: int  # of the header
    kind: str  # "EDF+C", "EDF+D" and so on; "" of the first version
    n_records: int  # as stated, -1 where the recorder did not know it
    duration: float  # of a record, in seconds
    labels: list
    units: list
    unscaled: list  # labels of signals whose least and largest value are stated as one
    n_samples: np.ndarray  # of each signal in a record
    width: int  # bytes of a sample

    @property
    def record_bytes(self):
        """Bytes of a record."""
        return self.width * int(self.n_samples.sum())

    @property
    def notes(self):
        """Indices of the signals that hold annotations."""
        return [i for i, name in enumerate(self.labels) if name.endswith("Annotations")]


def read_header(file):
    """Header of a file; a ValueError says what is wrong with it."""
    with file.open("rb") as stream:
        fixed = stream.read(256)
        n_signals = int(fixed[252:256])
        if n_signals < 1:
            raise ValueError(f"{n_signals} signals")
        rest = stream.read(256 * n_signals).decode("latin-1")
    columns, start = [], 0
    for width in _FIELDS:
        stop = start + width * n_signals
        columns.append([rest[i : i + width].strip() for i in range(start, stop, width)])
        start = stop
    limits = zip(columns[_LABELS], columns[_LEAST], columns[_MOST], strict=True)
    return EdfHeader(
        file=file,
        n_bytes=int(fixed[184:192]),
        kind=fixed[192:197].decode("latin-1").strip(),
        n_records=int(fixed[236:244]),
        duration=float(fixed[244:252]),
        labels=columns[_LABELS],
        units=columns[_UNITS],
        unscaled=[label for label, least, most in limits if least == most],
        n_samples=np.array(columns[_SAMPLES], dtype=int),
        width=3 if fixed[:1] == b"\xff" else 2,
    )


def check_whole(header):
    """Refuse a file that is shorter than its header says, or whose records are apart in time."""
    if not (header.record_bytes > 0 and header.duration > 0):
        raise ValueError(
            f"expected records of some length in {header.file}, got {header.record_bytes} bytes "
            f"and {header.duration:g} s; the file is damaged, or holds annotations only."
        )
    there = max(header.file.stat().st_size - header.n_bytes, 0) // header.record_bytes
    if there < max(header.n_records, 1):
        raise ValueError(
            f"expected {max(header.n_records, 1)} records in {header.file}, got {there} whole "
            f"ones; the file is truncated: copy it anew."
        )
    if header.kind.endswith("+D") and header.notes:
        _check_continuous(header, there)


def _check_continuous(header, n_records):
    onsets = np.array([_onset(record) for record in _first_notes(header, n_records)])
    drift = onsets - onsets[0] - header.duration * np.arange(n_records)
    apart = np.flatnonzero(np.abs(drift) > 0.5 * header.duration / header.n_samples.max())
    if len(apart):
        raise ValueError(
            f"expected a recording without gaps in {header.file}, got one that stops before "
            f"record {apart[0] + 1} of {n_records} (EDF+D); export its stretches as files of "
            f"their own."
        )


def _first_notes(header, n_records):
    """Bytes of the first signal of annotations in each record."""
    place, ends = header.notes[0], header.width * np.cumsum([0, *header.n_samples])
    records = np.memmap(
        header.file,
        mode="r",
        offset=header.n_bytes,
        shape=(n_records, header.record_bytes),
    )
    return [record[ends[place] : ends[place + 1]].tobytes() for record in records]


def _onset(notes):
    """When a record begins: what its first annotation says."""
    found = re.match(rb"[+-]\d+(?:\.\d*)?", notes)
    return float(found[0]) if found else np.nan


def of_other_rates(header, names):
    """Labels of signals of another rate than most of those named; annotations are none.

    MNE interpolates all signals that it reads to the rate of the fastest.
    """
    rates = dict(zip(header.labels, header.n_samples.tolist(), strict=True))
    wanted = [rates[name] for name in names]
    if not wanted:
        return []
    rate = max(wanted, key=lambda one: (wanted.count(one), one))
    notes = {header.labels[i] for i in header.notes}
    return [name for name, one in rates.items() if one != rate and name not in notes]
