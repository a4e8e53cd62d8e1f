"""Means and standard deviations of what is not missing, over blocks of trials.

What the scalers share: whether each channel has statistics of its own, or each channel and band.
"""

import numpy as np
from array_api_compat import array_namespace, device

from sklearn_eeg import _validation as v

# A block and its temporaries stay in cache; memory is bounded by it.
BLOCK_BYTES = 2**20


def check_per(per, signals, name):
    """Refuse a choice that does not go with the data, or none where one is needed."""
    if per is None and signals.kind in ("trials", "epochs") and signals.bands is None:
        raise ValueError(
            f"{name}: expected Trials with bands, got {signals.ndim}-dimensional Trials "
            f"without; say per='channel' for signals or per='feature' for features."
        )
    v.check_choice("per", per, (None, "feature", "channel"), name)
    if per == "channel" and signals.ndim > 4:
        raise ValueError(f"{name}: expected channels with per='channel', got maps.")
    pooled = pooled_axes(per, signals.ndim)
    kept = {
        tuple(n for axis, n in enumerate(trial.shape, start=1) if axis not in pooled)
        for trial in signals.trials()
    }
    if len(kept) > 1:
        raise ValueError(
            f"{name}: expected the same channels and features in every trial, got shapes "
            f"{min(kept)} and {max(kept)}; align or resample them, or say per='channel'."
        )


def pooled_axes(per, ndim):
    """Axes whose values share a mean: trials and windows; for channels, all but the channels."""
    if per == "channel":
        return tuple(axis for axis in range(ndim) if axis != ndim - 2 or ndim == 2)
    return (0, 1) if ndim > 3 else (0,)


def free_axes(per, ndim):
    """Pooled axes that may differ between fit and transform."""
    return {axis for axis in pooled_axes(per, ndim) if axis > 0}


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
        The mean is NaN where nothing is; the deviation infinite where nothing varies, so that
        dividing by it gives zero.
    """
    count, total, square = 0, 0, 0
    for x in blocks():
        seen, x = _split(x)
        count = count + _sum(seen, axes)
        total = total + _sum(x, axes)
    xp = array_namespace(total)
    mean = total / xp.where(count > 0, count, xp.full_like(count, float("nan")))
    for x in blocks():
        seen, x = _split(x)
        square = square + _sum(xp.where(seen, (x - mean) ** 2, xp.zeros_like(mean)), axes)
    sd = xp.sqrt(square / xp.where(count > 0, count, xp.ones_like(count)))
    # What rounding leaves of a constant is no spread.
    constant = sd <= 1e-12 * xp.abs(mean)
    return mean, xp.where(constant, xp.full_like(sd, float("inf")), sd)


def scale_blocks(data, rows, center, scale):
    """Iterate over (trial numbers, their trials, shifted and scaled), in the type of the data."""
    for chosen, x in each_block(data, rows):
        yield chosen, array_namespace(x).astype((x - center) / scale, x.dtype)


def each_block(data, rows):
    """Iterate over (trial numbers, their trials): some of an array, or one of a list, at a time."""
    if isinstance(data, list):
        for row in rows:
            yield [row], data[row][None]
        return
    trial_bytes = max(1, data[:1].nbytes)
    step = max(1, BLOCK_BYTES // trial_bytes)
    whole = len(rows) == len(data) and (np.diff(rows) == 1).all()
    for start in range(0, len(rows), step):
        chosen = rows[start : start + step]
        chosen = slice(start, start + step) if whole else _index(chosen, data)
        yield chosen, data[chosen]


def _index(rows, data):
    xp = array_namespace(data)
    return xp.asarray(rows, device=device(data))


def _split(x):
    xp = array_namespace(x)
    missing = xp.isnan(x)
    return ~missing, xp.where(missing, xp.zeros_like(x), x)


def _sum(x, axes):
    xp = array_namespace(x)
    return xp.sum(xp.astype(x, xp.float64), axis=axes, keepdims=True)
