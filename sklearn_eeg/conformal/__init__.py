"""Sets of labels that hold the right one for somebody new, as often as was promised."""

from sklearn_eeg.conformal._coverage import Coverage, measure_coverage
from sklearn_eeg.conformal._subject_conformal import SubjectConformalClassifier
from sklearn_eeg.conformal._weights import group_p_values, group_threshold

__all__ = [
    "Coverage",
    "SubjectConformalClassifier",
    "group_p_values",
    "group_threshold",
    "measure_coverage",
]
