"""Sampling rates that are the same, and seconds in samples: each rule once."""

import math
from numbers import Real

# Two clocks this near, in parts of one, are the same: 4 ms apart after an hour. File headers that
# store a duration and a count give 250.00000000000003 Hz for 250.
SAME_RATE = 1e-6
# Longer than any recording, and a number of samples yet.
MAX_SECONDS = 1e12
# Seconds of a window from which on they may have been meant as samples.
LONG_WINDOW = 30


def same_rate(one, other):
    """Whether two sampling rates are equal to a millionth.

    Examples
    --------
    >>> same_rate(250, 51 / 0.204), same_rate(250, 250.001)
    (True, False)
    """
    return math.isclose(one, other, rel_tol=SAME_RATE)


def to_samples(setting, seconds, sfreq, least):
    """Nearest whole number of samples, at least so many.

    Parameters
    ----------
    setting : str
        What the seconds are, for the sentence that refuses them.
    seconds, sfreq : float
    least : int

    Raises
    ------
    TypeError
        No number of seconds.
    ValueError
        Not a number, without end, or fewer samples than ``least``.

    Examples
    --------
    >>> to_samples("window", 4.0, 256.41, 1)
    1026
    """
    expected = f"expected {setting} of at least {least / sfreq:g} s at {sfreq:g} Hz"
    remedy = "it is given in seconds"
    if not isinstance(seconds, Real) or isinstance(seconds, bool):
        raise TypeError(f"{expected}, got {seconds!r}; {remedy}.")
    if not 0 <= seconds < MAX_SECONDS or round(seconds * sfreq) < least:
        raise ValueError(f"{expected}, got {seconds} s; {remedy}.")
    return round(seconds * sfreq)


def check_length(seconds, length, trials):
    """Refuse trials that are shorter than a window.

    Parameters
    ----------
    seconds : float
        Of the window, as given.
    length : int
        Of the window, in samples.
    trials : Trials
        Uncut, time last.

    Raises
    ------
    ValueError
        A trial is too short; where the seconds were meant as samples, this is said.
    """
    for index, trial in enumerate(trials.data):
        n_times = trial.shape[-1]
        if n_times < length:
            remedy = "give longer trials or a shorter window, in seconds"
            if LONG_WINDOW <= seconds <= n_times:
                remedy += f" ({seconds:g} samples are {seconds**2 / length:g})"
            if trial.ndim > 1 and trial.shape[-2] >= length:
                remedy += ", or swap axes, of which time is the last"
            raise ValueError(
                f"expected trials of at least one window of {seconds:g} s, {length} samples, got "
                f"{n_times} in trial {index} (an array of n_features={n_times}); {remedy}."
            )


def window_onsets(trials, length, step):
    """Seconds from a trial's start to each window's, of signals cut by these numbers of samples.

    Parameters
    ----------
    trials : Trials
        Uncut, time last. Of a list, the longest trial counts.
    length, step : int

    Returns
    -------
    tuple of float
    """
    longest = max((trial.shape[-1] for trial in trials.data), default=0)
    return tuple(start / trials.sfreq for start in range(0, longest - length + 1, step))
