"""DANN: features that do not tell whose they are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg._engine.net import DTYPES
from sklearn_eeg._engine.objectives import (
    BetweenDomains,
    count_sources,
    entering,
    pass_both,
    pass_source,
)
from sklearn_eeg.nn._heads import dense
from sklearn_eeg.nn.functional import reverse_gradient, sigmoid_ramp


@dataclass(frozen=True)
class DANN(BetweenDomains):
    """The supervised loss, and a discriminator of the domains that the features learn to fool.

    Features are what enters ``module.head``; their gradient is reversed on the way back from the
    discriminator, which learns by the network's optimizer and is given up after the training. The
    labels of a target are never asked for.

    Parameters
    ----------
    strength : float, default=1.0
        What the reversed gradient is multiplied by at the end of the training.
    n_hidden : tuple of (int, int), default=(64, 64)
        Units of the discriminator's hidden layers.
    ramp : callable, default=sigmoid_ramp
        Share of the training done -> share of ``strength``. The discriminator itself learns in full
        from the first step.
    between : {"target", "sources"}, default="target"
        ``"target"``: source or target? ``"sources"``: which of the subjects that are trained on?
        No target is asked for then, and a batch has as many rows of each subject, at least two.

    References
    ----------
    Ganin et al. (2016), Domain-adversarial training of neural networks, JMLR 17(59).

    Examples
    --------
    >>> from sklearn_eeg.classifiers import ResAttentioNetClassifier
    >>> model = ResAttentioNetClassifier(alignment=DANN(strength=0.5, n_hidden=(32, 16)))
    """

    strength: float = 1.0
    n_hidden: tuple[int, int] = (64, 64)
    ramp: Callable = sigmoid_ramp
    between: Literal["target", "sources"] = "target"

    def begin(self, net: Any, batches: Any) -> Any:
        """A discriminator, which the optimizer learns about too."""
        n_domains = 2 if self.reads_target else count_sources(batches)
        adversary = Adversary(self, count_features(net, batches), n_domains)
        adversary.to(net.device, DTYPES[net.precision])
        net.optimizer_.add_param_group({"params": list(adversary.parameters())})
        return adversary

    def end(self, net: Any, objective: Any, target: Any) -> None:
        """Let the optimizer forget the discriminator."""
        for weights in net.optimizer_.param_groups.pop()["params"]:
            net.optimizer_.state.pop(weights, None)


class Adversary(nn.Module):
    """The objective of one training with its discriminator."""

    def __init__(self, settings, n_features, n_domains):
        super().__init__()
        self.settings = settings
        self.discriminator = dense(n_features, settings.n_hidden, n_domains, norm=False)

    def forward(self, net, batch, progress):
        """Output for the source, and the loss."""
        if self.settings.reads_target:
            output, loss, source, target = pass_both(net, batch, progress)
            features = torch.cat([source, target])
            domain = (torch.arange(len(features), device=features.device) >= len(source)).long()
        else:
            output, loss, features = pass_source(net, batch, progress)
            domain = batch.domain
        strength = self.settings.strength * self.settings.ramp(progress)
        told = self.discriminator(reverse_gradient(features, strength))
        return output, loss + F.cross_entropy(told, domain)


@torch.no_grad()
def count_features(net, batches):
    """Number of features that enter the head."""
    net.module_.eval()
    with entering(net.module_.head) as features:
        net.infer(next(iter(batches.in_order())))
    return features[0].shape[1]
