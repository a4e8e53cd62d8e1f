"""Losses by name: (logits, target) -> one number a row, for codes and for shares of classes."""

import torch
import torch.nn.functional as F
from torch import nn


def kl_divergence(logits, target, class_weight=None, smoothing=0.0):
    """Kullback-Leibler divergence of the prediction from the target: sum of p log(p / q)."""
    p = smooth(as_shares(target, logits.shape[1], logits.dtype), smoothing)
    terms = torch.xlogy(p, p) - p * logits.log_softmax(1)
    return (terms if class_weight is None else terms * class_weight).sum(1)


def cross_entropy(logits, target, class_weight=None, smoothing=0.0):
    """Cross-entropy as of torch, a row at a time."""
    if isinstance(smoothing, torch.Tensor):
        target = smooth(as_shares(target, logits.shape[1], logits.dtype), smoothing)
        smoothing = 0.0
    return F.cross_entropy(
        logits, target, class_weight, reduction="none", label_smoothing=smoothing
    )


def focal(logits, target, class_weight=None, smoothing=0.0, gamma=2.0):
    """Focal loss: cross-entropy times (1 - q) ** gamma; easy rows count less.

    References
    ----------
    Lin et al. (2017), Focal loss for dense object detection, ICCV, eq. 4.
    """
    p = smooth(as_shares(target, logits.shape[1], logits.dtype), smoothing)
    log_q = logits.log_softmax(1)
    terms = -p * (1 - log_q.exp()) ** gamma * log_q
    return (terms if class_weight is None else terms * class_weight).sum(1)


def margin(logits, target, class_weight=None, smoothing=0.0):
    """Multi-class hinge: mean over the other classes of max(0, 1 - own logit + their logit).

    References
    ----------
    Weston & Watkins (1999), Support vector machines for multi-class pattern recognition, ESANN.
    """
    p = smooth(as_shares(target, logits.shape[1], logits.dtype), smoothing)
    hinge = F.relu(1 - logits.unsqueeze(2) + logits.unsqueeze(1))
    # A class beside itself is no error, but its hinge is one.
    terms = p * (hinge.sum(2) - 1) / logits.shape[1]
    return (terms if class_weight is None else terms * class_weight).sum(1)


def capsule(logits, target, class_weight=None, smoothing=0.0):
    """Margin loss of capsules, whose lengths are the sigmoids of the logits.

    A class that is there shall be longer than 0.9, one that is not shorter than 0.1.

    References
    ----------
    Sabour, Frosst & Hinton (2017), Dynamic routing between capsules, NeurIPS, eq. 4.
    """
    p = smooth(as_shares(target, logits.shape[1], logits.dtype), smoothing)
    length = logits.sigmoid()
    present, absent = F.relu(0.9 - length).square(), F.relu(length - 0.1).square()
    rows = (p * present + 0.5 * (1 - p) * absent).sum(1)
    return rows if class_weight is None else rows * (p @ class_weight)


LOSSES = {
    "cross_entropy": cross_entropy,
    "kl": kl_divergence,
    "focal": focal,
    "margin": margin,
    "capsule": capsule,
}


def as_shares(target, n_classes, dtype):
    """Shares of classes from codes; shares stay."""
    return F.one_hot(target, n_classes).to(dtype) if target.ndim == 1 else target.to(dtype)


def smooth(shares, amount):
    """Shares mixed with equal ones, or each class's share spread by its row of a table."""
    if isinstance(amount, torch.Tensor):
        return shares @ amount
    return shares if amount == 0 else shares * (1 - amount) + amount / shares.shape[1]


class ClassificationLoss(nn.Module):
    """Mean of a loss over a batch, weighted by class and by row, as torch weighs classes.

    ``loss`` is a name, or a callable (logits, target) -> (batch,), or a number for the batch, which
    then has no weights. ``label_smoothing`` is a share, or a table (class, class).
    """

    def __init__(self, loss, class_weight=None, label_smoothing=0.0):
        super().__init__()
        self.loss = loss
        if isinstance(label_smoothing, torch.Tensor):
            self.register_buffer("label_smoothing", label_smoothing)
        else:
            self.label_smoothing = label_smoothing
        self.register_buffer("class_weight", class_weight)

    def forward(self, logits, target, weight=None):
        rows = self._rows(logits, target)
        if rows.ndim == 0:
            return rows
        mass = self.weigh(target, weight)
        if mass is None:
            return rows.mean()
        if weight is not None:
            rows = rows * weight
        return rows.sum() / mass.sum()

    def weigh(self, target, weight=None):
        """What each row weighs, by itself and by its class; ``None``: all the same."""
        if self.class_weight is None:
            return weight
        own = self._own_weight(target)
        return own if weight is None else weight * own

    def _rows(self, logits, target):
        if callable(self.loss):
            rows = self.loss(logits, target)
            weighs = self.class_weight is not None and rows.ndim > 0
            return rows * self._own_weight(target) if weighs else rows
        return LOSSES[self.loss](logits, target, self.class_weight, self.label_smoothing)

    def _own_weight(self, target):
        return self.class_weight[target] if target.ndim == 1 else target @ self.class_weight


def squared_error(prediction, target):
    """Mean over outputs of squared differences, a row at a time."""
    return (prediction - target).square().flatten(1).mean(1)


def absolute_error(prediction, target):
    """Mean over outputs of absolute differences, a row at a time."""
    return (prediction - target).abs().flatten(1).mean(1)


REGRESSION_LOSSES = {
    "squared_error": squared_error,
    "absolute_error": absolute_error,
    "huber": lambda prediction, target: (
        F.smooth_l1_loss(prediction, target, reduction="none").flatten(1).mean(1)
    ),
}


class RegressionLoss(nn.Module):
    """Weighted mean of a loss over a batch."""

    def __init__(self, loss):
        super().__init__()
        self.loss = loss

    def forward(self, prediction, target, weight=None):
        function = self.loss if callable(self.loss) else REGRESSION_LOSSES[self.loss]
        rows = function(prediction, target)
        if weight is None or rows.ndim == 0:
            return rows.mean()
        return (rows * weight).sum() / weight.sum()

    def weigh(self, target, weight=None):
        """What each row weighs; ``None``: all the same."""
        return weight
