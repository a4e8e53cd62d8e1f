"""Additive noise."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from sklearn_eeg.augmentation._random import chosen


@dataclass(frozen=True)
class AdditiveNoise:
    """Add white Gaussian noise, in proportion to each trial's own spread; NaN stays NaN.

    Parameters
    ----------
    scale : float, default=0.1
        Standard deviation of the noise over that of the trial's values.
    p : float, default=0.5
        Probability for each trial.

    Examples
    --------
    >>> generator = torch.Generator().manual_seed(0)
    >>> batch = torch.randn(2, 4, 1000, generator=generator)
    >>> noisy, _ = AdditiveNoise(0.1, p=1.0)(batch, None, generator)
    >>> bool(((noisy - batch).std() - 0.1).abs() < 0.01)
    True
    """

    scale: float = 0.1
    p: float = 0.5

    def __call__(
        self, batch: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        noise = torch.randn(
            batch.shape, generator=generator, device=batch.device, dtype=batch.dtype
        )
        spread = _spread(batch).reshape(-1, *[1] * (batch.ndim - 1))
        noisy = batch + self.scale * spread * noise
        return torch.where(chosen(batch, self.p, generator), noisy, batch), labels


def _spread(batch):
    flat = batch.flatten(1)
    centred = flat - flat.nanmean(1, keepdim=True)
    return (centred**2).nanmean(1).sqrt().nan_to_num()
