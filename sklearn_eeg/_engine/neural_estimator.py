"""The engine: what fit does with any architecture."""

import copy
import warnings
from abc import abstractmethod
from typing import ClassVar

import numpy as np
import pandas as pd
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from skorch.callbacks import PrintLog

from sklearn_eeg._engine.checkpoint import identify
from sklearn_eeg._engine.description import Description
from sklearn_eeg._engine.hold_out import hold_out
from sklearn_eeg._engine.isolation import isolated
from sklearn_eeg._engine.net import Padding, make_net
from sklearn_eeg._engine.objectives import Alignment, Plain, check_head, supervised
from sklearn_eeg._engine.outputs import Outputs
from sklearn_eeg._engine.phases import begin, finish, pretrain
from sklearn_eeg._engine.progress_bar import ProgressBar
from sklearn_eeg._engine.samples import Samples, find_copies
from sklearn_eeg._engine.settings import Settings, find_device
from sklearn_eeg._engine.targets import check_weights, split_weights
from sklearn_eeg._engine.training import Training
from sklearn_eeg._engine.unlabelled import open_target
from sklearn_eeg._sklearn import BaseEstimator
from sklearn_eeg._subjects import subjects_of
from sklearn_eeg.exceptions import SingleStepWarning


class NeuralEstimator(Outputs, Settings, Description, BaseEstimator):
    """Engine of every network, with targets or without.

    An architecture is a subclass that says what it is, and no more: its own settings as annotated
    fields, ``_model``, ``_axes``, ``_least``, ``_masks``.

    Attributes
    ----------
    net_ : skorch.NeuralNet
        The trained net, with ``history``, ``callbacks_`` and ``module_``.
    n_iter_ : int
        Epochs trained.
    n_steps_ : int
        Steps of the optimizer in them. On few trials steps decide, and not epochs: where there will
        be less than 300 or so, ``fit`` warns
        (:class:`~sklearn_eeg.exceptions.FewStepsWarning`).
    best_epoch_ : int
        Epoch, from one, whose weights were kept.
    validation_trials_ : ndarray of int
        Trials that were held out of training.
    domains_ : ndarray or None
        Subjects trained on, in the order of the network's codes; ``None`` where nobody knows them.
    interrupted_ : bool
        Whether Ctrl-C ended the training.
    """

    _classifies = False
    _monitors: ClassVar[tuple[str, ...]] = ("valid_loss",)
    # Whether no other fit of the same study has said what there is to say.
    _is_first = True

    @abstractmethod
    def _read_target(self, y, weight):
        """Numbers that stand for y; sets what is learnt from y."""

    @abstractmethod
    def _criterion(self, target, weight):
        """Build the loss."""

    def _fit_network(self, X, y=None, sample_weight=None, groups=None, X_target=None):
        """Train on trials; settings and target have been checked."""
        device, alignment = find_device(self.device), self._objective(X_target is not None)
        if not isinstance(alignment, Alignment):
            alignment = Plain(alignment)
        earlier, random_state = self._seen(), self._find_random_state()
        seeds = random_state.randint(np.iinfo(np.int32).max, size=3).tolist()
        signals = self._open(X, reset=True)
        samples = self._read_samples(signals, y, sample_weight, groups, random_state)
        if self._runtime.warm_start and earlier not in (None, self._seen()):
            raise ValueError(
                "expected data like those of the fit that warm_start continues, got "
                "another shape or other classes; set warm_start=False."
            )
        if self._warns():
            self._look_at(samples.instances)
        others = None if X_target is None else self._cut(open_target(self, X_target))
        with isolated(self._runtime.n_threads, device, seeds[0]):
            self._keep(self._train(samples, others, alignment, seeds, device), samples.held)
        self._learn_from_held(samples, signals)
        return self

    def _warns(self):
        # Rows of nobody in particular are a trial run, or a check.
        return self._is_first and self.domains_ is not None

    def _look_at(self, instances):
        """Warn where a network over time sees one step of it."""
        n_windows, least = instances.shape[0], self._windows_a_step
        if self._is_whole(self.axes_) and n_windows <= least:
            shorter = ", or set sequence_length=8 on few trials" if n_windows > 8 else ""
            warnings.warn(
                f"{type(self).__name__}: expected trials of {least + 1} windows or more, got "
                f"{n_windows}, which are one step in time, with no other to attend to or to "
                f"remember; give more windows, shorter ones or such that overlap{shorter}.",
                SingleStepWarning,
                stacklevel=4,
            )

    def _read_samples(self, signals, y, sample_weight, groups, random_state):
        n_trials = len(signals.data)
        groups = subjects_of(signals, groups, required=False, may_join=True)
        weight = check_weights(sample_weight, n_trials)
        weight = np.ones(n_trials) if weight is None else weight
        target = self._read_target(y, weight)
        group = find_copies(signals)
        # Of weights that are copies, an epoch would see one.
        counts, factors = split_weights(weight, may_copy=group is None)
        held = self._hold_out(target, groups, counts, random_state)
        self.domains_, domain = code_domains(groups, (counts > 0) & ~held)
        instances = self._cut(signals)
        return Samples(instances, target, weight, counts, factors, held, domain, group)

    def _train(self, samples, others, alignment, seeds, device):
        instances = samples.instances
        criterion = self._criterion(samples.target, samples.mass())
        net = self._make_net(instances.axes, instances.shape, criterion, device)
        target = None if others is None else self._rows(others, device)
        beside = alignment.reads_target or hasattr(net.module_, "domain_loss")
        if target is not None and beside:
            check_head(net.module_)
        checkpoint = identify(self, net, (samples, others, seeds))
        fresh = not hasattr(self, "net_") or not self._runtime.warm_start
        train, valid = samples.batches(
            self._sources(instances, device),
            self._sizes(instances, device),
            generator=torch.Generator().manual_seed(seeds[1]),
            sampler=alignment.sampler or self._sampler,
            unlabelled=target if beside else None,
        )
        has_nan = instances.has_nan or (others is not None and others.has_nan)
        augmenter = torch.Generator(device).manual_seed(seeds[2])
        alignment.check(net, train, target)
        if fresh:
            pretrain(net, train)
        begun = not fresh or begin(net, train)
        objective = alignment.begin(net, train)
        training = Training(net, train, valid, has_nan, augmenter, objective, self)
        if not begun and self._warns():
            training.warn_of_few_steps(stacklevel=4)
        training.run_epochs(checkpoint)
        finish(net, train)
        alignment.end(net, objective, target)
        return training

    def _find_random_state(self):
        try:
            return check_random_state(self.random_state)
        except ValueError as error:
            raise ValueError(
                f"expected random_state to be None, a whole number below 2**32 or a "
                f"RandomState, got {self.random_state!r}."
            ) from error

    def _keep(self, training, held):
        self.net_ = training.net
        self.n_iter_ = training.done
        self.n_steps_ = training.count_steps(training.done)
        self.best_epoch_ = training.best.epoch or training.done
        self.validation_trials_ = np.flatnonzero(held)
        self.interrupted_ = training.interrupted
        if training.interrupted:
            warnings.warn(
                f"{type(self).__name__}: interrupted in epoch {training.done + 1} of "
                f"{self.max_epochs}; the model has what it learnt so far and can predict.",
                ConvergenceWarning,
                stacklevel=4,
            )

    def _learn_from_held(self, samples, signals):
        """Set what trials held out of training teach after it."""

    def _seen(self):
        """What a fit has seen that a warm start must see again; ``None`` before a fit."""
        if not hasattr(self, "net_"):
            return None
        domains = None if self.domains_ is None else self.domains_.tolist()
        return self.layout_, self._n_outputs, domains if self._asks_for("n_domains") else None

    def _hold_out(self, target, groups, counts, random_state):
        held = np.zeros(len(target), dtype=bool)
        if self.validation is not None:
            kept = np.flatnonzero(counts)
            strata = self._strata(target)[kept]
            groups = None if groups is None else np.asarray(groups)[kept]
            name = type(self).__name__
            if groups is None:
                warnings.warn(
                    f"{name}: expected to know whose each trial is, to hold out whole subjects for "
                    f"validation, got neither Trials with a 'subject' column nor groups=; trials "
                    f"are held out, of people who may be in training too.",
                    UserWarning,
                    stacklevel=5,
                )
            held[kept] = hold_out(self._held_out.fraction, strata, groups, random_state)
        return held

    def _strata(self, target):
        return np.zeros(len(target))

    def _make_net(self, axes, shape, criterion, device):
        old = getattr(self, "net_", None) if self._runtime.warm_start else None
        least = tuple(self._least.get(axis, 0) for axis in axes)
        shape = tuple(map(max, shape, least))
        module = self._build(axes, shape) if old is None else old.module_
        self._instance = tuple(axes), tuple(shape)
        padding = Padding(least, float("nan") if self._masks else 0.0)
        return make_net(self, module, criterion, device, padding, old)

    def _all_callbacks(self):
        # Copies: a callback keeps state, and an argument must stay as it was given.
        callbacks = list(copy.deepcopy(self.callbacks or ()))
        if self.verbose:
            callbacks.append(ProgressBar(self.max_epochs, type(self).__name__))
        if self.verbose > 1:
            callbacks.append(PrintLog())
        return callbacks

    def _objective(self, has_target):
        """What a training step minimises, or an :class:`~.Alignment`."""
        return supervised


def code_domains(groups, trained):
    """Names of the subjects trained on, and the code of each trial's, -1 where it is not."""
    domain = np.full(len(trained), -1)
    if groups is None:
        domain[trained] = 0
        return None, domain
    domain[trained], names = pd.factorize(np.asarray(groups)[trained])
    return names, domain
