"""One fold: fit on some subjects, answer for others, score each of those."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.metrics import get_scorer
from sklearn.utils import _safe_indexing
from sklearn.utils.metaestimators import available_if


@dataclass(frozen=True)
class Fold:
    """What one fold leaves behind."""

    number: int
    predictions: pd.DataFrame
    scores: pd.DataFrame
    baseline: pd.DataFrame | None
    history: pd.DataFrame
    sides: dict


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


def run_fold(number, estimator, baseline, X, y, hard, subjects, train, test, scoring):
    """Fit on ``train``, predict ``test``, and score each test subject; an error says where."""
    try:
        return _run(number, estimator, baseline, X, y, hard, subjects, train, test, scoring)
    except Exception as error:
        tested = ", ".join(map(str, np.unique(subjects[test])))
        error.add_note(f"evaluate: in fold {number}, which tests {tested}.")
        raise


def _run(number, estimator, baseline, X, y, hard, subjects, train, test, scoring):
    X_train, X_test = X[train], X[test]
    start = perf_counter()
    model = clone(estimator).fit(X_train, _safe_indexing(y, train))
    fitted = perf_counter()
    # A network keeps what it has learned at Ctrl-C, which is less than what is being evaluated.
    if getattr(last_step(model), "interrupted_", False):
        raise KeyboardInterrupt
    answers, windows = ask(model, X_test)
    answered = perf_counter()

    classes = np.unique(hard)
    table = pd.DataFrame(
        {
            "fold": number,
            "trial": test,
            "subject": subjects[test],
            "true": hard[test],
            "predicted": answers["predict"],
        }
    )
    scores = score_subjects(Replay(model.classes_, answers), table, scoring)
    baseline_scores = None
    if baseline is not None:
        reference = clone(baseline).fit(X_train, hard[train])
        replies, _ = ask(reference, X_test)
        table["baseline"] = replies["predict"]
        baseline_scores = score_subjects(Replay(reference.classes_, replies), table, scoring)
    if "predict_proba" in answers:
        p = pd.DataFrame(answers["predict_proba"], columns=model.classes_)
        for label in classes:
            table[f"p({label})"] = p[label] if label in p else 0.0
    if windows is not None:
        judged = [np.ma.compressed(labels) for labels in windows]
        table["windows"] = [len(labels) for labels in judged]
        table["windows_right"] = [
            np.count_nonzero(labels == label)
            for labels, label in zip(judged, table["true"], strict=True)
        ]
        scores["window_accuracy"] = share_right(table, table["windows_right"])
        if baseline is not None:
            right = table["windows"] * (table["baseline"] == table["true"])
            baseline_scores["window_accuracy"] = share_right(table, right)
    sides = {
        "train_subjects": np.unique(subjects[train]).tolist(),
        "test_subjects": np.unique(subjects[test]).tolist(),
        "n_train": len(train),
        "n_test": len(test),
        "fit_time": fitted - start,
        "predict_time": answered - fitted,
    }
    return Fold(number, table, scores, baseline_scores, history_of(model, number), sides)


def ask(model, X):
    """Return what the model says of each trial, by method, and of each window where it tells.

    A pipeline's steps before the last run once, whatever is asked of the last.
    """
    model = getattr(model, "best_estimator_", model)
    if len(getattr(model, "steps", ())) > 1:
        X = model[:-1].transform(X)
    model = last_step(model)
    methods = ["predict"]
    if hasattr(model, "predict_proba"):
        methods.append("predict_proba")
    elif hasattr(model, "decision_function"):
        methods.append("decision_function")
    answers = {method: getattr(model, method)(X) for method in methods}
    windows = model.predict_windows(X) if hasattr(model, "predict_windows") else None
    return answers, windows


def last_step(model):
    """Return what decides: the last step of a pipeline, or of the best one of a search."""
    model = getattr(model, "best_estimator_", model)
    return model[-1] if hasattr(model, "steps") else model


def score_subjects(replay, table, scoring):
    """Score each subject of a fold's table: one row a subject, one column a metric."""
    rows = table.groupby("subject").indices
    scorers = {name: get_scorer(scorer) for name, scorer in scoring.items()}
    true = table["true"].to_numpy()
    return pd.DataFrame(
        {
            name: {subject: scorer(replay, own, true[own]) for subject, own in rows.items()}
            for name, scorer in scorers.items()
        }
    ).rename_axis("subject")


def share_right(table, right):
    """Share of each subject's windows that were judged right."""
    subjects = table["subject"]
    return right.groupby(subjects).sum() / table["windows"].groupby(subjects).sum()


def history_of(model, number):
    """Learning curves of the fitted model's network, one row an epoch; empty without one."""
    model = last_step(model)
    records = getattr(model, "history_", getattr(getattr(model, "net_", None), "history", None))
    if records is None:
        return pd.DataFrame()
    numbers = [{k: v for k, v in epoch.items() if np.isscalar(v)} for epoch in records]
    table = pd.DataFrame(numbers)
    table.insert(0, "fold", number)
    return table
