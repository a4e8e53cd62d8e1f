"""What artifacts are told by: how far a signal swings, stands still and jumps, and its spectrum."""

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from sklearn_eeg._spectral import band_power, band_shares, make_taper, map_windows

# For how long a dead channel stands still, and over what a jump is measured to either side of an
# instant, in seconds.
STILL, JUMP = 0.5, 0.1
# Length of the segments of a spectrum, in seconds.
SEGMENT = 1.0
# Where spectra begin, where muscles do, and how far a Hann taper of that length spreads the line to
# either side, in hertz.
LOWEST, MUSCLE, LINE_REACH = 1.0, 30.0, 2.0


def least_swing(x, length):
    """Smallest peak-to-peak amplitude of any stretch of so many samples: (..., time) -> (...)."""
    swing = maximum_filter1d(x, length, axis=-1) - minimum_filter1d(x, length, axis=-1)
    # Stretches that lie inside: beyond its ends the filter mirrors the signal.
    first = length // 2
    return swing[..., first : first + x.shape[-1] - length + 1].min(-1)


def largest_jump(x, length):
    """Largest change from the mean of so many samples to that of the next: (..., time) -> (...)."""
    # Sums from the first sample lose no digits to an offset.
    sums = np.cumsum(x - x[..., :1], axis=-1, dtype=np.float64)
    sums = np.concatenate([np.zeros_like(sums[..., :1]), sums], axis=-1)
    means = (sums[..., length:] - sums[..., :-length]) / length
    return np.abs(means[..., length:] - means[..., :-length]).max(-1)


def power_shares(x, sfreq, line_freq):
    """Share of the line in the power, and of muscles in what is left: (row, time) -> (row, 2).

    From 1 Hz up; the line with its harmonics; muscles are what is above 30 Hz. Zero where there is
    no power.
    """
    length = min(round(SEGMENT * sfreq), x.shape[-1])
    weights = np.stack(_bin_weights(length, sfreq, line_freq), axis=-1)
    taper = make_taper("hann", length)
    hop = max(1, length // 2)
    power = map_windows(lambda rows: band_power(rows, taper, weights), x, length, hop).mean(-2)
    whole = power[:, [0, 1]]
    return np.divide(power[:, [2, 3]], whole, out=np.zeros_like(whole), where=whole > 0)


def _bin_weights(length, sfreq, line_freq):
    """Weights of each bin: all, all but the line, the line, muscles."""
    nyquist = sfreq / 2
    lines = np.arange(line_freq, nyquist, line_freq)
    edges = {f: (f - LINE_REACH, min(f + LINE_REACH, nyquist)) for f in lines}
    wide = band_shares(length, sfreq, {"all": (LOWEST, nyquist), "high": (MUSCLE, nyquist)})
    line = band_shares(length, sfreq, edges).sum(-1).clip(0, 1)
    line = np.minimum(line, wide[:, 0])
    return wide[:, 0], wide[:, 0] - line, line, wide[:, 1] * (1 - line)
