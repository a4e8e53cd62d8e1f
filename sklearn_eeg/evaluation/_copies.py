"""Copies: the same trial under two numbers, and so perhaps under two subjects' names."""

from collections import defaultdict
from hashlib import blake2b

import numpy as np

# As many samples, spread over a trial, tell most trials apart without reading the rest.
N_LOOKS = 8


def find_copies(trials):
    """Number of each trial's original, -1 for a trial that is no copy and has none.

    A copy equals another trial byte for byte, in the same shape and type. One that was scaled,
    filtered, cut otherwise or stored in another type is none, nor is one whose zeros have another
    sign. A constant trial, such as a lost one, says nothing of whose it is and counts as no copy.

    Parameters
    ----------
    trials : array of shape (n_trials, ...) or list of arrays
        Read in full only where a glance at a few samples leaves doubt.

    Returns
    -------
    ndarray of shape (n_trials,)
    """
    # Views: of a memory map nothing is read yet.
    trials = [np.asarray(trial) for trial in trials]
    copies = np.full(len(trials), -1)
    for alike in _groups(range(len(trials)), lambda row: _glance(trials[row])):
        varied = [row for row in alike if not _is_constant(trials[row])]
        for same in _groups(varied, lambda row: _digest(trials[row])):
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
    looks = np.linspace(0, trial.size - 1, N_LOOKS).astype(int) if trial.size else []
    return trial.dtype.str, trial.shape, trial.flat[looks].tobytes()


def _is_constant(trial):
    values = trial.ravel()
    return bool((values == values[:1]).all() or (values != values).all())


def _digest(trial):
    return blake2b(np.ascontiguousarray(trial).tobytes(), digest_size=16).digest()
