"""The engine: settings of a training, and what fit and predict do with any architecture."""

import copy
import inspect
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import ClassVar

import numpy as np
import skorch
import torch
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted
from skorch.callbacks import PrintLog

from sklearn_eeg import __version__
from sklearn_eeg import _validation as v
from sklearn_eeg._axes import axes_fit, read_axes
from sklearn_eeg._engine.batches import Batches, make_source
from sklearn_eeg._engine.checkpoint import Checkpoint
from sklearn_eeg._engine.final_door import FinalDoor
from sklearn_eeg._engine.hold_out import hold_out
from sklearn_eeg._engine.instances import cut_trials
from sklearn_eeg._engine.isolation import isolated
from sklearn_eeg._engine.net import Net
from sklearn_eeg._engine.progress_bar import ProgressBar
from sklearn_eeg._engine.schedules import NAMES as SCHEDULES
from sklearn_eeg._engine.settings import check_named, check_numbers, check_share
from sklearn_eeg._engine.targets import check_weights, split_weights
from sklearn_eeg._engine.training import Training
from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import subjects_of

DTYPES = {"float32": torch.float32, "float64": torch.float64, "bf16": torch.float32}
COMPILE_MODES = (False, True, "default", "reduce-overhead", "max-autotune")
# Those of torch.optim that need no closure.
OPTIMIZERS = {
    name.lower(): thing
    for name, thing in vars(torch.optim).items()
    if inspect.isclass(thing)
    and issubclass(thing, torch.optim.Optimizer)
    and name not in ("Optimizer", "LBFGS")
}


@dataclass(kw_only=True, eq=False, repr=False)
class NeuralEstimator(FinalDoor, BaseEstimator, ABC):
    """Settings and engine that :class:`NeuralClassifier` and :class:`NeuralRegressor` share.

    An architecture is a subclass with its own settings as dataclass fields, with ``_module``, and
    with what one instance is: ``_axes``, ``_masks``, ``_arrange``.
    """

    max_epochs: int = 100
    batch_size: int = 32
    optimizer: str | Callable = "adamw"
    lr: float = 1e-3
    weight_decay: float = 0.0
    lr_schedule: str | Callable | None = None
    warmup: float = 0.0
    loss: str | Callable = "auto"
    gradient_clip: float | None = None
    accumulation: int = 1
    augmentation: Callable | Sequence | None = None
    ema: float | None = None
    precision: str = "float32"
    compile: bool | str = False
    validation: float | None = None
    patience: int | None = None
    monitor: str = "valid_loss"
    warm_start: bool = False
    checkpoint: str | PathLike | None = None
    checkpoint_every: int = 1
    device: str = "auto"
    n_threads: int | None = 1
    callbacks: Sequence | None = None
    random_state: int | np.random.RandomState | None = None
    verbose: int = 0

    # Axes an instance may have, the usual ones last; with one more before those, trials are cut
    # into windows, or segments of windows, along it.
    _axes: ClassVar[tuple[str, ...]] = ("feature", "time", "channel time")
    _free = ("segment", "window")
    # Whether the network masks NaN.
    _masks = False
    # Input of one forward pass while predicting: enough to hide the overhead of a call; less for a
    # network whose activations are many times its input and should stay in cache.
    _predict_bytes = 2**24
    _classifies = False
    _losses: ClassVar[tuple[str, ...]] = ()
    _monitors: ClassVar[tuple[str, ...]] = ("valid_loss",)

    @abstractmethod
    def _module(self, shape, n_outputs):
        """Build the network for instances of this shape."""

    @abstractmethod
    def _read_target(self, y, weight):
        """Numbers that stand for y; sets what is learnt from y."""

    @abstractmethod
    def _criterion(self, target, weight):
        """Build the loss."""

    def _arrange(self, shape):
        """Shape in which the network sees an instance of this shape; of the same size."""
        return shape

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
        if self.warm_start and earlier not in (None, self._seen()):
            raise ValueError(
                f"{name}: expected data like those of the fit that warm_start continues, got "
                f"another shape or other classes; set warm_start=False."
            )
        instances = self._cut(signals)
        random_state = check_random_state(self.random_state)
        seeds = random_state.randint(np.iinfo(np.int32).max, size=3).tolist()
        counts, factors = split_weights(weight)
        held = self._hold_out(target, groups, counts, random_state)
        n_rows = np.bincount(instances.trial[instances.rows], minlength=n_trials)
        device = self._find_device()
        with isolated(self.n_threads, device, seeds[0]):
            shape = self._arrange(instances.data.shape[1:])
            criterion = self._criterion(target, weight * ~held * n_rows)
            net = self._make_net(shape, criterion, device)
            checkpoint = None
            if self.checkpoint is not None:
                checkpoint = self._make_checkpoint(net, (signals.data, target, given, held, seeds))
            shuffler = torch.Generator().manual_seed(seeds[1])
            facts = (instances, target, counts, factors, held, device, shuffler)
            train, valid = self._make_batches(*facts)
            augmenter = torch.Generator(device).manual_seed(seeds[2])
            training = Training(net, train, valid, instances.has_nan, augmenter, self)
            training.run_epochs(checkpoint)
        self._learn(net, training, held)
        return self

    def _learn(self, net, training, held):
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
        with isolated(self.n_threads, device), torch.inference_mode():
            net.module_.eval()
            nothing = torch.empty(len(instances.rows), device=device)
            size = self._predict_size(instances, device)
            source = self._make_source(instances, device)
            batches = Batches(source, instances.rows, nothing, None, size)
            outputs = [net.infer(x, run, instances.has_nan) for x, _, _ in batches]
            return torch.cat(outputs).cpu().numpy(), instances

    def _cut(self, signals):
        windowed = not axes_fit(self._axes, signals.axes)
        name = type(self).__name__
        return cut_trials(signals, name, windowed=windowed, masks=self._masks)

    @property
    def _takes(self):
        outer = "segment" if self._axes[-1].startswith("window") else "window"
        return (*self._axes, f"{outer} {self._axes[-1]}")

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

    def _make_net(self, shape, criterion, device):
        old = getattr(self, "net_", None) if self.warm_start else None
        module = self._build(shape) if old is None else old.module_
        dtype = DTYPES[self.precision]
        optimizer = self._find_optimizer()
        settings = inspect.signature(optimizer).parameters
        rest = {}
        if self.weight_decay or "weight_decay" in settings:
            rest["optimizer__weight_decay"] = self.weight_decay
        if "fused" in settings and device.type in ("cpu", "cuda"):
            rest["optimizer__fused"] = True
        net = Net(
            module.to(dtype),
            criterion.to(dtype),
            precision=self.precision,
            n_classes=self._n_outputs if self._classifies else None,
            optimizer=optimizer,
            lr=self.lr,
            max_epochs=self.max_epochs,
            batch_size=self.batch_size,
            callbacks=self._all_callbacks(),
            device=str(device),
            verbose=int(self.verbose > 1),
            **rest,
        ).initialize()
        if old is not None:
            state = net.optimizer_.state_dict()
            state["state"] = old.optimizer_.state_dict()["state"]
            net.optimizer_.load_state_dict(state)
        return net

    def _build(self, shape):
        try:
            return self._module(shape, self._n_outputs)
        except ValueError as error:
            name = type(self).__name__
            raise error if name in str(error) else ValueError(f"{name}: {error}") from error

    def _find_optimizer(self):
        if callable(self.optimizer):
            return self.optimizer
        return OPTIMIZERS[self.optimizer.lower()]

    def _all_callbacks(self):
        # Copies: a callback keeps state, and an argument must stay as it was given.
        callbacks = list(copy.deepcopy(self.callbacks or ()))
        if self.verbose:
            callbacks.append(ProgressBar(self.max_epochs, type(self).__name__))
        if self.verbose > 1:
            callbacks.append(PrintLog())
        return callbacks

    def _make_source(self, instances, device):
        shape = self._arrange(instances.data.shape[1:])
        data = instances.data.reshape(len(instances.data), *shape)
        return make_source(data, DTYPES[self.precision], device)

    def _make_batches(self, instances, target, counts, factors, held, device, shuffler):
        rows = np.repeat(instances.rows, counts[instances.trial[instances.rows]])
        is_held = held[instances.trial[rows]]
        source = self._make_source(instances, device)
        dtype = DTYPES[self.precision]

        def gather(rows, size, generator=None):
            owner = instances.trial[rows]
            truth = torch.as_tensor(target[owner], device=device)
            truth = truth.to(dtype) if truth.is_floating_point() else truth
            weight = None
            if factors is not None:
                weight = torch.as_tensor(factors[owner], dtype=dtype, device=device)
            return Batches(source, rows, truth, weight, size, generator)

        train = gather(rows[~is_held], self.batch_size, shuffler)
        if not held.any():
            return train, None
        return train, gather(rows[is_held], self._predict_size(instances, device))

    def _predict_size(self, instances, device):
        n_bytes = instances.data[:1].size * DTYPES[self.precision].itemsize
        # A GPU has a batch's worth of work for its cores before it has memory to save.
        least = 1 if device.type == "cpu" else self.batch_size
        return max(least, self._predict_bytes // n_bytes)

    def _make_checkpoint(self, net, content):
        settings = {k: p for k, p in self.get_params(deep=False).items() if k not in _NO_MATTER}
        start = {name: value.cpu().numpy() for name, value in net.module_.state_dict().items()}
        versions = (__version__, torch.__version__, skorch.__version__, np.__version__)
        identity = (settings, content, str(net.module_), start, versions)
        name = type(self).__name__
        return Checkpoint(self.checkpoint, self.checkpoint_every, identity, name)

    def _check_settings(self, name):
        check_numbers(self, name)
        if not callable(self.optimizer):
            v.check_choice("optimizer", self.optimizer.lower(), OPTIMIZERS, name)
        check_named("lr_schedule", self.lr_schedule, SCHEDULES, name)
        check_named("loss", self.loss, ("auto", *self._losses), name)
        v.check_choice("precision", self.precision, DTYPES, name)
        v.check_choice("compile", self.compile, COMPILE_MODES, name)
        v.check_choice("monitor", self.monitor, self._monitors, name)
        if self.ema is not None:
            check_share("ema", self.ema, name)
        if self.patience is not None and self.validation is None:
            raise ValueError(
                f"{name}: expected validation to be set where patience={self.patience} waits for "
                f"it, got validation=None; set validation=0.15, or patience=None."
            )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.two_d_array = read_axes(self._takes, 1) is not None
        tags.input_tags.allow_nan = self._masks
        return tags


_NO_MATTER = ("random_state", "verbose", "checkpoint", "checkpoint_every", "callbacks")
