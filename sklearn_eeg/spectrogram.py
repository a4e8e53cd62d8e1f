"""Spectrograms: the power of short frames, on a linear or a mel scale."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import ClassVar

import array_api_compat
import numpy as np
import scipy.fft

from sklearn_eeg import _validation as v
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import N_JOBS, Flag, Number
from sklearn_eeg._kinds import is_tensor
from sklearn_eeg._mel import hertz_to_mel, mel_filters, mel_to_hertz
from sklearn_eeg._parallel import BLOCK_BYTES, over_rows
from sklearn_eeg._spectral import frame, like, make_taper
from sklearn_eeg._spectral_tables import gather, plan_power, power

__all__ = ["MelSpectrogram", "STFTSpectrogram"]


def frame_power(x, taper, hop, n_fft, bins):
    """Power spectrum of tapered frames, centred at every ``hop``-th sample, ends reflected.

    Parameters
    ----------
    x : array of shape (n_rows, n_samples)
    taper : array of shape (win_length,)
        At most ``n_fft`` long; a frame is padded with zeros to ``n_fft``.
    hop, n_fft : int
    bins : slice
        Of the ``n_fft // 2 + 1`` frequencies, those to keep.

    Returns
    -------
    array of shape (n_rows, 1 + n_samples // hop, n_bins)
    """
    index = _reflected_index(x.shape[-1], n_fft)
    # Zeros around the taper turn phases, not power: only the samples under it are framed.
    start = (n_fft - len(taper)) // 2
    index = index[start : len(index) - (n_fft - len(taper) - start)]
    xp = array_api_compat.array_namespace(x)
    # Not x[:, index], whose result has time in the wrong order for memory.
    padded = xp.take(x, xp.asarray(index, device=array_api_compat.device(x)), axis=1)
    frames = frame(padded, len(taper), hop) * taper
    rfft = xp.fft.rfft if is_tensor(x) else partial(scipy.fft.rfft, overwrite_x=True)
    spectrum = rfft(frames, n=n_fft)[..., bins]
    # What overflows shows as infinite, for the caller to judge.
    with np.errstate(over="ignore", invalid="ignore"):
        power = spectrum.real**2
        power += spectrum.imag**2
    return power


def _weigh(power, weights):
    with np.errstate(over="ignore", invalid="ignore"):
        return power @ weights


def decibels(power, amin, top_db=None):
    """10 log10 of power, at least ``amin``; at most ``top_db`` below the loudest of each row."""
    xp = array_api_compat.array_namespace(power)
    level = xp.log10(xp.clip(power, min=amin))
    level *= 10
    if top_db is None:
        return level
    loudest = xp.max(level, axis=tuple(range(1, level.ndim)), keepdims=True)
    return xp.maximum(level, loudest - top_db)


def _image(x, places, limits, **constants):
    """Spectrogram of tensors, by the constants of ``plan_power``; decibels within limits."""
    image = power(gather(x, places), **constants).mT
    if limits is None:
        return image
    level = 10 * image.clamp(min=limits["amin"]).log10()
    if limits["top_db"] is not None:
        level = level.maximum(level.amax((-2, -1), keepdim=True) - limits["top_db"])
    # A graph's maximum may lose NaN.
    return level.where(~image.isnan(), image)


@lru_cache
def _reflected_index(n_samples, n_fft):
    pad = n_fft // 2
    index = np.arange(-pad, n_samples + pad)
    period = max(1, 2 * (n_samples - 1))
    index = np.abs(index) % period
    return np.minimum(index, period - index) if n_samples > 1 else index * 0


class _Spectrogram(SignalTransformer):
    """What both spectrograms share: frames, decibels, names."""

    _accepts_tensors = True
    _takes = "window? channel? time"
    _stateless = True
    _pointwise = ("window",)
    _instead = "put a Windower before it"
    _arguments: ClassVar[dict] = {
        "n_fft": Number(least=1, whole=True),
        "win_length": Number(least=1, whole=True, optional=True),
        "hop_length": Number(least=1, whole=True),
        "l_freq": Number(least=0),
        "decibels": Flag(),
        "amin": Number(above=0),
        "top_db": Number(least=0, optional=True),
        "n_jobs": N_JOBS,
    }

    def _fit(self, signals):
        v.require_sfreq(signals.sfreq)
        win_length = self._win_length()
        if not 1 <= win_length <= self.n_fft:
            raise ValueError(f"expected 1 <= win_length <= n_fft={self.n_fft}, got {win_length}.")
        self.n_frames_ = 1 + signals.data[0].shape[-1] // self.hop_length
        self._check_scale(signals.sfreq)

    def _transform(self, signals):
        first = signals.data[0]
        taper = like(make_taper("hann", self._win_length()), first)
        weights = self._weights()
        weights = None if weights is None else like(weights, first)

        def images(rows):
            power = frame_power(rows, taper, self.hop_length, self.n_fft, self._bins())
            power = power if weights is None else _weigh(power, weights)
            image = array_api_compat.array_namespace(rows).matrix_transpose(power)
            return decibels(image, self.amin, self.top_db) if self.decibels else image

        # Frames overlap: they are several times as large as the rows, and should stay in cache.
        block_bytes = 3 * BLOCK_BYTES * self.hop_length // self.n_fft
        unit = "dB" if self.decibels else f"{signals.unit}²"
        return signals.map(
            over_rows(images, self.n_jobs, block_bytes),
            features=tuple(self._row_names()),
            unit=unit,
            axes=(*signals.axes[:-1], "frequency", "frame"),
        )

    def _to_torch(self, shape):
        length, weights = self._win_length(), self._weights()
        taper, n_bins = make_taper("hann", length), self.n_fft // 2 + 1
        table = np.zeros((n_bins, 0 if weights is None else weights.shape[1]))
        if weights is None:
            table = np.eye(n_bins)[:, self._bins()]
        else:
            table[self._bins()] = weights
        places = _reflected_index(shape[-1], self.n_fft)[(self.n_fft - length) // 2 :]
        n_frames = 1 + shape[-1] // self.hop_length
        places = places[self.hop_length * np.arange(n_frames)[:, None] + np.arange(length)]
        limits = {"amin": self.amin, "top_db": self.top_db} if self.decibels else None
        constants = plan_power([taper], [table], self.n_fft, centre=False)
        return self._arithmetic(partial(_image, limits=limits), places=places, **constants)

    def _win_length(self):
        return self.n_fft if self.win_length is None else self.win_length

    def _names_out(self, names):
        rows = self._row_names()
        if len(self.layout_) == 1:
            return rows
        return [f"{channel}_{row}" for channel in names for row in rows]


class MelSpectrogram(_Spectrogram):
    """Power of short frames in bands evenly spaced on the mel scale, in decibels.

    The definition is torchaudio's: frames centred with reflected ends, periodic Hann taper, power
    2, triangular HTK-mel filters of unit height. The defaults are those of the third place of the
    harmful-brain-activity challenge, at 200 Hz.

    Parameters
    ----------
    n_fft : int, default=1024
        Length of the transform, in samples.
    win_length : int, default=128
        Length of a frame, in samples, padded with zeros to ``n_fft``; ``None``: ``n_fft``.
    hop_length : int, default=39
        Samples from frame to frame.
    n_mels : int, default=128
        Number of mel bands.
    l_freq, h_freq : float, default=0.53, 40.0
        Edges of the lowest and highest band, in hertz.
    decibels : bool, default=True
        Whether to return 10 log10 of the power.
    amin : float, default=1e-10
        Least power, so that silence has a logarithm.
    top_db : float, default=None
        Largest distance below the loudest value of a channel, in decibels.
    sfreq : float, default=None
        Sampling rate in hertz, if the data do not carry it.
    n_jobs : int, default=None
        Threads.

    Attributes
    ----------
    frequencies_ : ndarray of shape (n_mels,)
        Centre of each mel band, in hertz.

    Raises
    ------
    ValueError
        ``h_freq`` is above half the sampling rate, or a mel filter would cover no frequency.

    Notes
    -----
    Returns of ``transform``:

    (n_trials, n_channels, n_mels, 1 + n_times // hop_length), in dB of squared microvolts.

    References
    ----------
    O'Shaughnessy (1987), Speech Communication: Human and Machine (the HTK mel scale:
    2595 log10(1 + f / 700)).

    Examples
    --------
    >>> X = np.random.default_rng(0).standard_normal((2, 19, 2000))
    >>> MelSpectrogram(n_mels=64, sfreq=200).fit_transform(X).shape
    (2, 19, 64, 52)
    """

    _arguments: ClassVar = _Spectrogram._arguments | {
        "n_mels": Number(least=1, whole=True),
        "h_freq": Number(above=0),
    }

    def __init__(
        self,
        n_fft: int = 1024,
        win_length: int = 128,
        hop_length: int = 39,
        n_mels: int = 128,
        l_freq: float = 0.53,
        h_freq: float = 40.0,
        *,
        decibels: bool = True,
        amin: float = 1e-10,
        top_db: float | None = None,
        sfreq: float | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_fft = n_fft
        self.win_length = win_length
        self.hop_length = hop_length
        self.n_mels = n_mels
        self.l_freq = l_freq
        self.h_freq = h_freq
        self.decibels = decibels
        self.amin = amin
        self.top_db = top_db
        self.sfreq = sfreq
        self.n_jobs = n_jobs

    def _check_scale(self, sfreq):
        if not 0 <= self.l_freq < self.h_freq <= sfreq / 2:
            raise ValueError(
                f"expected 0 <= l_freq < h_freq <= {sfreq / 2:g} Hz, half the sampling "
                f"rate, got ({self.l_freq:g}, {self.h_freq:g})."
            )
        filters = mel_filters(sfreq, self.n_fft, self.n_mels, self.l_freq, self.h_freq)
        empty = np.flatnonzero(filters.sum(axis=1) == 0)
        if empty.size:
            raise ValueError(
                f"expected every mel filter to cover a frequency, got filter {empty[0]} "
                f"of {self.n_mels} empty; raise n_fft={self.n_fft} or lower n_mels."
            )
        self.filters_ = filters
        low, high = hertz_to_mel(self.l_freq), hertz_to_mel(self.h_freq)
        self.frequencies_ = mel_to_hertz(np.linspace(low, high, self.n_mels + 2)[1:-1])

    def _bins(self):
        covered = np.flatnonzero(self.filters_.any(axis=0))
        return slice(int(covered[0]), int(covered[-1]) + 1)

    def _weights(self):
        return self.filters_[:, self._bins()].T.copy()

    def _row_names(self):
        return [f"mel{i}" for i in range(self.n_mels)]


class STFTSpectrogram(_Spectrogram):
    """Power of short frames at evenly spaced frequencies.

    Parameters
    ----------
    n_fft : int, default=256
        Length of the transform, in samples.
    win_length : int, default=None
        Length of a frame, padded with zeros to ``n_fft``; ``None``: ``n_fft``.
    hop_length : int, default=64
        Samples from frame to frame.
    l_freq, h_freq : float, default=0.0, None
        Frequencies to keep, in hertz; ``None``: up to half the sampling rate.
    decibels : bool, default=True
        Whether to return 10 log10 of the power.
    amin : float, default=1e-10
        Least power, so that silence has a logarithm.
    top_db : float, default=None
        Largest distance below the loudest value of a channel, in decibels.
    sfreq : float, default=None
        Sampling rate in hertz, if the data do not carry it.
    n_jobs : int, default=None
        Threads.

    Attributes
    ----------
    frequencies_ : ndarray
        Frequency of each row of the image, in hertz.

    Raises
    ------
    ValueError
        No frequency lies between ``l_freq`` and ``h_freq``.

    Notes
    -----
    Returns of ``transform``:

    (n_trials, n_channels, n_frequencies, 1 + n_times // hop_length).

    Examples
    --------
    >>> X = np.random.default_rng(0).standard_normal((2, 19, 2000))
    >>> STFTSpectrogram(h_freq=40.0, sfreq=200).fit_transform(X).shape
    (2, 19, 52, 32)
    """

    _arguments: ClassVar = _Spectrogram._arguments | {"h_freq": Number(above=0, optional=True)}

    def __init__(
        self,
        n_fft: int = 256,
        win_length: int | None = None,
        hop_length: int = 64,
        l_freq: float = 0.0,
        h_freq: float | None = None,
        *,
        decibels: bool = True,
        amin: float = 1e-10,
        top_db: float | None = None,
        sfreq: float | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_fft = n_fft
        self.win_length = win_length
        self.hop_length = hop_length
        self.l_freq = l_freq
        self.h_freq = h_freq
        self.decibels = decibels
        self.amin = amin
        self.top_db = top_db
        self.sfreq = sfreq
        self.n_jobs = n_jobs

    def _check_scale(self, sfreq):
        frequencies = np.fft.rfftfreq(self.n_fft, 1 / sfreq)
        high = frequencies[-1] if self.h_freq is None else self.h_freq
        kept = np.flatnonzero((frequencies >= self.l_freq) & (frequencies <= high))
        if not kept.size:
            raise ValueError(
                f"expected a frequency between l_freq={self.l_freq:g} and h_freq={high:g} "
                f"Hz, got none of the multiples of {frequencies[1]:g} Hz; raise n_fft={self.n_fft}."
            )
        self._kept = slice(int(kept[0]), int(kept[-1]) + 1)
        self.frequencies_ = frequencies[self._kept]

    def _bins(self):
        return self._kept

    def _weights(self):
        return None

    def _row_names(self):
        return [f"{frequency:g}Hz" for frequency in self.frequencies_]
