import pytest
import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers import SelfAttention


@pytest.fixture
def x():
    return torch.randn(3, 7, 12, dtype=torch.float64)


def test_torch_gives_the_same_numbers(x):
    ours = SelfAttention(12, n_heads=4).double()
    theirs = nn.MultiheadAttention(12, 4, batch_first=True).double()
    values = ours.state_dict().values()
    theirs.load_state_dict(dict(zip(theirs.state_dict(), values, strict=True)))
    assert_close(ours(x), theirs(x, x, x)[0])


def test_scale_multiplies_the_scores(x):
    plain = SelfAttention(12, n_heads=4).double()
    scaled = SelfAttention(12, n_heads=4, scale=12**-0.5).double()
    scaled.load_state_dict(plain.state_dict())
    with torch.no_grad():
        # The root of a token's features is twice that of a head's.
        plain.projections.weight[:12] /= 2
        plain.projections.bias[:12] /= 2
    assert_close(scaled(x), plain(x))


def test_order_of_tokens_is_that_of_the_answer(x):
    attention, order = SelfAttention(12, n_heads=2).double(), torch.randperm(7)
    assert_close(attention(x[:, order]), attention(x)[:, order])


def test_dropout_is_for_training(x):
    attention = SelfAttention(12, n_heads=2, dropout=0.5).double()
    assert not torch.equal(attention(x), attention(x))
    attention.eval()
    assert torch.equal(attention(x), attention(x))


def test_heads_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match=r"n_heads to divide the 12 features .* n_heads=5"):
        SelfAttention(12, n_heads=5)
