"""A linear layer for each of several branches."""

import torch
from torch import nn


class BranchLinear(nn.Module):
    """A linear layer a branch, all as one product: (batch, branch, n_in) -> (batch, branch, n_out).

    Initial values are those of :class:`torch.nn.Linear`.

    Parameters
    ----------
    n_branches, n_in, n_out : int

    Examples
    --------
    >>> BranchLinear(14, 32, 3)(torch.randn(8, 14, 32)).shape
    torch.Size([8, 14, 3])
    """

    def __init__(self, n_branches: int, n_in: int, n_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(n_branches, n_out, n_in))
        self.bias = nn.Parameter(torch.empty(n_branches, n_out))
        for values in (self.weight, self.bias):
            nn.init.uniform_(values, -(n_in**-0.5), n_in**-0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Each branch's answer to its own input."""
        return torch.einsum("nbi,boi->nbo", x, self.weight) + self.bias
