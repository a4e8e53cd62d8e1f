"""Entropy of the power in frequency bands, by each of its conventions."""

import math

import numpy as np
from array_api_compat import array_namespace

from sklearn_eeg._spectral import frame, is_flat, map_windows


def gaussian_entropy(variance):
    """Entropy, in nats, of a Gaussian with the given variance."""
    return 0.5 * _log(2 * np.pi * np.e * variance)


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
