"""Filters on a graph that is learnt with them."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn._graphs import filter_nodes, scaled_chebyshev


class GraphConv(nn.Module):
    """y = sum_k T_k(A) x W_k + b over a learned graph: (batch, node, n_in) -> (batch, node, n_out).

    A = ReLU(edges + one number) has a weight for each pair of nodes; the graph is the same for all
    trials, and its polynomials T_k are computed once a call.

    Parameters
    ----------
    n_nodes, n_in, n_out : int
    n_terms : int, default=2
        Of the polynomial: neighbours of up to ``n_terms - 1`` edges away are seen.
    polynomial : callable, default=scaled_chebyshev
        (adjacency, n_terms) -> (term, node, node). The default makes A symmetric, without loops,
        and gives Chebyshev polynomials of its Laplacian, rescaled to eigenvalues of -1 to 1.
    bias : bool, default=True
        On the filters, and the number on all edges.
    dropout : float, default=0.0
        On what is filtered, before the bias.

    References
    ----------
    Defferrard, Bresson & Vandergheynst (2016), Convolutional neural networks on graphs with fast
    localized spectral filtering, NeurIPS, eq. 4.

    Examples
    --------
    >>> GraphConv(n_nodes=62, n_in=5, n_out=64)(torch.randn(2, 62, 5)).shape
    torch.Size([2, 62, 64])
    """

    def __init__(
        self,
        n_nodes: int,
        n_in: int,
        n_out: int,
        n_terms: int = 2,
        polynomial: Callable[[torch.Tensor, int], torch.Tensor] = scaled_chebyshev,
        bias: bool = True,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.n_terms, self.polynomial = n_terms, polynomial
        # All above zero: an edge that ReLU has cut is never mended.
        self.edges = nn.Parameter(torch.empty(n_nodes, n_nodes).uniform_(0.01, 0.5))
        self.weight = nn.Parameter(torch.empty(n_terms, n_in, n_out))
        nn.init.uniform_(self.weight, -((n_terms * n_in) ** -0.5), (n_terms * n_in) ** -0.5)
        self.edge_bias = nn.Parameter(torch.zeros(1)) if bias else None
        self.bias = nn.Parameter(torch.zeros(n_out)) if bias else None
        self.dropout = nn.Dropout(dropout)

    @property
    def adjacency(self) -> torch.Tensor:
        """Weight of each edge as it is learnt, before the polynomial: (node, node)."""
        return F.relu(self.edges if self.edge_bias is None else self.edges + self.edge_bias)

    def terms(self) -> torch.Tensor:
        """Polynomials of the learned graph, (term, node, node)."""
        return self.polynomial(self.adjacency, self.n_terms)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Filter the features of every node."""
        x = self.dropout(filter_nodes(x, self.terms(), self.weight))
        return x if self.bias is None else x + self.bias
