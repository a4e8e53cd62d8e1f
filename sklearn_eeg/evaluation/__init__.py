"""Scores of subjects that a model has never seen."""

from sklearn_eeg.evaluation._audit import Audit, Finding, audit
from sklearn_eeg.evaluation._compare import compare
from sklearn_eeg.evaluation._comparison import Cell, Comparison
from sklearn_eeg.evaluation._evaluate import evaluate
from sklearn_eeg.evaluation._evaluation import Evaluation
from sklearn_eeg.evaluation._predict_table import predict_table
from sklearn_eeg.evaluation._stops import EvaluationFailed, EvaluationInterrupted

__all__ = [
    "Audit",
    "Cell",
    "Comparison",
    "Evaluation",
    "EvaluationFailed",
    "EvaluationInterrupted",
    "Finding",
    "audit",
    "compare",
    "evaluate",
    "predict_table",
]
