"""Torch only: plain functions, layers, the networks made of them, distances between domains."""

from sklearn_eeg.nn import alignment, functional, layers, models

__all__ = ["alignment", "functional", "layers", "models"]
