"""FBCNet: filters over electrodes in each band of a filter bank, and the power of their courses."""

import torch
from torch import nn


class FBCNet(nn.Module):
    """Filters over electrodes in each band: (batch, band, channel, time) -> (batch, class), logits.

    Each band of a filter bank has its own filters over electrodes; of the course of each filter the
    logarithm of the variance is taken in some equal segments, and one linear layer sees them all.

    Parameters
    ----------
    n_bands, n_channels, n_outputs : int
    n_filters : int, default=32
        Filters over electrodes in each band. (m in the source.)
    n_segments : int, default=4
        Segments in time, of two samples or more each.

    Notes
    -----
    22,179 parameters for 9 bands, 62 channels and 3 classes. :meth:`constrain` is for after each
    step of the training.

    ======================================  =====================================================
    Left open by the source                 Our decision
    ======================================  =====================================================
    Lengths that segments do not divide     The last samples are left out
    Axis of the bands (the authors': last)  First
    When training stops                     200 epochs; theirs is ``max_epochs=1500``,
                                            ``validation=0.2``, ``patience=200``,
                                            ``monitor="valid_acc"``, then 600 epochs on all
    ======================================  =====================================================

    References
    ----------
    Mane et al. (2021), FBCNet: a multi-view convolutional neural network for brain-computer
    interface, https://doi.org/10.48550/arXiv.2104.01233
    Code: https://github.com/ravikiran-mane/FBCNet

    Examples
    --------
    >>> model = FBCNet(n_bands=9, n_channels=62, n_outputs=3)
    >>> model(torch.randn(2, 9, 62, 200)).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        n_bands: int,
        n_channels: int,
        n_outputs: int,
        n_filters: int = 32,
        n_segments: int = 4,
    ) -> None:
        super().__init__()
        width = n_bands * n_filters
        self.n_segments = n_segments
        self.spatial = _OverElectrodes(n_bands, width, (n_channels, 1), groups=n_bands)
        self.activate = nn.Sequential(nn.BatchNorm2d(width), nn.SiLU())
        self.head = nn.Linear(width * n_segments, n_outputs)
        self.constrain()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each trial."""
        x = self.activate(self.spatial(x)).squeeze(2)
        length = x.shape[-1] // self.n_segments
        segments = x[..., : length * self.n_segments].unflatten(-1, (self.n_segments, length))
        # In two passes, which a CPU does many times faster than torch's var in one.
        centred = segments - segments.mean(-1, keepdim=True)
        power = centred.square().sum(-1) / (length - 1)
        return self.head(power.clamp(1e-6, 1e6).log().flatten(1))

    @torch.no_grad()
    def constrain(self) -> None:
        """Shorten filters over electrodes to a norm of two, weights of a class to a half."""
        self.spatial.weight.renorm_(2, 0, 2.0)
        self.head.weight.renorm_(2, 0, 0.5)


class _OverElectrodes(nn.Conv2d):
    """A convolution whose kernels span all electrodes, as one product for each band."""

    def forward(self, x):
        filters = self.weight.view(self.groups, -1, x.shape[2])
        return (filters @ x).flatten(1, 2).unsqueeze(2) + self.bias[:, None, None]
