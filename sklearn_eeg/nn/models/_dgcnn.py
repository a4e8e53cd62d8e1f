"""DGCNN: filters on a learned graph of the electrodes, then a perceptron."""

from typing import Literal

import torch
from torch import nn

from sklearn_eeg.nn._graphs import adjacency_powers, laplacian_chebyshev
from sklearn_eeg.nn.layers._graph_conv import GraphConv
from sklearn_eeg.nn.layers._row_batch_norm1d import RowBatchNorm1d


class DGCNN(nn.Module):
    """Dynamical graph convolution: (batch, channel, band) -> (batch, class), logits.

    How strongly the electrodes are tied to each other is learnt with the filters, from the same
    start for any cap, so channels need no names.

    Parameters
    ----------
    n_channels, n_bands, n_outputs : int
    variant : {"paper", "libeer", "torcheeg"}, default="paper"
        Which reading of the paper: ours, or that of a public library that people compare with.
    n_terms : int, default=2
        Of the polynomial of the graph.
    n_filters : int, default=None
        ``None``: 64; as TorchEEG 32.
    n_hidden : int, default=None
        Units of the perceptron. ``None``: 256; as TorchEEG 64.
    dropout : float, default=0.5
        TorchEEG has none.
    weight_penalty : float, default=0.01
        Multiplies the sum of the norms of all weights in the loss.

    Notes
    -----
    1,021,384 parameters for 62 channels, 5 bands and 3 classes, by default and as LibEER (1,022,024
    with four terms); 131,409 as TorchEEG.

    ===========  ===================  ======================  =====================
    Variant      paper                libeer                  torcheeg
    ===========  ===================  ======================  =====================
    Bands        as they are          as they are             batch normalisation
    Graph        symmetric, no loops  directed, with loops    directed, with loops
    First edges  uniform, .01 to .5   Glorot-uniform          Glorot-normal
    Terms        T_k(L - I)           T_k(L)                  powers of I - L
    Filters      bias, ReLU           dropout, bias, ReLU     ReLU
    Perceptron   ReLU, dropout        dropout, none, dropout  ReLU
    ===========  ===================  ======================  =====================

    L = I - D^-1/2 A D^-1/2 is the Laplacian, T_k are Chebyshev polynomials.

    ======================================  =====================================================
    Left open by the source                 Our decision
    ======================================  =====================================================
    Whether A is symmetric and has loops    Yes and no, as an undirected graph; its diagonal is
                                            among the parameters all the same, and never read
    The largest eigenvalue, in 2 L / l - I  2, its bound, so L - I
    The first A                             Random, above zero: what ReLU has cut does not mend
    Layers and activation of the head       One hidden layer with ReLU and dropout
    An electrode without an edge            Stands alone
    Recipe of training                      LibEER's, with torch's epsilon in AdamW
    Faulty: LibEER's polynomials            Each order once, in every variant; from three terms on
                                            LibEER has T_0 twice and lacks the last
    Faulty: LibEER 0.1.4's T_0 x, ones      It is x
    ======================================  =====================================================

    References
    ----------
    Song, Zheng, Song & Cui (2020), EEG emotion recognition using dynamical graph convolutional
    neural networks, IEEE Transactions on Affective Computing 11(3), 10.1109/TAFFC.2018.2817622.

    Examples
    --------
    >>> model = DGCNN(n_channels=62, n_bands=5, n_outputs=3)
    >>> model(torch.randn(2, 62, 5)).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        n_channels: int,
        n_bands: int,
        n_outputs: int,
        variant: Literal["paper", "libeer", "torcheeg"] = "paper",
        n_terms: int = 2,
        n_filters: int | None = None,
        n_hidden: int | None = None,
        dropout: float = 0.5,
        weight_penalty: float = 0.01,
    ) -> None:
        super().__init__()
        if variant not in VARIANTS:
            raise ValueError(f"expected variant to be one of {list(VARIANTS)}, got {variant!r}.")
        build, usual_filters, usual_hidden = VARIANTS[variant]
        n_filters, n_hidden = n_filters or usual_filters, n_hidden or usual_hidden
        self.weight_penalty = weight_penalty
        self.encoder, between = build((n_channels, n_bands, n_filters, n_terms), dropout)
        self.head = nn.Sequential(
            nn.Linear(n_channels * n_filters, n_hidden),
            *between,
            nn.Linear(n_hidden, n_outputs),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each window."""
        return self.head(self.encoder(x))

    def penalty(self) -> torch.Tensor:
        """Sum of the norms of all weights, times ``weight_penalty``."""
        return self.weight_penalty * sum(map(torch.linalg.vector_norm, self.parameters()))


def _paper(sizes, dropout):
    encoder = nn.Sequential(GraphConv(*sizes), nn.ReLU(), nn.Flatten())
    return encoder, (nn.ReLU(), nn.Dropout(dropout))


def _libeer(sizes, dropout):
    graph = GraphConv(*sizes, laplacian_chebyshev, dropout=dropout)
    nn.init.xavier_uniform_(graph.edges)
    nn.init.trunc_normal_(graph.edge_bias, std=0.1)
    encoder = nn.Sequential(graph, nn.ReLU(), nn.Flatten(), nn.Dropout(dropout))
    return encoder, (nn.Dropout(dropout),)


def _torcheeg(sizes, dropout):
    graph = GraphConv(*sizes, adjacency_powers, bias=False)
    nn.init.xavier_normal_(graph.edges)
    encoder = nn.Sequential(RowBatchNorm1d(sizes[1]), graph, nn.ReLU(), nn.Flatten())
    return encoder, (nn.ReLU(),)


# How encoder and perceptron are built, and how many filters and units they have.
VARIANTS = {
    "paper": (_paper, 64, 256),
    "libeer": (_libeer, 64, 256),
    "torcheeg": (_torcheeg, 32, 64),
}
