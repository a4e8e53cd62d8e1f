"""Convolution in time over rows."""

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn.functional import conv_rows


class RowConv1d(nn.Conv1d):
    """:class:`torch.nn.Conv1d` for (batch, time, channel): the same weights, rows in, rows out.

    A short sequence of narrow features is bound by the overhead of convolution kernels on a CPU.
    There its taps are laid side by side and one matrix product does the work; elsewhere torch's
    own convolution does. Groups, dilation and padding modes are left to ``nn.Conv1d``.

    Parameters
    ----------
    in_channels, out_channels, kernel_size : int
    stride : int, default=1
    padding : int, default=0
    bias : bool, default=True

    Examples
    --------
    >>> import torch
    >>> RowConv1d(310, 16, 7, stride=2, padding=3)(torch.randn(4, 60, 310)).shape
    torch.Size([4, 30, 16])
    """

    # Maps lie behind places, as no convolution of torch has them.
    maps_last = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, bias=bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve (batch, time, channel) in time."""
        stride, padding = self.stride[0], int(self.padding[0])
        if x.device.type == "cpu":
            return conv_rows(x, self.weight, self.bias, stride, padding)
        return F.conv1d(x.transpose(1, 2), self.weight, self.bias, stride, padding).transpose(1, 2)
