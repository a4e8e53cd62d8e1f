"""Windows cut into short sequences."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from array_api_compat import array_namespace

from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import Number
from sklearn_eeg._spectral_tables import frame_places
from sklearn_eeg.preprocessing._sequence_padder import pad_onsets, pad_sequences
from sklearn_eeg.preprocessing._sequence_twin import SequenceTwin


def cut_sequences(x, n_windows, step):
    """Sequences as a view: (trial, window, ...) -> (trial, segment, n_windows, ...).

    Trials of fewer windows are one sequence each, a copy with NaN at its end.
    """
    if x.shape[1] < n_windows:
        x = pad_sequences(x, n_windows, np.nan, x.dtype)
    sequences = np.lib.stride_tricks.sliding_window_view(x, n_windows, axis=1)[:, ::step]
    return np.moveaxis(sequences, -1, 2)


def _cut(x, places):
    lacking = int(places.shape[1]) - x.shape[1]
    if lacking > 0:
        missing = x.new_full((1, lacking, *x.shape[2:]), float("nan"))
        missing = missing.expand(x.shape[0], *missing.shape[1:])
        x = array_namespace(x).concat([x, missing], axis=1)
    return x[:, places.flatten()].unflatten(1, tuple(places.shape))


class SequenceCutter(SignalTransformer, auto_wrap_output_keys=None):
    """Cut the windows of a trial into sequences of one length, which overlap.

    Networks that read a few windows in a row train on each sequence with its trial's label, and
    average over a trial to predict.

    Parameters
    ----------
    n_windows : int, default=9
        Length of a sequence.
    step : int, default=1
        Windows from one sequence's start to the next; with ``step=n_windows`` they adjoin.

    Raises
    ------
    TypeError, ValueError
        ``n_windows`` or ``step`` is no positive integer, or there is no window axis.

    Notes
    -----
    Returns of ``transform``:

    (n_trials, n_segments, n_windows, ...), a read-only view of the data that came in: all sequences
    that lie inside a trial whole; windows behind the last one are left out. A trial shorter than a
    sequence is one sequence, with NaN for the windows that it lacks. ``window_onsets`` count from
    the start of a sequence, where windows are evenly spaced; else they are not kept.

    Examples
    --------
    >>> X = np.zeros((2, 60, 62, 5))
    >>> SequenceCutter(9, step=3).fit_transform(X).shape
    (2, 18, 9, 62, 5)
    """

    _allow_nan = "any"
    _takes = "window ..."
    _stateless = _only_looks = True
    _arguments: ClassVar = {
        "n_windows": Number(least=1, whole=True),
        "step": Number(least=1, whole=True),
    }

    def __init__(self, n_windows: int = 9, step: int = 1) -> None:
        self.n_windows = n_windows
        self.step = step

    def _transform(self, signals):
        return signals.map(
            lambda x: cut_sequences(x, self.n_windows, self.step),
            axes=("segment", *signals.axes),
            window_onsets=self._find_onsets(signals.window_onsets),
        )

    def _stream(self, along, calibration):
        if along == "window":
            return SequenceTwin(self, self.n_windows, self.step, least=self.n_windows)
        return super()._stream(along, calibration)

    def _to_torch(self, shape):
        # A trial of fewer windows is one sequence, which goes on behind its last window.
        places = frame_places(max(shape[0], self.n_windows), self.n_windows, self.step)
        return self._arithmetic(_cut, places=places)

    def _find_onsets(self, onsets):
        if onsets is None or not np.allclose(np.diff(onsets, 2), 0):
            return None
        return tuple(onset - onsets[0] for onset in pad_onsets(onsets, self.n_windows))

    def _names_out(self, names):
        if len(self.layout_) > 1:
            return names
        n_segments = 1 + max(0, self.n_features_in_ - self.n_windows) // self.step
        return [f"segment{index}" for index in range(n_segments)]
