import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import Windower
from sklearn_eeg.trials import Trials


@given(n_times=st.integers(1, 60), length=st.integers(1, 20), step=st.integers(1, 25))
def test_windows_are_slices_of_the_signal(n_times, length, step):
    x = np.random.default_rng(0).standard_normal((2, 3, n_times))
    windower = Windower(length / 100, step / 100, sfreq=100)
    if length > n_times:
        with pytest.raises(ValueError, match="expected trials of at least one window"):
            windower.fit(x)
        return
    found = windower.fit_transform(x)
    assert found.shape == (2, len(range(0, n_times - length + 1, step)), 3, length)
    for index in range(found.shape[1]):
        assert_array_equal(found[:, index], x[..., index * step : index * step + length])


def test_no_copy_is_made():
    x = np.zeros((2, 3, 1000), dtype=np.float32)
    found = Windower(2.0, 0.5, sfreq=100).fit_transform(x)
    assert np.shares_memory(found, x)
    assert found.dtype == np.float32


def test_ragged_trials_have_as_many_windows_as_fit():
    data = [np.random.default_rng(0).standard_normal((3, n)) for n in (250, 400)]
    trials = Trials(data, sfreq=100, ch_names=["Fz", "Cz", "Pz"], metadata={"subject": [1, 2]})
    found = Windower(1.0).fit_transform(trials)
    assert [trial.shape for trial in found.data] == [(2, 3, 100), (4, 3, 100)]
    assert (found.sfreq, found.ch_names, list(found.subject)) == (100, trials.ch_names, [1, 2])


def test_one_channel_has_named_windows():
    windower = Windower(0.3, 0.1, sfreq=10).fit(np.zeros((2, 7)))
    assert windower.transform(np.zeros((2, 7))).shape == (2, 5, 3)
    assert list(windower.get_feature_names_out()) == [f"window{index}" for index in range(5)]


@given(window=st.floats(0.1, 2), step=st.floats(0.1, 2), sfreq=st.floats(30, 300))
def test_windows_are_those_of_the_extractors_at_any_rate(window, step, sfreq):
    x = np.random.default_rng(0).standard_normal((1, 2, 900))
    cut = Windower(window, step, sfreq=sfreq).fit_transform(x)
    options = {"bands": {"wide": (0.1, 14.0)}, "sfreq": sfreq}
    expected = DEExtractor(window, step, **options).fit_transform(x)
    assert_allclose(DEExtractor(**options).fit_transform(cut), expected, rtol=1e-12)


@pytest.mark.parametrize(
    "arguments",
    [
        {"window": 0},
        {"window": -1.0},
        {"window": 0.004},
        {"window": np.nan},
        {"window": np.inf},
        {"window": 1, "step": 0},
        {"window": 1, "step": np.nan},
    ],
)
def test_impossible_windows_are_refused(arguments):
    with pytest.raises(ValueError, match=r"Windower: expected (window|step) of at least 0.01 s"):
        Windower(**arguments, sfreq=100).fit(np.zeros((2, 3, 500)))


def test_features_are_no_signals():
    with pytest.raises(ValueError, match="Windower: expected signals, got features"):
        Windower(0.01).fit(Trials(np.zeros((2, 3, 1)), sfreq=100, features=["mean"]))


@pytest.mark.parametrize("step", [Windower, DEExtractor])
def test_samples_taken_for_seconds_are_told_so(step):
    with pytest.raises(ValueError, match=r"200 s, 40000 .*in seconds \(200 samples are 1\)\."):
        step(window=200, sfreq=200).fit_transform(np.ones((1, 2, 800)))
    with pytest.raises(ValueError, match=r"900 s, 180000 .* got 800 .*window, in seconds\."):
        step(window=900, sfreq=200).fit_transform(np.ones((1, 2, 800)))
