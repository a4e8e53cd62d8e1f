"""Training: the loop over epochs and batches, and all that must be saved to continue it."""

import math
import warnings
from contextlib import nullcontext

import torch
from torch import nn

from sklearn_eeg._engine.best_weights import BestWeights
from sklearn_eeg._engine.listeners import Listeners
from sklearn_eeg._engine.losses import as_shares
from sklearn_eeg._engine.moving_average import MovingAverage
from sklearn_eeg._engine.schedules import Schedule
from sklearn_eeg._engine.totals import Totals
from sklearn_eeg._engine.training_state import read_state, restore_state
from sklearn_eeg._fitted import FEW_STEPS
from sklearn_eeg.exceptions import FewStepsWarning


class Training:
    """One training of a net, from its first epoch to the last.

    Losses and counts of correct answers stay on the device until an epoch ends, so that nobody
    waits for it at each batch. skorch's callbacks are told of a batch only if one of them listens.
    Dropout draws from torch's own generator, which the caller seeds and puts back.

    Parameters
    ----------
    net : Net
        Initialised.
    train, valid : Batches
        ``valid`` may be ``None``.
    has_nan : bool
        Whether anything in the data is missing.
    augment_generator : torch.Generator
        On the net's device.
    objective : callable
        See :mod:`~sklearn_eeg._engine.objectives`.
    settings : NeuralEstimator
        For its arguments.
    """

    def __init__(self, net, train, valid, has_nan, augment_generator, objective, settings):
        self.net = net
        self.module = net.module_
        self.objective = objective
        self.name = type(settings).__name__
        self.optimizer = net.optimizer_
        self.train, self.valid = train, valid
        self.augmentations = _as_tuple(settings.augmentation)
        # An augmentation may hide windows.
        run = _compile(self.module, settings._runtime.compile)
        net.watch(run, has_nan or bool(self.augmentations))
        self.generators = {"shuffle": train.generator, "augment": augment_generator}
        self.max_epochs = settings.max_epochs
        self.constrain = getattr(net.module_, "constrain", lambda: None)
        self.accumulation = settings.accumulation
        self.gradient_clip = settings.gradient_clip
        self.monitor, self.patience = settings.monitor, settings.patience
        for group in self.optimizer.param_groups:
            group["base_lr"] = group["lr"]
        self.schedule = Schedule(settings.lr_schedule, settings.warmup, settings.max_epochs)
        self.schedule.set_rates(self.optimizer, 0)
        self.average = None if settings.ema is None else MovingAverage(self.module, settings.ema)
        self.best = BestWeights()
        self.done = 0
        self.interrupted = False
        self.listeners = Listeners(net)

    def run_epochs(self, checkpoint=None):
        """Train to the end, from where the checkpoint stands; then leave the net its best weights.

        Ctrl-C after the first epoch ends the training and keeps what it has; before, it goes on up.
        """
        if checkpoint is not None and (state := checkpoint.read(self.net.device)) is not None:
            restore_state(self, state)
        self.net.notify("on_train_begin", X=self.train, y=None)
        try:
            while not self._is_over():
                asked_to_stop = self._run_epoch()
                if checkpoint is not None and (
                    asked_to_stop or self._is_over() or self.done % checkpoint.every == 0
                ):
                    checkpoint.write(read_state(self))
                if asked_to_stop:
                    break
        except KeyboardInterrupt:
            # Its last row is of the epoch that was cut off.
            del self.net.history[self.done :]
            if self.done == 0:
                raise
            self.interrupted = True
        finally:
            self.net.watch()
        self._leave_best_weights()
        self._check_weights()
        self.net.notify("on_train_end", X=self.train, y=None)

    def count_steps(self, epochs):
        """Count the optimizer's steps in so many epochs."""
        return epochs * -(-self.train.count() // self.accumulation)

    def warn_of_few_steps(self, stacklevel):
        """Say so before a training from the beginning that will be short."""
        steps = self.count_steps(self.max_epochs)
        if steps < FEW_STEPS:
            warnings.warn(
                f"{self.name}: expected {FEW_STEPS} steps of the optimizer or so, before which a "
                f"network has often learnt little yet, got {steps} in {self.max_epochs} epochs; "
                f"raise max_epochs, lower batch_size, or train on windows.",
                FewStepsWarning,
                stacklevel=stacklevel + 1,
            )

    def _is_over(self):
        waited = self.done - self.best.epoch
        lost_patience = self.valid is not None and self.patience is not None
        return self.done >= self.max_epochs or (lost_patience and waited >= self.patience)

    def _run_epoch(self):
        net, data = self.net, {"dataset_train": self.train, "dataset_valid": self.valid}
        net.notify("on_epoch_begin", **data)
        net.history.record("lr", self.optimizer.param_groups[0]["lr"])
        loss = self._train_batches()
        if self.valid is not None:
            with self._averaged():
                loss = self._validate_batches()
                self._keep_best()
        self.done += 1
        self.schedule.end_epoch(self.optimizer, loss, self.done)
        try:
            net.notify("on_epoch_end", **data)
        except KeyboardInterrupt:
            # This is how skorch's EarlyStopping asks to stop.
            return True
        return False

    def _train_batches(self):
        self.module.train()
        self.optimizer.zero_grad()
        parts, step = self.train.draw(), self.accumulation
        n_batches = len(parts)
        totals = Totals(self.net.n_classes, self.net.device)
        for i, batch in enumerate(self.train.walk(parts)):
            self.listeners.begin(batch, training=True)
            epoch = self.done + i / n_batches
            output, loss = self._run_objective(self._augment(batch), epoch / self.max_epochs)
            # The last batches of an epoch may be fewer than are accumulated.
            n_together = min(step, n_batches - i // step * step)
            (loss if n_together == 1 else loss / n_together).backward()
            self.listeners.grad_computed(batch)
            if (i + 1) % step == 0 or i + 1 == n_batches:
                self._step(epoch)
            totals.count(loss, output, batch.target)
            self.listeners.end(batch, loss, output, training=True)
        self.listeners.end_epoch()
        return self._record("train", totals)

    def _run_objective(self, batch, progress):
        try:
            return self.objective(self.net, batch, progress)
        except ValueError as error:
            # The words of torch's batch normalisation.
            if "more than 1 value per channel" not in str(error):
                raise
            raise ValueError(
                f"{self.name}: expected batches of two instances or more, which the network's "
                f"batch normalisation needs, got one; raise batch_size or add trials."
            ) from error

    def _augment(self, batch):
        x, target = batch.input, batch.target
        if self.augmentations and self.net.n_classes is not None:
            target = as_shares(target, self.net.n_classes, x.dtype)
        for augment in self.augmentations:
            x, target = augment(x, target, self.generators["augment"])
        return batch._replace(input=x, target=target)

    def _step(self, epoch):
        if self.gradient_clip is not None:
            nn.utils.clip_grad_norm_(self.module.parameters(), self.gradient_clip)
        if self.schedule.moves:
            self.schedule.set_rates(self.optimizer, epoch)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.constrain()
        if self.average is not None:
            self.average.update(self.module)

    @torch.no_grad()
    def _validate_batches(self):
        self.module.eval()
        totals = Totals(self.net.n_classes, self.net.device)
        for batch in self.valid:
            self.listeners.begin(batch, training=False)
            output = self.net.infer(batch)
            loss = self.net.criterion_(output, batch.target, batch.weight)
            totals.count(loss, output, batch.target)
            self.listeners.end(batch, loss, output, training=False)
        return self._record("valid", totals)

    def _record(self, part, totals):
        loss, accuracy = totals.means()
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"{part}ing diverged in epoch {self.done + 1}: expected a finite loss, got {loss}; "
                f"lower lr, set gradient_clip, or scale the data."
            )
        self.net.history.record(f"{part}_loss", loss)
        if self.net.n_classes is not None:
            self.net.history.record(f"{part}_acc", accuracy)
        return loss

    # The best weights.

    def _averaged(self):
        return nullcontext() if self.average is None else self.average.applied(self.module)

    def _keep_best(self):
        value = self.net.history[-1][self.monitor]
        score = -value if self.monitor.endswith("loss") else value
        is_best = self.best.keep(self.module, score, self.done + 1)
        self.net.history.record(f"{self.monitor}_best", is_best)

    def _check_weights(self):
        if not all(weights.isfinite().all() for weights in self.module.parameters()):
            raise FloatingPointError(
                f"training diverged by epoch {self.done}: expected finite weights, got NaN or "
                f"infinity; lower lr, set gradient_clip, or scale the data."
            )

    def _leave_best_weights(self):
        if self.best.weights is not None:
            self.module.load_state_dict(self.best.weights)
        elif self.average is not None:
            self.average.swap(self.module)
        self.module.eval()


def _compile(module, how):
    if not how:
        return module
    return torch.compile(module, mode=None if how is True else how)


def _as_tuple(augmentation):
    if augmentation is None:
        return ()
    return (augmentation,) if callable(augmentation) else tuple(augmentation)
