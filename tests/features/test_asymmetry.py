"""Asymmetries on features whose value is known, over the tables of the field."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.bands import BANDS
from sklearn_eeg.features._asymmetry import AsymmetryExtractor
from sklearn_eeg.montage import SEED_62, SEED_CAUDAL_PAIRS, SEED_MIRROR_PAIRS
from sklearn_eeg.trials import Trials


@pytest.fixture
def trials():
    data = np.random.default_rng(0).uniform(1, 2, (3, 4, 62, 5))
    bands = BANDS["seed"]
    metadata = {"subject": [1, 2, 2]}
    return Trials(data, sfreq=200, ch_names=SEED_62, bands=bands, metadata=metadata)


@pytest.mark.parametrize(
    ("kind", "n_pairs"), [("dasm", 27), ("rasm", 27), ("asm", 54), ("dcau", 23)]
)
def test_sizes_are_those_of_the_published_features(kind, n_pairs, trials):
    step = AsymmetryExtractor(kind)
    out = step.fit_transform(trials)
    assert out.shape == (3, 4, n_pairs, 5)
    assert len(out.ch_names) == len(set(out.ch_names)) == n_pairs
    assert len(step.get_feature_names_out()) == n_pairs * 5
    assert_array_equal(out.subject, [1, 2, 2])


def test_values_are_differences_and_ratios(trials):
    place = {name: index for index, name in enumerate(SEED_62)}
    left, right = (trials.data[:, :, [place[p[i]] for p in SEED_MIRROR_PAIRS]] for i in (0, 1))
    found = AsymmetryExtractor("asm").fit_transform(trials).data
    assert_allclose(found, np.concatenate([left - right, left / right], axis=2))
    front, back = (trials.data[:, :, [place[p[i]] for p in SEED_CAUDAL_PAIRS]] for i in (0, 1))
    assert_allclose(AsymmetryExtractor("dcau").fit_transform(trials).data, front - back)


def test_swapped_hemispheres_turn_the_sign(trials):
    swapped = trials.data.copy()
    place = {name: index for index, name in enumerate(SEED_62)}
    for left, right in SEED_MIRROR_PAIRS:
        swapped[:, :, [place[left], place[right]]] = trials.data[:, :, [place[right], place[left]]]
    step = AsymmetryExtractor()
    expected = -step.fit_transform(trials).data
    assert_allclose(step.transform(trials.replace(data=swapped)).data, expected)


def test_pairs_in_any_spelling_and_names():
    step = AsymmetryExtractor("rasm", [("t3", "T8")], ch_names=["EEG T7", "Cz", "EEG T4"])
    out = step.fit_transform(np.ones((2, 3, 1)) * [[2], [1], [4]])
    assert_allclose(out, 0.5)
    assert step.get_feature_names_out().tolist() == ["EEG T7/EEG T4_0"]


def test_tensors_give_the_same_numbers(trials):
    torch = pytest.importorskip("torch")
    step = AsymmetryExtractor("asm", ch_names=SEED_62)
    expected = step.fit_transform(trials.data)
    assert_allclose(step.fit_transform(torch.from_numpy(trials.data)).numpy(), expected)


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (AsymmetryExtractor(), "expected channel names"),
        (AsymmetryExtractor("lr", ch_names=["F3", "F4"]), "expected kind to be one of"),
        (AsymmetryExtractor(ch_names=["Fz", "Cz"]), "expected electrodes on both sides"),
        (AsymmetryExtractor(pairs=[("F3", "F8")], ch_names=["F3", "F4"]), "expected channels F8"),
    ],
)
def test_impossible_settings_are_refused(step, sentence):
    with pytest.raises(ValueError, match=sentence):
        step.fit(np.ones((2, 2, 5)))
