"""Classifiers over trials: networks that scikit-learn can handle, and any classifier by windows."""

from sklearn_eeg.classifiers._checkpoint import load_checkpoint
from sklearn_eeg.classifiers.module_classifier import ModuleClassifier
from sklearn_eeg.classifiers.neural_classifier import NeuralClassifier
from sklearn_eeg.classifiers.resattentionet import ResAttentioNetClassifier
from sklearn_eeg.classifiers.windowed_classifier import WindowedClassifier

__all__ = [
    "ModuleClassifier",
    "NeuralClassifier",
    "ResAttentioNetClassifier",
    "WindowedClassifier",
    "load_checkpoint",
]
