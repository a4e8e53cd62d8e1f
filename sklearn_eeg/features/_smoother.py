"""Smoother: base of the steps that smooth feature sequences along their windows."""

from abc import ABC, abstractmethod

import numpy as np
from array_api_compat import array_namespace

from sklearn_eeg._base import SignalTransformer


class Smoother(SignalTransformer, ABC):
    """Smooths axis 1, the windows, of features of any rank; windows missing altogether stay so.

    A subclass gives ``_smooth(x, observed)``: a new array of the shape of ``x``, whose gaps are
    zeros where ``observed`` (``None`` without gaps) is false.
    """

    _allow_nan = "any"
    _accepts_tensors = True
    _takes = "window ..."

    def _transform(self, signals):
        return signals.map(self._smooth_observed)

    def _smooth_observed(self, x):
        if x.shape[1] == 0:
            return x
        x, observed = split_gaps(x)
        smoothed = self._smooth(x, observed)
        if observed is not None:
            axes = tuple(range(2, x.ndim))
            lost = ~array_namespace(x).any(observed, axis=axes) if axes else ~observed
            smoothed[lost] = float("nan")
        return smoothed

    @abstractmethod
    def _smooth(self, x, observed):
        """Return x smoothed along axis 1."""


def split_gaps(x):
    """The array with zeros for NaN, and where it was observed, or ``None`` for everywhere."""
    xp = array_namespace(x)
    # A gap makes the sum NaN, which costs less to learn than where.
    with np.errstate(over="ignore", invalid="ignore"):
        if not xp.isnan(xp.sum(x)):
            return x, None
    gaps = xp.isnan(x)
    if not gaps.any():
        return x, None
    return xp.where(gaps, xp.zeros_like(x), x), ~gaps
