"""Small files in the layout of MPED."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.utils import check_random_state

from sklearn_eeg._typing import PathLike, RandomState
from sklearn_eeg.datasets._mped import CODES, KINDS
from sklearn_eeg.datasets.testing._mat import write_mat
from sklearn_eeg.montage import SEED_62

SYLLABLES = ["bo", "di", "fu", "ka", "le", "mi", "no", "pu", "ra", "su", "te", "wi"]


def write_mped(
    folder: PathLike, *, n_subjects: int = 2, n_windows: int = 3, random_state: RandomState = 0
) -> Path:
    """Write features as MPED has them.

    Names, variables, shapes and the order of axes are those of the published files, whose variables
    are longer than they say; files are named by people who do not exist, and the numbers are drawn.

    Parameters
    ----------
    folder : path-like
        Gets the folder ``EEG_feature``.
    n_subjects : int, default=2
    n_windows : int, default=3
        Of each trial; the published ones have 120.
    random_state : int or RandomState, default=0

    Returns
    -------
    Path
        The folder.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = write_mped(folder, n_subjects=1, n_windows=1)
    ...     sorted(path.name for path in written.glob("EEG_feature/*"))
    ['HHS', 'HOC', 'Hjorth', 'PSD', 'STFT']
    """
    rng = check_random_state(random_state)
    folder = Path(folder)
    people: set[str] = set()
    while len(people) < n_subjects:
        people.add("".join(rng.choice(SYLLABLES, 3)))
    for person in sorted(people):
        for kind, (names, n_features) in KINDS.items():
            shape = (len(SEED_62), n_windows, n_features)
            # As MATLAB lists them, by the alphabet.
            variables = {name: _draw_cells(shape, rng) for name in sorted(names)}
            file = folder / "EEG_feature" / kind / f"{person}.mat"
            write_mat(file, variables, overlong=True)
    return folder


def _draw_cells(shape, rng):
    """A row of cells, one a segment."""
    cells = np.empty((1, len(CODES)), dtype=object)
    for place in range(len(CODES)):
        cells[0, place] = np.round(rng.normal(100.0, 20.0, shape))
    return cells
