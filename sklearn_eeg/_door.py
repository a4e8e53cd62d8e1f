"""The door that data of every kind pass on the way into an estimator."""

import warnings
import weakref

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from sklearn_eeg import _validation as v
from sklearn_eeg._axes import axes_fit, read_axes
from sklearn_eeg._kinds import is_epochs, is_list_of_epochs, is_other_mne, is_tensor
from sklearn_eeg._parallel import keep_freed_memory
from sklearn_eeg._plausible import warn_of_volts
from sklearn_eeg._speaker import speaking
from sklearn_eeg._units import MICROVOLTS
from sklearn_eeg.trials import Trials, Unlabelled

FLOATS = (np.float64, np.float32)
# What an array says of itself; its unit is taken to be microvolts where it has time.
NOTHING_KNOWN = Trials(np.empty((0, 1)))


class Said:
    """Data of which a warning was given, and what steps made of them, as long as they live.

    The steps of a pipeline behind the first need not say it again.
    """

    def __init__(self):
        self._first = weakref.WeakValueDictionary()

    def note(self, X):
        """Keep in mind that it was said of these."""
        first = _first(X)
        if not isinstance(first, list | tuple | float | int):
            self._first[id(first)] = first

    def __contains__(self, X):
        first = _first(X)
        return self._first.get(id(first)) is first


def _first(X):
    # A list cannot be remembered weakly, its arrays can.
    return X[0] if isinstance(X, list) and X else X


NAMELESS, VOLTS = Said(), Said()


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
    # Whether trials may have another rate than those of fit: each sample is taken by itself.
    _any_rate = False
    # Whether torch tensors may pass.
    _accepts_tensors = False
    # Whether a threshold or a scale of the estimator is in microvolts.
    _needs_microvolts = False

    def _open(self, X, reset):
        keep_freed_memory()
        with speaking(type(self).__name__):
            X = read(X)
            known = X if isinstance(X, Trials) else NOTHING_KNOWN
            data = self._check_data(X.data if known is X else X, reset)
            trials = known.derive(data=data)
            trials = trials.derive(axes=self._name_axes(trials, reset))
            self._check_values(trials)
            self._check_unit(X, trials)
            trials = self._convert_unit(trials)
            sfreq = v.resolve("sfreq", _number(self, "sfreq"), trials.sfreq)
            if sfreq is None and not reset and not self._any_rate:
                # Data that say no rate have that of fit, as an array has its axes.
                sfreq = self.sfreq_
            trials = trials.derive(
                sfreq=sfreq,
                ch_names=v.resolve("ch_names", _names(self, "ch_names"), trials.ch_names),
            )
            v.check_unique(trials.ch_names)
            self._check_channel_count(trials)
            self._record(trials) if reset else self._compare(trials)
            if not reset and self._lacks_names(trials) and X not in NAMELESS:
                warnings.warn(
                    f"{type(self).__name__}: expected channels named as in fit "
                    f"({self.ch_names_[0]}, …), got data "
                    f"without names, whose order nothing can check; give Trials with ch_names=.",
                    UserWarning,
                    stacklevel=5,
                )
            return trials

    def _lacks_names(self, trials):
        """Whether fit knew the channels by name and these trials do not."""
        return self.ch_names_ is not None and trials.ch_names is None and "channel" in self.axes_

    def _check_data(self, data, reset):
        """Floats of what came in: an array with the trial axis, or a list of arrays without."""
        data = v.unbox(data)
        v.refuse_text(data)
        if isinstance(data, list):
            if all(hasattr(trial, "ndim") for trial in data):
                v.check_trials(data)
                return [self._check_one(trial) for trial in data]
            data = np.asarray(data)
        if is_tensor(data) or getattr(data, "ndim", 2) > 2:
            data = self._check_one(data)
            v.check_trials(data)
            return data
        if not reset:
            v.refuse_one_trial(getattr(data, "shape", ()), self.layout_, self.axes_)
        v.refuse_none(data)
        v.refuse_complex(data)
        data = v.fill_masked(data)
        return validate_data(self, data, reset=reset, dtype=FLOATS, ensure_all_finite=False)

    def _check_values(self, trials):
        ragged = trials.is_ragged
        for shape in {trial.shape for trial in trials.data} if ragged else {trials.shape[1:]}:
            v.check_samples(shape, self._min_samples, trials.axes)
        if not trials.is_tensor:
            v.check_finite(trials.data, self._allow_nan, trials.ch_names)

    def _name_axes(self, trials, reset):
        axes = trials.axes
        if axes is None:
            n_axes = trials.ndim - 1
            if not reset and len(self.axes_) == n_axes:
                return self.axes_
            axes = read_axes(self._takes, n_axes)
            if axes is None:
                v.refuse_rank(self._takes, n_axes)
        elif not axes_fit(self._takes, axes):
            v.refuse_axes(self._takes, trials, hasattr(self, "predict"))
        return axes

    def _check_one(self, array):
        if is_tensor(array):
            if not self._accepts_tensors:
                raise TypeError("expected arrays, got a torch tensor; pass tensor.cpu().numpy().")
            return array
        v.refuse_none(array)
        v.refuse_complex(array)
        return check_array(
            v.fill_masked(array),
            dtype=FLOATS,
            allow_nd=True,
            ensure_2d=False,
            ensure_all_finite=False,
            ensure_min_samples=0,
            ensure_min_features=0,
            input_name="X",
        )

    def _check_unit(self, X, trials):
        """Warn, once, of arrays as small as volts; Trials whose axes are known judge themselves."""
        judged = isinstance(X, Trials) and X.axes is not None
        if judged or trials.axes[-1] != "time" or X in VOLTS:
            return
        if warn_of_volts(type(self).__name__, trials.data, stacklevel=5):
            VOLTS.note(X)

    def _convert_unit(self, trials):
        if "time" not in trials.axes or trials.unit == "uV":
            return trials
        factor = MICROVOLTS.get(trials.unit)
        if factor is not None:
            return trials.map(lambda x: x * factor, unit="uV")
        if self._needs_microvolts and trials.unit is not None:
            raise ValueError(
                f"expected signals in microvolts, got the unit {trials.unit!r}; put this "
                f"step before the one that changed it."
            )
        return trials

    def _check_channel_count(self, trials):
        if trials.ch_names is None or "channel" not in trials.axes:
            return
        place = trials.axes.index("channel")
        for trial in trials.data if trials.is_ragged else trials.data[:1]:
            if trial.shape[place] != len(trials.ch_names):
                raise ValueError(
                    f"expected {len(trials.ch_names)} channels as named, "
                    f"got {trial.shape[place]} along axis {place + 1}."
                )

    def _layout(self, trials):
        free = [axis in self._free for axis in trials.axes]
        layouts = [
            tuple(None if f else n for f, n in zip(free, trial.shape, strict=True))
            for trial in (trials.data if trials.is_ragged else trials.data[:1])
        ]
        v.check_alike(layouts, trials.data)
        return layouts[0]

    def _record(self, trials):
        self.sfreq_ = trials.sfreq
        self.ch_names_ = trials.ch_names
        self.features_in_ = trials.features
        self.axes_ = trials.axes
        if trials.ndim > 2:
            self.layout_ = self._layout(trials)
            self.n_features_in_ = int(np.prod([n for n in self.layout_ if n is not None]))
            if hasattr(self, "feature_names_in_"):
                del self.feature_names_in_
        else:
            lengths = {len(trial) for trial in trials.data}
            self.layout_ = (None,) if len(lengths) > 1 or trials.is_ragged else tuple(lengths)
            self.n_features_in_ = max(lengths)

    def _compare(self, trials):
        v.check_same_axes(self.axes_, trials.axes)
        layout = self._layout(trials) if trials.ndim > 2 else self._flat_layout(trials)
        v.check_same_layout(self.layout_, layout, self.axes_, self.ch_names_, trials.ch_names)
        v.check_same_channels(self.ch_names_, trials.ch_names)
        if not self._any_rate:
            v.check_same_rate(self.sfreq_, trials.sfreq)

    def _flat_layout(self, trials):
        return (None,) if self.layout_ == (None,) else trials.data[0].shape


def read(X):
    """Trials where data carry facts, from whatever holds them; other data as they are."""
    if isinstance(X, Unlabelled):
        return read(X.trials)
    if is_epochs(X) or is_list_of_epochs(X):
        return Trials.from_mne(X)
    if is_other_mne(X):
        from sklearn_eeg._mne import refuse_other

        refuse_other(X)
    return X


def _number(estimator, name):
    value = getattr(estimator, name, None)
    return None if value is None else float(value)


def _names(estimator, name):
    value = getattr(estimator, name, None)
    return None if value is None else tuple(value)
