import os
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.datasets import load_eegmat, make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import ArtifactRejector, ChannelScaler, MissingFiller, Windower
from sklearn_eeg.preprocessing._artifacts import largest_jump, least_swing, power_shares
from sklearn_eeg.trials import Trials

SFREQ = 128
TIME = np.arange(4 * SFREQ) / SFREQ


def fast_noise(scale):
    """Noise whose power rises with frequency."""
    return scale * np.diff(np.random.default_rng(0).standard_normal(len(TIME) + 1))


# What is done to four seconds of a channel, in microvolts.
PLANTED = {
    "gap": lambda x: np.where((TIME > 1) & (TIME < 1.2), np.nan, x),
    "flat": lambda x: np.where(TIME > 3.4, 7.0, x),
    "peak_to_peak": lambda x: x + 300 * np.sin(2 * np.pi * TIME / 4),
    "jump": lambda x: x + 280 * (TIME > 2.5) * (TIME < 2.9),
    "line_noise": lambda x: x + 30 * np.sin(2 * np.pi * 50 * TIME),
    "muscle": lambda x: x + fast_noise(20),
}


@pytest.fixture(scope="module")
def clean():
    """Windows of simulated EEG without blinks: (30, 5, 19, 512)."""
    trials, _ = make_emotion_trials(n_subjects=2, blinks=0, random_state=0)
    return Windower(4.0).fit_transform(trials)


def plant(trials, kind, trial=3, window=2, channel=7):
    data = trials.data.copy()
    data[trial, window, channel] = PLANTED[kind](data[trial, window, channel])
    return trials.replace(data=data)


def missing(trials):
    """Which channels of which windows: (trial, window, channel)."""
    return np.isnan(trials.data).all(-1)


@pytest.mark.parametrize("length", [1, 2, 5, 20])
def test_swings_and_jumps_are_those_of_every_stretch(length):
    x = np.random.default_rng(length).standard_normal((3, 40)).cumsum(-1) + 1e4
    starts = range(40 - length + 1)
    swings = [np.ptp(x[:, start : start + length], axis=-1) for start in starts]
    assert_allclose(least_swing(x, length), np.min(swings, axis=0))
    means = [x[:, start : start + length].mean(-1) for start in starts]
    jumps = [np.abs(after - before) for before, after in zip(means, means[length:], strict=False)]
    assert_allclose(largest_jump(x, length), np.max(jumps, axis=0), rtol=1e-9)


@pytest.mark.parametrize("sfreq, line_freq", [(200, 50), (256, 60), (500, 50)])
def test_shares_of_power_are_those_of_sines(sfreq, line_freq):
    time = np.arange(4 * sfreq) / sfreq
    amplitudes = {10: 4.0, 40: 2.0, line_freq: 3.0}
    x = sum(a * np.sin(2 * np.pi * f * time) for f, a in amplitudes.items())
    found = power_shares(x[None] + 4200, sfreq, line_freq)
    assert_allclose(found, [[9 / 29, 4 / 20]], rtol=1e-6)


def test_a_harmonic_is_line_and_no_muscle():
    time = np.arange(1000) / 250
    x = np.sin(2 * np.pi * 8 * time) + np.sin(2 * np.pi * 100 * time)
    assert_allclose(power_shares(x[None], 250, 50.0), [[0.5, 0]], atol=1e-12)
    assert_array_equal(power_shares(np.full((1, 1000), 5.0), 250, 50.0), [[0, 0]])


@pytest.mark.parametrize("kind", PLANTED)
def test_each_kind_of_artifact_is_found_where_it_is(kind, clean):
    spoilt = plant(clean, kind)
    rejector = ArtifactRejector(max_bad_channels=1.0).fit(clean)
    before, found = rejector.find(clean), rejector.find(spoilt)
    new = found.merge(before, "left", ["trial", "window", "channel", "reason"], indicator=True)
    new = new[new["_merge"] == "left_only"]
    assert new[["trial", "window", "channel"]].drop_duplicates().to_numpy().tolist() == [
        [3, 2, clean.ch_names[7]]
    ]
    assert kind in set(new["reason"])
    only = {other: None for other in PLANTED if other not in (kind, "gap")}
    alone = ArtifactRejector(max_bad_channels=1.0, **only).fit(clean)
    assert (3, 2, 7) in zip(*np.nonzero(missing(alone.transform(spoilt))), strict=True)


@pytest.mark.parametrize("seed", range(4))
def test_of_clean_data_less_than_two_percent_are_marked(seed):
    trials, _ = make_emotion_trials(n_subjects=4, blinks=0, random_state=seed)
    windows = Windower(4.0).fit_transform(trials)
    out = ArtifactRejector(max_bad_channels=1.0).fit_transform(windows)
    assert missing(out).mean() < 0.001
    assert missing(ArtifactRejector().fit_transform(windows)).all(-1).mean() < 0.02


def test_blinks_stay_unless_a_threshold_says_otherwise():
    trials, _ = make_emotion_trials(n_subjects=4, blinks=12, random_state=0)
    windows = Windower(4.0).fit_transform(trials)
    assert missing(ArtifactRejector().fit_transform(windows)).mean() < 0.02
    strict = ArtifactRejector(jump=50.0, max_bad_channels=1.0).fit_transform(windows)
    by_channel = dict(zip(trials.ch_names, missing(strict).mean((0, 1)), strict=True))
    # Of 4 s with twelve blinks a minute, 1 - exp(-0.8) have one.
    assert by_channel["Fp1"] == pytest.approx(1 - np.exp(-0.8), abs=0.1)
    assert by_channel["O1"] < 0.01


def test_a_bound_on_bad_channels_takes_the_window_and_a_bound_on_windows_the_trial(clean):
    spoilt = plant(plant(clean, "jump"), "flat", channel=11)
    lost = missing(clean) | False
    lost[3, 2, [7, 11]] = True
    settings = {"line_noise": None, "muscle": None}
    by_channel = ArtifactRejector(max_bad_channels=2 / 19, **settings).fit(clean)
    assert_array_equal(missing(by_channel.transform(spoilt)), lost)
    lost[3, 2] = True
    by_window = ArtifactRejector(max_bad_channels=1.9 / 19, **settings).fit(clean)
    out = by_window.transform(spoilt)
    assert_array_equal(missing(out), lost)
    assert_allclose(out.metadata["rejected_share"], lost.mean((1, 2)))
    assert_array_equal(out.data[~lost], spoilt.data[~lost])
    lost[3] = True
    by_trial = ArtifactRejector(max_bad_windows=0.1, **settings).fit(clean)
    assert_array_equal(missing(by_trial.transform(spoilt)), lost)


def test_what_is_missing_already_does_not_count_and_shares_add_up(clean):
    spoilt = plant(clean, "jump").data.copy()
    spoilt[3, 2, :6] = np.nan
    spoilt[4] = np.nan
    signals = clean.replace(data=spoilt)
    settings = {"line_noise": None, "muscle": None, "max_bad_channels": 1.0}
    once = ArtifactRejector(**settings).fit(signals)
    out = once.transform(signals)
    assert out.metadata["rejected_share"][[3, 4]].tolist() == [1 / 95, 0]
    assert once.find(signals)["reason"].tolist() == ["jump"]
    wider = ArtifactRejector(**settings | {"max_bad_channels": 0.9 / 13}).fit_transform(signals)
    assert wider.metadata["rejected_share"][3] == pytest.approx(13 / 95)
    again = ArtifactRejector(peak_to_peak=1.0).fit_transform(out)
    assert again.metadata["rejected_share"][3] == pytest.approx(1 - 6 / 95)


def test_trials_without_windows_or_of_any_length_are_judged_as_a_whole():
    rng = np.random.default_rng(0)
    data = [8 * rng.standard_normal((2, n)) for n in (400, 300, 500)]
    data[1][1, 150:] += 600
    signals = Trials(data, sfreq=100, ch_names=["Fz", "Cz"])
    rejector = ArtifactRejector(line_noise=None, muscle=None).fit(signals)
    found = rejector.find(signals)
    assert found[["trial", "channel"]].drop_duplicates().to_numpy().tolist() == [[1, "Cz"]]
    assert set(found["reason"]) == {"peak_to_peak", "jump"}
    out = rejector.transform(signals)
    assert [bool(np.isnan(trial).all()) for trial in out.data] == [False, True, False]
    single = ArtifactRejector(muscle=None, line_freq=40, sfreq=100).fit_transform(data[0])
    assert_array_equal(single, data[0])


def test_thresholds_are_in_microvolts(clean):
    volts = clean.replace(data=clean.data.astype(float) * 1e-6, unit="V")
    found = ArtifactRejector(70.0, max_bad_channels=1).fit_transform(volts)
    wanted = ArtifactRejector(70.0, max_bad_channels=1).fit_transform(clean)
    assert_array_equal(missing(found), missing(wanted))
    assert 0.1 < missing(wanted).mean() < 1


def test_one_bad_trial_stops_no_pipeline():
    trials, y = make_emotion_trials(
        n_subjects=2, n_stimuli=6, n_classes=2, duration=12, random_state=0
    )
    data = trials.data.copy()
    data[0, 3, :512] = 0
    data[1, :, 600:] = 0
    data[2] = 0
    spoilt = trials.replace(data=data)
    features = [Windower(4.0), ArtifactRejector(), DEExtractor(), ChannelScaler()]
    with pytest.raises(ValueError, match="in trial 2; leave that trial out, or put a MissingF"):
        make_pipeline(*features, WindowedClassifier()).fit(spoilt, y)
    model = make_pipeline(*features, MissingFiller("mean"), WindowedClassifier()).fit(spoilt, y)
    assert model.predict(spoilt).shape == y.shape
    judged = model[:2].transform(spoilt)
    assert judged.metadata["rejected_share"][:3].tolist() == [1 / 3, 2 / 3, 1]


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"jump": -1}, "expected jump to be a finite number above 0 or None, got -1"),
        ({"muscle": 2}, "expected muscle to be a finite number above 0 and up to 1 or None"),
        ({"line_freq": 64.0}, "expected 64 Hz below half the sampling rate, 64 Hz, to find line"),
        ({"max_bad_channels": 1.5}, "expected max_bad_channels to be a finite number of 0 or more"),
    ],
)
def test_impossible_arguments_are_refused(settings, message, clean):
    with pytest.raises(ValueError, match=f"^ArtifactRejector: {message}"):
        ArtifactRejector(**settings).fit(clean)


def test_a_line_beyond_half_the_rate_leaves_the_rest_to_be_judged():
    x = np.random.default_rng(0).standard_normal((2, 3, 400))
    assert_allclose(power_shares(x[0], 100, 50.0)[:, 1], 2 / 5, atol=0.1)
    with pytest.raises(ValueError, match="to find line_noise; pass line_noise=None"):
        ArtifactRejector(sfreq=100).fit(x)
    assert_array_equal(ArtifactRejector(line_noise=None, sfreq=100).fit_transform(x), x)


def test_slow_signals_have_no_muscle_to_find():
    slow = np.random.default_rng(0).standard_normal((2, 1, 200)) * 10
    with pytest.raises(ValueError, match="to find muscle; pass muscle=None"):
        ArtifactRejector(line_noise=None, sfreq=50).fit(slow)
    assert_array_equal(
        ArtifactRejector(line_noise=None, muscle=None, sfreq=50).fit_transform(slow), slow
    )


FOLDER = os.environ.get("SKLEARN_EEG_DATA")
RECORDINGS = sorted(Path(FOLDER).rglob("Subject??_1.edf")) if FOLDER else []


@pytest.fixture(scope="module")
def recorded():
    """Windows of recordings that their authors cleaned of artifacts."""
    if not RECORDINGS:
        pytest.skip("the recordings are not there; SKLEARN_EEG_DATA names their folder")
    trials, _ = load_eegmat(trial=20)
    return Windower(4.0).fit_transform(trials)


def test_of_cleaned_recordings_less_than_two_percent_are_marked(recorded):
    out = ArtifactRejector(max_bad_channels=1.0).fit_transform(recorded)
    assert missing(out).mean() < 0.001
    assert missing(ArtifactRejector().fit_transform(recorded)).all(-1).mean() < 0.02


@pytest.mark.parametrize("kind", ["flat", "jump", "line_noise", "muscle"])
def test_what_is_planted_into_recordings_is_found(kind, recorded):
    some = recorded[:18]
    data = some.data[:, 0].astype(float)
    n_channels, n_times = data.shape[1:]
    time = np.arange(n_times) / some.sfreq
    noise = np.random.default_rng(0).normal(0, 3, n_times)
    spoil = {
        "flat": lambda x: np.where(time < 1, x.mean(-1, keepdims=True), x),
        "jump": lambda x: x + 300 * (time > 2),
        "line_noise": lambda x: x + 3 * x.std(-1, keepdims=True) * np.sin(2 * np.pi * 50 * time),
        "muscle": lambda x: x + x.std(-1, keepdims=True) * noise,
    }[kind]
    channel = np.arange(18) % n_channels
    data[np.arange(18), channel] = spoil(data[np.arange(18), channel])
    signals = some.replace(data=data, axes=("channel", "time"))
    found = ArtifactRejector().fit(signals).find(signals)
    found = found[found["reason"] == kind]
    pairs = set(zip(found["trial"], found["channel"], strict=True))
    assert {(trial, some.ch_names[c]) for trial, c in enumerate(channel)} <= pairs
    assert len(pairs) <= 20


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_a_dead_channel_is_flat_and_no_muscle(noise):
    x = 20 * np.sin(2 * np.pi * 10 * np.arange(512) / 128) * np.ones((1, 2, 1))
    x[0, 1] = noise * np.random.default_rng(0).standard_normal(512)
    found = ArtifactRejector(sfreq=128).fit(x).find(x)
    assert found[["channel", "reason"]].to_numpy().tolist() == [[1, "flat"]]
