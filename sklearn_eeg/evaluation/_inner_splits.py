"""Inner splits: what chooses by splits of its own inside a fold gets to know the subjects."""

from numbers import Integral

import numpy as np
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.model_selection import GroupKFold, check_cv
from sklearn.pipeline import FeatureUnion, Pipeline

from sklearn_eeg.model_selection._leak import refuse_leak
from sklearn_eeg.trials import Trials

# Their parts are fitted on the trials that they are fitted on themselves.
SAME_TRIALS = (ColumnTransformer, FeatureUnion, Pipeline, StackingClassifier, VotingClassifier)
# What scikit-learn takes cv=None for.
DEFAULT_FOLDS = 5


class InnerSplits:
    """A splitter inside a fold that knows whose the training trials are.

    A number of folds says nothing of how trials are parted, so it stands for ``GroupKFold``, as in
    :func:`evaluate`. A splitter says how: it gets the groups, and is refused where it parts a
    subject, since another in its place would not be what was asked for.

    Parameters
    ----------
    cv : int, None, splitter or list of splits
    groups, subjects : ndarray of shape (n_trials,)
        Of the training trials.
    owner : str
        Class of what splits.
    """

    def __init__(self, cv, groups, subjects, owner):
        cv = DEFAULT_FOLDS if cv is None else cv
        self.cv = GroupKFold(int(cv)) if isinstance(cv, Integral) else check_cv(cv)
        self.groups, self.subjects, self.owner = groups, subjects, owner
        n_groups, n_splits = len(np.unique(groups)), getattr(self.cv, "n_splits", 0)
        if isinstance(self.cv, GroupKFold) and n_splits > n_groups:
            raise ValueError(
                f"evaluate: expected at most {n_groups} inner folds of {owner} for {n_groups} "
                f"training subjects, got {n_splits}; set its cv."
            )

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of splits."""
        known = self.groups if X is None else self._whose(X)[0]
        return self.cv.get_n_splits(X, y, known)

    def split(self, X, y=None, groups=None):
        """Yield splits that leave each subject whole; ``groups`` are known already."""
        groups, subjects = self._whose(X)
        for train, test in self.cv.split(X, y, groups):
            refuse_leak(train, test, subjects, f"evaluate: inner splits of {self.owner}")
            yield train, test

    def _whose(self, X):
        if len(X) == len(self.groups):
            return self.groups, self.subjects
        if not (isinstance(X, Trials) and X.has("subject")):
            raise ValueError(
                f"evaluate: expected {self.owner} to split all training trials, "
                f"{len(self.groups)}, got {len(X)} rows that do not say whose they are; put it "
                f"around what cuts or selects trials."
            )
        group_of = dict(zip(self.subjects.tolist(), self.groups.tolist(), strict=True))
        return np.array([group_of[subject] for subject in X.subject.tolist()]), X.subject


def hand_over_groups(model, groups, subjects):
    """Let every search in a model split by subject; it is changed in place, and returned."""
    for part in _same_trials(model):
        if _splits(part):
            part.cv = InnerSplits(part.cv, groups, subjects, type(part).__name__)
    return model


def check_inner_splits(model, study, splits):
    """Refuse, before any work, inner splits that part a subject or cannot know the subjects."""
    reached = [part for part in _same_trials(model) if _splits(part)]
    for part in [model, *model.get_params(deep=True).values()]:
        if _splits(part) and not any(part is one for one in reached):
            raise ValueError(
                f"evaluate: expected {type(part).__name__} around the pipeline or as one of its "
                f"steps, got it inside another model, where it splits without knowing the "
                f"subjects; put it outside."
            )
    for train, _ in splits if reached else ():
        rehearsed = hand_over_groups(clone(model), study.groups[train], study.subjects[train])
        # Splitters ask for how many trials there are and whose, not for samples.
        X = Trials(np.zeros((len(train), 1)), metadata=study.trials.metadata.iloc[train])
        for part in _same_trials(rehearsed):
            if _splits(part):
                list(part.cv.split(X, study.labels[train]))


def _splits(part):
    """Whether an estimator splits what it is fitted on; a word such as "prefit" is no splitter."""
    return hasattr(part, "get_params") and not isinstance(getattr(part, "cv", "none"), str)


def _same_trials(model):
    """A model, and its parts that are fitted on the same trials or, in a search, some of them."""
    if not hasattr(model, "get_params") or isinstance(model, type):
        return
    yield model
    if isinstance(model, SAME_TRIALS):
        for value in model.get_params(deep=False).values():
            for entry in value if isinstance(value, list) else [value]:
                yield from _same_trials(entry[1] if isinstance(entry, tuple) else entry)
    elif _splits(model):
        yield from _same_trials(getattr(model, "estimator", None))
