"""One split of whole subjects into training, validation and test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils import check_random_state

from sklearn_eeg._labels import read_labels
from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import subjects_of
from sklearn_eeg._typing import Data, RandomState

N_DRAWS = 1000


def part_sizes(n, shares):
    """Whole numbers nearest to shares of n that sum to n; only a share of 0 gets nothing."""
    exact = n * np.asarray(shares)
    sizes = np.floor(exact + 1e-9).astype(int)
    sizes[np.argsort(sizes - exact, kind="stable")[: n - sizes.sum()]] += 1
    for empty in np.flatnonzero((sizes == 0) & (exact > 0)):
        sizes[np.argmax(sizes)] -= 1
        sizes[empty] += 1
    return sizes


def draw_parts(sizes, has_class, rng):
    """Draw parts until each has every class: (subject, class) -> part of each subject, or None."""
    part = np.repeat(np.arange(len(sizes)), sizes)
    for _ in range(N_DRAWS):
        part = rng.permutation(part)
        if all(has_class[part == which].any(0).all() for which in np.unique(part)):
            return part
    return None


class SubjectSplit(BaseCrossValidator):
    """Split whole subjects once into training, validation and test, every class in every part.

    The split is drawn uniformly from those whose parts all have every class. As ``cv`` of
    scikit-learn's tools it yields one split, with training and validation together on its
    training side; ``parts`` gives the three apart.

    Parameters
    ----------
    train : float, default=0.7
        Share of the subjects; the three sum to 1, and a part has at least one subject.
    val : float, default=0.15
        Share for validation; 0 for none.
    test : float, default=0.15
        Share for the test.
    random_state : int, RandomState or None, default=None
        Fixes which subjects go where.

    See Also
    --------
    sklearn.model_selection.GroupKFold : Tests every subject once: steadier where they are few.

    Examples
    --------
    >>> subjects = np.repeat(np.arange(10), 4)
    >>> y = np.tile(["calm", "tense"], 20)
    >>> split = SubjectSplit(train=0.6, val=0.2, test=0.2, random_state=0)
    >>> train, val, test = split.parts(subjects, y, groups=subjects)
    >>> [np.unique(subjects[part]).tolist() for part in (train, val, test)]
    [[0, 2, 4, 7, 8, 9], [5, 6], [1, 3]]
    """

    # With metadata routing on, scikit-learn's tools pass groups without being asked to.
    __metadata_request__split = {"groups": True}  # noqa: RUF012

    def __init__(
        self,
        train: float = 0.7,
        val: float = 0.15,
        test: float = 0.15,
        *,
        random_state: RandomState = None,
    ) -> None:
        self.train = train
        self.val = val
        self.test = test
        self.random_state = random_state

    def get_n_splits(self, X: Data = None, y: Any = None, groups: Any = None) -> int:
        """Return 1."""
        return 1

    def split(
        self, X: Data, y: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield one split: training with validation, and test.

        Parameters
        ----------
        X : Trials, array or list, of n_trials
            Trials.
        y : array-like of shape (n_trials,) or (n_trials, n_classes), default=None
            Labels, also as a column, or votes; without them no class is looked after.
        groups : array-like of shape (n_trials,), default=None
            Subject of each trial; ``None`` takes those that ``X`` carries.

        Yields
        ------
        train, test : ndarray of int
            Trials of each side, in ascending order.
        """
        train, val, test = self.parts(X, y, groups)
        yield np.union1d(train, val), test

    def parts(
        self, X: Data, y: Any = None, groups: Any = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Trials of training, validation and test; the parameters are those of ``split``.

        Returns
        -------
        train, val, test : ndarray of int

        Raises
        ------
        ValueError
            Subjects are unknown or too few, or some class cannot be in every part.
        """
        with speaking(type(self).__name__):
            owners = subjects_of(X, groups, may_join=True)
            labels = None if y is None else read_labels(y, len(X))[1]
            subjects, owner = np.unique(owners, return_inverse=True)
            sizes = self._sizes(len(subjects))
            has_class = np.ones((len(subjects), 0), dtype=bool)
            if labels is not None:
                classes, label = np.unique(labels, return_inverse=True)
                has_class = np.zeros((len(subjects), len(classes)), dtype=bool)
                has_class[owner, label] = True
                self._refuse_rare(classes, subjects, has_class, np.count_nonzero(sizes))
            part = draw_parts(sizes, has_class, check_random_state(self.random_state))
            if part is None:
                raise ValueError(
                    f"expected a split of {len(subjects)} subjects into {sizes.tolist()} with "
                    f"every class in every part, found none in {N_DRAWS} draws; give larger parts."
                )
            train, val, test = (np.flatnonzero(part[owner] == which) for which in range(3))
            return train, val, test

    def _sizes(self, n_subjects):
        shares = (self.train, self.val, self.test)
        if self.train <= 0 or self.val < 0 or self.test <= 0 or not np.isclose(sum(shares), 1):
            raise ValueError(
                f"expected shares of the subjects that sum to 1, train and test above 0, "
                f"got train={self.train}, val={self.val}, test={self.test}."
            )
        n_parts = np.count_nonzero(shares)
        if n_subjects < n_parts:
            raise ValueError(f"expected at least {n_parts} subjects, one a part, got {n_subjects}.")
        return part_sizes(n_subjects, shares)

    def _refuse_rare(self, classes, subjects, has_class, n_parts):
        for label, owners in zip(classes, has_class.T, strict=True):
            if owners.sum() < n_parts:
                raise ValueError(
                    f"expected class {label!s} in every part, got it in "
                    f"{owners.sum()} of {len(subjects)} subjects "
                    f"({', '.join(map(str, subjects[owners]))}) for {n_parts} parts; "
                    f"set val=0, or leave the class out."
                )
