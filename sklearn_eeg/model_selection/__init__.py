"""Splits by subject, and the guards that keep an evaluation honest."""

from sklearn_eeg.model_selection._permute_labels import permute_labels
from sklearn_eeg.model_selection._subject_split import SubjectSplit

__all__ = ["SubjectSplit", "permute_labels"]
