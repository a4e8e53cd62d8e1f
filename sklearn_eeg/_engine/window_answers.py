"""What a classifier says of windows, and what follows from it for their trials."""

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import accuracy_score
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg._engine.answers_twin import AnswersTwin
from sklearn_eeg._engine.graph_answers import GraphAnswers
from sklearn_eeg._engine.targets import read_target
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data

# Answers that follow from the probabilities of windows.
ONE_PASS = ("predict", "predict_proba", "predict_windows", "_window_labels")


class WindowAnswers(GraphAnswers):
    """Answers for each instance of a trial, and their mean for the trial.

    A subclass gives ``_window_probabilities(X)``: (n_rows, n_classes) for each instance that is not
    missing, and the instances; and ``_is_cut(axes)``: whether trials of these axes are cut into
    instances.
    """

    def predict(self, X: Data) -> np.ndarray:
        """Label of each trial: the class of the largest mean probability.

        Parameters
        ----------
        X : array, list of arrays or Trials
            Of the shape seen in ``fit``.

        Returns
        -------
        ndarray of shape (n_trials,)
        """
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]

    def predict_proba(self, X: Data) -> np.ndarray:
        """Probability of each class for each trial, averaged over its windows if it has some.

        Parameters
        ----------
        X : array, list of arrays or Trials
            Of the shape seen in ``fit``.

        Returns
        -------
        ndarray of shape (n_trials, n_classes)
        """
        probabilities, instances = self._window_probabilities(X)
        return instances.average(probabilities)

    def predict_windows(self, X: Data) -> np.ndarray | list[np.ndarray]:
        """Label of each window; a trial that is read as a whole counts as one.

        Parameters
        ----------
        X : array, list of arrays or Trials
            Of the shape seen in ``fit``.

        Returns
        -------
        ndarray of shape (n_trials, n_windows), or a list of arrays of shape (n_windows,)
            Masked where a window is missing; a list where trials have windows in different number.
        """
        labels, instances = self._window_labels(X)
        return instances.by_trial(labels)

    def predict_proba_windows(self, X: Data) -> np.ndarray | list[np.ndarray]:
        """Probability of each class for each window; a trial that is read as a whole counts as one.

        Parameters
        ----------
        X : array, list of arrays or Trials
            Of the shape seen in ``fit``.

        Returns
        -------
        ndarray of shape (n_trials, n_windows, n_classes), or a list of (n_windows, n_classes)
            Masked and listed as in :meth:`predict_windows`.
        """
        probabilities, instances = self._window_probabilities(X)
        return instances.by_trial(probabilities)

    def score_windows(self, X: Data, y: ArrayLike) -> float:
        """Accuracy over windows, each with its trial's label; missing ones do not count.

        Parameters
        ----------
        X : array, list of arrays or Trials
        y : array-like of shape (n_trials,)

        Returns
        -------
        float
        """
        labels, instances = self._window_labels(X)
        with speaking(type(self).__name__):
            truth = read_target(y, instances.n_trials)
        return float(accuracy_score(truth[instances.trial[instances.rows]], labels))

    def stream(self, along: str = "window") -> Any:
        """Return what the classifier is on a stream, for :func:`sklearn_eeg.streaming.to_stream`.

        Parameters
        ----------
        along : {"window", "trial"}, default="window"
            What comes in one after the other: windows, or sequences of windows.

        Returns
        -------
        twin
            ``push(block)`` returns probabilities, a row for each window or sequence.

        Raises
        ------
        ValueError
            An answer is about more than a window or a sequence.
        """
        check_is_fitted(self)
        with speaking(type(self).__name__):
            return self._stream(along)

    def _stream(self, along):
        if get_tags(self).non_deterministic:
            raise ValueError(
                "expected transductive=False on a stream, got True, which answers for one trial by "
                "all trials of the person; leave it out."
            )
        if along == "time":
            raise ValueError(
                "expected windows or sequences of them, got signals without an end; put a step "
                "with window= before it, such as a Windower."
            )
        if along == "window" and not self._is_cut(self.axes_):
            raise ValueError(
                "expected sequences of windows, since an answer is about a sequence, got windows "
                "without an end; put SequencePadder(n, keep='last') or a SequenceCutter before it."
            )
        return AnswersTwin(self, along, axes=self.axes_, ch_names=self.ch_names_)

    def _answer_all(self, X):
        """Labels and probabilities of trials, by method, and labels of windows, from one pass.

        ``None`` where a subclass has an answer of its own.
        """
        if any(getattr(type(self), name) is not getattr(WindowAnswers, name) for name in ONE_PASS):
            return None
        probabilities, instances = self._window_probabilities(X)
        shares, classes = instances.average(probabilities), np.asarray(self.classes_)
        labels = {"predict": classes[shares.argmax(axis=1)], "predict_proba": shares}
        return labels, instances.by_trial(classes[probabilities.argmax(axis=1)])

    @abstractmethod
    def _window_probabilities(self, X):
        """Probabilities of the instances that are not missing, and the instances."""

    def _window_labels(self, X):
        probabilities, instances = self._window_probabilities(X)
        return np.asarray(self.classes_)[probabilities.argmax(axis=1)], instances
