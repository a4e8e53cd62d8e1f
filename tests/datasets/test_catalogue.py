import inspect

import numpy as np
import pytest

from sklearn_eeg import datasets
from sklearn_eeg.datasets import DATASETS


@pytest.mark.parametrize("name", DATASETS)
def test_loaders_are_public_and_take_what_is_said(name):
    dataset = DATASETS[name]
    loader = getattr(datasets, dataset.loader.partition(":")[2])
    taken = inspect.signature(loader).parameters
    assert set(dataset.settings) <= set(taken)
    assert "path" in taken if dataset.on_disk else "random_state" in taken
    assert dataset.downloads == ("download" in taken)
    assert dataset.on_disk == ("cache" in taken)


@pytest.mark.parametrize("name", DATASETS)
def test_recordings_name_their_source_and_licence(name):
    dataset = DATASETS[name]
    assert dataset.on_disk == bool(dataset.source) == bool(dataset.licence) == bool(dataset.page)
    assert dataset.on_disk == bool(dataset.credit)


@pytest.mark.parametrize("name", DATASETS)
def test_what_goes_along_with_the_label_is_said_in_sentences(name):
    confounds = DATASETS[name].confounds
    assert isinstance(confounds, tuple)
    assert confounds or not DATASETS[name].on_disk
    for said in confounds:
        # Behind a colon on a page.
        assert said.endswith(".") and said[0].islower() and len(said) > 30


def test_settings_can_be_given_anew():
    trials, y = DATASETS["simulated"].load(n_subjects=2, n_stimuli=3, random_state=0)
    assert len(trials) == len(y) == 6
    again = datasets.make_emotion_trials(2, n_stimuli=3, random_state=0)[0]
    np.testing.assert_array_equal(trials.data, again.data)


@pytest.mark.parametrize("name", DATASETS)
def test_what_is_simulated_states_its_ceiling(name):
    dataset = DATASETS[name]
    assert (dataset.ceiling is None) == dataset.on_disk
    if not dataset.on_disk:
        *_, truth = dataset.load(n_subjects=1, return_truth=True)
        assert dataset.ceiling == round(truth.ceiling, 2)
