"""Signals to signals: filters, rates, references, scalers, windows, and shapes for what follows."""

from sklearn_eeg.preprocessing.bandpass_notch import BandpassNotch
from sklearn_eeg.preprocessing.resample import Resample

__all__ = [
    "BandpassNotch",
    "Resample",
]
