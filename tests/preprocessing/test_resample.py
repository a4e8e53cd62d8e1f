import mne
import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline

from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import Resample
from sklearn_eeg.trials import Trials

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("sfreq", "rate", "error"),
    [(1000, 200, 1e-12), (500, 250, 1e-12), (500, 128, 2e-3), (512, 200, 5e-3)],
)
def test_is_mnes_polyphase_inside_but_for_the_gain_of_its_branches(sfreq, rate, error):
    x = RNG.standard_normal((2, 3, 16_000))
    theirs = mne.filter.resample(x, rate, sfreq, method="polyphase", verbose="error")
    found = Resample(rate, sfreq=sfreq).fit_transform(x)
    inside = slice(50, -50)
    assert_allclose(found[..., inside], theirs[..., inside], atol=error)


@pytest.mark.parametrize(("sfreq", "rate"), [(250, 200), (256, 250), (512, 200), (256.41, 200)])
def test_a_dead_channel_stays_dead(sfreq, rate):
    x = RNG.standard_normal((1, 2, 5000)) + 4200
    x[0, 1] = 4200.0
    found = Resample(rate, sfreq=sfreq).fit_transform(x)
    assert_array_equal(found[0, 1], 4200)
    with pytest.raises(ValueError, match="flat stretch in trial 0, channel 1"):
        DEExtractor(sfreq=rate).fit_transform(found)


def test_an_offset_moves_no_entropy():
    x = RNG.standard_normal((1, 3, 5000))
    entropies = [
        DEExtractor(sfreq=200).fit_transform(Resample(200, sfreq=250).fit_transform(x + offset))
        for offset in (0, 4200, 40_000)
    ]
    assert_allclose(entropies[1:], np.broadcast_to(entropies[0], (2, 1, 3, 5)), atol=1e-8)


def test_a_recording_of_another_rate_is_resampled_from_its_own():
    t = np.arange(4 * 512) / 512
    tone = np.sin(2 * np.pi * 10 * t)
    step = Resample(100).fit(Trials(tone[None, None, ::4], sfreq=128))
    for every in (1, 2, 4):
        found = step.transform(Trials(tone[None, None, ::every], sfreq=512 / every))
        assert found.sfreq == 100
        expected = np.sin(2 * np.pi * 10 * np.arange(400) / 100)
        assert_allclose(found.data[0, 0, 30:-30], expected[30:-30], atol=3e-3)
    assert step.ratio_ == 100 / 128


def test_a_pipeline_takes_the_rates_that_its_first_step_takes():
    x = RNG.standard_normal((2, 3, 2560))
    pipeline = make_pipeline(Resample(100), DEExtractor(1.0, bands="deap"))
    pipeline.fit(Trials(x, sfreq=128))
    assert pipeline.transform(Trials(x, sfreq=256.41)).data.shape == (2, 9, 3, 4)


@pytest.mark.parametrize(("sfreq", "rate"), [(1000, 200), (500, 128), (200, 500)])
def test_a_tone_keeps_its_phase(sfreq, rate):
    x = np.sin(2 * np.pi * 10 * np.arange(10 * sfreq + 7) / sfreq)
    found = Resample(rate, sfreq=sfreq).fit_transform(x[None])[0]
    expected = np.sin(2 * np.pi * 10 * np.arange(len(found)) / rate)
    inside = slice(rate, -rate)
    assert_allclose(found[inside], expected[inside], atol=2e-3)
    lag = np.angle(
        np.vdot(scipy.signal.hilbert(expected)[inside], scipy.signal.hilbert(found)[inside])
    )
    assert abs(lag) < 1e-6


@settings(deadline=None, max_examples=40)
@given(n_times=st.integers(2, 700), sfreq=st.integers(1, 1000), rate=st.integers(1, 1000))
def test_every_instant_lies_inside_the_trial(n_times, sfreq, rate):
    x = np.random.default_rng(0).standard_normal((2, n_times))
    step = Resample(rate, sfreq=sfreq).fit(x)
    found = step.transform(x)
    n_out = found.shape[1]
    assert (n_out - 1) * sfreq < n_times * rate <= n_out * sfreq
    assert len(step.get_feature_names_out()) == n_out


def test_equal_rates_change_nothing():
    x = RNG.standard_normal((2, 3, 500))
    assert_allclose(Resample(250, sfreq=250).fit_transform(x), x, rtol=0)


def test_trials_carry_the_new_rate_and_single_precision():
    data = RNG.standard_normal((2, 3, 1000)).astype(np.float32)
    trials = Trials(data, sfreq=500, ch_names=["Fz", "Cz", "Pz"], metadata={"subject": [1, 2]})
    found = Resample(128, n_jobs=2).fit_transform(trials)
    assert (found.sfreq, found.dtype, found.shape) == (128, np.float32, (2, 3, 256))
    double = Resample(128, sfreq=500).fit_transform(data.astype(float))
    assert_allclose(found.data, double, atol=1e-5)


def test_ragged_trials_are_resampled_one_by_one():
    ragged = [RNG.standard_normal((3, n)) for n in (1000, 777)]
    step = Resample(128, sfreq=500).fit(ragged)
    for found, trial in zip(step.transform(ragged), ragged, strict=True):
        assert_allclose(found, step.transform(trial[None])[0], atol=1e-13)


def test_a_lost_channel_stays_lost():
    x = RNG.standard_normal((2, 3, 500))
    x[1, 2] = np.nan
    found = Resample(100, sfreq=500).fit_transform(x)
    assert np.isnan(found[1, 2]).all()
    assert np.isnan(found).sum() == found.shape[-1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"sfreq_out": 0, "sfreq": 500}, "expected a finite rate > 0 Hz"),
        ({"sfreq_out": np.inf, "sfreq": 500}, "expected a finite rate > 0 Hz"),
        ({"sfreq_out": 0.01, "sfreq": 500}, "within a factor of 10000"),
        ({"sfreq_out": 100}, "expected a sampling rate"),
    ],
)
def test_impossible_rates_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=f"Resample: .*{sentence}"):
        Resample(**arguments).fit(np.zeros((2, 3, 100)))
