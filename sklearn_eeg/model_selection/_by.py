"""Splits of whole subjects, sessions, stimuli: of whatever a column of the table tells apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.model_selection import (
    BaseCrossValidator,
    GroupKFold,
    LeaveOneGroupOut,
    StratifiedGroupKFold,
)
from sklearn.utils import _safe_indexing

from sklearn_eeg._labels import read_labels
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data
from sklearn_eeg.model_selection._leak import refuse_parted
from sklearn_eeg.model_selection._table import read_column, read_table, rows_by

if TYPE_CHECKING:
    import pandas as pd


# Splitters whose number of splits is one of folds; those that draw make as many as one likes.
FOLDS = (GroupKFold, StratifiedGroupKFold)


class TableSplitter(BaseCrossValidator):
    """Base of splitters that read the table of the trials."""

    # With metadata routing on, scikit-learn's tools pass groups without being asked to.
    __metadata_request__split = {"groups": True}  # noqa: RUF012

    @property
    def parts_subjects(self) -> bool:
        """Whether people who are tested may have been trained on, by design."""
        return True

    def get_n_splits(self, X: Data = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of splits, which the table decides."""
        if X is None:
            raise ValueError(
                f"{type(self).__name__}: expected X, whose table decides the number of splits, "
                f"got None."
            )
        return sum(1 for _ in self.split(X, y, groups))

    def split(
        self, X: Data, y: ArrayLike | None = None, groups: pd.DataFrame | ArrayLike | None = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield splits.

        Parameters
        ----------
        X : Trials, array or list, of n_trials
            Trials know their table.
        y : array-like of shape (n_trials,) or (n_trials, n_classes), default=None
            Labels or votes, for a splitter that looks after the classes.
        groups : DataFrame or array-like of shape (n_trials,), default=None
            A table of one row a trial, over that of the trials; an array is their subjects.

        Yields
        ------
        train, test : ndarray of int
            Trials of each side, in ascending order.
        """
        with speaking(type(self).__name__):
            table = read_table(X, groups)
            for train, test in self._split(table, y):
                yield np.sort(train), np.sort(test)


class By(TableSplitter):
    """A splitter that keeps whole what a column tells apart.

    Parameters
    ----------
    column : str or sequence of str
        Of the trials' metadata, such as ``"subject"`` or ``"stimulus"``; of several, what they tell
        apart together, as a session is told by ``("subject", "session")``.
    splitter : splitter, default=LeaveOneGroupOut()
        Of scikit-learn's that take groups. One that stratifies is given the largest of votes.

    See Also
    --------
    Within : Splits inside each value, a model each.
    Cross : Two columns, both unseen.

    Examples
    --------
    >>> from sklearn.model_selection import GroupKFold
    >>> from sklearn_eeg.trials import Trials
    >>> trials = Trials(np.zeros((4, 8)), metadata={"stimulus": ["sea", "cat", "sea", "war"]})
    >>> for train, test in By("stimulus", GroupKFold(2)).split(trials):
    ...     print(trials.stimulus[train], trials.stimulus[test])
    ['cat' 'war'] ['sea' 'sea']
    ['sea' 'sea'] ['cat' 'war']
    """

    def __init__(self, column: str | Sequence[str], splitter: Any = None) -> None:
        self.column = column
        self.splitter = splitter

    @property
    def parts_subjects(self) -> bool:
        """Whether people who are tested may have been trained on, by design."""
        return self.column != "subject"

    def _split(self, table, y):
        values = read_column(table, self.column)
        labels = None if y is None else read_labels(y, len(table))[1]
        splitter = LeaveOneGroupOut() if self.splitter is None else self.splitter
        self._refuse_few(splitter, values)
        for train, test in splitter.split(np.zeros((len(table), 1)), labels, values):
            refuse_parted(train, test, values, self.column, type(splitter).__name__)
            yield train, test

    def _refuse_few(self, splitter, values):
        least = splitter.n_splits if isinstance(splitter, FOLDS) else 2
        n_values = len(np.unique(values))
        if n_values < least:
            raise ValueError(
                f"expected at least {least} values of {self.column!r}, one a fold, got {n_values}."
            )


class Within(TableSplitter):
    """A splitter applied inside each value of a column: a model of its own for each of them.

    What the splits measure is how well a model knows somebody it was trained on, which says nothing
    about people it has not met.

    Parameters
    ----------
    column : str or sequence of str
        As of :class:`By`.
    splitter : splitter
        Of the trials of one value: another of these, or one of scikit-learn's.

    Examples
    --------
    From session to session, for each subject apart:

    >>> from sklearn_eeg.trials import Trials
    >>> table = {"subject": [1, 1, 2, 2], "session": [1, 2, 1, 2]}
    >>> trials = Trials(np.zeros((4, 8)), metadata=table)
    >>> [(train.tolist(), test.tolist()) for train, test in
    ...  Within("subject", By("session")).split(trials)]
    [([1], [0]), ([0], [1]), ([3], [2]), ([2], [3])]
    """

    def __init__(self, column: str | Sequence[str], splitter: Any) -> None:
        self.column = column
        self.splitter = splitter

    @property
    def parts_subjects(self) -> bool:
        """Whether people who are tested may have been trained on, by design."""
        return getattr(self.splitter, "parts_subjects", True)

    def _split(self, table, y):
        for rows in rows_by(read_column(table, self.column)):
            part = table.iloc[rows].reset_index(drop=True)
            known = None if y is None else _safe_indexing(y, rows)
            for train, test in self._split_part(part, known):
                yield rows[train], rows[test]

    def _split_part(self, part, y):
        if isinstance(self.splitter, TableSplitter):
            return self.splitter._split(part, y)
        labels = None if y is None else read_labels(y, len(part))[1]
        return self.splitter.split(np.zeros((len(part), 1)), labels)


class Cross(TableSplitter):
    """Two splitters crossed: what is tested is unseen by both.

    Of each pair of splits, a trial that one of them tests and the other trains on is left out. So
    an unseen person meets an unseen stimulus, and what networks know of the films is of no use.

    Parameters
    ----------
    one, other : splitter
        As a rule two :class:`By`.

    Examples
    --------
    >>> from sklearn_eeg.trials import Trials
    >>> table = {"subject": [1, 1, 2, 2], "stimulus": ["sea", "cat", "sea", "cat"]}
    >>> trials = Trials(np.zeros((4, 8)), metadata=table)
    >>> [(train.tolist(), test.tolist()) for train, test in
    ...  Cross(By("subject"), By("stimulus")).split(trials)]
    [([2], [1]), ([3], [0]), ([0], [3]), ([1], [2])]
    """

    def __init__(self, one: Any, other: Any) -> None:
        self.one = one
        self.other = other

    @property
    def parts_subjects(self) -> bool:
        """Whether people who are tested may have been trained on, by design."""
        return self.one.parts_subjects and self.other.parts_subjects

    def _split(self, table, y):
        for train, test in self.one._split(table, y):
            for other_train, other_test in self.other._split(table, y):
                sides = np.intersect1d(train, other_train), np.intersect1d(test, other_test)
                if not all(map(len, sides)):
                    raise ValueError(
                        f"expected trials on both sides of each pair of splits, got none in "
                        f"{'the test' if len(sides[0]) else 'training'} of one; give fewer folds."
                    )
                yield sides
