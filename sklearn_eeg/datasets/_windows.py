"""Windows of published features, and those of eye movements beside them."""

import numpy as np


def place_windows(trials, seconds):
    """Trials with the onsets of their windows, and eye movements of as many windows.

    Windows adjoin, so many seconds each; signals have as many as they fill. What eye movements lack
    at the end of a trial is NaN, and what they have beyond it is left out: the recordings of eyes
    and brain do not always end together.
    """
    if "window" in trials.axes:
        counts = [len(trial) for trial in trials.data]
        trials = trials.derive(window_onsets=tuple(seconds * k for k in range(max(counts))))
    else:
        counts = [int(trial.shape[-1] / trials.sfreq / seconds + 1e-6) for trial in trials.data]
    if "eye" not in trials.extra:
        return trials
    eye = [fit_rows(block, n) for block, n in zip(trials.extra["eye"], counts, strict=True)]
    if len(set(counts)) == 1:
        eye = np.stack(eye)
    return trials.replace(extra={**trials.extra, "eye": eye})


def fit_rows(block, n_rows):
    """A block cut to so many rows, or with rows of NaN after its own.

    Examples
    --------
    >>> fit_rows(np.ones((2, 1)), 3).ravel(), fit_rows(np.ones((2, 1)), 1).ravel()
    (array([ 1.,  1., nan]), array([1.]))
    """
    fitted = np.full((n_rows, *block.shape[1:]), np.nan, dtype=block.dtype)
    fitted[: len(block)] = block[:n_rows]
    return fitted
