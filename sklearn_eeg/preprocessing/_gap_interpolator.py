"""Short gaps of a signal bridged from one edge to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.interpolate import CubicSpline
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg import _validation as v
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import Choice
from sklearn_eeg._rates import to_samples
from sklearn_eeg._typing import Data
from sklearn_eeg.preprocessing._places import place_columns

if TYPE_CHECKING:
    import pandas as pd


def find_gaps(x):
    """Runs of NaN in rows that have other samples: (row, time) -> rows, starts, stops."""
    missing = np.isnan(x)
    missing &= ~missing.all(-1, keepdims=True)
    rows, edges = np.nonzero(np.diff(missing, axis=-1, prepend=False, append=False))
    return rows[::2], edges[::2], edges[1::2]


def spline(at, known, values):
    """Cubic spline through what is known; what lies beyond holds the first or the last."""
    filled = np.interp(at, known, values)
    inside = (known[0] < at) & (at < known[-1])
    if inside.any():
        filled[inside] = CubicSpline(known, values)(at[inside])
    return filled


BRIDGES = {"linear": np.interp, "cubic": spline}


def bridge_gaps(x, longest, bridge):
    """Fill gaps of up to so many samples; rows with a longer one become NaN: (row, time)."""
    rows, starts, stops = find_gaps(x)
    if not rows.size:
        return x
    x = x.copy()
    lost = rows[stops - starts > longest]
    x[lost] = np.nan
    for row in np.setdiff1d(rows, lost):
        missing = np.isnan(x[row])
        known = np.flatnonzero(~missing)
        x[row, missing] = bridge(np.flatnonzero(missing), known, x[row, known])
    return x


class GapInterpolator(SignalTransformer):
    """Bridge short gaps of NaN; a channel with a longer one becomes missing.

    After it NaN is a channel lost for a whole trial, or window, which all steps take.

    Parameters
    ----------
    max_gap : float
        Longest gap that is bridged, in seconds; the nearest whole number of samples is taken.
    kind : {"linear", "cubic"}, default="linear"
        ``"linear"``: the line from the last sample before the gap to the first after it.
        ``"cubic"``: the spline through all samples of the channel, which goes on as steeply as the
        signal was on both sides, and so overshoots where that is noisy.
    sfreq : float, default=None
        Sampling rate in hertz, of data that carry none.

    Attributes
    ----------
    max_gap_samples_ : int
        The same in samples.

    Raises
    ------
    ValueError
        ``max_gap`` is less than a sample.

    See Also
    --------
    ArtifactRejector : Makes channels or windows with a gap missing.
    MissingFiller : Numbers for what is missing.

    Notes
    -----
    Returns of ``transform``:

    Signals of the shape that came in. A gap at the start or at the end holds the sample next to it.
    Channels without a gap stay as they are.

    Takes signals (n_trials, n_channels, n_times), windowed or not. Before they are cut, a gap is
    judged by its whole length.

    Examples
    --------
    >>> X = np.array([[[1.0, 2, np.nan, np.nan, 8, np.nan], [0, np.nan, np.nan, np.nan, 4, 5]]])
    >>> gaps = GapInterpolator(0.02, sfreq=100).fit(X)
    >>> gaps.transform(X)
    array([[[ 1.,  2.,  4.,  6.,  8.,  8.],
            [nan, nan, nan, nan, nan, nan]]])
    >>> gaps.find(X)
       trial  channel  start  duration        became
    0      0        0   0.02      0.02  interpolated
    1      0        0   0.05      0.01          held
    2      0        1   0.01      0.03       missing
    """

    _allow_nan = "any"
    _takes = "window? channel? time"
    _stateless = True
    _pointwise = ("window",)
    _instead = "put a Windower before it, or use a MissingFiller"
    _arguments: ClassVar = {"kind": Choice(tuple(BRIDGES))}

    def __init__(self, max_gap: float, kind: str = "linear", *, sfreq: float | None = None) -> None:
        self.max_gap = max_gap
        self.kind = kind
        self.sfreq = sfreq

    def find(self, X: Data) -> pd.DataFrame:
        """Gaps, and what becomes of them; nothing is changed.

        Parameters
        ----------
        X : array, list of arrays, Trials or mne.BaseEpochs
            Trials of the layout, rate and channels seen in ``fit``.

        Returns
        -------
        DataFrame
            One row a gap: ``trial``, ``window`` and ``channel`` as far as the signals have them,
            numbered or by name; ``start``, from that of the trial or window, and ``duration``, in
            seconds; ``became``: ``"interpolated"``, ``"held"`` at an end, or ``"missing"`` with all
            of its channel.
        """
        import pandas as pd

        check_is_fitted(self)
        signals = self._open(X, reset=False)
        axes = signals.axes[:-1]
        rows = []
        for number, trial in enumerate(signals.data):
            rows += [
                place_columns(axes, self.ch_names_, number, np.unravel_index(row, trial.shape[:-1]))
                | gap
                for row, gap in self._describe(trial.reshape(-1, trial.shape[-1]))
            ]
        return pd.DataFrame(rows, columns=["trial", *axes, "start", "duration", "became"])

    def _describe(self, x):
        rows, starts, stops = find_gaps(x)
        is_long = stops - starts > self.max_gap_samples_
        is_lost = np.isin(rows, rows[is_long])
        at_end = (starts == 0) | (stops == x.shape[-1])
        became = np.where(is_lost, "missing", np.where(at_end, "held", "interpolated"))
        for row, start, stop, fate in zip(rows, starts, stops, became.tolist(), strict=True):
            seconds = {"start": start / self.sfreq_, "duration": (stop - start) / self.sfreq_}
            yield row, seconds | {"became": fate}

    def _fit(self, signals):
        v.require_sfreq(signals.sfreq)
        self.max_gap_samples_ = to_samples("max_gap", self.max_gap, self.sfreq_, 1)

    def _transform(self, signals):
        def over_rows(x):
            rows = x.reshape(-1, x.shape[-1])
            return bridge_gaps(rows, self.max_gap_samples_, BRIDGES[self.kind]).reshape(x.shape)

        return signals.map(over_rows)
