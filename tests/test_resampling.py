from fractions import Fraction

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg import _resampling
from sklearn_eeg._resampling import by_weights, go_on, resample, resampled_length, resampling_ratio

RNG = np.random.default_rng(0)
# Ratios of small terms and none, down and up.
RATIOS = [
    Fraction(1, 5),
    Fraction(4, 5),
    Fraction(32, 125),
    Fraction(25, 16),
    200 / 256.41,
    2.02468,
]
rates = st.floats(20, 5000)


@pytest.mark.parametrize(
    ("sfreq_out", "sfreq", "ratio"),
    [(128, 500, (32, 125)), (200, 1000, (1, 5)), (200, 512, (25, 64)), (250, 250, (1, 1))],
)
def test_ratio_in_lowest_terms(sfreq_out, sfreq, ratio):
    assert resampling_ratio(sfreq_out, sfreq) == Fraction(*ratio)


@pytest.mark.parametrize(
    ("sfreq_out", "sfreq"), [(200, 256.41), (250, 499.907), (256, 2047.9995), (100 * np.pi, 500)]
)
def test_rates_without_a_small_ratio_keep_theirs(sfreq_out, sfreq):
    assert resampling_ratio(sfreq_out, sfreq) == sfreq_out / sfreq


@pytest.mark.parametrize("sfreq_out", [0, -128, np.nan, np.inf, 1e-3, 1e9])
def test_impossible_rates_are_refused(sfreq_out):
    with pytest.raises(ValueError, match=r"^expected a"):
        resampling_ratio(sfreq_out, 500)


@pytest.mark.parametrize("sfreq_out", ["100", None, True])
def test_what_is_no_rate_is_refused(sfreq_out):
    with pytest.raises(TypeError, match=r"^expected a rate in hertz"):
        resampling_ratio(sfreq_out, 500)


@settings(deadline=None, max_examples=60)
@given(sfreq=rates, sfreq_out=rates, offset=st.floats(-4e4, 4e4), dtype=st.sampled_from("fd"))
def test_an_offset_stays_an_offset(sfreq, sfreq_out, offset, dtype):
    x = np.full((2, 300), offset, dtype=dtype)
    found = resample(x, resampling_ratio(sfreq_out, sfreq))
    assert_array_equal(found, np.full(found.shape, x[0, 0]))


@settings(deadline=None, max_examples=60)
@given(sfreq=rates, sfreq_out=rates, n_times=st.integers(2, 400))
def test_a_straight_line_stays_one_to_its_ends(sfreq, sfreq_out, n_times):
    ratio = resampling_ratio(sfreq_out, sfreq)
    line = lambda at: 4200 - 17.0 * at  # noqa: E731
    found = resample(line(np.arange(n_times))[None], ratio)[0]
    assert_allclose(found, line(np.arange(len(found)) / float(ratio)), rtol=1e-11, atol=1e-8)


@pytest.mark.parametrize("ratio", RATIOS)
def test_slow_drift_makes_no_ripple(ratio):
    # A parabola of 42 mV, of which branches of unequal gain would make a ripple of 17 µV.
    n_times = 5000
    drift = lambda at: 42_000 * (2 * at / n_times - 1) ** 2  # noqa: E731
    found = resample(drift(np.arange(n_times))[None], ratio)[0]
    expected = drift(np.arange(len(found)) / float(ratio))
    inside = slice(100, -100)
    assert_allclose(found[inside], expected[inside], atol=0.05)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.7, 0.8])
@pytest.mark.parametrize("ratio", RATIOS)
def test_a_tone_comes_out_to_four_thousandths(ratio, share):
    cycles = share * min(1, float(ratio)) / 2
    found = resample(np.sin(2 * np.pi * cycles * np.arange(9000))[None], ratio)[0]
    expected = np.sin(2 * np.pi * cycles * np.arange(len(found)) / float(ratio))
    assert_allclose(found[200:-200], expected[200:-200], atol=4e-3)


@pytest.mark.parametrize("share", [1.25, 1.5, 1.9])
@pytest.mark.parametrize("ratio", [ratio for ratio in RATIOS if ratio < 1])
def test_what_would_alias_is_gone(ratio, share):
    cycles = share * float(ratio) / 2
    if cycles > 0.5:
        cycles = 0.49
    found = resample(np.sin(2 * np.pi * cycles * np.arange(9000))[None], ratio)[0]
    assert np.abs(found[200:-200]).max() < 3e-3


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_chirp_keeps_its_phase(ratio):
    n_times = 20_000
    # From nothing to 0.6 of half the lower rate.
    rise = 0.6 * min(1, float(ratio)) / 4 / n_times
    chirp = lambda at: np.cos(2 * np.pi * rise * at**2)  # noqa: E731
    found = resample(chirp(np.arange(n_times))[None], ratio)[0]
    expected = chirp(np.arange(len(found)) / float(ratio))
    assert_allclose(found[200:-200], expected[200:-200], atol=4e-3)


@settings(deadline=None, max_examples=40)
@given(
    up=st.integers(1, 40), down=st.integers(1, 40), n_times=st.integers(2, 900),
    weights=st.integers(0, 3),
)  # fmt: skip
def test_weights_are_the_branches(up, down, n_times, weights):
    x = np.random.default_rng(n_times).standard_normal((3, n_times))
    expected = resample(x, Fraction(up, down))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_resampling, "MAX_WEIGHTS", 100 * 10**weights)
        assert_allclose(by_weights(x, up / down), expected, atol=1e-10)


def test_threads_and_blocks_of_rows_make_no_difference(monkeypatch):
    x = RNG.standard_normal((2, 7, 5000))
    expected = np.stack([[by_weights(row[None], 0.78)[0] for row in trial] for trial in x])
    monkeypatch.setattr(_resampling, "BLOCK_BYTES", 3 * 8 * 5000)
    monkeypatch.setattr(_resampling, "MAX_WEIGHTS", 5000)
    assert_allclose(by_weights(x, 0.78), expected, atol=1e-14)
    assert_array_equal(by_weights(x, 0.78, n_jobs=2), by_weights(x, 0.78))


@pytest.mark.parametrize("down", [2, 5, 8])
def test_a_decimation_is_scipys(down):
    x = RNG.standard_normal((3, 4000)) + 7
    theirs = scipy.signal.resample_poly(x, 1, down, axis=-1, padtype="antireflect")
    assert_allclose(resample(x, Fraction(1, down)), theirs, atol=1e-12)


@pytest.mark.parametrize("ratio", RATIOS)
def test_single_precision_is_close_on_any_offset(ratio):
    x = (RNG.standard_normal((2, 3000)) * 10 + 4e4).astype(np.float32)
    single = resample(x, ratio)
    assert single.dtype == np.float32
    assert_allclose(single, resample(x.astype(float), ratio), atol=0.01)


@given(n_times=st.integers(2, 10**6), sfreq=rates, sfreq_out=rates)
def test_every_instant_lies_inside_the_trial(n_times, sfreq, sfreq_out):
    ratio = resampling_ratio(sfreq_out, sfreq)
    n_out = resampled_length(n_times, ratio)
    assert (n_out - 1) / ratio < n_times
    assert n_out / ratio > n_times - 1e-3


@given(n_times=st.integers(2, 12), before=st.integers(1, 40), after=st.integers(1, 40))
def test_rows_go_on_as_numpy_pads(n_times, before, after):
    x = np.random.default_rng(n_times).standard_normal((2, n_times))
    expected = np.pad(x, ((0, 0), (before, after)), mode="reflect", reflect_type="odd")
    assert_allclose(go_on(x, -before, n_times + after), expected, atol=1e-12)


def test_memory_is_that_of_a_block():
    import tracemalloc

    x = np.zeros((4, 400_000), dtype=np.float32)
    by_weights(x[:, :1000], 0.78)
    tracemalloc.start()
    y = by_weights(x, 0.78)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - y.nbytes < 40 * 2**20
