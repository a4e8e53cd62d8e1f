"""Channel drop: whole channels are blanked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sklearn_eeg.augmentation._random import chosen, random_subset

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class ChannelDrop:
    """Set whole channels to a constant, from one up to ``max_channels`` in a trial.

    Parameters
    ----------
    max_channels : int, default=8
    axis : int, default=1
        Axis of the channels: 1 for signals and spectrograms, 2 for windows of band features.
    fill : float, default=0.0
        What a lost channel holds; NaN marks it missing for networks that mask.
    p : float, default=0.5
        Probability for each trial.

    Examples
    --------
    >>> import torch
    >>> generator = torch.Generator().manual_seed(0)
    >>> batch, _ = ChannelDrop(2, p=1.0)(torch.ones(5, 19, 100), None, generator)
    >>> bool(((batch == 0).all(-1).sum(1) <= 2).all())
    True
    """

    max_channels: int = 8
    axis: int = 1
    fill: float = 0.0
    p: float = 0.5

    def __call__(
        self, batch: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        n, n_channels = len(batch), batch.shape[self.axis]
        lost = random_subset(n, n_channels, self.max_channels, batch, generator)
        shape = [1] * batch.ndim
        shape[0], shape[self.axis] = n, n_channels
        return batch.masked_fill(
            lost.reshape(shape) & chosen(batch, self.p, generator), self.fill
        ), labels
