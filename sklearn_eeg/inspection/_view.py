"""A model as a function of inputs that have names.

The steps of a pipeline that run before channels and features have got their last names are run
once; what follows is the function that is explained: steps that only lay out, and the classifier.
"""

from dataclasses import dataclass, field

import numpy as np
import torch

from sklearn_eeg._door import read
from sklearn_eeg._engine.instances import Instances
from sklearn_eeg.inspection._attribution import named
from sklearn_eeg.montage import GridMapper
from sklearn_eeg.preprocessing import ChannelScaler, Flatten
from sklearn_eeg.trials import Trials


def take_apart(model):
    """Steps before the one that decides, and that one: of pipelines, nested too, and searches."""
    if hasattr(model, "best_estimator_"):
        return take_apart(model.best_estimator_)
    if not hasattr(model, "steps"):
        return [], model
    before = [step for _, step in model.steps[:-1] if step not in (None, "passthrough")]
    inner, last = take_apart(model.steps[-1][1])
    return [*before, *inner], last


def as_trials(X):
    """Trials of whatever came, so that steps can hand on the names that they give."""
    X = read(X)
    if isinstance(X, Trials):
        return X
    if isinstance(X, list) and all(hasattr(trial, "ndim") for trial in X):
        return Trials(X)
    data = np.asarray(X)
    if data.ndim == 0:
        raise TypeError(f"expected Trials, an array or a list of arrays, got {X!r}.")
    return Trials(data)


def _scale(step, x):
    center, scale = (torch.as_tensor(a[0]).to(x) for a in (step.center_, step.scale_))
    return (x - center) / scale


# Steps through which torch goes back, by the function of (step, trials of a tensor).
LAYOUTS = {
    GridMapper: lambda step, trials: step._transform(trials),
    Flatten: lambda step, trials: trials.derive(
        data=trials.data.reshape(len(trials.data), -1), axes=("feature",), features=None
    ),
    ChannelScaler: lambda step, trials: trials.map(lambda x: _scale(step, x)),
}


def split_steps(steps, X, may_follow):
    """Trials as they are where channels have names for the last time, and the steps behind.

    ``may_follow(step)`` is whether a step may be part of the function that is explained.
    """
    given = as_trials(X)
    stages = [given]
    for step in steps:
        given = step.transform(given)
        stages.append(as_trials(given))
    at = len(steps)
    while at and may_follow(steps[at - 1]):
        at -= 1
    # Of the places from which on all steps may follow, the last that has channels.
    for place in range(len(steps), at - 1, -1):
        if _has_channels(stages[place], steps[place:]):
            return stages[place], steps[place:]
    return stages[-1], []


def _has_channels(trials, behind):
    if trials.axes is not None:
        return "channel" in trials.axes
    known = getattr(behind[0], "axes_", None) if behind else None
    return known is not None and "channel" in known


@dataclass
class View:
    """Named inputs of a model, cut into what it judges one by one.

    Attributes
    ----------
    trials : Trials
        As they are where channels have names for the last time.
    steps : list
        That follow, before the last.
    last : estimator
    instances : Instances
        Of ``trials``.
    is_cut : bool
        Whether an instance is a window of a trial.
    """

    trials: Trials
    steps: list
    last: object
    instances: Instances = field(init=False)
    is_cut: bool = field(init=False)

    @property
    def axes(self):
        """Axes of an instance."""
        return self.trials.axes[1:] if self.is_cut else self.trials.axes

    @property
    def rows(self):
        """Instances that are not missing."""
        return self.instances.rows

    @property
    def owner(self):
        """Trial of each of these."""
        return self.instances.trial[self.rows]

    @property
    def shape(self):
        """Shape of an instance."""
        return self.instances.shape

    def parts(self, batch_size):
        """Places among the rows, so many at a time."""
        return np.split(np.arange(len(self.rows)), range(batch_size, len(self.rows), batch_size))

    def take(self, places):
        """Instances, by their places among the rows."""
        return np.asarray(self.instances.data[self.rows[places]])

    def gather(self, values, axes, **facts):
        """Attributions of rows, (n_rows, ...), as Trials: those of a trial's windows together."""
        values = self.by_trial(values)
        axes = (self.trials.axes[0], *axes) if self.is_cut else axes
        return named(values, axes, self.trials, **facts)

    def by_trial(self, values):
        """(n_rows, ...) -> (n_trials, ...) or (n_trials, n_windows, ...), NaN where missing."""
        found = self.instances.by_trial(np.asarray(values, dtype=np.float64))
        if isinstance(found, list):
            return [np.ma.filled(trial, np.nan) for trial in found]
        found = np.ma.filled(found, np.nan)
        return found if self.is_cut else found[:, 0]

    def only_value(self):
        """Number of the output of a regressor that each trial gets where nobody says which."""
        if len(self.labels) > 1:
            raise ValueError(
                f"expected target, the number of an output, since there are {len(self.labels)}, "
                f"got None."
            )
        return np.zeros(len(self.trials.data), dtype=int)

    def read_target(self, target):
        """Number of the output that each trial explains, and what it is called."""
        n_trials = len(self.trials.data)
        if target is None:
            codes = self.decide()
        else:
            labels = np.asarray(target)
            if labels.ndim > 1 or (labels.ndim == 1 and len(labels) != n_trials):
                raise ValueError(
                    f"expected target to be one label, or one for each of {n_trials} trials, got "
                    f"shape {labels.shape}."
                )
            known = np.asarray(self.labels).tolist()
            strange = [x for x in np.ravel(labels).tolist() if x not in known]
            if strange:
                raise ValueError(f"expected target to be of {known}, got {strange[0]!r}.")
            codes = np.array([known.index(x) for x in np.broadcast_to(labels, n_trials).tolist()])
        return codes, np.asarray(self.labels)[codes]
