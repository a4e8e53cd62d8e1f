"""Amplitude scale."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from sklearn_eeg.augmentation._random import chosen, uniform


@dataclass(frozen=True)
class AmplitudeScale:
    """Multiply each trial by a factor.

    Parameters
    ----------
    low, high : float, default=0.5, 2.0
        Range of the factor; its logarithm is uniform, so halving is as likely as doubling.
    p : float, default=0.5
        Probability for each trial.

    Examples
    --------
    >>> generator = torch.Generator().manual_seed(0)
    >>> batch, _ = AmplitudeScale(p=1.0)(torch.ones(3, 2, 4), None, generator)
    >>> bool((batch.amax((1, 2)) == batch.amin((1, 2))).all())
    True
    """

    low: float = 0.5
    high: float = 2.0
    p: float = 0.5

    def __call__(
        self, batch: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        low, high = torch.tensor([self.low, self.high], dtype=batch.dtype).log().tolist()
        shape = (len(batch), *[1] * (batch.ndim - 1))
        factor = uniform(shape, low, high, batch, generator).exp()
        return torch.where(chosen(batch, self.p, generator), batch * factor, batch), labels
