"""Networks on maps of one window: (band, row, column)."""

from sklearn_eeg._catalogue._architecture import Architecture

MAPS: dict[str, Architecture] = {}
