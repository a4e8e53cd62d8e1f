"""DREAMER's layout."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._dreamer import ELECTRODES
from sklearn_eeg.datasets.testing._mat import write_mat


def write_dreamer(
    folder: PathLike,
    n_subjects: int = 3,
    n_clips: int = 6,
    seconds: float = 2.0,
    random_state: int = 0,
) -> None:
    """Write a small ``DREAMER.mat``: structs and cells as MATLAB nests them, longer than it says.

    Parameters
    ----------
    folder : path-like
    n_subjects : int, default=3
        The published file has 23.
    n_clips : int, default=6
        The published file has 18.
    seconds : float, default=2.0
        Of the shortest clip; each further one is a quarter of a second longer. The seconds before
        are half as many.
    random_state : int, default=0

    Returns
    -------
    None

    Examples
    --------
    >>> import scipy.io, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_dreamer(folder)
    ...     file = Path(folder) / "DREAMER.mat"
    ...     content = scipy.io.loadmat(file, verify_compressed_data_integrity=False)
    >>> content["DREAMER"][0, 0]["Data"][0, 0]["EEG"][0, 0]["stimuli"][0, 0][5, 0].shape
    (416, 14)
    """
    rng, folder = np.random.default_rng(random_state), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    people = np.empty((1, n_subjects), dtype=object)
    for place in range(n_subjects):
        people[0, place] = _draw_person(n_clips, seconds, rng)
    electrodes = np.empty((1, len(ELECTRODES)), dtype=object)
    electrodes[0] = ELECTRODES
    content = {
        "Data": people,
        "EEG_SamplingRate": 128.0,
        "ECG_SamplingRate": 256.0,
        "EEG_Electrodes": electrodes,
        "noOfSubjects": float(n_subjects),
        "noOfVideoSequences": float(n_clips),
        "Disclaimer": "None",
        "Provider": "None",
        "Version": "1.0.2",
        "Acknowledgement": "None",
    }
    write_mat(folder / "DREAMER.mat", {"DREAMER": content}, overlong=True)


def _draw_person(n_clips, seconds, rng):
    lengths = [seconds + clip / 4 for clip in range(n_clips)]
    before = [seconds / 2] * n_clips
    # The amplifier's offset.
    eeg = {
        "baseline": _cells([4200 + rng.normal(0, 10, (round(128 * s), 14)) for s in before]),
        "stimuli": _cells([4200 + rng.normal(0, 10, (round(128 * s), 14)) for s in lengths]),
    }
    ecg = {
        "baseline": _cells([rng.normal(2000, 50, (round(256 * s), 2)) for s in before]),
        "stimuli": _cells([rng.normal(2000, 50, (round(256 * s), 2)) for s in lengths]),
    }
    scores = rng.integers(1, 6, (3, n_clips, 1)).astype(float)
    # Whatever was drawn, each scale has what is low, the middle, and what is high.
    scores[:, :3, 0] = np.array([[1, 3, 5], [3, 5, 1], [5, 1, 3]])[:, :n_clips]
    names = ("ScoreValence", "ScoreArousal", "ScoreDominance")
    return {
        "Age": "22",
        "Gender": "male",
        "EEG": eeg,
        "ECG": ecg,
        **dict(zip(names, scores, strict=True)),
    }


def _cells(arrays):
    """A column of cells."""
    cells = np.empty((len(arrays), 1), dtype=object)
    for place, array in enumerate(arrays):
        cells[place, 0] = array
    return cells
