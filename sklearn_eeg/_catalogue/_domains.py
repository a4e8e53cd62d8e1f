"""Networks that know several source subjects, and a target."""

from sklearn_eeg._catalogue._architecture import Architecture

DOMAINS: dict[str, Architecture] = {}
