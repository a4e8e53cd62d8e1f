"""A fitted model in one file, which holds values and no code."""

from sklearn_eeg.persistence._bundle import describe, load, save

__all__ = ["describe", "load", "save"]
