"""How alike two channels are, band by band."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import combinations
from typing import ClassVar

import numpy as np
import scipy.fft
from array_api_compat import array_namespace

from sklearn_eeg import _validation as v
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import N_JOBS, SECONDS, Choice, Number
from sklearn_eeg._parallel import run_threads
from sklearn_eeg._rates import to_samples, window_onsets
from sklearn_eeg._spectral import frame, make_taper
from sklearn_eeg._spectral_tables import frame_places, gather, wave_table
from sklearn_eeg._twins import Cutter
from sklearn_eeg.bands import get_bands

KINDS = ("coherence", "imaginary_coherence", "plv", "wpli", "correlation")


def band_connectivity(segments, taper, sfreq, bands, kind):
    """Connectivity of all pairs of channels, averaged over a band's frequencies.

    Parameters
    ----------
    segments : ndarray of shape (n_segments, n_channels, n_samples)
        Over which cross-spectra are averaged.
    taper : ndarray of shape (n_samples,)
    sfreq : float
    bands : mapping of str to (float, float)
        Edges in hertz, both included.
    kind : str
        One of ``KINDS``.

    Returns
    -------
    ndarray of shape (n_bands, n_channels, n_channels)
    """
    centred = segments - segments.mean(-1, keepdims=True)
    spectrum = scipy.fft.rfft(centred * taper, axis=-1)
    frequencies = np.fft.rfftfreq(segments.shape[-1], 1 / sfreq)
    return np.stack(
        [
            _of_band(spectrum[..., (low <= frequencies) & (frequencies <= high)], kind)
            for low, high in bands.values()
        ]
    )


def _of_band(spectrum, kind):
    # (frequency, channel, segment), so that cross-spectra are one matrix product a frequency.
    spectrum = np.ascontiguousarray(spectrum.transpose(2, 1, 0))
    if kind == "plv":
        spectrum = spectrum / np.abs(spectrum)
        return np.abs(_cross(spectrum) / spectrum.shape[-1]).mean(0)
    if kind == "wpli":
        return _weighted_phase_lag(spectrum)
    cross = _cross(spectrum)
    if kind == "correlation":
        # What is left of the correlation when only the band's frequencies are kept.
        cross = cross.sum(0, keepdims=True)
    power = np.einsum("fcc->fc", cross).real
    coherency = cross / np.sqrt(power[:, :, None] * power[:, None, :])
    part = {"coherence": np.abs, "imaginary_coherence": np.imag, "correlation": np.real}[kind]
    return part(coherency).mean(0)


def _cross(spectrum):
    return spectrum @ spectrum.conj().transpose(0, 2, 1)


def _weighted_phase_lag(spectrum):
    signed = weight = 0.0
    for segment in range(spectrum.shape[-1]):
        one = spectrum[..., segment]
        imaginary = one.imag[:, :, None] * one.real[:, None, :]
        imaginary -= imaginary.transpose(0, 2, 1)
        signed = signed + imaginary
        weight = weight + np.abs(imaginary)
    lag = np.abs(signed) / np.where(weight > 0, weight, 1)
    # A channel has no lag behind itself; missing stays missing.
    return lag.mean(0)


def connectivity_of_tensor(x, places, tables, counts, kind, pairs, windowed):
    """Connectivity of tensors: (trial, channel, time) -> as the step gives it.

    ``places`` are those of samples, (window, segment, time); ``tables`` of cosines and sines of all
    bands' frequencies, (time, 2 x frequency), of which each band has so many of ``counts``.
    ``pairs`` are the places of pairs in a matrix, or ``None`` for all.
    """
    frames = gather(x, places)
    frames = frames - frames[..., :1]
    real, imaginary = ((frames - frames.mean(-1, keepdim=True)) @ tables).chunk(2, -1)
    if kind == "plv":
        size = (real.square() + imaginary.square()).sqrt()
        real, imaginary = real / size, imaginary / size
    # (trial, channel, window, segment, frequency) -> (trial, window, frequency, channel, segment)
    real, imaginary = (part.permute(0, 2, 4, 1, 3) for part in (real, imaginary))
    in_phase = real @ real.mT + imaginary @ imaginary.mT
    found = []
    for band in _bands_of(counts):
        same = in_phase[:, :, band]
        if kind in ("coherence", "imaginary_coherence", "plv"):
            ahead = imaginary[:, :, band] @ real[:, :, band].mT
            across = ahead.mT - ahead
        if kind == "plv":
            square = (same.square() + across.square()).sqrt() / real.shape[-1]
        else:
            if kind == "correlation":
                same = same.sum(2, keepdim=True)
            power = same.diagonal(dim1=-2, dim2=-1)
            scale = (power.unsqueeze(-1) * power.unsqueeze(-2)).sqrt()
            size = (same.square() + across.square()).sqrt() if kind == "coherence" else same
            square = (across if kind == "imaginary_coherence" else size) / scale
        found.append(square.mean(2))
    matrices = [one.flatten(-2)[..., pairs] if pairs is not None else one for one in found]
    axis = 2 if pairs is None else -1
    together = array_namespace(x).stack(matrices, axis)
    return together if windowed else together[:, 0]


def _bands_of(counts):
    ends = np.cumsum(counts)
    return [slice(int(end) - count, int(end)) for end, count in zip(ends, counts, strict=True)]


class ConnectivityExtractor(SignalTransformer):
    r"""Connectivity of each pair of channels, per window and band.

    ==========================  ==================================================================
    kind                        definition, S the cross-spectrum averaged over segments
    ==========================  ==================================================================
    ``"coherence"``             \|S_xy\| / √(S_xx S_yy), in 0…1
    ``"imaginary_coherence"``   Im S_xy / √(S_xx S_yy): blind to volume conduction; its sign turns
                                with the order of the pair
    ``"plv"``                   \|mean of the unit cross-spectra\|, in 0…1 (phase locking value)
    ``"wpli"``                  \|mean of Im\| / mean of \|Im\|, in 0…1 (weighted phase lag index)
    ``"correlation"``           Re ΣS_xy / √(ΣS_xx ΣS_yy), Σ over the band: Pearson's correlation of
                                the band-limited signals
    ==========================  ==================================================================

    All but the last are averages over the band's frequencies.

    Parameters
    ----------
    kind : str, default="coherence"
    window : float, default=None
        Length of a window, in seconds; ``None``: the whole trial, and no window axis.
    segment : float, default=1.0
        Length of the adjoining segments of a window over which spectra are averaged, in seconds.
        Of a single segment, coherence and phase locking are 1 whatever the signals.
    bands : str or mapping of str to (float, float), default="seed"
        Edges in hertz, both included.
    output : {"upper", "matrix"}, default="upper"
        Pairs of different channels, each once; or square matrices.
    taper : {"hann", "boxcar"}, default="hann"
    sfreq : float, default=None
        Sampling rate in hertz, of data that carry none.
    n_jobs : int, default=None
        Threads, over trials.

    Raises
    ------
    ValueError
        A window holds fewer than two segments, a band holds no frequency of a segment, or there
        are fewer than two channels.

    Notes
    -----
    Takes signals (n_trials, n_channels, n_times). ``"upper"`` gives (n_trials, n_windows, n_pairs,
    n_bands), channels named ``Fp1-F7``; ``"matrix"`` gives (n_trials, n_windows, n_bands,
    n_channels, n_channels). A lost channel is missing (NaN) in its pairs.

    References
    ----------
    Nolte et al. (2004), Identifying true brain interaction from EEG data using the imaginary part
    of coherency, Clinical Neurophysiology 115. Lachaux et al. (1999), Measuring phase synchrony in
    brain signals, Human Brain Mapping 8. Vinck et al. (2011), An improved index of
    phase-synchronization for electrophysiological data, NeuroImage 55.

    Examples
    --------
    >>> X = np.random.default_rng(0).standard_normal((2, 5, 2000))
    >>> ConnectivityExtractor("plv", window=5.0, sfreq=200).fit_transform(X).shape
    (2, 2, 10, 5)
    """

    _takes = "channel time"
    _stateless = True
    _instead = "give window=, a length in seconds"
    _arguments: ClassVar = {
        "kind": Choice(KINDS),
        "window": SECONDS,
        "segment": Number(above=0),
        "output": Choice(("upper", "matrix")),
        "taper": Choice(("hann", "boxcar")),
        "n_jobs": N_JOBS,
    }
    _accepts_tensors = False
    _check_estimator_reason = "Connectivity is between channels, and 2-D data have one."

    def __init__(
        self,
        kind: str = "coherence",
        window: float | None = None,
        *,
        segment: float = 1.0,
        bands: str | Mapping[str, tuple[float, float]] = "seed",
        output: str = "upper",
        taper: str = "hann",
        sfreq: float | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.kind = kind
        self.window = window
        self.segment = segment
        self.bands = bands
        self.output = output
        self.taper = taper
        self.sfreq = sfreq
        self.n_jobs = n_jobs

    def _fit(self, signals):
        v.require_sfreq(signals.sfreq)
        if signals.data[0].shape[0] < 2:
            raise ValueError("expected at least 2 channels, got 1.")
        self.bands_ = get_bands(self.bands)
        v.check_bands(self.bands_, signals.sfreq)
        self.segment_samples_ = to_samples("segment", self.segment, signals.sfreq, 2)
        if self.window is not None:
            to_samples("window", self.window, signals.sfreq, 2)
        self._check_bands_hold_frequencies()
        self._check_lengths(signals)

    def _check_bands_hold_frequencies(self):
        frequencies = np.fft.rfftfreq(self.segment_samples_, 1 / self.sfreq_)
        for band, (low, high) in self.bands_.items():
            if not ((low <= frequencies) & (frequencies <= high)).any():
                raise ValueError(
                    f"expected band {band!r} to hold a multiple of "
                    f"{1 / self.segment:g} Hz, got ({low:g}, {high:g}); "
                    f"lengthen segment={self.segment:g} s."
                )

    def _check_lengths(self, signals):
        for index, trial in enumerate(signals.data):
            length = self._window_samples(trial)
            if length < 2 * self.segment_samples_ or length > trial.shape[-1]:
                raise ValueError(
                    f"expected windows of at least two segments of {self.segment:g} s, and "
                    f"trials of a window, got {min(length, trial.shape[-1])} samples in trial "
                    f"{index}; shorten segment or give longer trials."
                )

    def _window_samples(self, trial):
        return trial.shape[-1] if self.window is None else round(self.window * self.sfreq_)

    def _transform(self, signals):
        self._check_lengths(signals)
        trials = run_threads(self._of_trial, list(signals.data), self.n_jobs)
        axes = () if self.window is None else ("window",)
        facts = {"bands": self.bands_, "unit": "1", "axes": (*axes, "channel", "band")}
        if self.output == "matrix":
            facts["axes"] = (*axes, "band", "channel", "partner")
        elif signals.ch_names is not None:
            facts["ch_names"] = tuple(self._pair_names(signals.ch_names))
        if self.window is not None:
            length = round(self.window * self.sfreq_)
            facts["window_onsets"] = window_onsets(signals, length, length)
        return signals.derive(data=trials if signals.is_ragged else np.stack(trials), **facts)

    def _stream(self, along, calibration):
        if along == "time" and self.window is not None:
            length = round(self.window * self.sfreq_)
            return Cutter(self, length, length)
        return super()._stream(along, calibration)

    def _to_torch(self, shape):
        if self.kind == "wpli":
            return super()._to_torch(shape)
        segment = self.segment_samples_
        length = shape[-1] if self.window is None else round(self.window * self.sfreq_)
        within = frame_places(length, segment, segment)
        places = frame_places(shape[-1], length, length)[:, within]
        frequencies = np.fft.rfftfreq(segment, 1 / self.sfreq_)
        bins = [
            np.flatnonzero((low <= frequencies) & (frequencies <= high))
            for low, high in self.bands_.values()
        ]
        tables = wave_table(make_taper(self.taper, segment), segment, np.concatenate(bins))
        one, other = np.triu_indices(shape[0], 1)
        settings = {
            "counts": [len(own) for own in bins],
            "kind": self.kind,
            "windowed": self.window is not None,
        }
        constants = {"places": places, "tables": tables}
        if self.output == "upper":
            constants["pairs"] = one * shape[0] + other
        else:
            settings["pairs"] = None
        return self._arithmetic(partial(connectivity_of_tensor, **settings), **constants)

    @property
    def _outside(self):
        return f"use kind {', '.join(k for k in KINDS if k != 'wpli')}, or {super()._outside}"

    def _of_trial(self, trial):
        length = self._window_samples(trial)
        taper = make_taper(self.taper, self.segment_samples_).astype(trial.dtype)
        windows = np.moveaxis(frame(trial, length, length), 1, 0)
        found = np.stack([self._of_window(window, taper) for window in windows])
        return found[0] if self.window is None else found

    def _of_window(self, window, taper):
        segments = np.moveaxis(frame(window, len(taper), len(taper)), 1, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            square = band_connectivity(segments, taper, self.sfreq_, self.bands_, self.kind)
        square = square.astype(window.dtype)
        if self.output == "matrix":
            return square
        return square[:, *np.triu_indices(len(window), 1)].T

    def _pair_names(self, names):
        return [f"{one}-{other}" for one, other in combinations(names, 2)]

    def _names_out(self, names):
        if self.output == "upper":
            pairs = self._pair_names(names)
            return [f"{pair}_{band}" for pair in pairs for band in self.bands_]
        return [f"{a}-{b}_{band}" for band in self.bands_ for a in names for b in names]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags._skip_test = True
        return tags
