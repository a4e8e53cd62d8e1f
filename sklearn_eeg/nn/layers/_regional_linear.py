"""A linear layer for each region."""

import torch
from torch import nn


class RegionalLinear(nn.Module):
    """A linear layer of its own for each region: (region, ..., n_in) -> (region, ..., n_out).

    Initial values are those of :class:`torch.nn.Linear`.

    Parameters
    ----------
    n_regions, n_in, n_out : int

    Examples
    --------
    >>> RegionalLinear(9, 5, 8)(torch.randn(9, 4, 7, 5)).shape
    torch.Size([9, 4, 7, 8])
    """

    def __init__(self, n_regions: int, n_in: int, n_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(n_regions, n_out, n_in))
        self.bias = nn.Parameter(torch.empty(n_regions, 1, n_out))
        for values in (self.weight, self.bias):
            nn.init.uniform_(values, -(n_in**-0.5), n_in**-0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Each region's answer to its own input."""
        rows = torch.baddbmm(self.bias, x.flatten(1, -2), self.weight.mT)
        return rows.unflatten(1, x.shape[1:-1])
