"""Features of several depths: a graph's, and those of two convolutions over its electrodes."""

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn.layers._graph_conv import GraphConv
from sklearn_eeg.nn.layers._row_conv1d import RowConv1d


class GCBEncoder(nn.Module):
    """Graph convolution, then two ordinary ones along the electrodes, whose outputs are all kept.

    (batch, channel, band) -> (batch, ``n_features``). The convolutions run over the electrodes in
    the order of the channels, seven at a time, and halve the filters; between them the maximum of
    each two electrodes is kept, an odd one at the end by itself.

    Parameters
    ----------
    n_channels, n_bands : int
    n_terms, n_filters : int
        Of the graph convolution; four filters or more.
    dropout : float
        On what the graph convolution filtered.

    References
    ----------
    Zhang, Wang, Xu & Chen (2022), GCB-Net: graph convolutional broad network and its application
    in emotion recognition, IEEE Transactions on Affective Computing 13(1).

    Examples
    --------
    >>> encoder = GCBEncoder(n_channels=62, n_bands=5, n_terms=4, n_filters=64, dropout=0.5)
    >>> encoder(torch.randn(2, 62, 5)).shape, encoder.n_features
    (torch.Size([2, 5456]), 5456)
    """

    def __init__(
        self, n_channels: int, n_bands: int, n_terms: int, n_filters: int, dropout: float
    ) -> None:
        super().__init__()
        if n_filters < 4:
            raise ValueError(f"expected n_filters of 4 or more, got {n_filters}.")
        self.graph = GraphConv(n_channels, n_bands, n_filters, n_terms, dropout=dropout)
        self.conv1 = RowConv1d(n_filters, n_filters // 2, 7, padding=3)
        self.conv2 = RowConv1d(n_filters // 2, n_filters // 4, 7, padding=3)
        for conv in (self.conv1, self.conv2):
            nn.init.kaiming_uniform_(conv.weight, nonlinearity="relu")
            nn.init.zeros_(conv.get_parameter("bias"))
        n_pooled = -(-n_channels // 2)
        self.n_features = n_channels * n_filters + n_pooled * (n_filters // 2 + n_filters // 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Features of each window, the graph's first."""
        graph = F.relu(self.graph(x))
        pooled = _halve(F.relu(self.conv1(graph)))
        deep = F.relu(self.conv2(pooled))
        return torch.cat([part.flatten(1) for part in (graph, pooled, deep)], 1)


def _halve(x):
    # What ReLU gives is not below the padding.
    return F.pad(x, (0, 0, 0, x.shape[1] % 2)).unflatten(1, (-1, 2)).amax(2)
