"""Power spectral density, and the power of frequency bands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import ClassVar

import numpy as np
from array_api_compat import array_namespace

from sklearn_eeg import _validation as v
from sklearn_eeg._constraints import Choice, Number
from sklearn_eeg._rates import to_samples
from sklearn_eeg._spectral import (
    band_shares,
    make_taper,
    mean_power,
    power_scale,
    slepian_tapers,
)
from sklearn_eeg._spectral_tables import frame_places, plan_power
from sklearn_eeg.bands import get_bands
from sklearn_eeg.features._logarithmic import LogarithmicFeatures, describe_power

METHODS = ("welch", "periodogram", "multitaper")
SCALES = ("absolute", "relative", "log")
TAPERS = ("hann", "hamming", "boxcar")


def to_share(power, total):
    """Share of the whole, −inf where there is nothing."""
    xp = array_namespace(power)
    nothing = total == 0
    share = power / xp.where(nothing, xp.ones_like(total), total)
    return xp.where(nothing, xp.full_like(share, -math.inf), share)


def to_decibels(power):
    """Ten times the decimal logarithm."""
    with np.errstate(divide="ignore"):
        return 10 * array_namespace(power).log10(power)


class PSDExtractor(LogarithmicFeatures):
    """Band power, or the whole power spectral density, per window and channel.

    Parameters
    ----------
    window : float, default=None
        Length of a window, in seconds, of which the nearest whole number of samples is taken, as of
        all settings in seconds. ``None``: each trial is one window, and the output has no
        window axis; or the signals are cut into windows already.
    step : float, default=None
        From one window's start to the next, in seconds. ``None``: windows adjoin.
    bands : str, mapping of str to (float, float) or None, default="seed"
        Edges of each band, in hertz; a string names a table in :mod:`sklearn_eeg.bands`. ``None``:
        the density at every frequency, named ``"10Hz"``, …
    method : {"welch", "periodogram", "multitaper"}, default="welch"
        Averages over overlapping segments of a window; the window as one segment; or that under
        several Slepian tapers.
    scale : {"absolute", "relative", "log"}, default="absolute"
        Power, in the signals' unit squared (the density: per hertz); the share of the power at
        all frequencies; or the decibels of ``"absolute"``.
    segment : float, default=2.0
        Length of Welch's segments, in seconds; a shorter window is one segment.
    overlap : float, default=0.5
        Share of a segment that the next one has too.
    taper : {"hann", "hamming", "boxcar"}, default="hann"
        Periodic taper of a segment, of ``"welch"`` and ``"periodogram"``.
    bandwidth : float, default=None
        Width, in hertz, that ``"multitaper"`` smooths over; ``None``: eight bins.
    flat : {"raise", "nan"}, default="raise"
        Whether a channel that is constant in a window, which has neither shares nor decibels, is
        refused or missing there (NaN). Its absolute power is zero.
    sfreq : float, default=None
        Sampling rate in hertz, of data that carry none.
    n_jobs : int, default=None
        Threads, in joblib's sense.

    Attributes
    ----------
    bands_ : dict or None
        Name and edges of each feature; ``None`` with ``bands=None``.
    freqs_ : ndarray of shape (n_freqs,)
        Frequencies of the density; with ``bands=None`` only.
    window_samples_, step_samples_ : int or None
        Length of a window and from one to the next.

    Raises
    ------
    ValueError
        A band reaches half the sampling rate, a trial is shorter than a window, or a flat channel
        has no such scale.

    Notes
    -----
    Takes signals (n_trials, n_channels, n_times), and gives (n_trials, n_windows, n_channels,
    n_bands), or without ``window`` (n_trials, n_channels, n_bands). Windowed signals keep their
    windows, and 2-D data their lack of a channel axis. A window with NaN gives NaN.

    Each segment's mean is subtracted. A band's power is the integral of the density between its
    edges, a bin standing for the frequencies nearest to it: bands that tile the axis add up to the
    variance. Multitaper spectra weigh each taper by its concentration, and leave out those below
    0.9, as MNE does.

    References
    ----------
    Welch (1967), The use of fast Fourier transform for the estimation of power spectra, IEEE
    Transactions on Audio and Electroacoustics 15.

    Thomson (1982), Spectrum estimation and harmonic analysis, Proceedings of the IEEE 70.

    Examples
    --------
    >>> X = np.random.default_rng(0).standard_normal((3, 62, 2400))
    >>> PSDExtractor(window=4.0, sfreq=200).fit_transform(X).shape
    (3, 3, 62, 5)
    >>> density = PSDExtractor(bands=None, segment=1.0, sfreq=200).fit(X)
    >>> density.transform(X).shape, float(density.freqs_[-1])
    ((3, 62, 101), 100.0)
    """

    _word = "frequency"
    _arguments: ClassVar = LogarithmicFeatures._arguments | {
        "method": Choice(METHODS),
        "scale": Choice(SCALES),
        "segment": Number(above=0),
        "overlap": Number(least=0, below=1),
        "taper": Choice(TAPERS),
        "bandwidth": Number(above=0, optional=True),
    }

    def __init__(
        self,
        window: float | None = None,
        step: float | None = None,
        *,
        bands: str | Mapping[str, tuple[float, float]] | None = "seed",
        method: str = "welch",
        scale: str = "absolute",
        segment: float = 2.0,
        overlap: float = 0.5,
        taper: str = "hann",
        bandwidth: float | None = None,
        flat: str = "raise",
        sfreq: float | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.window = window
        self.step = step
        self.bands = bands
        self.method = method
        self.scale = scale
        self.segment = segment
        self.overlap = overlap
        self.taper = taper
        self.bandwidth = bandwidth
        self.flat = flat
        self.sfreq = sfreq
        self.n_jobs = n_jobs

    def _fit(self, signals):
        super()._fit(signals)
        self._segment_samples_at_most = to_samples("segment", self.segment, self.sfreq_, 2)
        if self.bands is None:
            self._name_frequencies(signals.data[0].shape[-1])
        else:
            self.bands_ = get_bands(self.bands)
            v.check_bands(self.bands_, self.sfreq_)

    def _name_frequencies(self, n_times):
        length = self._segment_samples(self.window_samples_ or n_times)
        self.freqs_ = np.arange(length // 2 + 1) * (self.sfreq_ / length)
        self.bands_, self.features_ = None, tuple(f"{freq:g}Hz" for freq in self.freqs_.tolist())

    def _segment_samples(self, length):
        if self.method != "welch":
            return length
        return min(self._segment_samples_at_most, length)

    def _plan(self, length):
        """Length of a segment, the hop to the next, tapers and the weights of each."""
        segment = self._segment_samples(length)
        hop = max(1, segment - round(self.overlap * segment))
        tapers, shares = self._tapers(segment)
        weights = [
            share * self._weights(taper) for taper, share in zip(tapers, shares, strict=True)
        ]
        return segment, hop, tapers, weights

    def _plan_module(self, length):
        segment, hop, tapers, weights = self._plan(length)
        places = {"segments": frame_places(length, segment, hop)}
        return partial(describe_power, rescale=self._rescale), places | plan_power(tapers, weights)

    def _describe(self, length):
        segment, hop, tapers, weights = self._plan(length)
        return lambda windows: self._rescale(mean_power(windows, tapers, weights, segment, hop))

    def _tapers(self, length):
        if self.method != "multitaper":
            return [make_taper(self.taper, length)], [1.0]
        bandwidth = 8 * self.sfreq_ / length if self.bandwidth is None else self.bandwidth
        half_bandwidth = bandwidth * length / self.sfreq_ / 2
        if half_bandwidth >= length / 2:
            raise ValueError(
                f"expected a bandwidth narrower than {self.sfreq_:g} Hz, "
                f"got {bandwidth:g} Hz (eight bins unless given) for windows of {length} samples; "
                f"give longer windows or a bandwidth."
            )
        return slepian_tapers(length, half_bandwidth)

    def _weights(self, taper):
        """From |X|² to bands and, for shares, to the power at all frequencies."""
        scale, length = power_scale(taper), len(taper)
        if self.bands is None:
            self._check_length(length)
            return scale if self.scale == "relative" else scale * length / self.sfreq_
        weights = band_shares(length, self.sfreq_, self.bands_) * scale[:, None]
        return np.column_stack([weights, scale]) if self.scale == "relative" else weights

    def _check_length(self, length):
        if length // 2 + 1 != len(self.freqs_) or self.sfreq_ / length != self.freqs_[1]:
            raise ValueError(
                f"expected spectra of {len(self.freqs_)} frequencies as in "
                f"fit, got windows of {length} samples, which have others; give a window, a "
                f"shorter segment, or trials of one length."
            )

    def _rescale(self, power):
        if self.scale == "log":
            return to_decibels(power)
        if self.scale == "absolute":
            return power
        if self.bands is None:
            return to_share(power, array_namespace(power).sum(power, axis=-1, keepdims=True))
        return to_share(power[..., :-1], power[..., -1:])

    def _unit_of(self, unit):
        per_hertz = "/Hz" if self.bands is None else ""
        return {"absolute": f"{unit}²{per_hertz}", "relative": "1", "log": "dB"}[self.scale]
