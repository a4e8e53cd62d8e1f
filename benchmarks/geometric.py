"""DGCNN and RGNN as torch_geometric, a library of graphs, computes them, where it is installed.

A batch is one large graph of as many disjoint ones, with a message along every edge.
"""

from importlib.util import find_spec

import torch
import torch.nn.functional as F

from sklearn_eeg.nn.models import DGCNN, RGNN

IS_INSTALLED = find_spec("torch_geometric") is not None


def make_dgcnn(n_channels, n_bands, n_outputs):
    """Build the network, its convolution the library's own."""
    from torch_geometric.nn import ChebConv

    class GeometricDGCNN(DGCNN):
        def __init__(self, *sizes):
            super().__init__(*sizes)
            self.graph = self.encoder[0]
            self.conv = ChebConv(sizes[1], 64, K=2)

        def forward(self, x):
            adjacency = F.relu(self.graph.edges + self.graph.edge_bias)
            adjacency = (adjacency + adjacency.mT).fill_diagonal_(0)
            edges = every_edge(x)
            weight = adjacency.flatten().repeat(len(x))
            rows = self.conv(x.flatten(0, 1), edges, weight, lambda_max=2.0)
            return self.head(F.relu(rows).unflatten(0, x.shape[:2]).flatten(1))

    return GeometricDGCNN(n_channels, n_bands, n_outputs)


def make_rgnn(n_channels, n_bands, n_outputs, ch_names):
    """Build the network, its hops the library's messages."""
    from torch_geometric.nn import MessagePassing

    class Hop(MessagePassing):
        def forward(self, x, edges, weight):
            return self.propagate(edges, x=x, weight=weight)

        def message(self, x_j, weight):
            return weight.unsqueeze(1) * x_j

    class GeometricRGNN(RGNN):
        def forward(self, x):
            adjacency = self.adjacency
            degree = adjacency.abs().sum(1).rsqrt()
            weight = (degree[:, None] * adjacency * degree).flatten().repeat(len(x))
            edges, rows, hop = every_edge(x), x.flatten(0, 1), Hop()
            for _ in range(self.n_hops):
                rows = hop(rows, edges, weight)
            return self.head(F.relu(self.conv(rows)).unflatten(0, x.shape[:2]))

    return GeometricRGNN(n_channels, n_bands, n_outputs, ch_names=ch_names)


def every_edge(x):
    """Both ends of every edge of a batch's graphs, (2, edge)."""
    n, n_nodes = x.shape[:2]
    start = torch.arange(0, n * n_nodes, n_nodes, device=x.device).unsqueeze(1)
    node = torch.arange(n_nodes, device=x.device)
    target = (start + node.repeat_interleave(n_nodes)).flatten()
    source = (start + node.repeat(n_nodes)).flatten()
    return torch.stack([source, target])
