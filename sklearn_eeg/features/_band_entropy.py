"""Entropy of the power in frequency bands, by each of its conventions."""

import math

import numpy as np
from array_api_compat import array_namespace

from sklearn_eeg._spectral import (
    band_shares,
    frame,
    is_flat,
    make_taper,
    map_windows,
    mean_power,
    power_scale,
    slepian_tapers,
)

# By SciPy's names. A tenth of cosine has the least mean error of log power over windows of 1, 2 and
# 4 s, alpha on 1/f, on 1/f², and beside a line: of 0.05 to 0.5, of Hann and of no taper.
TAPERS = {"tukey": ("tukey", 0.1), "hann": "hann", "boxcar": "boxcar", "multitaper": None}
# Half the bandwidth of "multitaper", in bins: that of a Hann taper's main lobe.
HALF_BANDWIDTH = 2


def gaussian_entropy(variance):
    """Entropy, in nats, of a Gaussian with the given variance."""
    return 0.5 * _log(2 * np.pi * np.e * variance)


def plan_gaussian(segment, overlap, taper, sfreq, bands):
    """Return a function that gives the entropy of each band: (..., length) -> (..., band).

    Parameters
    ----------
    segment : int
        Samples of the segments whose power is averaged, at most a window's.
    overlap : float
        Share of a segment that the next one has too.
    taper : str
        One of ``TAPERS``.
    sfreq : float
    bands : mapping of str to (float, float)
    """
    hop = max(1, segment - round(overlap * segment))
    tapers, weights = weigh_tapers(segment, taper, sfreq, bands)
    return lambda windows: gaussian_entropy(mean_power(windows, tapers, weights, segment, hop))


def weigh_tapers(segment, taper, sfreq, bands):
    """Tapers of a kind, and for each the weights (bin, band) of its share of the variance."""
    tapers, shares = make_tapers(taper, segment)
    inside = band_shares(segment, sfreq, bands)
    return tapers, [
        share * inside * power_scale(taper)[:, None]
        for taper, share in zip(tapers, shares, strict=True)
    ]


def make_tapers(kind, length):
    """Tapers of a kind, and the share of each in the power."""
    if kind != "multitaper":
        return [make_taper(TAPERS[kind], length)], [1.0]
    if length <= 2 * HALF_BANDWIDTH:
        raise ValueError(
            f"expected windows and segments of at least {2 * HALF_BANDWIDTH + 1} samples "
            f"with taper='multitaper', got {length}; lengthen them or choose another taper."
        )
    return slepian_tapers(length, HALF_BANDWIDTH)


def seed_entropy(power):
    """Entropy as the SEED scripts define it: log2 of a hundred times the mean |X|²."""
    return _log(100 * power) / math.log(2)


def _log(x):
    with np.errstate(divide="ignore"):
        return array_namespace(x).log(x)


def seed_bins(n_fft, sfreq, bands):
    """Weights that average the bins of the SEED scripts: (bin, band).

    A band begins one bin below floor(low / sfreq · n_fft) and ends one below the same of ``high``,
    that one included; so neighbouring bands share a bin.
    """
    lowest = min(low for low, _ in bands.values())
    if lowest / sfreq * n_fft < 1:
        raise ValueError(
            f"expected windows or n_fft of at least {math.ceil(sfreq / lowest)} samples "
            f"for a band from {lowest:g} Hz with kind='seed', got {n_fft}; use longer windows or "
            f"kind='gaussian'."
        )
    weights = np.zeros((n_fft // 2 + 1, len(bands)))
    for band, (low, high) in enumerate(bands.values()):
        bins = slice(int(low / sfreq * n_fft) - 1, int(high / sfreq * n_fft))
        weights[bins, band] = 1 / (bins.stop - bins.start)
    return weights


def band_variances(rows, filters, length, step):
    """Variance of each filter's output in each window: (row, time) -> (row, window, filter)."""
    variances = [map_windows(_variance, apply(rows), length, step) for apply in filters]
    variances = np.stack(variances, axis=-1)
    variances[is_flat(frame(rows, length, step))] = 0
    return variances


def _variance(windows):
    # What overflows shows as infinite or missing, for the caller to judge.
    with np.errstate(over="ignore", invalid="ignore"):
        return windows.var(axis=-1)
