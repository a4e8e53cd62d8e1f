import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.nn.models import LSTMNet


def plain_lstm(x, weights):
    """States of one layer by the equations."""
    kernel, recurrent, bias, recurrent_bias = weights
    h = cell = x.new_zeros(len(x), recurrent.shape[1])
    states = []
    for step in x.unbind(1):
        gates = step @ kernel.T + bias + h @ recurrent.T + recurrent_bias
        enter, forget, candidate, leave = gates.chunk(4, 1)
        cell = forget.sigmoid() * cell + enter.sigmoid() * candidate.tanh()
        h = leave.sigmoid() * cell.tanh()
        states.append(h)
    return torch.stack(states, 1)


@pytest.fixture
def model():
    return LSTMNet(10, 3, n_hidden=6).double().eval()


def test_equations_of_both_layers_give_the_same_logits(model):
    x = torch.randn(4, 7, 10, dtype=torch.float64)
    first, second = model.recurrent.all_weights
    assert_close(model(x), model.head(plain_lstm(plain_lstm(x, first), second)[:, -1]))


def test_parameters_of_the_other_published_size():
    assert sum(p.numel() for p in LSTMNet(32, 2).parameters()) == 58_498


def test_nan_windows_are_passed_over_and_nan_features_are_zero(model):
    x = torch.randn(2, 6, 5, 2, dtype=torch.float64)
    x[:, :, 0] = torch.nan
    wanted = model(x.nan_to_num(0.0), missing=False)
    assert_close(model(F.pad(x, (0, 0, 0, 0, 2, 3), value=torch.nan)), wanted)


def test_nothing_is_dropped_while_predicting(model):
    x = torch.randn(2, 6, 10, dtype=torch.float64)
    assert torch.equal(model(x), model(x))
