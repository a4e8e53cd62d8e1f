"""What an audit looks into, and the runs that several checks need."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sklearn.base import clone
from sklearn.utils import _safe_indexing

from sklearn_eeg.evaluation._inner_splits import hand_over_groups
from sklearn_eeg.evaluation._study import Study


@dataclass(frozen=True)
class Case:
    """A study, the splits of it, and who answers.

    Attributes
    ----------
    estimator : classifier
    study : Study
    splits : list of (ndarray of int, ndarray of int)
    parts_subjects : bool
        Whether the splitter says that it tests people who were trained on.
    rng : numpy.random.RandomState
    prepare : callable or None
    """

    estimator: object
    study: Study
    splits: list
    parts_subjects: bool
    rng: np.random.RandomState
    prepare: object = None
    n_permutations: int = 1

    @property
    def table(self):
        """One row a trial."""
        return self.study.trials.metadata

    @cached_property
    def answers(self):
        """Predicted label of each trial that is tested, by row; of the last split that tests it."""
        return self.run(self.study.labels, self.splits)

    @cached_property
    def model(self):
        """Fitted on the first split."""
        return self.fit(self.study.y, self.splits[0][0])

    def fit(self, y, train):
        """Return a clone fitted on some trials, as :func:`evaluate` does."""
        inner = clone(self.estimator)
        try:
            inner = hand_over_groups(inner, self.study.groups[train], self.study.subjects[train])
        except ValueError:
            # What evaluate refuses is looked into as it is.
            inner = clone(self.estimator)
        return inner.fit(self.study.trials[train], _safe_indexing(y, train))

    def run(self, y, splits):
        """Answers of all splits: row of each trial, label."""
        rows, labels = [], []
        for train, test in splits:
            rows.append(test)
            labels.append(np.asarray(self.fit(y, train).predict(self.study.trials[test])))
        return np.concatenate(rows), np.concatenate(labels)

    def both_sides(self, values):
        """Values that are in training and test of some split, and in how many splits."""
        shared, n_splits = set(), 0
        for train, test in self.splits:
            here = np.intersect1d(values[train], values[test])
            shared.update(here.tolist())
            n_splits += bool(len(here))
        return sorted(shared, key=str), n_splits

    def identity(self, *columns):
        """Number of what columns tell apart together; None where one is not known."""
        if any(name not in self.table or self.table[name].isna().any() for name in columns):
            return None
        return self.table.groupby(list(columns), sort=False).ngroup().to_numpy()
