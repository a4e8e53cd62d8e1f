"""Pictures, as scikit-learn's displays: of an evaluation, a fitted estimator or predictions."""

from sklearn_eeg.plotting._attention import AttentionDisplay
from sklearn_eeg.plotting._band_distribution import BandDistributionDisplay
from sklearn_eeg.plotting._class_radar import ClassRadarDisplay
from sklearn_eeg.plotting._comparison import ComparisonDisplay
from sklearn_eeg.plotting._comparison_table import ComparisonTableDisplay
from sklearn_eeg.plotting._confusion_matrix import ConfusionMatrixDisplay
from sklearn_eeg.plotting._critical_difference import CriticalDifferenceDisplay
from sklearn_eeg.plotting._learning_curves import LearningCurvesDisplay
from sklearn_eeg.plotting._recording import RecordingDisplay
from sklearn_eeg.plotting._reliability import ReliabilityDisplay
from sklearn_eeg.plotting._scalp_map import ScalpMapDisplay
from sklearn_eeg.plotting._subject_scores import SubjectScoresDisplay

__all__ = [
    "AttentionDisplay",
    "BandDistributionDisplay",
    "ClassRadarDisplay",
    "ComparisonDisplay",
    "ComparisonTableDisplay",
    "ConfusionMatrixDisplay",
    "CriticalDifferenceDisplay",
    "LearningCurvesDisplay",
    "RecordingDisplay",
    "ReliabilityDisplay",
    "ScalpMapDisplay",
    "SubjectScoresDisplay",
]
