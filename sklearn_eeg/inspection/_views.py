"""A model as a function of inputs that have names.

The steps of a pipeline that run before channels and features have got their last names are run
once; what follows is the function that is explained: steps that only lay out, and the classifier.
"""

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import numpy as np
import torch
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg._axes import axes_fit, read_axes
from sklearn_eeg._door import read
from sklearn_eeg._engine.batches import Batch
from sklearn_eeg._engine.instances import Instances, cut_trials
from sklearn_eeg._engine.isolation import isolated
from sklearn_eeg._engine.net import DTYPES
from sklearn_eeg._engine.supervised_estimator import SupervisedEstimator
from sklearn_eeg._engine.window_answers import WindowAnswers
from sklearn_eeg._facts import take_rows
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


class NetworkView(View):
    """Of a network: outputs with gradients."""

    def __init__(self, estimator, X):
        steps, last = take_apart(estimator)
        if not isinstance(last, SupervisedEstimator):
            raise TypeError(
                f"expected a network, or a pipeline that ends in one, got {type(last).__name__}; "
                f"occlusion and permutation_importance take any classifier."
            )
        check_is_fitted(last, "net_")
        refuse_short_sequences(last)
        if getattr(last, "transductive", False):
            raise ValueError(
                "expected transductive=False, got True, which answers for one trial by all trials "
                "of the person; explain a network that does not."
            )
        trials, steps = split_steps(steps, X, lambda step: type(step) in LAYOUTS)
        first = steps[0] if steps else last
        super().__init__(first._open(trials, reset=False), steps, last)
        self.signals = trials
        for step in steps:
            self.signals = as_trials(step.transform(self.signals))
        signals = last._open(self.signals, reset=False)
        seen = last._cut(signals)
        self.is_cut = last._is_cut(signals.axes)
        self.instances = seen
        if steps:
            own = cut_trials(self.trials, windowed=self.is_cut, masks=True)
            self.instances = Instances(
                own.data, own.axes, seen.trial, seen.rows, seen.n_trials, seen.has_nan, seen.extra
            )
        self.lifted = len(seen.axes) > len(signals.axes)
        # Lengths of what the network gets, without what it is padded to.
        self.seen = dict(zip(seen.axes, seen.shape, strict=True))
        self.labels = last.classes_ if last._classifies else range(last._n_outputs)
        self.device = torch.device(last.net_.device)
        self.dtype = DTYPES[last._runtime.precision]

    @property
    def axes(self):
        """Axes of an instance; of rows of numbers those that the network makes of them."""
        return self.instances.axes

    @property
    def quantity(self):
        """What is attributed."""
        return "logit" if self.last._classifies else "value"

    def gather(self, values, axes, **facts):
        """As of a view; rows of numbers lose the axes that the network lent them."""
        if self.lifted and len(axes) == len(self.axes):
            values = values.reshape(len(values), -1)
            axes = self.trials.axes
        return super().gather(values, axes, **facts)

    def running(self):
        """As in a prediction: evaluation mode, so many threads, and torch as it was after."""
        self.last.module_.eval()
        return isolated(self.last._runtime.n_threads, self.device)

    @contextmanager
    def differentiable(self):
        """With gradients, which the fast recurrent layers of a GPU have in training alone."""
        on_gpu = self.device.type == "cuda"
        slowly = torch.backends.cudnn.flags(enabled=False) if on_gpu else nullcontext()
        with torch.enable_grad(), slowly:
            yield

    def tensors(self, places):
        """Instances on the device, and what is extra."""
        blocks = {
            name: torch.as_tensor(np.asarray(block[self.rows[places]])).to(self.device, self.dtype)
            for name, block in self.instances.extra.items()
        }
        return torch.as_tensor(self.take(places)).to(self.device, self.dtype), blocks

    def outputs(self, x, extra):
        """Outputs of the network for instances: (batch, ...) -> (batch, n_outputs)."""
        return self.last.net_.infer(
            Batch(self.lay_out(x), extra=extra), has_nan=self.instances.has_nan
        )

    def lay_out(self, x):
        """What the network sees of instances."""
        if not self.steps:
            return x
        # A step takes trials; that these are windows does not matter to it.
        trials = self.trials.derive(data=x, axes=self.axes, extra={})
        for step in self.steps:
            trials = LAYOUTS[type(step)](step, trials)
        return trials.data

    def picked(self, x, extra, codes):
        """Output of the target of each instance: (batch, ...) -> (batch,)."""
        return self.outputs(x, extra)[torch.arange(len(x)), codes.to(x.device)]

    def gradient(self, x, extra, codes):
        """Gradient of the target's output by the inputs, and the output."""
        x = x.detach().requires_grad_()
        with self.differentiable():
            output = self.picked(x, extra, codes)
            if not output.requires_grad:
                self._refuse()
            gradient = torch.autograd.grad(output.sum(), x, allow_unused=True)[0]
        if gradient is None:
            self._refuse()
        return gradient, output.detach()

    def _refuse(self):
        raise TypeError(
            f"expected a network whose outputs have a gradient by its inputs, got "
            f"{type(self.last.module_).__name__}, which has none; use occlusion."
        )

    def score(self, x, places, codes):
        """What the model says of the target, of perturbed instances: (n,)."""
        _, extra = self.tensors(places)
        x = torch.as_tensor(x).to(self.device, self.dtype)
        with torch.inference_mode():
            return self.picked(x, extra, torch.as_tensor(codes)).double().cpu().numpy()

    def decide(self):
        """Number of the output that each trial gets: the class predicted, or the only value."""
        if not self.last._classifies:
            if len(self.labels) > 1:
                raise ValueError(
                    f"expected target, the number of an output, since there are "
                    f"{len(self.labels)}, got None."
                )
            return np.zeros(len(self.trials.data), dtype=int)
        return self.last.predict_proba(self.signals).argmax(1)


class ClassifierView(View):
    """Of any classifier: probabilities, or decisions where it has none."""

    quantity = "probability"

    def __init__(self, estimator, X):
        steps, last = take_apart(estimator)
        if not hasattr(last, "predict"):
            raise TypeError(f"expected a classifier, got {type(last).__name__}.")
        trials, steps = split_steps(steps, X, lambda s: not get_tags(s).non_deterministic)
        if trials.axes is None:
            trials = trials.derive(axes=_read_axes(trials, [*steps, last]))
        super().__init__(trials, steps, last)
        self.is_cut = self._judges_windows()
        self.instances = cut_trials(trials, windowed=self.is_cut, masks=True)
        self.labels = last.classes_

    def _judges_windows(self):
        """Whether the last step judges windows, and each step before treats each by itself."""
        apart = all(type(step) in LAYOUTS and type(step) is not Flatten for step in self.steps)
        window = self.trials.axes[0] == "window"
        return window and apart and isinstance(self.last, WindowAnswers)

    def running(self):
        """Nothing to prepare."""
        return nullcontext()

    def score(self, x, places, codes):
        """Probability of the target, of perturbed instances: (n,)."""
        return self._probabilities(x, places)[np.arange(len(x)), codes]

    def _probabilities(self, x, places):
        table, owner = self.trials.metadata, self.owner[places]
        metadata = None if table.columns.empty else table.iloc[owner]
        trials = self.trials.derive(
            data=x[:, None] if self.is_cut else x,
            metadata=None if metadata is None else metadata.reset_index(drop=True),
            extra={name: take_rows(block, owner) for name, block in self.trials.extra.items()},
        )
        for step in self.steps:
            trials = step.transform(trials)
        if hasattr(self.last, "predict_proba"):
            return self.last.predict_proba(trials)
        return (self.last.predict(trials)[:, None] == self.labels).astype(float)

    def decide(self):
        """Class of each trial."""
        parts = [self._probabilities(self.take(part), part) for part in self.parts(256)]
        return self.instances.average(np.concatenate(parts)).argmax(1)


def view_of(estimator, X):
    """The view of a network where there is one, else of a classifier."""
    last = take_apart(estimator)[1]
    return (NetworkView if isinstance(last, SupervisedEstimator) else ClassifierView)(estimator, X)


def _read_axes(trials, steps):
    patterns = getattr(steps[0], "_takes", "...")
    axes = getattr(steps[0], "axes_", None)
    if axes is not None and len(axes) == trials.ndim - 1 and axes_fit(patterns, axes):
        return axes
    return read_axes(patterns, trials.ndim - 1)


def refuse_short_sequences(network):
    """Refuse a network that cuts trials itself, whose pieces lie over one another."""
    if getattr(network, "sequence_length", None) is not None:
        raise ValueError(
            f"expected a network that reads trials as they come, got "
            f"sequence_length={network.sequence_length}; put "
            f"SequenceCutter({network.sequence_length}) before it instead, to have an explanation "
            f"of each sequence."
        )
