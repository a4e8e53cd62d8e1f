"""Differential entropy of frequency bands."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from sklearn_eeg import _filters
from sklearn_eeg import _validation as v
from sklearn_eeg._constraints import SECONDS, Choice, Number
from sklearn_eeg._parallel import BLOCK_BYTES, map_rows
from sklearn_eeg._spectral import band_power, make_taper
from sklearn_eeg._spectral_tables import frame_places, plan_power
from sklearn_eeg.bands import get_bands
from sklearn_eeg.features._band_entropy import (
    TAPERS,
    band_variances,
    gaussian_entropy,
    plan_gaussian,
    seed_bins,
    seed_entropy,
    weigh_tapers,
)
from sklearn_eeg.features._logarithmic import LogarithmicFeatures, describe_power

KINDS = ("gaussian", "filterbank", "seed")


class DEExtractor(LogarithmicFeatures):
    r"""Differential entropy per window, channel and frequency band.

    Five quantities go by this name; so say which in a report.

    ================  ==========================================================  ================
    kind              definition                                                  unit
    ================  ==========================================================  ================
    ``"gaussian"``    ½ ln(2πe σ²), σ² the band's variance in the window's        nats
                      spectrum (Parseval, the taper corrected)
    ``"filterbank"``  ½ ln(2πe σ²), σ² the variance of the band-passed signal     nats
                      in the window
    ``"seed"``        log2(100 · mean \|X\|²) over the band's bins, unscaled        bits, shifted
                      transform: the scripts around the SEED data sets
    (elsewhere)       ½ log2(2πe σ²): "filterbank" divided by ln 2                bits
    (elsewhere)       log2(100 · mean (Re X)²) of a short-time transform          not an entropy of
                                                                                  the signal
    ================  ==========================================================  ================

    Parameters
    ----------
    window : float, default=None
        Length of a window, in seconds, of which the nearest whole number of samples is taken, as of
        all settings in seconds. ``None``: each trial is one window, and the output has no
        window axis; or the signals are cut into windows already.
    step : float, default=None
        From one window's start to the next, in seconds. ``None``: windows adjoin.
    bands : str or mapping of str to (float, float), default="seed"
        Edges of each band, in hertz; a string names a table in :mod:`sklearn_eeg.bands`.
    kind : {"gaussian", "filterbank", "seed"}, default="gaussian"
        See above.
    taper : {"tukey", "hann", "boxcar", "multitaper"}, default="tukey"
        Taper of ``"gaussian"``, see the notes: flat but for a twentieth of cosine at each end,
        a cosine throughout, none, or the mean power under the three Slepian tapers of ± 2 bins,
        weighed by their concentration. A window's mean is subtracted first. ``"seed"`` always uses
        a symmetric Hann and keeps the mean.
    segment : float, default=None
        With ``"gaussian"``, length in seconds of the segments of a window whose power is averaged,
        each tapered by itself, as Welch did; ``None``, or a shorter window: one segment.
    overlap : float, default=0.5
        Share of a segment that the next one has too.
    n_fft : int, default=None
        With ``"seed"``, the length of the transform: it cuts each tapered window to its first
        samples, as the published SEED-VII script does with 256 of 800. ``None``: the whole window.
    flat : {"raise", "nan"}, default="raise"
        Whether a channel that is constant in a window, where the entropy is −inf, is refused or
        missing there (NaN).
    sfreq : float, default=None
        Sampling rate in hertz, of data that carry none.
    n_jobs : int, default=None
        Threads, in joblib's sense.

    Attributes
    ----------
    bands_ : dict
        Name and edges of each feature.
    window_samples_, step_samples_ : int or None
        Length of a window and from one to the next.

    Raises
    ------
    ValueError
        A band reaches half the sampling rate, a trial is shorter than a window, or a channel is
        flat in one.

    Notes
    -----
    Takes signals (n_trials, n_channels, n_times), and gives (n_trials, n_windows, n_channels,
    n_bands), or without ``window`` (n_trials, n_channels, n_bands). Windowed signals keep their
    windows, and 2-D data their lack of a channel axis.

    A window with NaN gives NaN. ``"filterbank"`` refuses NaN but of a channel lost for its whole
    trial, for a gap would reach as far as the filter does; it filters by the zero-phase FIR of
    :class:`~sklearn_eeg.preprocessing.BandpassNotch`, and takes no tensors.

    A bin of the spectrum stands for the frequencies nearest to it, and a band takes the share of it
    between its edges: bands that tile the axis add up to the variance, whatever the window.

    A taper trades scatter for leakage. A band of B hertz in T seconds has ν = 2BT / c degrees of
    freedom, and its entropy the variance ψ'(ν/2) / 4, with ψ' the trigamma function; c is the mean
    of a² for a taper's (mean) square a, of mean one. In nats, for windows of 4 s:

    ================  ====  ==================  ====================  ======================
    ``taper``         c     standard deviation  bias in a 1/f²        bias of gamma by a
                            (alpha)             spectrum (delta;      line 1 Hz above it, a
                                                others at most)       hundred times as strong
    ================  ====  ==================  ====================  ======================
    ``"boxcar"``      1     0.10                0.28; 0.31            0.57
    ``"tukey"``       1.06  0.11                0.16; 0.04            0.35
    ``"multitaper"``  1.11  0.11                0.10; 0.05            0.12
    ``"hann"``        1.94  0.14                0.02; 0.00            0.00
    ================  ====  ==================  ====================  ======================

    A boxcar leaks as steeply as a 1/f² spectrum falls, and so doubles it. The Tukey taper has
    nearly its scatter without that; the Slepian tapers weigh the same otherwise, at three
    transforms. A Hann taper gives away half the data, and is for strong lines beside a band.
    Segments have half the resolution: of 2 s under Hann, half overlapping, 0.12; 0.12, 0.01; 0.01.

    References
    ----------
    Harris (1978), On the use of windows for harmonic analysis with the discrete Fourier transform,
    Proceedings of the IEEE 66 (the Tukey taper).

    Thomson (1982), Spectrum estimation and harmonic analysis, Proceedings of the IEEE 70.

    Duan, Zhu & Lu (2013), Differential entropy feature for EEG-based emotion classification, IEEE
    NER, eq. 2.

    Jiang, Liu, Zheng & Lu (2025), SEED-VII: a multimodal dataset of six basic emotions with
    continuous labels for emotion recognition, IEEE Transactions on Affective Computing 16.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).standard_normal((3, 62, 2400))
    >>> DEExtractor(window=4.0, sfreq=200).fit_transform(X).shape
    (3, 3, 62, 5)

    As in the published SEED-VII features:

    >>> script = DEExtractor(4.0, bands="seed-49", kind="seed", n_fft=256, sfreq=200)
    >>> script.fit_transform(X).shape
    (3, 3, 62, 5)
    """

    _arguments: ClassVar = LogarithmicFeatures._arguments | {
        "kind": Choice(KINDS),
        "taper": Choice(tuple(TAPERS)),
        "segment": SECONDS,
        "overlap": Number(least=0, below=1),
        "n_fft": Number(least=2, whole=True, optional=True),
    }

    def __init__(
        self,
        window: float | None = None,
        step: float | None = None,
        *,
        bands: str | Mapping[str, tuple[float, float]] = "seed",
        kind: str = "gaussian",
        taper: str = "tukey",
        segment: float | None = None,
        overlap: float = 0.5,
        n_fft: int | None = None,
        flat: str = "raise",
        sfreq: float | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.window = window
        self.step = step
        self.bands = bands
        self.kind = kind
        self.taper = taper
        self.segment = segment
        self.overlap = overlap
        self.n_fft = n_fft
        self.flat = flat
        self.sfreq = sfreq
        self.n_jobs = n_jobs

    def _fit(self, signals):
        super()._fit(signals)
        self.bands_ = get_bands(self.bands)
        v.check_bands(self.bands_, self.sfreq_)
        if self.kind != "gaussian" and (self.taper, self.segment) != ("tukey", None):
            raise ValueError(
                f"expected taper='tukey' and segment=None, the defaults, with "
                f"kind={self.kind!r}, got {self.taper!r} and {self.segment}; only 'gaussian' "
                f"offers a choice."
            )
        self._segment_samples = self._to_samples("segment", self.segment, 2)
        if self.kind != "seed" and self.n_fft is not None:
            raise ValueError(
                f"expected n_fft=None with kind={self.kind!r}, "
                f"got {self.n_fft}; only 'seed' cuts its windows."
            )

    def _check_signals(self, signals):
        super()._check_signals(signals)
        if self.kind != "filterbank":
            return
        if signals.is_tensor:
            raise TypeError(
                "expected arrays with kind='filterbank', got a torch tensor; "
                "pass tensor.cpu().numpy(), or choose another kind."
            )
        v.check_finite(signals.data, "channel", signals.ch_names)

    def _features(self, x):
        if self.kind != "filterbank":
            return super()._features(x)
        return self._arrange(gaussian_entropy(self._filtered_variances(x)))

    def _filtered_variances(self, x):
        n_times = x.shape[-1]
        length = self.window_samples_ or n_times
        firs = [
            _filters.design_fir(_filters.band_transitions(*edges, self.sfreq_), self.sfreq_)
            for edges in self.bands_.values()
        ]
        longest = max(len(fir) for fir in firs)
        if longest > n_times:
            warnings.warn(
                f"{type(self).__name__}: expected trials longer than the filter of the lowest "
                f"band, {longest} samples, got {n_times}; its ends distort the whole trial.",
                stacklevel=6,
            )
        filters = [_filters.plan_fir_resampler(fir, n_times, x.dtype) for fir in firs]
        return map_rows(
            lambda rows: band_variances(rows, filters, length, self.step_samples_ or length),
            x,
            self.n_jobs,
            max(BLOCK_BYTES, _filters.ROWS * n_times * x.itemsize),
        )

    @property
    def _instead(self):
        if self.kind == "filterbank":
            return "use kind='gaussian', whose windows do not see each other"
        return LogarithmicFeatures._instead

    @property
    def _apart(self):
        return self.kind != "filterbank"

    def _describe(self, length):
        if self.kind == "gaussian":
            segment = min(self._segment_samples or length, length)
            return plan_gaussian(segment, self.overlap, self.taper, self.sfreq_, self.bands_)
        n_fft = self.n_fft or length
        taper = make_taper("hann", length, periodic=False)
        weights = seed_bins(n_fft, self.sfreq_, self.bands_)
        return lambda windows: seed_entropy(
            band_power(windows, taper, weights, centre=False, n_fft=n_fft)
        )

    def _plan_module(self, length):
        if self.kind == "filterbank":
            return super()._plan_module(length)
        segment, hop = length, length
        if self.kind == "gaussian":
            segment = min(self._segment_samples or length, length)
            hop = max(1, segment - round(self.overlap * segment))
            rescale = gaussian_entropy
            plan = weigh_tapers(segment, self.taper, self.sfreq_, self.bands_)
            constants = plan_power(*plan)
        else:
            n_fft, rescale = self.n_fft or length, seed_entropy
            taper = make_taper("hann", length, periodic=False)
            weights = seed_bins(n_fft, self.sfreq_, self.bands_)
            constants = plan_power([taper], [weights], n_fft, centre=False)
        segments = frame_places(length, segment, hop)
        return partial(describe_power, rescale=rescale), {"segments": segments, **constants}

    @property
    def _outside(self):
        if self.kind == "filterbank":
            return "use kind='gaussian'"
        return LogarithmicFeatures._outside

    def _unit_of(self, unit):
        return "bit" if self.kind == "seed" else "nat"
