"""Numbers for what is missing."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import numpy as np

from sklearn_eeg._axes import OUTER, show_axes
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import Flag, Number
from sklearn_eeg.preprocessing._moments import each_block, moments

# Along these all values share a mean.
POOLED = (*OUTER, "time", "frame")


def is_left_out(missing, n_outer):
    """Windows of nothing but NaN, in trials that have other windows: (trial, outer..., ...).

    ``n_outer`` axes after that of trials are what a trial is cut into; the result has length one
    along the rest.
    """
    inner = tuple(range(1 + n_outer, missing.ndim))
    lost = missing.all(inner, keepdims=True)
    return lost & ~lost.all(tuple(range(1, missing.ndim)), keepdims=True)


def _fill_tensors(x, value, n_outer):
    missing = x.isnan()
    if n_outer:
        lost = missing.flatten(1 + n_outer).all(-1)
        lost = lost & ~lost.flatten(1).all(-1).reshape(-1, *[1] * n_outer)
        missing = missing & ~lost.reshape(*lost.shape, *[1] * (x.ndim - 1 - n_outer))
    return value.where(missing, x)


class MissingFiller(SignalTransformer):
    """Put numbers for NaN, for what masks none: a channel lost in some window, a flat feature.

    Windows that are missing as a whole, padded or rejected, stay so, since classifiers leave them
    out. A trial that has nothing else is filled all the same, so that no trial stops a data set: a
    classifier learns nothing from it and guesses.

    Parameters
    ----------
    value : float or "mean", default=0.0
        What stands for NaN. ``"mean"``: what that channel and feature is on average over the trials
        of ``fit``, windows and times.
    keep_windows : bool, default=True
        Whether windows of nothing but NaN stay as they are, in trials that have others.

    Attributes
    ----------
    mean_ : ndarray
        With axes of length one for trials, windows and times; with ``value="mean"``.

    Raises
    ------
    ValueError
        ``value`` is neither a finite number nor ``"mean"``; or the mean is asked for and something
        is missing in all trials of ``fit``.

    See Also
    --------
    BadChannelInterpolator : Lost channels from their neighbours.
    GapInterpolator : Short gaps from their edges.

    Notes
    -----
    Returns of ``transform``:

    Data of the shape that came in.

    Examples
    --------
    >>> X = np.array([[[1.0, np.nan], [np.nan, np.nan]], [[3, 4], [5, 6]]])
    >>> from sklearn_eeg.trials import Trials
    >>> trials = Trials(X, axes=("window", "channel"))
    >>> MissingFiller("mean").fit_transform(trials).data[0]
    array([[ 1.,  5.],
           [nan, nan]])
    """

    _allow_nan = "any"
    _takes = "..."
    _free = POOLED
    _instead = "use keep_windows=False"
    _arguments: ClassVar = {"keep_windows": Flag()}

    def __init__(self, value: float | str = 0.0, *, keep_windows: bool = True) -> None:
        self.value = value
        self.keep_windows = keep_windows

    @property
    def _stateless(self):
        return not _is_mean(self.value)

    @property
    def _pointwise(self):
        # Whether a missing window is kept depends on whether the trial has another.
        return ("time",) if self.keep_windows else ("window", "time")

    def _fit(self, trials):
        if not _is_mean(self.value):
            Number().check("value", self.value)
            return
        axes = (0, *(i for i, axis in enumerate(trials.axes, start=1) if axis in POOLED))
        rows = np.arange(len(trials))
        self.mean_, _ = moments(lambda: (x for _, x in each_block(trials.data, rows)), axes)
        if np.isnan(self.mean_).any():
            raise ValueError(
                f"expected some value in fit of each entry of {show_axes(trials.axes)} to take the "
                f"mean of, got NaN alone in {np.isnan(self.mean_).sum()}; give a number as value."
            )

    def _transform(self, trials):
        n_outer = sum(axis in OUTER for axis in trials.axes)
        return trials.map(lambda x: self._fill(x, n_outer))

    def _to_torch(self, shape):
        n_outer = sum(axis in OUTER for axis in self.axes_) if self.keep_windows else 0
        value = self.mean_ if _is_mean(self.value) else float(self.value)
        return self._arithmetic(partial(_fill_tensors, n_outer=n_outer), value=value)

    def _fill(self, x, n_outer):
        missing = np.isnan(x)
        if not missing.any():
            return x
        if self.keep_windows and n_outer:
            missing &= ~is_left_out(missing, n_outer)
        value = self.mean_ if _is_mean(self.value) else self.value
        return np.where(missing, value, x).astype(x.dtype)


def _is_mean(value):
    return isinstance(value, str) and value == "mean"
