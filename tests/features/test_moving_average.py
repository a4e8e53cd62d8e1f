import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.features import MovingAverageSmoother


@pytest.fixture
def features():
    return np.random.default_rng(0).normal(size=(2, 20, 3, 2))


@given(
    half=st.integers(0, 30), seed=st.integers(0, 9), lost=st.integers(0, 40), causal=st.booleans()
)
def test_each_window_is_the_mean_of_what_is_observed_around_it(half, seed, lost, causal):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(2, 20, 3))
    X[tuple(rng.integers(0, n, lost) for n in X.shape)] = np.nan
    before, after = (2 * half, 0) if causal else (half, half)
    found = MovingAverageSmoother(2 * half + 1, causal).fit_transform(X)
    for t in range(20):
        around = X[:, max(0, t - before) : t + after + 1]
        count = np.isfinite(around).sum(1)
        expected = np.where(count, np.nansum(around, 1) / np.maximum(count, 1), np.nan)
        expected[np.isnan(X[:, t]).all(1)] = np.nan
        assert_allclose(found[:, t], expected, rtol=1e-10, atol=1e-13)


def test_a_causal_average_knows_nothing_of_the_future(features):
    smoother = MovingAverageSmoother(4, causal=True).fit(features)
    whole = smoother.transform(features)
    for n in range(1, 20):
        assert_array_equal(smoother.transform(features[:, :n]), whole[:, :n])


def test_a_constant_and_a_line_are_kept(features):
    line = np.arange(20.0)[None]
    assert_allclose(MovingAverageSmoother(5).fit_transform(line)[:, 2:-2], line[:, 2:-2])
    assert_array_equal(MovingAverageSmoother(7).fit_transform(np.ones((2, 20, 3))), 1)


def test_padding_stays_padding_and_changes_nothing(features):
    padded = np.concatenate([features, np.full((2, 9, 3, 2), np.nan)], axis=1)
    smooth = MovingAverageSmoother(5).fit_transform(padded)
    assert np.isnan(smooth[:, 20:]).all()
    assert_allclose(smooth[:, :20], MovingAverageSmoother(5).fit_transform(features), rtol=1e-12)


@pytest.mark.parametrize("gap", [False, True])
def test_single_precision_and_tensors_give_the_same_numbers(features, gap):
    torch = pytest.importorskip("torch", reason="tensors need torch")
    if gap:
        features[0, 5:9, 1] = features[:, 17:] = np.nan
    smoother = MovingAverageSmoother(3).fit(features)
    single = smoother.transform(features.astype(np.float32))
    assert single.dtype == np.float32
    assert_allclose(single, smoother.transform(features), rtol=1e-5, atol=1e-6)
    tensor = smoother.transform(torch.from_numpy(features))
    assert isinstance(tensor, torch.Tensor)
    assert_allclose(tensor.numpy(), smoother.transform(features), rtol=1e-12)


@pytest.mark.parametrize("width", [0, 4, 2.5, -1])
def test_impossible_widths_are_refused(features, width):
    with pytest.raises((TypeError, ValueError), match=r"Smoother: expected (an odd )?width"):
        MovingAverageSmoother(width).fit(features)
