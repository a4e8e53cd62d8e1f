"""HierarchicalCNN: convolutions over ever coarser maps of bands."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn


class HierarchicalCNN(nn.Module):
    """Convolutions and poolings of maps by turns: neighbours first, then regions, then the head.

    (batch, band, row, column) -> (batch, class), logits. In the spirit of its source, whose layers
    we do not know: all sizes are ours.

    Parameters
    ----------
    n_bands, n_rows, n_columns : int
        Shape of a map.
    n_outputs : int
    n_filters : sequence of int, default=(32, 64, 128)
        Of each convolution, 3 x 3 cells; a pooling of 2 x 2 follows, which keeps odd rests.
    n_hidden : int, default=128
        Units of the head.
    dropout : float, default=0.5

    Notes
    -----
    159,875 parameters for 5 bands of 9 x 9 and 3 classes.

    ==========================================  =================================================
    Left open by the source                     Our decision
    ==========================================  =================================================
    Number and sizes of the layers              Three convolutions of 32, 64 and 128 filters, each
                                                with a pooling; one layer of 128 units
    A network for each band, or for all         All bands as planes of one map; a ``BandSelector``
                                                before it gives a network of one band
    Cells without an electrode                  Zero, as GridMapper leaves them
    Recipe of the training                      The defaults of all our networks
    ==========================================  =================================================

    References
    ----------
    Li, Zhang & He (2018), Hierarchical convolutional neural networks for EEG-based emotion
    recognition, Cognitive Computation 10(2), https://doi.org/10.1007/s12559-017-9533-x

    Examples
    --------
    >>> import torch
    >>> model = HierarchicalCNN(n_bands=5, n_rows=9, n_columns=9, n_outputs=3)
    >>> model(torch.randn(2, 5, 9, 9)).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        n_bands: int,
        n_rows: int,
        n_columns: int,
        n_outputs: int,
        n_filters: Sequence[int] = (32, 64, 128),
        n_hidden: int = 128,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.encoder = nn.Sequential()
        for n_in, n_out in pairwise((n_bands, *n_filters)):
            self.encoder.append(nn.Conv2d(n_in, n_out, 3, padding=1))
            # ReLU after the maximum is the same, on a fourth of the cells.
            self.encoder.append(nn.MaxPool2d(2, ceil_mode=True))
            self.encoder.append(nn.ReLU())
            n_rows, n_columns = -(-n_rows // 2), -(-n_columns // 2)
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(n_filters[-1] * n_rows * n_columns, n_hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(n_hidden, n_outputs),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each map."""
        # Channels last in memory: a CPU finds the maxima of all filters at once.
        return self.head(self.encoder(x.contiguous(memory_format=torch.channels_last)))
