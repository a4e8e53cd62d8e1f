"""Torch only: plain functions, layers, the networks made of them, distances between domains."""

from sklearn_eeg.nn import alignment, functional, layers, models
from sklearn_eeg.nn._attention import Attention

__all__ = ["Attention", "alignment", "functional", "layers", "models"]
