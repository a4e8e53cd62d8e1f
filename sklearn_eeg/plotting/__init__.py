"""Pictures of an evaluation, as scikit-learn's displays: ``from_evaluation``, ``plot``."""

from sklearn_eeg.plotting._class_radar import ClassRadarDisplay
from sklearn_eeg.plotting._confusion_matrix import ConfusionMatrixDisplay
from sklearn_eeg.plotting._learning_curves import LearningCurvesDisplay
from sklearn_eeg.plotting._subject_scores import SubjectScoresDisplay

__all__ = [
    "ClassRadarDisplay",
    "ConfusionMatrixDisplay",
    "LearningCurvesDisplay",
    "SubjectScoresDisplay",
]
