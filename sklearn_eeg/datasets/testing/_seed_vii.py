"""SEED-VII in small."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sklearn_eeg._typing import PathLike
from sklearn_eeg._whole_file import write_whole
from sklearn_eeg.datasets._seed_vii import LOST_TRIGGERS, N_CLIPS, SESSIONS
from sklearn_eeg.datasets.testing._cnt import write_cnt
from sklearn_eeg.montage._grids import SEED_62

KINDS = ("features", "eye", "continuous", "preprocessed", "raw")
LEADS = ("M1", "M2", "ECG", "HEO", "VEO")
# The subjects two of whose recordings have no triggers of use come first.
SUBJECTS = (9, 14, *(number for number in range(1, 21) if number not in (9, 14)))
DATES = {(14, 1): "20221015", (9, 3): "20221111"}


def write_seed_vii(
    folder: PathLike,
    n_subjects: int = 2,
    *,
    kinds: Sequence[str] = ("features", "eye", "continuous"),
    sessions: Sequence[int] = SESSIONS,
    sfreq: int = 1000,
    random_state: int = 0,
) -> dict[Any, Any]:
    """Write a folder in the layout of SEED-VII, with films of 5 to 9 s.

    Parameters
    ----------
    folder : path-like
    n_subjects : int, default=2
        The first are 9 and 14, each of whom has a recording whose triggers are elsewhere.
    kinds : sequence of str, default=("features", "eye", "continuous")
        ``"raw"`` is ``EEG_raw``, about 40 MB a session at 1000 Hz, with ``save_info``;
        ``"preprocessed"`` is ``EEG_preprocessed``, ``"features"`` is ``EEG_features``, ``"eye"`` is
        ``EYE_features`` and ``"continuous"`` is ``continuous_labels``.
    sessions : sequence of int, default=(1, 2, 3, 4)
        Of which recordings are written; the other files have all four.
    sfreq : int, default=1000
        Of the recordings, in hertz.
    random_state : int, default=0

    Returns
    -------
    dict
        What was drawn, by name in the set, subject and number of the film: ``("raw", 9, 1)``,
        ``("preprocessed", 9, 1)``, ``("de", 9, 1)``, ``("de_LDS", 9, 1)``, ``("psd", 9, 1)``,
        ``("eye", 9, 1)``, ``("continuous", 9, 1)``; with the axes that they have in the files.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = write_seed_vii(folder, n_subjects=1)
    ...     for file in sorted(Path(folder).rglob("*.*")):
    ...         print(file.relative_to(folder).as_posix())
    EEG_features/9.mat
    EYE_features/9.mat
    continuous_labels/9.mat
    >>> written["de_LDS", 9, 80].shape
    (1, 5, 62)
    """
    folder, rng = Path(folder), np.random.default_rng(random_state)
    lengths = {session: rng.integers(5, 10, N_CLIPS) for session in SESSIONS}
    clips = dict(enumerate(np.concatenate(list(lengths.values())), start=1))
    written: dict[Any, Any] = {}
    for subject in SUBJECTS[:n_subjects]:
        for session in sessions if "raw" in kinds else ():
            written |= _write_session(folder, subject, session, lengths[session], sfreq, rng)
        for kind in KINDS:
            if kind in kinds and kind != "raw":
                written |= _write_variables(folder, subject, kind, clips, rng)
    return written


def _write_variables(folder, subject, kind, clips, rng):
    """A MATLAB file of a subject, with one variable a clip and kind of number."""
    import scipy.io

    inner, names = {
        "features": ("EEG_features", ("psd", "de", "de_LDS")),
        "preprocessed": ("EEG_preprocessed", ("preprocessed",)),
        "eye": ("EYE_features", ("eye",)),
        "continuous": ("continuous_labels", ("continuous",)),
    }[kind]
    written = {
        (name, subject, clip): _draw(name, n_seconds, rng)
        for clip, n_seconds in clips.items()
        for name in names
    }
    prefixed = {
        f"{name}_{clip}" if kind == "features" else f"{clip}": numbers
        for (name, _, clip), numbers in written.items()
    }
    content = io.BytesIO()
    scipy.io.savemat(content, prefixed)
    write_whole(folder / inner / f"{subject}.mat", content.getvalue())
    return written


def _draw(name, n_seconds, rng):
    """Numbers of a clip, with the axes of the files."""
    n_windows = n_seconds // 4
    if name == "preprocessed":
        return rng.normal(0, 20, (len(SEED_62), 200 * n_seconds))
    if name == "continuous":
        return rng.uniform(size=(1, n_windows))
    return rng.normal(size=(n_windows, 33) if name == "eye" else (n_windows, 5, len(SEED_62)))


def _write_session(folder, subject, session, lengths, sfreq, rng):
    # A second between two films.
    ends = np.cumsum(lengths + 1) * sfreq
    starts = ends - lengths * sfreq
    # Not every recording has the heart's lead.
    leads = LEADS if session % 2 else [lead for lead in LEADS if lead != "ECG"]
    signals = rng.normal(0, 20, (len(SEED_62) + len(leads), ends[-1] + sfreq))
    date = DATES.get((subject, session), f"202210{session:02}")
    file = folder / "EEG_raw" / f"{subject}_{date}_{session}.cnt"
    marks = sorted([(start, 1) for start in starts] + [(end, 2) for end in ends])
    beginning = LOST_TRIGGERS.get(file.stem)
    # One of the two recordings has none of its triggers, and some keys that were pressed.
    events = marks if beginning is None else [(sfreq, 0), (2 * sfreq, 0)]
    write_cnt(file, signals, [*map(str.upper, SEED_62), *leads], sfreq, events=events)
    lines = [f"{code},{_clock(date, (beginning or 0) + at / sfreq)}" for at, code in marks]
    csv = folder / "save_info" / f"{file.stem}_trigger_info.csv"
    write_whole(csv, ("\n".join(lines) + "\n").encode())
    first = N_CLIPS * (session - 1) + 1
    return {
        ("raw", subject, first + place): signals[: len(SEED_62), start:end]
        for place, (start, end) in enumerate(zip(starts, ends, strict=True))
    }


def _clock(date, seconds):
    """Date and time of day, as the csv files have them."""
    import datetime

    day = datetime.datetime.strptime(date, "%Y%m%d")
    return (day + datetime.timedelta(seconds=float(seconds))).isoformat(" ", "microseconds")
