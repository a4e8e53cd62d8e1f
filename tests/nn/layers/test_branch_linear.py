import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers import BranchLinear


def test_a_loop_over_linear_layers_gives_the_same():
    ours, x = BranchLinear(4, 6, 3).double(), torch.randn(5, 4, 6, dtype=torch.float64)
    loop = [nn.Linear(6, 3).double() for _ in range(4)]
    for layer, weight, bias in zip(loop, ours.weight, ours.bias, strict=True):
        layer.load_state_dict({"weight": weight, "bias": bias})
    assert_close(
        ours(x), torch.stack([f(part) for f, part in zip(loop, x.unbind(1), strict=True)], 1)
    )
    ours(x).square().sum().backward()
    for branch, layer in enumerate(loop):
        layer(x[:, branch]).square().sum().backward()
        assert_close(ours.weight.grad[branch], layer.weight.grad)
        assert_close(ours.bias.grad[branch], layer.bias.grad)


def test_initial_values_have_the_bounds_of_torchs():
    layer = BranchLinear(20, 16, 30)
    for values in layer.parameters():
        assert 0.24 < values.abs().max() <= 0.25
