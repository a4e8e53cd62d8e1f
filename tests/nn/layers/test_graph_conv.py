import pytest
import torch
from torch.testing import assert_close

from sklearn_eeg.nn._graphs import adjacency_powers, laplacian_chebyshev, scaled_chebyshev
from sklearn_eeg.nn.layers import GCBEncoder, GraphConv


@pytest.fixture(params=[scaled_chebyshev, laplacian_chebyshev, adjacency_powers])
def conv(request):
    return GraphConv(6, 3, 8, n_terms=3, polynomial=request.param).double()


def test_without_edges_each_node_is_alone(conv):
    conv.edges.data.zero_()
    x = torch.randn(2, 6, 3, dtype=torch.float64)
    other = x.clone()
    other[:, 4] += 1
    changed = (conv(x) != conv(other)).any(-1).any(0)
    assert changed.tolist() == [node == 4 for node in range(6)]


def test_with_edges_a_node_is_heard_by_all(conv):
    x = torch.randn(2, 6, 3, dtype=torch.float64)
    other = x.clone()
    other[:, 4] += 1
    assert (conv(x) != conv(other)).any(-1).all()


def test_relabelled_nodes_relabel_the_output(conv):
    x, order = torch.randn(2, 6, 3, dtype=torch.float64), torch.randperm(6)
    wanted = conv(x)[:, order]
    conv.edges.data = conv.edges.data[order][:, order]
    assert_close(conv(x[:, order]), wanted)


def test_one_term_sees_no_graph():
    conv = GraphConv(6, 3, 8, n_terms=1).double()
    x = torch.randn(2, 6, 3, dtype=torch.float64)
    assert_close(conv(x), x @ conv.weight[0] + conv.bias)


def test_an_edge_below_zero_is_cut():
    conv = GraphConv(4, 3, 8).double()
    before = conv.terms()[1]
    conv.edges.data[0, 1] = conv.edges.data[1, 0] = -5
    after = conv.terms()[1]
    assert before[0, 1] != 0
    assert after[0, 1] == after[1, 0] == 0


def test_a_lone_node_trains():
    conv = GraphConv(1, 3, 8)
    conv(torch.randn(2, 1, 3)).square().sum().backward()
    assert all(p.grad.isfinite().all() for p in conv.parameters())


@pytest.mark.parametrize("n_channels", [1, 2, 5, 62])
def test_the_broad_encoder_keeps_the_features_of_all_depths(n_channels):
    encoder = GCBEncoder(n_channels, n_bands=5, n_terms=4, n_filters=16, dropout=0.0)
    features = encoder(torch.randn(3, n_channels, 5))
    assert features.shape == (3, encoder.n_features)
    n_pooled = (n_channels + 1) // 2
    assert encoder.n_features == 16 * n_channels + 8 * n_pooled + 4 * n_pooled


def test_the_broad_encoder_is_torchs_own_layers():
    encoder = GCBEncoder(6, n_bands=5, n_terms=4, n_filters=16, dropout=0.0)
    x = torch.randn(3, 6, 5)
    graph = encoder.graph(x).relu().mT
    convs = [torch.nn.Conv1d(16, 8, 7, padding=3), torch.nn.Conv1d(8, 4, 7, padding=3)]
    for plain, ours in zip(convs, (encoder.conv1, encoder.conv2), strict=True):
        plain.load_state_dict(ours.state_dict())
    pooled = torch.nn.functional.max_pool1d(convs[0](graph).relu(), 2)
    parts = [graph, pooled, convs[1](pooled).relu()]
    assert_close(encoder(x), torch.cat([part.mT.flatten(1) for part in parts], 1))
