"""Small trials of every kind that the data contract knows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from sklearn_eeg.bands import BANDS
from sklearn_eeg.montage import TEN_TWENTY_ROWS
from sklearn_eeg.trials import Trials

# Axes of each kind, after the trial axis; "~" marks the one that differs in a ragged copy.
SHAPES = {
    "signals": (19, 400),
    "windowed signals": (3, 19, 200),
    "signals in bands": (5, 19, 200),
    "band features": (6, 19, 5),
    "maps": (6, 5, 8, 9),
    "spectrograms": (19, 6, 16),
}
RAGGED_AXIS = {
    "signals": -1,
    "windowed signals": 0,
    "signals in bands": -1,
    "band features": 0,
    "maps": 0,
    "spectrograms": -1,
}
# Of the kinds that Trials do not tell by their facts.
AXES = {
    "signals in bands": ("band", "channel", "time"),
    "spectrograms": ("channel", "frequency", "frame"),
}


def make_samples(
    kind: str, *, ragged: bool = False, dtype: DTypeLike = np.float64, random_state: int = 0
) -> tuple[Trials, np.ndarray]:
    """Trials of one kind, six of three subjects, and labels of two classes.

    Parameters
    ----------
    kind : {"signals", "windowed signals", "signals in bands", "band features", "maps", \
            "spectrograms"}
    ragged : bool, default=False
        Whether trials differ in length, and so lie in a list.
    dtype : type, default=float64
    random_state : int, default=0

    Returns
    -------
    trials : Trials
        Nineteen channels at 100 Hz, standard deviation 10 microvolts.
    y : ndarray of str, shape (6,)

    Examples
    --------
    >>> trials, y = make_samples("band features")
    >>> trials.shape
    (6, 6, 19, 5)
    """
    rng = np.random.default_rng(random_state)
    y = np.array(["calm", "tense"] * 3)
    data = rng.normal(size=(6, *SHAPES[kind])) * 10
    data[y == "tense"] *= 1.5
    trials: Any = data.astype(dtype)
    facts: dict[str, Any] = {
        "sfreq": 100.0,
        "ch_names": None if kind == "maps" else TEN_TWENTY_ROWS,
        "bands": BANDS["seed"] if "band" in kind or kind == "maps" else None,
        "axes": AXES.get(kind),
        "metadata": {"subject": np.repeat([1, 2, 3], 2), "stimulus": np.arange(6) % 2},
    }
    if ragged:
        trials = [_shorten(trial, RAGGED_AXIS[kind], index) for index, trial in enumerate(trials)]
    return Trials(trials, **facts), y


def _shorten(trial, axis, index):
    length = trial.shape[axis]
    return np.take(trial, range(length - index % 2 * (length // 4 or 1)), axis=axis)
