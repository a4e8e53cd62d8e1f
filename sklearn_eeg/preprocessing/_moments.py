"""Means and standard deviations of what is not missing, over blocks of trials.

What the scalers share: whether each channel has statistics of its own, or each channel and band.
"""

import math

from array_api_compat import array_namespace, device

from sklearn_eeg import _validation as v
from sklearn_eeg._axes import WORDS, show_axes, without

# A block and its temporaries stay in cache; memory is bounded by it.
BLOCK_BYTES = 2**18


def check_per(per, signals):
    """Refuse a choice that does not go with the data, or none where one is needed."""
    if per is None and signals.axes[-1] in ("time", "frame"):
        raise ValueError(
            f"expected features, got {show_axes(signals.axes)}; say per='channel' for "
            f"signals or per='feature' for features."
        )
    v.check_choice("per", per, (None, "feature", "channel"))
    if per == "channel" and signals.ndim > 2 and "channel" not in signals.axes:
        raise ValueError("expected channels with per='channel', got maps.")
    pooled = pooled_axes(per, signals.axes)
    kept = {
        tuple(n for axis, n in enumerate(trial.shape, start=1) if axis not in pooled)
        for trial in signals.data
    }
    if len(kept) > 1:
        raise ValueError(
            f"expected the same channels and features in every trial, got shapes "
            f"{min(kept)} and {max(kept)}; align or resample them, or say per='channel'."
        )


def pooled_axes(per, axes):
    """Axes whose values share a mean: trials and windows; for channels, all but the channels."""
    pooled = free_axes(per)
    return (0, *(place for place, axis in enumerate(axes, start=1) if axis in pooled))


def free_axes(per):
    """Names of the pooled axes, which may differ between fit and transform."""
    return without(WORDS, "channel") if per == "channel" else ("window",)


def moments(blocks, axes):
    """Mean and standard deviation over some axes, in double precision, NaN left out.

    Parameters
    ----------
    blocks : callable
        Gives an iterator over arrays of one layout; called twice.
    axes : tuple of int
        Axes to average over; kept with length one.

    Returns
    -------
    mean, sd : array
        NaN where nothing is; the deviation infinite where nothing varies, so that
        dividing by it gives zero.
    """
    count, total, square = 0, 0, 0
    for x in blocks():
        x, seen = _split(x)
        all_of_them = math.prod(x.shape[axis] for axis in axes)
        count = count + (all_of_them if seen is None else _sum(seen, axes))
        total = total + _sum(x, axes)
    xp = array_namespace(total)
    count = xp.zeros_like(total) + count
    count = xp.where(count > 0, count, xp.full_like(count, float("nan")))
    mean = total / count
    for x in blocks():
        x, seen = _split(x)
        deviation = x - mean
        if seen is not None:
            deviation = xp.where(seen, deviation, xp.zeros_like(mean))
        deviation *= deviation
        square = square + _sum(deviation, axes)
    sd = xp.sqrt(square / count)
    # What rounding leaves of a constant is no spread, nor is what has no reciprocal.
    constant = sd <= 1e-12 * xp.abs(mean) + 1e-300
    return mean, xp.where(constant, xp.full_like(sd, float("inf")), sd)


def scale_blocks(data, rows, center, scale):
    """Iterate over (trial numbers, their trials, shifted and scaled), in the type of the data."""
    gain = 1 / scale
    for chosen, x in each_block(data, rows):
        scaled = x - center
        scaled *= gain
        yield chosen, array_namespace(x).astype(scaled, x.dtype)


def each_block(data, rows):
    """Iterate over (trial numbers, their trials): some of an array, or one of a list, at a time."""
    if isinstance(data, list):
        for row in rows:
            yield [row], data[row][None]
        return
    trial_bytes = max(1, data[:1].nbytes)
    step = max(1, BLOCK_BYTES // trial_bytes)
    whole = len(rows) == len(data) and bool((rows[1:] > rows[:-1]).all())
    for start in range(0, len(rows), step):
        chosen = rows[start : start + step]
        chosen = slice(start, start + step) if whole else _index(chosen, data)
        yield chosen, data[chosen]


def _index(rows, data):
    xp = array_namespace(data)
    return xp.asarray(rows, device=device(data))


def _split(x):
    """The array with zeros for NaN, and where it was seen, or ``None`` for everywhere."""
    xp = array_namespace(x)
    missing = xp.isnan(x)
    if not xp.any(missing):
        return x, None
    return xp.where(missing, xp.zeros_like(x), x), ~missing


def _sum(x, axes):
    xp = array_namespace(x)
    return xp.sum(x, axis=axes, keepdims=True, dtype=xp.float64)
