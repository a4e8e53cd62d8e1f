import pytest
import torch
from torch.testing import assert_close

from sklearn_eeg.nn.layers import TemporalAttentionPool


@pytest.fixture
def pool():
    return TemporalAttentionPool(8, n_heads=2)


def projected(pool, x):
    """What the pool makes of a vector that gets all the weight."""
    attention = pool.attention
    weight, bias = attention.in_proj_weight[16:], attention.in_proj_bias[16:]
    return attention.out_proj(x @ weight.T + bias)


def test_uniform_keys_give_the_mean(pool):
    with torch.no_grad():
        pool.attention.in_proj_weight[8:16] = 0
    x = torch.randn(3, 5, 8)
    assert_close(pool.weights(x), torch.full((3, 2, 5), 1 / 5))
    assert_close(pool(x), projected(pool, x.mean(1)))


def test_one_step_is_its_own_average(pool):
    x = torch.randn(3, 1, 8)
    assert_close(pool(x), projected(pool, x[:, 0]))


def test_the_order_of_steps_does_not_matter(pool):
    x = torch.randn(3, 5, 8)
    order = torch.tensor([3, 0, 4, 1, 2])
    assert_close(pool(x[:, order]), pool(x))
    assert_close(pool.weights(x[:, order]), pool.weights(x)[..., order])


def test_missing_steps_are_as_if_absent(pool):
    x = torch.randn(3, 5, 8)
    missing = torch.tensor([False, False, False, True, True]).expand(3, 5)
    assert_close(pool(x, missing), pool(x[:, :3]))
    weights = pool.weights(x, missing)
    assert (weights[..., 3:] == 0).all()
    assert_close(weights.sum(-1), torch.ones(3, 2))


def test_nothing_but_missing_steps_is_finite(pool):
    x = torch.zeros(2, 5, 8, requires_grad=True)
    missing = torch.ones(2, 5, dtype=torch.bool)
    pool(x, missing).sum().backward()
    assert x.grad.isfinite().all()
    assert_close(pool.weights(x, missing), torch.full((2, 2, 5), 1 / 5))


def test_heads_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="divide the 8 features of a step, got n_heads=3"):
        TemporalAttentionPool(8, n_heads=3)
