"""One fold: fit on some subjects, answer for others, score each of those."""

import traceback
import warnings
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.utils import _safe_indexing

from sklearn_eeg._fitted import count_parameters, count_steps, history_of, last_step, reach
from sklearn_eeg.evaluation._choices import choices_of
from sklearn_eeg.evaluation._inner_splits import hand_over_groups
from sklearn_eeg.evaluation._scoring import Replay, score_subjects
from sklearn_eeg.evaluation._target import fit_with_target, uses_target
from sklearn_eeg.metrics._votes import vote_divergences
from sklearn_eeg.trials import Unlabelled


@dataclass(frozen=True)
class Fold:
    """What one fold leaves behind."""

    number: int
    predictions: pd.DataFrame
    scores: pd.DataFrame
    baseline: pd.DataFrame | None
    history: pd.DataFrame
    choices: pd.DataFrame
    sides: dict
    references: dict[str, "Fold"]
    failures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """An error in a fold, as a value: raised, it would take other folds' results with it."""

    error: BaseException
    place: str
    trace: str

    def __getstate__(self):
        return self.__dict__ | {"error": _portable(self.error)}


def run_fold(
    number,
    estimator,
    baseline,
    references,
    study,
    train,
    test,
    scoring,
    transductive=False,
    unasked=(),
):
    """Fit on ``train``, predict ``test``, and score each test subject: a Fold or a Failure.

    ``references``, by name, do the same, on labels; those that nobody asked for warn of nothing and
    may fail. ``transductive``: a model that uses a target is given the trials of ``test`` as one.
    """
    whose = ""
    try:
        sides = (train, test, scoring, transductive)
        fold = _run(number, estimator, baseline, study, study.y, *sides)
        for name, model in references.items():
            whose = f" of the reference {name}"
            run = partial(_run, number, model, None, study, study.labels, *sides)
            if name in unasked:
                _run_unasked(fold, name, run)
            else:
                fold.references[name] = run()
        return fold
    except (Exception, SystemExit) as error:
        place = f"fold {number}{whose}, which {_sides(study, train, test)},"
        return Failure(error, place, traceback.format_exc())


def _sides(study, train, test):
    """Whom a fold tests, and of what it cannot learn to tell classes apart."""
    tests = f"tests {_names(study.subjects[test])}"
    classes = np.unique(study.labels[train])
    if len(classes) > 1:
        return tests
    whose = _names(study.subjects[train])
    return f"{tests} and trains on trials of one class, {classes[0]}, of {whose}"


def _names(subjects):
    return ", ".join(map(str, np.unique(subjects)))


def _run_unasked(fold, name, run):
    try:
        with warnings.catch_warnings(action="ignore"):
            fold.references[name] = run()
    except Exception as error:
        fold.failures[name] = f"in fold {fold.number}: {' '.join(str(error).split())}"


def _portable(error):
    """The error, or its words where it cannot be made again from its arguments, elsewhere."""
    try:
        copy(error)
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _run(number, estimator, baseline, study, y, train, test, scoring, transductive):
    target = Unlabelled(study.trials[test]).trials if transductive else None
    start = perf_counter()
    model = _fit(number, estimator, study, y, train, target)
    fitted = perf_counter()
    # A network keeps what it has learned at Ctrl-C, which is less than what is being evaluated.
    if getattr(last_step(model), "interrupted_", False):
        raise KeyboardInterrupt
    answers, windows = ask(model, study.trials[test])
    answered = perf_counter()

    table = pd.DataFrame(
        {
            "fold": number,
            "trial": test,
            "subject": study.subjects[test],
            "true": study.labels[test],
            "predicted": answers["predict"],
        }
    )
    votes = None if study.y is study.labels else _safe_indexing(study.y, test)
    scores = score_subjects(Replay(model.classes_, answers), table, scoring, votes)
    baseline_scores = None
    if baseline is not None:
        reference = _fit(number, baseline, study, study.labels, train, target)
        replies, _ = ask(reference, study.trials[test])
        table["baseline"] = replies["predict"]
        baseline_scores = score_subjects(Replay(reference.classes_, replies), table, scoring, votes)
    if "predict_proba" in answers:
        _add_probabilities(table, answers["predict_proba"], model.classes_, study)
        if votes is not None:
            told = Replay(model.classes_, answers)
            table["kl_divergence"] = vote_divergences(told, np.arange(len(test)), votes)
    if windows is not None:
        _add_windows(table, windows)
        scores["window_accuracy"] = share_right(table, table["windows_right"])
        if baseline is not None:
            right = table["windows"] * (table["baseline"] == table["true"])
            baseline_scores["window_accuracy"] = share_right(table, right)
    sides = {
        "train_subjects": np.unique(study.subjects[train]).tolist(),
        "test_subjects": np.unique(study.subjects[test]).tolist(),
        "n_train": len(train),
        "n_test": len(test),
        "fit_time": fitted - start,
        "predict_time": answered - fitted,
        "n_parameters": count_parameters(model),
        "n_steps": count_steps(model),
    }
    history, choices = history_of(model), choices_of(model)
    for told in (history, choices):
        if not told.empty:
            told.insert(0, "fold", number)
    return Fold(number, table, scores, baseline_scores, history, choices, sides, {})


def _fit(number, model, study, y, train, target):
    model = hand_over_groups(clone(model), study.groups[train], study.subjects[train])
    if hasattr(last_step(model), "_is_first"):
        last_step(model)._is_first = number == 1
    X, y = study.trials[train], _safe_indexing(y, train)
    if target is None or not uses_target(model):
        return model.fit(X, y)
    return fit_with_target(model, X, y, target)


def _add_probabilities(table, probabilities, classes, study):
    p = pd.DataFrame(probabilities, columns=classes)
    for label in np.unique(study.labels):
        table[f"p({label})"] = p[label] if label in p else 0.0


def _add_windows(table, windows):
    judged = [np.ma.compressed(labels) for labels in windows]
    table["windows"] = [len(labels) for labels in judged]
    table["windows_right"] = [
        np.count_nonzero(labels == label)
        for labels, label in zip(judged, table["true"], strict=True)
    ]


def ask(model, X):
    """Return what the model says of each trial, by method, and of each window where it tells.

    A pipeline's steps before the last run once, whatever is asked of the last.
    """
    model, X = reach(model, X)
    found = model._answer_all(X) if hasattr(model, "_answer_all") else None
    answers, windows = _ask_each(model, X) if found is None else found
    # A trial that is read as a whole has been answered for.
    return answers, windows if any(len(labels) > 1 for labels in windows) else None


def _ask_each(model, X):
    methods = ["predict"]
    if hasattr(model, "predict_proba"):
        methods.append("predict_proba")
    elif hasattr(model, "decision_function"):
        methods.append("decision_function")
    answers = {method: getattr(model, method)(X) for method in methods}
    return answers, model.predict_windows(X) if hasattr(model, "predict_windows") else ()


def share_right(table, right):
    """Share of each subject's windows that were judged right."""
    subjects = table["subject"]
    return right.groupby(subjects).sum() / table["windows"].groupby(subjects).sum()
