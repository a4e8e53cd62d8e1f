"""Fractal dimensions of signals, and the exponent of their fluctuations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

import numpy as np

from sklearn_eeg._constraints import Number
from sklearn_eeg.features._kinds import KindFeatures

KINDS = ("higuchi", "katz", "petrosian", "dfa")


def petrosian_dimension(x):
    """From the number of turning points: (..., time) -> (...)."""
    n = x.shape[-1]
    slope = np.signbit(np.diff(x))
    turns = (slope[..., 1:] != slope[..., :-1]).sum(-1)
    dimension = np.log10(n) / (np.log10(n) + np.log10(n / (n + 0.4 * turns)))
    return np.where(np.isnan(x).any(-1), np.nan, dimension).astype(x.dtype)


def katz_dimension(x):
    """From the curve's length and largest distance from its start: (..., time) -> (...)."""
    steps = np.abs(np.diff(x))
    n_steps = np.log10(steps.sum(-1) / steps.mean(-1))
    reach = np.abs(x - x[..., :1]).max(-1)
    return n_steps / (n_steps + np.log10(reach / steps.sum(-1)))


def higuchi_dimension(x, k_max):
    """From how the curve's length shrinks with coarser steps: (..., time) -> (...).

    The length at step k is the mean over its k starting points.
    """
    signal = _time_first(x)
    jumps = np.empty_like(signal)
    lengths = np.empty((k_max, signal.shape[1]), dtype=x.dtype)
    for k, weights in enumerate(_jump_weights(len(signal), k_max, x.dtype), start=1):
        jump = np.subtract(signal[k:], signal[:-k], out=jumps[:-k])
        np.matmul(weights, np.abs(jump, out=jump), out=lengths[k - 1])
    scale = -np.log(np.arange(1, k_max + 1))
    return slope_of(scale, np.log(lengths.T)).astype(x.dtype).reshape(x.shape[:-1])


@lru_cache(maxsize=8)
def _jump_weights(length, k_max, dtype):
    """What each jump adds to the length at each step: k_max arrays of shape (length - k,)."""
    return [_weights_of_step(length, k).astype(dtype) for k in range(1, k_max + 1)]


def _weights_of_step(length, k):
    # Jump i belongs to starting point i mod k; each start is scaled by how many it has.
    n_jumps = (length - 1 - np.arange(k)) // k
    return np.resize((length - 1) / (k * n_jumps) / k**2, length - k)


def dfa_exponent(x, sizes):
    """Growth of the profile's fluctuation around straight lines with their length.

    About 0.5 for white noise, 1 for 1/f noise, 1.5 for Brownian motion. (..., time) -> (...)
    """
    profile = np.cumsum(x - x.mean(-1, keepdims=True), axis=-1, dtype=np.float64)
    profile = _time_first(profile)
    n_fitted = [len(profile) // size * size for size in sizes]
    squares = _sums_up_to(profile**2, n_fitted)
    fluctuations = [
        np.sqrt((total - _energy_of_lines(profile, size)).clip(min=0) / n)
        for total, size, n in zip(squares, sizes, n_fitted, strict=True)
    ]
    slope = slope_of(np.log(sizes), np.log(np.stack(fluctuations, -1)))
    return slope.astype(x.dtype).reshape(x.shape[:-1])


def _sums_up_to(values, ends):
    """Sums of the first ``ends`` values: (time, row) -> (end, row)."""
    edges = np.unique([0, *ends])
    parts = np.add.reduceat(values[: edges[-1]], edges[:-1], axis=0)
    return np.cumsum(parts, axis=0)[np.searchsorted(edges[1:], ends)]


def _energy_of_lines(profile, size):
    """Sum of squares of the best line of each stretch of ``size`` samples: (time, row) -> (row,).

    The line is a projection on the constant and the centred time, so what it leaves is a
    difference of two sums of squares.
    """
    n_lines = len(profile) // size
    time = np.arange(size) - (size - 1) / 2
    basis = np.stack([np.full(size, size**-0.5), time / np.sqrt(time @ time)])
    lines = basis @ profile[: n_lines * size].reshape(n_lines, size, -1)
    return np.einsum("lbr,lbr->r", lines, lines)


def _time_first(x):
    """Return rows side by side, so that a pass over time serves all: (..., time) -> (time, row)."""
    return np.ascontiguousarray(x.reshape(-1, x.shape[-1]).T)


def dfa_sizes(length):
    """Lengths of the lines: from 4 samples up to a tenth of the window, by a fifth each."""
    most = int(np.log(length / 40) / np.log(1.2))
    return np.unique((4 * 1.2 ** np.arange(most + 1)).astype(int))


def slope_of(x, y):
    """Slope of the least-squares line through each row of y: (point,), (..., point) -> (...)."""
    centred = x - x.mean()
    return y @ (centred / (centred @ centred))


def _petrosian_of_tensor(x):
    n = x.shape[-1]
    falls = x[..., 1:] < x[..., :-1]
    turns = (falls[..., 1:] != falls[..., :-1]).to(x.dtype).sum(-1)
    return np.log10(n) / (np.log10(n) + (n / (n + 0.4 * turns)).log10())


def _katz_of_tensor(x):
    steps = (x[..., 1:] - x[..., :-1]).abs()
    n_steps = (steps.sum(-1) / steps.mean(-1)).log10()
    reach = (x - x[..., :1]).abs().amax(-1)
    return n_steps / (n_steps + (reach / steps.sum(-1)).log10())


def _higuchi_of_tensor(x, jumps, slope):
    n = x.shape[-1]
    lengths = [
        (x[..., k:] - x[..., :-k]).abs() @ jumps[k - 1, : n - k] for k in range(1, len(jumps) + 1)
    ]
    return sum(length.log() * part for length, part in zip(lengths, slope, strict=True))


class FractalExtractor(KindFeatures):
    """Fractal dimensions per window and channel.

    Parameters
    ----------
    kind : str or sequence of str, default=all
        Of ``"higuchi"``, ``"katz"``, ``"petrosian"`` (dimensions, between 1 and 2 for a curve) and
        ``"dfa"`` (exponent of the detrended fluctuations).
    window : float, default=None
        Length of a window, in seconds; ``None``: the whole trial, and no window axis.
    step : float, default=None
        From one window's start to the next, in seconds. ``None``: windows adjoin.
    k_max : int, default=10
        Coarsest step of Higuchi's method, in samples.
    sfreq : float, default=None
        Sampling rate in hertz, of data that carry none.
    n_jobs : int, default=None
        Threads.

    Raises
    ------
    ValueError
        A kind is unknown, or a window is too short: for ``"higuchi"`` twice ``k_max`` samples, for
        ``"dfa"`` 58, for two lengths of line.

    Notes
    -----
    Takes signals (n_trials, n_channels, n_times) and gives (n_trials, n_windows, n_channels,
    n_kinds). Katz's dimension depends on the unit of time, and all but Petrosian's are undefined
    (NaN) for a constant window.

    References
    ----------
    Higuchi (1988), Approach to an irregular time series on the basis of the fractal theory,
    Physica D 31. Katz (1988), Fractals and the analysis of waveforms, Computers in Biology and
    Medicine 18. Petrosian (1995), Kolmogorov complexity of finite sequences, IEEE CBMS. Peng et
    al. (1994), Mosaic organization of DNA nucleotides, Physical Review E 49.

    Examples
    --------
    >>> X = np.random.default_rng(0).standard_normal((2, 19, 1000))
    >>> FractalExtractor(["higuchi", "dfa"], window=2.0, sfreq=200).fit_transform(X).shape
    (2, 2, 19, 2)
    """

    _arguments: ClassVar = KindFeatures._arguments | {"k_max": Number(least=2, whole=True)}
    _UNITS: ClassVar = dict.fromkeys(KINDS, "1")

    def __init__(
        self,
        kind: str | Sequence[str] = KINDS,
        window: float | None = None,
        step: float | None = None,
        *,
        k_max: int = 10,
        sfreq: float | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.kind = kind
        self.window = window
        self.step = step
        self.k_max = k_max
        self.sfreq = sfreq
        self.n_jobs = n_jobs

    def _shortest(self, kind):
        return {"higuchi": 2 * self.k_max, "dfa": 58}.get(kind, 2)

    def _tensor_function(self, kind, length):
        if kind == "higuchi":
            weights = np.zeros((self.k_max, length))
            for k in range(1, self.k_max + 1):
                weights[k - 1, : length - k] = _weights_of_step(length, k)
            scale = -np.log(np.arange(1, self.k_max + 1))
            centred = scale - scale.mean()
            return _higuchi_of_tensor, {"jumps": weights, "slope": centred / (centred @ centred)}
        return {"katz": (_katz_of_tensor, {}), "petrosian": (_petrosian_of_tensor, {})}.get(kind)

    def _function(self, kind):
        return {
            "higuchi": lambda x: higuchi_dimension(x, self.k_max),
            "katz": katz_dimension,
            "petrosian": petrosian_dimension,
            "dfa": lambda x: dfa_exponent(x, dfa_sizes(x.shape[-1])),
        }[kind]
