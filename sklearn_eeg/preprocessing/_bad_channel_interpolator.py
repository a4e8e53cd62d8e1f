"""Bad channels found by what they measure, and replaced by what their neighbours say."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg import _validation as v
from sklearn_eeg._constraints import Choice, Number
from sklearn_eeg._subjects import number, rows_of, subjects_of
from sklearn_eeg._typing import Data
from sklearn_eeg.montage import fill_missing, unit_directions
from sklearn_eeg.montage._named import NamedChannels
from sklearn_eeg.preprocessing._channel_faults import (
    CRITERIA,
    best_correlations,
    line_measures,
    robust_sd,
)

# Over which channels are compared.
SECONDS = 1.0


class BadChannelInterpolator(NamedChannels):
    """Find bad channels of each recording and interpolate them by spherical splines.

    Four criteria, each switched off by ``None``, in this order; a channel that one has found no
    longer counts in the next. Distances are in robust standard deviations from the median channel.

    Parameters
    ----------
    flat : float, default=0.1
        Standard deviation, in microvolts, below which a channel is flat.
    deviant : float, default=5.0
        Distance, to either side, of an amplitude that does not belong to the recording: and twice
        or half the median channel's.
    uncorrelated : float, default=0.4
        Correlation that a channel must reach with its best partners over a second, or else half
        the median channel's.
    line_noise : float, default=5.0
        Distance of the share of the power line in the amplitude: and twice the median channel's,
        and a line, of four times the power of its neighbourhood. After a notch there is none.
    line_freq : float, default=50.0
        Frequency of the power line, in hertz.
    per : {"recording", "trial"}, default="recording"
        Whether the trials of one subject and session, as far as Trials tell, are judged together,
        by the median over trials, or each for itself. Flat channels are those of each trial.
    sfreq : float, default=None
        Sampling rate in hertz, of data that carry none.
    ch_names : sequence of str, default=None
        Names of the channels, electrodes of the 10-05 system; for arrays.

    Raises
    ------
    ValueError
        More than half of the channels are bad in every trial, which no neighbours can repair; or a
        channel is no electrode, or the line is not below half the sampling rate.

    Warns
    -----
    UserWarning
        More than half of the channels are bad in some trials, which become missing (NaN).

    Notes
    -----
    Takes signals (n_trials, n_channels, n_times), windowed or not. Trials come out with a column
    ``bad_channels`` in ``metadata``, a tuple of names for each; :meth:`find` gives the reasons.
    Lost channels (NaN for a whole trial) are interpolated too. No labels are used; with
    ``per="recording"`` what becomes of a trial depends on the other trials of its recording.

    References
    ----------
    Bigdely-Shamlo, Mullen, Kothe, Su & Robbins (2015), The PREP pipeline, Frontiers in
    Neuroinformatics 9, whose thresholds these are; Perrin et al. (1989), Spherical splines for
    scalp potential and current density mapping, Electroencephalography and Clinical
    Neurophysiology 72.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_eeg.montage import TEN_TWENTY_19
    >>> rng = np.random.default_rng(0)
    >>> X = 10 * rng.standard_normal((1, 1, 1000)) + rng.standard_normal((1, 19, 1000))
    >>> X[0, 4] *= 20
    >>> repair = BadChannelInterpolator(sfreq=200, ch_names=TEN_TWENTY_19).fit(X)
    >>> repair.find(X)
    [{'F7': 'deviant'}]
    """

    _needs_microvolts = True
    _instead = "mark bad channels as NaN before, and use ChannelAligner(missing='interpolate')"
    _arguments: ClassVar = {
        **dict.fromkeys(CRITERIA, Number(least=0, optional=True)),
        "line_freq": Number(above=0),
        "per": Choice(("recording", "trial")),
    }

    def __init__(
        self,
        *,
        flat: float = 0.1,
        deviant: float = 5.0,
        uncorrelated: float = 0.4,
        line_noise: float = 5.0,
        line_freq: float = 50.0,
        per: str = "recording",
        sfreq: float | None = None,
        ch_names: Sequence[str] | None = None,
    ) -> None:
        self.flat = flat
        self.deviant = deviant
        self.uncorrelated = uncorrelated
        self.line_noise = line_noise
        self.line_freq = line_freq
        self.per = per
        self.sfreq = sfreq
        self.ch_names = ch_names

    def _stream(self, along, calibration):
        # Sequences would be taken for trials of a recording, which are judged together.
        return super()._stream("window" if self.per == "recording" else along, calibration)

    def find(self, X: Data) -> list[dict[str, str]]:
        """Bad channels of each trial, and what is wrong with them; nothing is changed.

        Parameters
        ----------
        X : array, list of arrays, Trials or mne.BaseEpochs
            Trials of the layout, rate and channels seen in ``fit``.

        Returns
        -------
        list of dict of str to str
            For each trial, channel to ``"missing"``, ``"flat"``, ``"deviant"``,
            ``"uncorrelated"`` or ``"line_noise"``.
        """
        check_is_fitted(self)
        return self._find_bad(self._open(X, reset=False))

    def _fit(self, signals):
        super()._fit(signals)
        v.require_sfreq(signals.sfreq)
        if self.line_noise is not None and not 1 < self.line_freq < signals.sfreq / 2 - 1:
            raise ValueError(
                f"expected line_freq between 1 and {signals.sfreq / 2 - 1:g} Hz, got "
                f"{self.line_freq:g} Hz; pass line_noise=None to leave the line out."
            )
        try:
            self._directions = unit_directions(signals.ch_names)
        except ValueError as error:
            raise ValueError(f"to interpolate, {error}") from None

    def _transform(self, signals):
        found = self._find_bad(signals)
        lost = self._lost(found)
        repaired = [
            np.full_like(trial, np.nan) if row in lost else self._repair(trial, bad)
            for row, (trial, bad) in enumerate(zip(signals.data, found, strict=True))
        ]
        earlier = signals.metadata.get("bad_channels", [()] * len(found))
        bad = [(*old, *new) for old, new in zip(earlier, found, strict=True)]
        metadata = signals.metadata.assign(bad_channels=bad)
        return signals.derive(
            data=repaired if signals.is_ragged else np.stack(repaired), metadata=metadata
        )

    def _repair(self, trial, bad):
        trial = trial.copy()
        trial[..., [name in bad for name in self.ch_names_], :] = np.nan
        return fill_missing(trial, self._directions)

    def _find_bad(self, signals):
        """For each trial, its bad channels by name, with the first reason found."""
        measures = [self._measure(trial) for trial in signals.data]
        found = [{}] * len(measures)
        for rows in self._recordings(signals):
            reasons = self._judge(_median([measures[row] for row in rows]))
            for row in rows:
                spread = measures[row]["flat"]
                flat = np.zeros(len(spread), bool) if self.flat is None else spread < self.flat
                here = np.where(np.isnan(spread), "missing", np.where(flat, "flat", reasons))
                found[row] = {
                    name: str(reason)
                    for name, reason in zip(self.ch_names_, here, strict=True)
                    if reason
                }
        return found

    def _recordings(self, signals):
        """Trial numbers of each recording."""
        subjects = subjects_of(signals, required=False)
        if self.per == "trial" or (subjects is None and not signals.has("session")):
            return [[row] for row in range(len(signals))]
        whose = np.zeros(len(signals), dtype=int) if subjects is None else number(subjects)
        when = number(signals.session) if signals.has("session") else whose * 0
        return rows_of(whose * (when.max() + 2) + when)

    def _measure(self, trial):
        """Measure each channel by each criterion, NaN where it is missing."""
        windows = trial.reshape(-1, *trial.shape[-2:])
        return _median([self._measure_window(window) for window in windows])

    def _measure_window(self, x):
        missing = np.isnan(x[:, 0])
        x = np.where(missing[:, None], 0, x) if missing.any() else x
        length = min(round(SECONDS * self.sfreq_), x.shape[-1])
        measures = {"flat": x.std(-1)}
        if self.deviant is not None:
            measures["deviant"] = robust_sd(x)
        if self.uncorrelated is not None:
            measures["uncorrelated"] = best_correlations(x, length)
        if self.line_noise is not None:
            line = line_measures(x, length, self.sfreq_, self.line_freq)
            measures["line_noise"], measures["line_peak"] = line
        return {kind: np.where(missing, np.nan, values) for kind, values in measures.items()}

    def _judge(self, measures):
        """Reason for which each channel is bad, or an empty string."""
        reasons = np.where(np.isnan(measures["flat"]), "missing", "").astype(object)
        for kind, is_bad in CRITERIA.items():
            left = np.flatnonzero(reasons == "")
            if len(left) and getattr(self, kind) is not None:
                those = {name: values[left] for name, values in measures.items()}
                reasons[left[is_bad(those, getattr(self, kind))]] = kind
        return reasons

    def _lost(self, found):
        """Trials that too few good channels are left of, with a warning; not all may be."""
        n_channels = len(self.ch_names_)
        lost = [row for row, bad in enumerate(found) if len(bad) > n_channels / 2]
        if not lost:
            return lost
        bad = found[lost[0]]
        sentence = (
            f"expected at least half of the channels to be good, got "
            f"{len(bad)} of {n_channels} bad in trial {lost[0]} "
            f"({', '.join(sorted(set(bad.values())))})"
        )
        if len(lost) == len(found):
            raise ValueError(
                f"{sentence}, and too many in every trial; check that the unit is microvolts, "
                f"change the criteria or leave the recording out."
            )
        warnings.warn(
            f"{sentence}; {len(lost)} of {len(found)} trials become missing (NaN).", stacklevel=4
        )
        return lost


def _median(measures):
    """Median of the measures of several windows or trials, those where it is missing left out."""
    together = {kind: np.stack([each[kind] for each in measures]) for kind in measures[0]}
    known = ~np.isnan(together["flat"]).all(0)
    out = {kind: np.full(len(known), np.nan) for kind in together}
    for kind, values in together.items():
        out[kind][known] = np.nanmedian(values[:, known], axis=0)
    return out
