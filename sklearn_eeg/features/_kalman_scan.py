"""Kalman smoothing of sequences of one length as a fixed number of operations on tensors.

Gains and states follow from one window to the next. Both steps compose, so neighbours are joined,
then pairs of them, then fours: as many rounds as the length has binary digits.
"""

from array_api_compat import array_namespace


def scan(compose, maps):
    """Compose each window's map with those of all windows before it, along axis 1.

    Parameters
    ----------
    compose : callable
        ``compose(early, late)`` returns the map that does one after the other.
    maps : list of tensors of shape (trial, window, ...)
        What a window's map is made of.
    """
    xp, shift = array_namespace(*maps), 1
    while shift < maps[0].shape[1]:
        joined = compose([part[:, :-shift] for part in maps], [part[:, shift:] for part in maps])
        maps = [
            xp.concat([part[:, :shift], new], axis=1)
            for part, new in zip(maps, joined, strict=True)
        ]
        shift *= 2
    return maps


def _compose_fractions(early, late):
    """Maps p -> (a p + b) / (c p + 1)."""
    (a, b, c), (a2, b2, c2) = early, late
    bottom = c2 * b + 1
    return (a2 * a + b2 * c) / bottom, (a2 * b + b2) / bottom, (c2 * a + c) / bottom


def _compose_lines(early, late):
    """Maps s -> k s + m."""
    (k, m), (k2, m2) = early, late
    return k2 * k, k2 * m + m2


def predicted_variances(seen, q, r, p0):
    """Variance of the state before each window is observed, or not: (trial, window, ...)."""
    xp = array_namespace(seen)
    # Observing turns p into p r / (p + r), and a step adds q.
    maps = [1 + seen * (q / r), xp.full_like(seen, q), seen / r]
    a, b, c = scan(_compose_fractions, maps)
    after = (a * p0 + b) / (c * p0 + 1)
    return xp.concat([xp.full_like(seen[:, :1], p0), after[:, :-1]], axis=1)


def smooth_tensors(x, kind, lag, q, r, p0):
    """What :class:`LDSSmoother` makes of sequences: (trial, window, ...) -> same."""
    xp = array_namespace(x)
    observed = ~xp.isnan(x)
    seen = xp.astype(observed, x.dtype)
    x = xp.where(observed, x, xp.zeros_like(x))
    predicted = predicted_variances(seen, q, r, p0)
    gain = seen * predicted / (predicted + r)
    variance = (1 - gain) * predicted
    known = xp.cumulative_sum(seen, axis=1)
    first = seen if kind == "smooth" else seen * (known == 1)
    start = xp.sum(first * x, axis=1, keepdims=True) / xp.sum(first, axis=1, keepdims=True)
    slope, offset = scan(_compose_lines, [1 - gain, gain * x])
    states = slope * start + offset
    back = variance / (variance + q)
    if kind == "smooth":
        states = _sweep_back(states, back)
    elif kind == "fixed_lag":
        states = _look_ahead(states, back, min(lag, x.shape[1] - 1))
        known = xp.concat([known[:, lag:], *[known[:, -1:]] * min(lag, x.shape[1])], axis=1)
    if kind != "smooth":
        states = xp.where(known > 0, states, xp.full_like(states, xp.nan))
    return leave_lost(states, observed)


def _sweep_back(states, back):
    xp = array_namespace(states)
    # The last state is as it was, and each before moves to the one behind it.
    slope = xp.concat([back[:, :-1], xp.zeros_like(back[:, -1:])], axis=1)
    maps = [xp.flip(part, axis=1) for part in (slope, (1 - slope) * states)]
    return xp.flip(scan(_compose_lines, maps)[1], axis=1)


def _look_ahead(states, back, lag):
    xp = array_namespace(states)
    filtered, last = states[:, :-1], states[:, -1:]
    for _ in range(lag):
        moved = filtered + back[:, :-1] * (states[:, 1:] - filtered)
        states = xp.concat([moved, last], axis=1)
    return states


def leave_lost(smoothed, observed):
    """NaN where a window was observed in no series."""
    xp = array_namespace(smoothed)
    axes = tuple(range(2, smoothed.ndim))
    present = xp.any(observed, axis=axes, keepdims=True) if axes else observed
    return xp.where(present, smoothed, xp.full_like(smoothed, xp.nan))
