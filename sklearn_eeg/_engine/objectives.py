"""Objectives: what a training step minimises, ``(net, batch, progress) -> (output, loss)``.

``progress`` is the share of the training done, from 0 to 1.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import torch
from torch import nn

from sklearn_eeg._engine.sampling import balanced_domains
from sklearn_eeg.nn import alignment as distances
from sklearn_eeg.nn.functional import sigmoid_ramp


def supervised(net, batch, progress):
    """Criterion of the module's output, and the module's own ``penalty()`` where it has one."""
    output = net.infer(batch)
    loss = net.criterion_(output, batch.target, batch.weight)
    penalty = getattr(net.module_, "penalty", None)
    return output, loss if penalty is None else loss + penalty()


def adapted(net, batch, progress):
    """The supervised loss, and the module's own between the domains where there is a target."""
    if batch.unlabelled is None:
        return supervised(net, batch, progress)
    output, loss, _, _ = pass_both(net, batch, progress)
    return output, loss


class Alignment(ABC):
    """What a training does for people whose labels it does not have: a setting, which stays.

    Attributes
    ----------
    reads_target : bool
        Whether batches have rows of a target beside.
    ends_with_target : bool
        Whether the target is asked for after the training.
    sampler : callable or None
        Who sits together in a batch; ``None``: as the network has it.
    """

    reads_target = False
    ends_with_target = False
    sampler: Callable | None = None

    @property
    def needs_target(self) -> bool:
        """Whether there is nothing to align without a target."""
        return self.reads_target or self.ends_with_target

    def check(self, net: Any, batches: Any, target: Any) -> None:  # noqa: B027
        """Refuse what cannot be aligned, before anything is trained."""

    @abstractmethod
    def begin(self, net: Any, batches: Any) -> Any:
        """Objective of one training, which may be a module that learns with the network's."""

    def end(self, net: Any, objective: Any, target: Any) -> None:  # noqa: B027
        """After the training; ``target`` are its batches in order, or ``None``."""


class Plain(Alignment):
    """An objective that asks for nothing beside."""

    def __init__(self, objective):
        self.objective = objective

    def begin(self, net, batches):
        """Return the objective as it is."""
        return self.objective


class BetweenDomains(Alignment):
    """Features brought together ``between`` the source and the target, or all source subjects.

    Features are what enters ``module.head``.
    """

    between: str

    @property
    def reads_target(self) -> bool:
        """Whether the target is what the source is brought near."""
        return self.between == "target"

    @property
    def sampler(self) -> Any:
        """Who sits together in a batch between sources."""
        return None if self.reads_target else in_equal_parts

    def check(self, net: Any, batches: Any, target: Any) -> None:
        """Refuse a network without a head, and a source alone."""
        check_head(net.module_)
        if not self.reads_target:
            count_sources(batches)


@dataclass(frozen=True)
class Aligned(BetweenDomains):
    """The supervised loss, and a distance between the features of domains.

    Features are what enters ``module.head``. The labels of a target are never asked for.

    Parameters
    ----------
    distance : str or callable
        Name of a function of :mod:`sklearn_eeg.nn.alignment`, or (source, target) -> scalar, of
        features (batch, feature). Between sources a callable goes through :func:`torch.vmap`.
    strength : float, default=1.0
        What the distance is multiplied by at the end of the training.
    ramp : callable, default=sigmoid_ramp
        Share of the training done -> share of ``strength``.
    between : {"target", "sources"}, default="target"
        ``"target"``: the trials trained on and ``X_target``. ``"sources"``: each two subjects that
        are trained on, their mean; no target is asked for, and a batch has as many rows of each
        subject, at least two, whatever ``batch_size`` says.

    Examples
    --------
    >>> from sklearn_eeg.classifiers import ResAttentioNetClassifier
    >>> model = ResAttentioNetClassifier(alignment=Aligned("coral", strength=0.5))
    >>> model = ResAttentioNetClassifier(alignment=Aligned("mmd", between="sources"))
    """

    distance: str | Callable
    strength: float = 1.0
    ramp: Callable = sigmoid_ramp
    between: Literal["target", "sources"] = "target"

    def begin(self, net: Any, batches: Any) -> Any:
        """Objective of one training."""
        distance = self.distance
        if not callable(distance):
            distance = getattr(distances, distance)
        if self.reads_target:
            return partial(self._near_target, distance)
        return partial(self._near_each_other, distance, count_sources(batches))

    def _near_target(self, distance, net, batch, progress):
        output, loss, source, target = pass_both(net, batch, progress)
        return output, loss + self.strength * self.ramp(progress) * distance(source, target)

    def _near_each_other(self, distance, n_sources, net, batch, progress):
        output, loss, features = pass_source(net, batch, progress)
        away = mean_distance(distance, features.unflatten(0, (n_sources, -1)))
        return output, loss + self.strength * self.ramp(progress) * away


def in_equal_parts(index: Any, size: int, generator: Any) -> Any:
    """As many rows of each subject in a batch, at least two, one subject after the other."""
    return balanced_domains(index, size, generator, least=2)


def mean_distance(distance, features):
    """Mean distance of each two domains, of features (domain, row, feature).

    Examples
    --------
    >>> features = torch.tensor([0.0, 1.0, 5.0]).reshape(3, 1, 1)
    >>> mean_distance(lambda one, other: (one - other).abs().sum(), features)
    tensor(3.3333)
    """
    # Turned by one, each domain lies on the next, by two on the next but one.
    turned = torch.stack([features.roll(-n, 0) for n in range(1, len(features))])
    each = torch.vmap(torch.vmap(distance), in_dims=(None, 0))
    return each(features, turned).mean()


def pass_both(net, batch, progress):
    """Pass the source, then the target: (output, loss, features of the source, of the target).

    The loss has the module's own ``domain_loss(source, target, progress, domain)`` where it has
    one; ``domain`` are the codes of the source rows' subjects.
    """
    module = net.module_
    with entering(module.head) as features:
        output, loss = supervised(net, batch, progress)
        source = features[-1].to(output.dtype)
        net.infer(batch.unlabelled)
        target = features[-1].to(output.dtype)
    if hasattr(module, "domain_loss"):
        loss = loss + module.domain_loss(source, target, progress, batch.domain)
    return output, loss, source, target


def pass_source(net, batch, progress):
    """Output, loss, and the features of the source, with or without a target beside."""
    with entering(net.module_.head) as features:
        output, loss = adapted(net, batch, progress)
    return output, loss, features[0].to(output.dtype)


@contextmanager
def entering(head):
    """Within, a list of what enters a part of a network, (batch, feature) a pass."""
    seen = []
    hook = head.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].flatten(1)))
    try:
        yield seen
    finally:
        hook.remove()


def count_sources(batches):
    """Number of subjects that are trained on; refused where there are no two."""
    n_sources = int(batches.domain.max()) + 1
    if n_sources < 2:
        raise ValueError(
            "expected to train on two subjects or more where an alignment is between them, got "
            "one, or none known; give Trials with a 'subject' column, or groups=."
        )
    return n_sources


def check_head(module):
    """Refuse a module whose features cannot be told from its answer."""
    if not isinstance(getattr(module, "head", None), nn.Module):
        raise ValueError(
            f"expected a module with a part called head, whose input are the features to "
            f"align, got {type(module).__name__} without; name its last layers so."
        )
