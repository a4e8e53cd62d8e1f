"""MLDG: steps on some subjects that help others."""

from dataclasses import dataclass
from typing import Any

import torch
from torch.func import functional_call

from sklearn_eeg._engine.objectives import Alignment, adapted, count_sources, in_equal_parts


@dataclass(frozen=True)
class MLDG(Alignment):
    r"""Steps on some of the source subjects that lower the loss of the others too.

    In each batch a part of the subjects is set aside, :math:`G`, and a step of gradient descent on
    the others, :math:`F`, is tried. What is minimised is

    .. math:: F(\theta) + \beta\, G(\theta - \alpha \nabla F(\theta)).

    No target is asked for. A batch has as many rows of each subject, at least two, whatever
    ``batch_size`` says.

    Parameters
    ----------
    strength : float, default=1.0
        :math:`\beta`.
    inner_lr : float, default=0.01
        :math:`\alpha`.
    held_out : float, default=0.3
        Share of the subjects that are set aside, at least one, others in each batch.
    second_order : bool, default=False
        Whether the gradient goes through the step that is tried too, as published; it needs layers
        with second derivatives, and twice the time. ``False``: the step is taken as given.

    References
    ----------
    Li, Yang, Song & Hospedales (2018), Learning to generalize: meta-learning for domain
    generalization, AAAI 32(1), algorithm 1. https://doi.org/10.1609/aaai.v32i1.11596

    Examples
    --------
    >>> from sklearn_eeg.classifiers import ResAttentioNetClassifier
    >>> model = ResAttentioNetClassifier(alignment=MLDG(strength=0.5))
    """

    strength: float = 1.0
    inner_lr: float = 0.01
    held_out: float = 0.3
    second_order: bool = False

    sampler = staticmethod(in_equal_parts)

    def check(self, net: Any, batches: Any, target: Any) -> None:
        """Refuse a source alone."""
        count_sources(batches)

    def begin(self, net: Any, batches: Any) -> Any:
        """Objective of one training."""
        n_sources = count_sources(batches)
        n_aside = min(max(1, round(self.held_out * n_sources)), n_sources - 1)

        def objective(net, batch, progress):
            rows = torch.arange(len(batch.target)).unflatten(0, (n_sources, -1))
            order = torch.randperm(n_sources)
            parts = [rows[part].flatten() for part in (order[n_aside:], order[:n_aside])]
            return self._learn(net, batch, parts, progress)

        return objective

    def _learn(self, net, batch, parts, progress):
        others, aside = (batch.take(rows.to(batch.input.device)) for rows in parts)
        output, loss = adapted(net, others, progress)
        moved = self._step(net.module_, loss)

        def run(x, **kwargs):
            return functional_call(net.module_, moved, (x,), kwargs)

        answer = net.infer(aside, run)
        loss = loss + self.strength * net.criterion_(answer, aside.target, aside.weight)
        both = torch.cat([output, answer])
        return both[torch.cat(parts).argsort().to(both.device)], loss

    def _step(self, module, loss):
        weights = {k: p for k, p in module.named_parameters() if p.requires_grad}
        gradients = torch.autograd.grad(
            loss,
            weights.values(),
            retain_graph=True,
            create_graph=self.second_order,
            allow_unused=True,
        )
        return {
            name: value - self.inner_lr * gradient
            for (name, value), gradient in zip(weights.items(), gradients, strict=True)
            if gradient is not None
        }
