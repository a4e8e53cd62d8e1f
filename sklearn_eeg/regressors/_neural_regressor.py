"""NeuralRegressor: the engine for targets that are numbers."""

from typing import TYPE_CHECKING

import numpy as np
from sklearn.utils import assert_all_finite
from torch import nn

from sklearn_eeg._engine.answers_module import Shaped
from sklearn_eeg._engine.graph_answers import GraphAnswers
from sklearn_eeg._engine.losses import REGRESSION_LOSSES, RegressionLoss
from sklearn_eeg._engine.supervised_estimator import SupervisedEstimator
from sklearn_eeg._engine.targets import read_target
from sklearn_eeg._sklearn import RegressorMixin
from sklearn_eeg._typing import Data

if TYPE_CHECKING:
    import torch


class NeuralRegressor(GraphAnswers, RegressorMixin, SupervisedEstimator):
    """Base of the regressors that train a network.

    Parameters
    ----------
    loss : str or callable, default="auto"
        ``"squared_error"`` (which is ``"auto"``), ``"absolute_error"``, ``"huber"``, or a callable
        (prediction, target) that returns a number a row or one for the batch.
    """

    _losses = tuple(REGRESSION_LOSSES)

    def predict(self, X: Data) -> np.ndarray:
        """Values for each trial, averaged over its windows if it has some.

        Parameters
        ----------
        X : array, list of arrays or Trials
            Of the shape seen in ``fit``.

        Returns
        -------
        ndarray of the shape of ``y``
        """
        values, instances = self._outputs(X)
        mean = instances.average(values.astype(np.float64))
        return mean.reshape(len(mean), *self.target_shape_)

    def to_torch(self, shape: tuple[int, ...]) -> "torch.nn.Module":
        """Return ``predict`` as a module, for :func:`sklearn_eeg.export.export_onnx`.

        Parameters
        ----------
        shape : tuple of int
            Of one trial that comes in.

        Returns
        -------
        torch.nn.Module
            Tensors (batch, ...) to values (batch, ...) of the shape of ``y``, in single precision;
            NaN for trials that ``predict`` refuses.

        Raises
        ------
        ValueError
            The network takes more than one input.
        """
        return nn.Sequential(super().to_torch(shape), Shaped(self.target_shape_))

    def _to_torch(self, shape):
        return self._network_to_torch(shape)

    def _read_target(self, y, weight):
        y = _read_numbers(y, len(weight))
        self.target_shape_ = y.shape[1:]
        return y.reshape(len(y), -1)

    def _read_more(self, y, n_trials):
        y = _read_numbers(y, n_trials)
        if y.shape[1:] != self.target_shape_:
            raise ValueError(
                f"expected targets of shape {('n_trials', *self.target_shape_)} as in fit, got "
                f"{y.shape}."
            )
        return y.reshape(len(y), -1)

    def _calibration_loss(self, target):
        return self._criterion(target, None)

    def _criterion(self, target, weight):
        return RegressionLoss("squared_error" if self.loss == "auto" else self.loss)

    @property
    def _n_outputs(self):
        return int(np.prod(self.target_shape_))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _read_numbers(y, n_trials):
    y = read_target(y, n_trials)
    try:
        y = y.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"expected numbers as targets, got {y.dtype}.") from error
    assert_all_finite(y.ravel(), input_name="y")
    return y
