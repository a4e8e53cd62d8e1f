import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.nn.models._sognn import SOGNN


@pytest.fixture
def model():
    return SOGNN(160, 6, 5, 3, n_neighbors=3, n_filters=(4, 6, 8)).double().eval()


def plain(model, trial):
    """One trial, electrode by electrode: the same network as text books write it."""
    depths = []
    maps = trial.permute(1, 2, 0)[:, None]
    for i, (conv, graph) in enumerate(zip(model.convs, model.graphs, strict=True)):
        weight = conv.weight[:, None] if i == 0 else conv.weight[:, :, None]
        maps = F.max_pool2d(F.conv2d(maps, weight, conv.bias).relu(), (1, 4))
        nodes = maps.flatten(1)
        own = graph.compare(nodes).tanh()
        edges = (own @ own.T).softmax(1)
        for row in edges:
            row[row.argsort()[: -graph.n_neighbors]] = 0
        edges.fill_diagonal_(1)
        root = edges.sum(1).sqrt()
        near = edges / root / root[:, None]
        depths.append((near @ nodes @ graph.mix.weight.T + graph.bias).relu())
    return model.head(torch.cat(depths, 1).flatten())


def test_a_plain_reading_gives_the_same_numbers(model):
    x = torch.randn(3, 160, 6, 5, dtype=torch.float64)
    with torch.no_grad():
        assert_close(model(x), torch.stack([plain(model, trial) for trial in x]))


def test_windows_missing_at_the_end_do_not_change_what_they_do_not_reach(model):
    x = torch.randn(2, 160, 6, 5, dtype=torch.float64)
    x[:, 150:] = torch.nan
    missing = torch.arange(160).expand(2, 160) >= 150
    assert_close(model(x), model(x.nan_to_num(7.0), missing))
    assert not torch.allclose(model(x), model(x.nan_to_num(0.0), missing=False))
    assert model(torch.full_like(x, torch.nan)).isfinite().all()


@pytest.mark.parametrize("missing", [None, False, torch.zeros(2, 150, dtype=torch.bool)])
def test_shorter_sequences_end_in_missing_windows(model, missing):
    x = torch.randn(2, 150, 6, 5, dtype=torch.float64)
    padded = F.pad(x, (0, 0, 0, 0, 0, 10), value=torch.nan)
    assert_close(model(x, missing), model(padded))


def test_a_missing_step_leaves_zeros_at_every_depth(model):
    seen = []
    for graph in model.graphs:
        graph.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    x = torch.randn(1, 160, 6, 5, dtype=torch.float64)
    x[:, 40:] = torch.nan
    model(x)
    for nodes, n_filters, n_present in zip(seen, (4, 6, 8), (10, 3, 1), strict=True):
        steps = nodes.unflatten(-1, (n_filters, -1)).abs().sum((0, 1, 2))
        assert (steps > 0).nonzero().max() == n_present - 1


def test_gradients_are_finite_where_windows_are_missing(model):
    x = torch.randn(2, 160, 6, 5, dtype=torch.float64)
    x[0, 20:], x[1] = torch.nan, torch.nan
    model.train()(x).square().sum().backward()
    assert all(p.grad.isfinite().all() for p in model.parameters())


def test_relabelled_electrodes_relabel_what_is_judged(model):
    judged = []
    model.head.register_forward_pre_hook(lambda _, inputs: judged.append(inputs[0]))
    x, order = torch.randn(2, 160, 6, 5, dtype=torch.float64), torch.randperm(6)
    model(x), model(x[:, :, order])
    one, other = (features.unflatten(1, (6, -1)) for features in judged)
    assert_close(other, one[:, order])


def test_too_few_windows_are_refused():
    with pytest.raises(ValueError, match="expected 148 windows or more, got 147"):
        SOGNN(147, 6, 5, 3)
    assert SOGNN(148, 1, 5, 3)(torch.randn(2, 148, 1, 5)).shape == (2, 3)
