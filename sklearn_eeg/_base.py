"""SignalTransformer: what every step does around its own arithmetic."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils._set_output import _wrap_data_with_container
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from sklearn_eeg._axes import read_axes
from sklearn_eeg._door import Door


class SignalTransformer(  # type: ignore[call-arg]
    TransformerMixin, Door, BaseEstimator, auto_wrap_output_keys=None
):
    """Base of every step: checks what comes in, returns the kind it got. Think before adding here.

    A subclass judges its arguments in ``_fit(signals)`` and applies in ``_transform(signals)``,
    both behind the door: finite float arrays of the layout seen in ``fit``, facts resolved.
    """

    def fit(self, X, y=None):
        """Judge the arguments and record what the data are.

        Parameters
        ----------
        X : array, list of arrays, Trials or mne.BaseEpochs
            Trials, in the layout of the class's documentation.
        y : ignored

        Returns
        -------
        self
        """
        self._fit(self._open(X, reset=True))
        return self

    def transform(self, X):
        """Apply the step to each trial.

        Parameters
        ----------
        X : array, list of arrays, Trials or mne.BaseEpochs
            Trials of the layout, rate and channels seen in ``fit``.

        Returns
        -------
        The kind that came in, one entry a trial, in the same order.
        """
        check_is_fitted(self)
        return self._close(self._transform(self._open(X, reset=False)), X)

    def fit_transform(self, X, y=None):
        """Fit, then transform the same trials; see ``fit`` and ``transform``."""
        return self.fit(X, y).transform(X)

    def get_feature_names_out(self, input_features=None):
        """Names of what comes out: channels, features, or both joined (``Fp1_delta``).

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of what went in, if the data carried none.

        Returns
        -------
        ndarray of str
        """
        check_is_fitted(self)
        if input_features is None and self.ch_names_ is not None:
            names = self._names_in()
        else:
            names = list(_check_feature_names_in(self, input_features))
        return np.asarray(self._names_out(names), dtype=object)

    def _fit(self, signals):
        """Judge the arguments; learn, if there is something to learn."""

    def _transform(self, signals):
        """Return the signals with new data and with what else changed."""
        raise NotImplementedError(f"{type(self).__name__} has no _transform.")

    def _names_in(self):
        if not self.bands_in_:
            return list(self.ch_names_)
        return [f"{channel}_{band}" for channel in self.ch_names_ for band in self.bands_in_]

    def _names_out(self, names):
        return names

    def _close(self, signals, X):
        if signals.kind == "array" and signals.ndim == 2 and not signals.is_tensor:
            return _wrap_data_with_container("transform", signals.data, X, self)
        if signals.kind in ("array", "list"):
            return signals.data
        from sklearn_eeg.trials import Trials

        trials = Trials(
            signals.data,
            sfreq=signals.sfreq,
            ch_names=signals.ch_names,
            unit=signals.unit,
            bands=signals.bands,
            axes=signals.axes,
            metadata=signals.metadata,
        )
        stays_signal = signals.axes == ("channel", "time")
        return trials.to_mne() if signals.kind == "epochs" and stays_signal else trials

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = read_axes(self._takes, 1) is not None
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = self._allow_nan == "any"
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
