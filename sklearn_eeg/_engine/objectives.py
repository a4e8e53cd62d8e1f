"""Objectives: what a training step minimises, ``(net, batch, progress) -> (output, loss)``.

``progress`` is the share of the training done, from 0 to 1.
"""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

from torch import nn

from sklearn_eeg.nn import alignment as distances
from sklearn_eeg.nn.functional import sigmoid_ramp


def supervised(net, batch, progress):
    """Criterion of the module's output, and the module's own ``penalty()`` where it has one."""
    output = net.infer(batch)
    loss = net.criterion_(output, batch.target, batch.weight)
    penalty = getattr(net.module_, "penalty", None)
    return output, loss if penalty is None else loss + penalty()


def adapted(net, batch, progress):
    """The supervised loss, and the module's own loss between the domains."""
    output, loss, _, _ = pass_both(net, batch, progress)
    return output, loss


@dataclass(frozen=True)
class Aligned:
    """The supervised loss, and a distance between the features of both domains.

    Features are what enters ``module.head``. The labels of the target are never asked for.

    Parameters
    ----------
    distance : str or callable
        Name of a function of :mod:`sklearn_eeg.nn.alignment`, or (source, target) -> scalar, of
        features (batch, feature).
    strength : float, default=1.0
        What the distance is multiplied by at the end of the training.
    ramp : callable, default=sigmoid_ramp
        Share of the training done -> share of ``strength``.

    Examples
    --------
    >>> from sklearn_eeg.classifiers import ResAttentioNetClassifier
    >>> model = ResAttentioNetClassifier(alignment=Aligned("coral", strength=0.5))
    """

    distance: str | Callable
    strength: float = 1.0
    ramp: Callable = sigmoid_ramp

    def __call__(self, net, batch, progress):
        """Output for the source, and the loss."""
        distance = self.distance
        if not callable(distance):
            distance = getattr(distances, distance)
        output, loss, source, target = pass_both(net, batch, progress)
        return output, loss + self.strength * self.ramp(progress) * distance(source, target)


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


@contextmanager
def entering(head):
    """Within, a list of what enters a part of a network, (batch, feature) a pass."""
    seen = []
    hook = head.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].flatten(1)))
    try:
        yield seen
    finally:
        hook.remove()


def find_objective(alignment, has_target):
    """The objective that an ``alignment`` setting and a target stand for."""
    if alignment is not None:
        return alignment if isinstance(alignment, Aligned) else Aligned(alignment)
    return adapted if has_target else supervised


def check_alignment(alignment):
    """Refuse what is no distance."""
    distance = getattr(alignment, "distance", alignment)
    if alignment is not None and not callable(distance) and distance not in distances.__all__:
        raise ValueError(
            f"expected alignment to be None, one of {distances.__all__}, a callable or an "
            f"Aligned, got {alignment!r}."
        )


def refuse_alignment(alignment):
    """Refuse a distance beside the loss of a network that aligns more than its head's features."""
    if alignment is not None:
        raise ValueError(
            "expected alignment=None, since the network aligns its domains by itself, got "
            f"{alignment!r}; give X_target alone."
        )


def check_head(module):
    """Refuse a module whose features cannot be told from its answer."""
    if not isinstance(getattr(module, "head", None), nn.Module):
        raise ValueError(
            f"expected a module with a part called head, whose input are the features to "
            f"align, got {type(module).__name__} without; name its last layers so."
        )
