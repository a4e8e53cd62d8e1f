"""WindowedFeatures: base of the steps that describe each window of a signal by a few numbers."""

from abc import ABC, abstractmethod
from functools import partial
from typing import ClassVar

from array_api_compat import array_namespace

from sklearn_eeg import _validation as v
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import N_JOBS, SECONDS
from sklearn_eeg._rates import check_length, to_samples, window_onsets
from sklearn_eeg._spectral import map_windows
from sklearn_eeg._spectral_tables import frame_places, gather
from sklearn_eeg._twins import Cutter


class WindowedFeatures(SignalTransformer, ABC):
    """Judges ``window`` and ``step``, cuts signals, puts features last and names them.

    A subclass has the parameters ``window``, ``step``, ``sfreq`` and ``n_jobs``. It names its
    features in ``_fit``, as ``bands_`` with their edges or as ``features_``, and gives in
    ``_describe(length)`` the function of windows of that many samples: (..., length) ->
    (..., feature), and in ``_unit_of(unit)`` the unit of what comes out.
    """

    _allow_nan = "any"
    _min_samples = 2
    _accepts_tensors = True
    _takes = "window? channel? time"
    _stateless = True
    _pointwise = ("window",)
    _planned = ("_describe",)
    _instead = "give window=, a length in seconds"
    # Word of the axis of features that are no bands.
    _word = "feature"
    bands_: dict | None = None
    # Whether what _describe returns branches on no value of a tensor.
    _traceable = False
    # Whether a window is described without a look at what lies around it.
    _apart = True
    _arguments: ClassVar[dict] = {"window": SECONDS, "step": SECONDS, "n_jobs": N_JOBS}

    def _fit(self, signals):
        v.require_sfreq(signals.sfreq)
        self._check_signals(signals)
        self.window_samples_ = self._to_samples("window", self.window, 2)
        step = self.window if self.step is None else self.step
        self.step_samples_ = self._to_samples("step", step, 1)
        if self.step is not None and self.window is None:
            raise ValueError(
                f"expected step only together with window, got step={self.step:g} s and "
                f"window=None, which makes each trial one window; give both or neither."
            )

    def _check_signals(self, signals):
        if "window" in signals.axes and self.window is not None:
            raise ValueError(
                f"expected window=None for signals that are cut into windows already, "
                f"got window={self.window:g} s; leave it out, or give uncut signals."
            )

    def _to_samples(self, what, seconds, minimum):
        if seconds is None:
            return None
        return to_samples(what, seconds, self.sfreq_, minimum)

    @abstractmethod
    def _describe(self, length):
        """Return the function (..., length) -> (..., feature)."""

    def _transform(self, signals):
        self._check_signals(signals)
        self._check_lengths(signals)
        named = {"features": self.features_} if self.bands_ is None else {"bands": self.bands_}
        axes = (*signals.axes[:-1], self._word if self.bands_ is None else "band")
        if self.window is not None:
            axes = ("window", *axes)
            named["window_onsets"] = window_onsets(
                signals, self.window_samples_, self.step_samples_
            )
        return signals.map(self._features, axes=axes, unit=self._unit_of(signals.unit), **named)

    def _unit_of(self, unit):
        """Unit of the features of signals of a unit."""
        return unit

    def _check_lengths(self, signals):
        if self.window_samples_ is not None:
            check_length(self.window, self.window_samples_, signals)

    def _features(self, x):
        length = self.window_samples_ or x.shape[-1]
        step = self.step_samples_ or length
        return self._arrange(map_windows(self._describe(length), x, length, step, self.n_jobs))

    def _arrange(self, features):
        """Put windows on axis 1: (trial, ..., window, feature) -> (trial, window, ..., feature)."""
        if self.window is None:
            return features[..., 0, :]
        xp = array_namespace(features)
        return xp.asarray(xp.moveaxis(features, -2, 1), copy=True)

    def _stream(self, along, calibration):
        if along == "time" and self.window is not None and self._apart:
            return Cutter(self, self.window_samples_, self.step_samples_)
        return super()._stream(along, calibration)

    def _to_torch(self, shape):
        length = self.window_samples_ or shape[-1]
        describe, constants = self._plan_module(length)
        places = frame_places(shape[-1], length, self.step_samples_ or length)
        function = partial(_describe_frames, describe=describe, windowed=self.window is not None)
        return self._arithmetic(function, places=places, **constants)

    def _plan_module(self, length):
        """Return a function of tensors (..., length), and its constants by name."""
        return (self._describe(length), {}) if self._traceable else super()._to_torch(length)

    def _names_out(self, names):
        if len(self.layout_) == 1:
            return list(self._feature_names())
        return [f"{name}_{feature}" for name in names for feature in self._feature_names()]

    def _feature_names(self):
        return self.features_ if self.bands_ is None else tuple(self.bands_)


def _describe_frames(x, places, describe, windowed, **constants):
    """Describe each window: (trial, ..., time) -> (trial, window, ..., feature)."""
    features = describe(gather(x, places), **constants)
    return features.movedim(-2, 1) if windowed else features.squeeze(-2)
