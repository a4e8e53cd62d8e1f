import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import welch
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_eeg.bands import get_bands
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.datasets._effects import CLASSES, EFFECTS, REGIONS, best_accuracy

BANDS = get_bands("seed")
REGION_CHANNELS = {"frontal": "F3", "temporal": "T7", "central": "C3", "posterior": "P3"}
QUIET = {"blinks": 0, "line_noise": 0}
ALIKE = {"subject_effect": 0, "trial_effect": 0}


def spectrum(trials):
    return welch(trials.data, trials.sfreq, nperseg=int(4 * trials.sfreq))


def log_band_power(trials):
    freqs, power = spectrum(trials)
    columns = [power[..., (freqs > low) & (freqs < high)].sum(-1) for low, high in BANDS.values()]
    return np.log(np.stack(columns, -1)).reshape(len(trials), -1)


def within_subject(features, subjects):
    out = features.copy()
    for subject in np.unique(subjects):
        rows = subjects == subject
        out[rows] -= features[rows].mean(0)
    return out


def score(features, labels, groups=None, cv=4):
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))
    return cross_val_score(model, features, labels, groups=groups, cv=cv).mean()


def test_power_ratio_of_each_region_and_band_is_the_planted_gain():
    trials, y, truth = make_emotion_trials(
        6,
        n_stimuli=10,
        n_classes=2,
        ch_names=REGION_CHANNELS.values(),
        duration=60,
        separability=2.0,
        random_state=0,
        return_truth=True,
        **QUIET,
        **ALIKE,
    )
    freqs, power = welch(trials.data, trials.sfreq, nperseg=1024, window="hann")
    for b, (low, high) in BANDS.items():
        # A bin's distance from the edges, as the taper smears the neighbouring band into it.
        inside = (freqs > low + 0.25) & (freqs < high - 0.25)
        mean = {k: power[y == k][..., inside].mean((0, 2)) for k in np.unique(y)}
        planted = [
            truth.gains.loc[("positive", r), b] / truth.gains.loc[("negative", r), b]
            for r in REGIONS
        ]
        assert_allclose(mean["positive"] / mean["negative"], planted, rtol=0.1, err_msg=b)


def test_spectrum_is_the_stated_density():
    trials, _ = make_emotion_trials(
        8,
        duration=60,
        separability=0,
        ch_names=["F3", "T7", "F4"],
        random_state=0,
        **QUIET,
        **ALIKE,
    )
    freqs, power = spectrum(trials)
    power = power.mean((0, 1))
    away = ((freqs >= 1.5) & (freqs < 6)) | (freqs > 14) & (freqs < 60)
    assert_allclose(power[away], 20 / freqs[away], rtol=0.1)
    assert_allclose(power[freqs == 10], 20 / 10 + 4, rtol=0.1)
    slope, _ = np.polyfit(np.log(freqs[away]), np.log(power[away]), 1)
    assert_allclose(slope, -1, atol=0.02)


def test_subjects_are_decodable_and_only_by_their_effect():
    settings = {"duration": 8, "random_state": 0, "separability": 0}
    trials, _ = make_emotion_trials(6, **settings)
    assert score(log_band_power(trials), trials.subject) > 0.95
    trials, _ = make_emotion_trials(6, subject_effect=0, n_stimuli=30, **settings)
    assert score(log_band_power(trials), trials.subject) < 1 / 6 + 4 * np.sqrt(5 / 36 / 180)


@pytest.mark.parametrize("effect", EFFECTS)
def test_without_separability_signals_are_the_same_whatever_the_labels(effect):
    settings = {"separability": 0, "n_stimuli": 10, "duration": 2, "random_state": 3}
    settings["effect"] = effect
    two, y_two = make_emotion_trials(n_classes=2, **settings)
    five, y_five = make_emotion_trials(n_classes=5, **settings)
    assert set(y_two) != set(y_five)
    assert_array_equal(two.data, five.data)


def test_accuracy_across_subjects_rises_with_separability_below_the_ceiling():
    scores, ceilings = [], []
    for separability in (0, 1, 4):
        trials, y, truth = make_emotion_trials(
            12,
            duration=5,
            separability=separability,
            random_state=0,
            return_truth=True,
        )
        features = within_subject(log_band_power(trials), trials.subject)
        scores.append(score(features, y, trials.subject, GroupKFold(4)))
        ceilings.append(truth.ceiling)
    chance_error = np.sqrt(2 / 9 / len(y))
    assert abs(scores[0] - 1 / 3) < 3 * chance_error
    assert scores[0] + 3 * chance_error < scores[1] < ceilings[1] + 2 * chance_error
    assert scores[1] < scores[2] and scores[2] > 0.97
    assert_allclose(ceilings[0], 1 / 3)


@pytest.mark.parametrize("spread", [0.2, 1.0])
def test_ceiling_of_two_classes_is_the_normal_overlap(spread):
    means = np.array([[0.3, -0.4, 0.0], [0.0, 0.0, 0.0]])
    expected = norm.cdf(0.5 / (2 * spread))
    assert_allclose(best_accuracy(means, np.array([0.5, 0.5]), spread), expected, atol=0.005)


def test_ceiling_counts_shares_and_classes_that_are_alike():
    same = np.zeros((3, 2))
    assert_allclose(best_accuracy(same, np.array([0.5, 0.3, 0.2]), 0.3), 0.5)
    assert_allclose(best_accuracy(same, np.array([0.5, 0.3, 0.2]), 0), 0.5)
    assert_allclose(best_accuracy(np.array([[1.0], [0.0]]), np.array([0.5, 0.5]), 0), 1)


def test_the_default_stays_what_it_was():
    trials, _, truth = make_emotion_trials(1, duration=2, random_state=0, return_truth=True)
    assert_allclose(trials.data[0, 0, :3], [-1.0504885, -3.2644761, 5.0520906], rtol=1e-4)
    assert_allclose(trials.data[-1, -1, -3:], [-3.8811929, 1.9901427, 3.0318789], rtol=1e-4)
    assert_allclose(truth.ceiling, 0.84708333, rtol=1e-6)


def test_random_state_fixes_the_result_and_touches_nothing_global():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, y = make_emotion_trials(2, duration=2, random_state=1)
    again, y_again = make_emotion_trials(2, duration=2, random_state=1)
    other, _ = make_emotion_trials(2, duration=2, random_state=2)
    assert_array_equal(first.data, again.data)
    assert_array_equal(y, y_again)
    assert not np.allclose(first.data, other.data)
    assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_more_subjects_leave_the_first_ones_as_they_were():
    few, y_few = make_emotion_trials(2, duration=2, random_state=0)
    many, y_many = make_emotion_trials(4, duration=2, random_state=0)
    assert_array_equal(many.data[: len(few)], few.data)
    assert_array_equal(y_many[: len(few)], y_few)


def test_meta_counts_subjects_sessions_and_films():
    trials, y = make_emotion_trials(2, 3, 6, duration=1, random_state=0)
    assert trials.shape == (36, 19, 128)
    assert trials.data.dtype == np.float32
    assert_array_equal(np.unique(trials.subject, return_counts=True), [[1, 2], [18, 18]])
    assert_array_equal(trials.session[:18], np.repeat([1, 2, 3], 6))
    assert_array_equal(trials.stimulus[18:], np.arange(1, 19))
    table = trials.metadata.assign(label=y)
    assert (table.groupby("stimulus")["label"].nunique() == 1).all()
    assert (table.groupby(["subject", "session"])["label"].value_counts() == 2).all()


@pytest.mark.parametrize("n_classes", CLASSES)
def test_every_class_occurs_and_differs_from_every_other(n_classes):
    _, y, truth = make_emotion_trials(
        1, n_stimuli=n_classes, n_classes=n_classes, duration=1, random_state=0, return_truth=True
    )
    assert sorted(y) == sorted(CLASSES[n_classes])
    gains = truth.gains.to_numpy().reshape(n_classes, -1)
    assert len(np.unique(gains, axis=0)) == n_classes


def test_two_durations_give_each_film_one_length_for_all_subjects():
    trials, _ = make_emotion_trials(3, duration=(2, 6), random_state=0)
    assert trials.is_ragged
    lengths = np.array([trial.shape[1] for trial in trials.data]).reshape(3, 15)
    assert lengths.min() >= 256 and lengths.max() <= 768 and len(np.unique(lengths)) > 5
    assert (lengths == lengths[0]).all()


def test_blinks_are_frontal_and_as_frequent_as_asked():
    settings = {"duration": 60, "n_stimuli": 4, "n_classes": 2, "ch_names": ["Fp1", "F3", "O1"]}
    settings |= {"line_noise": 0, "subject_effect": 0, "random_state": 0}
    without, _ = make_emotion_trials(3, blinks=0, **settings)
    blinking, _ = make_emotion_trials(3, blinks=12, **settings)
    added = blinking.data - without.data
    assert_allclose(added[:, 1], 0.3 * added[:, 0], atol=1e-2)
    assert_array_equal(added[:, 2], 0)
    # A Hann bump of 0.35 s and 100 uV has an area of 17.5 uV s.
    per_minute = added[:, 0].sum() / 128 / 17.5 / len(added)
    assert_allclose(per_minute, 12, atol=3 * np.sqrt(12 / len(added)))


def test_line_noise_is_a_sine_of_the_mains():
    settings = {"duration": 4, "blinks": 0, "random_state": 0}
    without, _ = make_emotion_trials(2, line_noise=0, **settings)
    humming, _ = make_emotion_trials(2, line_noise=10, line_freq=60, **settings)
    amplitude = 2 / 512 * np.abs(np.fft.rfft(humming.data - without.data))
    at_60_hz = amplitude[..., 60 * 4]
    assert ((at_60_hz > 4.9) & (at_60_hz < 15.1)).all()
    assert amplitude[..., np.arange(257) != 240].max() < 1e-3
    slow, _ = make_emotion_trials(2, line_noise=10, sfreq=100, **settings)
    slow_without, _ = make_emotion_trials(2, line_noise=0, sfreq=100, **settings)
    assert_array_equal(slow.data, slow_without.data)


def test_channels_of_a_region_share_noise():
    trials, _ = make_emotion_trials(
        4, ch_names=["F3", "F4", "O1"], separability=0, random_state=0, **QUIET, **ALIKE
    )
    correlation = np.mean([np.corrcoef(trial) for trial in trials.data], axis=0)
    assert_allclose(correlation[0, 1], 0.4, atol=0.05)
    assert_allclose(correlation[:2, 2], 0, atol=0.05)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"n_classes": 6}, r"expected n_classes to be one of \[2, 3, 4, 5, 7\], got 6"),
        ({"n_classes": "a"}, "expected n_classes to be a whole number of 1 .*, got 'a'"),
        ({"n_stimuli": 2}, "expected n_stimuli to be a stimulus for each of 3 classes.*, got 2"),
        ({"n_subjects": 0}, "expected n_subjects to be a whole number of 1 .*, got 0"),
        ({"n_subjects": 2.5}, "expected n_subjects to be a whole number of 1 .*, got 2.5"),
        ({"separability": -1}, "expected separability to be a finite number of 0 .*, got -1"),
        ({"blinks": np.nan}, "expected blinks to be a finite number of 0 .*, got nan"),
        ({"trial_effect": [1, 2]}, r"expected trial_effect to be .* number.*, got \[1, 2\]"),
        ({"sfreq": 0}, "expected sfreq to be a finite number of 2 or .*, got 0"),
        ({"line_freq": None}, "expected line_freq to be a finite number above 0, got None"),
        ({"return_truth": "yes"}, "expected return_truth to be True or False, got 'yes'"),
        ({"duration": (4, 2)}, r"expected duration to be seconds.*got \(4, 2\)"),
        ({"duration": (2, 3, 4)}, r"expected duration to be seconds.*got \(2, 3, 4\)"),
        ({"duration": "abc"}, "expected duration of at least .* s at 128 Hz, got 'abc'"),
        ({"duration": 0.01}, "expected duration of at least .* s at 128 Hz, got 0.01 s"),
        ({"effect": "phase"}, r"expected effect to be one of \['power', .*got 'phase'"),
        ({"separability": 1e4}, r"expected effects whose powers .*, got separability=10000\.0, "),
        ({"subject_effect": 1e3}, "expected effects whose powers float32 can hold, got .*=1000"),
        ({"trial_effect": 1e22}, r"expected effects whose powers .* trial_effect=1e\+22"),
        ({"shift": 100, "effect": "interaction"}, "expected effects whose .* shift=100; give"),
        ({"shift": -0.5}, "expected shift to be a finite number of 0 .*, got -0.5"),
        ({"ch_names": []}, "expected ch_names to be electrodes .*, got none"),
        ({"ch_names": [5]}, "expected ch_names to be electrodes .*, got 5"),
        ({"ch_names": ["Fp1", "EKG"]}, "electrodes of the 10-10 system.*got 'EKG'"),
    ],
)
def test_impossible_arguments_are_refused(arguments, sentence):
    with pytest.raises((TypeError, ValueError), match=f"^make_emotion_trials: .*{sentence}"):
        make_emotion_trials(**arguments)
