"""Scikit-learn compatible classification of EEG."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # For editors; found on first touch.
    from sklearn_eeg.trials import Trials as Trials

__version__ = "0.1.0"

_SUBPACKAGES = (
    "augmentation",
    "bands",
    "classifiers",
    "conformal",
    "datasets",
    "decomposition",
    "evaluation",
    "export",
    "features",
    "inspection",
    "metrics",
    "model_selection",
    "montage",
    "nn",
    "persistence",
    "plotting",
    "preprocessing",
    "recipes",
    "regressors",
    "report",
    "spectrogram",
    "statistics",
    "streaming",
    "testing",
    "trials",
)

__all__ = ["Trials", "__version__", *_SUBPACKAGES]


def __getattr__(name):
    """Load a subpackage on first touch: ``import sklearn_eeg`` itself costs no torch and no MNE."""
    if name == "Trials":
        return import_module("sklearn_eeg.trials").Trials
    if name in _SUBPACKAGES:
        return import_module(f"sklearn_eeg.{name}")
    raise AttributeError(f"module 'sklearn_eeg' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
