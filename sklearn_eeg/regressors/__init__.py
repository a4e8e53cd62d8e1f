"""Regressors over trials: networks whose targets are numbers."""

from sklearn_eeg._engine.objectives import Aligned
from sklearn_eeg._engine.runtime import Runtime
from sklearn_eeg.regressors._conv2d_lstm_regressor import Conv2DLSTMRegressor
from sklearn_eeg.regressors._neural_regressor import NeuralRegressor

__all__ = ["Aligned", "Conv2DLSTMRegressor", "NeuralRegressor", "Runtime"]
