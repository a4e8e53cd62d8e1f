import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.nn.models import GRUNet


def plain_gru(x, weights):
    """States of one layer by the equations, reset gate inside as torch has it."""
    kernel, recurrent, bias, recurrent_bias = weights
    h, states = x.new_zeros(len(x), recurrent.shape[1]), []
    for step in x.unbind(1):
        reset, update, new = (step @ kernel.T + bias).chunk(3, 1)
        h_reset, h_update, h_new = (h @ recurrent.T + recurrent_bias).chunk(3, 1)
        reset, update = (reset + h_reset).sigmoid(), (update + h_update).sigmoid()
        h = update * h + (1 - update) * (new + reset * h_new).tanh()
        states.append(h)
    return torch.stack(states, 1)


@pytest.fixture
def model():
    return GRUNet(10, 3, n_hidden=6).double().eval()


def test_equations_of_both_layers_give_the_same_logits(model):
    x = torch.randn(4, 7, 10, dtype=torch.float64)
    first, second = model.recurrent.all_weights
    assert_close(model(x), model.head(plain_gru(plain_gru(x, first), second)[:, -1]))


def test_parameters_of_the_other_published_size():
    assert sum(p.numel() for p in GRUNet(32, 2).parameters()) == 43_906


def test_nan_windows_are_passed_over_and_nan_features_are_zero(model):
    x = torch.randn(2, 6, 5, 2, dtype=torch.float64)
    x[:, :, 0] = torch.nan
    wanted = model(x.nan_to_num(0.0), missing=False)
    assert_close(model(F.pad(x, (0, 0, 0, 0, 2, 3), value=torch.nan)), wanted)


def test_nothing_is_dropped_while_predicting(model):
    x = torch.randn(2, 6, 10, dtype=torch.float64)
    assert torch.equal(model(x), model(x))
