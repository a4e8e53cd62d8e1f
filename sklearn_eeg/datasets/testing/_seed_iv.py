"""Small files in the layout of SEED-IV."""

from __future__ import annotations

from pathlib import Path

from sklearn.utils import check_random_state

from sklearn_eeg._typing import PathLike, RandomState
from sklearn_eeg._whole_file import write_whole
from sklearn_eeg.datasets._seed_iv import EYES, FOLDERS, N_TRIALS
from sklearn_eeg.datasets.testing._mat import write_mat
from sklearn_eeg.datasets.testing._seed import (
    FEATURES,
    draw_entropies,
    draw_signals,
    name_recordings,
)


def write_seed_iv(
    folder: PathLike,
    *,
    n_subjects: int = 2,
    n_sessions: int = 3,
    seconds: int = 4,
    random_state: RandomState = 0,
) -> Path:
    """Write files as SEED-IV has them: signals, features and eye movements.

    Names, variables, shapes and the order of axes are those of the published files; trials are
    short, with features of the whole windows of 4 s in them, and the numbers are drawn.

    Parameters
    ----------
    folder : path-like
        Gets the folders ``eeg_raw_data``, ``eeg_feature_smooth`` and ``eye_feature_smooth``.
    n_subjects, n_sessions : int, default=2, 3
    seconds : int, default=4
        Of the shortest trials, not below 4; the longest have four more.
    random_state : int or RandomState, default=0

    Returns
    -------
    Path
        The folder.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = write_seed_iv(folder, n_subjects=1, n_sessions=1)
    ...     sorted(path.name for path in written.iterdir())
    ['ReadMe.txt', 'eeg_feature_smooth', 'eeg_raw_data', 'eye_feature_smooth']
    """
    rng = check_random_state(random_state)
    folder = Path(folder)
    write_whole(folder / "ReadMe.txt", b"Drawn numbers in the layout of SEED-IV.\n")
    for session, name, initials in name_recordings(n_subjects, n_sessions, rng):
        lengths = rng.randint(seconds, seconds + 5, N_TRIALS)
        variables = {
            "raw": draw_signals(initials, lengths, rng),
            "de_LDS": _draw_features(lengths // 4, rng),
            "eye": _draw_eyes(lengths // 4, rng),
        }
        for kind, content in variables.items():
            write_mat(folder / FOLDERS[kind] / str(session) / name, content)
    return folder


def _draw_features(lengths, rng):
    variables = {}
    for trial, n_windows in enumerate(lengths, 1):
        for smoothing in ("movingAve", "LDS"):
            entropies = draw_entropies(n_windows, rng)
            for feature in ("de", "psd"):
                variables[f"{feature}_{smoothing}{trial}"] = FEATURES[feature](entropies)
    return variables


def _draw_eyes(lengths, rng):
    n_features = len(EYES["features"])
    return {
        f"eye_{trial}": rng.normal(size=(n_features, n_windows))
        for trial, n_windows in enumerate(lengths, 1)
    }
