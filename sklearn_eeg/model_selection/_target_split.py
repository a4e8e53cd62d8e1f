"""Test subjects whose trials take part in the training, without their labels."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.model_selection import BaseCrossValidator, GroupKFold
from sklearn.utils import _safe_indexing

from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import subjects_of
from sklearn_eeg._typing import Data
from sklearn_eeg.model_selection._leak import refuse_leak
from sklearn_eeg.trials import Trials


def add_targets(trials: Trials, y: ArrayLike) -> tuple[Trials, np.ndarray]:
    """Each trial once more, marked as one without a label.

    With :class:`TargetSplit` and scikit-learn's tools, test subjects are then targets of each
    fold's training. The marks are a column ``unlabelled`` of the metadata: classifiers of this
    library take such trials for the target, never read their ``y``, and learn labels from the
    others. Steps before them that learn from trials learn from those of the target too.

    Parameters
    ----------
    trials : Trials
        With their subjects.
    y : array-like of shape (n_trials,) or (n_trials, n_classes)
        Labels or votes.

    Returns
    -------
    trials : Trials
        Twice as many; what lies on disk stays there.
    y : ndarray
        Beside the labels, where nobody reads, -1 for whole numbers, NaN for others, else
        ``"unlabelled"``: what no model predicts, should it come to be scored by mistake.

    Examples
    --------
    >>> trials = Trials(np.zeros((2, 3)), metadata={"subject": [1, 2]})
    >>> both, y = add_targets(trials, ["calm", "tense"])
    >>> both.unlabelled, y.tolist()
    (array([False, False,  True,  True]), ['calm', 'tense', 'unlabelled', 'unlabelled'])
    """
    if not isinstance(trials, Trials):
        raise TypeError(
            f"add_targets: expected Trials, whose metadata mark what is unlabelled, got "
            f"{type(trials).__name__}; give Trials(array, metadata={{'subject': subjects}})."
        )
    y, n = np.asarray(y), len(trials)
    both = trials[np.tile(np.arange(n), 2)]
    marks = both.metadata.assign(unlabelled=np.repeat([False, True], n))
    filling = {"i": -1, "f": np.nan}.get(y.dtype.kind, "unlabelled")
    return both.replace(metadata=marks), np.concatenate([y, np.full(y.shape, filling)])


class TargetSplit(BaseCrossValidator):
    """Splits of the labelled trials, with the unlabelled ones of other people in training.

    Training has the labelled trials that ``cv`` puts there, and all unlabelled ones of people who
    have none there: those to be tested (see :func:`add_targets`), or a new person without any
    label. What is unlabelled is never tested.

    Parameters
    ----------
    cv : int or splitter, default=5
        A number stands for ``GroupKFold``. With one test person at a time, that person alone is the
        target: ``LeaveOneGroupOut()``.

    Examples
    --------
    >>> from sklearn.model_selection import LeaveOneGroupOut
    >>> trials = Trials(np.zeros((3, 4)), metadata={"subject": ["a", "b", "c"]})
    >>> both, y = add_targets(trials, ["calm", "tense", "calm"])
    >>> for train, test in TargetSplit(LeaveOneGroupOut()).split(both, y):
    ...     print(y[train], both.subject[train], both.subject[test])
    ['tense' 'calm' 'unlabelled'] ['b' 'c' 'a'] ['a']
    ['calm' 'calm' 'unlabelled'] ['a' 'c' 'b'] ['b']
    ['calm' 'tense' 'unlabelled'] ['a' 'b' 'c'] ['c']
    """

    # With metadata routing on, scikit-learn's tools pass groups without being asked to.
    __metadata_request__split = {"groups": True}  # noqa: RUF012

    def __init__(self, cv: Any = 5) -> None:
        self.cv = cv

    def get_n_splits(self, X: Data = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of splits."""
        if X is None:
            return self._splitter.get_n_splits()
        labelled, subjects = self._read(X, groups)
        return self._splitter.get_n_splits(labelled, None, subjects[labelled])

    def split(
        self, X: Data, y: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield splits.

        Parameters
        ----------
        X : Trials
            Of which some are ``unlabelled``.
        y : array-like of shape (n_trials,), default=None
            Labels, for a ``cv`` that asks for them.
        groups : array-like of shape (n_trials,), default=None
            Subject of each trial; ``None`` takes those that ``X`` carries.

        Yields
        ------
        train, test : ndarray of int
        """
        labelled, subjects = self._read(X, groups)
        unlabelled = np.setdiff1d(np.arange(len(X)), labelled)
        known = None if y is None else _safe_indexing(y, labelled)
        for train, test in self._splitter.split(labelled, known, subjects[labelled]):
            train, test = labelled[train], labelled[test]
            refuse_leak(train, test, subjects, "TargetSplit")
            others = unlabelled[~np.isin(subjects[unlabelled], subjects[train])]
            yield np.concatenate([train, others]), test

    @property
    def _splitter(self):
        return GroupKFold(int(self.cv)) if isinstance(self.cv, Integral) else self.cv

    def _read(self, X, groups):
        with speaking(type(self).__name__):
            if not isinstance(X, Trials) or not X.unlabelled.any():
                raise ValueError(
                    f"expected Trials of which some are marked as unlabelled, got "
                    f"{type(X).__name__} without; add_targets makes them."
                )
            return np.flatnonzero(~X.unlabelled), subjects_of(X, groups, may_join=True)
