"""What is measured of a channel, and what makes it bad among the others."""

import numpy as np

from sklearn_eeg._spectral import band_power, band_shares, frame, make_taper, map_windows

# The quartiles of a Gaussian lie 1 / 0.7413 standard deviations apart.
SD_OF_IQR = 0.7413
# Density of power at the line over that beside it, from which on there is a line.
LINE_PEAK = 4.0
# Least factor between a measure and the median channel's: where the others differ little, many
# robust standard deviations may be next to nothing.
UNLIKE = 2.0


def robust_sd(x):
    """Standard deviation of a Gaussian with the same quartiles: (..., time) -> (...)."""
    return SD_OF_IQR * np.subtract(*np.percentile(x, [75, 25], axis=-1))


def robust_z(x):
    """Distance of each channel from the median channel, in robust standard deviations."""
    distance = x - np.median(x)
    # Where most channels are alike, any other is infinitely far.
    with np.errstate(divide="ignore"):
        return np.divide(distance, robust_sd(x), out=np.zeros_like(x), where=distance != 0)


def best_correlations(x, length):
    """How well each channel goes with others: (channel, time) -> (channel,).

    The 98th percentile of its absolute correlations with them; the median over windows.
    """
    windows = frame(x, length, length).swapaxes(0, 1)
    return np.median([_best_correlation(window) for window in windows], axis=0)


def line_measures(x, length, sfreq, line_freq):
    """How much of a signal the power line is, and whether it is a line: (..., time) -> 2 of (...).

    The amplitude within 1 Hz of the line over that of the rest, and the density of power there over
    that of its neighbourhood, up to 5 Hz to either side.
    """
    width = max(1, sfreq / length)
    bands = {
        "line": (line_freq - 1, line_freq + 1),
        "all": (1, sfreq / 2),
        "below": (max(1, line_freq - 4 - width), max(1, line_freq - 1 - width)),
        "above": (min(sfreq / 2, line_freq + 1 + width), min(sfreq / 2, line_freq + 4 + width)),
    }
    weights, taper = band_shares(length, sfreq, bands), make_taper("hann", length)
    power = map_windows(lambda windows: band_power(windows, taper, weights), x, length, length)
    line, everything, below, above = np.moveaxis(power.mean(-2), -1, 0)
    hertz = sum(high - low for low, high in (bands["below"], bands["above"]))
    # A channel without power is flat, whatever its ratio.
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.nan_to_num(np.sqrt(line / (everything - line)))
        return ratio, np.nan_to_num(line / 2 / ((below + above) / hertz))


def _best_correlation(x):
    n_channels = len(x)
    centred = x - x.mean(-1, keepdims=True)
    norm = np.linalg.norm(centred, axis=-1, keepdims=True)
    unit = centred / np.where(norm > 0, norm, 1)
    others = np.abs(unit @ unit.T)[~np.eye(n_channels, dtype=bool)]
    return np.percentile(others.reshape(n_channels, -1), 98, axis=-1)


def is_deviant(measures, limit):
    """Whether amplitudes are far from the others', and at least twice or half as large."""
    amplitude = measures["deviant"]
    usual = np.median(amplitude)
    unlike = (amplitude > UNLIKE * usual) | (amplitude < usual / UNLIKE)
    return unlike & (np.abs(robust_z(amplitude)) > limit)


def is_uncorrelated(measures, limit):
    """Whether correlations are low, and at most half as large as the others'."""
    correlation = measures["uncorrelated"]
    return correlation < np.minimum(limit, np.median(correlation) / UNLIKE)


def is_noisy(measures, limit):
    """Whether there is a line, far stronger than the others', and at least twice as strong."""
    ratio = measures["line_noise"]
    unlike = (measures["line_peak"] > LINE_PEAK) & (ratio > UNLIKE * np.median(ratio))
    return unlike & (robust_z(ratio) > limit)


# What makes channels bad, given their measures and the threshold.
CRITERIA = {
    "flat": lambda measures, limit: measures["flat"] < limit,
    "deviant": is_deviant,
    "uncorrelated": is_uncorrelated,
    "line_noise": is_noisy,
}
