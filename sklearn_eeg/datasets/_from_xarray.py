"""Labelled arrays of xarray's, as trials and labels."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from sklearn_eeg._axes import FEATURES, WORDS
from sklearn_eeg._speaker import speaking
from sklearn_eeg.datasets._even import rate_of
from sklearn_eeg.trials import Trials

# What others call our axes.
_SYNONYMS = {
    "trial": ("trials", "epoch", "epochs"),
    "channel": ("channels", "ch", "ch_name", "ch_names", "sensor", "sensors", "electrode"),
    "time": ("times", "t", "sample", "samples"),
    "window": ("windows",),
    "band": ("bands",),
    "feature": ("features",),
    "frequency": ("freq", "freqs", "frequencies"),
}
_WORD = {other: word for word, others in _SYNONYMS.items() for other in others}
_KNOWN = {"trial", *WORDS}


@overload
def from_xarray(array: Any, label: None = None) -> tuple[Trials, None]: ...


@overload
def from_xarray(array: Any, label: str) -> tuple[Trials, np.ndarray]: ...


def from_xarray(array: Any, label: str | None = None) -> tuple[Trials, np.ndarray | None]:
    """Trials and labels of an ``xarray.DataArray``, by the names of its dimensions.

    Parameters
    ----------
    array : xarray.DataArray
        With a dimension ``trial`` (or ``epoch``) and others, in any order: ``channel``,
        ``time``, ``window``, ``band``, ``frequency``, ``feature``, or what else
        :class:`~sklearn_eeg.trials.Trials` knows; plurals and MNE's words are understood.
        The coordinate of the channels names them, that of the time (in seconds, or as
        ``timedelta64``) gives the rate, those along trials become metadata. The attribute
        ``units`` names the unit, microvolts where there is none; ``sfreq`` the rate, where
        time has no coordinate.
    label : str, default=None
        The coordinate along trials that has the labels.

    Returns
    -------
    trials : Trials
    y : ndarray of shape (n_trials,) or None

    Raises
    ------
    ValueError
        There is no dimension of trials, a dimension has a name that nobody knows, instants are not
        evenly apart, or there is no such label.

    Examples
    --------
    >>> import xarray as xr
    >>> array = xr.DataArray(
    ...     np.zeros((2, 500, 4)),
    ...     dims=("channel", "time", "epoch"),
    ...     coords={
    ...         "channel": ["Fz", "Cz"],
    ...         "time": np.arange(500) / 250,
    ...         "subject": ("epoch", [1, 1, 2, 2]),
    ...         "condition": ("epoch", ["rest", "task", "rest", "task"]),
    ...     },
    ... )
    >>> trials, y = from_xarray(array, label="condition")
    >>> trials
    <Trials | 4 trials of 2 subjects, each (channel=2, time=500), float64, 250 Hz, uV>
    """
    with speaking("from_xarray"):
        if not all(hasattr(array, name) for name in ("dims", "coords", "dtype")):
            raise TypeError(f"expected an xarray.DataArray, got {type(array).__name__}.")
        dims = _read_dims(array)
        axes = tuple(word for word in _order(dims) if word in dims)
        array = array.transpose(dims["trial"], *(dims[axis] for axis in axes))
        table = _table(array, dims["trial"])
        y = _take_label(table, label)
        names = next((_names(array, dims[axis]) for axis in FEATURES if axis in dims), None)
        trials = Trials(
            array.values,
            axes=axes,
            sfreq=_rate(array, dims.get("time")),
            ch_names=_names(array, dims.get("channel")),
            features=names,
            unit=array.attrs.get("units"),
            metadata=table or None,
        )
        return trials, y


def _read_dims(array):
    """The array's dimension by each of our words."""
    words = [_WORD.get(str(dim).lower(), str(dim).lower()) for dim in array.dims]
    strange = [str(d) for d, word in zip(array.dims, words, strict=True) if word not in _KNOWN]
    if strange or "trial" not in words or len(set(words)) < len(words):
        raise ValueError(
            f"expected dimensions 'trial' and some of {', '.join(WORDS)}, each once, got "
            f"{', '.join(map(str, array.dims))}; rename them by array.rename, or add one by "
            f"array.expand_dims('trial')."
        )
    return dict(zip(words, array.dims, strict=True))


def _order(dims):
    """Axes as they follow each other here; of filtered signals, the band precedes the channel."""
    if not {"band", "time"} <= dims.keys():
        return WORDS
    return sorted(WORDS, key=("segment", "window", "band", *WORDS).index)


def _names(array, dim):
    if dim is None or dim not in array.coords:
        return None
    return [f"{name:g}" if isinstance(name, float) else str(name) for name in _values(array, dim)]


def _values(array, name):
    return array.coords[name].values.tolist()


def _rate(array, dim):
    if dim is None or dim not in array.coords:
        return array.attrs.get("sfreq")
    instants = array.coords[dim].values
    if np.issubdtype(instants.dtype, np.timedelta64):
        instants = instants / np.timedelta64(1, "s")
    return rate_of(instants, array.attrs.get("sfreq"))


def _table(array, trial):
    """Coordinates along trials, each a column."""
    along = [name for name, coord in array.coords.items() if coord.dims == (trial,)]
    columns = {"trial" if name == trial else str(name): _values(array, name) for name in along}
    return {name: np.array(values) for name, values in columns.items()}


def _take_label(table, label):
    if label is None:
        return None
    if label not in table:
        raise ValueError(
            f"expected label to be a coordinate along trials, one of "
            f"{', '.join(table) or '(none)'}, got {label!r}."
        )
    return table.pop(label)
