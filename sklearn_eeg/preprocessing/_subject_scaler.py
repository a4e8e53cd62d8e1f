"""Z-scores within each subject."""

from __future__ import annotations

from array_api_compat import array_namespace

from sklearn_eeg.preprocessing._channel_scaler import ChannelScaler
from sklearn_eeg.preprocessing._moments import (
    check_per,
    each_block,
    free_axes,
    moments,
    pooled_axes,
    scale_blocks,
)
from sklearn_eeg.preprocessing._per_subject import PerSubject


def scale_rows(data, rows, axes):
    """Z-score some trials together; iterates over (trial numbers, their scaled trials)."""
    mean, sd = moments(lambda: (x for _, x in each_block(data, rows)), axes)
    return scale_blocks(data, rows, mean, sd)


class SubjectScaler(PerSubject):
    """Z-score each channel and band over all windows of a subject.

    Subjects differ in amplitude more than conditions do; this takes the difference out. It is
    **transductive**: the mean and standard deviation of a subject are those of the data being
    transformed, so a test subject is scaled with its own unlabelled windows, all of them. A result
    obtained with it holds where a new subject's recording is there as a whole before the first
    prediction, and a report must say so. No labels and no other subject's data are used.

    Subjects are the ``subject`` column of Trials, or ``groups=`` of ``fit`` and ``transform``; if
    neither is there, each call's input is one person's, and a warning says so. Metadata routing
    loses ``groups`` on some paths, such as under ``scoring="accuracy"``; then this step refuses.
    Trials keep their subjects on every path.

    Parameters
    ----------
    per : {"feature", "channel"}, default=None
        What has a mean and a deviation of its own: each channel and band, or each channel. Features
        need the first, signals the second. ``None``: ``"feature"``; for signals a choice is
        asked for.
    unknown : {"warn", "raise", "one"}, default="warn"
        What to do with several trials where nobody says whose they are: take them for one person's
        and warn, refuse them, or take them for one new person's, as on the day of use.

    Raises
    ------
    ValueError
        ``groups`` part the trials otherwise than the Trials' subjects do, or were given to ``fit``
        and not to ``transform``, unless ``unknown="one"``; signals while ``per=None``.

    See Also
    --------
    ChannelScaler : Statistics of the training data.

    Notes
    -----
    Returns of ``transform``:

    What came in, of mean zero and standard deviation one in each subject; zero where a subject's
    data are constant; NaN where they were NaN, which are left out of the statistics.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).standard_normal((4, 60, 62, 5)) * 3 + 7
    >>> Z = SubjectScaler().fit_transform(X, groups=[1, 1, 2, 2])
    >>> bool(np.allclose(Z[2:].std(axis=(0, 1)), 1))
    True
    """

    _allow_nan = "any"
    _accepts_tensors = True
    _takes = "..."

    _outside = "use a ChannelScaler, which learns in fit, or run it before the graph"

    def __init__(self, per: str | None = None, *, unknown: str = "warn") -> None:
        self.per = per
        self.unknown = unknown

    def _fit(self, signals):
        check_per(self.per, signals)

    @property
    def _free(self):
        return free_axes(self.per)

    def _freeze(self, calibration):
        return ChannelScaler(self.per).fit(calibration)

    def _transform_subjects(self, signals, rows):
        check_per(self.per, signals)
        data, axes = signals.data, pooled_axes(self.per, signals.axes)
        if signals.is_ragged:
            parts = [part for some in rows for part in scale_rows(data, some, axes)]
            scaled = {row: trials[0] for (row,), trials in parts}
            return signals.derive(data=[scaled[row] for row in range(len(data))], unit="1")
        out = array_namespace(data).empty_like(data)
        for some in rows:
            for chosen, trials in scale_rows(data, some, axes):
                out[chosen] = trials
        return signals.derive(data=out, unit="1")
