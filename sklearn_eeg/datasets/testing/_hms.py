"""Synthetic files in the layout of the harmful brain activity challenge."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sklearn_eeg._constraints import Number
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._hms import CLASSES, ELECTRODES, FREQUENCIES, PANELS, VOTES
from sklearn_eeg.datasets._parquet import require_pyarrow

SFREQ = 200
STEP = 2  # seconds from row to row of a spectrogram
APART = 600.0  # seconds between two recordings in one spectrogram


def write_hms(
    folder: PathLike,
    n_subjects: int = 4,
    n_recordings: int = 2,
    n_windows: int = 3,
    *,
    random_state: int = 0,
) -> None:
    """Write ``train.csv``, ``train_eegs`` and ``train_spectrograms`` as the challenge has them.

    Signals have 20 columns, of which the last is the EKG, and spectrograms 400 beside the time;
    both lack some values. Windows of a recording overlap, and have the same votes but for the last
    one of a patient's odd recordings; its even ones have ten votes or more. Two recordings of a
    patient share a spectrogram, and their votes differ.

    Parameters
    ----------
    folder : path-like
        Made where it is not there.
    n_subjects, n_recordings, n_windows : int, default=4, 2, 3
        Patients, recordings of each, and windows of each recording.
    random_state : int, default=0

    Raises
    ------
    ImportError
        There is no pyarrow, which writes the files.
    TypeError, ValueError
        A number is no whole one, or below 1.
    FileExistsError
        A part of the set is there already.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_hms(folder, n_subjects=2)
    ...     print(*sorted(path.name for path in Path(folder).iterdir()))
    train.csv train_eegs train_spectrograms
    """
    with speaking("write_hms"):
        for number in (n_subjects, n_recordings, n_windows):
            Number(least=1, whole=True).check("patients, recordings and windows", number)
    require_pyarrow("write_hms")
    folder, rng = Path(folder), np.random.default_rng(random_state)
    for part in ("train_eegs", "train_spectrograms"):
        (folder / part).mkdir(parents=True)
    table = _draw_table(n_subjects, n_recordings, n_windows, rng)
    with (folder / "train.csv").open("x", encoding="utf-8", newline="") as file:
        table.to_csv(file, index=False)
    ends = table.groupby("eeg_id")["eeg_label_offset_seconds"].max() + 50
    for name, seconds in ends.items():
        _draw_signals(seconds, rng).to_parquet(folder / "train_eegs" / f"{name}.parquet")
    ends = table.groupby("spectrogram_id")["spectrogram_label_offset_seconds"].max() + 600
    for name, seconds in ends.items():
        _draw_power(seconds, rng).to_parquet(folder / "train_spectrograms" / f"{name}.parquet")


def _draw_table(n_subjects, n_recordings, n_windows, rng):
    """Rows of ``train.csv``, sorted by recordings, so that patients lie scattered."""
    import pandas as pd

    n = n_subjects * n_recordings
    place = np.tile(np.arange(n_recordings), n_subjects)
    patient = np.repeat(_draw_numbers(n_subjects, 2**16, rng), n_recordings)
    eeg, spectrogram = _draw_numbers(n, 2**32, rng), _draw_numbers(n, 2**31, rng)
    spectrogram = spectrogram[np.arange(n) - place % 2]
    steps = rng.choice([2.0, 4.0, 6.0, 8.0], (n, n_windows))
    offset = np.cumsum(steps, axis=1) - steps[:, :1]
    window = np.arange(n_windows)
    columns = {
        "eeg_id": eeg[:, None],
        "eeg_sub_id": window,
        "eeg_label_offset_seconds": offset,
        "spectrogram_id": spectrogram[:, None],
        "spectrogram_sub_id": window + n_windows * (place[:, None] % 2),
        "spectrogram_label_offset_seconds": offset + APART * (place[:, None] % 2),
        "label_id": _draw_numbers(n * n_windows, 2**32, rng).reshape(n, n_windows),
        "patient_id": patient[:, None],
    }
    shape = n, n_windows
    table = pd.DataFrame({k: np.broadcast_to(v, shape).ravel() for k, v in columns.items()})
    votes = np.concatenate([_draw_votes(i % n_recordings, i, n_windows, rng) for i in range(n)])
    table["expert_consensus"] = np.array(list(CLASSES.values()))[votes.argmax(axis=1)]
    return table.join(pd.DataFrame(votes, columns=VOTES)).sort_values(["eeg_id", "eeg_sub_id"])


def _draw_numbers(n, below, rng):
    """Whole numbers in no order, each once."""
    apart = min(997, below // (2 * n))
    return rng.choice(below // apart, n, replace=False) * apart + 1


def _draw_votes(place, number, n_windows, rng):
    """Votes (window, class), of which most are for one class."""
    share = np.full(len(VOTES), 0.05)
    share[number % len(VOTES)] = 0.75
    n_votes = rng.integers(10, 29) if place % 2 else rng.integers(3, 8)
    votes = np.tile(rng.multinomial(n_votes, share), (n_windows, 1))
    if place % 2 == 0 and n_windows > 1:
        votes[-1] = np.roll(votes[-1], 1)
    return votes


def _draw_signals(seconds, rng):
    import pandas as pd

    columns = [*ELECTRODES, "EKG"]
    signals = np.cumsum(rng.standard_normal((round(seconds * SFREQ), len(columns))), axis=0)
    # An electrode that came off for a second.
    signals[SFREQ : 2 * SFREQ, rng.integers(len(ELECTRODES))] = np.nan
    return pd.DataFrame(signals.astype(np.float32), columns=columns)


def _draw_power(seconds, rng):
    import pandas as pd

    columns = [f"{panel}_{frequency}" for panel in PANELS for frequency in FREQUENCIES]
    power = rng.gamma(1.0, 3.0, (round(seconds / STEP), len(columns))).astype(np.float32)
    power[rng.integers(len(power))] = np.nan
    table = pd.DataFrame(power, columns=columns)
    table.insert(0, "time", 1 + STEP * np.arange(len(table)))
    return table
