import pytest
import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers import SqueezeExcite


@pytest.mark.parametrize("shape", [(2, 6, 9), (2, 6, 3, 3)])
def test_all_positions_of_a_channel_share_a_gate_between_zero_and_one(shape):
    x = torch.rand(shape) + 1
    gates = (SqueezeExcite(6, 2)(x) / x).flatten(2)
    assert_close(gates, gates[..., :1].expand_as(gates))
    assert ((gates > 0) & (gates < 1)).all()


def test_the_gate_sees_means_only():
    layer = SqueezeExcite(6, 2)
    x = torch.randn(2, 6, 9)
    order = torch.randperm(9)
    assert_close(layer(x[..., order]), layer(x)[..., order])


def test_closed_gates_halve():
    layer = SqueezeExcite(6, 2)
    with torch.no_grad():
        layer.gate[2].weight.zero_()
        layer.gate[2].bias.zero_()
    x = torch.randn(2, 6, 9)
    assert_close(layer(x), x / 2)


def test_any_activation_may_stand_between():
    assert isinstance(SqueezeExcite(6, 2).gate[1], nn.SiLU)
    assert isinstance(SqueezeExcite(6, 2, nn.GELU).gate[1], nn.GELU)
