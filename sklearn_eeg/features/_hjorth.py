"""Hjorth's parameters of a signal."""

from __future__ import annotations

import numpy as np
from array_api_compat import array_namespace

from sklearn_eeg.features._windowed import WindowedFeatures


def hjorth(x):
    """Activity, mobility and complexity: (..., time) -> (..., 3)."""
    xp = array_namespace(x)
    slopes = xp.diff(x, axis=-1)
    activity, slope = xp.var(x, axis=-1), xp.var(slopes, axis=-1)
    # Two samples have one slope, and no curvature.
    curvature = xp.var(xp.diff(slopes, axis=-1), axis=-1) if x.shape[-1] > 2 else 0 * slope
    with np.errstate(divide="ignore", invalid="ignore"):
        mobility = xp.sqrt(slope / activity)
        complexity = xp.sqrt(curvature / slope) / mobility
    return xp.stack([activity, mobility, complexity], axis=-1)


class HjorthExtractor(WindowedFeatures):
    """Hjorth's activity, mobility and complexity per window and channel.

    Activity is the variance; mobility the standard deviation of the signal's differences over that
    of the signal; complexity the mobility of the differences over that of the signal. Differences
    are between neighbouring samples, so both depend on the sampling rate.

    Parameters
    ----------
    window : float, default=None
        Length of a window, in seconds; ``None``: the whole trial, and no window axis.
    step : float, default=None
        From one window's start to the next, in seconds. ``None``: windows adjoin.
    sfreq : float, default=None
        Sampling rate in hertz, of data that carry none.
    n_jobs : int, default=None
        Threads.

    Raises
    ------
    ValueError
        A trial is shorter than a window.

    Notes
    -----
    Takes signals (n_trials, n_channels, n_times); gives (n_trials, n_windows, n_channels, 3). A
    constant window has activity zero and neither mobility nor complexity (NaN: missing).

    References
    ----------
    Hjorth (1970), EEG analysis based on time domain properties, Electroencephalography and
    Clinical Neurophysiology 29.

    Examples
    --------
    >>> X = np.random.default_rng(0).standard_normal((2, 19, 1000))
    >>> HjorthExtractor(window=1.0, sfreq=200).fit_transform(X).shape
    (2, 5, 19, 3)
    """

    _traceable = True

    def __init__(
        self,
        window: float | None = None,
        step: float | None = None,
        *,
        sfreq: float | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.window = window
        self.step = step
        self.sfreq = sfreq
        self.n_jobs = n_jobs

    def _fit(self, signals):
        super()._fit(signals)
        self.features_ = ("activity", "mobility", "complexity")

    def _unit_of(self, unit):
        return "mixed"

    def _describe(self, length):
        return hjorth
