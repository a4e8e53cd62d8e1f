"""What every distance between domains must do, and the closed forms of each."""

import math

import pytest
import torch
from torch.testing import assert_close

from sklearn_eeg.nn import alignment
from sklearn_eeg.nn.alignment import coral, mmd

DISTANCES = [getattr(alignment, name) for name in alignment.__all__]
every = pytest.mark.parametrize("distance", DISTANCES)


@pytest.fixture
def source():
    return torch.randn(12, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


@every
def test_equal_samples_are_not_apart(distance, source):
    assert distance(source, source.clone()).item() == pytest.approx(0, abs=1e-15)
    order = torch.arange(12).flip(0)
    assert distance(source, source[order]).item() == pytest.approx(0, abs=1e-12)


@every
def test_both_ways_are_as_far(distance, source):
    target = 2 * source[:7] + 1
    assert_close(distance(source, target), distance(target, source))
    assert distance(source, target) > 0


@every
def test_gradients_are_those_of_finite_differences(distance, source):
    x = source[:4].clone().requires_grad_()
    y = (1.5 * source[4:9]).clone().requires_grad_()
    if distance is mmd:
        # No gradient flows through its bandwidth: held fixed, the differences must hold it too.
        pulled = torch.autograd.grad(distance(x, y), [x, y])
        assert all(grad.isfinite().all() and grad.any() for grad in pulled)
        return
    assert torch.autograd.gradcheck(distance, (x, y))


@every
def test_a_step_down_the_gradient_brings_samples_together(distance, source):
    target = (3 * source + 2).requires_grad_()
    before = distance(source, target)
    (gradient,) = torch.autograd.grad(before, target)
    assert distance(source, target.detach() - 1e-2 * gradient) < before


@every
def test_single_precision_and_numbers_of_rows_differ(distance, source):
    found = distance(source.float(), source[:3].float())
    assert found.shape == ()
    assert found.dtype == torch.float32


def test_coral_of_scaled_features(source):
    covariance = torch.cov(source.T)
    expected = (1 - 9) ** 2 * covariance.square().sum() / (4 * 25)
    assert_close(coral(source, 3 * source), expected)


def test_coral_does_not_see_means(source):
    assert_close(coral(source, source + 7), torch.zeros((), dtype=torch.float64))


def test_coral_needs_two_rows(source):
    with pytest.raises(ValueError, match=r"coral: expected two rows or more .*, got 12 and 1"):
        coral(source, source[:1])


def test_mmd_of_two_points():
    # The mean squared distance is that of the two points: each kernel is exp(-1 / m).
    kernels = [math.exp(-1 / m) for m in (0.25, 0.5, 1, 2, 4)]
    expected = 2 - 2 * sum(kernels) / 5
    one, other = torch.zeros(1, 3, dtype=torch.float64), torch.full((1, 3), 4.0).double()
    assert mmd(one, other).item() == pytest.approx(expected)


def test_mmd_is_the_double_sum(source):
    target = source[:5] + 1
    rows = torch.cat([source, target])
    squared = torch.cdist(rows, rows).square()
    width = squared.sum() / (17 * 16)

    def kernel(a, b):
        d = ((a - b) ** 2).sum()
        return sum(torch.exp(-d / (m * width)) for m in (0.25, 0.5, 1, 2, 4)) / 5

    def mean(one, other):
        return torch.stack([kernel(a, b) for a in one for b in other]).mean()

    expected = mean(source, source) + mean(target, target) - 2 * mean(source, target)
    assert_close(mmd(source, target), expected)


def test_mmd_sees_means_and_no_scale_of_both(source):
    assert mmd(source, source + 7) > 0.1
    assert_close(mmd(source, source + 7), mmd(10 * source, 10 * source + 70))


@pytest.mark.parametrize("n_features", [3, 17, 18, 40])
def test_coral_is_the_distance_of_covariances_whatever_there_is_more_of(n_features):
    generator = torch.Generator().manual_seed(0)
    kind = {"dtype": torch.float64, "generator": generator}
    source, target = torch.randn(10, n_features, **kind), 2 * torch.randn(7, n_features, **kind)
    difference = torch.cov(source.T) - torch.cov(target.T)
    expected = torch.linalg.matrix_norm(difference).square() / (4 * n_features**2)
    assert_close(coral(source, target), expected)
    assert torch.autograd.gradcheck(coral, (source.requires_grad_(), target.requires_grad_()))
