"""What was run, with what and where: enough to repeat an evaluation, and to tell two apart."""

import os
import platform
import re
import sys
from importlib.metadata import PackageNotFoundError, version
from math import isfinite
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator

from sklearn_eeg import __version__
from sklearn_eeg.evaluation._target import transductive_steps

FORMAT = 2
PACKAGES = ("numpy", "scipy", "scikit-learn", "pandas", "mne", "torch", "skorch", "joblib")


def describe_estimator(estimator):
    """Its steps, its settings, its seeds, and which of the steps are transductive."""
    settings = parameters(estimator)
    return {
        "steps": [type(step).__name__ for step in steps_of(estimator)],
        "settings": [parameters(step) for step in steps_of(estimator)],
        "parameters": settings,
        "seeds": {k: v for k, v in settings.items() if k.rpartition("__")[2] == "random_state"},
        "transductive": transductive_steps(estimator),
    }


def steps_of(estimator):
    """Steps of a pipeline, or the estimator alone."""
    return [step for _, step in getattr(estimator, "steps", [(None, estimator)])]


def parameters(estimator):
    """Every setting that is no estimator itself, by its path."""
    if not hasattr(estimator, "get_params"):
        return {}
    return {
        name: as_setting(value)
        for name, value in sorted(estimator.get_params(deep=True).items())
        if not isinstance(value, BaseEstimator) and name.rpartition("__")[2] != "steps"
    }


def versions():
    """Versions of Python, of this library and of what its numbers depend on."""
    found = {"python": platform.python_version(), "sklearn-eeg": __version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def describe_machine():
    """System, processor, cores, and the GPU if torch is in use and sees one; no names."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "gpu": _gpu(),
    }


def _processor():
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(errors="replace"), re.M)
        if found:
            return found[1]
    return platform.processor() or platform.machine()


def _gpu():
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return None
    return torch.cuda.get_device_name()


def as_setting(value):
    """A setting as JSON holds it; a number that JSON lacks, and whatever else, as a word."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if isinstance(value, (list, tuple)):
        return [as_setting(item) for item in value]
    # Where an object lies in memory says nothing about a run.
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))
