"""Depthwise convolution with kernels of several sizes."""

from collections.abc import Sequence

import torch
from torch import nn


class MixedConv2d(nn.Module):
    """Depthwise convolution whose channels are shared out among several kernel sizes.

    (batch, channel, row, column) -> (batch, channel, ceil(row / stride), ceil(column / stride)).

    Parameters
    ----------
    n_channels : int
    kernel_sizes : tuple of int, default=(3, 5, 7, 9)
        Odd.
    stride : int, default=1

    References
    ----------
    Tan & Le (2019), MixConv: mixed depthwise convolutional kernels, BMVC, section 3.1.

    Examples
    --------
    >>> MixedConv2d(10, stride=2)(torch.randn(2, 10, 7, 8)).shape
    torch.Size([2, 10, 4, 4])
    """

    def __init__(
        self, n_channels: int, kernel_sizes: Sequence[int] = (3, 5, 7, 9), stride: int = 1
    ) -> None:
        super().__init__()
        n_sizes = len(kernel_sizes)
        self.shares = [(n_channels + i) // n_sizes for i in reversed(range(n_sizes))]
        self.convs = nn.ModuleList(
            nn.Conv2d(n, n, size, stride, size // 2, groups=n, bias=False)
            for n, size in zip(self.shares, kernel_sizes, strict=True)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve each share of the channels with its kernel size."""
        if x.device.type == "cpu" and torch.is_autocast_enabled("cpu"):
            # The bfloat16 gradient of a depthwise kernel larger than its image, with channels last
            # in memory, reads what nobody has written.
            with torch.autocast("cpu", enabled=False):
                return self._convolve(x.to(self.convs[0].get_parameter("weight").dtype))
        return self._convolve(x)

    def _convolve(self, x):
        parts = x.split(self.shares, 1)
        return torch.cat([conv(part) for conv, part in zip(self.convs, parts, strict=True)], 1)
