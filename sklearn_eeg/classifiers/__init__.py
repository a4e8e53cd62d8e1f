"""Classifiers over trials: networks that scikit-learn can handle, and any classifier by windows."""

from sklearn_eeg._engine.checkpoint import load_checkpoint
from sklearn_eeg._engine.objectives import Aligned
from sklearn_eeg._engine.runtime import Runtime
from sklearn_eeg.classifiers._conv2d_lstm import Conv2DLSTMClassifier
from sklearn_eeg.classifiers._conv_lstm import ConvLSTMClassifier
from sklearn_eeg.classifiers._grouped_cnn1d import GroupedCNN1DClassifier
from sklearn_eeg.classifiers._module_classifier import ModuleClassifier
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.classifiers._resattentionet import ResAttentioNetClassifier
from sklearn_eeg.classifiers._spectrogram_cnn import SpectrogramCNNClassifier
from sklearn_eeg.classifiers._windowed_classifier import WindowedClassifier

__all__ = [
    "Aligned",
    "Conv2DLSTMClassifier",
    "ConvLSTMClassifier",
    "GroupedCNN1DClassifier",
    "ModuleClassifier",
    "NeuralClassifier",
    "ResAttentioNetClassifier",
    "Runtime",
    "SpectrogramCNNClassifier",
    "WindowedClassifier",
    "load_checkpoint",
]
