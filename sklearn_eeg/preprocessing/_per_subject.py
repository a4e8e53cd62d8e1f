"""PerSubject: base of the steps that treat each subject by that subject's own data."""

from abc import ABC, abstractmethod

import numpy as np
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg._base import SignalTransformer


class PerSubject(SignalTransformer, ABC, auto_wrap_output_keys=None):  # type: ignore[call-arg]
    """Finds out which trials are whose: in Trials, in ``groups=``, else all are one subject's.

    A subclass gives ``_transform_subjects(signals, rows)``, where ``rows`` has the trial numbers of
    each subject in an array of its own. Nothing is learned in ``fit``: the statistics are of the
    data at hand.
    """

    def fit(self, X, y=None, groups=None):
        """Judge the arguments and record what the data are.

        Parameters
        ----------
        X : array, list of arrays, Trials or mne.BaseEpochs
            Trials, in the layout of the class's documentation.
        y : ignored
        groups : array-like of shape (n_trials,), default=None
            Subject of each trial, if the data do not carry it.

        Returns
        -------
        self
        """
        signals = self._open(X, reset=True)
        self._fit(signals)
        self._find_rows(signals, groups)
        self.takes_groups_ = groups is not None
        return self

    def transform(self, X, groups=None):
        """Treat each subject's trials.

        Parameters
        ----------
        X : array, list of arrays, Trials or mne.BaseEpochs
            Trials of the layout, rate and channels seen in ``fit``.
        groups : array-like of shape (n_trials,), default=None
            Subject of each trial, if the data do not carry it.

        Returns
        -------
        The kind that came in, one entry a trial, in the same order.
        """
        check_is_fitted(self)
        signals = self._open(X, reset=False)
        rows = self._find_rows(signals, groups)
        if rows is None and self.takes_groups_:
            raise ValueError(
                f"{type(self).__name__}: expected groups= as in fit, got none; pass the subject of "
                f"each trial, or give Trials, whose subjects no step of scikit-learn loses."
            )
        rows = [np.arange(len(signals.data))] if rows is None else rows
        return self._close(self._transform_subjects(signals, rows), X)

    def fit_transform(self, X, y=None, groups=None):
        """Fit, then transform the same trials; see ``fit`` and ``transform``."""
        return self.fit(X, y, groups=groups).transform(X, groups=groups)

    @abstractmethod
    def _transform_subjects(self, signals, rows):
        """Return the signals with each subject's trials treated."""

    def _find_rows(self, signals, groups):
        name, n_trials = type(self).__name__, len(signals.data)
        known = signals.metadata is not None and "subject" in signals.metadata
        carried = _number(signals.metadata["subject"], name) if known else None
        if groups is None:
            return None if carried is None else _rows(carried)
        if len(groups) != n_trials:
            raise ValueError(
                f"{name}: expected one group a trial, {n_trials}, got {len(groups)} groups."
            )
        given = _number(groups, name)
        if carried is not None and (given != carried).any():
            raise ValueError(
                f"{name}: expected groups= to be the subjects that the Trials carry, got groups "
                f"that part the trials otherwise; leave groups out, or change the subject column."
            )
        return _rows(given)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # A trial's result depends on the trials transformed with it. For scikit-learn, which
        # would compare batches of one with the whole, there is no other word.
        tags.non_deterministic = True
        return tags


def _number(labels, name):
    """Subjects numbered in order of appearance."""
    import pandas as pd

    numbers = pd.factorize(np.asarray(labels))[0]
    if (numbers < 0).any():
        raise ValueError(
            f"{name}: expected the subject of every trial, got none for trial "
            f"{np.flatnonzero(numbers < 0)[0]}; name it or leave the trial out."
        )
    return numbers


def _rows(numbers):
    return [np.flatnonzero(numbers == number) for number in range(numbers.max() + 1)]
