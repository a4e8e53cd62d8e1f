import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.montage import DEAP_32, REGIONS, SEED_62, locate
from sklearn_eeg.nn.models import R2GSTNN


def lstm_of(weights, n_features, n_hidden):
    """Torch's layer in both directions, of these weights by the names it has for them."""
    lstm = nn.LSTM(n_features, n_hidden, batch_first=True, bidirectional=True).double()
    lstm.load_state_dict(weights)
    return lstm


def both_ways(layer):
    weights = dict(layer.along.named_parameters())
    weights |= {f"{name}_reverse": p for name, p in layer.against.named_parameters()}
    return lstm_of(weights, layer.along.input_size, layer.along.hidden_size)


def final(lstm, x):
    return lstm(x)[1][0].transpose(0, 1).flatten(1)


def plain_forward(model, x, regions):
    """One region, one window and one step after the other."""
    ranked = sorted(range(len(regions)), key=lambda place: -len(regions[place]))
    layer, lstms = model.regional, {}
    for row, place in enumerate(ranked):
        weights = {
            f"{kind}_l0{ending}": getattr(layer, kind)[row, direction]
            for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            for direction, ending in enumerate(("", "_reverse"))
        }
        lstms[place] = lstm_of(weights, 5, layer.weight_hh.shape[-1])
    P, Q = (part.weight.T for part in (model.attention.project, model.attention.mix))
    b = model.attention.project.bias
    windows, brains = [], []
    for window in range(x.shape[1]):
        H = torch.stack([final(lstms[i], x[:, window, r]) for i, r in enumerate(regions)], 1)
        W = (torch.tanh(H @ P + b) @ Q).softmax(1)
        mixed = torch.einsum("brf,brs->bsf", H, W)
        states, _ = model.over_regions(mixed)
        brain = torch.einsum("brf,kr->bfk", states, model.mix.weight) + model.mix.bias
        windows.append(H)
        brains.append(brain.relu().flatten(1))
    series, temporal = torch.stack(windows, 1), both_ways(model.regional_temporal)
    each = [final(temporal, series[:, :, region]) for region in range(len(regions))]
    brain = final(both_ways(model.global_temporal), torch.stack(brains, 1))
    return model.head(torch.cat([brain, *each], 1))


def test_the_published_regions_go_through_plain_layers():
    model = R2GSTNN(62, 5, 3, n_regional=(6, 5), n_global=(4, 7),
                    n_dense=(16, 8), ch_names=SEED_62).double().eval()  # fmt: skip
    x = torch.randn(2, 4, 62, 5, dtype=torch.float64)
    regions = [locate(names, SEED_62) for names in REGIONS["r2g-stnn"].values()]
    assert_close(model(x), plain_forward(model, x, regions))


def test_attention_weighs_the_regions_of_each_mixture():
    model = R2GSTNN(62, 5, 3, ch_names=SEED_62).eval()
    nn.init.zeros_(model.attention.mix.weight)
    x = torch.randn(2, 16, 200)
    assert_close(model.attention(x), x.mean(1, keepdim=True).expand_as(x))


def test_any_number_of_windows_goes_through_one_network():
    model = R2GSTNN(32, 5, 3, n_dense=(16, 8), ch_names=DEAP_32).eval()
    assert [model(torch.randn(2, n, 32, 5)).shape for n in (1, 9, 60)] == [(2, 3)] * 3


def test_deap_has_a_region_for_each_electrode():
    model = R2GSTNN(32, 5, 2, ch_names=DEAP_32)
    assert sorted(model.regional.order.tolist()) == sorted(2 * list(range(32)))


def test_the_discriminator_is_not_normalised_and_reverses_fully():
    model = R2GSTNN(32, 5, 2, ch_names=DEAP_32).double().eval()
    n = model.head[0].in_features
    source, target = torch.randn(2, 5, n, dtype=torch.float64, requires_grad=True)
    truth = torch.tensor([0] * 5 + [1] * 5)
    loss = model.domain_loss(source, target, 0.1)
    expected = F.cross_entropy(model.discriminator(torch.cat([source, target])), truth)
    assert_close(loss, expected)
    ours, theirs = (torch.autograd.grad(value, source)[0] for value in (loss, expected))
    assert_close(ours, -theirs)
