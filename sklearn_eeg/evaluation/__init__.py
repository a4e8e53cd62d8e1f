"""Scores of subjects that a model has never seen."""

from sklearn_eeg.evaluation._evaluate import EvaluationInterrupted, evaluate
from sklearn_eeg.evaluation._evaluation import Evaluation

__all__ = ["Evaluation", "EvaluationInterrupted", "evaluate"]
