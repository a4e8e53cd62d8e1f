"""What a line on band power cannot see, and what the rule that made it does."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import welch
from scipy.special import logit
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_eeg.bands import get_bands
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.datasets._effects import (
    CLASSES,
    REGIONS,
    best_accuracy,
    draw_turn,
    interaction,
    power,
)
from sklearn_eeg.features import ConnectivityExtractor, DEExtractor
from sklearn_eeg.montage import lobe
from sklearn_eeg.preprocessing import SubjectScaler

BANDS = get_bands("seed").values()
QUIET = {"blinks": 0, "line_noise": 0, "subject_effect": 0}
N_WINDOWS = 10


def simulate(n_subjects=8, **settings):
    settings = {"n_classes": 2, "n_stimuli": 30, "random_state": 1} | settings
    return make_emotion_trials(n_subjects, return_truth=True, **settings)


def by_region(values, ch_names):
    """Mean over the channels of each region: (trial, channel, ...) -> (trial, region, ...)."""
    regions = np.array([lobe(name) for name in ch_names])
    return np.stack([values[:, regions == region].mean(1) for region in REGIONS], 1)


# What the trials changed, read off their signals.


def read_power(trials):
    freqs, power = welch(trials.data, trials.sfreq, nperseg=512)
    bands = [power[..., (freqs > low) & (freqs < high)].mean(-1) for low, high in BANDS]
    found = by_region(np.log(np.stack(bands, -1)), trials.ch_names)
    return found - found.mean(0)


def read_courses(trials):
    windows = trials.data.reshape(*trials.shape[:2], N_WINDOWS, -1)
    _, power = welch(windows, trials.sfreq, nperseg=windows.shape[-1], detrend=False)
    course = by_region(np.log(power[..., 2:-1]).mean(-1), trials.ch_names)
    middles = (np.arange(N_WINDOWS) + 0.5) / N_WINDOWS
    return 2 * (course * np.exp(2j * np.pi * middles)).mean(-1)


def read_bonds(trials):
    spectra = np.fft.rfft(trials.data)[..., 20:1220]
    spectra /= np.sqrt((np.abs(spectra) ** 2).mean(0))
    # The moods of trials move the power of their bands.
    blocks = spectra.reshape(*spectra.shape[:2], 30, 40)
    blocks /= np.sqrt((np.abs(blocks) ** 2).mean(-1, keepdims=True))
    lag = np.exp(1j * np.pi / 9 * np.arange(4))[:, None]
    spectra = lag * by_region(blocks.reshape(spectra.shape), trials.ch_names)
    joint = np.einsum("trf,tqf->trq", spectra, spectra.conj()).real / spectra.shape[-1] / 0.4
    # Off the diagonal, the product of the roots of two shares: one factor, by least squares.
    joint *= 1 - np.eye(4)
    root = np.full(joint.shape[:2], 0.7)
    for _ in range(50):
        for r in range(4):
            others = np.delete(root, r, axis=1)
            root[:, r] = (joint[:, r] * root).sum(1) / (others**2).sum(1)
            root[:, r] = root[:, r].clip(0.15, 0.99)
    return logit(root**2)


READ = {"interaction": read_power, "time course": read_courses, "coherence": read_bonds}


@pytest.fixture(scope="module", params=READ)
def unseen(request):
    """An effect that a line on band power cannot see."""
    return request.param, *simulate(effect=request.param, **QUIET)


def test_a_line_on_band_power_is_at_chance(unseen):
    _, trials, y, _ = unseen
    features = DEExtractor(window=2.0).fit_transform(trials).data
    error = 0.5 / np.sqrt(len(y))
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))
    for columns in (features.mean(1), features):
        columns = columns.reshape(len(y), -1)
        scores = cross_val_score(model, columns, y, groups=trials.subject, cv=GroupKFold(4))
        assert abs(scores.mean() - 0.5) < 3 * error


def test_the_rule_that_made_it_comes_to_the_ceiling(unseen):
    effect, trials, y, truth = unseen
    seen = READ[effect](trials)
    # The bands of an interaction are alike.
    seen = seen.mean(2) if effect == "interaction" else seen
    match = seen @ truth.patterns.to_numpy().conj().T
    match = match if effect == "coherence" else np.abs(match)
    accuracy = (np.array(CLASSES[2])[match.argmax(1)] == y).mean()
    error = np.sqrt(truth.ceiling * (1 - truth.ceiling) / len(y))
    assert 0.9 < truth.ceiling < 0.98
    assert abs(accuracy - truth.ceiling) < 3 * error


def test_windows_in_another_order_lose_a_time_course():
    trials, y, truth = simulate(effect="time course", **QUIET)
    windows = trials.data.reshape(*trials.shape[:2], N_WINDOWS, -1)
    order = np.random.default_rng(0).permuted(np.tile(np.arange(N_WINDOWS), (len(y), 1)), axis=1)
    shuffled = np.take_along_axis(windows, order[:, None, :, None], axis=2)
    seen = read_courses(trials.replace(data=shuffled.reshape(trials.shape)))
    match = np.abs(seen @ truth.patterns.to_numpy().conj().T)
    accuracy = (np.array(CLASSES[2])[match.argmax(1)] == y).mean()
    assert abs(accuracy - 0.5) < 3 * 0.5 / np.sqrt(len(y))


def test_each_trial_has_its_own_length_in_a_time_course():
    trials, _, truth = simulate(
        1, effect="time course", duration=(10, 40), separability=4, trial_effect=0, **QUIET
    )
    for trial in trials.data:
        n = trial.shape[1] // N_WINDOWS * N_WINDOWS
        seen = read_courses(trials.derive(data=trial[None, :, :n]))[0]
        assert_allclose(np.abs(seen), np.abs(truth.patterns.iloc[0]), rtol=0.25)


@pytest.mark.parametrize("kind", ["coherence", "wpli"])
def test_a_line_on_connectivity_sees_a_coherence(kind):
    trials, y, _ = simulate(effect="coherence")
    connectivity = ConnectivityExtractor(kind, bands={"wide": (8, 40)}).fit_transform(trials)
    features = SubjectScaler().fit_transform(connectivity).data.reshape(len(y), -1)
    model = LogisticRegression(C=0.01, max_iter=1000)
    scores = cross_val_score(model, features, y, groups=trials.subject, cv=GroupKFold(4))
    assert scores.mean() > 0.7


# Ceilings with a closed form, two classes whose patterns are orthogonal.


@pytest.mark.parametrize("size", [0.5, 2.0])
def test_ceiling_of_two_patterns_of_unknown_sign(size):
    means, side = size * np.eye(2), norm.cdf(size / np.sqrt(2))
    found = best_accuracy(means, np.array([0.5, 0.5]), 1.0, hidden=[1.0, -1.0])
    assert_allclose(found, side**2 + (1 - side) ** 2, atol=0.006)


@pytest.mark.parametrize("size", [0.5, 2.0])
def test_ceiling_of_two_patterns_of_unknown_phase(size):
    means, phases = size * np.eye(2, dtype=complex), np.exp(2j * np.pi * np.arange(32) / 32)
    found = best_accuracy(means, np.array([0.5, 0.5]), 1.0, hidden=phases)
    # Detection of one of two orthogonal signals without their phase.
    assert_allclose(found, 1 - np.exp(-(size**2) / 4) / 2, atol=0.006)


def test_ceiling_without_spread_is_certain_of_what_differs():
    means = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0]])
    shares = np.array([0.5, 0.3, 0.2])
    assert_allclose(best_accuracy(means, shares, 0, hidden=[1.0, -1.0]), 0.8)


@pytest.mark.parametrize("n_classes", CLASSES)
def test_no_class_goes_together_as_another_does(n_classes):
    patterns = interaction(CLASSES[n_classes], 1.0).patterns.reshape(n_classes, -1)
    cosines = patterns @ patterns.T / (patterns**2).sum(1)
    assert np.abs(cosines[~np.eye(n_classes, dtype=bool)]).max(initial=0) < 0.6


# The shift between subjects.


def test_a_turn_is_a_rotation_and_a_gain_of_each_region():
    rng = np.random.default_rng(0)
    assert_array_equal(draw_turn(0.0, rng), np.eye(4))
    for shift in (0.1, 1.0):
        turns = np.stack([draw_turn(shift, rng) for _ in range(2000)])
        gains = np.linalg.norm(turns, axis=2)
        assert_allclose(np.log(gains).std(), shift / 2, rtol=0.05)
        rotations = turns / gains[..., None]
        assert_allclose(
            rotations @ rotations.swapaxes(1, 2), np.tile(np.eye(4), (2000, 1, 1)), atol=1e-12
        )
        angles = np.arccos(rotations[:, 0, 0])
        assert_allclose(np.sqrt((angles**2).mean()), shift, rtol=0.1)


def test_a_shift_changes_nothing_but_how_subjects_answer():
    settings = {"duration": 4, "separability": 0, "trial_effect": 0}
    plain, _, _ = simulate(3, **settings)
    shifted, _, truth = simulate(3, shift=1.0, **settings)
    assert_array_equal(plain.data, shifted.data)
    few = simulate(2, shift=1.0, **settings)[2]
    assert_array_equal(truth.turns[:2], few.turns)


def test_a_shift_costs_accuracy_across_subjects_that_its_knowledge_restores():
    settings = {"n_stimuli": 30, "duration": 10, "separability": 1.5, **QUIET}
    plain, y, before = simulate(**settings)
    shifted, _, truth = simulate(shift=1.0, **settings)
    assert truth.ceiling == before.ceiling
    seen = read_power(shifted)
    undone = np.linalg.inv(truth.turns)[shifted.subject - 1] @ seen
    patterns = power(CLASSES[2], 1.5).patterns

    def accuracy(seen):
        scores = np.einsum("trb,krb->tk", seen, patterns - patterns.mean(0))
        return (np.array(CLASSES[2])[scores.argmax(1)] == y).mean()

    error = 0.5 / np.sqrt(len(y))
    assert accuracy(seen) < accuracy(read_power(plain)) - 3 * error
    assert accuracy(undone) > accuracy(read_power(plain)) - error
