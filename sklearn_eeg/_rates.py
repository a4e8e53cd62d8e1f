"""Sampling rates that are the same, and seconds in samples: each rule once."""

import math
from numbers import Real

# Two clocks this near, in parts of one, are the same: 4 ms apart after an hour. File headers that
# store a duration and a count give 250.00000000000003 Hz for 250.
SAME_RATE = 1e-6


def same_rate(one, other):
    """Whether two sampling rates are equal to a millionth.

    Examples
    --------
    >>> same_rate(250, 51 / 0.204), same_rate(250, 250.001)
    (True, False)
    """
    return math.isclose(one, other, rel_tol=SAME_RATE)


def to_samples(setting, seconds, sfreq, least, speaker):
    """Nearest whole number of samples, at least so many.

    Parameters
    ----------
    setting : str
        What the seconds are, for the sentence that refuses them.
    seconds, sfreq : float
    least : int
    speaker : str

    Raises
    ------
    TypeError
        No number of seconds.
    ValueError
        Infinite, not a number, or fewer samples than ``least``.

    Examples
    --------
    >>> to_samples("window", 4.0, 256.41, 1, "Windower")
    1026
    """
    expected = f"{speaker}: expected {setting} of at least {least / sfreq:g} s at {sfreq:g} Hz"
    remedy = "it is given in seconds"
    if not isinstance(seconds, Real) or isinstance(seconds, bool):
        raise TypeError(f"{expected}, got {seconds!r}; {remedy}.")
    if not math.isfinite(seconds) or round(seconds * sfreq) < least:
        raise ValueError(f"{expected}, got {seconds:g} s; {remedy}.")
    return round(seconds * sfreq)
