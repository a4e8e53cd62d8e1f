import numpy as np
import pytest
import torch
from torch.testing import assert_close

from sklearn_eeg.montage import DEAP_32, GLOBAL_LINKS, SEED_62, TEN_TWENTY_19, adjacency
from sklearn_eeg.nn.functional import sigmoid_ramp
from sklearn_eeg.nn.models._rgnn import RGNN


def count(model):
    return sum(p.numel() for p in model.parameters())


def test_published_configurations_have_their_parameters():
    assert count(RGNN(62, 5, 3, ch_names=SEED_62)) == 2_662
    assert count(RGNN(62, 5, 3, ch_names=SEED_62, node_dat=False)) == 2_532


@pytest.mark.parametrize("names", [SEED_62, DEAP_32, TEN_TWENTY_19, ["Cz"]])
def test_first_edges_are_those_of_the_montage(names):
    model = RGNN(len(names), 5, 3, ch_names=names)
    wanted = torch.from_numpy(adjacency(names, "rgnn")).float()
    assert_close(model.adjacency, wanted)
    near = RGNN(len(names), 5, 3, ch_names=names, global_links=False).adjacency
    assert_close(near, torch.from_numpy(adjacency(names)).float())


@pytest.mark.parametrize("names, n_links", [(SEED_62, 9), (DEAP_32, 5)])
def test_both_triangles_have_the_global_links(names, n_links):
    model = RGNN(len(names), 5, 3, ch_names=names)
    assert int((model.adjacency < 0).sum()) == 2 * n_links
    place = {name: i for i, name in enumerate(names)}
    present = [(place[a], place[b]) for a, b in GLOBAL_LINKS if a in place and b in place]
    assert all(model.adjacency[a, b] == model.adjacency[b, a] < 0 for a, b in present)


def test_it_is_a_simple_graph_convolution_summed_over_electrodes():
    model = RGNN(19, 5, 3, ch_names=TEN_TWENTY_19).double().eval()
    x = torch.randn(4, 19, 5, dtype=torch.float64)
    a = model.adjacency
    root = a.abs().sum(1).sqrt()
    s = a / root / root[:, None]
    nodes = [(s @ (s @ trial) @ model.conv.weight.T + model.conv.bias).relu() for trial in x]
    wanted = torch.stack([model.head[-1](node.sum(0)) for node in nodes])
    assert_close(model(x), wanted)


def test_channels_in_another_order_give_the_same_answers():
    order = np.random.default_rng(0).permutation(62)
    models = []
    for names in (SEED_62, np.array(SEED_62)[order]):
        torch.manual_seed(0)
        models.append(RGNN(62, 5, 3, ch_names=list(names)).double().eval())
    x = torch.randn(4, 62, 5, dtype=torch.float64)
    assert_close(models[1](x[:, order]), models[0](x))
    for model, trials in zip(models, (x, x[:, order]), strict=True):
        (model(trials).square().sum() + model.penalty()).backward()
    assert_close(models[1].conv.weight.grad, models[0].conv.weight.grad)


def test_without_edges_each_electrode_is_alone():
    model = RGNN(19, 5, 3, ch_names=TEN_TWENTY_19).eval()
    model.edges.data[:] = model.adjacency.eq(1).float()[*torch.tril_indices(19, 19)]
    assert torch.equal(model.adjacency, torch.eye(19))
    x = torch.randn(2, 19, 5)
    wanted = model.head[-1](model.conv(x).relu().sum(1))
    assert_close(model(x), wanted)
    model.edges.data.zero_()
    assert_close(model(x), model(x + 1))


def test_penalty_counts_each_edge_once():
    model = RGNN(19, 5, 3, ch_names=TEN_TWENTY_19, edge_penalty=0.5)
    assert_close(model.penalty(), 0.5 * model.adjacency.tril().abs().sum())


def domain_gradients(model, progress):
    source, target = (torch.randn(n, 19 * 64, requires_grad=True) for n in (4, 3))
    loss = model.domain_loss(source, target, progress, None)
    loss.backward()
    return loss, source, target


@pytest.mark.parametrize("progress", [0.0, 0.2, 1.0])
def test_every_electrode_learns_its_domain_and_its_features_unlearn_it(progress):
    model = RGNN(19, 5, 3, ch_names=TEN_TWENTY_19)
    loss, source, target = domain_gradients(model, progress)
    nodes = torch.cat([source, target]).detach().reshape(-1, 64).requires_grad_()
    truth = torch.tensor([0] * 4 * 19 + [1] * 3 * 19)
    head = model.domain_head
    plain = torch.nn.functional.cross_entropy(head(nodes), truth)
    assert_close(loss, plain)
    wanted = torch.autograd.grad(plain, [nodes, head.weight])
    assert_close(head.weight.grad, wanted[1])
    got = torch.cat([source.grad, target.grad]).reshape(-1, 64)
    assert_close(got, -sigmoid_ramp(progress) * wanted[0])


def test_without_node_dat_nothing_is_said_of_domains():
    model = RGNN(19, 5, 3, ch_names=TEN_TWENTY_19, node_dat=False)
    assert model.domain_loss(torch.ones(2, 19 * 64), torch.ones(2, 19 * 64), 0.5) == 0


def test_a_lone_channel_needs_no_name():
    model = RGNN(1, 5, 3)
    assert model(torch.randn(2, 1, 5)).shape == (2, 3)
    assert model.adjacency.tolist() == [[1]]


@pytest.mark.parametrize(
    "names, message",
    [
        (None, "expected channel names, which RGNN reads its electrodes from, got none"),
        (["Cz", "X1", "Q2"], "got X1, Q2"),
    ],
)
def test_unknown_electrodes_are_refused(names, message):
    with pytest.raises(ValueError, match=message):
        RGNN(3, 5, 3, ch_names=names)


def test_an_unknown_reading_is_refused():
    with pytest.raises(ValueError, match="expected variant to be 'paper'"):
        RGNN(1, 5, 3, variant="torcheeg")
