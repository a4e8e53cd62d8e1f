"""Trials by which a graph is compared with its pipeline, whole and with parts missing."""

from dataclasses import dataclass, replace

import numpy as np

from sklearn_eeg._door import NOTHING_KNOWN, read
from sklearn_eeg.trials import Trials


@dataclass(frozen=True)
class Example:
    """Trials as the pipeline takes them, and as a graph of one shape does.

    ``data`` is (n_trials, ...) with NaN at the end of trials that are shorter than the longest.
    """

    trials: Trials
    known: bool
    data: np.ndarray
    axes: tuple[str, ...]

    @property
    def unit(self):
        """Unit of what comes in."""
        return "uV" if "time" in self.axes else self.trials.unit

    def given(self):
        """Trials, or the bare array or list if nothing was known."""
        return self.trials if self.known else self.trials.data

    def without(self, place):
        """The same with NaN at a place of each trial, an index of all axes."""
        data = self.data.copy()
        data[place] = np.nan
        return replace(self, data=data, trials=self.trials.derive(data=data))

    def lacking(self):
        """Copies that lack something, by its name: the end of each trial, and a channel."""
        found, here = {}, (slice(None),)
        for axis in ("time", "window"):
            if axis in self.axes:
                place = 1 + self.axes.index(axis)
                n = self.data.shape[place]
                end = (*here * place, slice(n - n // 3, None))
                found[f"{axis}s at the end"] = self.without(end)
                break
        if "channel" in self.axes and self.data.shape[1 + self.axes.index("channel")] > 1:
            place = 1 + self.axes.index("channel")
            found["a channel"] = self.without((*here * place, 0))
        return found


def read_example(X, first):
    """Example of trials for a pipeline whose first step is given."""
    X = read(X)
    known = isinstance(X, Trials)
    trials = X if known else NOTHING_KNOWN.derive(data=_as_arrays(X))
    if len(trials) < 2:
        raise ValueError(
            f"expected two trials or more as example, of which fit has seen none, got "
            f"{len(trials)}."
        )
    axes = getattr(first, "axes_", None) or ("feature",)
    if known and hasattr(first, "_convert_unit"):
        trials = first._convert_unit(trials if trials.axes else trials.derive(axes=axes))
    data = _pad(trials.data) if trials.is_ragged else np.asarray(trials.data)
    if data.ndim != len(axes) + 1:
        raise ValueError(
            f"expected trials of the axes {axes} as example, as in fit, got data of shape "
            f"{data.shape}."
        )
    return Example(trials, known, data, tuple(axes))


def _as_arrays(X):
    if isinstance(X, list) and all(hasattr(trial, "ndim") for trial in X):
        return X
    return np.asarray(X)


def _pad(trials):
    shape = np.max([trial.shape for trial in trials], axis=0)
    padded = np.full((len(trials), *shape), np.nan)
    for row, trial in zip(padded, trials, strict=True):
        row[tuple(map(slice, trial.shape))] = trial
    return padded
