"""GCB-Net: a graph convolution and two ordinary ones, all of whose features are judged."""

import torch
from torch import nn

from sklearn_eeg.nn.layers._gcb_encoder import GCBEncoder


class GCBNet(nn.Module):
    """Graph convolutional broad network: (batch, channel, band) -> (batch, class), logits.

    A linear layer judges the features of :class:`~sklearn_eeg.nn.layers.GCBEncoder`. The graph is
    learnt, so channels need no names; neighbours in their order share convolutions.

    Parameters
    ----------
    n_channels, n_bands, n_outputs : int
    n_terms : int, default=4
        Of the polynomial of the graph.
    n_filters : int, default=64
        Of the graph convolution, four or more; the convolutions after it have a half and a quarter.
    dropout : float, default=0.5
    weight_penalty : float, default=0.001
        Multiplies the norm of the last layer's weights in the loss.

    Notes
    -----
    39,528 parameters for 62 channels, 5 bands and 3 classes; 109,768 with 2 terms and 128 filters.

    ======================================  =====================================================
    Left open by the source                 Our decision
    ======================================  =====================================================
    The graph convolution (DGCNN's)         That of our :class:`~sklearn_eeg.nn.models.DGCNN`:
                                            symmetric, without loops, the rescaled Laplacian
    An odd number of electrodes             The last stands alone when pairs are pooled
    Recipe of training                      LibEER's, 80 epochs in batches of 16
    Faulty: LibEER's polynomials            Each order once; LibEER has T_0 twice, T_3 never
    ======================================  =====================================================

    References
    ----------
    Zhang, Wang, Xu & Chen (2022), GCB-Net: graph convolutional broad network and its application
    in emotion recognition, IEEE Transactions on Affective Computing 13(1),
    10.1109/TAFFC.2019.2937768.

    Examples
    --------
    >>> model = GCBNet(n_channels=62, n_bands=5, n_outputs=3)
    >>> model(torch.randn(2, 62, 5)).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        n_channels: int,
        n_bands: int,
        n_outputs: int,
        n_terms: int = 4,
        n_filters: int = 64,
        dropout: float = 0.5,
        weight_penalty: float = 0.001,
    ) -> None:
        super().__init__()
        self.weight_penalty = weight_penalty
        self.encoder = GCBEncoder(n_channels, n_bands, n_terms, n_filters, dropout)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(self.encoder.n_features, n_outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each window."""
        return self.head(self.dropout(self.encoder(x)))

    def penalty(self) -> torch.Tensor:
        """Norm of the last layer's weights, times ``weight_penalty``."""
        return self.weight_penalty * torch.linalg.vector_norm(self.head.weight)
