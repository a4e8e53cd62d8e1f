"""Classifiers over trials: networks that scikit-learn can handle, and any classifier by windows."""

from sklearn_eeg.classifiers._checkpoint import load_checkpoint
from sklearn_eeg.classifiers.conv2d_lstm_classifier import Conv2DLSTMClassifier
from sklearn_eeg.classifiers.conv2d_lstm_regressor import Conv2DLSTMRegressor
from sklearn_eeg.classifiers.conv_lstm import ConvLSTMClassifier
from sklearn_eeg.classifiers.grouped_cnn1d import GroupedCNN1DClassifier
from sklearn_eeg.classifiers.module_classifier import ModuleClassifier
from sklearn_eeg.classifiers.neural_classifier import NeuralClassifier
from sklearn_eeg.classifiers.neural_regressor import NeuralRegressor
from sklearn_eeg.classifiers.resattentionet import ResAttentioNetClassifier
from sklearn_eeg.classifiers.spectrogram_cnn import SpectrogramCNNClassifier
from sklearn_eeg.classifiers.windowed_classifier import WindowedClassifier

__all__ = [
    "Conv2DLSTMClassifier",
    "Conv2DLSTMRegressor",
    "ConvLSTMClassifier",
    "GroupedCNN1DClassifier",
    "ModuleClassifier",
    "NeuralClassifier",
    "NeuralRegressor",
    "ResAttentioNetClassifier",
    "SpectrogramCNNClassifier",
    "WindowedClassifier",
    "load_checkpoint",
]
