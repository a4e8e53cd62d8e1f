"""The rate of instants that are evenly apart."""

import numpy as np

from sklearn_eeg._rates import same_rate


def rate_of(instants, sfreq=None):
    """Rate of instants in seconds, in hertz; ``sfreq``, where it is known, must be the same.

    Examples
    --------
    >>> rate_of(np.arange(-50, 200) / 256)
    256.0
    """
    instants = np.asarray(instants, dtype=float)
    if len(instants) < 2:
        return sfreq
    step = (instants[-1] - instants[0]) / (len(instants) - 1)
    # Milliseconds are often rounded.
    if not step > 0 or np.abs(np.diff(instants) - step).max() > max(0.01 * step, 1.01e-3):
        raise ValueError("expected instants that are evenly apart, in seconds, got others.")
    rate = float(1 / step)
    nearest = round(rate)
    rate = float(nearest) if abs(rate / nearest - 1 if nearest else 1) < 1e-6 else rate
    if sfreq is not None and not same_rate(rate, sfreq):
        raise ValueError(
            f"expected instants at the rate given, {sfreq:g} Hz, got them at {rate:g} Hz; are they "
            f"in seconds?"
        )
    return rate if sfreq is None else sfreq
