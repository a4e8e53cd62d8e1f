"""Folds of whole groups that share the votes for each class evenly."""

from __future__ import annotations

import numpy as np
from sklearn.utils import check_random_state

from sklearn_eeg._typing import RandomState
from sklearn_eeg.model_selection._by import TableSplitter
from sklearn_eeg.model_selection._table import read_column


class VoteGroupKFold(TableSplitter):
    """Folds of whole subjects, in each of which every class has about the same share of votes.

    Where labels are votes, the largest of them says little: classes that seldom win would not be
    looked after. Here the mass of votes is, as scikit-learn's ``StratifiedGroupKFold`` looks after
    counts: the groups whose votes are the most uneven are placed first, each where the shares of
    the classes stay most alike over folds.

    Parameters
    ----------
    n_splits : int, default=5
        Folds.
    column : str, default="subject"
        What is kept whole.
    random_state : int, RandomState or None, default=None
        Order of the groups that are alike; ``None`` leaves theirs.

    Examples
    --------
    >>> votes = np.array([[3, 0], [0, 3], [3, 0], [0, 3]])
    >>> for train, test in VoteGroupKFold(2).split(np.zeros((4, 8)), votes, groups=[1, 2, 3, 4]):
    ...     print(votes[test].sum(0))
    [3 3]
    [3 3]
    """

    def __init__(
        self, n_splits: int = 5, column: str = "subject", random_state: RandomState = None
    ) -> None:
        self.n_splits = n_splits
        self.column = column
        self.random_state = random_state

    @property
    def parts_subjects(self) -> bool:
        """Whether people who are tested may have been trained on, by design."""
        return self.column != "subject"

    def _split(self, table, y):
        groups, owner = np.unique(read_column(table, self.column), return_inverse=True)
        if not 2 <= self.n_splits <= len(groups):
            raise ValueError(
                f"expected n_splits between 2 and {len(groups)}, one {self.column} a fold, got "
                f"{self.n_splits!r}."
            )
        fold = self._place(_mass(y, owner, len(groups)))[owner]
        for number in range(self.n_splits):
            yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)

    def _place(self, mass):
        """Fold of each group."""
        order = np.arange(len(mass))
        if self.random_state is not None:
            order = check_random_state(self.random_state).permutation(order)
        order = order[np.argsort(-mass[order].std(axis=1), kind="stable")]
        folds = np.zeros((self.n_splits, mass.shape[1]))
        sizes, place = np.zeros(self.n_splits, dtype=int), np.empty(len(mass), dtype=int)
        for n_left, group in zip(range(len(mass), 0, -1), order, strict=True):
            if n_left <= np.count_nonzero(sizes == 0):
                free = np.flatnonzero(sizes == 0)
            else:
                free = np.arange(self.n_splits)
            spread = [_spread(folds, fold, mass[group]) for fold in free]
            # Of folds that are as good, the one with fewest votes.
            best = free[np.lexsort((folds[free].sum(axis=1), np.round(spread, 12)))[0]]
            folds[best] += mass[group]
            sizes[best] += 1
            place[group] = best
        return place


def _mass(y, owner, n_groups):
    """Votes of each group for each class, as shares of the class's votes."""
    if y is None:
        raise ValueError("expected votes as y, of shape (n_trials, n_classes), got none.")
    votes = np.asarray(y, dtype=None if np.ndim(y) == 2 else object)
    if votes.ndim == 1:
        votes = (votes[:, None] == np.unique(votes)).astype(float)
    votes = votes.astype(float)
    if len(votes) != len(owner) or not np.isfinite(votes).all() or (votes < 0).any():
        raise ValueError(
            f"expected votes of 0 or more for each of {len(owner)} trials, got an array of shape "
            f"{votes.shape}."
        )
    mass = np.zeros((n_groups, votes.shape[1]))
    np.add.at(mass, owner, votes)
    total = mass.sum(axis=0)
    return mass[:, total > 0] / total[total > 0]


def _spread(folds, fold, mass):
    """How unevenly the classes lie over folds, were a group put into one."""
    tried = folds.copy()
    tried[fold] += mass
    return tried.std(axis=0).mean()
