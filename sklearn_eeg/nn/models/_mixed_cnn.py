"""A small image network of mixed kernel sizes and squeeze-excitation."""

import torch
from torch import nn

from sklearn_eeg.nn.layers._mixed_conv2d import MixedConv2d
from sklearn_eeg.nn.layers._squeeze_excite import SqueezeExcite


class MixedCNN(nn.Module):
    """Feature maps of images: (batch, plane, row, column) -> (batch, 256, row / 32, column / 32).

    Inverted residual blocks (widen, convolve depthwise, gate, narrow) whose depthwise kernels
    have sizes of 3 to 9 side by side. A network of our own after MixNet's principle, with a
    quarter of the smallest MixNet's parameters; the sizes are ours.

    Parameters
    ----------
    n_planes : int, default=1

    Attributes
    ----------
    num_features : int
        Channels of the feature maps.

    References
    ----------
    Tan & Le (2019), MixConv: mixed depthwise convolutional kernels, BMVC.
    Sandler et al. (2018), MobileNetV2: inverted residuals and linear bottlenecks, CVPR.

    Examples
    --------
    >>> MixedCNN()(torch.randn(2, 1, 64, 65)).shape
    torch.Size([2, 256, 2, 3])
    """

    num_features = 256

    def __init__(self, n_planes: int = 1) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(n_planes, 16, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(16),
            nn.SiLU(),
        )
        self.blocks = nn.Sequential(
            _MixedBlock(16, 24, (3, 5), stride=2, widening=1),
            _MixedBlock(24, 40, (3, 5, 7), stride=2),
            _MixedBlock(40, 40, (3, 5, 7)),
            _MixedBlock(40, 80, (3, 5, 7, 9), stride=2),
            _MixedBlock(80, 80, (3, 5, 7, 9)),
            _MixedBlock(80, 128, (3, 5, 7, 9), stride=2),
            _MixedBlock(128, 128, (3, 5, 7, 9)),
        )
        self.last = nn.Sequential(
            nn.Conv2d(128, self.num_features, 1, bias=False),
            nn.BatchNorm2d(self.num_features),
            nn.SiLU(),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Feature maps of `x`."""
        # With channels last in memory a CPU trains it a quarter faster.
        x = self.stem(x).contiguous(memory_format=torch.channels_last)
        return self.last(self.blocks(x))


class _MixedBlock(nn.Module):
    def __init__(self, n_in, n_out, kernel_sizes, stride=1, widening=4):
        super().__init__()
        n_wide = widening * n_in
        self.residual = stride == 1 and n_in == n_out
        self.layers = nn.Sequential(
            nn.Conv2d(n_in, n_wide, 1, bias=False),
            nn.BatchNorm2d(n_wide),
            nn.SiLU(),
            MixedConv2d(n_wide, kernel_sizes, stride),
            nn.BatchNorm2d(n_wide),
            nn.SiLU(),
            SqueezeExcite(n_wide, n_in // 2),
            nn.Conv2d(n_wide, n_out, 1, bias=False),
            nn.BatchNorm2d(n_out),
        )

    def forward(self, x):
        return x + self.layers(x) if self.residual else self.layers(x)
