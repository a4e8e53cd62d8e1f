"""Networks on the band features of one window: (channel, band)."""

from sklearn_eeg._catalogue._architecture import Architecture

WINDOW_FEATURES: dict[str, Architecture] = {}
