"""Entropies of signals, in bits for those of a distribution, in nats for those of matches."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations
from typing import ClassVar

import numpy as np

from sklearn_eeg._constraints import Number
from sklearn_eeg._spectral import power_scale, window_spectrum
from sklearn_eeg._spectral_tables import plan_power, power
from sklearn_eeg.features._kinds import KindFeatures
from sklearn_eeg.features._matches import count_matches

KINDS = ("shannon", "spectral", "permutation", "sample", "approximate")
# Samples in a pattern, of which a graph compares each code by itself.
MOST_IN_GRAPH = 4


def entropy_of(shares):
    """Shannon entropy, in bits, of distributions along the last axis."""
    # Taken from zero: a sure thing has entropy 0, not -0.
    return 0 - (shares * np.log2(np.where(shares > 0, shares, 1))).sum(-1)


def shannon_entropy(x, n_bins):
    """Entropy of the amplitudes, in a histogram over the window's range: (..., time) -> (...)."""
    low = x.min(-1, keepdims=True)
    width = np.ptp(x, axis=-1, keepdims=True)
    index = np.nan_to_num((x - low) / width * n_bins).astype(np.intp)
    counts = _count(np.minimum(index, n_bins - 1), n_bins)
    return _missing_like(entropy_of(counts / x.shape[-1]), x)


def spectral_entropy(x):
    """Entropy of the periodogram as a distribution: (..., time) -> (...)."""
    spectrum = window_spectrum(x, np.ones(x.shape[-1]))
    power = (spectrum.real**2 + spectrum.imag**2) * power_scale(np.ones(x.shape[-1]))
    # The mean was subtracted, so the first bin holds rounding alone.
    power[..., 0] = 0
    return entropy_of(power / power.sum(-1, keepdims=True)).astype(x.dtype)


def permutation_entropy(x, order, delay):
    """Entropy of the order patterns of ``order`` samples, ``delay`` apart: (..., time) -> (...).

    Of equal samples the earlier one counts as the smaller.
    """
    n_patterns = x.shape[-1] - (order - 1) * delay
    code = np.zeros((*x.shape[:-1], n_patterns), dtype=np.intp)
    # Which of each two samples is larger tells the pattern; one bit for each pair.
    for bit, (i, j) in enumerate(combinations(range(order), 2)):
        early, late = x[..., i * delay :], x[..., j * delay :]
        code |= (early[..., :n_patterns] > late[..., :n_patterns]).astype(np.intp) << bit
    counts = _count(code, 2 ** (order * (order - 1) // 2))
    return _missing_like(entropy_of(counts / n_patterns), x)


def sample_entropy(x, order, tolerance):
    """-ln of the share of matches of ``order`` samples that also match in the next.

    Two stretches match where no samples differ by more than ``tolerance`` standard deviations.
    NaN where nothing matches in the longer stretch and the shorter alike, infinity where only the
    longer has no match. (..., time) -> (...)
    """
    n_long = x.shape[-1] - order
    short, long = count_matches(_flat(x), order, tolerance, n_long, both=False)
    return np.log(short.sum(0) / long.sum(0)).reshape(x.shape[:-1]).astype(x.dtype)


def approximate_entropy(x, order, tolerance):
    """Difference in mean log share of matches between ``order`` and one sample more.

    Every stretch matches itself, so short windows look more regular than they are; see
    :func:`sample_entropy`. (..., time) -> (...)
    """
    n_short = x.shape[-1] - order + 1
    short, long = count_matches(_flat(x), order, tolerance, n_short)
    phi = [np.log((1 + counts) / len(counts)).mean(0) for counts in (short, long)]
    return (phi[0] - phi[1]).reshape(x.shape[:-1]).astype(x.dtype)


def _flat(x):
    return x.reshape(-1, x.shape[-1])


def _count(index, n_bins):
    rows = index.reshape(-1, index.shape[-1])
    offset = n_bins * np.arange(len(rows))[:, None]
    counts = np.bincount((rows + offset).ravel(), minlength=n_bins * len(rows))
    return counts.reshape(*index.shape[:-1], n_bins)


def _missing_like(entropy, x):
    return np.where(np.isnan(x).any(-1), np.nan, entropy).astype(x.dtype)


def _spectral_of_tensor(x, table, offset, weights):
    found = power(x, table, offset, weights)
    return _entropy_of_tensor(found / found.sum(-1, keepdim=True))


def _permutation_of_tensor(x, order, delay):
    n_patterns = x.shape[-1] - (order - 1) * delay
    code = 0.0
    for bit, (i, j) in enumerate(combinations(range(order), 2)):
        early, late = x[..., i * delay :], x[..., j * delay :]
        code = code + (early[..., :n_patterns] > late[..., :n_patterns]).to(x.dtype) * 2**bit
    codes = range(2 ** (order * (order - 1) // 2))
    counts = [(code == number).to(x.dtype).mean(-1) for number in codes]
    return 0.0 - sum(_times_log(share) for share in counts)


def _entropy_of_tensor(shares):
    return 0.0 - _times_log(shares).sum(-1)


def _times_log(shares):
    return shares * shares.clamp(min=np.finfo(np.float32).tiny).log2()


class EntropyExtractor(KindFeatures):
    """Entropies per window and channel.

    Parameters
    ----------
    kind : str or sequence of str, default=all
        Of ``"shannon"`` (of the amplitudes, in bits), ``"spectral"`` (of the periodogram, in
        bits), ``"permutation"`` (of order patterns, in bits), ``"sample"`` and ``"approximate"``
        (regularity, in nats). The last two take time with the square of the window.
    window : float, default=None
        Length of a window, in seconds; ``None``: the whole trial, and no window axis.
    step : float, default=None
        From one window's start to the next, in seconds. ``None``: windows adjoin.
    n_bins : int, default=16
        Bins of the amplitudes' histogram, over each window's range.
    order : int, default=3
        Samples in a pattern of ``"permutation"``, from 2 to 7.
    delay : int, default=1
        Samples from one to the next of a pattern.
    embedding : int, default=2
        Samples in a stretch of ``"sample"`` and ``"approximate"``.
    tolerance : float, default=0.2
        Largest difference of matching samples, in standard deviations of the window.
    sfreq : float, default=None
        Sampling rate in hertz, of data that carry none.
    n_jobs : int, default=None
        Threads.

    Raises
    ------
    ValueError
        A kind is unknown, ``order`` is out of range, or a window is too short for a pattern.

    Notes
    -----
    Takes signals (n_trials, n_channels, n_times) and gives (n_trials, n_windows, n_channels,
    n_kinds).

    References
    ----------
    Bandt & Pompe (2002), Permutation entropy, Physical Review Letters 88.

    Richman & Moorman (2000), Physiological time-series analysis using approximate entropy and
    sample entropy, American Journal of Physiology 278.

    Examples
    --------
    >>> X = np.random.default_rng(0).standard_normal((2, 19, 400))
    >>> EntropyExtractor(["spectral", "sample"], window=1.0, sfreq=200).fit_transform(X).shape
    (2, 2, 19, 2)
    """

    _arguments: ClassVar = KindFeatures._arguments | {
        "n_bins": Number(least=1, whole=True),
        "order": Number(least=2, most=7, whole=True),
        "delay": Number(least=1, whole=True),
        "embedding": Number(least=1, whole=True),
        "tolerance": Number(least=0),
    }
    _UNITS: ClassVar = dict(zip(KINDS, ("bit", "bit", "bit", "nat", "nat"), strict=True))

    def __init__(
        self,
        kind: str | Sequence[str] = KINDS,
        window: float | None = None,
        step: float | None = None,
        *,
        n_bins: int = 16,
        order: int = 3,
        delay: int = 1,
        embedding: int = 2,
        tolerance: float = 0.2,
        sfreq: float | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.kind = kind
        self.window = window
        self.step = step
        self.n_bins = n_bins
        self.order = order
        self.delay = delay
        self.embedding = embedding
        self.tolerance = tolerance
        self.sfreq = sfreq
        self.n_jobs = n_jobs

    def _shortest(self, kind):
        if kind == "permutation":
            return (self.order - 1) * self.delay + 1
        return self.embedding + 2 if kind in ("sample", "approximate") else 2

    def _tensor_function(self, kind, length):
        if kind == "spectral":
            scale = power_scale(np.ones(length))
            scale[0] = 0
            return _spectral_of_tensor, plan_power([np.ones(length)], [scale])
        # A histogram's bins turn on rounding, and matches are of all pairs of samples.
        if kind == "permutation" and self.order <= MOST_IN_GRAPH:
            return partial(_permutation_of_tensor, order=self.order, delay=self.delay), {}
        return None

    def _function(self, kind):
        return {
            "shannon": lambda x: shannon_entropy(x, self.n_bins),
            "spectral": spectral_entropy,
            "permutation": lambda x: permutation_entropy(x, self.order, self.delay),
            "sample": lambda x: sample_entropy(x, self.embedding, self.tolerance),
            "approximate": lambda x: approximate_entropy(x, self.embedding, self.tolerance),
        }[kind]
