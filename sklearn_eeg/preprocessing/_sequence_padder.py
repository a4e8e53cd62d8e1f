"""Sequences of windows, cut or padded to one length."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from array_api_compat import array_namespace

from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import Choice, Number
from sklearn_eeg.preprocessing._sequence_twin import SequenceTwin


def pad_sequences(trials, n_windows, fill, dtype, keep="first"):
    """Stack trials (window, ...) of any number of windows: -> (trial, n_windows, ...)."""
    kept = slice(n_windows) if keep == "first" else slice(-n_windows, None)
    out = np.full((len(trials), n_windows, *trials[0].shape[1:]), fill, dtype=dtype)
    for padded, trial in zip(out, trials, strict=True):
        padded[: len(trial)] = trial[kept]
    return out


def pad_onsets(onsets, n_windows):
    """As many onsets as windows: cut, or with the last step repeated; NaN where there is none."""
    step = onsets[-1] - onsets[-2] if len(onsets) > 1 else np.nan
    added = range(1, 1 + n_windows - len(onsets))
    return (*onsets[:n_windows], *(onsets[-1] + n * step for n in added))


def _pad(x, places, padding):
    x = x[:, places]
    padding = padding.expand(x.shape[0], *padding.shape[1:])
    return array_namespace(x).concat([x, padding], axis=1) if padding.shape[1] else x


class SequencePadder(SignalTransformer):
    """Cut or pad the window axis, so that trials of different length become one array.

    Padding is missing by default: scalers leave NaN out, networks mask it. Zero padding tells a
    network how long a trial was, and where the stimulus sets the length, which stimulus it was:
    length alone predicts 73 % of the labels of SEED-V. ``fill=0.0`` is there to reproduce results.

    Parameters
    ----------
    n_windows : int
        Length of the window axis that comes out. Longer trials lose what is not kept.
    fill : float, default=nan
        What stands in windows that a trial does not have; they come last.
    keep : {"first", "last"}, default="first"
        Which windows of a longer trial stay. ``"last"``: what a system knows that follows a
        recording.

    Raises
    ------
    ValueError
        ``n_windows`` is no positive integer, or there is no window axis.

    Notes
    -----
    Returns of ``transform``:

    An array, or Trials of one: (n_trials, n_windows, ...), whatever the axes after the windows are.

    Examples
    --------
    >>> trials = [np.ones((3, 62, 5)), np.ones((7, 62, 5))]
    >>> X = SequencePadder(5).fit_transform(trials)
    >>> X.shape, np.isnan(X[:, :, 0, 0]).sum(axis=1)
    ((2, 5, 62, 5), array([2, 0]))
    """

    _allow_nan = "any"
    _takes = "window ..."
    _stateless = True
    _arguments: ClassVar = {
        "n_windows": Number(least=1, whole=True),
        "keep": Choice(("first", "last")),
    }
    _instead = "use keep='last', for the last windows at each moment"

    def __init__(self, n_windows: int, fill: float = np.nan, *, keep: str = "first") -> None:
        self.n_windows = n_windows
        self.fill = fill
        self.keep = keep

    def _transform(self, signals):
        dtype = signals.data[0].dtype
        padded = pad_sequences(signals.data, self.n_windows, self.fill, dtype, self.keep)
        return signals.derive(data=padded, window_onsets=self._find_onsets(signals))

    def _find_onsets(self, signals):
        onsets = signals.window_onsets
        if onsets is not None and self.keep == "last" and len(onsets) > self.n_windows:
            # Of trials of different length the last windows begin at different times.
            onsets = None if signals.is_ragged else onsets[-self.n_windows :]
        return onsets and pad_onsets(onsets, self.n_windows)

    def _stream(self, along, calibration):
        if along == "window" and self.keep == "last":
            return SequenceTwin(self, self.n_windows, hop=1, least=1)
        return super()._stream(along, calibration)

    def _to_torch(self, shape):
        places = np.arange(shape[0])[: self.n_windows]
        if self.keep == "last":
            places = np.arange(shape[0])[-self.n_windows :]
        padding = np.full((1, self.n_windows - len(places), *shape[1:]), self.fill, dtype=float)
        return self._arithmetic(_pad, places=places, padding=padding)

    def _names_out(self, names):
        if len(self.layout_) > 1:
            return names
        added = range(len(names), self.n_windows)
        kept = names[: self.n_windows] if self.keep == "first" else names[-self.n_windows :]
        return [*kept, *(f"window{index}" for index in added)]
