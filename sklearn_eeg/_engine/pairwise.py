"""Learning from pairs: which rows are of one class, not of which class a row is."""

import torch

from sklearn_eeg._engine.losses import ClassificationLoss, as_shares, smooth
from sklearn_eeg.nn.models._prpl import likeness, pair_entropy


class PairwiseLoss(ClassificationLoss):
    """Cross-entropy of the likeness of all pairs of a batch; a pair weighs as its rows together."""

    def __init__(self, class_weight=None, label_smoothing=0.0):
        super().__init__("pairwise", class_weight, label_smoothing)

    def forward(self, logits, target, weight=None):
        """One number for the batch."""
        truth = smooth(as_shares(target, logits.shape[1], logits.dtype), self.label_smoothing)
        mass = self.weigh(target, weight)
        mass = torch.ones_like(logits[:, 0]) if mass is None else mass
        mass = mass / mass.sum()
        return mass @ pair_entropy(likeness(logits.softmax(1)), likeness(truth)) @ mass


def prototypical(net, batch, progress):
    """Scores of the batch by its own prototypes; with a target, the loss between the domains."""
    module, criterion = net.module_, net.criterion_
    features = net.infer(batch, run=module.encode)
    shares = as_shares(batch.target, net.n_classes, features.dtype)
    mass = criterion.weigh(batch.target, batch.weight)
    if mass is not None:
        shares = shares * (mass / mass.mean()).unsqueeze(1)
    scores, prototypes = module.meet(features, shares)
    loss = criterion(scores, batch.target, batch.weight) + module.stray(prototypes)
    if batch.unlabelled is not None:
        target = net.infer(batch.unlabelled, run=module.encode)
        others = features, target, progress, batch.domain
        loss = loss + module.domain_loss(*others, prototypes=prototypes)
    return module.read(scores), loss
