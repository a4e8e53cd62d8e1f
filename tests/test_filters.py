from fractions import Fraction

import mne
import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sklearn_eeg import _filters

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("sfreq", "l_freq", "h_freq"),
    [
        (1000, 0.1, 70),
        (500, 0.5, 70),
        (250, 1, 40),
        (128, None, 45),
        (200, 4, None),
        (256, 8, 12),
        (200, 0.1, 99),
        (512.5, 3, 33.3),
    ],
)
def test_band_pass_is_mnes(sfreq, l_freq, h_freq):
    ours = _filters.design_fir(_filters.band_transitions(l_freq, h_freq, sfreq), sfreq)
    theirs = mne.filter.create_filter(None, sfreq, l_freq, h_freq, verbose="error")
    assert_allclose(ours, theirs, rtol=0, atol=1e-12)


@pytest.mark.parametrize("notch", [[50], [60, 120], [50, 100, 150, 200]])
def test_notches_are_one_band_stop_equal_to_mnes(notch):
    sfreq = 500
    width = np.array(notch) * _filters.NOTCH_WIDTH
    low, high = notch - width / 2 - 0.5, notch + width / 2 + 0.5
    theirs = mne.filter.create_filter(
        None, sfreq, high, low, l_trans_bandwidth=0.5, h_trans_bandwidth=0.5, verbose="error"
    )
    ours = _filters.design_fir(_filters.notch_transitions(notch), sfreq)
    assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_extension_is_mnes_of_what_is_left_without_the_offset():
    x = RNG.standard_normal((3, 7))
    for pad in (2, 6, 12):
        theirs = mne.cuda._smart_pad(x - x[:, :1], (pad, pad), "reflect_limited")
        assert_allclose(_filters.extend(x, -pad, 7 + pad) - x[:, :1], theirs, atol=1e-15)


@pytest.mark.parametrize("n_times", [2, 30, 300, 3000, 20_000])
def test_overlap_save_is_a_convolution(n_times):
    x = RNG.standard_normal((2, n_times)) + 20
    h = scipy.signal.firwin(1201, (1, 40), fs=500, pass_zero=False)
    padded = _filters.extend(x, -600, n_times + 600)
    expected = scipy.signal.fftconvolve(padded, h[None], mode="valid", axes=-1)
    found = _filters.plan_fir(h, range(n_times), x.dtype)(x)
    assert_allclose(found, expected, atol=1e-10)


@settings(deadline=None, max_examples=50)
@given(
    n_times=st.integers(2, 900),
    n_taps=st.integers(0, 80),
    first=st.integers(0, 50),
    step=st.integers(1, 7),
    longest=st.integers(2, 9),
)
def test_any_positions_are_those_of_the_whole(n_times, n_taps, first, step, longest):
    rng = np.random.default_rng(n_times)
    x = rng.standard_normal((2, n_times))
    half = rng.standard_normal(n_taps)
    h = np.r_[half, 1, half[::-1]]
    at = range(min(first, n_times - 1), n_times, step)
    whole = _filters.plan_fir(h, range(n_times), x.dtype)(x)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_filters, "MAX_FFT", 2**longest)
        some = _filters.plan_fir(h, at, x.dtype)(x)
    assert_allclose(some, whole[:, at.start :: step], atol=1e-11)


@pytest.mark.parametrize(
    ("n_times", "ratio"), [(20_001, Fraction(1, 5)), (9999, Fraction(1, 2)), (99, Fraction(1, 5))]
)
def test_one_pass_equals_two(n_times, ratio):
    x = RNG.standard_normal((3, n_times)) * 10 + 5
    h = _filters.design_fir(_filters.band_transitions(1, 45, 500), 500)
    filtered = _filters.plan_fir_resampler(h, n_times, x.dtype)(x)
    down = ratio.denominator
    expected = scipy.signal.resample_poly(filtered, 1, down, axis=-1, padtype="antireflect")
    double = _filters.plan_fir_resampler(h, n_times, x.dtype, ratio)(x)
    assert_allclose(double, expected, atol=1e-9)
    x = x.astype(np.float32)
    single = _filters.plan_fir_resampler(h, n_times, x.dtype, ratio)(x)
    assert single.dtype == np.float32
    assert_allclose(single, expected, atol=1e-4)


def test_offset_of_direct_coupled_amplifiers_costs_no_digits():
    signal = RNG.standard_normal((2, 20_000)) * 10
    shifted = (signal + 1e5).astype(np.float32)
    h = _filters.design_fir(_filters.band_transitions(1, 40, 250), 250)
    single = _filters.plan_fir(h, range(20_000), np.float32)(shifted)
    double = _filters.plan_fir(h, range(20_000), float)(shifted.astype(float))
    assert_allclose(single, double, atol=1e-4)


@settings(deadline=None, max_examples=30)
@given(cuts=st.lists(st.integers(0, 400), max_size=6), order=st.integers(1, 6))
def test_a_stream_equals_the_whole_wherever_it_is_cut(cuts, order):
    x = np.random.default_rng(order).standard_normal((2, 400)) + 30
    sos = _filters.design_butterworth(1, 30, (50,), order, 200)
    whole, _ = _filters.filter_forward(sos, x)
    state, blocks = None, []
    for block in np.split(x, sorted(cuts), axis=1):
        if block.shape[1]:
            y, state = _filters.filter_forward(sos, block, state)
            blocks.append(y)
    assert_allclose(np.concatenate(blocks, axis=1), whole, rtol=1e-12)


def test_sections_are_scipys_and_ends_are_mirrored_until_the_filter_forgets():
    x = RNG.standard_normal((2, 4000))
    sos = _filters.design_butterworth(1, 40, (), 4, 200)
    assert_allclose(sos, scipy.signal.butter(4, (1, 40), "bandpass", fs=200, output="sos"))
    impulse = np.zeros(4000)
    impulse[0] = 1
    ringing = np.abs(scipy.signal.sosfilt(sos, impulse))
    memory = _filters._memory(sos)
    assert ringing[memory:].max() < 2e-3 * ringing.max()
    assert 100 < memory < 1000
    expected = scipy.signal.sosfiltfilt(sos, x, padlen=memory)
    assert_allclose(_filters.filter_both_ways(sos, x), expected, atol=1e-12)


@settings(deadline=None, max_examples=60)
@given(
    l_freq=st.none() | st.floats(0.05, 20),
    h_freq=st.none() | st.floats(25, 95),
    notch=st.lists(st.sampled_from([30, 50, 60]), max_size=3, unique=True),
    order=st.integers(1, 8),
)
def test_a_butterworth_gain_at_zero_is_one_or_zero(l_freq, h_freq, notch, order):
    if l_freq is None and h_freq is None and not notch:
        notch = [50]
    sos = _filters.design_butterworth(l_freq, h_freq, notch, order, 200)
    assert _filters._gain_at_zero(sos) == (l_freq is None)


@pytest.mark.parametrize("filtered", [_filters.filter_forward, _filters.filter_both_ways])
def test_an_offset_passes_a_stop_band_as_its_ripple_lets_it(filtered):
    sos = _filters.design_chebyshev((2, 10), 4, 30, 250)
    offset = np.full((1, 500), 4200.0)
    found = filtered(sos, offset)
    found, ripple = (found[0], 1) if isinstance(found, tuple) else (found, 2)
    assert_allclose(np.abs(found), 4200 * 10 ** (-30 / 20 * ripple))
