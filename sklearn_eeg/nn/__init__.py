"""Torch only: plain functions, layers, and the networks made of them."""

from sklearn_eeg.nn import functional, layers, models

__all__ = ["functional", "layers", "models"]
