"""Cutout: a rectangle of the last two axes set to a constant."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from sklearn_eeg.augmentation._random import chosen, uniform


@dataclass(frozen=True)
class Cutout:
    """Blank one rectangle of each image, such as mel × frame of a spectrogram.

    Parameters
    ----------
    area : (float, float), default=(0.02, 0.1)
        Least and largest share of the image.
    ratio : (float, float), default=(0.5, 1.5)
        Least and largest height over width, both as shares of the image; (8, 12) makes stripes
        along the first of the two axes.
    fill : float, default=0.0
        What stands in the rectangle; in a spectrogram in decibels, zero is not silence.
    p : float, default=0.5
        Probability for each trial.

    References
    ----------
    Zhong, Zheng, Kang, Li & Yang (2020), Random Erasing Data Augmentation, AAAI.

    Examples
    --------
    >>> generator = torch.Generator().manual_seed(0)
    >>> batch, _ = Cutout(p=1.0)(torch.ones(4, 1, 64, 64), None, generator)
    >>> bool(((batch == 0).float().mean((1, 2, 3)) > 0.01).all())
    True
    """

    area: tuple[float, float] = (0.02, 0.1)
    ratio: tuple[float, float] = (0.5, 1.5)
    fill: float = 0.0
    p: float = 0.5

    def __call__(
        self, batch: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        n, (height, width) = len(batch), batch.shape[-2:]
        like = torch.empty(0, device=batch.device)
        area = uniform((n,), *self.area, like, generator)
        ratio = uniform((n,), *self.ratio, like, generator)
        rows = _span(height, (area * ratio).sqrt().clamp(max=1), generator)
        columns = _span(width, (area / ratio).sqrt().clamp(max=1), generator)
        hole = rows[:, :, None] & columns[:, None, :]
        hole = hole.reshape(n, *[1] * (batch.ndim - 3), height, width)
        return batch.masked_fill(hole & chosen(batch, self.p, generator), self.fill), labels


def _span(length, share, generator):
    size = (share * length).round().clamp(min=1)
    draw = torch.rand(len(share), generator=generator, device=share.device)
    start = (draw * (length - size + 1)).floor()
    index = torch.arange(length, device=share.device)
    return (index >= start[:, None]) & (index < (start + size)[:, None])
