"""Any classifier or regressor as a function of inputs that have names."""

from contextlib import nullcontext

import numpy as np
from sklearn.base import is_regressor
from sklearn.utils import get_tags

from sklearn_eeg._axes import axes_fit, read_axes
from sklearn_eeg._engine.instances import cut_trials
from sklearn_eeg._engine.window_answers import WindowAnswers
from sklearn_eeg._facts import take_rows
from sklearn_eeg.inspection._view import LAYOUTS, View, split_steps, take_apart
from sklearn_eeg.preprocessing import Flatten


class ModelView(View):
    """Of any classifier: probabilities, or decisions where it has none; of a regressor: values."""

    def __init__(self, estimator, X):
        steps, last = take_apart(estimator)
        if not hasattr(last, "predict"):
            raise TypeError(f"expected a classifier or a regressor, got {type(last).__name__}.")
        trials, steps = split_steps(steps, X, lambda s: not get_tags(s).non_deterministic)
        if trials.axes is None:
            trials = trials.derive(axes=_read_axes(trials, [*steps, last]))
        super().__init__(trials, steps, last)
        self.is_cut = self._judges_windows()
        self.instances = cut_trials(trials, windowed=self.is_cut, masks=True)
        self.classifies = not is_regressor(last)
        self.quantity = "probability" if self.classifies else "value"
        first = np.arange(1)
        n_values = 0 if self.classifies else self._answers(self.take(first), first).shape[1]
        self.labels = last.classes_ if self.classifies else range(n_values)

    def _judges_windows(self):
        """Whether the last step judges windows, and each step before treats each by itself."""
        apart = all(type(step) in LAYOUTS and type(step) is not Flatten for step in self.steps)
        window = self.trials.axes[0] == "window"
        return window and apart and isinstance(self.last, WindowAnswers)

    def running(self):
        """Nothing to prepare."""
        return nullcontext()

    def score(self, x, places, codes):
        """Answer about the target, of perturbed instances: (n,)."""
        return self._answers(x, places)[np.arange(len(x)), codes]

    def _answers(self, x, places):
        table, owner = self.trials.metadata, self.owner[places]
        metadata = None if table.columns.empty else table.iloc[owner]
        trials = self.trials.derive(
            data=x[:, None] if self.is_cut else x,
            metadata=None if metadata is None else metadata.reset_index(drop=True),
            extra={name: take_rows(block, owner) for name, block in self.trials.extra.items()},
        )
        for step in self.steps:
            trials = step.transform(trials)
        if not self.classifies:
            return self.last.predict(trials).reshape(len(x), -1)
        if hasattr(self.last, "predict_proba"):
            return self.last.predict_proba(trials)
        return (self.last.predict(trials)[:, None] == self.labels).astype(float)

    def decide(self):
        """Class of each trial, or the only value."""
        if not self.classifies:
            return self.only_value()
        parts = [self._answers(self.take(part), part) for part in self.parts(256)]
        return self.instances.average(np.concatenate(parts)).argmax(1)


def _read_axes(trials, steps):
    patterns = getattr(steps[0], "_takes", "...")
    axes = getattr(steps[0], "axes_", None)
    if axes is not None and len(axes) == trials.ndim - 1 and axes_fit(patterns, axes):
        return axes
    return read_axes(patterns, trials.ndim - 1)
