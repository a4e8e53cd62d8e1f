"""Attribution: numbers on the inputs of a model, with the names of what they are about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._axes import FEATURES, OUTER
from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import rows_of, subjects_of
from sklearn_eeg.trials import Trials

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Check:
    """What a test of an explanation found.

    Parameters
    ----------
    name : str
        What was tested.
    passes : bool
        Whether the explanation stood it.
    text : str
        The finding, in a few words with its numbers.
    """

    name: str
    passes: bool
    text: str


@dataclass(frozen=True, eq=False)
class Attribution:
    """What a method says of the inputs of a model: trials whose values are attributions.

    Functions of this module make it. Rows are trials, or subjects after :meth:`by_subject` and of
    :func:`permutation_importance`.

    Parameters
    ----------
    trials : Trials
        The values, with the axes and names of what they are about; NaN where nothing is. The
        metadata are those of the trials that were explained.
    method : str
        Name of the function that made it.
    quantity : str
        What is attributed: ``"logit"``, ``"probability"``, ``"value"`` of a regression,
        ``"attention"`` or the name of a metric.
    target : ndarray of shape (n_rows,), default=None
        Label, or number of the output, that each row explains.
    output : ndarray, default=None
        What the model says of the target: (n_rows,), or (n_rows, n_windows) where each window is
        judged by itself.
    reference : ndarray, default=None
        The same of the baseline.
    sd : array or list of arrays, default=None
        Standard deviation of the values over repetitions, or of a mean over its trials.
    checks : tuple of Check
        What tests found; displays print those that failed.
    explain : functools.partial, default=None
        (estimator, X, target) -> Attribution, by which :func:`sanity_check` asks again.
    signed : bool
        Whether a value below zero speaks against the target.

    Examples
    --------
    >>> values = Trials(np.array([[[1.0, -3.0]]]), ch_names=["Cz"], features=["a", "b"])
    >>> attribution = Attribution(values, "saliency", "logit")
    >>> attribution.to_frame()
       trial channel feature  value
    0      0      Cz       a    1.0
    1      0      Cz       b   -3.0
    >>> attribution.share("feature").tolist()
    [0.25, 0.75]
    """

    trials: Trials
    method: str
    quantity: str
    target: np.ndarray | None = None
    output: np.ndarray | None = None
    reference: np.ndarray | None = None
    sd: np.ndarray | list | None = None
    checks: tuple[Check, ...] = ()
    explain: partial | None = None
    signed: bool = True

    @property
    def values(self) -> np.ndarray:
        """The numbers: (n_rows, ...), or a list where trials differ in length."""
        return self.trials.data

    @property
    def axes(self) -> tuple[str, ...]:
        """Name of each axis after that of rows."""
        return self.trials.axes

    @property
    def names(self) -> dict[str, Any]:
        """Names along each axis: of channels and bands; onsets and times in seconds; numbers."""
        shapes = [trial.shape for trial in self.values]
        longest = [max((s[i] for s in shapes), default=0) for i in range(len(self.axes))]
        return {axis: self._label(axis, n) for axis, n in zip(self.axes, longest, strict=True)}

    def _label(self, axis, n):
        trials = self.trials
        if axis == "channel" and trials.ch_names is not None:
            return list(trials.ch_names)
        own = [word for word in self.axes if word in FEATURES]
        if own[-1:] == [axis] and trials.features is not None:
            return list(trials.features)
        if axis == "window" and trials.window_onsets is not None:
            return list(trials.window_onsets)[:n]
        if axis == "time" and trials.sfreq is not None:
            return (np.arange(n) / trials.sfreq).tolist()
        return list(range(n))

    @property
    def gap(self) -> float:
        """How far, at most, a sum of values is from the difference of output and reference."""
        if self.reference is None:
            raise ValueError(
                f"Attribution: expected values that add up to a difference of outputs, got "
                f"{self.method}, which promises none; use integrated_gradients."
            )
        rows = zip(self.values, self.output, self.reference, strict=True)
        return float(max(_lacking(*row) for row in rows))

    def to_frame(self) -> pd.DataFrame:
        """All values as a table, a row each; those that are missing are left out.

        Returns
        -------
        DataFrame
            Columns ``trial``, ``subject`` and ``target`` where they are known, the axes by their
            names, ``value`` and, where it is known, ``sd``.
        """
        import pandas as pd

        tables = []
        for row, values in enumerate(self.values):
            places = np.indices(values.shape).reshape(values.ndim, -1)
            table = pd.DataFrame({"trial": row}, index=range(values.size))
            if self.trials.has("subject"):
                table["subject"] = self.trials.subject[row]
            if self.target is not None:
                table["target"] = self.target[row]
            for axis, place in zip(self.axes, places, strict=True):
                table[axis] = np.asarray(self.names[axis])[place]
            table["value"] = np.ravel(values)
            if self.sd is not None:
                table["sd"] = np.ravel(self.sd[row])
            tables.append(table)
        return pd.concat(tables).dropna(subset="value").reset_index(drop=True)

    def average(self, *axes: str) -> Attribution:
        """Mean over some axes, what is missing left out.

        Parameters
        ----------
        *axes : str
            Such as ``"window"``.

        Returns
        -------
        Attribution

        Examples
        --------
        >>> values = Trials(np.ones((2, 3, 4)), axes=("window", "channel"))
        >>> Attribution(values, "saliency", "logit").average("window").axes
        ('channel',)
        """
        lost = sorted(set(axes) - set(self.axes))
        if lost:
            raise ValueError(
                f"Attribution: expected some of the axes {self.axes}, got {lost[0]!r}."
            )
        kept = tuple(axis for axis in self.axes if axis not in axes)
        if not axes:
            return self
        places = tuple(self.axes.index(axis) for axis in axes)
        values = [_mean(np.asarray(trial), places) for trial in self.values]
        ragged = self.trials.is_ragged and any(axis in kept for axis in OUTER)
        data = values if ragged else np.stack(values)
        by_window = isinstance(self.output, list) or np.ndim(self.output) > 1
        gone = by_window and any(axis in OUTER for axis in axes)
        return replace(
            self,
            trials=named(data, kept, self.trials),
            output=None if gone else self.output,
            reference=None,
            sd=None,
        )

    def by_subject(self, groups: ArrayLike | None = None) -> Attribution:
        """Mean of each subject's trials, and their standard deviation.

        Parameters
        ----------
        groups : array-like of shape (n_trials,), default=None
            Subject of each trial; ``None``: those that the trials carry.

        Returns
        -------
        Attribution
            A row a subject; the target is kept where a subject's trials share it.

        Raises
        ------
        ValueError
            Subjects are unknown.
        """
        with speaking("Attribution"):
            subjects = subjects_of(self.trials, groups)
        rows = rows_of(subjects)
        targets = None
        if self.target is not None:
            targets = np.array([_shared(self.target[part]) for part in rows], dtype=object)
        values = _as_array(self.values)
        mean = np.stack([_mean(values[part], (0,)) for part in rows])
        metadata = {"subject": [subjects[part[0]] for part in rows]}
        return replace(
            self,
            trials=named(mean, self.axes, self.trials, metadata=metadata),
            target=targets,
            output=None,
            reference=None,
            sd=np.stack([_deviation(values[part]) for part in rows]),
        )

    def summary(self, *axes: str) -> pd.DataFrame:
        """Mean over rows, with the standard deviation between them.

        Parameters
        ----------
        *axes : str
            Axes to keep; the others are averaged over. Without any, all are kept.

        Returns
        -------
        DataFrame
            Indexed by the axes; columns ``mean``, ``sd`` over rows (of one row none: NaN) and
            ``n``, the rows that have a value.
        """
        import pandas as pd

        kept = axes or self.axes
        few = self.average(*(axis for axis in self.axes if axis not in kept))
        values, names = _as_array(few.values), few.names
        index = pd.MultiIndex.from_product(names.values(), names=list(names))
        if len(names) == 1:
            index = index.get_level_values(0)
        told = {
            "mean": np.ravel(_mean(values, (0,))),
            "sd": np.ravel(_deviation(values)),
            "n": np.ravel((~np.isnan(values)).sum(0)),
        }
        return pd.DataFrame(told, index)

    def share(self, *axes: str) -> pd.Series:
        """Share of each entry in all: the size of its mean over rows; they add up to one.

        Parameters
        ----------
        *axes : str
            Axes to keep, such as ``"channel", "band"``. Without any, all but those of windows.

        Returns
        -------
        Series
            Indexed by the axes.
        """
        inner = tuple(axis for axis in self.axes if axis not in OUTER)
        size = abs(self.summary(*inner)["mean"]) if inner else abs(self.summary()["mean"])
        kept = axes or inner or self.axes
        size = size.groupby(list(kept), sort=False).sum()
        return (size / size.sum()).rename("share")

    def __getitem__(self, rows: Any) -> Attribution:
        chosen = np.arange(len(self))[rows]
        if chosen.ndim != 1:
            raise IndexError("Attribution: expected a slice, a mask or numbers of rows.")
        parts = {
            name: None if whole is None else _take(whole, chosen)
            for name in ("target", "output", "reference", "sd")
            for whole in [getattr(self, name)]
        }
        return replace(self, trials=self.trials[chosen], **parts)

    def __len__(self) -> int:
        return len(self.trials)

    def __repr__(self):
        sizes = (f"{axis}={len(labels)}" for axis, labels in self.names.items())
        parts = [self.method, f"{len(self)} rows", f"each ({', '.join(sizes)})", self.quantity]
        parts += [f"fails: {check.name}" for check in self.checks if not check.passes]
        return f"<Attribution | {', '.join(parts)}>"


def named(data, axes, like, **facts):
    """Trials of attributions along some axes, with those names that their axes still have.

    ``like`` are the trials that are explained; ``facts`` stand over theirs.
    """
    known = {"metadata": None if like.metadata.columns.empty else like.metadata}
    if "channel" in axes:
        known["ch_names"] = like.ch_names
    if "window" in axes:
        known["window_onsets"] = like.window_onsets
    if "time" in axes:
        known["sfreq"] = like.sfreq
    if like.axes is not None and feature_axis(axes) == feature_axis(like.axes) is not None:
        word = "features" if like.bands is None else "bands"
        known[word] = getattr(like, word)
    return Trials(data, axes=axes, unit="1", **{**known, **facts})


def _lacking(values, output, reference):
    """How much the values of a trial, or of one of its windows, are off their sum."""
    flat = values.reshape(*np.shape(output), -1)
    return np.nanmax(np.abs(np.nansum(flat, -1) - (output - reference)))


def _as_array(values):
    """Values of all trials, shorter ones filled up with NaN."""
    if not isinstance(values, list):
        return np.asarray(values)
    longest = max(len(trial) for trial in values)
    out = np.full((len(values), longest, *values[0].shape[1:]), np.nan)
    for row, trial in zip(out, values, strict=True):
        row[: len(trial)] = trial
    return out


def feature_axis(axes):
    """Name of the axis that features have names along, or ``None``."""
    return next((axis for axis in reversed(axes) if axis in FEATURES), None)


def _mean(values, places):
    """Mean over some axes of what is not missing; NaN where all is."""
    kept = tuple(i for i in range(values.ndim) if i not in places)
    rows = np.transpose(values, (*kept, *places))
    rows = rows.reshape(*rows.shape[: len(kept)], prod(values.shape[i] for i in places))
    count = (~np.isnan(rows)).sum(-1)
    return np.divide(np.nansum(rows, -1), count, out=np.full(count.shape, np.nan), where=count > 0)


def _deviation(values):
    """Standard deviation over rows; NaN of fewer than two."""
    squares = (values - _mean(values, (0,))) ** 2
    count = (~np.isnan(values)).sum(0)
    variance = np.divide(
        np.nansum(squares, 0), count - 1, out=np.full(count.shape, np.nan), where=count > 1
    )
    return np.sqrt(variance)


def _shared(labels):
    return labels[0] if (labels == labels[0]).all() else None


def _take(whole, rows):
    return [whole[row] for row in rows] if isinstance(whole, list) else whole[rows]
