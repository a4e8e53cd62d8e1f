"""Calibration: a trained network for one person, by a few labelled trials of theirs."""

import copy
from abc import abstractmethod
from typing import Self

import numpy as np
import torch
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted
from torch import nn

from sklearn_eeg import _validation as v
from sklearn_eeg._engine.isolation import isolated
from sklearn_eeg._engine.limits import check_number
from sklearn_eeg._engine.net import DTYPES
from sklearn_eeg._engine.objectives import check_head
from sklearn_eeg._engine.unlabelled import set_aside
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data


class Calibration:
    """A few labelled trials of a person move a copy of the network a little."""

    def calibrate(
        self,
        X: Data,
        y: ArrayLike,
        *,
        part: str = "all",
        pull: float = 10.0,
        lr: float = 1e-3,
        n_steps: int = 100,
    ) -> Self:
        r"""Copy of the fitted network, calibrated on a few labelled trials of one person.

        Its weights :math:`w` begin where the training has left them, :math:`w_0`, and minimise

        .. math:: \sum_i L_i + \mathrm{pull} \cdot \|w - w_0\|^2

        with the loss :math:`L_i` of each trial, the mean over its windows. So one trial moves them
        little and many more, and to either side of the training's classes as they are: a few trials
        may lack some. Neither dropout nor the statistics of batch normalisations take part.

        Parameters
        ----------
        X : array, list of arrays or Trials
            A few trials, of the shape seen in ``fit``, prepared as those: by the steps that stand
            before the network in its pipeline.
        y : array-like of shape (n_trials,)
            Their labels, of classes that the network knows; votes or numbers if it was fitted on
            such.
        part : {"all", "head"}, default="all"
            Which weights move: those of ``module_.head``, or all.
        pull : float, default=10.0
            How strongly weights are drawn to where they were.
        lr : float, default=1e-3
            Learning rate of Adam.
        n_steps : int, default=100
            Steps, each on all trials.

        Returns
        -------
        The same class
            This one stays as it is.

        Raises
        ------
        ValueError
            A label is of no class that the network knows, or there is no head.
        FloatingPointError
            The weights became infinite or NaN.
        """
        check_is_fitted(self, "net_")
        with speaking(type(self).__name__):
            v.check_choice("part", part, ("all", "head"))
            check_number("pull", False, pull)
            check_number("lr", False, lr)
            check_number("n_steps", True, n_steps)
            X, y, _ = set_aside(X, y)
            signals = self._open(X, reset=False)
            target = self._read_more(y, len(signals.data))
            weights = self._find_weights(part)
            model = copy.deepcopy(self)
            seed = self._find_random_state().randint(np.iinfo(np.int32).max)
            with isolated(self._runtime.n_threads, torch.device(self.net_.device), seed):
                model._move(signals, target, weights, pull, lr, n_steps)
        return model

    @abstractmethod
    def _read_more(self, y, n_trials):
        """Numbers that stand for y, by what fit has learnt of targets."""

    @abstractmethod
    def _calibration_loss(self, target):
        """Build the loss."""

    def _find_weights(self, part):
        """Names of the weights that move."""
        if part == "head":
            check_head(self.module_)
        names = [
            name
            for name, weight in self.module_.named_parameters()
            if weight.requires_grad and (part == "all" or name.startswith("head."))
        ]
        if not names:
            raise ValueError(
                f"expected weights that a gradient can move, got none in the "
                f"{'network' if part == 'all' else 'head'} of {type(self.module_).__name__}; "
                f"fit it anew with these trials among the others."
            )
        return names

    def _move(self, signals, target, names, pull, lr, n_steps):
        net, device = self.net_, torch.device(self.net_.device)
        instances, people = self._cut(signals), self._find_people(signals)
        owner = instances.trial[instances.rows]
        target, share = target[owner], 1 / instances.count()[owner]
        dtype = DTYPES[self._runtime.precision]
        share = torch.as_tensor(share, device=device, dtype=dtype)
        target = torch.as_tensor(target, device=device)
        target = target.to(dtype) if target.is_floating_point() else target
        criterion = self._calibration_loss(target).to(device, dtype)
        learning = [(weight, weight.requires_grad) for weight in net.module_.parameters()]
        weights = _only(net.module_, names)
        start = [weight.detach().clone() for weight in weights]
        optimizer = torch.optim.Adam(weights, lr=lr)
        rows = self._rows(instances, device)
        for _ in range(n_steps):
            output = self._pass_rows(rows, instances, None, people)
            loss = instances.n_trials * criterion(output, target, share)
            away = [(w - w0).square().sum() for w, w0 in zip(weights, start, strict=True)]
            optimizer.zero_grad()
            (loss + pull * torch.stack(away).sum()).backward()
            optimizer.step()
            getattr(net.module_, "constrain", lambda: None)()
        for weight, learns in learning:
            weight.requires_grad_(learns)
        net.module_.eval()
        if not all(weight.isfinite().all() for weight in weights):
            raise FloatingPointError(
                "expected finite weights, got NaN or infinity; lower lr, or scale the data as in "
                "fit."
            )


def _only(module, names):
    """Weights of these names, the only ones that learn; nothing draws or counts."""
    for part in module.modules():
        # The gradients of some recurrent layers exist on a GPU in training mode only.
        part.training = isinstance(part, nn.RNNBase)
    for name, weight in module.named_parameters():
        weight.requires_grad_(name in names)
    return [module.get_parameter(name) for name in names]
