"""Networks on windows of signals: (channel, time)."""

from sklearn_eeg._catalogue._architecture import Architecture

SIGNALS: dict[str, Architecture] = {}
