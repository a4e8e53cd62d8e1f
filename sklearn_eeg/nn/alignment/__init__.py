"""Distances between the features of two domains: (source, target) -> scalar."""

from sklearn_eeg.nn.alignment._coral import coral
from sklearn_eeg.nn.alignment._mmd import mmd

__all__ = ["coral", "mmd"]
