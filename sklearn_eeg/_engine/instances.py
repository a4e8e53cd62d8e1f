"""Instances: what one forward pass sees, and which trial each belongs to."""

from dataclasses import dataclass, field, replace

import numpy as np

from sklearn_eeg._mapped import concatenate

# Rows looked at in one call: few enough for the cache.
BLOCK_BYTES = 2**20


@dataclass(frozen=True)
class Instances:
    """Instances of trials: whole trials, or windows.

    ``data`` is (n_instances, ...) as the user gave it, neither copied nor cast where that can be
    avoided; ``axes`` are the names of its axes after the first; ``trial`` says whose each instance
    is; ``rows`` are the instances that are not missing; ``extra`` are other blocks of as many
    instances, by name.
    """

    data: np.ndarray
    axes: tuple[str, ...]
    trial: np.ndarray
    rows: np.ndarray
    n_trials: int
    has_nan: bool
    extra: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def shape(self):
        """Shape of one instance."""
        return tuple(self.data.shape[1:])

    def only(self, trials):
        """The same, with the instances of other trials than these missing; ``trials`` is a mask."""
        return replace(self, rows=self.rows[trials[self.trial[self.rows]]])

    def lift(self, axes):
        """Flat instances as those of more axes, of length one but for the last."""
        shape = (*[1] * (len(axes) - 1), *self.shape)
        return replace(self, data=self.data.reshape(len(self.data), *shape), axes=axes)

    def count(self):
        """Number of instances of each trial that are not missing."""
        return np.bincount(self.trial[self.rows], minlength=self.n_trials)

    def average(self, values):
        """Average rows of (n_rows, ...) over each trial: (n_trials, ...)."""
        owner = self.trial[self.rows]
        total = np.zeros((self.n_trials, *values.shape[1:]))
        np.add.at(total, owner, values)
        return total / self.count().reshape(-1, *[1] * (values.ndim - 1))

    def by_trial(self, values):
        """Rows of (n_rows, ...) by trial: (n_trials, n_instances, ...), missing instances masked.

        A list of one array a trial where trials differ in their number of instances.
        """
        flat = np.ma.masked_all((len(self.data), *values.shape[1:]), dtype=values.dtype)
        flat[self.rows] = values
        if not np.ma.is_masked(flat):
            flat = flat.data
        sizes = np.bincount(self.trial, minlength=self.n_trials)
        if len(set(sizes.tolist())) == 1:
            return flat.reshape(self.n_trials, -1, *values.shape[1:])
        return [flat[end - size : end] for end, size in zip(sizes.cumsum(), sizes, strict=True)]


def cut_trials(signals, *, windowed, masks, extra=()):
    """Instances of these signals.

    Parameters
    ----------
    signals : Signals
    windowed : bool
        Whether an instance is a window of a trial; else it is the trial, and trials that differ in
        length are padded with NaN at the end.
    masks : bool
        Whether what sees the instances masks NaN. Else an instance of nothing but NaN is left out,
        and one with some NaN is refused.
    extra : sequence of str
        Names of the blocks of the trials' ``extra`` that come along.
    """
    cut = _windows if windowed else _whole
    data, trial = cut(signals.data)
    rows, has_nan = _find_present(data, trial, masks)
    lost = np.setdiff1d(np.arange(len(signals.data)), trial[rows])
    if lost.size:
        raise ValueError(
            f"expected data in every trial, got Input X contains NaN and nothing else in "
            f"trial {lost[0]}; leave that trial out, or put a MissingFiller before this step."
        )
    axes = signals.axes[1:] if windowed else signals.axes
    blocks = {block: cut(_find_block(signals, block))[0] for block in extra}
    for block, found in blocks.items():
        _check_block(block, found, data)
    return Instances(data, axes, trial, rows, len(signals.data), has_nan, blocks)


def _windows(data):
    if isinstance(data, list):
        return concatenate(data), np.repeat(np.arange(len(data)), [len(x) for x in data])
    n_trials, n_windows = data.shape[:2]
    return data.reshape(-1, *data.shape[2:]), np.repeat(np.arange(n_trials), n_windows)


def _whole(data):
    return _pad(data), np.arange(len(data))


def _find_block(signals, block):
    if block not in signals.extra:
        raise ValueError(
            f"expected trials with the block {block!r} in extra, got "
            f"{sorted(signals.extra)}; give Trials with extra={{{block!r}: array}}, "
            "one row a trial."
        )
    return signals.extra[block]


def _check_block(block, found, data):
    if len(found) != len(data):
        raise ValueError(
            f"expected a row of extra[{block!r}] for each of {len(data)} instances, got "
            f"{len(found)}; give it the windows of the trials."
        )


def _pad(data):
    if not isinstance(data, list):
        return data
    longest = max(len(trial) for trial in data)
    padded = np.full((len(data), longest, *data[0].shape[1:]), np.nan, dtype=data[0].dtype)
    for row, trial in zip(padded, data, strict=True):
        row[: len(trial)] = trial
    return padded


def _find_present(data, trial, masks):
    present = np.ones(len(data), dtype=bool)
    has_nan = False
    for row in _suspects(data):
        missing = np.isnan(data[row])
        if not missing.any():
            continue
        has_nan = True
        present[row] = not missing.all()
        if present[row] and not masks:
            raise ValueError(
                f"expected windows that are whole or missing as a whole, got Input X "
                f"contains NaN in a part of trial {trial[row]}; put a MissingFiller before this "
                f"step."
            )
    return np.flatnonzero(present), has_nan


def _suspects(data):
    """Rows whose sum is NaN: all that have one, and any whose sum overflows both ways."""
    step = max(1, BLOCK_BYTES // data[0].nbytes)
    for start in range(0, len(data), step):
        block = data[start : start + step]
        with np.errstate(over="ignore", invalid="ignore"):
            sums = block.reshape(len(block), -1).sum(axis=1)
        yield from start + np.flatnonzero(np.isnan(sums))
