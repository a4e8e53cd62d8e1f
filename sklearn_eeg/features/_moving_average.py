"""Moving averages of feature sequences."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from array_api_compat import array_namespace

from sklearn_eeg._constraints import Flag, Number
from sklearn_eeg._twins import Neighbourhood
from sklearn_eeg.features._kalman_scan import leave_lost
from sklearn_eeg.features._smoother import Smoother


def moving_mean(x, observed, before, after):
    """Mean over a neighbourhood along the first axis, of what is observed there, or NaN.

    Parameters
    ----------
    x : ndarray or tensor of shape (n_windows, ...)
        Zero where nothing is observed.
    observed : ndarray or tensor, broadcast to the shape of ``x``
        One where there is an observation, else zero.
    before, after : int
        Windows that take part on each side.
    """
    xp = array_namespace(x)
    total, count, n_windows = xp.zeros_like(x), xp.zeros_like(observed), len(x)
    for shift in range(-min(before, n_windows - 1), min(after, n_windows - 1) + 1):
        here = slice(max(0, -shift), n_windows - max(0, shift))
        there = slice(max(0, shift), n_windows - max(0, -shift))
        total[here] += x[there]
        count[here] += observed[there]
    count[count == 0] = float("nan")
    return total / count


def _mean_of_near(x, near):
    """As ``moving_mean`` along axis 1, by a table of which windows are near which."""
    observed = ~x.isnan()
    series = x.nan_to_num(0).flatten(2) if x.ndim > 2 else x.nan_to_num(0).unsqueeze(-1)
    seen = observed.reshape(series.shape).to(x.dtype)
    mean = (near @ series) / (near @ seen)
    return leave_lost(mean.reshape(x.shape), observed)


class MovingAverageSmoother(Smoother):
    """Moving average of each feature's sequence of windows.

    Parameters
    ----------
    width : int, default=5
        Windows averaged; odd unless ``causal``. Near the ends of a trial, those there are.
    causal : bool, default=False
        Whether a window is averaged with those before it only, as a system must that records;
        else with as many on both sides.

    Notes
    -----
    Windows lie on axis 1: (n_trials, n_windows, ...); 2-D data are one series a row. The shape
    stays. NaN is a missing observation, and the result there is the mean of what surrounds it. A
    window missing in every series of its trial stays NaN, and so does one with nothing around it.

    Examples
    --------
    >>> X = [[0.0, 3, 6, 3, 0]]
    >>> MovingAverageSmoother(3).fit_transform(X)
    array([[1.5, 3. , 4. , 3. , 1.5]])
    >>> MovingAverageSmoother(3, causal=True).fit_transform(X)
    array([[0. , 1.5, 3. , 4. , 3. ]])
    """

    _stateless = True
    _arguments: ClassVar = {"width": Number(least=1, whole=True), "causal": Flag()}

    def __init__(self, width: int = 5, causal: bool = False) -> None:
        self.width = width
        self.causal = causal

    def _fit(self, signals):
        super()._fit(signals)
        if not self.causal and self.width % 2 == 0:
            raise ValueError(f"expected an odd width unless causal, got {self.width}.")

    def _stream(self, along, calibration):
        if along == "window":
            return Neighbourhood(self, self.width - 1 - self._after, self._after)
        return super()._stream(along, calibration)

    def _to_torch(self, shape):
        away = np.subtract.outer(np.arange(shape[0]), np.arange(shape[0]))
        near = (away <= self.width - 1 - self._after) & (-away <= self._after)
        return self._arithmetic(_mean_of_near, near=near.astype(float))

    @property
    def _after(self):
        return 0 if self.causal else self.width // 2

    def _smooth(self, x, observed):
        xp = array_namespace(x)
        windows = xp.moveaxis(x, 1, 0)
        if observed is None:
            seen = xp.ones_like(windows[(slice(None), *(slice(1),) * (x.ndim - 1))])
        else:
            seen = xp.astype(xp.moveaxis(observed, 1, 0), x.dtype)
        before = self.width - 1 - self._after
        return xp.moveaxis(moving_mean(windows, seen, before, self._after), 0, 1)
