"""Sequences of windows, cut or padded to one length."""

from typing import ClassVar

import numpy as np

from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import Number


def pad_sequences(trials, n_windows, fill, dtype):
    """Stack trials (window, ...) of any number of windows: -> (trial, n_windows, ...)."""
    out = np.full((len(trials), n_windows, *trials[0].shape[1:]), fill, dtype=dtype)
    for padded, trial in zip(out, trials, strict=True):
        padded[: len(trial)] = trial[:n_windows]
    return out


def pad_onsets(onsets, n_windows):
    """As many onsets as windows: cut, or with the last step repeated; NaN where there is none."""
    step = onsets[-1] - onsets[-2] if len(onsets) > 1 else np.nan
    added = range(1, 1 + n_windows - len(onsets))
    return (*onsets[:n_windows], *(onsets[-1] + n * step for n in added))


class SequencePadder(SignalTransformer):
    """Cut or pad the window axis, so that trials of different length become one array.

    Padding is missing by default: scalers leave NaN out, networks mask it. Zero padding tells a
    network how long a trial was, and where the stimulus sets the length, which stimulus it was:
    length alone predicts 73 % of the labels of SEED-V. ``fill=0.0`` is there to reproduce results.

    Parameters
    ----------
    n_windows : int
        Length of the window axis that comes out. Longer trials lose their last windows.
    fill : float, default=nan
        What stands in windows that a trial does not have.

    Returns of ``transform``
    ------------------------
    An array, or Trials of one: (n_trials, n_windows, ...), whatever the axes after the windows are.

    Raises
    ------
    ValueError
        ``n_windows`` is no positive integer, or there is no window axis.

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
    _arguments: ClassVar = {"n_windows": Number(least=1, whole=True)}

    def __init__(self, n_windows, fill=np.nan):
        self.n_windows = n_windows
        self.fill = fill

    def _transform(self, signals):
        dtype = signals.data[0].dtype
        padded = pad_sequences(signals.data, self.n_windows, self.fill, dtype)
        onsets = signals.window_onsets and pad_onsets(signals.window_onsets, self.n_windows)
        return signals.derive(data=padded, window_onsets=onsets)

    def _names_out(self, names):
        if len(self.layout_) > 1:
            return names
        added = range(len(names), self.n_windows)
        return [*names[: self.n_windows], *(f"window{index}" for index in added)]
