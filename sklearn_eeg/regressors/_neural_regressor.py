"""NeuralRegressor: the engine for targets that are numbers."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils import assert_all_finite

from sklearn_eeg._engine.losses import REGRESSION_LOSSES, RegressionLoss
from sklearn_eeg._engine.neural_estimator import NeuralEstimator
from sklearn_eeg._engine.targets import read_target


@dataclass(kw_only=True, eq=False, repr=False)
class NeuralRegressor(RegressorMixin, NeuralEstimator):
    """Base of the regressors that train a network.

    Parameters
    ----------
    loss : str or callable, default="auto"
        ``"squared_error"`` (which is ``"auto"``), ``"absolute_error"``, ``"huber"``, or a callable
        (prediction, target) that returns a number a row or one for the batch.
    **settings
        All others as in :class:`~sklearn_eeg.classifiers.NeuralClassifier`, but ``class_weight``
        and ``label_smoothing``.

    Attributes
    ----------
    net_, n_iter_, best_epoch_, validation_trials_, interrupted_
        As in :class:`~sklearn_eeg.classifiers.NeuralClassifier`.
    """

    _losses = tuple(REGRESSION_LOSSES)

    def predict(self, X):
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

    def _read_target(self, y, weight):
        name = type(self).__name__
        y = read_target(y, len(weight), name)
        try:
            y = y.astype(np.float64)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{name}: expected numbers as targets, got {y.dtype}.") from error
        assert_all_finite(y.ravel(), input_name="y")
        self.target_shape_ = y.shape[1:]
        return y.reshape(len(y), -1)

    def _criterion(self, target, weight):
        return RegressionLoss("squared_error" if self.loss == "auto" else self.loss)

    @property
    def _n_outputs(self):
        return int(np.prod(self.target_shape_))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
