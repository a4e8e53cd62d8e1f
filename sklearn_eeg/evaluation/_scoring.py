"""Scores of each subject by scikit-learn's scorers, NaN where a metric is undefined for one."""

import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import check_scoring, get_scorer, get_scorer_names
from sklearn.utils import _safe_indexing
from sklearn.utils.metaestimators import available_if


def read_scoring(scoring):
    """Scorer, or its name, by the name of each metric."""
    if isinstance(scoring, str) or callable(scoring):
        scoring = {scoring if isinstance(scoring, str) else "score": scoring}
    if not isinstance(scoring, Mapping) and hasattr(scoring, "__iter__"):
        scoring = {name: name for name in scoring}
    if not isinstance(scoring, Mapping) or not scoring:
        raise ValueError(
            f"evaluate: expected scoring as a metric's name, several, or a mapping of names to "
            f"scorers, got {scoring!r}."
        )
    for scorer in scoring.values():
        _check_scorer(scorer)
    return dict(scoring)


def _check_scorer(scorer):
    if callable(scorer):
        # scikit-learn knows its metrics, which are no scorers.
        check_scoring(DummyClassifier(), scoring=scorer)
    elif scorer not in get_scorer_names():
        raise ValueError(
            f"evaluate: expected scorers of scikit-learn, got {scorer!r}; "
            f"sklearn.metrics.get_scorer_names() lists them, and a mapping gives others a name."
        )


def has_answer(method):
    """Condition for a method of :class:`Replay`: that the model answered it."""
    return available_if(lambda replay: method in replay.answers)


class Replay(ClassifierMixin, BaseEstimator):
    """Answers given before, by row, so that any number of scorers asks a network once."""

    def __init__(self, classes, answers):
        self.classes_ = np.asarray(classes)
        self.answers = answers

    def predict(self, rows):
        """Return the label of each row."""
        return self.answers["predict"][rows]

    @has_answer("predict_proba")
    def predict_proba(self, rows):
        """Return the probability of each class."""
        return self.answers["predict_proba"][rows]

    @has_answer("decision_function")
    def decision_function(self, rows):
        """Return the distance from the boundary."""
        return self.answers["decision_function"][rows]


def score_subjects(replay, table, scoring, votes=None):
    """Score each subject of a fold's table: one row a subject, one column a metric.

    A scorer that ``reads_votes`` is given those of the fold, where there are any.
    """
    rows = table.groupby("subject").indices
    scorers = {name: get_scorer(scorer) for name, scorer in scoring.items()}
    scores = {
        name: {
            subject: _score(scorer, replay, own, table["true"].to_numpy()[own], votes)
            for subject, own in rows.items()
        }
        for name, scorer in scorers.items()
    }
    return pd.DataFrame(scores).rename_axis("subject")


def _score(scorer, replay, rows, true, votes):
    reads_votes = votes is not None and getattr(scorer, "reads_votes", False)
    truth = _safe_indexing(votes, rows) if reads_votes else true
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", UndefinedMetricWarning)
        try:
            value = float(scorer(replay, rows, truth))
        except ValueError:
            # Of a class that a subject does not have, or the training had not.
            if set(true) == set(replay.classes_):
                raise
            value = np.nan
        except AttributeError as error:
            raise ValueError(
                f"expected a model with what {scorer!r} asks for, got one that has "
                f"{' and '.join(replay.answers)}."
            ) from error
    for warning in said:
        if not (np.isnan(value) and issubclass(warning.category, UndefinedMetricWarning)):
            warnings.warn(warning.message, stacklevel=2)
    return value


def warn_of_undefined(scores):
    """Say once which metrics are NaN for whom."""
    undefined = {
        metric: ", ".join(map(str, column.index[column.isna()]))
        for metric, column in scores.items()
        if column.isna().any()
    }
    if undefined:
        cases = "; ".join(f"{metric} for subject {who}" for metric, who in undefined.items())
        warnings.warn(
            f"evaluate: undefined where a class is missing among a subject's trials or in "
            f"training: {cases}; NaN there, and left out of mean and SD.",
            UndefinedMetricWarning,
            stacklevel=3,
        )
