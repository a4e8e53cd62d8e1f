import pytest
import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers import RegionalBiLSTM

REGIONS = [[4, 0, 2], [1], [7, 5, 3, 6], [8, 9], [0, 1, 2, 3]]


def plain_lstms(layer, regions):
    """One of torch's layers a region, with the weights of ours, the longest region first."""
    ranked = sorted(range(len(regions)), key=lambda place: -len(regions[place]))
    lstms = [None] * len(regions)
    for row, place in enumerate(ranked):
        n_hidden, n_features = layer.weight_hh.shape[-1], layer.weight_ih.shape[-1]
        lstm = nn.LSTM(n_features, n_hidden, batch_first=True, bidirectional=True).double()
        kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        for direction, ending in enumerate(("_l0", "_l0_reverse")):
            state = {f"{kind}{ending}": getattr(layer, kind)[row, direction] for kind in kinds}
            lstm.load_state_dict(state, strict=False)
        lstms[place] = lstm
    return lstms


@pytest.mark.parametrize("regions", [REGIONS, REGIONS[:1], REGIONS[1:2], [[1], [0]]])
def test_each_region_is_read_by_its_own_lstm(regions):
    layer = RegionalBiLSTM(regions, n_features=3, n_hidden=4).double()
    nn.init.normal_(layer.bias_hh)
    x = torch.randn(6, 10, 3, dtype=torch.float64, requires_grad=True)
    found = layer(x)
    lstms = plain_lstms(layer, regions)
    final = [lstm(x[:, region])[1][0] for lstm, region in zip(lstms, regions, strict=True)]
    expected = torch.stack([state.transpose(0, 1).flatten(1) for state in final], 1)
    assert_close(found, expected)
    weight = torch.randn_like(found)
    ours, theirs = (torch.autograd.grad((out * weight).sum(), x)[0] for out in (found, expected))
    assert_close(ours, theirs)


def test_regions_know_nothing_of_each_other():
    layer = RegionalBiLSTM(REGIONS[:4], n_features=3, n_hidden=4)
    x = torch.randn(2, 10, 3)
    other = x.clone()
    other[:, 5] += 1
    same = (layer(x) == layer(other)).all(-1).all(0)
    assert same.tolist() == [True, True, False, True]


def test_initial_gates_remember():
    layer = RegionalBiLSTM(REGIONS, n_features=3, n_hidden=4)
    bias = (layer.bias_ih + layer.bias_hh).detach().unflatten(-1, (4, 4))
    assert_close(bias[:, :, 1], torch.ones(5, 2, 4))
    assert not bias[:, :, [0, 2, 3]].any()
    kernel = layer.weight_hh.detach()
    assert_close(kernel.mT @ kernel, torch.eye(4).expand(5, 2, 4, 4))
