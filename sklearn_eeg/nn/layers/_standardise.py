"""Features in their own units, as they were measured before training."""

from collections.abc import Iterable

import torch
from torch import nn


class Standardise(nn.Module):
    """Features less their mean, over their standard deviation: (batch, feature) -> the same.

    Changes nothing until :meth:`measure`; a feature that does not vary is only centred.

    Parameters
    ----------
    n_features : int

    Examples
    --------
    >>> standardise = Standardise(2)
    >>> standardise.measure([torch.tensor([[0.0, 5.0]]), torch.tensor([[2.0, 5.0]])])
    >>> standardise(torch.tensor([[3.0, 6.0]]))
    tensor([[2., 1.]])
    """

    mean: torch.Tensor
    scale: torch.Tensor

    def __init__(self, n_features: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(n_features))
        self.register_buffer("scale", torch.ones(n_features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Standardised features."""
        return (x - self.mean) / self.scale

    @torch.no_grad()
    def measure(self, batches: Iterable[torch.Tensor]) -> None:
        """Take mean and deviation from all rows of an iterable of batches, in one pass."""
        n, mean, squares = 0, torch.zeros(()), torch.zeros(())
        for x in batches:
            x = x.double()
            n, shift = n + len(x), x.mean(0) - mean
            squares = squares + (x - x.mean(0)).square().sum(0)
            squares = squares + shift.square() * len(x) * (n - len(x)) / n
            mean = mean + shift * len(x) / n
        scale = (squares / n).sqrt()
        # What differs by rounding alone is constant.
        varies = scale > 10 * torch.finfo(self.mean.dtype).eps * mean.abs()
        self.mean.copy_(mean)
        self.scale.copy_(torch.where(varies, scale, 1.0))
