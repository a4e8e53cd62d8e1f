"""CDCN: bands fused at each electrode, then dense convolutions along the electrodes."""

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn.layers._row_batch_norm1d import RowBatchNorm1d
from sklearn_eeg.nn.layers._row_conv1d import RowConv1d


class CDCN(nn.Module):
    """Channel-fused dense convolutional network: (batch, channel, band) -> (batch, class), logits.

    One filter bank fuses the bands of each electrode. Three dense blocks follow, whose layers see
    three neighbours in the list of electrodes and all that the layers before them gave; between
    blocks the list is halved. The mean over what is left of it enters the head. Any number of
    electrodes from one on; their order is part of the network, whose neighbours are those of the
    list.

    Parameters
    ----------
    n_bands, n_outputs : int
    n_filters : int, default=24
        Of the fusion of the bands.
    growth : int, default=12
        Filters that each layer of a block adds.
    n_layers : int, default=6
        Of a block.
    dropout : float, default=0.5
        Behind the convolutions of the blocks.
    head_dropout : float, default=0.4
        Before the head.

    Notes
    -----
    125,787 parameters for 5 bands and 3 classes, whatever the number of electrodes.

    ==========================================  =================================================
    Left open by the source                     Our decision
    ==========================================  =================================================
    Odd lists of electrodes before a pooling    A row of zeros joins the end, so that none is lost
    Dropout before the head: 0.4 or 0.5         0.4, as in the public code; 0.5 in its settings
    First weights                               Torch's
    Bug: dropout that stays on in prediction    Off
    Bug: first weights set before any layer is  Nothing is set
    ==========================================  =================================================

    References
    ----------
    Gao et al. (2021), A channel-fused dense convolutional network for EEG-based emotion
    recognition, IEEE TCDS 13(4), https://doi.org/10.1109/TCDS.2020.2976112
    Huang et al. (2017), Densely connected convolutional networks, CVPR.

    Examples
    --------
    >>> model = CDCN(n_bands=5, n_outputs=3)
    >>> model(torch.randn(4, 62, 5)).shape
    torch.Size([4, 3])
    """

    def __init__(
        self,
        n_bands: int,
        n_outputs: int,
        n_filters: int = 24,
        growth: int = 12,
        n_layers: int = 6,
        dropout: float = 0.5,
        head_dropout: float = 0.4,
    ) -> None:
        super().__init__()
        self.fusion = nn.Sequential(
            nn.Linear(n_bands, n_filters, bias=False), RowBatchNorm1d(n_filters), nn.ReLU()
        )
        gain = growth * n_layers
        widths = [n_filters + i * gain for i in range(4)]
        self.blocks = nn.Sequential(
            _block(widths[0], growth, n_layers, dropout),
            _transition(widths[1]),
            _block(widths[1], growth, n_layers, dropout),
            _transition(widths[2]),
            _block(widths[2], growth, n_layers, dropout),
            RowBatchNorm1d(widths[3]),
            nn.ReLU(),
        )
        self.dropout = nn.Dropout(head_dropout)
        self.head = nn.Linear(widths[3], n_outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each window."""
        return self.head(self.dropout(self.blocks(self.fusion(x)).mean(1)))


class _DenseLayer(nn.Sequential):
    def forward(self, x):
        return torch.cat([x, super().forward(x)], -1)


def _block(n_in, growth, n_layers, dropout):
    layers = (_layer(n_in + i * growth, growth, dropout) for i in range(n_layers))
    return nn.Sequential(*layers)


def _layer(n_in, growth, dropout):
    return _DenseLayer(
        RowBatchNorm1d(n_in),
        nn.ReLU(),
        RowConv1d(n_in, growth, 3, padding=1, bias=False),
        nn.Dropout(dropout),
    )


def _transition(width):
    return nn.Sequential(
        RowBatchNorm1d(width), nn.ReLU(), nn.Linear(width, width), _HalvedByMaximum()
    )


class _HalvedByMaximum(nn.Module):
    def forward(self, x):
        x = F.pad(x, (0, 0, 0, x.shape[1] % 2))
        return torch.maximum(x[:, ::2], x[:, 1::2])
