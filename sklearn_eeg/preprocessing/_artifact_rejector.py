"""Artifacts found by fixed thresholds, and made missing where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg import _validation as v
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import Number
from sklearn_eeg._typing import Data
from sklearn_eeg.preprocessing import _artifacts
from sklearn_eeg.preprocessing._places import place_columns

if TYPE_CHECKING:
    import pandas as pd


REASONS = ("gap", "flat", "peak_to_peak", "jump", "line_noise", "muscle")
SHARE = Number(above=0, most=1, optional=True)
MICROVOLTS = Number(above=0, optional=True)


def widen(bad, present, axes, max_bad_channels, max_bad_windows):
    """Mark all of a window, or of a trial, where too much of it is bad: (window?, channel?).

    Shares are of what is present.
    """
    bad = bad & present
    if "channel" in axes:
        bad |= (_share(bad, present, -1) > max_bad_channels)[..., None] & present
    if "window" in axes:
        within = tuple(range(1, bad.ndim))
        had, left = present.any(within), (present & ~bad).any(within)
        bad |= (_share(had & ~left, had, 0) > max_bad_windows) & present
    return bad


def _share(some, of, axis):
    return some.sum(axis) / np.maximum(of.sum(axis), 1)


class ArtifactRejector(SignalTransformer):
    """Find artifacts by thresholds, and make the channels, windows or trials missing that have one.

    No trial is dropped: what is rejected becomes NaN, which classifiers leave out and scalers
    ignore. After a ``Windower`` a trial loses only its bad windows. A criterion is off with
    ``None``; nothing is learned, so what becomes of a trial depends on that trial alone.

    Parameters
    ----------
    peak_to_peak : float, default=500.0
        Largest difference between the highest and the lowest sample, in microvolts.
    flat : float, default=0.5
        Peak-to-peak amplitude, in microvolts, that half a second must reach anywhere.
    jump : float, default=200.0
        Largest difference between the means of the 0.1 s before an instant and the 0.1 s after it,
        in microvolts.
    line_noise : float, default=0.5
        Largest share of the power line and its harmonics in the power from 1 Hz up.
    muscle : float, default=0.6
        Largest share of what is above 30 Hz in the power from 1 Hz up, the line left out of both.
    max_bad_channels : float, default=0.0
        Share of a window's channels up to which the bad ones alone become missing; above it the
        whole window is. 0: one bad channel takes the window; 1: channels go one by one, and
        classifiers that mask no NaN need a ``MissingFiller``.
    max_bad_windows : float, default=1.0
        Share of a trial's windows, lost as a whole, above which the whole trial is.
    line_freq : float, default=50.0
        Frequency of the power line, in hertz.
    sfreq : float, default=None
        Sampling rate in hertz, of data that carry none.

    Raises
    ------
    ValueError
        A threshold is out of range; or line or muscles are to be found, and their frequencies are
        not below half the sampling rate.

    See Also
    --------
    BadChannelInterpolator : Finds bad channels of a recording by comparison, and repairs them.
    GapInterpolator : Fills short gaps.
    MissingFiller : Numbers for what is missing.

    Notes
    -----
    Returns of ``transform``:

    Signals of the shape that came in, NaN where rejected. Trials come out with a column
    ``rejected_share`` in ``metadata``: the share of a trial's channels, or of its channels times
    windows, that went, added to that of an earlier step.

    Takes signals (n_trials, n_channels, n_times), windowed or not, in microvolts and free of slow
    drifts: after a high-pass. A channel with some NaN in it has a gap and is always bad; one of
    nothing but NaN is missing already and does not count. An uncut trial is one window.

    The defaults find what is hardly EEG. Most blinks pass them: with 150 µV peak to peak or a jump
    of 50 µV they do not, nor does a good part of recordings that are full of them. The jump is
    ERPLAB's step function.

    References
    ----------
    Lopez-Calderon & Luck (2014), ERPLAB: an open-source toolbox for the analysis of event-related
    potentials, Frontiers in Human Neuroscience 8; Muthukumaraswamy (2013), High-frequency brain
    activity and muscle artifacts in MEG/EEG, Frontiers in Human Neuroscience 7.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = 20 * np.sin(2 * np.pi * 10 * np.arange(256) / 128) + rng.normal(size=(2, 3, 4, 256))
    >>> X[1, 2, 0, 100:] += 300
    >>> rejector = ArtifactRejector(sfreq=128).fit(X)
    >>> rejector.find(X).round()
       trial  window  channel reason  value
    0      1       2        0   jump  300.0
    >>> np.isnan(rejector.transform(X)).all((2, 3))
    array([[False, False, False],
           [False, False,  True]])
    """

    _allow_nan = "any"
    _min_samples = 2
    _takes = "window? channel? time"
    _stateless = True
    _instead = "use an ArtifactClipper"
    _needs_microvolts = True
    _arguments: ClassVar = {
        "peak_to_peak": MICROVOLTS,
        "flat": MICROVOLTS,
        "jump": MICROVOLTS,
        "line_noise": SHARE,
        "muscle": SHARE,
        "max_bad_channels": Number(least=0, most=1),
        "max_bad_windows": Number(least=0, most=1),
        "line_freq": Number(above=0),
    }

    def __init__(
        self,
        peak_to_peak: float = 500.0,
        flat: float = 0.5,
        jump: float = 200.0,
        line_noise: float = 0.5,
        muscle: float = 0.6,
        *,
        max_bad_channels: float = 0.0,
        max_bad_windows: float = 1.0,
        line_freq: float = 50.0,
        sfreq: float | None = None,
    ) -> None:
        self.peak_to_peak = peak_to_peak
        self.flat = flat
        self.jump = jump
        self.line_noise = line_noise
        self.muscle = muscle
        self.max_bad_channels = max_bad_channels
        self.max_bad_windows = max_bad_windows
        self.line_freq = line_freq
        self.sfreq = sfreq

    def find(self, X: Data) -> pd.DataFrame:
        """Artifacts, and what tells them; nothing is changed.

        Parameters
        ----------
        X : array, list of arrays, Trials or mne.BaseEpochs
            Trials of the layout, rate and channels seen in ``fit``.

        Returns
        -------
        DataFrame
            One row for each reason: ``trial``, ``window`` and ``channel`` as far as the signals
            have them, numbered or by name; ``reason``, ``"gap"`` or the name of a threshold;
            ``value``, in the threshold's unit, of a gap the share of samples that is missing.
        """
        import pandas as pd

        check_is_fitted(self)
        signals = self._open(X, reset=False)
        axes = signals.axes[:-1]
        rows = []
        for number, trial in enumerate(signals.data):
            values = self._measure(trial)
            for *index, reason in np.argwhere(self._is_bad(values)):
                place = place_columns(axes, self.ch_names_, number, index)
                value = float(values[(*index, reason)])
                rows.append(place | {"reason": REASONS[reason], "value": value})
        return pd.DataFrame(rows, columns=["trial", *axes, "reason", "value"])

    def _fit(self, signals):
        v.require_sfreq(signals.sfreq)
        nyquist = signals.sfreq / 2
        for criterion, freq in (("line_noise", self.line_freq), ("muscle", _artifacts.MUSCLE)):
            if getattr(self, criterion) is not None and freq >= nyquist:
                raise ValueError(
                    f"expected {freq:g} Hz below half the sampling rate, {nyquist:g} Hz, to find "
                    f"{criterion}; pass {criterion}=None to leave it out."
                )

    def _transform(self, signals):
        lost = [self._find_lost(trial, signals.axes) for trial in signals.data]
        data = [_without(trial, mask) for trial, mask in zip(signals.data, lost, strict=True)]
        share = np.array([mask.mean() for mask in lost])
        share = share + signals.metadata.get("rejected_share", 0.0)
        return signals.derive(
            data=data if signals.is_ragged else np.stack(data),
            metadata=signals.metadata.assign(rejected_share=share),
        )

    def _find_lost(self, trial, axes):
        bad = self._is_bad(self._measure(trial)).any(-1)
        present = ~np.isnan(trial).all(-1)
        return widen(bad, present, axes, self.max_bad_channels, self.max_bad_windows)

    def _measure(self, trial):
        """Values of a trial: (window?, channel?, time) -> (window?, channel?, reason)."""
        rows = trial.reshape(-1, trial.shape[-1])
        values = np.full((len(rows), len(REASONS)), np.nan)
        values[:, 0] = np.isnan(rows).mean(-1)
        whole = values[:, 0] == 0
        if whole.any():
            values[whole, 1:] = self._measure_rows(rows[whole])
        return values.reshape(*trial.shape[:-1], -1)

    def _measure_rows(self, x):
        n_times = x.shape[-1]
        values = np.full((len(x), len(REASONS) - 1), np.nan)
        if self.flat is not None:
            values[:, 0] = _artifacts.least_swing(
                x, min(n_times, max(2, round(_artifacts.STILL * self.sfreq_)))
            )
        values[:, 1] = np.ptp(x, axis=-1)
        if self.jump is not None:
            values[:, 2] = _artifacts.largest_jump(
                x, max(1, min(n_times // 2, round(_artifacts.JUMP * self.sfreq_)))
            )
        # The noise of a dead channel has a spectrum too, which tells of no line and no muscle.
        alive = values[:, 1] >= (self.flat or 0)
        if alive.any() and (self.line_noise is not None or self.muscle is not None):
            values[alive, 3:] = _artifacts.power_shares(x[alive], self.sfreq_, self.line_freq)
        return values

    def _is_bad(self, values):
        gap, swing, others = np.split(values, [1, 2], axis=-1)
        limits = [getattr(self, reason) for reason in REASONS[2:]]
        most = np.array([np.inf if limit is None else limit for limit in limits])
        is_flat = swing < (0 if self.flat is None else self.flat)
        # What is missing as a whole has no gap.
        return np.concatenate([(0 < gap) & (gap < 1), is_flat, others > most], axis=-1)


def _without(trial, lost):
    trial = trial.copy()
    trial[lost] = np.nan
    return trial
