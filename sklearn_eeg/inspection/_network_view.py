"""A network as a function of inputs that have names."""

from contextlib import contextmanager, nullcontext
from dataclasses import replace

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg._engine.batches import Batch
from sklearn_eeg._engine.instances import Instances, cut_trials
from sklearn_eeg._engine.isolation import isolated
from sklearn_eeg._engine.net import DTYPES
from sklearn_eeg._engine.supervised_estimator import SupervisedEstimator
from sklearn_eeg._subjects import rows_of
from sklearn_eeg.inspection._sequences import Sequences
from sklearn_eeg.inspection._view import LAYOUTS, View, as_trials, split_steps, take_apart


class NetworkView(View):
    """Of a network: outputs with gradients.

    A trial that the network cuts into sequences has their mean output. A person whom it describes
    by all trials is described by those that came, whatever becomes of an instance.

    Parameters
    ----------
    estimator, X
    apart : bool, default=False
        Whether an instance is one of these sequences; what is gathered is put together again.
    """

    def __init__(self, estimator, X, *, apart=False):
        steps, last = take_apart(estimator)
        if not isinstance(last, SupervisedEstimator):
            raise TypeError(
                f"expected a network, or a pipeline that ends in one, got {type(last).__name__}; "
                f"occlusion and permutation_importance take any classifier."
            )
        check_is_fitted(last, "net_")
        trials, steps = split_steps(steps, X, lambda step: type(step) in LAYOUTS)
        first = steps[0] if steps else last
        super().__init__(first._open(trials, reset=False), steps, last)
        self.device = torch.device(last.net_.device)
        self.dtype = DTYPES[last._runtime.precision]
        self.signals = trials
        for step in steps:
            self.signals = as_trials(step.transform(self.signals))
        signals = last._open(self.signals, reset=False)
        seen = last._cut(signals)
        self.sequences = Sequences.of(last, signals, seen)
        self.apart = apart and self.sequences is not None
        self.is_cut = self.sequences is None and last._is_cut(signals.axes)
        self.instances = self._find_instances(seen)
        self.lifted = len(seen.axes) > len(signals.axes)
        # Lengths of what the network gets, without what it is padded to.
        self.seen = dict(zip(seen.axes, seen.shape, strict=True))
        self.labels = last.classes_ if last._classifies else range(last._n_outputs)
        self.people, self.about = self._describe_people(signals, seen)

    def _find_instances(self, seen):
        if self.sequences is not None and not self.apart:
            whole = cut_trials(self.trials, windowed=False, masks=True)
            # A sequence may lack windows at its end where its trial lacks none.
            return replace(whole, has_nan=whole.has_nan or seen.has_nan)
        if not self.steps:
            return seen
        trials = self.sequences.cut(self.trials) if self.apart else self.trials
        own = cut_trials(trials, windowed=self.is_cut or self.apart, masks=True)
        return Instances(
            own.data, own.axes, seen.trial, seen.rows, seen.n_trials, seen.has_nan, seen.extra
        )

    def _describe_people(self, signals, seen):
        """Code of each row's person, and what the network says of each, where that matters."""
        people = self.last._find_people(signals)
        if people is None:
            return None, None
        net, rows = self.last.net_, self.last._rows(seen, self.device)
        parts = rows_of(people[seen.trial[seen.rows]])
        codes, about = np.empty(len(seen.rows), dtype=int), []
        with self.running(), torch.no_grad():
            for code, part in enumerate(parts):
                own = rows.only(part)
                codes[part] = code
                passes = lambda own=own: (net.padding(batch.input) for batch in own)  # noqa: E731
                about.append(net.module_.describe_subject(passes))
        return codes, about

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
        if self.apart:
            return self.sequences.gather(values, axes, self.trials, **facts)
        return super().gather(values, axes, **facts)

    def by_trial(self, values):
        """As of a view; of sequences their mean."""
        if self.apart:
            return self.instances.average(np.asarray(values, dtype=np.float64))
        return super().by_trial(values)

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

    def tensor(self, places):
        """Instances on the device, by their places among the rows."""
        return torch.as_tensor(self.take(places)).to(self.device, self.dtype)

    def outputs(self, x, places):
        """Outputs of the network for instances and their places: (batch, ...) -> (batch, n)."""
        x = self.lay_out(x)
        if self.sequences is None or self.apart:
            return self.infer(x, places)
        return self.sequences.average(x, self.owner[places], lambda rows: self.infer(rows, None))

    def infer(self, x, places):
        """Outputs for what the network sees of instances."""
        if self.people is None:
            return self._pass(x, places)
        codes = self.people[places]
        parts = rows_of(codes)
        found = [self._pass(x[p], places[p], subject=self.about[codes[p[0]]]) for p in parts]
        return torch.cat(found)[np.argsort(np.concatenate(parts))]

    def _pass(self, x, places, **kwargs):
        blocks = {
            name: torch.as_tensor(np.asarray(block[self.rows[places]])).to(self.device, self.dtype)
            for name, block in self.instances.extra.items()
        }
        batch = Batch(x, extra=blocks)
        return self.last.net_.infer(batch, has_nan=self.instances.has_nan, **kwargs)

    def lay_out(self, x):
        """What the network sees of instances."""
        if not self.steps:
            return x
        # A step takes trials; that these are windows does not matter to it.
        trials = self.trials.derive(data=x, axes=self.axes, extra={})
        for step in self.steps:
            trials = LAYOUTS[type(step)](step, trials)
        return trials.data

    def picked(self, x, places, codes):
        """Output of the target of each instance: (batch, ...) -> (batch,)."""
        return self.outputs(x, places)[torch.arange(len(x)), codes.to(x.device)]

    def gradient(self, x, places, codes):
        """Gradient of the target's output by the inputs, and the output."""
        x = x.detach().requires_grad_()
        with self.differentiable():
            output = self.picked(x, places, codes)
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
        x = torch.as_tensor(x).to(self.device, self.dtype)
        with torch.inference_mode():
            return self.picked(x, places, torch.as_tensor(codes)).double().cpu().numpy()

    def decide(self):
        """Number of the output that each trial gets: the class predicted, or the only value."""
        if not self.last._classifies:
            return self.only_value()
        return self.last.predict_proba(self.signals).argmax(1)
