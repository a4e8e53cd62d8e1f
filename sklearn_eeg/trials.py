"""Trials: EEG samples that keep their axes, rate, channels, features and subjects aboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Self, overload

import numpy as np
from numpy.typing import DTypeLike

from sklearn_eeg._axes import FEATURES, show_axes, usual_axes
from sklearn_eeg._facts import (
    as_axes,
    as_bands,
    as_channels,
    as_data,
    as_extra,
    as_features,
    as_onsets,
    as_rate,
    as_table,
    as_unit,
    check_alike,
    feature_word,
    join_rows,
    take_rows,
)
from sklearn_eeg._fingerprints import Fingerprints
from sklearn_eeg._kinds import is_tensor
from sklearn_eeg._mapped import concatenate, select_rows
from sklearn_eeg._places import pack, unpack
from sklearn_eeg._plausible import warn_of_volts
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["Trials", "Unlabelled"]

_FACTS = (
    "data", "axes", "sfreq", "ch_names", "unit", "bands", "features", "window_onsets", "metadata",
    "extra",
)  # fmt: skip


class Trials:
    """EEG trials and what must travel with them through slices, folds and pipelines.

    The sample is a trial: ``len``, slices, labels and groups all count trials. Metadata lie beside
    the samples because scikit-learn's routing drops them in places (a search's refit,
    ``cross_val_predict``, a scorer given by name), and a subject that loses its trials is a leak.
    Trials do not change: :meth:`replace` returns others.

    Parameters
    ----------
    data : ndarray of shape (n_trials, ...) or list of ndarray
        A list holds trials of different length, each without the trial axis. Neither copied nor
        changed. Folds of memory-mapped arrays stay on disk until a step or a network reads them,
        and a pickle of them has the paths of their files, not the numbers.
    axes : sequence of str, default=None
        Name of each axis after that of trials, such as ``("window", "channel", "band")``: of
        segment, window, channel, partner, band, frequency, feature, plane, row, column, frame,
        time; segment and window lead. ``None`` is the usual layout of features, the last of
        (window, channel, feature), where features are named; that of signals, (window, channel,
        time), where there is a rate; else each step reads the trials as an array, by their number
        of axes.
    sfreq : float, default=None
        Sampling rate of the signals, in hertz.
    ch_names : sequence of str, default=None
        Name of each channel.
    unit : str, default=None
        Unit of the data. Signals in ``"V"`` or ``"mV"`` are converted where a step takes them;
        ``None`` is ``"uV"`` for signals and unknown for others.
    bands : mapping of str to (float, float), default=None
        Frequency bands of the feature axis and their edges, in hertz.
    features : sequence of str, default=None
        Names along the feature axis that are no bands.
    window_onsets : sequence of float, default=None
        Where each window begins, in seconds from its trial's start. Steps that cut windows know it.
        Of trials in a list, that of the longest, with which the others begin.
    metadata : DataFrame or mapping of str to sequence, default=None
        One row a trial, such as ``subject``, ``session``, ``stimulus``; ``unlabelled`` marks trials
        whose label is not known, which classifiers may learn from all the same; trials of one
        ``copy_of`` are near copies of each other, such as overlapping windows of a recording, of
        which each epoch of a network sees one, another each time.
    extra : mapping of str to array-like, default=None
        Further blocks with one row a trial, such as eye movements; a list where rows differ in
        length. They are sliced with the trials and pass through every step; a network that wants
        one says so.

    Attributes
    ----------
    shape : tuple
        As of an array; a ragged axis is ``None``.
    features : tuple of str or None
        Names along the feature axis, those of ``bands`` too.
    subject : ndarray of shape (n_trials,)
        The column of ``metadata``; ``session`` and ``stimulus`` likewise.
    unlabelled : ndarray of bool of shape (n_trials,)

    Raises
    ------
    ValueError
        Facts do not go together: names and lengths of axes, a rate that is not finite and positive,
        a channel named twice, a row missing in the metadata or in an extra block.

    Warns
    -----
    ImplausibleUnitWarning
        Nobody says the unit of signals that are as small as volts.

    Examples
    --------
    >>> signals = np.zeros((4, 2, 500))
    >>> trials = Trials(
    ...     signals, sfreq=250, ch_names=["Fz", "Cz"], metadata={"subject": [1, 1, 2, 2]}
    ... )
    >>> trials
    <Trials | 4 trials of 2 subjects, each (channel=2, time=500), float64, 250 Hz, uV>
    >>> trials[trials.subject == 2].subject
    array([2, 2])
    """

    data: Any
    axes: tuple[str, ...] | None
    sfreq: float | None
    ch_names: tuple[str, ...] | None
    unit: str | None
    bands: dict[str, tuple[float, float]] | None
    features: tuple[str, ...] | None
    window_onsets: tuple[float, ...] | None
    extra: dict[str, Any]
    _metadata: Any
    _assumed: bool
    _fingerprints: Fingerprints

    def __init__(
        self,
        data: Any,
        *,
        axes: Sequence[str] | None = None,
        sfreq: float | None = None,
        ch_names: Sequence[str] | None = None,
        unit: str | None = None,
        bands: Mapping[str, tuple[float, float]] | None = None,
        features: Sequence[str] | None = None,
        window_onsets: Sequence[float] | None = None,
        metadata: pd.DataFrame | Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        data = as_data(data)
        bands = as_bands(bands)
        features = as_features(features, bands)
        sfreq = as_rate(sfreq)
        ch_names = as_channels(ch_names)
        n_axes = (
            (data[0].ndim if data else len(axes or ())) if isinstance(data, list) else data.ndim - 1
        )
        word = feature_word(bands, features)
        # Read from what else is known, which a step that refuses them has to say.
        assumed = axes is None and (word is not None or sfreq is not None)
        if assumed:
            axes = usual_axes(n_axes, word or "time")
        self.__dict__.update(
            data=data,
            axes=as_axes(axes, n_axes),
            sfreq=sfreq,
            ch_names=ch_names,
            unit=None,
            bands=bands,
            features=features,
            window_onsets=as_onsets(window_onsets),
            extra=as_extra(extra, len(data)),
            _metadata=None if metadata is None else as_table(metadata, len(data)),
            _assumed=assumed,
            _fingerprints=Fingerprints(),
        )
        is_signal = self.axes is None or "time" in self.axes
        self.__dict__["unit"] = as_unit(unit, "uV" if is_signal and features is None else None)
        self._check_names("channel", ch_names)
        if features is not None:
            self._check_features()
        if window_onsets is not None:
            self._check_onsets()
        if unit is None and self.axes is not None and self.axes[-1:] == ("time",):
            warn_of_volts("Trials", data, stacklevel=2)

    def __setattr__(self, name, value):
        if name in _FACTS:
            raise AttributeError(
                f"Trials: expected {name} to stay as it is, since Trials do not change; "
                f"trials.replace({name}=…) returns others."
            )
        super().__setattr__(name, value)

    def __getstate__(self):
        return self.__dict__ | {"data": pack(self.data)}

    def __setstate__(self, state):
        self.__dict__.update(state | {"data": unpack(state["data"])})

    @classmethod
    def from_mne(cls, epochs: Any, *, bads: str = "drop") -> Self:
        """Trials in microvolts of the EEG channels of MNE epochs.

        Parameters
        ----------
        epochs : mne.BaseEpochs or list of mne.BaseEpochs
            Volts, as always in MNE. Channels of other types (stimulus, EOG, ECG, …) stay out.
        bads : {"drop", "nan", "keep"}, default="drop"
            Whether channels of ``info["bads"]`` stay out, come as NaN, or as if they were good.

        Returns
        -------
        Trials
            Their metadata are those of the epochs, with the name of each one's event in the column
            ``event``.

        Examples
        --------
        >>> import mne
        >>> info = mne.create_info(["Fz", "Cz"], 100.0, "eeg")
        >>> epochs = mne.EpochsArray(np.ones((3, 2, 50)) * 1e-6, info, verbose=False)
        >>> float(Trials.from_mne(epochs).data.max())
        1.0
        """
        from sklearn_eeg import _mne

        with speaking(f"{cls.__name__}.from_mne"):
            return _mne.read_epochs(epochs, bads, cls)

    @classmethod
    def from_raw(
        cls,
        raw: Any,
        window: float,
        step: float | None = None,
        *,
        bads: str = "drop",
        reject_by_annotation: bool = True,
    ) -> Self:
        """Trials of equal length cut from a continuous recording, with their onsets.

        Parameters
        ----------
        raw : mne.io.BaseRaw
            Of which the EEG channels are taken.
        window : float
            Length of a trial, in seconds.
        step : float, default=None
            From one trial's start to the next, in seconds; ``None``: they adjoin.
        bads : {"drop", "nan", "keep"}, default="drop"
            Whether channels of ``info["bads"]`` stay out, come as NaN, or as if they were good.
        reject_by_annotation : bool, default=True
            Whether trials that overlap an annotation which begins with "bad" are left out.

        Returns
        -------
        Trials
            In microvolts; the metadata's ``onset`` is in seconds from the recording's first sample.

        Examples
        --------
        >>> import mne
        >>> info = mne.create_info(["Fz", "Cz"], 100.0, "eeg")
        >>> raw = mne.io.RawArray(np.zeros((2, 1000)), info, verbose=False)
        >>> Trials.from_raw(raw, window=4.0, step=2.0).metadata["onset"].tolist()
        [0.0, 2.0, 4.0, 6.0]
        """
        from sklearn_eeg import _mne

        with speaking(f"{cls.__name__}.from_raw"):
            return _mne.cut_raw(raw, window, step, bads, reject_by_annotation, cls)

    def to_mne(self) -> Any:
        """MNE epochs, in volts, of trials that are rectangular signals.

        The column ``event`` of the metadata gives the events their codes and names.

        Raises
        ------
        ValueError
            The trials are no rectangular signals in a unit of potential, or their rate or channel
            names are unknown.
        """
        from sklearn_eeg import _mne

        return _mne.write_epochs(self)

    @classmethod
    def concat(cls, parts: Sequence[Trials]) -> Trials:
        """Join trials of several recordings, one after the other.

        Parameters
        ----------
        parts : sequence of Trials
            Alike in axes, rate, channels, unit and features. Where they differ in length, or one
            is ragged, so is the result; a column or block that only some have is refused.

        Returns
        -------
        Trials

        Examples
        --------
        >>> one, other = Trials(np.zeros((2, 4, 100))), Trials(np.zeros((3, 4, 80)))
        >>> Trials.concat([one, other])
        <Trials | 5 trials, each (4, 80-100), float64, uV>
        """
        parts = list(parts)
        check_alike(parts)
        shapes = {trial.shape for part in parts for trial in part.data}
        ragged = len(shapes) > 1 or any(part.is_ragged for part in parts)
        metadata = None
        if not parts[0].metadata.columns.empty:
            import pandas as pd

            metadata = pd.concat([part.metadata for part in parts], ignore_index=True)
        extra = {name: join_rows([part.extra[name] for part in parts]) for name in parts[0].extra}
        return parts[0].derive(
            data=[trial for part in parts for trial in part.data]
            if ragged
            else concatenate([part.data for part in parts]),
            metadata=metadata,
            extra=extra,
            window_onsets=max((part.window_onsets or () for part in parts), key=len) or None,
        )

    def replace(self, **changes: Any) -> Self:
        """Return these trials with some facts changed; ``data`` may be among them.

        Parameters
        ----------
        **changes
            Arguments of the constructor. What does not change is kept, so another number of axes
            needs ``axes=``; other ``bands`` or ``features`` take the place of both.

        Returns
        -------
        The same class.
        """
        unknown = changes.keys() - set(_FACTS)
        if unknown:
            raise TypeError(
                f"Trials.replace: expected some of {', '.join(_FACTS)}, got {min(unknown)!r}."
            )
        facts = {name: getattr(self, name) for name in _FACTS}
        if "bands" in changes:
            facts["features"] = None
        elif "features" in changes:
            facts["bands"] = None
        if "window" not in (changes.get("axes") or facts["axes"] or ()):
            facts["window_onsets"] = None
        judged = Trials(**(facts | changes))
        assumed = self._assumed and "axes" not in changes
        return self.derive(**{name: getattr(judged, name) for name in _FACTS}, _assumed=assumed)

    def derive(self, **changes: Any) -> Self:
        """As :meth:`replace`, for facts that are known to go together; they are taken as they are.

        Parameters
        ----------
        **changes
            Arguments of the constructor.

        Returns
        -------
        The same class.
        """
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        if changes.get("data", self.data) is not self.data:
            changes.setdefault("_fingerprints", Fingerprints())
        if "metadata" in changes:
            changes["_metadata"] = changes.pop("metadata")
        if "bands" in changes and changes["bands"] is not None:
            changes.setdefault("features", tuple(changes["bands"]))
        elif "features" in changes:
            changes.setdefault("bands", None)
        if "axes" in changes and "window" not in (changes["axes"] or ()):
            changes["window_onsets"] = None
        other.__dict__.update(changes)
        return other

    def map(self, function: Callable[[Any], Any], **changes: Any) -> Self:
        """Apply a function of (n_trials, ...) to all trials at once, or to each of a list.

        Parameters
        ----------
        function : callable
            Must not change what it is given.
        **changes
            Facts of the result that differ; they are taken as they are.

        Returns
        -------
        The same class.
        """
        if self.is_ragged:
            data = [function(trial[None])[0] for trial in self.data]
        else:
            data = function(self.data)
        return self.derive(data=data, **changes)

    def size(self, axis: str) -> int | None:
        """Length of an axis by its name, ``None`` where trials differ."""
        return self.shape[1 + self.axes.index(axis)]  # type: ignore[union-attr]

    @property
    def metadata(self) -> pd.DataFrame:
        """Table of one row a trial, a DataFrame; without columns where nothing is known."""
        if self._metadata is None:
            import pandas as pd

            self.__dict__["_metadata"] = pd.DataFrame(index=range(len(self.data)))
        return self._metadata

    def has(self, column: str) -> bool:
        """Whether the metadata have a column."""
        return self._metadata is not None and column in self._metadata

    @property
    def is_ragged(self) -> bool:
        """Whether trials lie in a list, since they may differ in length."""
        return isinstance(self.data, list)

    @property
    def is_tensor(self) -> bool:
        """Whether the data are torch tensors."""
        return is_tensor(self.data[0] if self.is_ragged and self.data else self.data)

    @property
    def shape(self) -> tuple[int | None, ...]:
        """Lengths of the axes, ``None`` where trials differ."""
        if not self.is_ragged:
            return tuple(self.data.shape)
        lengths = zip(*(trial.shape for trial in self.data), strict=True)
        return len(self.data), *(n[0] if len(set(n)) == 1 else None for n in lengths)

    @property
    def ndim(self) -> int:
        """Number of axes, the trial axis included."""
        if not self.is_ragged:
            return self.data.ndim
        return 1 + (self.data[0].ndim if self.data else len(self.axes or ()))

    @property
    def dtype(self) -> Any:
        """Type of the numbers."""
        return self.data[0].dtype if self.is_ragged else self.data.dtype

    @property
    def subject(self) -> np.ndarray:
        """Subject of each trial."""
        return self._column("subject")

    @property
    def session(self) -> np.ndarray:
        """Session of each trial."""
        return self._column("session")

    @property
    def stimulus(self) -> np.ndarray:
        """Stimulus of each trial."""
        return self._column("stimulus")

    @property
    def unlabelled(self) -> np.ndarray:
        """Which trials have no label, as the column of that name says; without it, none."""
        if not self.has("unlabelled"):
            return np.zeros(len(self), dtype=bool)
        marks = self._column("unlabelled")
        if not np.isin(marks, (True, False)).all():
            raise ValueError(
                f"Trials: expected True or False for every trial in the column 'unlabelled', got "
                f"{marks[~np.isin(marks, (True, False))][0]!r}."
            )
        return marks.astype(bool)

    def _column(self, name):
        if name not in self.metadata:
            raise AttributeError(
                f"Trials: expected a column {name!r} in metadata, which has "
                f"{list(self.metadata.columns)}."
            )
        return self.metadata[name].to_numpy()

    def __len__(self) -> int:
        return len(self.data)

    @overload
    def __getitem__(self, key: int | np.integer) -> Any: ...

    @overload
    def __getitem__(self, key: Any) -> Self: ...

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple):
            key = _only_rows(key, self.ndim)
        if isinstance(key, (int, np.integer)):
            return self.data[key]
        rows = key if isinstance(key, slice) else _as_rows(key, len(self))
        if not self.is_ragged:
            data = select_rows(self.data, rows)
        elif isinstance(rows, slice):
            data = self.data[rows]
        else:
            data = [self.data[row] for row in rows]
        table = self._metadata
        return self.derive(
            data=data,
            metadata=None if table is None else table.iloc[rows].reset_index(drop=True),
            extra={name: take_rows(block, rows) for name, block in self.extra.items()},
            _fingerprints=self._fingerprints.select(rows, len(self)),
        )

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        if self.is_ragged:
            raise ValueError(
                f"Trials: expected trials of one length where an array is needed, got {self!r}; "
                f"put a SequencePadder before this step."
            )
        return np.array(self.data, dtype=dtype, copy=copy)

    def __array_function__(self, function, types, args, kwargs):
        if function in (np.concatenate, np.vstack) and kwargs.get("axis", *args[1:2] or (0,)) == 0:
            raise TypeError(
                f"np.{function.__name__}: expected arrays, got Trials, which would lose their "
                f"subjects and names; join them by Trials.concat([...])."
            )
        # What any other function does with an object that is no array but can become one.
        return function._implementation(*args, **kwargs)

    def __repr__(self):
        return f"<{type(self).__name__} | {', '.join(self._description())}>"

    def _repr_html_(self):
        rows = self._description()
        if self.ch_names:
            rows.append("channels: " + " ".join(self.ch_names))
        if self.features:
            rows.append("features: " + " ".join(self.features))
        items = "".join(f"<li>{escape(row)}</li>" for row in rows)
        table = "" if self.metadata.columns.empty else self.metadata.head().to_html()
        return f"<div><strong>{type(self).__name__}</strong><ul>{items}</ul>{table}</div>"

    def _description(self):
        n = len(self)
        parts = [f"{n} trial{'s' * (n != 1)}"]
        if self.has("subject"):
            n_subjects = self.metadata["subject"].nunique()
            parts[0] += f" of {n_subjects} subject{'s' * (n_subjects != 1)}"
        if n:
            sizes = [_span(self.data, i) if m is None else m for i, m in enumerate(self.shape[1:])]
            if self.axes is not None:
                sizes = [f"{axis}={n}" for n, axis in zip(sizes, self.axes, strict=True)]
            parts.append(f"each ({', '.join(map(str, sizes))})")
            parts.append(str(self.dtype).removeprefix("torch."))
        if self.sfreq:
            parts.append(f"{self.sfreq:g} Hz")
        if self.unit:
            parts.append(self.unit)
        return [*parts, *(f"with {name}" for name in self.extra)]

    def _check_names(self, axis, names):
        if names is None or self.axes is None or axis not in self.axes or not len(self):
            return
        place = self.axes.index(axis)
        trials = self.data if self.is_ragged else self.data[:1]
        wrong = {trial.shape[place] for trial in trials} - {len(names)}
        if wrong:
            shape = trials[0].shape
            swap = f"swap the axes of the data, which are (trial, {', '.join(self.axes)})"
            other = swap if len(names) in shape else "change axes= too"
            raise ValueError(
                f"Trials: expected {len(names)} {axis}s as named, got {min(wrong)} along the axis "
                f"{axis!r}; give as many names as there are, or {other}."
            )

    def _check_onsets(self):
        if self.axes is None or "window" not in self.axes:
            raise ValueError(
                "Trials: expected axes with a window where window_onsets are given, got "
                f"{show_axes(self.axes or ())}; change axes= too."
            )
        place, n_onsets = self.axes.index("window"), len(self.window_onsets)
        lengths = {trial.shape[place] for trial in (self.data if self.is_ragged else self.data[:1])}
        longest = max(lengths, default=n_onsets)
        if longest > n_onsets or (longest < n_onsets and not self.is_ragged):
            raise ValueError(
                f"Trials: expected an onset for each of {longest} windows, got {n_onsets}; change "
                f"window_onsets= too."
            )

    def _check_features(self):
        axes = [axis for axis in self.axes or () if axis in FEATURES]
        if not axes:
            raise ValueError(
                f"Trials: expected an axis for the features, which are named, got "
                f"{show_axes(self.axes or ())}; change axes= too."
            )
        self._check_names(axes[-1], self.features)


class Unlabelled:
    """Trials of a target domain, for ``X_target``: no labels aboard, and nothing can slice them.

    scikit-learn slices whatever lines up with ``X`` by the training rows, ``X_target`` too, and
    tells nobody. This holder has no length, no shape and no index, so it arrives as it was given.

    Parameters
    ----------
    trials : Trials, array, list of arrays or mne.BaseEpochs
        Of the target. Of the metadata of Trials only ``subject`` and ``session`` stay.

    Examples
    --------
    >>> Unlabelled(np.zeros((3, 2, 5)))
    <Unlabelled | 3 trials>
    """

    def __init__(self, trials: Data) -> None:
        if isinstance(trials, Trials):
            known = [name for name in ("subject", "session") if trials.has(name)]
            trials = trials.replace(metadata=trials.metadata[known] if known else None)
        self.trials = trials

    def __repr__(self):
        return f"<Unlabelled | {len(self.trials)} trials>"


def _only_rows(key, n_axes):
    # Whoever takes trials for an array asks for [rows, ...] or [rows, :, :].
    rows, *rest = key
    n_dots = sum(index is Ellipsis for index in rest)
    whole = all(index is Ellipsis or _is_all(index) for index in rest)
    if rows is not Ellipsis and whole and n_dots <= 1 and len(rest) - n_dots < n_axes:
        return rows
    raise IndexError(
        f"Trials: expected an index of trials alone, got {len(key)} indices; "
        f"index trials.data for other axes."
    )


def _is_all(index):
    return isinstance(index, slice) and index == slice(None)


def _as_rows(key, n_trials):
    rows = np.asarray(key)
    if rows.dtype == bool:
        if rows.shape != (n_trials,):
            raise IndexError(
                f"Trials: expected a mask of shape ({n_trials},), got shape {rows.shape}."
            )
        return np.flatnonzero(rows)
    return rows.astype(np.intp) if rows.size == 0 else rows


def _span(trials, axis):
    lengths = [trial.shape[axis] for trial in trials]
    return f"{min(lengths)}-{max(lengths)}"
