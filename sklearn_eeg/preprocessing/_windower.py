"""Signals cut into windows."""

from __future__ import annotations

import numpy as np

from sklearn_eeg import _validation as v
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._rates import check_length, to_samples, window_onsets
from sklearn_eeg._spectral_tables import frame_places, gather
from sklearn_eeg._twins import Cutter


def cut_windows(x, length, step):
    """Windows as a view: (trial, ..., time) -> (trial, window, ..., time)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, length, axis=-1)[..., ::step, :]
    return np.moveaxis(windows, -2, 1)


def _cut(x, places):
    return gather(x, places).movedim(-2, 1)


class Windower(SignalTransformer, auto_wrap_output_keys=None):
    """Cut signals into windows, without copying them.

    Parameters
    ----------
    window : float
        Length of a window, in seconds; the nearest whole number of samples is taken.
    step : float, default=None
        From one window's start to the next, in seconds, taken likewise. ``None``: windows adjoin.
    sfreq : float, default=None
        Sampling rate in hertz, if the data do not carry it.

    Attributes
    ----------
    window_samples_, step_samples_ : int
        The same in samples.

    Raises
    ------
    ValueError
        The window or the step is less than a sample, or a trial is shorter than the window.

    Notes
    -----
    Returns of ``transform``:

    (n_trials, n_windows, n_channels, n_window_times), and of signals in bands (n_trials, n_windows,
    n_bands, n_channels, n_window_times), a read-only view of the data that came in: all windows
    that lie inside a trial whole; the rest of its samples are left out. Trials know their
    ``window_onsets``.

    Examples
    --------
    >>> X = np.zeros((2, 19, 1000))
    >>> Windower(2.0, step=1.0, sfreq=100).fit_transform(X).shape
    (2, 9, 19, 200)
    """

    _allow_nan = "any"
    _takes = ("channel? time", "band channel time")
    _stateless = _only_looks = True

    def __init__(
        self, window: float, step: float | None = None, *, sfreq: float | None = None
    ) -> None:
        self.window = window
        self.step = step
        self.sfreq = sfreq

    def _fit(self, signals):
        v.require_sfreq(signals.sfreq)
        step = self.window if self.step is None else self.step
        self.window_samples_ = to_samples("window", self.window, self.sfreq_, 1)
        self.step_samples_ = to_samples("step", step, self.sfreq_, 1)
        check_length(self.window, self.window_samples_, signals)

    def _transform(self, signals):
        check_length(self.window, self.window_samples_, signals)
        length, step = self.window_samples_, self.step_samples_
        return signals.map(
            lambda x: cut_windows(x, length, step),
            axes=("window", *signals.axes),
            window_onsets=window_onsets(signals, length, step),
        )

    def _stream(self, along, calibration):
        if along == "time":
            return Cutter(self, self.window_samples_, self.step_samples_)
        return super()._stream(along, calibration)

    def _to_torch(self, shape):
        places = frame_places(shape[-1], self.window_samples_, self.step_samples_)
        return self._arithmetic(_cut, places=places)

    def _names_out(self, names):
        if len(self.layout_) > 1:
            return names
        n_windows = 1 + (self.n_features_in_ - self.window_samples_) // self.step_samples_
        return [f"window{index}" for index in range(n_windows)]
