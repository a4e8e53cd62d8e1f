"""The engine for networks whose answer is a new representation."""

from abc import abstractmethod
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._axes import axes_fit
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._engine.neural_estimator import NeuralEstimator
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data


class NeuralTransformer(NeuralEstimator, SignalTransformer):
    """What transformers that train a network share.

    A subclass gives what :class:`NeuralEstimator` asks for, ``_represent`` and ``_names_out``; its
    criterion judges the output of the network alone, unless ``_read_target`` reads labels.
    """

    # There are no targets, which both would ask for.
    augmentation = None
    _n_outputs = None

    def fit(self, X: Data, y: ArrayLike | None = None, *, groups: ArrayLike | None = None) -> Self:
        """Train on trials.

        Parameters
        ----------
        X : array, list of arrays or Trials
            In a shape of the class's documentation; with one axis more, its first axis is windows.
        y : array-like of shape (n_trials,), default=None
            Ignored, but where the class's documentation asks for labels.
        groups : array-like of shape (n_trials,), default=None
            Subject of each trial, for ``validation``; ``None``: what the trials carry.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            A setting or the data are not what is expected; the sentence says which.
        FloatingPointError
            The loss became infinite or NaN.
        """
        with speaking(type(self).__name__):
            self._check_settings()
            return self._fit_network(X, y, groups=groups)

    @abstractmethod
    def _represent(self, instances):
        """Rows of the new representation, one for each instance that is not missing."""

    def _read_target(self, y, weight):
        return np.zeros(len(weight))

    def _transform(self, signals):
        instances = self._cut(signals)
        rows = self._represent(instances)
        flat = np.full((len(instances.data), rows.shape[1]), np.nan, dtype=signals.dtype)
        flat[instances.rows] = rows
        names = tuple(self.get_feature_names_out())
        of_features = {"features": names, "ch_names": None, "unit": None}
        if axes_fit(self._axes, signals.axes):
            return signals.derive(data=flat, axes=("feature",), **of_features)
        if signals.is_ragged:
            data = np.split(flat, np.cumsum([len(trial) for trial in signals.data])[:-1])
        else:
            data = flat.reshape(len(signals.data), -1, len(names))
        return signals.derive(data=data, axes=(signals.axes[0], "feature"), **of_features)
