"""WindowedClassifier: any scikit-learn classifier on the windows of trials."""

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted, has_fit_parameter
from torch import nn

from sklearn_eeg._constraints import Flag, check_arguments
from sklearn_eeg._engine.final_door import FinalDoor
from sklearn_eeg._engine.instances import cut_trials
from sklearn_eeg._engine.targets import check_weights, encode_labels, read_target
from sklearn_eeg._engine.unlabelled import set_aside
from sklearn_eeg._engine.window_answers import WindowAnswers
from sklearn_eeg._modules import find_module
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data


class WindowedClassifier(
    WindowAnswers, MetaEstimatorMixin, ClassifierMixin, FinalDoor, BaseEstimator
):
    """Train a classifier on windows with their trial's label; average over a trial to predict.

    A classifier without ``predict_proba`` gives each window's label all of its probability, so that
    a trial's are the shares of its windows.

    Takes (n_trials, n_windows, ...) of four axes or more, or a list of such trials. With three axes
    or two a trial is one window. A window of nothing but NaN is missing: it trains nothing and has
    no say.

    Parameters
    ----------
    estimator : classifier, default=None
        Any of scikit-learn's kind, or a pipeline that ends in one; ``None`` is
        ``LogisticRegression(max_iter=1000)``.
    flatten : bool, default=True
        Whether the classifier gets each window as one row, (n_instances, n_features). Else as it
        is, (n_instances, ...), for classifiers of covariances, spectra or signals.

    Attributes
    ----------
    estimator_ : classifier
        Fitted on windows.
    classes_ : ndarray of shape (n_classes,)

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.svm import SVC
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 10)
    >>> X = rng.normal(size=(20, 6, 4, 5)) + y[:, None, None, None]
    >>> model = WindowedClassifier(SVC()).fit(X, y)
    >>> model.score(X, y), model.predict_windows(X).shape
    (1.0, (20, 6))

    Covariances and their nearest mean, window by window:

    >>> from pyriemann.classification import MDM
    >>> from pyriemann.estimation import Covariances
    >>> from sklearn.pipeline import make_pipeline
    >>> signals = rng.normal(size=(20, 6, 4, 50)) * (1 + y[:, None, None, None])
    >>> nearest = WindowedClassifier(make_pipeline(Covariances(), MDM()), flatten=False)
    >>> nearest.fit(signals, y).score(signals, y)
    1.0
    """

    _takes = "..."
    _free = ("window",)
    _arguments: ClassVar = {"flatten": Flag()}

    def __init__(self, estimator: Any = None, *, flatten: bool = True) -> None:
        self.estimator = estimator
        self.flatten = flatten

    def fit(self, X: Data, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train on windows.

        Parameters
        ----------
        X : array, list of arrays or Trials
            Trials that their metadata mark as ``unlabelled`` are left out.
        y : array-like of shape (n_trials,) or (n_trials, n_classes)
            Labels of any type. Or votes, whose columns are the classes: each window is learnt once
            for each class that got some, with its share of them as its weight.
        sample_weight : array-like of shape (n_trials,), default=None
            Weight of each window of a trial; for weights, as for votes, the classifier must take
            some.

        Returns
        -------
        self
        """
        with speaking(type(self).__name__):
            check_arguments(self, self._arguments)
            X, y, sample_weight, _ = set_aside(X, y, sample_weight)
            instances = self._cut(self._open(X, reset=True))
            weight = check_weights(sample_weight, instances.n_trials)
            self.estimator_ = clone(self._estimator())
            owner = instances.trial[instances.rows]
            windows = self._windows(instances)
            weight = None if weight is None else weight[owner]
            labels = read_target(y, instances.n_trials)
            if labels.ndim == 2 and labels.shape[1] > 1:
                rows, labels, weight = _split_votes(y, instances.n_trials, owner, weight)
                windows = windows[rows]
            else:
                labels = labels[owner]
            if weight is not None and not has_fit_parameter(self.estimator_, "sample_weight"):
                raise TypeError(
                    f"expected a classifier that takes sample_weight, got {self.estimator_!r}; "
                    f"leave sample_weight out, give labels in place of votes, y.argmax(axis=1) of "
                    f"one-hot rows, or choose another."
                )
            settings = {} if weight is None else {"sample_weight": weight}
            self.estimator_.fit(windows, labels, **settings)
            self.classes_ = self.estimator_.classes_
        return self

    def _window_probabilities(self, X):
        check_is_fitted(self, "estimator_")
        if hasattr(self.estimator_, "predict_proba"):
            return self._ask("predict_proba", X)
        # Without probabilities, all of a window is for its label.
        labels, instances = self._window_labels(X)
        return (labels[:, None] == self.classes_).astype(float), instances

    def _to_torch(self, shape):
        if not self.flatten:
            raise ValueError(
                "expected flatten=True in a graph, got False; leave it out, with a classifier of "
                "rows."
            )
        shape = (int(np.prod(shape)),)
        return nn.Sequential(nn.Flatten(), find_module(self.estimator_, shape))

    @property
    def _masks(self):
        return False

    def _window_labels(self, X):
        check_is_fitted(self, "estimator_")
        return self._ask("predict", X)

    def _ask(self, method, X):
        with speaking(type(self).__name__):
            instances = self._cut(self._open(X, reset=False))
        return getattr(self.estimator_, method)(self._windows(instances)), instances

    def _estimator(self):
        return LogisticRegression(max_iter=1000) if self.estimator is None else self.estimator

    def _cut(self, signals):
        masks = get_tags(self._estimator()).input_tags.allow_nan
        return cut_trials(signals, windowed=self._is_cut(signals.axes), masks=masks)

    def _is_cut(self, axes):
        return axes[0] == "window"

    def _windows(self, instances):
        windows = instances.data[instances.rows]
        return windows.reshape(len(windows), -1) if self.flatten else windows

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = get_tags(self._estimator()).input_tags.allow_nan
        return tags


def _split_votes(votes, n_trials, owner, weight):
    """Windows once for each class that got votes: their rows, labels, and weights by the shares.

    ``owner`` is the trial of each window.
    """
    classes, shares = encode_labels(votes, n_trials)
    shares = shares[owner]
    rows, codes = np.nonzero(shares)
    return rows, classes[codes], shares[rows, codes] * (1 if weight is None else weight[rows])
