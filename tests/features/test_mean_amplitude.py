import mne
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.features import MeanAmplitudeExtractor
from sklearn_eeg.preprocessing import Windower
from sklearn_eeg.trials import Trials

LATENCIES = {"N1": (0.08, 0.12), "P3": (0.3, 0.5)}


@pytest.fixture
def signals():
    data = np.random.default_rng(0).standard_normal((6, 4, 200))
    return Trials(data, sfreq=250, ch_names=["Fz", "Cz", "Pz", "Oz"])


def test_is_the_mean_of_the_samples_in_each_window(signals):
    extractor = MeanAmplitudeExtractor(LATENCIES).fit(signals)
    found = extractor.transform(signals)
    wanted = [signals.data[..., 20:30].mean(-1), signals.data[..., 75:125].mean(-1)]
    assert_allclose(found.data, np.stack(wanted, axis=-1))
    assert (found.axes, found.features, found.unit) == (("channel", "feature"), ("N1", "P3"), "uV")
    names = extractor.get_feature_names_out()
    assert names[:3].tolist() == ["Fz_N1", "Fz_P3", "Cz_N1"]


def test_equals_the_average_of_mne_between_the_same_times(signals):
    info = mne.create_info(list(signals.ch_names), signals.sfreq, "eeg")
    epochs = mne.EpochsArray(signals.data * 1e-6, info, tmin=0.0, verbose=False)
    # MNE's crop keeps its last sample.
    part = epochs.copy().crop(0.3, 0.5, include_tmax=False)
    found = MeanAmplitudeExtractor(LATENCIES).fit_transform(epochs)
    assert_allclose(found.data[..., 1], part.get_data().mean(-1) * 1e6)


def test_equal_parts_tile_each_trial(signals):
    found = MeanAmplitudeExtractor(5).fit_transform(signals)
    assert_allclose(found.data, signals.data.reshape(6, 4, 5, 40).mean(-1))
    assert found.features == ("mean0", "mean1", "mean2", "mean3", "mean4")
    uneven = signals.data[..., :7]
    sizes = np.array([2, 3, 2])
    parts = MeanAmplitudeExtractor(3).fit_transform(uneven)
    assert_allclose((parts * sizes).sum(-1) / 7, uneven.mean(-1))


def test_trials_of_any_length_windows_and_single_channels(signals):
    ragged = [trial[:, : 130 + 10 * i] for i, trial in enumerate(signals.data)]
    found = MeanAmplitudeExtractor(LATENCIES, sfreq=250).fit_transform(ragged)
    wanted = MeanAmplitudeExtractor(LATENCIES).fit_transform(signals).data
    assert_allclose(np.stack(found), wanted)
    assert_allclose(
        MeanAmplitudeExtractor(LATENCIES, sfreq=250).fit_transform(signals.data[:, 1]), wanted[:, 1]
    )
    windows = Windower(0.4).fit_transform(signals)
    by_window = MeanAmplitudeExtractor({"late": (0.2, 0.4)}).fit_transform(windows)
    assert by_window.axes == ("window", "channel", "feature")
    assert_allclose(by_window.data[:, 1, :, 0], signals.data[..., 150:200].mean(-1))


def test_a_tensor_stays_one(signals):
    found = MeanAmplitudeExtractor(4).fit_transform(torch.from_numpy(signals.data))
    assert_allclose(found.numpy(), MeanAmplitudeExtractor(4).fit_transform(signals.data))


def test_a_missing_channel_is_missing_and_a_gap_only_where_it_is(signals):
    data = signals.data.copy()
    data[0, 1] = data[2, 2, 80] = np.nan
    found = MeanAmplitudeExtractor(LATENCIES).fit_transform(signals.replace(data=data)).data
    missing = np.zeros((6, 4, 2), dtype=bool)
    missing[0, 1] = missing[2, 2, 1] = True
    assert_array_equal(np.isnan(found), missing)


@pytest.mark.parametrize(
    "latencies, message",
    [
        ({"P3": (0.5, 0.3)}, "expected the latencies 'P3' as two numbers of seconds"),
        ({"P3": (-0.1, 0.3)}, "expected the latencies 'P3' as two numbers of seconds"),
        ({"P3": (0.3, 0.301)}, "expected the latencies 'P3' to hold a sample at 250 Hz"),
        ({"P3": (0.3, 0.9)}, "expected trials of at least 225 samples for these latencies"),
        ({}, "expected at least one window of latency"),
        (0, "expected latencies to be a whole number of 1 or more, got 0"),
        (201, "expected trials of at least 201 samples"),
    ],
)
def test_impossible_latencies_are_refused(latencies, message, signals):
    with pytest.raises(ValueError, match=f"^MeanAmplitudeExtractor: {message}"):
        MeanAmplitudeExtractor(latencies).fit(signals)


@pytest.mark.parametrize(
    ("latencies", "message"),
    [
        ([(0.1, 0.2)], "expected latencies to be a whole number of 1 or more"),
        ({"P3": 0.3}, "expected the latencies 'P3' as two numbers of seconds, .* got 0.3"),
        ({"P3": ("a", 1)}, "expected the latencies 'P3' as two numbers of seconds"),
    ],
)
def test_what_is_no_pair_of_numbers_is_refused_as_such(latencies, message, signals):
    with pytest.raises(TypeError, match=f"^MeanAmplitudeExtractor: {message}"):
        MeanAmplitudeExtractor(latencies).fit(signals)


def test_named_latencies_need_a_rate(signals):
    with pytest.raises(ValueError, match="expected a sampling rate"):
        MeanAmplitudeExtractor(LATENCIES).fit(signals.data)
