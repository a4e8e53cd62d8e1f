"""Splits and evaluation by subject."""

from sklearn_eeg.model_selection._evaluate import EvaluationInterrupted, evaluate
from sklearn_eeg.model_selection._evaluation import Evaluation
from sklearn_eeg.model_selection._permute_labels import permute_labels
from sklearn_eeg.model_selection._subject_split import SubjectSplit

__all__ = ["Evaluation", "EvaluationInterrupted", "SubjectSplit", "evaluate", "permute_labels"]
