"""SEED-V in small."""

from __future__ import annotations

import io
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sklearn_eeg._typing import PathLike
from sklearn_eeg._whole_file import write_whole
from sklearn_eeg.datasets._seed_v import CODES, N_CLIPS, SESSIONS, TIMES_FILE
from sklearn_eeg.datasets.testing._cnt import write_cnt
from sklearn_eeg.montage._grids import SEED_62

LEADS = ("M1", "M2", "VEO", "HEO")
# Folder of each kind of features, and its columns.
FEATURES = {"de": ("EEG_DE_features", 310), "eye": ("Eye_movement_features", 33)}
# Sessions were not recorded in the order of their numbers.
MONTHS = {1: "08", 2: "05", 3: "09"}


def write_seed_v(
    folder: PathLike,
    n_subjects: int = 2,
    *,
    kinds: Sequence[str] = ("de", "eye"),
    sessions: Sequence[int] = SESSIONS,
    sfreq: int = 1000,
    random_state: int = 0,
) -> dict[Any, Any]:
    """Write a folder in the layout of SEED-V, with films of 5 to 9 s.

    Parameters
    ----------
    folder : path-like
    n_subjects : int, default=2
        Numbered from 1, but for number 3, which is missing.
    kinds : sequence of {"raw", "de", "eye"}, default=("de", "eye")
        ``EEG_raw``, about 32 MB a session at 1000 Hz; ``EEG_DE_features``;
        ``Eye_movement_features``.
    sessions : sequence of int, default=(1, 2, 3)
        Of which recordings are written; the features are of all three.
    sfreq : int, default=1000
        Of the recordings, in hertz.
    random_state : int, default=0

    Returns
    -------
    dict
        What was drawn, by kind, subject and number of the film from 1: signals (62, time) in
        microvolts, features (window, column) as they lie in the files.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = write_seed_v(folder, n_subjects=1)
    ...     for file in sorted(Path(folder).rglob("*.*")):
    ...         print(file.relative_to(folder).as_posix())
    EEG_DE_features/1_123.npz
    Eye_movement_features/1_123.npz
    trial_start_end_timestamp.txt
    >>> written["de", 1, 45].shape
    (1, 310)
    """
    folder, rng = Path(folder), np.random.default_rng(random_state)
    lengths = {session: rng.integers(5, 10, N_CLIPS) for session in SESSIONS}
    # A second between two films.
    times = {session: (np.cumsum(n + 1) - n, np.cumsum(n + 1)) for session, n in lengths.items()}
    write_whole(folder / TIMES_FILE, _write_times(times).encode())
    n_windows = np.concatenate([lengths[session] // 4 for session in SESSIONS])
    written: dict[Any, Any] = {}
    for subject in [1, 2, *range(4, n_subjects + 2)][:n_subjects]:
        for session in sessions if "raw" in kinds else ():
            written |= _write_session(folder, subject, session, times[session], sfreq, rng)
        for kind in FEATURES:
            if kind in kinds:
                written |= _write_features(folder, subject, kind, n_windows, rng)
    return written


def _write_times(times):
    return "\n".join(
        f"Session {session}:\nstart_second: {starts.tolist()}\nend_second: {ends.tolist()}\n"
        for session, (starts, ends) in times.items()
    )


def _write_session(folder, subject, session, times, sfreq, rng):
    starts, ends = (seconds * sfreq for seconds in times)
    signals = rng.normal(0, 20, (len(SEED_62) + len(LEADS), ends[-1] + sfreq))
    file = folder / "EEG_raw" / f"{subject}_{session}_2018{MONTHS[session]}{subject:02}.cnt"
    write_cnt(file, signals, [*map(str.upper, SEED_62), *LEADS], sfreq)
    first = N_CLIPS * (session - 1) + 1
    return {
        ("raw", subject, first + place): signals[: len(SEED_62), start:end]
        for place, (start, end) in enumerate(zip(starts, ends, strict=True))
    }


def _write_features(folder, subject, kind, n_windows, rng):
    """A NumPy archive whose two entries are the bytes of pickles, as arrays of one string."""
    inner, n_columns = FEATURES[kind]
    data = {clip: rng.normal(20, 3, (n, n_columns)) for clip, n in enumerate(n_windows)}
    codes = [code for session in SESSIONS for code in CODES[session]]
    labels = {clip: np.full(n, float(codes[clip])) for clip, n in enumerate(n_windows)}
    content = io.BytesIO()
    np.savez(content, data=pickle.dumps(data), label=pickle.dumps(labels))
    write_whole(folder / inner / f"{subject}_123.npz", content.getvalue())
    return {(kind, subject, clip + 1): features for clip, features in data.items()}
