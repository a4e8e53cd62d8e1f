"""The engine: what fit and predict do with any architecture."""

import copy
import warnings
from abc import ABC, abstractmethod
from dataclasses import fields
from typing import ClassVar

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted
from skorch.callbacks import PrintLog

from sklearn_eeg._axes import axes_fit, read_axes
from sklearn_eeg._engine.batches import Batches, make_source
from sklearn_eeg._engine.checkpoint import identify
from sklearn_eeg._engine.construction import build, read_sizes
from sklearn_eeg._engine.final_door import FinalDoor
from sklearn_eeg._engine.hold_out import hold_out
from sklearn_eeg._engine.instances import cut_trials
from sklearn_eeg._engine.isolation import isolated
from sklearn_eeg._engine.net import DTYPES, Padding, make_net
from sklearn_eeg._engine.progress_bar import ProgressBar
from sklearn_eeg._engine.samples import Samples
from sklearn_eeg._engine.settings import Settings
from sklearn_eeg._engine.targets import check_weights, split_weights
from sklearn_eeg._engine.training import Training
from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import subjects_of


class NeuralEstimator(Settings, FinalDoor, BaseEstimator, ABC):
    """Engine that :class:`NeuralClassifier` and :class:`NeuralRegressor` share.

    An architecture is a subclass that says what it is, and no more: its own settings as annotated
    fields, ``_model``, ``_axes``, ``_least``, ``_masks``.
    """

    # Axes of one instance, the main layout first. With one axis more before those, trials are cut
    # into windows, or segments of windows, along it. Flat instances are the main layout's last
    # axis, the others of length one.
    _axes: ClassVar[tuple[str, ...]] = ("channel time",)
    # The shortest length of an axis that the network can take; shorter ones are padded.
    _least: ClassVar[dict[str, int]] = {}
    # Whether the network masks NaN.
    _masks = False
    _free = ("segment", "window")
    # Input of one forward pass while predicting: enough to hide the overhead of a call; less for a
    # network whose activations are many times its input and should stay in cache.
    _predict_bytes = 2**24
    _classifies = False
    _losses: ClassVar[tuple[str, ...]] = ()
    _monitors: ClassVar[tuple[str, ...]] = ("valid_loss",)

    @property
    @abstractmethod
    def _model(self):
        """What builds the network, given what its signature asks for by name."""

    @abstractmethod
    def _read_target(self, y, weight):
        """Numbers that stand for y; sets what is learnt from y."""

    @abstractmethod
    def _criterion(self, target, weight):
        """Build the loss."""

    def fit(self, X, y, *, sample_weight=None, groups=None):
        """Train on trials.

        Parameters
        ----------
        X : array, list of arrays or Trials
            In a shape of the class's documentation; with one axis more, its first axis is windows.
        y : array-like
            A target for each trial.
        sample_weight : array-like of shape (n_trials,), default=None
            Whole numbers are counts: a weight of three is three copies, of zero none. Others
            multiply the loss.
        groups : array-like of shape (n_trials,), default=None
            Subject of each trial, for ``validation``; ``None``: what the trials carry.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            A setting, the data or the targets are not what is expected; the sentence says which.
        FloatingPointError
            The loss became infinite or NaN.
        """
        name = type(self).__name__
        self._check_settings(name)
        earlier = self._seen()
        signals = self._open(X, reset=True)
        n_trials = len(signals.data)
        with speaking(name):
            groups = subjects_of(signals, groups, required=False, may_join=True)
        given = check_weights(sample_weight, n_trials, name)
        weight = np.ones(n_trials) if given is None else given
        target = self._read_target(y, weight)
        if self._runtime.warm_start and earlier not in (None, self._seen()):
            raise ValueError(
                f"{name}: expected data like those of the fit that warm_start continues, got "
                f"another shape or other classes; set warm_start=False."
            )
        instances = self._cut(signals)
        random_state = check_random_state(self.random_state)
        seeds = random_state.randint(np.iinfo(np.int32).max, size=3).tolist()
        counts, factors = split_weights(weight)
        held = self._hold_out(target, groups, counts, random_state)
        samples = Samples(instances, target, counts, factors, held)
        device = self._find_device()
        with isolated(self._runtime.n_threads, device, seeds[0]):
            criterion = self._criterion(target, weight * ~held * instances.count())
            net = self._make_net(instances.axes, instances.shape, criterion, device)
            checkpoint = identify(self, net, (signals.data, target, given, held, seeds))
            shuffler = torch.Generator().manual_seed(seeds[1])
            source, sizes = self._make_source(instances, device), self._sizes(instances, device)
            train, valid = samples.batches(source, sizes, DTYPES[self._runtime.precision], shuffler)
            augmenter = torch.Generator(device).manual_seed(seeds[2])
            training = Training(net, train, valid, instances.has_nan, augmenter, self)
            training.run_epochs(checkpoint)
        self._keep(net, training, held)
        return self

    def _keep(self, net, training, held):
        self.net_ = net
        self.n_iter_ = training.done
        self.best_epoch_ = training.best["epoch"] or training.done
        self.validation_trials_ = np.flatnonzero(held)
        self.interrupted_ = training.interrupted
        if training.interrupted:
            warnings.warn(
                f"{type(self).__name__}: interrupted in epoch {training.done + 1} of "
                f"{self.max_epochs}; the model has what it learnt so far and can predict.",
                ConvergenceWarning,
                stacklevel=3,
            )

    @property
    def module_(self):
        """The network, a torch module."""
        check_is_fitted(self, "net_")
        return self.net_.module_

    @property
    def history_(self):
        """Curves of the training, skorch's history: a row an epoch."""
        check_is_fitted(self, "net_")
        return self.net_.history

    def _outputs(self, X, run=None):
        """Output of the network for each instance that is not missing, and the instances.

        ``run`` stands in for the network's ``forward``.
        """
        check_is_fitted(self, "net_")
        instances = self._cut(self._open(X, reset=False))
        net, device = self.net_, torch.device(self.net_.device)
        with isolated(self._runtime.n_threads, device), torch.inference_mode():
            net.module_.eval()
            nothing = torch.empty(len(instances.rows), device=device)
            source = self._make_source(instances, device)
            size = self._sizes(instances, device)[1]
            batches = Batches(source, instances.rows, nothing, None, size)
            outputs = [net.infer(x, run, instances.has_nan) for x, _, _ in batches]
            return torch.cat(outputs).cpu().numpy(), instances

    def _cut(self, signals):
        flat = signals.ndim == 2 and len(self._main) > 1
        windowed = not flat and not axes_fit(self._axes, signals.axes)
        name = type(self).__name__
        instances = cut_trials(signals, name, windowed=windowed, masks=self._masks)
        return instances.lift(self._main) if flat else instances

    @property
    def _main(self):
        return tuple(self._axes[0].split())

    @property
    def _takes(self):
        flat, outer = self._main[-1], "segment" if self._main[0] == "window" else "window"
        return tuple(dict.fromkeys((flat, *self._axes, *(f"{outer} {p}" for p in self._axes))))

    def _seen(self):
        """What a fit has seen that a warm start must see again; ``None`` before a fit."""
        return (self.layout_, self._n_outputs) if hasattr(self, "net_") else None

    def _hold_out(self, target, groups, counts, random_state):
        held = np.zeros(len(target), dtype=bool)
        if self.validation is not None:
            kept = np.flatnonzero(counts)
            strata = self._strata(target)[kept]
            groups = None if groups is None else np.asarray(groups)[kept]
            name = type(self).__name__
            held[kept] = hold_out(self.validation, strata, groups, random_state, name)
        return held

    def _strata(self, target):
        return np.zeros(len(target))

    def _find_device(self):
        if self.device == "auto":
            return torch.device("cuda" if torch.cuda.is_available() else "cpu")
        return torch.device(self.device)

    def _make_net(self, axes, shape, criterion, device):
        old = getattr(self, "net_", None) if self._runtime.warm_start else None
        least = tuple(self._least.get(axis, 0) for axis in axes)
        shape = tuple(map(max, shape, least))
        module = self._build(axes, shape) if old is None else old.module_
        padding = Padding(least, float("nan") if self._masks else 0.0)
        return make_net(self, module, criterion, device, padding, old)

    def _build(self, axes, shape):
        facts = {"n_outputs": self._n_outputs, "sfreq": self.sfreq_, "ch_names": self.ch_names_}
        offer = read_sizes(axes, shape) | facts
        return build(self._model, self._own_settings, offer, type(self).__name__)

    @property
    def _own_settings(self):
        """Settings of the network: the fields that are not of every training."""
        general = {field.name for field in fields(NeuralEstimator)}
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in general}

    def _all_callbacks(self):
        # Copies: a callback keeps state, and an argument must stay as it was given.
        callbacks = list(copy.deepcopy(self.callbacks or ()))
        if self.verbose:
            callbacks.append(ProgressBar(self.max_epochs, type(self).__name__))
        if self.verbose > 1:
            callbacks.append(PrintLog())
        return callbacks

    def _make_source(self, instances, device):
        return make_source(instances.data, DTYPES[self._runtime.precision], device)

    def _sizes(self, instances, device):
        """Most instances in a batch while training, and while not."""
        n_bytes = instances.data[:1].size * DTYPES[self._runtime.precision].itemsize
        # A GPU has a batch's worth of work for its cores before it has memory to save.
        least = 1 if device.type == "cpu" else self.batch_size
        return self.batch_size, max(least, self._predict_bytes // n_bytes)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.two_d_array = read_axes(self._takes, 1) is not None
        tags.input_tags.allow_nan = self._masks
        return tags
