"""WindowedClassifier: any scikit-learn classifier on the windows of trials."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted, has_fit_parameter

from sklearn_eeg._engine.final_door import FinalDoor
from sklearn_eeg._engine.instances import cut_trials
from sklearn_eeg._engine.targets import check_weights, read_target


class WindowedClassifier(MetaEstimatorMixin, ClassifierMixin, FinalDoor, BaseEstimator):
    """Train a classifier on windows with their trial's label; average over a trial to predict.

    Takes (n_trials, n_windows, ...) of four axes or more, or a list of such trials; a window is
    flattened for the classifier. With three axes or two a trial is one window. A window of nothing
    but NaN is missing: it trains nothing and has no say.

    Parameters
    ----------
    estimator : classifier, default=None
        Any of scikit-learn's kind, or a pipeline that ends in one; ``None`` is
        ``LogisticRegression()``.

    Attributes
    ----------
    estimator_ : classifier
        Fitted on windows.
    classes_ : ndarray of shape (n_classes,)

    Examples
    --------
    >>> from sklearn.svm import SVC
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 10)
    >>> X = rng.normal(size=(20, 6, 4, 5)) + y[:, None, None, None]
    >>> model = WindowedClassifier(SVC()).fit(X, y)
    >>> model.score(X, y), model.predict_windows(X).shape
    (1.0, (20, 6))
    """

    _takes = "..."
    _free = ("window",)

    def __init__(self, estimator=None):
        self.estimator = estimator

    def fit(self, X, y, sample_weight=None):
        """Train on windows.

        Parameters
        ----------
        X : array, list of arrays or Trials
        y : array-like of shape (n_trials,)
            Labels of any type.
        sample_weight : array-like of shape (n_trials,), default=None
            Weight of each window of a trial; the classifier must take weights.

        Returns
        -------
        self
        """
        name = type(self).__name__
        instances = self._cut(self._open(X, reset=True))
        y = read_target(y, instances.n_trials, name)
        weight = check_weights(sample_weight, instances.n_trials, name)
        self.estimator_ = clone(self._estimator())
        owner = instances.trial[instances.rows]
        settings = {}
        if weight is not None:
            if not has_fit_parameter(self.estimator_, "sample_weight"):
                raise TypeError(
                    f"{name}: expected a classifier that takes sample_weight, got "
                    f"{self.estimator_!r}; leave sample_weight out or choose another."
                )
            settings["sample_weight"] = weight[owner]
        self.estimator_.fit(self._flatten(instances), y[owner], **settings)
        self.classes_ = self.estimator_.classes_
        return self

    def predict(self, X):
        """Label of each trial: the class of the largest mean probability, or of most windows.

        Parameters
        ----------
        X : array, list of arrays or Trials

        Returns
        -------
        ndarray of shape (n_trials,)
        """
        best = self._shares(X).argmax(axis=1)
        return self.classes_[best]

    def predict_proba(self, X):
        """Probability of each class, averaged over a trial's windows.

        Of a classifier without ``predict_proba``: the share of windows predicted as each class.

        Parameters
        ----------
        X : array, list of arrays or Trials

        Returns
        -------
        ndarray of shape (n_trials, n_classes)
        """
        return self._shares(X)

    def predict_windows(self, X):
        """Label of each window.

        Parameters
        ----------
        X : array, list of arrays or Trials

        Returns
        -------
        ndarray of shape (n_trials, n_windows), or a list of arrays of shape (n_windows,)
            Masked where a window is missing.
        """
        check_is_fitted(self, "estimator_")
        signals = self._open(X, reset=False)
        instances = self._cut(signals)
        labels = self.estimator_.predict(self._flatten(instances))
        flat = np.ma.masked_all(len(instances.data), dtype=labels.dtype)
        flat[instances.rows] = labels
        if not np.ma.is_masked(flat):
            flat = flat.data
        if isinstance(signals.data, list):
            starts = np.flatnonzero(np.diff(instances.trial)) + 1
            return [flat[part] for part in np.split(np.arange(len(flat)), starts)]
        return flat.reshape(instances.n_trials, -1)

    def score_windows(self, X, y):
        """Accuracy over windows, each with its trial's label; missing ones do not count.

        Parameters
        ----------
        X : array, list of arrays or Trials
        y : array-like of shape (n_trials,)

        Returns
        -------
        float
        """
        check_is_fitted(self, "estimator_")
        instances = self._cut(self._open(X, reset=False))
        y = read_target(y, instances.n_trials, type(self).__name__)
        truth = y[instances.trial[instances.rows]]
        return float(accuracy_score(truth, self.estimator_.predict(self._flatten(instances))))

    def _shares(self, X):
        check_is_fitted(self, "estimator_")
        instances = self._cut(self._open(X, reset=False))
        windows = self._flatten(instances)
        if hasattr(self.estimator_, "predict_proba"):
            return instances.average(self.estimator_.predict_proba(windows))
        predicted = self.estimator_.predict(windows)
        return instances.average((predicted[:, None] == self.classes_).astype(float))

    def _estimator(self):
        return LogisticRegression() if self.estimator is None else self.estimator

    def _cut(self, signals):
        name = type(self).__name__
        masks = get_tags(self._estimator()).input_tags.allow_nan
        return cut_trials(signals, name, windowed=signals.axes[0] == "window", masks=masks)

    def _flatten(self, instances):
        windows = instances.data[instances.rows]
        return windows.reshape(len(windows), -1)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = get_tags(self._estimator()).input_tags.allow_nan
        return tags
