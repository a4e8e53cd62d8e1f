"""Resampling between any two rates: one kernel, by polyphase branches or by weights an instant.

Time is the last axis. Rows go on beyond their ends mirrored through them, so a straight line does.
"""

import math
from fractions import Fraction
from functools import lru_cache

import numpy as np
from scipy.signal import resample_poly
from scipy.sparse import csr_array
from scipy.special import i0

from sklearn_eeg._parallel import BLOCK_BYTES, map_rows, run_threads
from sklearn_eeg._rates import same_rate

# Zero crossings of the low-pass on each side, and the shape of its Kaiser window.
N_CROSSINGS = 10
BETA = 5.0
# Largest term of a ratio that is resampled by branches; beyond it they cost more than weights.
MAX_TERM = 10_000
# Weights held at once, where each instant has its own.
MAX_WEIGHTS = 2**19


def resampling_ratio(sfreq_out, sfreq):
    """Samples out for each one in: a Fraction of small terms, or a float where there is none."""
    if not isinstance(sfreq_out, (int, float, np.number)) or isinstance(sfreq_out, bool):
        raise TypeError(f"expected a rate in hertz to resample to, got {sfreq_out!r}.")
    if not (math.isfinite(sfreq_out) and sfreq_out > 0):
        raise ValueError(f"expected a finite rate > 0 Hz to resample to, got {sfreq_out}.")
    if not 1 / MAX_TERM <= sfreq_out / sfreq <= MAX_TERM:
        raise ValueError(
            f"expected a rate within a factor of {MAX_TERM} of the data's, {sfreq:g} Hz, "
            f"got {sfreq_out:g} Hz to resample to; both are given in hertz."
        )
    if same_rate(sfreq_out, sfreq):
        return Fraction(1)
    ratio = Fraction(sfreq_out / sfreq).limit_denominator(MAX_TERM)
    if ratio.numerator > MAX_TERM or abs(ratio * sfreq / sfreq_out - 1) > 1e-9:
        return sfreq_out / sfreq
    return ratio


def resampled_length(n_times, ratio):
    """How many instants at the new rate lie inside so many samples, the first on the first.

    Examples
    --------
    >>> resampled_length(1000, Fraction(4, 5)), resampled_length(1000, 200 / 256.41)
    (800, 781)
    """
    # An instant on the end, but for rounding, is the next trial's first.
    return math.ceil(n_times * ratio - 1e-6)


def resampled_names(names, ratio):
    """Names for the samples of one resampled channel."""
    return [f"sample{index}" for index in range(resampled_length(len(names), ratio))]


def resample(x, ratio, n_jobs=None):
    """Resample without shift: (..., n) -> (..., resampled_length(n, ratio)).

    Parameters
    ----------
    x : ndarray of shape (..., n)
        At least two samples.
    ratio : Fraction or float
        As :func:`resampling_ratio` gives it.
    n_jobs : int, default=None
        Threads, in joblib's sense.
    """
    if isinstance(ratio, Fraction):
        return map_rows(lambda rows: by_branches(rows, ratio), x, n_jobs)
    return by_weights(x, ratio, n_jobs)


def by_branches(x, ratio):
    """Polyphase resampling of rows by a ratio of whole numbers."""
    if ratio == 1:
        return x
    # Without its offset a signal keeps its digits, and one without any other stays without.
    offset = x[:, :1]
    up, down = ratio.as_integer_ratio()
    h = design_resampler(ratio).astype(x.dtype)
    y = resample_poly(x - offset, up, down, axis=-1, window=h, padtype="antireflect")
    y += offset
    return y


@lru_cache(maxsize=8)
def design_resampler(ratio):
    """Low-pass of a polyphase resampler, at ``up`` times the input rate, of unit gain.

    Each of its ``up`` branches, which make the outputs in turn, keeps straight lines as they are.
    Branches of unequal gain would turn an offset into a ripple.
    """
    up, down = ratio.as_integer_ratio()
    reach = N_CROSSINGS * max(up, down)
    n_taps = -(-(2 * reach + 1) // up)
    distance = (np.arange(n_taps * up) - reach).reshape(n_taps, up).T / up
    h = weigh(distance, min(1, up / down)).T.ravel()[: 2 * reach + 1] / up
    h.flags.writeable = False
    return h


def by_weights(x, ratio, n_jobs=None):
    """Resampling by any ratio: each instant has weights of its own, made for some at a time."""
    rows = x.reshape(-1, x.shape[-1])
    y = np.empty((len(rows), resampled_length(x.shape[-1], ratio)), dtype=x.dtype)
    reach = math.ceil(N_CROSSINGS / min(1, ratio))
    n_at_once = max(1, MAX_WEIGHTS // (2 * reach + 1))

    def fill(first):
        at = np.arange(first, min(first + n_at_once, y.shape[1])) / ratio
        start, weights = weights_at(at, reach, min(1, ratio), x.dtype)
        n_rows = max(1, BLOCK_BYTES // (weights.shape[1] * x.itemsize))
        for row in range(0, len(rows), n_rows):
            block = rows[row : row + n_rows]
            piece = go_on(block, start, start + weights.shape[1]) - block[:, :1]
            out = y[row : row + n_rows, first : first + len(at)]
            np.add((weights @ piece.T).T, block[:, :1], out=out)

    run_threads(fill, range(0, y.shape[1], n_at_once), n_jobs)
    return y.reshape(*x.shape[:-1], -1)


def weights_at(at, reach, cutoff, dtype):
    """First sample that these instants need, and the weights: sparse (instant, sample)."""
    nearest = np.floor(at).astype(np.intp)
    places = nearest[:, None] + np.arange(-reach, reach + 1)
    weights = weigh(at[:, None] - places, cutoff).astype(dtype)
    start, width = places[0, 0], places.shape[1]
    shape = (len(at), places[-1, -1] - start + 1)
    rows = np.arange(0, weights.size + 1, width)
    return start, csr_array((weights.ravel(), (places - start).ravel(), rows), shape=shape)


def weigh(distance, cutoff):
    """Weights of samples at distances from an instant, in samples: (instant, sample).

    A sinc of the cut-off, a share of half the rate, under a Kaiser window. Those of an instant are
    moved by what little it takes that they add up to one and balance around it.
    """
    at = distance * cutoff / N_CROSSINGS
    inside = np.clip(1 - at**2, 0, None)
    weights = np.where(np.abs(at) <= 1, np.sinc(cutoff * distance) * i0(BETA * np.sqrt(inside)), 0)
    weights /= weights.sum(axis=1, keepdims=True)
    # Of a + b · distance under a parabola, the one that adds nothing and undoes the imbalance.
    m0, m1, m2 = ((inside * distance**power).sum(1, keepdims=True) for power in range(3))
    imbalance = (weights * distance).sum(axis=1, keepdims=True) / (m0 * m2 - m1**2)
    weights += inside * imbalance * (m1 - m0 * distance)
    return weights


def go_on(x, start, stop):
    """Samples ``start`` to ``stop`` of rows that go on for ever, mirrored through their ends.

    Examples
    --------
    >>> go_on(np.array([[1.0, 2, 4]]), -4, 7)
    array([[-5., -4., -2.,  0.,  1.,  2.,  4.,  6.,  7.,  8., 10.]])
    """
    n_times = x.shape[-1]
    if 0 <= start and stop <= n_times:
        return x[:, start:stop]
    turn, place = np.divmod(np.arange(start, stop), n_times - 1)
    back = turn % 2 == 1
    forth = x[:, np.where(back, n_times - 1 - place, place)]
    rise = x[:, -1:] - x[:, :1]
    mirrored = np.where(back, x[:, :1] + x[:, -1:] - forth, forth)
    return mirrored + turn.astype(x.dtype) * rise
