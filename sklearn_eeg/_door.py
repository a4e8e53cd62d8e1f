"""The door that data of every kind pass on the way into an estimator."""

from dataclasses import replace

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from sklearn_eeg import _validation as v
from sklearn_eeg._axes import axes_fit, read_axes
from sklearn_eeg._parallel import keep_freed_memory
from sklearn_eeg._signals import Signals, is_epochs, is_tensor, is_trials

FLOATS = (np.float64, np.float32)


class Door:
    """Checks what comes in: finite float arrays of the layout seen in ``fit``, facts resolved."""

    # What NaN an estimator can mask: "none", "channel" (lost for a whole trial) or "any".
    _allow_nan = "channel"
    # Shortest trial, in samples along the last axis.
    _min_samples = 1
    # Axes of a trial, as patterns (see _axes); an array is read by the first that has its rank.
    _takes: str | tuple[str, ...] = ("window? channel? time", "window? channel? *")
    # Axes along which trials may differ from those of fit.
    _free: tuple[str, ...] = ("window", "time")
    # Whether torch tensors may pass.
    _accepts_tensors = False

    def _open(self, X, reset):
        keep_freed_memory()
        name = type(self).__name__
        signals = self._read(X)
        signals = self._check_data(signals, reset, name)
        signals = signals.replace(
            sfreq=v.resolve("sfreq", _number(self, "sfreq"), signals.sfreq, name),
            ch_names=v.resolve("ch_names", _names(self, "ch_names"), signals.ch_names, name),
        )
        v.check_unique(signals.ch_names, name)
        self._check_channel_count(signals, name)
        self._record(signals, name) if reset else self._compare(signals, name)
        return signals

    def _read(self, X):
        if is_epochs(X):
            from sklearn_eeg.trials import Trials

            return replace(self._read(Trials.from_mne(X)), kind="epochs")
        if is_trials(X):
            facts = (X.sfreq, X.ch_names, X.unit, X.bands, X.axes, X.metadata)
            return Signals(X.data, "trials", *facts)
        if isinstance(X, list) and all(hasattr(trial, "ndim") for trial in X):
            return Signals(X, "list")
        return Signals(np.asarray(X) if isinstance(X, list) else X, "array")

    def _check_data(self, signals, reset, name):
        data = signals.data
        if signals.is_list:
            v.check_trials(data, name)
            data = [self._check_one(trial, name) for trial in data]
        elif is_tensor(data) or getattr(data, "ndim", 2) > 2:
            data = self._check_one(data, name)
            v.check_trials(data, name)
        else:
            data = validate_data(self, data, reset=reset, dtype=FLOATS, ensure_all_finite=False)
        signals = signals.replace(data=data)
        signals = signals.replace(axes=self._name_axes(signals, reset, name))
        for shape in {trial.shape for trial in signals.trials()}:
            v.check_samples(shape, self._min_samples, name)
        if not signals.is_tensor:
            v.check_finite(signals.trials(), name, self._allow_nan, signals.ch_names)
        return signals

    def _name_axes(self, signals, reset, name):
        axes = signals.axes
        if axes is None:
            n_axes = signals.ndim - 1
            if not reset and len(self.axes_) == n_axes:
                return self.axes_
            axes = read_axes(self._takes, n_axes)
            if axes is None:
                v.refuse_rank(self._takes, n_axes, name)
        elif not axes_fit(self._takes, axes):
            v.refuse_axes(self._takes, axes, signals.bands, name)
        return axes

    def _check_one(self, array, name):
        if is_tensor(array):
            if not self._accepts_tensors:
                raise TypeError(
                    f"{name}: expected arrays, got a torch tensor; pass tensor.cpu().numpy()."
                )
            return array
        return check_array(
            array,
            dtype=FLOATS,
            allow_nd=True,
            ensure_2d=False,
            ensure_all_finite=False,
            ensure_min_samples=0,
            ensure_min_features=0,
            input_name="X",
        )

    def _check_channel_count(self, signals, name):
        if signals.ch_names is None or "channel" not in signals.axes:
            return
        place = signals.axes.index("channel")
        for trial in signals.trials():
            n_channels = trial.shape[place]
            if n_channels != len(signals.ch_names):
                raise ValueError(
                    f"{name}: expected {len(signals.ch_names)} channels as named, "
                    f"got {n_channels} along axis {place + 1}."
                )

    def _layout(self, signals):
        free = [axis in self._free for axis in signals.axes]
        layouts = [
            tuple(None if f else n for f, n in zip(free, trial.shape, strict=True))
            for trial in (signals.data if signals.is_list else signals.data[:1])
        ]
        v.check_alike(layouts, signals.data, type(self).__name__)
        return layouts[0]

    def _record(self, signals, name):
        self.sfreq_ = signals.sfreq
        self.ch_names_ = signals.ch_names
        self.bands_in_ = signals.bands
        self.axes_ = signals.axes
        if signals.ndim > 2:
            self.layout_ = self._layout(signals)
            self.n_features_in_ = int(np.prod([n for n in self.layout_ if n is not None]))
            if hasattr(self, "feature_names_in_"):
                del self.feature_names_in_
        else:
            lengths = {len(trial) for trial in signals.trials()}
            self.layout_ = (None,) if len(lengths) > 1 or signals.is_list else tuple(lengths)
            self.n_features_in_ = max(lengths)

    def _compare(self, signals, name):
        v.check_same_axes(self.axes_, signals.axes, name)
        layout = self._layout(signals) if signals.ndim > 2 else self._flat_layout(signals)
        v.check_same_layout(
            self.layout_, layout, self.axes_, name, self.ch_names_, signals.ch_names
        )
        v.check_same_channels(self.ch_names_, signals.ch_names, name)
        if None not in (self.sfreq_, signals.sfreq) and self.sfreq_ != signals.sfreq:
            raise ValueError(
                f"{name}: expected {self.sfreq_:g} Hz as in fit, got {signals.sfreq:g} Hz; "
                f"resample first."
            )

    def _flat_layout(self, signals):
        return (None,) if self.layout_ == (None,) else next(signals.trials()).shape


def _number(estimator, name):
    value = getattr(estimator, name, None)
    return None if value is None else float(value)


def _names(estimator, name):
    value = getattr(estimator, name, None)
    return None if value is None else tuple(value)
