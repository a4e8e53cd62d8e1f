from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg import _spectral as spectral


@given(
    length=st.integers(2, 60),
    sfreq=st.floats(10, 1000),
    inner=st.lists(st.floats(0, 1), max_size=6),
    kind=st.sampled_from(["hann", "boxcar"]),
)
def test_bands_that_tile_the_axis_add_up_to_the_variance(length, sfreq, inner, kind):
    edges = np.array([0, *sorted(inner), 1]) * sfreq / 2
    bands = {str(i): pair for i, pair in enumerate(pairwise(edges))}
    shares = spectral.band_shares(length, sfreq, bands)
    assert_allclose(shares.sum(axis=1), 1)
    taper = spectral.make_taper(kind, length)
    weights = shares * spectral.power_scale(taper)[:, None]
    x = np.random.default_rng(0).normal(size=(3, length))
    power = spectral.band_power(x, taper, weights)
    tapered = (x - x.mean(-1, keepdims=True)) * taper
    assert_allclose(power.sum(-1), (tapered**2).sum(-1) / (taper**2).sum(), rtol=1e-9)
    if kind == "boxcar":
        assert_allclose(power.sum(-1), x.var(axis=-1), rtol=1e-9)


@given(n_times=st.integers(10, 300), length=st.integers(2, 10), step=st.integers(1, 15))
def test_frames_are_the_slices_that_fit(n_times, length, step):
    x = np.arange(2.0 * n_times).reshape(2, n_times)
    starts = range(0, n_times - length + 1, step)
    expected = np.stack([x[:, start : start + length] for start in starts], axis=1)
    frames = spectral.frame(x, length, step)
    assert_array_equal(frames, expected)
    assert np.shares_memory(frames, x)


@pytest.mark.parametrize("shape", [(1, 5000), (300, 40), (7, 7, 100)])
def test_blocks_of_windows_make_no_difference(monkeypatch, shape):
    x = np.random.default_rng(0).normal(size=shape)
    together = spectral.frame(x, 20, 5).cumsum(axis=-1)
    monkeypatch.setattr(spectral, "BLOCK_BYTES", 2000)
    blocks = spectral.map_windows(lambda windows: windows.cumsum(axis=-1), x, 20, 5)
    assert_array_equal(blocks, together)


@pytest.mark.parametrize("n_times", [1, 2, 7, 8, 9, 100])
def test_flat_windows_are_those_of_one_value(n_times):
    x = np.full((4, 3, n_times), 0.1)
    x[1, 1, n_times // 3] = 0.2
    x[2, 0, -1] = np.nan
    expected = np.ones((4, 3), dtype=bool)
    expected[1, 1] = n_times == 1
    expected[2, 0] = False
    assert_array_equal(spectral.is_flat(x), expected)


@pytest.mark.parametrize(("dtype", "least"), [(float, 1e-15), (np.float32, 1e-6)])
@pytest.mark.parametrize("offset", [1.0, 4200.0, -4e4, 1e5, 3e6])
@pytest.mark.parametrize("length", [8, 800])
def test_flat_is_what_rounding_leaves_of_an_offset(dtype, least, offset, length):
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((50, length))
    epsilon = np.finfo(dtype).eps
    dead = (offset * (1 + epsilon * rng.integers(-1, 2, noise.shape))).astype(dtype)
    assert spectral.is_flat(dead).all()
    alive = (offset * (1 + 10 * epsilon * noise)).astype(dtype)
    assert not spectral.is_flat(alive).any()
    assert not spectral.is_flat((least * noise).astype(dtype)).any()
