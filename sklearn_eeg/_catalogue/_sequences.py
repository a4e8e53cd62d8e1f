"""Networks on sequences of windows: (window, channel, band)."""

from sklearn_eeg._catalogue._architecture import Architecture

SEQUENCES: dict[str, Architecture] = {}
