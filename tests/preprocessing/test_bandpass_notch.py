import warnings

import mne
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import butter, sosfilt

from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import BandpassNotch, Resample
from sklearn_eeg.trials import Trials

SFREQ = 500


@pytest.fixture(scope="module")
def signals():
    rng = np.random.default_rng(0)
    t = np.arange(20_000) / SFREQ
    return rng.standard_normal((2, 3, 20_000)) * 10 + 30 * np.sin(2 * np.pi * 50 * t) + 100


@pytest.mark.parametrize("notch", [50, [50, 100]])
def test_equals_mnes_filter_then_notch_away_from_the_ends(signals, notch):
    raw = mne.io.RawArray(signals[0].copy(), mne.create_info(3, SFREQ, "eeg"), verbose="error")
    raw.filter(0.5, 70, verbose="error").notch_filter(notch, verbose="error")
    found = BandpassNotch(0.5, 70, notch, sfreq=SFREQ).fit_transform(signals)[0]
    inside = slice(4000, -4000)
    assert_allclose(found[:, inside], raw.get_data()[:, inside], atol=1e-9)


@pytest.mark.parametrize(("l_freq", "h_freq"), [(0.5, 70), (None, 40), (2, None)])
def test_equals_mne_to_the_very_ends_without_a_notch(signals, l_freq, h_freq):
    expected = mne.filter.filter_data(signals, SFREQ, l_freq, h_freq, verbose="error")
    found = BandpassNotch(l_freq, h_freq, sfreq=SFREQ).fit_transform(signals)
    assert_allclose(found, expected, atol=1e-9)


def test_butterworth_equals_mne_away_from_the_ends(signals):
    kwargs = {"method": "iir", "verbose": "error"}
    expected = mne.filter.filter_data(signals, SFREQ, 1, 40, **kwargs)
    expected = mne.filter.notch_filter(expected, SFREQ, 50, **kwargs)
    found = BandpassNotch(1, 40, 50, method="iir", sfreq=SFREQ).fit_transform(signals)
    assert_allclose(found[..., 5000:-5000], expected[..., 5000:-5000], atol=1e-6)


@pytest.mark.parametrize("method", ["fir", "iir"])
@pytest.mark.parametrize("rate", [100, 128, 97.3])
def test_resample_in_one_pass_equals_two_steps(signals, method, rate):
    trials = Trials(signals, sfreq=SFREQ, metadata={"subject": [1, 2]})
    one = BandpassNotch(0.5, 45, 50, method=method, resample=rate).fit_transform(trials)
    two = BandpassNotch(0.5, 45, 50, method=method).fit_transform(trials)
    two = Resample(rate).fit_transform(two)
    assert one.sfreq == two.sfreq == rate
    assert_allclose(one.data, two.data, rtol=1e-9, atol=1e-9)
    single = trials.replace(data=signals.astype(np.float32))
    single = BandpassNotch(0.5, 45, 50, method=method, resample=rate).fit_transform(single)
    assert single.dtype == np.float32
    assert_allclose(single.data, two.data, atol=1e-4)


def test_a_tone_passes_and_its_phase_with_it():
    t = np.arange(10_000) / SFREQ
    tone, mains = np.sin(2 * np.pi * 10 * t), np.sin(2 * np.pi * 50 * t)
    step = BandpassNotch(1, 70, notch=50, sfreq=SFREQ).fit(tone[None])
    inside = slice(4000, -4000)
    assert_allclose(step.transform(tone[None])[0, inside], tone[inside], atol=5e-3)
    assert abs(step.transform(mains[None])[0, inside]).max() < 0.01


@settings(deadline=None, max_examples=20)
@given(a=st.floats(-5, 5), b=st.floats(-5, 5), method=st.sampled_from(["fir", "iir"]))
def test_is_linear(a, b, method):
    x, y = np.random.default_rng(0).standard_normal((2, 1, 2, 2000))
    step = BandpassNotch(2, 40, method=method, sfreq=200).fit(x)
    together = step.transform(a * x + b * y)
    assert_allclose(together, a * step.transform(x) + b * step.transform(y), atol=1e-10)


def test_a_stream_equals_the_trial():
    x = np.random.default_rng(0).standard_normal((1, 2, 1000)) + 40
    step = BandpassNotch(1, 40, 50, method="iir", phase="causal", sfreq=200).fit(x)
    state, blocks = None, []
    for block in np.split(x[0], [1, 7, 300, 900], axis=1):
        y, state = step.filter_stream(block, state)
        blocks.append(y)
    assert_allclose(np.concatenate(blocks, axis=1), step.transform(x)[0], rtol=1e-12)


def test_a_causal_filter_that_starts_from_zero_is_scipys():
    x = np.random.default_rng(0).standard_normal((3, 2, 800)) + 40
    x[1, 1] = np.nan
    step = BandpassNotch(1, 40, 50, method="iir", phase="causal", start="zero", sfreq=200).fit(x)
    sections = [butter(4, (1, 40), "bandpass", fs=200, output="sos")]
    sections.append(butter(4, (49.375, 50.625), "bandstop", fs=200, output="sos"))
    wanted = sosfilt(np.concatenate(sections), x)
    assert_allclose(step.transform(x), wanted, rtol=1e-12)
    first, state = step.filter_stream(x[0, :, :3])
    rest, _ = step.filter_stream(x[0, :, 3:], state)
    assert_allclose(np.concatenate([first, rest], axis=1), wanted[0], rtol=1e-12)


def test_an_offset_rings_only_after_a_start_from_zero():
    how = {"method": "iir", "phase": "causal", "sfreq": 200}
    x = np.full((1, 1, 400), 4200.0)
    assert_array_equal(BandpassNotch(1, 40, **how).fit_transform(x), 0)
    assert np.abs(BandpassNotch(1, 40, start="zero", **how).fit_transform(x)).max() > 1000


def test_a_causal_filter_ignores_what_comes_later(signals):
    step = BandpassNotch(1, 40, method="iir", phase="causal", sfreq=SFREQ).fit(signals)
    changed = signals.copy()
    changed[..., 600:] = 0
    assert_array_equal(step.transform(changed)[..., :600], step.transform(signals)[..., :600])


FILTERS = [{"method": "fir"}, {"method": "iir"}, {"method": "iir", "phase": "causal"}]
BANDS = [(0.5, 45), (None, 45), (1, None)]


@pytest.mark.filterwarnings("ignore:BandpassNotch. the filter is")
@pytest.mark.parametrize("n_times", [300, 5000])
@pytest.mark.parametrize("dtype", [np.float32, float])
@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("how", FILTERS)
@pytest.mark.parametrize("resample", [None, 125, 200, 97.3])
def test_a_constant_stays_constant_and_a_dead_channel_dead(how, band, dtype, n_times, resample):
    if how.get("phase") == "causal" and resample is not None:
        how, resample = how | {"order": 2}, None
    x = np.random.default_rng(0).standard_normal((1, 2, n_times)).astype(dtype)
    x[0, 1] = 4200
    found = BandpassNotch(*band, 50, **how, resample=resample, sfreq=250).fit_transform(x)
    assert_allclose(found[0, 1], 4200 if band[0] is None else 0, atol=4e4 * np.finfo(dtype).eps)
    assert np.ptp(found[0, 1]) == 0
    features = DEExtractor(bands={"alpha": (8, 13)}, flat="nan", sfreq=resample or 250)
    entropy = features.fit_transform(found)
    assert_array_equal(np.isnan(entropy[0, :, 0]), [False, True])


@pytest.mark.parametrize("how", FILTERS)
def test_an_offset_changes_nothing_that_passes(how):
    x = np.random.default_rng(0).standard_normal((1, 2, 5000))
    for (low, high), shift in zip(BANDS, (0, 4200, 0), strict=True):
        step = BandpassNotch(low, high, 50, **how, sfreq=250).fit(x)
        assert_allclose(step.transform(x + 4200), step.transform(x) + shift, atol=1e-9)


def test_another_rate_than_the_filters_is_refused(signals):
    trials = Trials(signals, sfreq=SFREQ)
    step = BandpassNotch(1, 40, resample=100).fit(trials)
    with pytest.raises(ValueError, match="expected 500 Hz as in fit, got 256 Hz; resample first"):
        step.transform(trials.replace(sfreq=256.0))


@pytest.mark.parametrize("method", ["fir", "iir"])
def test_a_lost_channel_stays_lost_and_harms_no_other(signals, method):
    lost = signals.copy()
    lost[0, 1] = np.nan
    step = BandpassNotch(1, 40, method=method, resample=100, sfreq=SFREQ).fit(signals)
    found, expected = step.transform(lost), step.transform(signals)
    assert np.isnan(found[0, 1]).all()
    expected[0, 1] = np.nan
    assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_ragged_trials_are_filtered_one_by_one(signals):
    ragged = [signals[0], signals[1, :, :9000]]
    step = BandpassNotch(1, 40, sfreq=SFREQ, n_jobs=2).fit(ragged)
    for found, trial in zip(step.transform(ragged), ragged, strict=True):
        assert_allclose(found, step.transform(trial[None])[0], atol=1e-12)


def test_a_trial_shorter_than_the_filter_draws_a_warning(signals):
    step = BandpassNotch(0.5, 40, sfreq=SFREQ).fit(signals)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        step.transform(signals[..., :3301])
    with pytest.warns(UserWarning, match="filter is 3301 samples long and a trial has 3300"):
        step.transform(signals[..., :3300])


def test_names_of_one_resampled_channel(signals):
    step = BandpassNotch(1, 40, resample=128, sfreq=SFREQ).fit(signals[:, 0])
    names = step.get_feature_names_out()
    assert len(names) == step.transform(signals[:, 0]).shape[1] == 5120


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"l_freq": 40, "h_freq": 1}, "0 < l_freq < h_freq < 250 Hz"),
        ({"l_freq": 0, "h_freq": 40}, "0 < l_freq < h_freq < 250 Hz"),
        ({"h_freq": 250}, "0 < l_freq < h_freq < 250 Hz"),
        ({}, "expected l_freq, h_freq or notch"),
        ({"notch": 250}, "expected notches between 0 and 250 Hz"),
        ({"notch": [50, 50.5]}, "notches that do not overlap"),
        ({"l_freq": 1, "phase": "causal"}, "expected method='iir'"),
        ({"l_freq": 1, "method": "butter"}, "expected method to be one of"),
        ({"l_freq": 1, "phase": "minimum"}, "expected phase to be one of"),
        (
            {"l_freq": 1, "method": "iir", "start": "zero"},
            "expected start='rest' with phase='zero', got 'zero'",
        ),
        ({"l_freq": 1, "start": "first"}, "expected start to be one of"),
        (
            {"l_freq": 1, "method": "iir", "phase": "causal", "resample": 100},
            "expected resample=None",
        ),
        ({"l_freq": 1, "resample": -100}, "expected a finite rate > 0 Hz"),
        ({"l_freq": 1, "sfreq": None}, "expected a sampling rate"),
        ({"notch": np.nan}, "notch to be a finite number"),
        ({"notch": [50, np.inf]}, "notch to be a finite number"),
        ({"l_freq": np.nan}, "l_freq to be a finite number"),
        ({"l_freq": 1, "h_freq": np.inf}, "h_freq to be a finite number"),
        ({"l_freq": 1, "order": 0}, "order to be a whole number of 1 or more"),
        ({"l_freq": 1, "resample": np.inf}, "expected a finite rate > 0 Hz"),
    ],
)
def test_impossible_filters_are_refused(arguments, sentence, signals):
    arguments = {"l_freq": None, "h_freq": None, "sfreq": SFREQ} | arguments
    with pytest.raises(ValueError, match=f"BandpassNotch: .*{sentence}"):
        BandpassNotch(**arguments).fit(signals)


@pytest.mark.parametrize(
    "arguments",
    [{"l_freq": "1"}, {"h_freq": [40]}, {"notch": "50"}, {"order": 4.0}, {"resample": "100"}],
)
def test_settings_of_another_kind_are_refused(arguments, signals):
    arguments = {"l_freq": 1, "h_freq": 40, "sfreq": SFREQ} | arguments
    with pytest.raises(TypeError, match="BandpassNotch: expected"):
        BandpassNotch(**arguments).fit(signals)


def test_a_filter_that_looks_ahead_does_not_stream(signals):
    step = BandpassNotch(1, 40, sfreq=SFREQ).fit(signals)
    with pytest.raises(ValueError, match="expected phase='causal'"):
        step.filter_stream(signals[0])


@pytest.mark.parametrize("step", [BandpassNotch(1, 40, sfreq=100), Resample(50, sfreq=100)])
def test_features_are_no_signals(step):
    features = Trials(np.zeros((2, 3, 1)), sfreq=100, features=["mean"])
    with pytest.raises(ValueError, match="expected signals, got features \\(mean\\)"):
        step.fit(features)
