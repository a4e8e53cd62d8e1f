import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers import RegionalEncoder, RegionalLinear


def plain_block(layer, region, x):
    """A region's tokens, (batch, token, feature), through torch's own layers."""
    n_inner = layer.join.weight.shape[-1]
    attention = nn.MultiheadAttention(n_inner, layer.n_heads, batch_first=True).double()
    with torch.no_grad():
        attention.in_proj_weight.copy_(layer.attend.weight[region])
        attention.in_proj_bias.copy_(layer.attend.bias[region, 0])
        attention.out_proj.weight.copy_(layer.join.weight[region])
        attention.out_proj.bias.copy_(layer.join.bias[region, 0])

    def linear(name, x):
        part = getattr(layer, name)
        return F.linear(x, part.weight[region], part.bias[region, 0])

    def norm(name, x):
        part = getattr(layer, name)
        scale, shift = part.weight[region, 0, 0], part.bias[region, 0, 0]
        return F.layer_norm(x, x.shape[-1:], scale, shift, 1e-6)

    wide = linear("widen", norm("norm", x)).relu()
    x = x + linear("narrow", attention(wide, wide, wide)[0]).relu()
    return x + F.gelu(linear("leave", F.gelu(linear("enter", norm("dense_norm", x)))))


def test_each_region_is_a_transformer_block_of_its_present_tokens():
    layer = RegionalEncoder(3, 6, n_inner=8, n_heads=4).double().eval()
    for values in layer.parameters():
        nn.init.normal_(values, std=0.5)
    sizes = (5, 2, 4)
    present = torch.arange(5) < torch.tensor(sizes)[:, None]
    x = torch.randn(7, 3, 5, 6, dtype=torch.float64)
    found = layer(x, present)
    for region, size in enumerate(sizes):
        expected = plain_block(layer, region, x[:, region, :size])
        assert_close(found[:, region, :size], expected)
    assert found.isfinite().all()


def test_without_a_word_all_tokens_are_present():
    layer = RegionalEncoder(2, 6, n_inner=8, n_heads=2).double().eval()
    x = torch.randn(3, 2, 4, 6, dtype=torch.float64)
    assert_close(layer(x), layer(x, torch.ones(2, 4, dtype=torch.bool)))


def test_regional_linear_is_torchs_layer_for_each_region():
    layer = RegionalLinear(3, 4, 2).double()
    x = torch.randn(3, 5, 6, 4, dtype=torch.float64)
    for region in range(3):
        expected = F.linear(x[region], layer.weight[region], layer.bias[region, 0])
        assert_close(layer(x)[region], expected)


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match="expected n_heads to divide the 64 features"):
        RegionalEncoder(2, 8, n_heads=7)
