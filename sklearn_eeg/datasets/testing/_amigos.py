"""AMIGOS's layout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets.testing._mat import write_mat

# Of the short clips, then of the long ones.
VIDEOS = "10 13 138 18 19 20 23 30 31 34 36 4 5 58 80 9 N1 P1 B1 U1".split()
NO_LONG_CLIPS = (8, 24, 28)


def write_amigos(
    folder: PathLike,
    n_subjects: int = 3,
    seconds: float = 2.0,
    *,
    first_subject: int = 1,
    unrated: Sequence[tuple[int, int]] = (),
    random_state: int = 0,
) -> None:
    """Write small files ``Data_Preprocessed_P01.mat`` and so on, of 20 clips, longer than they say.

    Parameters
    ----------
    folder : path-like
    n_subjects : int, default=3
    seconds : float, default=2.0
        Of the shortest clip, after the 5 s before it; each further one is an eighth of a second
        longer.
    first_subject : int, default=1
        Subjects 8, 24 and 28 have no long clips: their cells are empty.
    unrated : sequence of (int, int), default=()
        Subjects and clips, from 1, without a rating.
    random_state : int, default=0

    Returns
    -------
    None

    Examples
    --------
    >>> import scipy.io, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_amigos(folder, n_subjects=1)
    ...     file = Path(folder) / "Data_Preprocessed_P01.mat"
    ...     content = scipy.io.loadmat(file, verify_compressed_data_integrity=False)
    >>> content["joined_data"].shape, content["joined_data"][0, 0].shape
    ((1, 20), (896, 17))
    """
    folder, rng = Path(folder), np.random.default_rng(random_state)
    folder.mkdir(parents=True, exist_ok=True)
    for subject in range(first_subject, first_subject + n_subjects):
        names = ("joined_data", "labels_selfassessment", "labels_ext_annotation", "VideoIDs")
        content = {name: np.empty((1, len(VIDEOS)), dtype=object) for name in names}
        for place, video in enumerate(VIDEOS):
            shown = place < 16 or subject not in NO_LONG_CLIPS
            rated = shown and (subject, place + 1) not in unrated
            n_times = 640 + round(128 * (seconds + place / 8))
            signal = rng.normal(0, 10, (n_times, 17))
            said = np.hstack([rng.uniform(1, 9, 5).round(1), rng.integers(0, 2, 7)])[None]
            content["joined_data"][0, place] = signal if shown else np.empty((0, 0))
            content["labels_selfassessment"][0, place] = said if rated else np.empty((0, 0))
            content["labels_ext_annotation"][0, place] = rng.uniform(-1, 1, (2, 3))
            content["VideoIDs"][0, place] = video
        write_mat(folder / f"Data_Preprocessed_P{subject:02}.mat", content, overlong=True)
