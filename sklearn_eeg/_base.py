"""SignalTransformer: the door that data of every kind pass on the way in and out of a step."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_array
from sklearn.utils._set_output import _wrap_data_with_container
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data

from sklearn_eeg import _validation as v
from sklearn_eeg._parallel import BLOCK_BYTES, keep_freed_memory, map_rows

FLOATS = (np.float64, np.float32)


@dataclass(frozen=True)
class Signals:
    """What came through the door: arrays, and the facts that came with them.

    ``data`` is an array with the trial axis, or a list of per-trial arrays without it; ``kind``
    remembers what to return: ``"array"``, ``"list"``, ``"trials"`` or ``"epochs"``.
    """

    data: object
    kind: str
    sfreq: float | None = None
    ch_names: tuple | None = None
    unit: str = "uV"
    bands: dict | None = None
    meta: object = None

    @property
    def is_list(self):
        """Whether trials lie in a list, since they may differ in length."""
        return isinstance(self.data, list)

    @property
    def is_tensor(self):
        """Whether the data are torch tensors."""
        return is_tensor(self.data[0] if self.is_list else self.data)

    @property
    def ndim(self):
        """Number of axes, the trial axis included."""
        return self.data[0].ndim + 1 if self.is_list else self.data.ndim

    def trials(self):
        """Iterate over per-trial arrays."""
        return iter(self.data)

    def map(self, function):
        """Apply a function of (n_trials, ...) to all trials at once, or to each of a list."""
        if self.is_list:
            return replace(self, data=[function(trial[None])[0] for trial in self.data])
        return replace(self, data=function(self.data))

    def map_rows(self, function, n_jobs=None, block_bytes=BLOCK_BYTES):
        """Apply a function of (n_rows, n_samples) along the last axis, in blocks, over threads."""

        def over_rows(x):
            if not is_tensor(x):
                return map_rows(function, x, n_jobs, block_bytes)
            out = function(x.reshape(-1, x.shape[-1]))
            return out.reshape(*x.shape[:-1], *out.shape[1:])

        return self.map(over_rows)

    def replace(self, **changes):
        """Return these signals with some facts changed."""
        return replace(self, **changes)


class SignalTransformer(TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):  # type: ignore[call-arg]
    """Base of every step: checks what comes in, returns the kind it got. Think before adding here.

    A subclass judges its arguments in ``_fit(signals)`` and applies in ``_transform(signals)``,
    both behind the door: finite float arrays of the layout seen in ``fit``, facts resolved.
    """

    # What NaN a step can mask: "none", "channel" (lost for a whole trial) or "any".
    _allow_nan = "channel"
    # Shortest trial, in samples along the last axis.
    _min_samples = 1
    # Axes a trial may have, the trial axis included.
    _ranks: tuple[int, ...] = (2, 3, 4)
    # Whether torch tensors may pass.
    _accepts_tensors = False

    def fit(self, X, y=None):
        """Judge the arguments and record what the data are.

        Parameters
        ----------
        X : array, list of arrays, Trials or mne.BaseEpochs
            Trials, in the layout of the class's documentation.
        y : ignored

        Returns
        -------
        self
        """
        self._fit(self._open(X, reset=True))
        return self

    def transform(self, X):
        """Apply the step to each trial.

        Parameters
        ----------
        X : array, list of arrays, Trials or mne.BaseEpochs
            Trials of the layout, rate and channels seen in ``fit``.

        Returns
        -------
        The kind that came in, one entry a trial, in the same order.
        """
        check_is_fitted(self)
        return self._close(self._transform(self._open(X, reset=False)), X)

    def fit_transform(self, X, y=None):
        """Fit, then transform the same trials; see ``fit`` and ``transform``."""
        return self.fit(X, y).transform(X)

    def get_feature_names_out(self, input_features=None):
        """Names of what comes out: channels, features, or both joined (``Fp1_delta``).

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of what went in, if the data carried none.

        Returns
        -------
        ndarray of str
        """
        check_is_fitted(self)
        if input_features is None and self.ch_names_ is not None:
            names = self._names_in()
        else:
            names = list(_check_feature_names_in(self, input_features))
        return np.asarray(self._names_out(names), dtype=object)

    def _fit(self, signals):
        """Judge the arguments; learn, if there is something to learn."""

    def _transform(self, signals):
        """Return the signals with new data and with what else changed."""
        raise NotImplementedError(f"{type(self).__name__} has no _transform.")

    def _names_in(self):
        if not self.bands_in_:
            return list(self.ch_names_)
        return [f"{channel}_{band}" for channel in self.ch_names_ for band in self.bands_in_]

    def _names_out(self, names):
        return names

    def _free_axes(self, ndim):
        """Axes that may differ between fit and transform, beside the trial axis: time, windows."""
        return {-1} if ndim < 4 else {1, -1}

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
            facts = (X.sfreq, X.ch_names, X.unit, X.bands, X.meta)
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
        if signals.ndim not in self._ranks:
            raise ValueError(
                f"{name}: expected data of {_alternatives(self._ranks)} axes, the trial axis "
                f"included, got {signals.ndim}; see the shapes in its documentation."
            )
        for shape in {trial.shape for trial in signals.trials()}:
            v.check_samples(shape, self._min_samples, name)
        if not signals.is_tensor:
            v.check_finite(signals.trials(), name, self._allow_nan, signals.ch_names)
        return signals

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
        if signals.ch_names is None or signals.ndim < 3 or self._channel_axis is None:
            return
        for trial in signals.trials():
            n_channels = trial.shape[self._channel_axis]
            if n_channels != len(signals.ch_names):
                raise ValueError(
                    f"{name}: expected {len(signals.ch_names)} channels as named, "
                    f"got {n_channels} along axis {self._channel_axis}."
                )

    # Where a trial's channels lie; None where a step does not ask.
    _channel_axis: int | None = -2

    def _layout(self, signals):
        free = {axis % signals.ndim for axis in self._free_axes(signals.ndim)}
        layouts = [
            tuple(None if i + 1 in free else n for i, n in enumerate(trial.shape))
            for trial in (signals.data if signals.is_list else signals.data[:1])
        ]
        v.check_alike(layouts, signals.data, type(self).__name__)
        return layouts[0]

    def _record(self, signals, name):
        self.sfreq_ = signals.sfreq
        self.ch_names_ = signals.ch_names
        self.bands_in_ = signals.bands
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
        layout = self._layout(signals) if signals.ndim > 2 else self._flat_layout(signals)
        v.check_same_layout(self.layout_, layout, name, self.ch_names_, signals.ch_names)
        v.check_same_channels(self.ch_names_, signals.ch_names, name)
        if None not in (self.sfreq_, signals.sfreq) and self.sfreq_ != signals.sfreq:
            raise ValueError(
                f"{name}: expected {self.sfreq_:g} Hz as in fit, got {signals.sfreq:g} Hz; "
                f"resample first."
            )

    def _flat_layout(self, signals):
        return (None,) if self.layout_ == (None,) else next(signals.trials()).shape

    def _close(self, signals, X):
        if signals.kind == "array" and signals.ndim == 2 and not signals.is_tensor:
            return _wrap_data_with_container("transform", signals.data, X, self)
        if signals.kind in ("array", "list"):
            return signals.data
        from sklearn_eeg.trials import Trials

        trials = Trials(
            signals.data,
            sfreq=signals.sfreq,
            ch_names=signals.ch_names,
            unit=signals.unit,
            bands=signals.bands,
            meta=signals.meta,
        )
        stays_signal = signals.bands is None and trials.ndim == 3
        return trials.to_mne() if signals.kind == "epochs" and stays_signal else trials

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = 2 in self._ranks
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = self._allow_nan == "any"
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def is_trials(X):
    """Whether this is a Trials, found without importing pandas."""
    return type(X).__name__ == "Trials" and hasattr(X, "meta")


def is_epochs(X):
    """Whether these are MNE epochs, found without importing MNE."""
    return hasattr(X, "get_data") and hasattr(X, "info") and hasattr(X, "events")


def is_tensor(x):
    """Whether this is a torch tensor, found without importing torch."""
    return type(x).__module__.partition(".")[0] == "torch"


def _number(estimator, name):
    value = getattr(estimator, name, None)
    return None if value is None else float(value)


def _names(estimator, name):
    value = getattr(estimator, name, None)
    return None if value is None else tuple(value)


def _alternatives(numbers):
    *most, last = (str(number) for number in numbers)
    return f"{', '.join(most)} or {last}" if most else last
