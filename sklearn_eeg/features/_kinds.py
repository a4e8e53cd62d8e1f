"""KindFeatures: base of the steps whose features are chosen by name from a table of functions."""

from functools import partial
from typing import ClassVar

import numpy as np
from array_api_compat import array_namespace

from sklearn_eeg import _validation as v
from sklearn_eeg.features._windowed import WindowedFeatures


class KindFeatures(WindowedFeatures):
    """Checks ``kind`` against the names in ``_UNITS`` and puts their values side by side.

    A subclass gives the unit of each kind, ``None`` for that of the signals, and in
    ``_function(kind)`` the function (..., time) -> (...) of each name. ``_tensor_function(kind,
    length)`` is the same of tensors, which branches on no value, with its constants by name, or
    ``None``.
    """

    _accepts_tensors = False
    _UNITS: ClassVar[dict[str, str | None]] = {}
    _check_estimator_reason = (
        "A window in seconds, or a kind that looks for patterns, needs longer trials than "
        "scikit-learn's checks have."
    )

    def _fit(self, signals):
        super()._fit(signals)
        kinds = self._chosen_kinds()
        if not kinds:
            raise ValueError(f"expected at least one of {list(self._UNITS)}, got none.")
        for kind in kinds:
            v.check_choice("kind", kind, self._UNITS)
            self._check_kind_fits(kind, signals)
        self.features_ = kinds

    def _chosen_kinds(self):
        return (self.kind,) if isinstance(self.kind, str) else tuple(self.kind)

    def _unit_of(self, unit):
        units = {self._UNITS[kind] or unit for kind in self.features_}
        return units.pop() if len(units) == 1 else "mixed"

    def _shortest(self, kind):
        """Samples that a kind needs."""
        return 2

    def _check_kind_fits(self, kind, signals):
        length = self.window_samples_ or min(trial.shape[-1] for trial in signals.data)
        if length < self._shortest(kind):
            raise ValueError(
                f"expected windows of at least {self._shortest(kind)} samples for "
                f"{kind!r}, got {length} (n_features={length}); give longer windows or leave it "
                f"out of kind."
            )

    def _describe(self, length):
        functions = [self._function(kind) for kind in self.features_]

        def features(x):
            # 0 / 0 is a feature that a constant window does not have: NaN.
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.stack([function(x) for function in functions], axis=-1)

        return features

    def _tensor_function(self, kind, length):
        return None

    def _plan_module(self, length):
        plans = [self._tensor_function(kind, length) for kind in self.features_]
        if None in plans:
            return super()._plan_module(length)
        functions = [function for function, _ in plans]
        constants = {}
        for _, own in plans:
            constants.update(own)
        names = [tuple(own) for _, own in plans]
        return partial(_side_by_side, functions=functions, names=names), constants

    @property
    def _outside(self):
        length = self.window_samples_ or 2 * self._longest_shortest()
        known = [k for k in self._UNITS if self._tensor_function(k, length) is not None]
        which = f"use kinds of {known}, or " if known else ""
        return which + WindowedFeatures._outside

    def _longest_shortest(self):
        return max(self._shortest(kind) for kind in self._UNITS)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        shortest = max((self._shortest(kind) for kind in self._chosen_kinds()), default=2)
        tags._skip_test = self.window is not None or shortest > 2
        return tags


def _side_by_side(x, functions, names, **constants):
    """Values of all functions, NaN where something of a window is: (..., time) -> (..., kind)."""
    lost = x.isnan().any(-1)
    values = [
        function(x, **{name: constants[name] for name in own}).masked_fill(lost, np.nan)
        for function, own in zip(functions, names, strict=True)
    ]
    return array_namespace(x).stack(values, -1)
