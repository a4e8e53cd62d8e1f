"""The broad layer of a broad learning system."""

import torch
from torch import nn


class BroadNodes(nn.Module):
    """Linear nodes in groups, and tanh nodes that enhance each group, side by side.

    (batch, feature) -> (batch, ``n_broad``). Every enhancement sees one group after the other with
    the same weights.

    Parameters
    ----------
    n_features : int
    n_groups, n_nodes, n_enhancements : int, default=10
        Groups, nodes of a group, and layers of as many tanh nodes.

    References
    ----------
    Chen & Liu (2018), Broad learning system: an effective and efficient incremental learning
    system without the need for deep architecture, IEEE TNNLS 29(1), section III.

    Examples
    --------
    >>> nodes = BroadNodes(5456)
    >>> nodes(torch.randn(2, 5456)).shape, nodes.n_broad
    (torch.Size([2, 1100]), 1100)
    """

    def __init__(
        self, n_features: int, n_groups: int = 10, n_nodes: int = 10, n_enhancements: int = 10
    ) -> None:
        super().__init__()
        self.n_nodes = n_nodes
        self.n_broad = n_groups * n_nodes * (1 + n_enhancements)
        self.map = nn.Linear(n_features, n_groups * n_nodes)
        self.enhance = nn.Linear(n_nodes, n_enhancements * n_nodes)
        for layer in (self.map, self.enhance):
            nn.init.zeros_(layer.bias)
            for weight in layer.weight.detach().split(n_nodes):
                nn.init.xavier_uniform_(weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Linear nodes, then their enhancements."""
        nodes = self.map(x)
        enhanced = self.enhance(nodes.unflatten(1, (-1, self.n_nodes))).tanh()
        return torch.cat([nodes, enhanced.flatten(1)], 1)
