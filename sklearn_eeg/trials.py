"""Trials: EEG samples that keep their rate, channels, bands and subjects aboard."""

from html import escape

import numpy as np
import pandas as pd

from sklearn_eeg._axes import FEATURES, WORDS, show_axes, usual_axes
from sklearn_eeg._mapped import select_rows

VOLTS_TO_MICROVOLTS = 1e6


class Trials:
    """EEG trials and what must travel with them through slices, folds and pipelines.

    The sample is a trial: ``len``, slices, labels and groups all count trials. Metadata lie beside
    the samples because scikit-learn's routing drops them in places (a search's refit,
    ``cross_val_predict``, a scorer given by name), and a subject that loses its trials is a leak.

    Parameters
    ----------
    data : ndarray of shape (n_trials, ...) or list of ndarray
        A list holds trials of different length, each without the trial axis.
        Neither copied nor changed. Folds of a memory-mapped array stay on disk until a step or a
        network reads them.
    axes : tuple of str, default=None
        Name of each axis after that of trials, such as ``("window", "channel", "band")``. ``None``
        is the usual layout of signals, the last of (window, channel, time), where there is a rate;
        that of features, (window, channel, band), where there are bands; else each step reads the
        trials as an array, by their number of axes.
    sfreq : float, default=None
        Sampling rate of the signals, in hertz.
    ch_names : sequence of str, default=None
        Name of each channel.
    unit : str, default="uV"
        Unit of the data; signals are in microvolts throughout this library.
    bands : mapping of str to (float, float) or None, default=None
        Names of the feature axis; the edges in hertz where a feature is a frequency band.
    metadata : DataFrame or mapping of str to sequence, default=None
        One row a trial, such as ``subject``, ``session``, ``stimulus``.

    Attributes
    ----------
    shape : tuple
        As of an array; a ragged axis is ``None``.
    subject : ndarray of shape (n_trials,)
        The column of ``metadata``; ``session`` and ``stimulus`` likewise.

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

    def __init__(
        self, data, *, axes=None, sfreq=None, ch_names=None, unit="uV", bands=None, metadata=None
    ):
        self.data = _as_data(data)
        self.sfreq = None if sfreq is None else float(sfreq)
        self.ch_names = None if ch_names is None else tuple(str(name) for name in ch_names)
        self.unit = unit
        self.bands = None if bands is None else dict(bands)
        self.metadata = _as_table(metadata, len(data))
        self.axes = self._read_axes(axes)

    @classmethod
    def from_mne(cls, epochs):
        """Trials in microvolts from MNE epochs; without metadata, event codes are the metadata.

        Parameters
        ----------
        epochs : mne.BaseEpochs
            Volts, as always in MNE.

        Examples
        --------
        >>> import mne
        >>> info = mne.create_info(["Fz", "Cz"], 100.0, "eeg")
        >>> epochs = mne.EpochsArray(np.ones((3, 2, 50)) * 1e-6, info, verbose=False)
        >>> float(Trials.from_mne(epochs).data.max())
        1.0
        """
        metadata = epochs.metadata
        if metadata is None:
            metadata = {"event": epochs.events[:, 2]}
        return cls(
            epochs.get_data(copy=False) * VOLTS_TO_MICROVOLTS,
            sfreq=epochs.info["sfreq"],
            ch_names=epochs.ch_names,
            metadata=metadata,
        )

    def to_mne(self):
        """MNE epochs, in volts, of trials that are rectangular signals.

        Raises
        ------
        ValueError
            The trials are no rectangular signals, or their rate or channel names are unknown.
        """
        import mne

        if self.is_ragged or len(self.shape) != 3 or self.bands is not None:
            raise ValueError(
                f"Trials.to_mne: expected signals of shape (trial, channel, time), "
                f"got {self!r}; pad or select first."
            )
        if self.sfreq is None or self.ch_names is None:
            raise ValueError("Trials.to_mne: expected sfreq and ch_names to be known, got None.")
        info = mne.create_info(list(self.ch_names), self.sfreq, "eeg")
        volts = np.asarray(self.data, dtype=float) / VOLTS_TO_MICROVOLTS
        metadata = None if self.metadata.columns.empty else self.metadata
        return mne.EpochsArray(volts, info, metadata=metadata, verbose="error")

    def replace(self, **changes):
        """Return these trials with some facts changed; ``data`` may be among them."""
        facts = {name: getattr(self, name) for name in _FACTS}
        return type(self)(**(facts | changes))

    def __setstate__(self, state):
        self.__dict__.update(state)
        if "axes" not in state:  # of a release before axes had names
            self.axes = self._read_axes(None)

    def size(self, axis):
        """Length of an axis by its name, ``None`` where trials differ."""
        return self.shape[1 + self.axes.index(axis)]

    def _read_axes(self, axes):
        if isinstance(axes, str):
            raise TypeError(f"Trials: expected axes as a tuple of words, got {axes!r}.")
        if self.is_ragged and not self.data:
            return axes
        n_axes = (self.data[0].ndim + 1 if self.is_ragged else self.data.ndim) - 1
        if axes is None:
            if self.sfreq is None and self.bands is None:
                return None
            axes = usual_axes(n_axes, self.bands)
            if axes is None:
                return None
        axes = tuple(axes)
        unknown = [axis for axis in axes if axis not in WORDS]
        if unknown or len(set(axes)) < len(axes):
            raise ValueError(
                f"Trials: expected axes to be some of {list(WORDS)}, each once, got {axes}."
            )
        if len(axes) != n_axes:
            raise ValueError(
                f"Trials: expected a name for each of {n_axes} axes after that of trials, got "
                f"{len(axes)} names: {show_axes(axes)}."
            )
        self._check_size("channel", "ch_names", self.ch_names, axes)
        features = [axis for axis in axes if axis in FEATURES]
        if self.bands is not None and not features:
            raise ValueError(
                f"Trials: expected an axis of bands, which are named, got {show_axes(axes)}; "
                f"change axes= too."
            )
        for axis in features[-1:]:
            self._check_size(axis, "bands", self.bands, axes)
        return axes

    def _check_size(self, axis, fact, names, axes):
        if names is None or axis not in axes:
            return
        place = axes.index(axis)
        sizes = (
            {x.shape[place] for x in self.data} if self.is_ragged else {self.data.shape[1 + place]}
        )
        if sizes != {len(names)}:
            size = min(sizes - {len(names)})
            raise ValueError(
                f"Trials: expected {len(names)} {axis}s as named in {fact}, got {size}."
            )

    @property
    def is_ragged(self):
        """Whether trials differ in length and so lie in a list."""
        return isinstance(self.data, list)

    @property
    def shape(self):
        """Lengths of the axes, ``None`` where trials differ."""
        if not self.is_ragged:
            return tuple(self.data.shape)
        lengths = zip(*(trial.shape for trial in self.data), strict=True)
        return len(self.data), *(n[0] if len(set(n)) == 1 else None for n in lengths)

    @property
    def ndim(self):
        """Number of axes, the trial axis included."""
        return len(self.shape)

    @property
    def dtype(self):
        """Type of the numbers."""
        return self.data[0].dtype if self.is_ragged else self.data.dtype

    @property
    def subject(self):
        """Subject of each trial."""
        return self._column("subject")

    @property
    def session(self):
        """Session of each trial."""
        return self._column("session")

    @property
    def stimulus(self):
        """Stimulus of each trial."""
        return self._column("stimulus")

    def _column(self, name):
        if name not in self.metadata:
            raise AttributeError(
                f"Trials: expected a column {name!r} in metadata, which has "
                f"{list(self.metadata.columns)}."
            )
        return self.metadata[name].to_numpy()

    def __len__(self):
        return len(self.data)

    def __getitem__(self, key):
        if isinstance(key, tuple):
            key = _only_rows(key)
        if isinstance(key, (int, np.integer)):
            return self.data[key]
        rows = key if isinstance(key, slice) else _as_rows(key, len(self))
        if not self.is_ragged:
            data = select_rows(self.data, rows)
        elif isinstance(rows, slice):
            data = self.data[rows]
        else:
            data = [self.data[row] for row in rows]
        return self.replace(data=data, metadata=self.metadata.iloc[rows].reset_index(drop=True))

    def __array__(self, dtype=None, copy=None):
        if self.is_ragged:
            raise ValueError(
                f"Trials: expected trials of one length where an array is needed, got {self!r}; "
                f"put a SequencePadder before this step."
            )
        return np.array(self.data, dtype=dtype, copy=copy)

    def __repr__(self):
        return f"<Trials | {', '.join(self._description())}>"

    def _repr_html_(self):
        rows = self._description()
        if self.ch_names:
            rows.append("channels: " + " ".join(self.ch_names))
        if self.bands:
            rows.append("features: " + " ".join(self.bands))
        items = "".join(f"<li>{escape(row)}</li>" for row in rows)
        table = "" if self.metadata.columns.empty else self.metadata.head().to_html()
        return f"<div><strong>Trials</strong><ul>{items}</ul>{table}</div>"

    def _description(self):
        n = len(self)
        parts = [f"{n} trial{'s' * (n != 1)}"]
        if "subject" in self.metadata:
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
        if self.bands is None:
            parts.append(self.unit)
        return parts


_FACTS = ("data", "axes", "sfreq", "ch_names", "unit", "bands", "metadata")


def _as_data(data):
    for trials in [data] if not isinstance(data, list) else data:
        if not (hasattr(trials, "shape") and hasattr(trials, "dtype")):
            raise TypeError(
                f"Trials: expected data as an array or a list of arrays, one a trial, got "
                f"{'a list with ' * isinstance(data, list)}{type(trials).__name__}; np.asarray "
                f"makes arrays of it."
            )
    return data


def _as_table(metadata, n_trials):
    if metadata is None:
        return pd.DataFrame(index=range(n_trials))
    table = pd.DataFrame(metadata).reset_index(drop=True)
    if len(table) != n_trials:
        raise ValueError(
            f"Trials: expected metadata to have one row a trial, {n_trials}, got {len(table)} rows."
        )
    return table


def _only_rows(key):
    # scikit-learn asks what has a shape for [rows, ...].
    if len(key) == 2 and key[1] is Ellipsis:
        return key[0]
    raise IndexError(
        f"Trials: expected an index of trials alone, got {len(key)} indices; "
        f"index trials.data for other axes."
    )


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

    def __init__(self, trials):
        if isinstance(trials, Trials):
            known = [name for name in ("subject", "session") if name in trials.metadata]
            trials = trials.replace(metadata=trials.metadata[known])
        self.trials = trials

    def __repr__(self):
        return f"<Unlabelled | {len(self.trials)} trials>"
