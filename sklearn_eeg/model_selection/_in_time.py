"""Splits along time: what comes first is trained on, or a block is tested apart from the rest."""

from __future__ import annotations

import numpy as np

from sklearn_eeg.model_selection._by import TableSplitter
from sklearn_eeg.model_selection._table import read_column


class FirstTrials(TableSplitter):
    """Train on what comes first, test the rest, as SEED's published 9 and 6 trials of a session.

    Parameters
    ----------
    n_train : int
        Trials to train on, by their place in ``column``; those of one place stay together.
    column : str, default="trial"
        Which orders the trials: their place in the session, or their onset.

    Examples
    --------
    >>> from sklearn_eeg.model_selection import Within
    >>> from sklearn_eeg.trials import Trials
    >>> table = {"subject": [1, 1, 1, 2, 2, 2], "trial": [1, 2, 3, 3, 2, 1]}
    >>> trials = Trials(np.zeros((6, 8)), metadata=table)
    >>> [(train.tolist(), test.tolist()) for train, test in
    ...  Within("subject", FirstTrials(2)).split(trials)]
    [([0, 1], [2]), ([4, 5], [3])]
    """

    def __init__(self, n_train: int, column: str = "trial") -> None:
        self.n_train = n_train
        self.column = column

    def _split(self, table, y):
        places, number = np.unique(read_column(table, self.column), return_inverse=True)
        if not 0 < self.n_train < len(places):
            raise ValueError(
                f"expected n_train between 1 and {len(places) - 1}, of {len(places)} places in "
                f"{self.column!r}, got {self.n_train!r}."
            )
        yield np.flatnonzero(number < self.n_train), np.flatnonzero(number >= self.n_train)


class TimeBlocks(TableSplitter):
    """Test a stretch of a recording at a time, with a gap between it and what is trained on.

    Neighbouring trials of one recording are alike for reasons that have nothing to do with their
    labels: electrodes dry, people tire. A gap keeps what adjoins the tested block out of training.

    Parameters
    ----------
    n_splits : int, default=5
        Blocks, as equal in number of trials as can be.
    gap : float, default=0.0
        Trials whose onset is nearer than this to that of a tested one are not trained on, in
        seconds, or in the units of ``column``.
    column : str, default="onset"
        When each trial begins, within what is split: of several recordings, split each
        (``Within("session", TimeBlocks())``).

    Examples
    --------
    >>> from sklearn_eeg.trials import Trials
    >>> trials = Trials(np.zeros((6, 8)), metadata={"onset": [0, 10, 20, 30, 40, 50]})
    >>> [(train.tolist(), test.tolist()) for train, test in
    ...  TimeBlocks(3, gap=20).split(trials)]
    [([3, 4, 5], [0, 1]), ([0, 5], [2, 3]), ([0, 1, 2], [4, 5])]
    """

    def __init__(self, n_splits: int = 5, gap: float = 0.0, column: str = "onset") -> None:
        self.n_splits = n_splits
        self.gap = gap
        self.column = column

    def _split(self, table, y):
        onsets = read_column(table, self.column).astype(float)
        if not 2 <= self.n_splits <= len(onsets):
            raise ValueError(
                f"expected n_splits between 2 and {len(onsets)}, the number of trials, got "
                f"{self.n_splits!r}."
            )
        if not self.gap >= 0:
            raise ValueError(f"expected a gap of 0 s or more, got {self.gap!r}.")
        for test in np.array_split(np.argsort(onsets, kind="stable"), self.n_splits):
            near = (onsets > onsets[test].min() - self.gap) & (
                onsets < onsets[test].max() + self.gap
            )
            near[test] = True
            if near.all():
                raise ValueError(
                    f"expected trials farther than gap={self.gap:g} from each block, got none; "
                    f"shorten gap."
                )
            yield np.flatnonzero(~near), test
