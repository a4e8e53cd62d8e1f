"""What a fact of the trials tells of the label without any signal: their length, their stimulus."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction import DictVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

# The first of these axes that there is says how long a trial is.
ALONG = ("segment", "window", "time", "frame")


class FactClassifier(ClassifierMixin, BaseEstimator):
    """A tree that is shown one fact of each trial, and nothing else.

    Parameters
    ----------
    fact : {"length", "stimulus"}
    """

    def __init__(self, fact):
        self.fact = fact

    def fit(self, X, y):
        """Fit on the fact of each trial."""
        self.tree_ = fact_tree().fit(FACTS[self.fact](X), y)
        self.classes_ = self.tree_.classes_
        return self

    def predict(self, X):
        """Return the label that goes with the fact of each trial."""
        return self.tree_.predict(FACTS[self.fact](X))

    def predict_proba(self, X):
        """Return the shares of labels that go with it."""
        return self.tree_.predict_proba(FACTS[self.fact](X))


def fact_tree():
    """Return a tree that splits rows of facts, of which words are told apart."""
    tree = DecisionTreeClassifier(min_samples_leaf=2, random_state=0)
    return make_pipeline(DictVectorizer(sparse=False), tree)


def telling_facts(study, splits):
    """Classifiers by name, of the facts that could tell anything on these splits."""
    told = []
    if len(np.unique(lengths(study.trials))) > 1:
        told.append("length")
    if study.trials.has("stimulus"):
        stimuli = np.array([plain(value) for value in study.trials.stimulus], dtype=object)
        seen = any(set(stimuli[train]) & set(stimuli[test]) for train, test in splits)
        if seen and len(set(stimuli)) > 1:
            told.append("stimulus")
    return {NAMES[fact]: FactClassifier(fact) for fact in told}


def lengths(trials):
    """Windows or samples of each trial without its padding of zeros or NaN; 0 of what has none."""
    axis = _axis_of_length(trials)
    if axis is None:
        return np.zeros(len(trials), dtype=int)
    return np.array([_length(np.moveaxis(np.asarray(x), axis, 0)) for x in trials.data])


def plain(value):
    """A fact as a number or a word."""
    if pd.isna(value):
        return "missing"
    return float(value) if isinstance(value, (int, float, np.number)) else str(value)


def _axis_of_length(trials):
    if trials.axes is None:
        return 0 if np.ndim(trials.data[0]) > 1 or trials.is_ragged else None
    along = [trials.axes.index(name) for name in ALONG if name in trials.axes]
    return along[0] if along else None


def _length(rows):
    # The last row of most is no padding, and the others need no look.
    if len(rows) and _filled(rows[-1:])[0]:
        return len(rows)
    filled = np.flatnonzero(_filled(rows))
    return filled[-1] + 1 if len(filled) else 0


def _filled(rows):
    return (np.nan_to_num(rows.reshape(len(rows), -1)) != 0).any(axis=1)


def _stimuli(trials):
    # Their numbers are names: 10 is no further from 2 than 3 is.
    return [{"stimulus": str(plain(value))} for value in trials.stimulus]


FACTS = {
    "length": lambda trials: [{"length": int(n)} for n in lengths(trials)],
    "stimulus": _stimuli,
}
NAMES = {fact: f"{fact} alone" for fact in FACTS}
