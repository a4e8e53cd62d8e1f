"""TwoViews: trials and a block beside them, side by side."""

import warnings
from dataclasses import replace

import numpy as np

from sklearn_eeg._axes import axes_fit
from sklearn_eeg._engine.instances import cut_trials
from sklearn_eeg._engine.limits import check_number
from sklearn_eeg._engine.neural_transformer import NeuralTransformer


class TwoViews(NeuralTransformer):
    """Base of the transformers whose network takes two views of each instance side by side.

    Parameters
    ----------
    extra : str, default="eye"
        Name of the block of ``Trials(extra=)`` that is the second view.
    split : int or float, default=None
        Where there is no such block: the data have both views side by side, so many features of the
        first and then the second's; or such a share of them. ``None``: the block is needed; only
        rows without any, (n_trials, n_features), are split into halves, with a warning.

    Attributes
    ----------
    views_ : tuple of int
        Number of features of each view.
    """

    extra: str = "eye"
    split: int | float | None = None

    _axes = ("feature", "channel feature")

    @property
    def _own_settings(self):
        n_first = self.views_[0] if hasattr(self, "views_") else self.split
        return super()._own_settings | {"n_first": n_first}

    def _check_settings(self):
        super()._check_settings()
        if not isinstance(self.extra, str):
            raise ValueError(f"expected extra to be the name of a block, got {self.extra!r}.")
        if isinstance(self.split, float):
            if not 0 < self.split < 1:
                raise ValueError(f"expected split as a share between 0 and 1, got {self.split!r}.")
        elif self.split is not None:
            check_number("split", True, self.split)

    def _record(self, trials):
        super()._record(trials)
        self._has_block = self.extra in trials.extra
        # Known once the trials are cut.
        self.views_ = None

    def _seen(self):
        seen = super()._seen()
        return seen and (*seen, self.views_)

    def _cut(self, signals):
        self._check_place(signals)
        windowed = not axes_fit(self._axes, signals.axes)
        names = (self.extra,) if self._has_block else ()
        cut = cut_trials(signals, windowed=windowed, masks=False, extra=names)
        data = cut.data.reshape(len(cut.data), -1)
        if self._has_block:
            cut, views = _join(cut, data, self.extra)
        else:
            n_first = self._count_first(data.shape[1]) if self.views_ is None else self.views_[0]
            cut, views = replace(cut, data=data), (n_first, data.shape[1] - n_first)
        if self.views_ not in (None, views):
            raise ValueError(
                f"expected {self.views_[1]} features in extra[{self.extra!r}] as in fit, got "
                f"{views[1]}."
            )
        self.views_ = views
        return replace(cut, axes=("feature",), extra={})

    def _check_place(self, signals):
        """Refuse trials whose second view is nowhere, or in two places."""
        has_block = self.extra in signals.extra
        if has_block and (self.split is not None or not self._has_block):
            raise ValueError(
                f"expected one place for the second view, got columns of the data, "
                f"split={self.split!r}, and extra[{self.extra!r}]; set split=None, or leave the "
                f"block out."
            )
        are_rows = signals.ndim == 2 and not signals.extra and not self._has_block
        if not has_block and self.split is None and not are_rows:
            raise ValueError(
                f"expected trials with the block {self.extra!r} in extra, got "
                f"{sorted(signals.extra)}; give Trials with extra={{{self.extra!r}: array}}, or "
                f"split= where the data have both views side by side."
            )

    def _count_first(self, n_features):
        split = self.split
        if split is None:
            split = 0.5
            warnings.warn(
                f"{type(self).__name__}: expected trials with the block {self.extra!r} in extra, "
                f"got rows of {n_features} features, whose halves are taken for the two views; "
                f"give Trials with extra=, or say split=.",
                UserWarning,
                stacklevel=6,
            )
        n_first = round(split * n_features) if isinstance(split, float) else int(split)
        n_first = max(1, n_first)
        if n_first >= n_features:
            raise ValueError(
                f"expected features of both views side by side, those of the second after "
                f"{n_first}, got n_features = {n_features}."
            )
        return n_first


def _join(cut, first, name):
    """Instances with both views side by side, without those that lack one; sizes of the views."""
    second = np.asarray(cut.extra[name])
    if second.dtype.kind not in "biuf":
        raise ValueError(f"expected numbers in extra[{name!r}], got {second.dtype}.")
    if second.ndim < 2:
        raise ValueError(
            f"expected extra[{name!r}] of shape (trial, feature), or (trial, window, feature) of "
            f"trials with windows, got no axis of features; add one, if of length one."
        )
    second = second.reshape(len(second), -1).astype(first.dtype)
    missing = np.isnan(second)
    wrong = np.flatnonzero((missing.any(1) & ~missing.all(1)) | np.isinf(second).any(1))
    if wrong.size:
        raise ValueError(
            f"expected finite numbers in extra[{name!r}], or NaN for all features of a window, got "
            f"NaN or infinity in a part of trial {cut.trial[wrong[0]]}."
        )
    rows = np.setdiff1d(cut.rows, np.flatnonzero(missing.all(1)))
    lost = np.setdiff1d(np.arange(cut.n_trials), cut.trial[rows])
    if lost.size:
        raise ValueError(
            f"expected both views in a window of every trial at least, got NaN in one or the other "
            f"throughout trial {lost[0]}; leave that trial out."
        )
    joined = replace(cut, data=np.concatenate([first, second], 1), rows=rows)
    return joined, (first.shape[1], second.shape[1])
