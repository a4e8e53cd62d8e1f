"""Channels on one scale, learned from the training data."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import Flag
from sklearn_eeg.preprocessing._moments import (
    check_per,
    each_block,
    free_axes,
    moments,
    pooled_axes,
    scale_blocks,
)


def quartiles(data, axes):
    """Quartiles of what is not NaN, over some axes of an array or of each trial of a list.

    Returns an array with the quartiles first, the pooled axes of length one; NaN where nothing is.
    """
    arrays = [trial[None] for trial in data] if isinstance(data, list) else [data]
    pooled = tuple(range(-len(axes), 0))
    kept = [n for axis, n in enumerate(arrays[0].shape) if axis not in axes]
    last = [np.moveaxis(x, axes, pooled).reshape(*kept, -1) for x in arrays]
    out = np.full((3, *kept), np.nan)
    for index in np.ndindex(*kept):
        values = np.concatenate([x[index] for x in last])
        values = values[~np.isnan(values)]
        if len(values):
            out[:, *index] = np.quantile(values, [0.25, 0.5, 0.75])
    return np.expand_dims(out, tuple(axis + 1 for axis in axes))


def _scale(x, center, gain):
    return (x - center) * gain


class ChannelScaler(SignalTransformer):
    """Subtract a centre and divide by a spread, for each channel and band, learned in ``fit``.

    The statistics are those of the training data, of all subjects together, and stay the same for
    whatever is transformed; so differences between subjects stay too.

    Parameters
    ----------
    per : {"feature", "channel"}, default=None
        What has statistics of its own: each channel and band, or each channel. Features need the
        first, signals the second. ``None``: ``"feature"``; for signals a choice is asked for.
    robust : bool, default=False
        Median and interquartile range, which artifacts hardly move, in place of mean and standard
        deviation.

    Attributes
    ----------
    center_, scale_ : ndarray
        In double precision, with axes of length one for trials, windows and whatever else is
        pooled. The scale is infinite where nothing varied in ``fit``.

    Raises
    ------
    ValueError
        Signals while ``per=None``.

    See Also
    --------
    SubjectScaler : Statistics of each subject's own data.

    Notes
    -----
    Returns of ``transform``:

    What came in, shifted and scaled; zero where nothing varied in ``fit``; NaN where it was NaN,
    and where ``fit`` saw nothing but NaN.

    Examples
    --------
    >>> X = np.random.default_rng(0).standard_normal((8, 60, 62, 5)) * 3 + 7
    >>> scaler = ChannelScaler().fit(X)
    >>> scaler.center_.shape
    (1, 1, 62, 5)
    """

    _allow_nan = "any"
    _takes = "..."
    _pointwise = ("window", "time")
    _instead = "scale each channel, by per='channel'"
    _arguments: ClassVar = {"robust": Flag()}

    def __init__(self, per: str | None = None, *, robust: bool = False) -> None:
        self.per = per
        self.robust = robust

    def _fit(self, signals):
        check_per(self.per, signals)
        data, axes = signals.data, pooled_axes(self.per, signals.axes)
        if self.robust:
            low, self.center_, high = quartiles(data, axes)
            self.scale_ = np.where(high > low, high - low, np.where(high == low, np.inf, np.nan))
        else:
            rows = np.arange(len(data))
            self.center_, self.scale_ = moments(
                lambda: (x for _, x in each_block(data, rows)), axes
            )

    @property
    def _free(self):
        return free_axes(self.per)

    def _transform(self, signals):
        check_per(self.per, signals)
        return signals.map(self._scale, unit="1")

    def _to_torch(self, shape):
        return self._arithmetic(_scale, center=self.center_, gain=1 / self.scale_)

    def _scale(self, x):
        out = np.empty_like(x)
        for chosen, trials in scale_blocks(x, np.arange(len(x)), self.center_, self.scale_):
            out[chosen] = trials
        return out
