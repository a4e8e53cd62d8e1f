"""What decides the result of a fold, in words; what cannot be told in words is refused."""

import hashlib
import json
from dataclasses import is_dataclass
from functools import partial

import numpy as np
import sklearn
from sklearn.base import BaseEstimator

from sklearn_eeg._identity import bases_of, code_of, describe, is_ours, is_splitter, versions
from sklearn_eeg._speaker import speaking

# What trains, scores and tabulates; another version may give other numbers.
LIBRARIES = ("mne", "numpy", "pandas", "scikit-learn", "scipy", "skorch", "torch")
# What Trials have aboard beside what their fingerprint holds.
FACTS = ("axes", "unit", "bands", "features", "window_onsets", "extra")
# Settings of scikit-learn that change what steps hand over.
CONFIG = ("array_api_dispatch", "enable_metadata_routing", "transform_output")
# Estimators of scikit-learn that draw at random under some settings alone.
DRAWS = {
    "DummyClassifier": ("strategy", ("stratified", "uniform")),
    "LogisticRegression": ("solver", ("liblinear", "sag", "saga")),
    "LogisticRegressionCV": ("solver", ("liblinear", "sag", "saga")),
    "PCA": ("svd_solver", ("auto", "arpack", "randomized")),
    "Ridge": ("solver", ("sag", "saga")),
    "RidgeClassifier": ("solver", ("sag", "saga")),
    "SVC": ("probability", (True,)),
}


def describe_run(models, study, cv, scoring, transductive, sha256):
    """Facts that all folds of an evaluation have in common.

    Raises
    ------
    TypeError, ValueError
        Two runs that are told alike could differ: a function or a random generator among the
        settings, no ``random_state``; or a result would not come back as it was.
    """
    with speaking("evaluate"):
        parts = [part for where, model in models.items() for part in _walk(model, where)]
        for where, part in parts:
            _refuse_nameless(where, part)
            _refuse_chance(where, part)
        for where, part in _walk(cv, "cv"):
            _refuse_chance(where, part)
        _refuse_scorers(scoring)
        for what in ("labels", "subjects"):
            _refuse_strange(what, getattr(study, what))
        return {
            "kind": "fold",
            "data": sha256,
            "facts": describe([getattr(study.trials, name) for name in FACTS]),
            "groups": describe(np.asarray(study.groups)),
            **{where: describe(model) for where, model in models.items()},
            "scoring": scoring,
            "transductive": str(transductive),
            "config": [str(sklearn.get_config().get(name)) for name in CONFIG],
            "versions": versions(LIBRARIES),
            "code": code_of(*_classes(parts), whole=True),
        }


def describe_rows(rows):
    """Digest of trial numbers, in their order."""
    return hashlib.sha256(np.asarray(rows, dtype="<i8").tobytes()).hexdigest()


def _walk(value, where):
    """Each value among the settings, and its place."""
    yield where, value
    if isinstance(value, BaseEstimator):
        inner = value.get_params(deep=False)
    elif isinstance(value, partial):
        inner = {"func": value.func, "args": value.args, **value.keywords}
    elif is_dataclass(value) or is_splitter(value) or is_ours(value):
        inner = {} if isinstance(value, type) else vars(value)
    elif isinstance(value, dict):
        inner = value
    else:
        items = enumerate(value) if isinstance(value, (list, tuple)) else ()
        for index, item in items:
            yield from _walk(item, f"{where}[{index}]")
        return
    for name, item in inner.items():
        yield from _walk(item, f"{where}.{name}")


def _refuse_nameless(where, part):
    if isinstance(part, (np.random.RandomState, np.random.Generator)):
        raise TypeError(
            f"expected with store= a whole number as {where}, got "
            f"{type(part).__name__}, which moves on with every use, so that no two runs are alike."
        )
    clones = getattr(type(part), "__sklearn_clone__", BaseEstimator.__sklearn_clone__)
    if clones is not BaseEstimator.__sklearn_clone__:
        raise TypeError(
            f"expected with store= estimators that are told by their settings, got "
            f"{type(part).__name__} as {where}, which holds what was learnt before; leave store= "
            f"out."
        )
    told = isinstance(part, (type, partial, BaseEstimator)) or is_ours(part)
    if callable(part) and not told:
        raise TypeError(
            f"expected with store= settings that are values, got the callable "
            f"{getattr(part, '__name__', type(part).__name__)} as {where}, of which nothing tells "
            f"whether it still does what it did; make it a class of its own with settings, or "
            f"leave store= out."
        )


def _refuse_chance(where, part):
    if _draws(part):
        raise ValueError(
            f"expected with store= a whole number as random_state of {where}, "
            f"{type(part).__name__}, got None, by which no two runs are alike; set it."
        )


def _draws(part):
    """Whether what it draws differs from run to run."""
    if isinstance(part, BaseEstimator):
        settings = part.get_params(deep=False)
    elif is_splitter(part):
        settings = {"shuffle": True} | vars(part)
        if not settings["shuffle"]:
            return False
    else:
        return False
    if settings.get("random_state", 0) is not None:
        return False
    name, drawing = DRAWS.get(type(part).__name__, (None, ()))
    ours = type(part).__module__.startswith("sklearn.") and name in settings
    return settings[name] in drawing if ours else True


def _refuse_scorers(scoring):
    for name, scorer in scoring.items():
        if not isinstance(scorer, str):
            raise TypeError(
                f"expected with store= metrics by their names, got the callable "
                f"{scorer!r} for {name!r}, of which nothing tells whether it still does what it "
                f"did; name one of scikit-learn's, or leave store= out."
            )


def _refuse_strange(what, values):
    values = np.asarray(values).tolist()
    try:
        same = json.loads(json.dumps(values)) == values
    except (TypeError, ValueError):
        same = False
    if not same:
        raise TypeError(
            f"expected with store= {what} that are texts or numbers, got others, such as "
            f"{values[0]!r}; name them by texts."
        )


def _classes(parts):
    for _, part in parts:
        yield from bases_of(part if isinstance(part, type) else type(part))
