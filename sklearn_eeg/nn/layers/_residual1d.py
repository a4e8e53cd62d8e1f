"""Residual block over rows in time."""

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn.functional import stride_missing
from sklearn_eeg.nn.layers._row_batch_norm1d import RowBatchNorm1d
from sklearn_eeg.nn.layers._row_conv1d import RowConv1d


class Residual1d(nn.Module):
    """Two convolutions of three taps and a shortcut around them, over rows with missing steps.

    (batch, time, n_in) -> (batch, ceil(time / stride), n_out), and the missing steps after the
    stride. The shortcut is the identity, or a strided convolution of one tap where the shape
    changes.

    Parameters
    ----------
    n_in, n_out : int
    stride : int, default=1

    References
    ----------
    He et al. (2016), Deep residual learning for image recognition, CVPR, figure 2 and table 1.

    Examples
    --------
    >>> import torch
    >>> steps, missing = Residual1d(16, 32, stride=2)(torch.randn(4, 15, 16))
    >>> steps.shape
    torch.Size([4, 8, 32])
    """

    def __init__(self, n_in: int, n_out: int, stride: int = 1) -> None:
        super().__init__()
        self.stride = stride
        self.conv1 = RowConv1d(n_in, n_out, 3, stride, padding=1, bias=False)
        self.bn1 = RowBatchNorm1d(n_out)
        self.conv2 = RowConv1d(n_out, n_out, 3, padding=1, bias=False)
        self.bn2 = RowBatchNorm1d(n_out)
        self.shortcut = None
        if stride != 1 or n_in != n_out:
            self.shortcut = nn.ModuleList(
                [RowConv1d(n_in, n_out, 1, stride, bias=False), RowBatchNorm1d(n_out)]
            )

    def forward(
        self, x: torch.Tensor, missing: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return the steps and which of them are missing."""
        missing = stride_missing(missing, self.stride)
        residual = F.relu(self.bn1(self.conv1(x), missing))
        residual = self.bn2(self.conv2(residual), missing)
        if self.shortcut is not None:
            conv, bn = self.shortcut
            x = bn(conv(x), missing)
        return F.relu(x + residual), missing
