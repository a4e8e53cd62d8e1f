"""Answers for trials as a torch module."""

import torch
from torch import nn


class AnswersModule(nn.Module):
    """Mean answer over a trial's instances that are not missing.

    NaN where the estimator would refuse a trial: nothing is present, something is infinite, or an
    instance lacks a part that nobody masks.

    Parameters
    ----------
    classify : torch.nn.Module
        Instances (row, ...) to probabilities (row, class), or to values (row, n).
    windowed : bool
        Whether an instance is a window of a trial; else it is the trial.
    masks : bool
        Whether ``classify`` masks NaN.
    """

    def __init__(self, classify, *, windowed, masks):
        super().__init__()
        self.classify = classify
        self.windowed = windowed
        self.masks = masks

    def forward(self, x):
        """Answers for each trial: (trial, ...) -> (trial, n)."""
        rows = x.flatten(0, 1) if self.windowed else x
        missing = rows.isnan()
        present = ~missing.flatten(1).all(-1)
        wrong = rows.isinf().flatten(1).any(-1)
        if not self.masks:
            wrong = wrong | (present & missing.flatten(1).any(-1))
            rows = rows.masked_fill(missing, 0)
        shares = self.classify(rows).masked_fill(wrong.unsqueeze(-1), torch.nan)
        if not self.windowed:
            return shares.masked_fill(~present.unsqueeze(-1), torch.nan)
        shares = torch.where(present.unsqueeze(-1), shares, 0).unflatten(0, x.shape[:2])
        return shares.sum(1) / present.unflatten(0, x.shape[:2]).sum(1, keepdim=True)


class Shaped(nn.Module):
    """Rows of numbers in the shape of a target: (row, n) -> (row, *shape)."""

    def __init__(self, shape):
        super().__init__()
        self.shape = tuple(shape)

    def forward(self, x):
        """Rows in their shape."""
        return x.unflatten(1, self.shape) if self.shape else x.squeeze(1)
