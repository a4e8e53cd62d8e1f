import pytest
import torch
from torch.testing import assert_close

from sklearn_eeg.nn.models._dgcnn import DGCNN


def count(model):
    return sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize(
    "settings, n_parameters",
    [
        ({}, 1_021_384),
        ({"variant": "libeer"}, 1_021_384),
        ({"variant": "libeer", "n_terms": 4}, 1_022_024),
        ({"variant": "torcheeg"}, 131_409),
    ],
)
def test_published_configurations_have_their_parameters(settings, n_parameters):
    assert count(DGCNN(62, 5, 3, **settings)) == n_parameters


def plain_operators(graph, variant):
    """Terms of the graph by their definition in each reading."""
    bias = 0 if variant == "torcheeg" else graph.edge_bias
    a = (graph.edges + bias).clamp(min=0)
    if variant == "paper":
        a = (a + a.T) * (1 - torch.eye(len(a), dtype=a.dtype))
    root = torch.diag(a.sum(1) ** -0.5)
    eye, near = torch.eye(len(a), dtype=a.dtype), root @ a @ root
    if variant == "torcheeg":
        return eye, near, near @ near
    lap = -near if variant == "paper" else eye - near
    return eye, lap, 2 * lap @ lap - eye


@pytest.mark.parametrize("variant", ["paper", "libeer", "torcheeg"])
def test_each_reading_is_what_its_table_says(variant):
    model = DGCNN(6, 5, 3, variant, n_terms=3, n_filters=4, n_hidden=7).double().eval()
    x = torch.randn(4, 6, 5, dtype=torch.float64)
    graph = next(m for m in model.encoder if hasattr(m, "edges"))
    # Nobody alone: what the text books divide by zero.
    graph.edges.data.abs_()
    h = x / (1 + 1e-5) ** 0.5 if variant == "torcheeg" else x
    terms = plain_operators(graph, variant)
    h = sum(term @ h @ w for term, w in zip(terms, graph.weight, strict=True))
    h = (h if variant == "torcheeg" else h + graph.bias).relu().flatten(1)
    first, last = model.head[0], model.head[-1]
    h = first(h)
    assert_close(model(x), last(h if variant == "libeer" else h.relu()))


@pytest.mark.parametrize("variant", ["paper", "libeer", "torcheeg"])
def test_evaluation_is_certain(variant):
    model = DGCNN(6, 5, 3, variant).eval()
    x = torch.randn(4, 6, 5)
    assert torch.equal(model(x), model(x))


def test_relabelled_electrodes_and_weights_give_the_same_answer():
    model = DGCNN(6, 5, 3).eval()
    x, order = torch.randn(4, 6, 5), torch.randperm(6)
    wanted = model(x)
    graph, first = model.encoder[0], model.head[0]
    graph.edges.data = graph.edges.data[order][:, order]
    first.weight.data = first.weight.data.unflatten(1, (6, -1))[:, order].flatten(1)
    assert_close(model(x[:, order]), wanted)


def test_penalty_is_the_sum_of_norms():
    model = DGCNN(3, 2, 2, weight_penalty=0.5)
    wanted = 0.5 * sum(p.square().sum().sqrt() for p in model.parameters())
    assert_close(model.penalty(), wanted)
    model.penalty().backward()
    assert all(p.grad.isfinite().all() for p in model.parameters())


def test_an_unknown_reading_is_refused():
    with pytest.raises(ValueError, match="expected variant to be one of"):
        DGCNN(3, 2, 2, variant="original")
