import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.nn.functional import (
    conv_rows,
    fill_missing,
    gem,
    max_pool_rows,
    reflect_frames,
    reverse_gradient,
    stride_missing,
)


@pytest.mark.parametrize("n_in, n_out", [(20, 3), (3, 20), (8, 8)])
@pytest.mark.parametrize("n_taps, padding", [(1, 0), (1, 1), (3, 1), (7, 3), (4, 0)])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("n_times", [4, 5, 17])
def test_row_convolution_is_torchs_convolution(n_in, n_out, n_taps, padding, stride, n_times):
    def leaf(*shape):
        return torch.randn(shape, dtype=torch.float64).requires_grad_()

    x, weight, bias = leaf(2, n_times, n_in), leaf(n_out, n_in, n_taps), leaf(n_out)
    theirs = F.conv1d(x.transpose(1, 2), weight, bias, stride, padding).transpose(1, 2)
    ours = conv_rows(x, weight, bias, stride, padding)
    assert_close(ours, theirs)
    cotangent = torch.randn(ours.shape, dtype=torch.float64)
    wanted = torch.autograd.grad(theirs, (x, weight, bias), cotangent)
    assert_close(torch.autograd.grad(ours, (x, weight, bias), cotangent), wanted)


@pytest.mark.parametrize("n_times", [1, 2, 3, 8, 15])
def test_row_pooling_is_torchs_pooling(n_times):
    x = torch.randn(2, n_times, 5)
    assert_close(max_pool_rows(x), F.max_pool1d(x.transpose(1, 2), 3, 2, 1).transpose(1, 2))


def test_a_step_is_missing_only_if_all_of_it_is_nan():
    x = torch.ones(2, 3, 2)
    x[0, 1, 0] = x[1, 2] = torch.nan
    filled, missing = fill_missing(x)
    assert missing.tolist() == [[False] * 3, [False, False, True]]
    assert_close(filled, torch.tensor([[[1.0, 1], [0, 1], [1, 1]], [[1, 1], [1, 1], [0, 0]]]))


def test_complete_data_need_no_mask_and_are_not_copied():
    x = torch.ones(2, 3, 4)
    for missing in (None, False):
        filled, steps = fill_missing(x, missing)
        assert filled is x
        assert steps is None


def test_a_given_mask_adds_to_the_nans():
    x = torch.ones(1, 3, 2)
    x[0, 0] = torch.nan
    filled, missing = fill_missing(x, torch.tensor([[False, True, False]]))
    assert missing.tolist() == [[True, True, False]]
    assert filled[0].tolist() == [[0, 0], [0, 0], [1, 1]]


@pytest.mark.parametrize("n_times", [1, 7, 32, 33, 60])
def test_strides_of_two_equal_their_product(n_times):
    missing = torch.rand(5, n_times) < 0.9
    one_by_one = missing
    for _ in range(5):
        one_by_one = stride_missing(one_by_one, 2)
    assert torch.equal(one_by_one, stride_missing(missing, 32))


@pytest.mark.parametrize("shape", [(2, 3, 7), (2, 3, 4, 5)])
def test_gem_is_between_mean_and_maximum(shape):
    x = torch.rand(shape, dtype=torch.float64) + 0.1
    flat = x.flatten(2)
    assert_close(gem(x, 1.0), flat.mean(-1))
    assert_close(gem(x, 2.0), flat.square().mean(-1).sqrt())
    assert_close(gem(x, -1.0), 1 / (1 / flat).mean(-1))
    assert_close(gem(x, 500.0), flat.amax(-1), rtol=0.01, atol=0)


def test_gem_of_nothing_positive_is_its_floor():
    assert_close(gem(-torch.ones(1, 1, 4), 3.0, eps=1e-3), torch.full((1, 1), 1e-3))


@pytest.mark.parametrize("n_times", [1, 2, 3, 50])
def test_frames_continue_by_reflection(n_times):
    x = torch.arange(n_times)
    padded = torch.from_numpy(np.pad(x.numpy(), 20, mode="reflect"))
    n_frames = 1 + n_times // 7
    frames = reflect_frames(x, n_frames, hop=7, length=25, lead=13)
    for frame in range(n_frames):
        assert torch.equal(frames[frame], padded[7 + 7 * frame :][:25])


@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0, 2.5, torch.tensor(0.3)])
def test_a_reversed_gradient_has_the_other_sign_and_nothing_else_changes(strength):
    below, above = torch.nn.Linear(4, 3), torch.nn.Linear(3, 2)
    x = torch.randn(5, 4, requires_grad=True)

    def run(between):
        out = above(between(below(x)))
        return out, torch.autograd.grad(
            out.square().sum(), [x, *below.parameters(), *above.parameters()]
        )

    plain, wanted = run(lambda inner: inner)
    out, got = run(lambda inner: reverse_gradient(inner, strength))
    assert torch.equal(out, plain)
    assert_close(got[:3], tuple(-strength * g for g in wanted[:3]))
    assert_close(got[3:], wanted[3:])


def test_a_gradient_reversed_twice_is_itself():
    x = torch.randn(3, dtype=torch.float64, requires_grad=True)
    reverse_gradient(reverse_gradient(x)).exp().sum().backward()
    assert_close(x.grad, x.detach().exp())
