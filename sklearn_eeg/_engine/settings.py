"""Settings of a training, each refused before any work where it cannot be meant."""

import inspect
from collections.abc import Callable, Sequence

import numpy as np
import torch

from sklearn_eeg import _validation as v
from sklearn_eeg._engine.alignments import check_alignment
from sklearn_eeg._engine.checkpoint import check_folder
from sklearn_eeg._engine.docstrings import Described
from sklearn_eeg._engine.held_out import HeldOut
from sklearn_eeg._engine.limits import check_fields, check_named, check_number, check_steps
from sklearn_eeg._engine.objectives import Alignment
from sklearn_eeg._engine.runtime import Runtime
from sklearn_eeg._engine.schedules import NAMES as SCHEDULES

# Those of torch.optim that need no closure.
OPTIMIZERS = {
    name.lower(): thing
    for name, thing in vars(torch.optim).items()
    if inspect.isclass(thing)
    and issubclass(thing, torch.optim.Optimizer)
    and name not in ("Optimizer", "LBFGS")
}


class Settings(Described):
    """What every network's training can be told, with targets or without.

    Parameters
    ----------
    max_epochs : int, default=100
    batch_size : int, default=32
        Most instances in a batch. The batches of an epoch are evenly large: a last one of a few
        instances has poor statistics for batch normalisation and can undo an epoch.
    optimizer : str or callable, default="adamw"
        Name of a class of :mod:`torch.optim` in any case, or a callable such as the class itself
        or a :func:`functools.partial` of it.
    lr : float, default=1e-3
        Learning rate.
    weight_decay : float, default=0.0
    lr_schedule : None, "plateau", "cosine", "linear" or callable, default=None
        ``"plateau"`` halves the rate after more than five epochs without a lower loss (validation's
        if there is one), down to 1e-6. A callable maps the share of training done to a factor.
    warmup : float, default=0.0
        Epochs in which the rate rises from zero, before the schedule begins.
    gradient_clip : float, default=None
        Largest norm of the gradient.
    accumulation : int, default=1
        Batches whose gradients make one step.
    ema : float, default=None
        Decay of a moving average of the weights, which then validates and predicts.
    validation : float or HeldOut, default=None
        Share of the subjects held out of training, by which the best epoch's weights are chosen.
        Of the trials where no subjects are known. :class:`~sklearn_eeg.classifiers.HeldOut` says
        what else they are for: calibrated probabilities.
    patience : int, default=None
        Epochs without a better score after which training ends.
    monitor : {"valid_loss"}, default="valid_loss"
        Which score chooses the best epoch.
    device : str, default="auto"
        ``"auto"`` is ``"cuda"`` where there is one, else ``"cpu"``.
    callbacks : sequence of skorch callbacks, default=None
    random_state : int or RandomState, default=None
        Fixes all that is random; torch's own generator is put back as it was. Fits that overlap
        in threads of one process take turns, since layers draw from that generator.
    verbose : int, default=0
        1: a progress bar, where there is a terminal. 2: also a line an epoch.
    runtime : Runtime, default=None
        Threads, precision, compilation, checkpoints and warm starts; ``None``: the defaults of
        :class:`~sklearn_eeg.classifiers.Runtime`.
    """

    max_epochs: int = 100
    batch_size: int = 32
    optimizer: str | Callable = "adamw"
    lr: float = 1e-3
    weight_decay: float = 0.0
    lr_schedule: str | Callable | None = None
    warmup: float = 0.0
    gradient_clip: float | None = None
    accumulation: int = 1
    ema: float | None = None
    validation: float | HeldOut | None = None
    patience: int | None = None
    monitor: str = "valid_loss"
    device: str = "auto"
    callbacks: Sequence | None = None
    random_state: int | np.random.RandomState | None = None
    verbose: int = 0
    runtime: Runtime | None = None

    def _check_settings(self):
        check_fields(self)
        self._check_validation()
        if not isinstance(self._runtime, Runtime):
            raise TypeError(f"expected runtime to be a Runtime, got {self.runtime!r}.")
        check_fields(self._runtime)
        if self._runtime.checkpoint is not None:
            check_folder(self._runtime.checkpoint)
        check_named("optimizer", _lower(self.optimizer), OPTIMIZERS)
        check_named("lr_schedule", self.lr_schedule, SCHEDULES)
        v.check_choice("monitor", self.monitor, self._monitors)
        check_steps("callbacks", self.callbacks, lambda step: not isinstance(step, str))
        if self.patience is not None and self.validation is None:
            raise ValueError(
                f"expected validation to be set where patience={self.patience} waits for "
                f"it, got validation=None; set validation=0.15, or patience=None."
            )

    def _check_validation(self):
        if not isinstance(self.validation, HeldOut):
            if self.validation is not None:
                check_number("validation", False, self.validation)
            return
        check_fields(self.validation)
        if self.validation.temperature and not self._classifies:
            raise ValueError(
                "expected temperature=False of what has no probabilities, got True; leave it out."
            )

    @property
    def _held_out(self):
        asked = self.validation
        return asked if asked is None or isinstance(asked, HeldOut) else HeldOut(asked)

    @property
    def _runtime(self):
        return Runtime() if self.runtime is None else self.runtime

    def _find_optimizer(self):
        return self.optimizer if callable(self.optimizer) else OPTIMIZERS[self.optimizer.lower()]


class TargetSettings(Settings):
    """What a training on targets can be told beside.

    Parameters
    ----------
    loss : str or callable, default="auto"
    augmentation : callable or sequence of callables, default=None
        (batch, labels, generator) -> (batch, labels), applied to training batches only, on the
        device. Labels are shares of classes, (batch, n_classes).
    alignment : None, str, callable or part, default=None
        What training does for people without labels. With ``X_target``: ``"coral"`` or ``"mmd"``, a
        distance (source, target) -> scalar of the features, which stays small beside the loss; also
        a callable, or :class:`~sklearn_eeg.classifiers.Aligned`, which has a strength.
        ``"dann"``, a discriminator that the features fool: :class:`~sklearn_eeg.classifiers.DANN`.
        ``"adabn"``: batch normalisations have the target's mean and variance after the training,
        which is else as without (Li et al. 2018, Pattern Recognition 80).
        Without a target: ``"mldg"``, steps on some subjects that help others,
        :class:`~sklearn_eeg.classifiers.MLDG`; or ``Aligned`` or ``DANN`` between sources.
    """

    loss: str | Callable = "auto"
    augmentation: Callable | Sequence | None = None
    alignment: str | Callable | Alignment | None = None

    def _check_settings(self):
        super()._check_settings()
        check_named("loss", self.loss, ("auto", *self._losses))
        check_steps("augmentation", self.augmentation, callable)
        check_alignment(self.alignment)
        if isinstance(self.alignment, Alignment):
            check_fields(self.alignment)


def find_device(word):
    """Device by its name, if this machine has it."""
    if word == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        return torch.empty(0, device=word).device
    except (RuntimeError, AssertionError, TypeError, NotImplementedError) as error:
        raise ValueError(
            f"expected device to be 'auto', 'cpu' or another that torch finds on this "
            f"machine, got {word!r}."
        ) from error


def _lower(word):
    return word.lower() if isinstance(word, str) else word
