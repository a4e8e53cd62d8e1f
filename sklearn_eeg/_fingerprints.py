"""Digests of trials, taken once however many folds, grids and seeds the trials are in."""

import hashlib
from functools import lru_cache

import numpy as np

# So many samples of a trial, spread over it, show whether it was written to since.
N_LOOKS = 64


class Fingerprints:
    """Digest of each of some trials; slices share what is known.

    Samples that are changed in place, which Trials do not expect, have other digests as soon as
    one of those that are looked at has changed.

    Parameters
    ----------
    known : dict, default=None
        What is looked at in a trial and its digest, by the row among all trials.
    rows : ndarray of int, default=None
        Those of these trials; ``None``: all.
    """

    def __init__(self, known=None, rows=None):
        self._known = {} if known is None else known
        self._rows = rows

    @classmethod
    def of_names(cls, trials, names):
        """Trials that have names which tell them from all others."""
        pairs = enumerate(zip(map(_glance, trials), names, strict=True))
        return cls(dict(pairs))

    def select(self, rows, n_trials):
        """Those of some of these trials, which are ``n_trials``."""
        every = np.arange(n_trials) if self._rows is None else self._rows
        return Fingerprints(self._known, every[rows])

    def of(self, trials):
        """Digest of each trial, as text."""
        rows = range(len(trials)) if self._rows is None else self._rows.tolist()
        return [self._of(row, trial) for row, trial in zip(rows, trials, strict=True)]

    def _of(self, row, trial):
        seen = _glance(trial)
        known = self._known.get(row)
        if known is None or known[0] != seen:
            known = self._known[row] = seen, fingerprint(trial)
        return known[1]


def fingerprint(trial):
    """Digest of an array's numbers, shape and type; it begins with the name of the hash."""
    digest = _fastest()(f"{trial.dtype.str}{trial.shape}".encode())
    for part in (np.ma.getdata(trial), np.ma.getmask(trial)):
        digest.update(np.ascontiguousarray(part).data)
    return f"{digest.name} {digest.hexdigest()}"


@lru_cache
def _fastest():
    """Return xxHash where it is installed, which is as fast as memory, else SHA-256."""
    try:
        from xxhash import xxh3_128
    except ImportError:
        return hashlib.sha256
    return xxh3_128


def _glance(trial):
    trial = np.asarray(trial)
    return trial.dtype.str, trial.shape, trial.flat[_looks(trial.size)].tobytes()


@lru_cache
def _looks(size):
    return np.linspace(0, size - 1, min(size, N_LOOKS)).astype(int)
