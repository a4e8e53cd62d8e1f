"""Channels weighed by what all positions have in common."""

from collections.abc import Callable

import torch
from torch import nn


class SqueezeExcite(nn.Module):
    """Scale each channel by a gate that sees the mean of all: (batch, channel, ...) -> the same.

    Parameters
    ----------
    n_channels, n_squeezed : int
        Channels, and units of the layer between the means and the gates.
    activation : callable, default=torch.nn.SiLU
        Class of the module behind that layer.

    References
    ----------
    Hu, Shen & Sun (2018), Squeeze-and-excitation networks, CVPR, eq. 2-4.

    Examples
    --------
    >>> import torch
    >>> SqueezeExcite(8, 2)(torch.randn(2, 8, 5, 5)).shape
    torch.Size([2, 8, 5, 5])
    """

    def __init__(
        self, n_channels: int, n_squeezed: int, activation: Callable[[], nn.Module] = nn.SiLU
    ) -> None:
        super().__init__()
        self.gate = nn.Sequential(
            nn.Linear(n_channels, n_squeezed),
            activation(),
            nn.Linear(n_squeezed, n_channels),
            nn.Sigmoid(),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scale the channels of `x`."""
        gate = self.gate(x.mean(tuple(range(2, x.ndim))))
        return x * gate.reshape(gate.shape + (1,) * (x.ndim - 2))
