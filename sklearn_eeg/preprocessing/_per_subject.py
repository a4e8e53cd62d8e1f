"""PerSubject: base of the steps that treat each subject by that subject's own data."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import Choice, check_arguments
from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import rows_of, subjects_of
from sklearn_eeg._typing import Data


class PerSubject(SignalTransformer, ABC, auto_wrap_output_keys=None):
    """Finds out which trials are whose: in Trials, in ``groups=``, else all are one subject's.

    A subclass gives ``_transform_subjects(signals, rows)``, where ``rows`` has the trial numbers of
    each subject in an array of its own. Nothing is learned in ``fit``: the statistics are of the
    data at hand.
    """

    _arguments: ClassVar[dict] = {"unknown": Choice(("warn", "raise", "one"))}

    def fit(self, X: Data, y: Any = None, groups: ArrayLike | None = None) -> Self:
        """Check the arguments and record what the data are.

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
        with speaking(type(self).__name__):
            check_arguments(self, self._arguments)
            signals = self._open(X, reset=True)
            self._fit(signals)
            self._find_rows(signals, groups)
        self.takes_groups_ = groups is not None
        return self

    def transform(self, X: Data, groups: ArrayLike | None = None) -> Any:
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
        with speaking(type(self).__name__):
            signals = self._open(X, reset=False)
            rows = self._find_rows(signals, groups)
            if rows is None:
                self._say_unknown(len(signals))
                rows = [np.arange(len(signals))]
            return self._close(self._transform_subjects(signals, rows), X)

    def fit_transform(self, X: Data, y: Any = None, groups: Any = None) -> Any:
        """Fit, then transform the same trials; see ``fit`` and ``transform``."""
        return self.fit(X, y, groups=groups).transform(X, groups=groups)

    def _stream(self, along, calibration):
        if calibration is None:
            raise ValueError(
                "expected calibration trials of the person, since each subject is treated by all "
                "of their own data, got none; pass calibration=, or use a ChannelScaler, which "
                "needs none."
            )
        return self._freeze(self._open(calibration, reset=False)).stream(along)

    @abstractmethod
    def _freeze(self, calibration):
        """Return the step that does to others what this one does to a person's trials."""

    def _say_unknown(self, n_trials):
        """Say that nobody knows whose the trials are, unless they were said to be one person's."""
        if self.takes_groups_ and self.unknown != "one":
            raise ValueError(
                "expected groups= as in fit, got none; pass the subject of each trial, or give "
                "Trials, whose subjects no step of scikit-learn loses."
            )
        sentence = (
            f"expected to know whose each of {n_trials} trials is, got neither Trials with a "
            f"'subject' column nor groups=, so that all count as one person's; give one of them, "
            f"or unknown='one' where they are of one person."
        )
        if self.unknown == "raise":
            raise ValueError(sentence)
        if self.unknown == "warn" and n_trials > 1:
            warnings.warn(f"{type(self).__name__}: {sentence}", UserWarning, stacklevel=4)

    @abstractmethod
    def _transform_subjects(self, signals, rows):
        """Return the signals with each subject's trials treated."""

    def _find_rows(self, signals, groups):
        subjects = subjects_of(signals, groups, required=False)
        return None if subjects is None else rows_of(subjects)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # A trial's result depends on the trials transformed with it. For scikit-learn, which
        # would compare batches of one with the whole, there is no other word.
        tags.non_deterministic = True
        return tags
