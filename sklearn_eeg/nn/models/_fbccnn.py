"""FBCCNN: convolutions over maps whose planes are the bands."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn


class FBCCNN(nn.Module):
    """Frequency band correlation network: seven convolutions of maps, then a dense head.

    (batch, band, row, column) -> (batch, class), logits. The bands are the planes of one map, so
    that every filter sees all of them.

    Parameters
    ----------
    n_bands, n_rows, n_columns : int
        Shape of a map.
    n_outputs : int
    n_filters : sequence of int, default=(12, 32, 64, 128, 256, 128, 32)
        Of each convolution: 3 x 3 cells, the map keeps its size.
    n_hidden : sequence of int, default=(512, 128)
        Units of the head's layers.

    Notes
    -----
    2,118,467 parameters for 5 bands of 9 x 9 and 3 classes.

    ======================================  =====================================================
    Left open by the source                 Our decision
    ======================================  =====================================================
    Other grids than 9 x 9                  Any: the head takes the cells there are
    Cells without an electrode              Zero, as GridMapper leaves them
    Generated samples in the training       None; the source has a network for them
    Recipe of the training                  The defaults of all our networks
    ======================================  =====================================================

    References
    ----------
    Pan & Zheng (2021), Emotion recognition based on EEG using generative adversarial nets and
    convolutional neural network, Computational and Mathematical Methods in Medicine,
    https://doi.org/10.1155/2021/2520394

    Examples
    --------
    >>> import torch
    >>> FBCCNN(n_bands=5, n_rows=9, n_columns=9, n_outputs=3)(torch.randn(2, 5, 9, 9)).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        n_bands: int,
        n_rows: int,
        n_columns: int,
        n_outputs: int,
        n_filters: Sequence[int] = (12, 32, 64, 128, 256, 128, 32),
        n_hidden: Sequence[int] = (512, 128),
    ) -> None:
        super().__init__()
        self.encoder = nn.Sequential()
        for n_in, n_out in pairwise((n_bands, *n_filters)):
            self.encoder.append(nn.Conv2d(n_in, n_out, 3, padding=1))
            self.encoder.append(nn.ReLU())
            self.encoder.append(nn.BatchNorm2d(n_out))
        self.head = nn.Sequential(nn.Flatten())
        for n_in, n_out in pairwise((n_filters[-1] * n_rows * n_columns, *n_hidden)):
            self.head.append(nn.Linear(n_in, n_out))
            self.head.append(nn.ReLU())
        self.head.append(nn.Linear(n_hidden[-1], n_outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each map."""
        return self.head(self.encoder(x))
