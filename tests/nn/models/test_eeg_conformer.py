import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.models import EEGConformer


def plain_answer(model, x, n_heads=10):
    """The network step by step: both convolutions, and attention written out."""
    w = dict(model.named_parameters())
    maps = model.spatial(model.temporal(x[:, None]))
    stem = F.elu(F.batch_norm(maps, None, None, w["tokens.0.weight"], w["tokens.0.bias"], True))
    pooled = F.avg_pool2d(stem, (1, 75), (1, 15))
    last = w["tokens.4.weight"]
    tokens = F.conv2d(pooled, last[..., None], w["tokens.4.bias"])[:, :, 0].transpose(1, 2)
    for block in model.blocks:
        tokens = tokens + attend(block.attention[0](tokens), block.attention[1], n_heads)
        tokens = tokens + block.perceptron(tokens)
    return model.head(tokens.flatten(1))


def attend(x, attention, n_heads):
    query, key, value = (
        part.reshape(*x.shape[:2], n_heads, -1) for part in attention.projections(x).chunk(3, -1)
    )
    scores = torch.einsum("bqhd,bkhd->bhqk", query, key) / x.shape[-1] ** 0.5
    seen = torch.einsum("bhqk,bkhd->bqhd", scores.softmax(-1), value)
    return attention.output(seen.reshape(x.shape))


@pytest.fixture
def model():
    return EEGConformer(5, 200, 3, dropout=0.0, head_dropout=0.0).double()


def test_both_convolutions_one_after_the_other_give_the_same_numbers(model):
    x = torch.randn(6, 5, 200, dtype=torch.float64)
    y = torch.tensor([0, 1, 2, 0, 1, 2])
    wanted, got = plain_answer(model, x), model(x)
    assert_close(got, wanted)
    theirs = torch.autograd.grad(F.cross_entropy(wanted, y), list(model.parameters()))
    mine = torch.autograd.grad(F.cross_entropy(got, y), list(model.parameters()))
    assert_close(mine, theirs)


def test_seven_tokens_of_a_second_at_200_hz(model):
    assert model.head[0].in_features == 280


def test_five_heads_have_as_many_parameters(model):
    five = EEGConformer(5, 200, 3, n_heads=5)
    assert sum(p.numel() for p in five.parameters()) == sum(p.numel() for p in model.parameters())


def test_dropout_is_off_in_prediction():
    model = EEGConformer(5, 200, 3)
    x = torch.randn(4, 5, 200)
    assert not torch.equal(model(x), model(x))
    model.eval()
    assert torch.equal(model(x), model(x))
    assert {m.p for m in model.modules() if isinstance(m, nn.Dropout)} == {0.5, 0.3}


def test_electrodes_may_be_relabelled_with_their_weights(model):
    order, x = torch.randperm(5), torch.randn(4, 5, 200, dtype=torch.float64)
    model.eval()
    wanted = model(x)
    with torch.no_grad():
        model.spatial.weight.copy_(model.spatial.weight[:, :, order])
    assert_close(model(x[:, order]), wanted)


def test_windows_too_short_are_refused():
    with pytest.raises(ValueError, match="expected windows of 99 samples or more, got 98"):
        EEGConformer(5, 98, 3)
