"""Regressors over trials: networks whose targets are numbers."""

# Described beside the classifiers, which have the same.
from sklearn_eeg._engine.objectives import Aligned as Aligned
from sklearn_eeg._engine.runtime import Runtime as Runtime
from sklearn_eeg.regressors._conv2d_lstm_regressor import Conv2DLSTMRegressor
from sklearn_eeg.regressors._neural_regressor import NeuralRegressor

__all__ = ["Conv2DLSTMRegressor", "NeuralRegressor"]
