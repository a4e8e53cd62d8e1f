import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg.classifiers import EEGConformerClassifier

SMALL = {"n_blocks": 1, "max_epochs": 2, "random_state": 0}


@pytest.fixture
def data():
    y = np.arange(16) % 2
    return np.random.default_rng(0).normal(size=(16, 3, 120)) * (1 + y[:, None, None]), y


def test_adam_forgets_as_published(data):
    optimizer = EEGConformerClassifier(**SMALL).fit(*data).net_.optimizer_
    assert type(optimizer).__name__ == "Adam"
    assert optimizer.defaults["betas"] == (0.5, 0.999)
    assert optimizer.defaults["lr"] == 2e-4


def test_it_trains_on_recombined_trials_unless_told_not_to(data):
    X, _ = data
    default, again, plain = (
        EEGConformerClassifier(**SMALL, **other).fit(*data).predict_proba(X)
        for other in ({}, {}, {"augmentation": None})
    )
    assert_array_equal(default, again)
    assert not np.array_equal(default, plain)


def test_short_windows_are_lengthened_for_the_lengths(data):
    X, y = data
    model = EEGConformerClassifier(**SMALL).fit(X[..., :30], y)
    assert model.module_.head[0].in_features == 40
    shorter = EEGConformerClassifier(**SMALL, lengths=(5, 10, 4)).fit(X[..., :30], y)
    assert shorter.module_.head[0].in_features == 40 * 5


@pytest.mark.parametrize("lengths", [(25, 75), (25, 75, 0), (25.0, 75, 15)])
def test_lengths_are_three_whole_numbers(lengths, data):
    with pytest.raises(ValueError, match=r"EEGConformerClassifier: expected lengths to be"):
        EEGConformerClassifier(**SMALL, lengths=lengths).fit(*data)
