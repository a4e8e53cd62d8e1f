"""The view of a model."""

from sklearn_eeg._engine.supervised_estimator import SupervisedEstimator
from sklearn_eeg.inspection._model_view import ModelView
from sklearn_eeg.inspection._network_view import NetworkView
from sklearn_eeg.inspection._view import take_apart


def view_of(estimator, X):
    """The view of a network where there is one, else of any model."""
    last = take_apart(estimator)[1]
    return (NetworkView if isinstance(last, SupervisedEstimator) else ModelView)(estimator, X)
