"""What was run on what: enough to repeat an evaluation, and to tell two apart."""

import platform
import re
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from math import isfinite

import numpy as np
from sklearn.base import BaseEstimator

from sklearn_eeg import __version__
from sklearn_eeg.preprocessing._per_subject import PerSubject

FORMAT = 1
PACKAGES = ("numpy", "scipy", "scikit-learn", "pandas", "mne", "torch", "skorch", "joblib")


def describe(evaluation, title, source, run):
    """Return the manifest: plain values, the same for the same evaluation."""
    found = evaluation.to_dict()
    for name, other in evaluation.references.items():
        found["references"][name]["estimator"] = describe_estimator(other.estimator)
    return {
        "format": FORMAT,
        "title": title,
        "source": source,
        "run": {str(name): _plain(value) for name, value in dict(run or {}).items()},
        **found,
        "estimator": describe_estimator(evaluation.estimator),
        "versions": versions(),
    }


def describe_estimator(estimator):
    """Its steps, its settings, and which of the steps are transductive."""
    return {
        "steps": [type(step).__name__ for step in steps_of(estimator)],
        "parameters": parameters(estimator),
        "transductive": transductive_steps(estimator),
    }


def timings(evaluation):
    """Return what differs from run to run: seconds, and the time of writing."""
    seconds = evaluation.folds[["fit_time", "predict_time"]].round(3)
    return {
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "folds": {str(fold): row for fold, row in seconds.to_dict(orient="index").items()},
    }


def steps_of(estimator):
    """Steps of a pipeline, or the estimator alone."""
    return [step for _, step in getattr(estimator, "steps", [(None, estimator)])]


def parameters(estimator):
    """Every setting that is no estimator itself, by its path."""
    return {
        name: _plain(value)
        for name, value in sorted(estimator.get_params(deep=True).items())
        if not isinstance(value, BaseEstimator) and name.rpartition("__")[2] != "steps"
    }


def transductive_steps(estimator):
    """Names of the steps that use the test subjects' own data, unlabelled."""
    parts = [estimator, *estimator.get_params(deep=True).values()]
    return sorted({type(part).__name__ for part in parts if _is_transductive(part)})


def _is_transductive(part):
    return isinstance(part, PerSubject) or getattr(part, "transductive", False) is True


def versions():
    """Versions of Python, of this library and of what its numbers depend on."""
    found = {"python": platform.python_version(), "sklearn-eeg": __version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def _plain(value):
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float) and isfinite(value):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    # Where an object lies in memory says nothing about a run.
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))
