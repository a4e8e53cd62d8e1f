"""Small files in the layout of SEED."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
from sklearn.utils import check_random_state

from sklearn_eeg._typing import PathLike, RandomState
from sklearn_eeg._whole_file import write_whole
from sklearn_eeg.datasets._seed import CODES
from sklearn_eeg.datasets.testing._mat import write_mat
from sklearn_eeg.features._asymmetry import difference, ratio
from sklearn_eeg.montage import SEED_62, SEED_CAUDAL_PAIRS, SEED_MIRROR_PAIRS, locate


def write_seed(
    folder: PathLike,
    *,
    n_subjects: int = 2,
    n_sessions: int = 3,
    seconds: int = 2,
    windows_of: int = 1,
    random_state: RandomState = 0,
) -> Path:
    """Write files as SEED has them: signals, features and labels.

    Names, variables, shapes and the order of axes are those of the published files; trials are
    short, with features of 2 to 4 windows, and the numbers are drawn.

    Parameters
    ----------
    folder : path-like
        Gets the folders ``Preprocessed_EEG`` and ``ExtractedFeatures``.
    n_subjects, n_sessions : int, default=2, 3
    seconds : int, default=2
        Of the shortest trial of signals; the longest have two more.
    windows_of : {1, 4}, default=1
        Seconds of a window of the features; of 4, their folder is ``ExtractedFeatures_4s``.
    random_state : int or RandomState, default=0

    Returns
    -------
    Path
        The folder.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = write_seed(folder, n_subjects=1, n_sessions=1)
    ...     sorted(file.name for file in written.glob("ExtractedFeatures/*"))
    ['1_20131017.mat', 'label.mat', 'readme.txt']
    """
    rng = check_random_state(random_state)
    folder = Path(folder)
    features = folder / ("ExtractedFeatures" if windows_of == 1 else "ExtractedFeatures_4s")
    signals = folder / "Preprocessed_EEG"
    for place in (signals, features):
        write_mat(place / "label.mat", {"label": np.array([CODES])})
        write_whole(place / "readme.txt", b"Drawn numbers in the layout of SEED.\n")
    for _, name, initials in name_recordings(n_subjects, n_sessions, rng):
        lengths = rng.randint(seconds, seconds + 3, len(CODES))
        write_mat(signals / name, draw_signals(initials, lengths, rng))
        write_mat(features / name, _draw_features(rng))
    return folder


def name_recordings(n_subjects, n_sessions, rng):
    """Session, name and initials of each file: a person's initials are those of all variables."""
    for subject in range(1, n_subjects + 1):
        initials = "".join(rng.choice(list("abcdefghijklmnopqrstuvwxyz"), 2 + subject % 2))
        first = date(2013, 4, 1) + timedelta(days=int(rng.randint(400)))
        for session in range(1, n_sessions + 1):
            day = first + timedelta(days=7 * session)
            yield session, f"{subject}_{day:%Y%m%d}.mat", initials


def draw_signals(initials, lengths, rng):
    """Whole microvolts, one sample more than fill so many seconds."""
    return {
        f"{initials}_eeg{trial}": np.round(
            rng.normal(scale=20.0, size=(len(SEED_62), 200 * length + 1))
        )
        for trial, length in enumerate(lengths, 1)
    }


def draw_entropies(n_windows, rng):
    """Entropies (channel, window, band) that differ by electrode and drift."""
    levels = rng.normal(18.0, 2.0, (len(SEED_62), 1, 5))
    return levels + 0.1 * rng.normal(size=(len(SEED_62), n_windows, 5)).cumsum(axis=1)


def _draw_features(rng):
    variables = {}
    for trial, n_windows in enumerate(rng.randint(2, 5, len(CODES)), 1):
        smoothed = {name: draw_entropies(n_windows, rng) for name in ("movingAve", "LDS")}
        for feature, compute in FEATURES.items():
            for smoothing, entropies in smoothed.items():
                variables[f"{feature}_{smoothing}{trial}"] = compute(entropies)
    return variables


def _compare(function, pairs):
    """How a feature comes of entropies (channel, window, band)."""
    first, second = (locate(side, SEED_62) for side in zip(*pairs, strict=True))
    return lambda entropies: function(entropies.swapaxes(0, 1), first, second).swapaxes(0, 1)


FEATURES = {
    "de": lambda entropies: entropies,
    "psd": np.exp2,
    "dasm": _compare(difference, SEED_MIRROR_PAIRS),
    "rasm": _compare(ratio, SEED_MIRROR_PAIRS),
    "dcau": _compare(difference, SEED_CAUDAL_PAIRS),
}
FEATURES["asm"] = lambda entropies: np.concatenate(
    [FEATURES["dasm"](entropies), FEATURES["rasm"](entropies)]
)
