import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklearn_eeg.classifiers import GTNClassifier


@pytest.fixture
def model():
    rng, y = np.random.default_rng(0), np.tile([0, 1], 4)
    X = rng.normal(size=(8, 5, 3, 2)) + y[:, None, None, None]
    small = {"width": 8, "n_heads": 2, "head_width": 2, "n_blocks": 1}
    return GTNClassifier(**small, max_epochs=2, random_state=0).fit(X, y)


def test_shares_of_the_towers_are_those_of_each_trial(model):
    X = np.random.default_rng(1).normal(size=(4, 5, 3, 2))
    shares = model.tower_shares(X)
    assert_allclose(shares.sum(axis=1), 1, rtol=1e-6)
    assert_allclose(shares[2:], model.tower_shares(X[2:]), rtol=1e-5)


def test_shorter_trials_are_as_if_padded_and_longer_ones_refused(model):
    X = np.random.default_rng(1).normal(size=(4, 5, 3, 2))
    short = model.predict_proba(X[:, :3])
    X[:, 3:] = np.nan
    assert_allclose(model.predict_proba(X), short, rtol=1e-5)
    with pytest.raises(ValueError, match=r"GTNClassifier: expected at most 5 windows.*got 9"):
        model.predict(np.zeros((1, 9, 3, 2)))
