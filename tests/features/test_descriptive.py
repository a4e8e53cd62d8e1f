"""Hjorth, statistics, entropies and fractals against closed forms and other libraries."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sklearn_eeg.features._entropy import (
    EntropyExtractor,
    approximate_entropy,
    permutation_entropy,
    sample_entropy,
    shannon_entropy,
    spectral_entropy,
)
from sklearn_eeg.features._fractal import (
    FractalExtractor,
    dfa_exponent,
    dfa_sizes,
    higuchi_dimension,
    katz_dimension,
    petrosian_dimension,
)
from sklearn_eeg.features._hjorth import HjorthExtractor, hjorth
from sklearn_eeg.features._statistics import FUNCTIONS, StatisticsExtractor

ALL = [
    HjorthExtractor(window=1.0, sfreq=200),
    StatisticsExtractor(window=1.0, sfreq=200),
    EntropyExtractor(window=1.0, sfreq=200),
    FractalExtractor(window=1.0, sfreq=200),
]


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    return np.cumsum(rng.standard_normal((4, 500)), axis=1) + 3 * rng.standard_normal((4, 500))


def each(function, rows):
    return np.array([function(row) for row in rows])


def test_hjorth_of_a_sine_has_complexity_one():
    t = np.arange(10_000) / 1000
    activity, mobility, complexity = hjorth(3 * np.sin(2 * np.pi * 10 * t))
    assert_allclose(activity, 4.5, rtol=1e-3)
    # The difference of a sine is a sine, 2 sin(π f / sfreq) as large.
    assert_allclose(mobility, 2 * np.sin(np.pi * 10 / 1000), rtol=1e-3)
    assert_allclose(complexity, 1, rtol=1e-3)


def test_hjorth_equals_antropy(rows):
    antropy = pytest.importorskip("antropy", reason="antropy is an oracle of Hjorth's parameters")
    assert_allclose(hjorth(rows)[:, 1:].T, antropy.hjorth_params(rows, axis=-1))


def test_moments_equal_scipy(rows):
    assert_allclose(FUNCTIONS["skewness"](rows), scipy.stats.skew(rows, axis=-1))
    assert_allclose(FUNCTIONS["kurtosis"](rows), scipy.stats.kurtosis(rows, axis=-1))


def test_statistics_of_a_square_wave():
    square = np.tile([1.0, 1.0, -1.0, -1.0], 25)
    found = {kind: float(function(square)) for kind, function in FUNCTIONS.items()}
    assert found == pytest.approx(
        {
            "mean": 0, "std": 1, "skewness": 0, "kurtosis": -2, "peak_to_peak": 2, "rms": 1,
            "line_length": 2 * 49 / 99, "zero_crossings": 49 / 99,
        }
    )  # fmt: skip


def test_shannon_entropy_of_even_amplitudes_is_the_number_of_bits():
    assert_allclose(shannon_entropy(np.arange(64.0), 16), 4)


def test_shannon_entropy_equals_scipy(rows):
    theirs = each(lambda row: scipy.stats.entropy(np.histogram(row, 16)[0], base=2), rows)
    assert_allclose(shannon_entropy(rows, 16), theirs)


@pytest.mark.parametrize(("order", "delay"), [(2, 1), (3, 1), (3, 4), (5, 2)])
def test_permutation_entropy_equals_antropy(rows, order, delay):
    antropy = pytest.importorskip("antropy", reason="antropy is the oracle")
    theirs = each(lambda row: antropy.perm_entropy(row, order, delay), rows)
    assert_allclose(permutation_entropy(rows, order, delay), theirs, atol=1e-12)


def test_other_entropies_equal_antropy(rows):
    antropy = pytest.importorskip("antropy", reason="antropy is the oracle")
    spectral = each(lambda row: antropy.spectral_entropy(row, 200, method="fft"), rows)
    assert_allclose(spectral_entropy(rows), spectral)
    for order in (2, 3):
        sample = each(lambda row, m=order: antropy.sample_entropy(row, m), rows)
        assert_allclose(sample_entropy(rows, order, 0.2), sample)
        approximate = each(lambda row, m=order: antropy.app_entropy(row, m), rows)
        assert_allclose(approximate_entropy(rows, order, 0.2), approximate, atol=1e-12)


def test_sample_entropy_is_the_definition_written_out(rows):
    x, r = rows[0, :80], 0.2 * rows[0, :80].std()

    def matches(length):
        stretches = np.array([x[i : i + length] for i in range(78)])
        distance = np.abs(stretches[:, None] - stretches[None]).max(-1)
        return ((distance <= r).sum() - 78) / 2

    assert_allclose(sample_entropy(x[None], 2, 0.2)[0], np.log(matches(2) / matches(3)))


def test_a_ramp_is_perfectly_regular():
    ramp = np.arange(200.0)
    assert permutation_entropy(ramp, 3, 1) == 0
    assert_allclose(petrosian_dimension(ramp), 1)
    assert_allclose(katz_dimension(ramp), 1)
    assert_allclose(higuchi_dimension(ramp, 10), 1)


def test_fractals_equal_antropy(rows):
    antropy = pytest.importorskip("antropy", reason="antropy is the oracle of the fractals")
    assert_allclose(petrosian_dimension(rows), each(antropy.petrosian_fd, rows))
    assert_allclose(katz_dimension(rows), each(antropy.katz_fd, rows))
    assert_allclose(higuchi_dimension(rows, 8), each(lambda x: antropy.higuchi_fd(x, 8), rows))
    theirs = each(antropy.detrended_fluctuation, rows)
    assert_allclose(dfa_exponent(rows, dfa_sizes(500)), theirs)


def test_exponents_of_noise_and_of_its_sum():
    noise = np.random.default_rng(1).standard_normal((20, 4000))
    assert_allclose(dfa_exponent(noise, dfa_sizes(4000)).mean(), 0.5, atol=0.05)
    assert_allclose(dfa_exponent(noise.cumsum(1), dfa_sizes(4000)).mean(), 1.5, atol=0.05)
    assert_allclose(higuchi_dimension(noise, 10).mean(), 2, atol=0.02)
    assert_allclose(higuchi_dimension(noise.cumsum(1), 10).mean(), 1.5, atol=0.05)


@pytest.mark.parametrize("step", ALL, ids=lambda step: type(step).__name__)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), window=st.integers(0, 2))
def test_a_window_depends_on_its_own_samples_only(step, seed, window):
    X = np.random.default_rng(seed).standard_normal((1, 2, 600))
    other = X.copy()
    keep = slice(window * 200, (window + 1) * 200)
    other[:] = 7.0 * np.random.default_rng(seed + 1).standard_normal(X.shape)
    other[..., keep] = X[..., keep]
    assert_allclose(step.fit_transform(other)[:, window], step.fit_transform(X)[:, window])


@pytest.mark.parametrize("step", ALL, ids=lambda step: type(step).__name__)
def test_missing_stays_missing_and_only_there(step):
    X = np.random.default_rng(0).standard_normal((1, 2, 600))
    clean = step.fit_transform(X)
    X[0, 1, 250] = np.nan
    marked = step.fit_transform(X)
    assert np.isnan(marked[0, 1, 1]).all()
    marked[0, 1, 1] = clean[0, 1, 1]
    assert_allclose(marked, clean)


@pytest.mark.parametrize("step", ALL, ids=lambda step: type(step).__name__)
def test_single_precision_stays_close(step):
    X = np.random.default_rng(0).standard_normal((2, 2, 600))
    single = step.fit_transform(X.astype(np.float32))
    assert single.dtype == np.float32
    # A histogram's or a match's edge may fall the other way: a sample in two hundred.
    assert_allclose(single, step.fit_transform(X), rtol=2e-2, atol=1e-4)


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (StatisticsExtractor("median", sfreq=200), "expected kind to be one of"),
        (StatisticsExtractor([], sfreq=200), "expected at least one of"),
        (
            EntropyExtractor(order=9, sfreq=200),
            "order to be a whole number of 2 or more",
        ),
        (EntropyExtractor("permutation", order=7, delay=50, sfreq=200), "at least 301 samples"),
        (FractalExtractor("dfa", window=0.1, sfreq=200), "at least 58 samples for 'dfa'"),
        (
            FractalExtractor("higuchi", k_max=1, sfreq=200),
            "k_max to be a whole number of 2 or more",
        ),
        (HjorthExtractor(), "expected a sampling rate"),
    ],
)
def test_impossible_settings_are_refused(step, sentence):
    with pytest.raises(ValueError, match=sentence):
        step.fit(np.random.default_rng(0).standard_normal((2, 3, 200)))
