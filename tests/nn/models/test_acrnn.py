import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.models import ACRNN


@pytest.fixture
def model():
    return ACRNN(6, 200, 3).double().eval()


def test_one_step_of_torchs_lstm_gives_the_same_numbers(model):
    steps = torch.randn(4, 360, dtype=torch.float64)
    lstm = nn.LSTM(360, 64, num_layers=2, batch_first=True).double()
    weights = lstm.state_dict()
    for layer, cell in enumerate(model.recurrent):
        enter, inner, leave = cell.gates.weight.chunk(3)
        # Torch's order: in, forget, cell, out; what is forgotten is nothing.
        forget = torch.randn_like(enter)
        weights[f"weight_ih_l{layer}"] = torch.cat([enter, forget, inner, leave])
        enter, inner, leave = cell.gates.bias.chunk(3)
        weights[f"bias_ih_l{layer}"] = torch.cat([enter, torch.randn_like(enter), inner, leave])
        weights[f"bias_hh_l{layer}"] = torch.zeros_like(weights[f"bias_hh_l{layer}"])
    lstm.load_state_dict(weights)
    assert_close(model.recurrent(steps), lstm(steps[:, None])[0][:, 0])


def test_a_query_beside_the_features_is_the_same_linear_map(model):
    """The source's attention: f(x W1 + q W2 + b) of the query q = V x + v."""
    x = torch.randn(5, 64, dtype=torch.float64)
    first, second, shift = (torch.randn(64, 512, dtype=torch.float64) for _ in range(3))
    query = nn.Linear(64, 64).double()
    b = shift[0]
    model.attention[0].weight.data = (first + query.weight.T @ second).T
    model.attention[0].bias.data = query.bias @ second + b
    hidden = F.elu(x @ first + query(x) @ second + b)
    assert_close(model.attention(x), model.attention[2](hidden))


def test_images_of_one_plane_give_the_same_numbers(model):
    x = torch.randn(4, 6, 200, dtype=torch.float64)
    gate = model.gate(x.mean(2))
    assert_close(gate.sum(1), torch.ones(4, dtype=torch.float64))
    conv = nn.Conv2d(1, 40, (6, 45)).double()
    conv.weight.data = model.filters[0].weight[:, None]
    conv.bias = model.filters[0].bias
    maps = F.max_pool2d(F.elu(conv((x * gate[:, :, None])[:, None])), (1, 75), 10)
    assert maps.shape == (4, 40, 1, 9)
    hidden = model.recurrent(maps.flatten(1))
    weights = (model.attention(hidden) * hidden).softmax(1)
    assert_close(model(x), model.head(weights * hidden))


@pytest.mark.parametrize("n_times, n_steps", [(384, 27), (200, 9), (128, 1)])
def test_steps_of_the_published_lengths(n_times, n_steps):
    assert ACRNN(32, n_times, 2).recurrent[0].gates.in_features == 40 * n_steps


def test_electrodes_may_be_relabelled_with_their_weights(model):
    order, x = torch.randperm(6), torch.randn(4, 6, 200, dtype=torch.float64)
    wanted = model(x)
    with torch.no_grad():
        model.gate[0].weight.copy_(model.gate[0].weight[:, order])
        model.gate[2].weight.copy_(model.gate[2].weight[order])
        model.gate[2].bias.copy_(model.gate[2].bias[order])
        model.filters[0].weight.copy_(model.filters[0].weight[:, order])
    assert_close(model(x[:, order]), wanted)


def test_dropout_takes_whole_filters():
    filters = ACRNN(6, 200, 3).filters[:-1]
    dropped = (filters(torch.randn(8, 6, 200)) == 0).float().mean(2)
    assert set(dropped.flatten().tolist()) == {0.0, 1.0}


def test_windows_too_short_are_refused():
    with pytest.raises(ValueError, match="expected windows of 119 samples or more, got 118"):
        ACRNN(6, 118, 3)
