"""Descriptive statistics of signals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from sklearn_eeg._spectral_tables import is_flat
from sklearn_eeg.features._kinds import KindFeatures


def standardised_moment(x, order):
    """Mean of the standardised signal to a power: 3 is the skewness, 4 the kurtosis."""
    centred = x - x.mean(-1, keepdims=True)
    return (centred**order).mean(-1) / (centred**2).mean(-1) ** (order / 2)


FUNCTIONS = {
    "mean": lambda x: x.mean(-1),
    "std": lambda x: x.std(-1),
    "skewness": lambda x: standardised_moment(x, 3),
    "kurtosis": lambda x: standardised_moment(x, 4) - 3,
    "peak_to_peak": lambda x: np.ptp(x, axis=-1),
    "rms": lambda x: np.sqrt((x**2).mean(-1)),
    "line_length": lambda x: np.abs(np.diff(x)).mean(-1),
    "zero_crossings": lambda x: _share(np.signbit(x[..., 1:]) != np.signbit(x[..., :-1]), x),
}
# The same of tensors, of windows without NaN.
OF_TENSORS = {
    "mean": lambda x: x.mean(-1),
    "std": lambda x: _centred(x).square().mean(-1).sqrt(),
    "skewness": lambda x: _moment_of_tensor(x, 3),
    "kurtosis": lambda x: _moment_of_tensor(x, 4) - 3,
    "peak_to_peak": lambda x: x.amax(-1) - x.amin(-1),
    "rms": lambda x: x.square().mean(-1).sqrt(),
    "line_length": lambda x: (x[..., 1:] - x[..., :-1]).abs().mean(-1),
    "zero_crossings": lambda x: ((x[..., 1:] < 0) != (x[..., :-1] < 0)).to(x.dtype).mean(-1),
}

KINDS = tuple(FUNCTIONS)
# Those that have no unit.
SHAPES = ("skewness", "kurtosis", "zero_crossings")


def _share(mask, x):
    return np.where(np.isnan(x).any(-1), np.nan, mask.mean(-1)).astype(x.dtype)


def _centred(x):
    # In single precision an offset would drown what rides on it.
    x = x - x[..., :1]
    return x - x.mean(-1, keepdim=True)


def _moment_of_tensor(x, order):
    centred = _centred(x)
    moment = (centred**order).mean(-1) / centred.square().mean(-1) ** (order / 2)
    return moment.masked_fill(is_flat(x), np.nan)


class StatisticsExtractor(KindFeatures):
    """Descriptive statistics per window and channel.

    Parameters
    ----------
    kind : str or sequence of str, default=all
        Of ``"mean"``, ``"std"``, ``"skewness"``, ``"kurtosis"`` (of a Gaussian: 0),
        ``"peak_to_peak"``, ``"rms"``, ``"line_length"`` (mean absolute difference of neighbouring
        samples) and ``"zero_crossings"`` (share of neighbouring samples of different sign).
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
        A kind is unknown, or a trial is shorter than a window.

    Notes
    -----
    Takes signals (n_trials, n_channels, n_times) and gives (n_trials, n_windows, n_channels,
    n_kinds). A constant window has no skewness and no kurtosis (NaN: missing).

    Examples
    --------
    >>> X = np.random.default_rng(0).standard_normal((2, 19, 1000))
    >>> StatisticsExtractor(["std", "line_length"], window=1.0, sfreq=200).fit_transform(X).shape
    (2, 5, 19, 2)
    """

    _UNITS: ClassVar = dict.fromkeys(FUNCTIONS) | dict.fromkeys(SHAPES, "1")

    def __init__(
        self,
        kind: str | Sequence[str] = KINDS,
        window: float | None = None,
        step: float | None = None,
        *,
        sfreq: float | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.kind = kind
        self.window = window
        self.step = step
        self.sfreq = sfreq
        self.n_jobs = n_jobs

    def _function(self, kind):
        return FUNCTIONS[kind]

    def _tensor_function(self, kind, length):
        return OF_TENSORS[kind], {}
