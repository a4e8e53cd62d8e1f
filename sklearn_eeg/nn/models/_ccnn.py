"""CCNN: convolutions over maps of bands, without pooling."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn


class CCNN(nn.Module):
    """Continuous convolutional network: four convolutions of maps, no pooling, a dense head.

    (batch, band, row, column) -> (batch, class), logits. Nothing is pooled, for a map of
    electrodes has few cells.

    Parameters
    ----------
    n_bands, n_rows, n_columns : int
        Shape of a map.
    n_outputs : int
    n_filters : sequence of int, default=(64, 128, 256, 64)
        Of each convolution: 4 x 4 cells, the map keeps its size.
    n_hidden : int, default=1024
        Units of the head.
    dropout : float, default=0.5

    Notes
    -----
    6,235,651 parameters for 5 bands of 9 x 9 and 3 classes.

    ============================================  ===============================================
    Left open by the source                       Our decision
    ============================================  ===============================================
    Sides of the even kernels' zeros              One left and above, two right and below
    Other grids than 9 x 9                        Any: the head takes the cells there are
    Cells without an electrode                    Zero, as GridMapper leaves them
    Dropout of planes where there are none left   Of units, which is what public code comes to
    Baseline to subtract from the features        Your step before; none here
    Recipe of the training                        The defaults of all our networks
    ============================================  ===============================================

    References
    ----------
    Yang et al. (2018), Continuous convolutional neural network with 3D input for EEG-based emotion
    recognition, ICONIP, https://doi.org/10.1007/978-3-030-04239-4_39
    Klambauer et al. (2017), Self-normalizing neural networks, NeurIPS.

    Examples
    --------
    >>> import torch
    >>> CCNN(n_bands=5, n_rows=9, n_columns=9, n_outputs=3)(torch.randn(2, 5, 9, 9)).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        n_bands: int,
        n_rows: int,
        n_columns: int,
        n_outputs: int,
        n_filters: Sequence[int] = (64, 128, 256, 64),
        n_hidden: int = 1024,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.encoder = nn.Sequential()
        for n_in, n_out in pairwise((n_bands, *n_filters)):
            self.encoder.append(nn.ZeroPad2d((1, 2, 1, 2)))
            self.encoder.append(nn.Conv2d(n_in, n_out, 4))
            self.encoder.append(nn.ReLU())
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(n_filters[-1] * n_rows * n_columns, n_hidden),
            nn.SELU(),
            nn.Dropout(dropout),
            nn.Linear(n_hidden, n_outputs),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each map."""
        return self.head(self.encoder(x))
