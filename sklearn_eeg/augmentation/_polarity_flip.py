"""Polarity flip."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from sklearn_eeg.augmentation._random import chosen


@dataclass(frozen=True)
class PolarityFlip:
    """Turn signals upside down.

    Parameters
    ----------
    p : float, default=0.5
        Probability for each trial.

    Examples
    --------
    >>> PolarityFlip(p=1.0)(torch.tensor([[[1.0, -2.0]]]), None, torch.Generator())[0]
    tensor([[[-1.,  2.]]])
    """

    p: float = 0.5

    def __call__(
        self, batch: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.where(chosen(batch, self.p, generator), -batch, batch), labels
