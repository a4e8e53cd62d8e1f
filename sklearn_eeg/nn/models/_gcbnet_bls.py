"""GCB-Net with a broad learning system in the place of its last layer."""

from typing import Any, Literal, Self

import torch
from torch import nn

from sklearn_eeg.nn._types import Passes
from sklearn_eeg.nn.functional import ridge
from sklearn_eeg.nn.layers._broad_nodes import BroadNodes
from sklearn_eeg.nn.layers._gcb_encoder import GCBEncoder


class GCBNetBLS(nn.Module):
    """GCB-Net and broad learning: (batch, channel, band) -> (batch, class), logits.

    The features of :class:`~sklearn_eeg.nn.layers.GCBEncoder` spread to linear and to tanh nodes,
    :class:`~sklearn_eeg.nn.layers.BroadNodes`, that a linear layer judges. With
    ``solver="ridge"``, as in broad learning, these nodes are random and stay so; the features are
    trained by GCB-Net's own last layer, and after the training a ridge regression of the classes on
    all nodes solves for the judge. Until it has, the network answers by GCB-Net's layer.

    Parameters
    ----------
    n_channels, n_bands, n_outputs : int
    solver : {"ridge", "backprop"}, default="ridge"
        ``"backprop"``, as public code has it: all nodes are trained, and there is no other layer.
    alpha : float, default=1.0
        Strength of the ridge regression's penalty, above zero.
    n_groups, n_nodes, n_enhancements : int, default=10
        Groups of linear nodes, nodes of a group, and layers of tanh nodes.
    n_terms : int, default=4
        Of the polynomial of the graph.
    n_filters : int, default=64
        Of the graph convolution, four or more; the convolutions after it have a half and a quarter.
    dropout : float, default=0.5
    weight_penalty : float, default=0.001
        Multiplies the norm of the trained last layer's weights in the loss.

    Notes
    -----
    589,631 parameters for 62 channels, 5 bands and 3 classes. Public code has as many, but leaves
    16,371 of them, GCB-Net's own last layer, without a use: with ``solver="backprop"`` they are not
    there, which leaves 573,260.

    ======================================  =====================================================
    Left open by the source                 Our decision
    ======================================  =====================================================
    What trains the features                GCB-Net's own last layer
    How the linear nodes come about         Random, not refined by a sparse autoencoder
    Penalty of the ridge regression         1, as in scikit-learn
    Probabilities of a class                The regression's values, those below .001 lifted to it
    The graph convolution                   That of our :class:`~sklearn_eeg.nn.models.DGCNN`
    Recipe of training                      LibEER's, 80 epochs in batches of 16
    Faulty: LibEER's polynomials            Each order once; LibEER has T_0 twice, T_3 never
    ======================================  =====================================================

    References
    ----------
    Zhang, Wang, Xu & Chen (2022), GCB-Net: graph convolutional broad network and its application
    in emotion recognition, IEEE Transactions on Affective Computing 13(1),
    10.1109/TAFFC.2019.2937768.
    Chen & Liu (2018), Broad learning system, IEEE TNNLS 29(1), 10.1109/TNNLS.2017.2716952.

    Examples
    --------
    >>> model = GCBNetBLS(n_channels=62, n_bands=5, n_outputs=3)
    >>> model(torch.randn(2, 62, 5)).shape
    torch.Size([2, 3])
    """

    # One layer or several, of which the types of torch's containers know nothing.
    head: Any
    broad: Any
    is_solved: torch.Tensor

    def __init__(
        self,
        n_channels: int,
        n_bands: int,
        n_outputs: int,
        solver: Literal["ridge", "backprop"] = "ridge",
        alpha: float = 1.0,
        n_groups: int = 10,
        n_nodes: int = 10,
        n_enhancements: int = 10,
        n_terms: int = 4,
        n_filters: int = 64,
        dropout: float = 0.5,
        weight_penalty: float = 0.001,
    ) -> None:
        super().__init__()
        if solver not in ("ridge", "backprop"):
            raise ValueError(f"expected solver to be 'ridge' or 'backprop', got {solver!r}.")
        if alpha <= 0:
            raise ValueError(f"expected alpha above 0, got {alpha!r}.")
        self.solver, self.alpha, self.weight_penalty = solver, alpha, weight_penalty
        self.encoder = GCBEncoder(n_channels, n_bands, n_terms, n_filters, dropout)
        nodes = BroadNodes(self.encoder.n_features, n_groups, n_nodes, n_enhancements)
        last = nn.Linear(nodes.n_broad, n_outputs)
        self.dropout = nn.Dropout(dropout)
        if solver == "backprop":
            self.head = nn.Sequential(nodes, self.dropout, last)
        else:
            self.head = nn.Linear(self.encoder.n_features, n_outputs)
            self.broad = nn.Sequential(nodes, last).requires_grad_(False)
            self.register_buffer("is_solved", torch.tensor(False))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each window."""
        features = self.encoder(x)
        if self.solver == "backprop":
            return self.head(features)
        narrow = self.head(self.dropout(features))
        if self.training:
            return narrow
        shares = self.broad(features)
        return torch.where(self.is_solved, shares.clamp(min=1e-3).log(), narrow)

    def train(self, mode: bool = True) -> Self:
        """Switch between training and evaluation; training outdates what was solved for."""
        if mode and self.solver == "ridge":
            self.is_solved.fill_(False)
        return super().train(mode)

    def penalty(self) -> torch.Tensor:
        """Norm of the trained last layer's weights, times ``weight_penalty``."""
        last = self.head if self.solver == "ridge" else self.head[-1]
        return self.weight_penalty * torch.linalg.vector_norm(last.weight)

    @torch.no_grad()
    def finish(self, passes: Passes) -> None:
        """Solve for the judge of the broad nodes.

        Parameters
        ----------
        passes : callable
            Gives an iterator over batches of (input, codes or shares of the classes, weight).
        """
        if self.solver == "backprop":
            return
        nodes, last = self.broad
        rows = ((nodes(self.encoder(x)), target, weight) for x, target, weight in passes())
        weight, bias = ridge(rows, last.out_features, self.alpha)
        last.weight.copy_(weight.mT)
        last.bias.copy_(bias)
        self.is_solved.fill_(True)
