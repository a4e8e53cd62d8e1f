"""Splits by subject, and the guards that keep an evaluation honest."""

from sklearn_eeg.model_selection._permute_labels import permute_labels
from sklearn_eeg.model_selection._subject_split import SubjectSplit
from sklearn_eeg.model_selection._target_split import TargetSplit, add_targets

__all__ = ["SubjectSplit", "TargetSplit", "add_targets", "permute_labels"]
