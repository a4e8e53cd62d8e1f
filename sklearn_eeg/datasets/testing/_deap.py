"""DEAP's layout."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._deap import ELECTRODES
from sklearn_eeg.datasets.testing._bdf import write_bdf

# As the recordings of subjects 1 to 22 have them.
TWENTE = (
    "Fp1 AF3 F7 F3 FC1 FC5 T7 C3 CP1 CP5 P7 P3 Pz PO3 O1 Oz "
    "O2 PO4 P4 P8 CP6 CP2 C4 T8 FC6 FC2 F4 F8 AF4 Fp2 Fz Cz"
).split()
OTHERS = [*(f"EXG{k}" for k in range(1, 9)), *"GSR1 GSR2 Erg1 Erg2 Resp Plet Temp".split()]
HEADER = (
    "Participant_id,Trial,Experiment_id,Start_time,Valence,Arousal,Dominance,Liking,Familiarity"
)


def write_deap(
    folder: PathLike,
    n_subjects: int = 3,
    n_trials: int = 8,
    seconds: float = 2.0,
    *,
    kind: str = "preprocessed",
    table: bool = True,
    first_subject: int = 1,
    lacking: Sequence[int] = (),
    random_state: int = 0,
) -> None:
    """Write small files in the layout of DEAP.

    Parameters
    ----------
    folder : path-like
        Where ``data_preprocessed_python`` or ``data_original`` goes, and ``metadata_csv``.
    n_subjects : int, default=3
    n_trials : int, default=8
        The published files have 40.
    seconds : float, default=2.0
        Of each clip, after the seconds before it; 60 as published.
    kind : {"preprocessed", "original"}, default="preprocessed"
    table : bool, default=True
        Whether ``participant_ratings.csv`` is written.
    first_subject : int, default=1
        From 23 on original files have the other order of electrodes, from 24 on a trigger channel
        without a name, from 29 on two channels without one.
    lacking : sequence of int, default=()
        Numbers of trials, from 1, that original recordings lack.
    random_state : int, default=0

    Returns
    -------
    None

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_deap(folder, n_subjects=2)
    ...     print(*sorted(file.name for file in Path(folder).rglob("*.*")))
    participant_ratings.csv s01.dat s02.dat
    """
    folder, rng = Path(folder), np.random.default_rng(random_state)
    inner = {"preprocessed": "data_preprocessed_python", "original": "data_original"}[kind]
    (folder / inner).mkdir(parents=True, exist_ok=True)
    lines = [HEADER]
    for subject in range(first_subject, first_subject + n_subjects):
        # On a continuous scale, of which some meet the middle.
        ratings = np.round(rng.uniform(1, 9, (n_trials, 4)), 2)
        ratings[rng.integers(n_trials)] = 5.0
        played = rng.permutation(n_trials)
        starts = 10 + np.cumsum(seconds + rng.uniform(7, 25, n_trials))
        lines += [
            f"{subject},{trial},{video + 1},{round(start * 10_000)},"
            f"{','.join(f'{rating:g}' for rating in ratings[video])},"
            f"{'' if subject in (2, 15, 23) else rng.integers(1, 6)}"
            for trial, (video, start) in enumerate(zip(played, starts, strict=True), start=1)
        ]
        if kind == "preprocessed":
            _write_pickle(folder / inner / f"s{subject:02}.dat", ratings, seconds, rng)
        else:
            there = np.delete(starts, np.array(lacking, dtype=int) - 1)
            _write_recording(folder / inner / f"s{subject:02}.bdf", subject, there, seconds, rng)
    if table:
        (folder / "metadata_csv").mkdir(exist_ok=True)
        text = "\n".join([*lines, ""])
        (folder / "metadata_csv" / "participant_ratings.csv").write_text(text, encoding="utf-8")


def _write_pickle(file, ratings, seconds, rng):
    """A dict of arrays."""
    shape = (len(ratings), 40, 384 + round(128 * seconds))
    content = {"labels": ratings, "data": rng.normal(0, 10, shape)}
    items = b"".join(_text(name) + _array(array) for name, array in content.items())
    file.write_bytes(b"\x80\x02}(" + items + b"u.")


# What Python 2 wrote for each, where Python 3 takes another way: bytes as short or long texts, and
# NumPy by the names it had then.
def _text(text):
    return b"U" + struct.pack("<B", len(text)) + text.encode("ascii")


def _array(array):
    sizes = b"".join(b"J" + struct.pack("<i", size) for size in array.shape)
    kind = b"cnumpy\ndtype\n" + _text("f8") + b"K\x00K\x01\x87R(K\x03" + _text("<") + b"NNN"
    content = array.astype("<f8").tobytes()
    return (
        b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85"
        + _text("b")
        + (b"\x87R(K\x01(" + sizes + b"t")
        + (kind + b"J\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89")
        + (b"T" + struct.pack("<i", len(content)) + content + b"tb")
    )


def _write_recording(file, subject, starts, seconds, rng):
    """Electrodes, other signals, and triggers 3 (a cross), 4 (the clip) and 5 (a cross again)."""
    sfreq = 512
    n_times = sfreq * int(np.ceil(starts[-1] + seconds + 4))
    electrodes = TWENTE if subject < 23 else ELECTRODES
    unnamed = 0 if subject < 24 else 1 if subject < 29 else 2
    names = [*electrodes, *OTHERS, *([""] * unnamed or ["Status"])]
    codes = np.zeros(n_times, dtype=np.int64)
    for code, moments in ((3, starts - 5), (4, starts), (5, starts + seconds)):
        for first in np.rint(moments * sfreq).astype(int):
            codes[first : first + 8] = code
    # The byte above the codes is set, and above it what the amplifier tells of itself, such as a
    # low battery.
    status = codes | (0 if subject < 24 else 0x18FF00 if subject < 29 else 0x58FF00)
    drawn = rng.normal(0, 10, (len(names) - 1, n_times))
    # Each electrode has an offset of its own, by its name.
    drawn[: len(electrodes)] += [[100.0 * ELECTRODES.index(name)] for name in electrodes]
    write_bdf(file, drawn, names, status, sfreq)
