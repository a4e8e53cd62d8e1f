"""Copies: the same trial under two numbers, and so perhaps under two subjects' names."""

from collections import defaultdict
from functools import cache
from hashlib import blake2b

import numpy as np

# As many samples, spread over a trial, tell most trials apart without reading the rest.
N_LOOKS = 8


def find_copies(trials):
    """Number of each trial's original, -1 for a trial that is no copy and has none.

    A copy equals another trial byte for byte, in the same shape and type. One that was scaled,
    filtered, cut otherwise or stored in another type is none, nor is one whose zeros have another
    sign. A trial of one value, such as a lost one, or of two whole numbers, such as a code, may
    equal others by chance and counts as no copy; nor do trials that hold no numbers.

    Parameters
    ----------
    trials : array of shape (n_trials, ...) or list of arrays
        Read in full only where a glance at a few samples leaves doubt.

    Returns
    -------
    ndarray of shape (n_trials,)
    """

    # Views, of which none is held: rows on disk lie in more files than may be open.
    def look(row):
        return np.asarray(trials[row])

    copies = np.full(len(trials), -1)
    rows = [row for row in range(len(trials)) if look(row).dtype.kind in "biuf"]
    for alike in _groups(rows, lambda row: _glance(look(row))):
        varied = [row for row in alike if not _says_nothing(look(row))]
        for same in _groups(varied, lambda row: _digest(look(row))):
            copies[same] = same[0]
    return copies


def refuse_copies(copies, train, test, subjects, name):
    """Refuse a split that has the same trial on both sides, whosever it is said to be."""
    original = np.setdiff1d(np.intersect1d(copies[train], copies[test]), [-1])
    if original.size:
        one = train[np.flatnonzero(copies[train] == original[0])[0]]
        other = test[np.flatnonzero(copies[test] == original[0])[0]]
        raise ValueError(
            f"{name}: expected each trial on one side of each split, got trial {one} of subject "
            f"{subjects[one]} in training and the same samples in test as trial {other} of "
            f"subject {subjects[other]} ({original.size} such trials); leave the copies out, or "
            f"give both subjects one name if they are one."
        )


def _groups(rows, key):
    """Rows of equal keys, where there are several."""
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return [alike for alike in found.values() if len(alike) > 1]


def _glance(trial):
    return trial.dtype.str, trial.shape, trial.flat[_looks(trial.size)].tobytes()


@cache
def _looks(size):
    return np.unique(np.linspace(0, size - 1, min(size, N_LOOKS)).astype(int))


def _says_nothing(trial):
    values = trial[trial == trial]
    if not values.size:
        return True
    low, high = values.min(), values.max()
    is_code = low == np.floor(low) and high == np.floor(high)
    return bool(low == high or (is_code and ((values == low) | (values == high)).all()))


def _digest(trial):
    return blake2b(np.ascontiguousarray(trial).tobytes(), digest_size=16).digest()
