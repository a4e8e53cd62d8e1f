import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklearn_eeg.regressors import Conv2DLSTMRegressor


def make(shape):
    X = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    return X, np.arange(len(X)) % 4


def test_published_size_of_the_forecaster():
    X, _ = make((4, 5, 3, 48, 28))
    model = Conv2DLSTMRegressor(padding="valid", max_epochs=1, random_state=0)
    assert sum(p.numel() for p in model.fit(X, X[:, -1, 0]).module_.parameters()) == 946_752
    assert model.predict(X).shape == (4, 48, 28)


def test_learns_a_mean():
    X, _ = make((64, 3, 1, 4, 4))
    X += np.linspace(-2, 2, 64, dtype=np.float32)[:, None, None, None, None]
    target = X.mean(axis=(1, 2, 3, 4))
    model = Conv2DLSTMRegressor(lr=0.01, max_epochs=30, random_state=0).fit(X, target)
    assert model.score(X, target) > 0.95
    assert model.predict(X).shape == (64,)


def test_constant_targets_are_met():
    X, _ = make((16, 3, 1, 4, 4))
    fields = np.broadcast_to(np.arange(6.0).reshape(2, 3), (16, 2, 3))
    model = Conv2DLSTMRegressor(lr=0.01, max_epochs=200, random_state=0).fit(X, fields)
    assert_allclose(model.predict(X), fields, atol=0.1)


def test_words_are_refused():
    X, _ = make((4, 3, 1, 4, 4))
    with pytest.raises(ValueError, match="Conv2DLSTMRegressor: expected numbers as targets"):
        Conv2DLSTMRegressor().fit(X, ["a", "b", "c", "d"])


def test_validation_by_subject():
    X, y = make((12, 3, 1, 4, 4))
    model = Conv2DLSTMRegressor(max_epochs=3, validation=0.3, random_state=0)
    model.fit(X, y, groups=np.repeat([1, 2, 3], 4))
    assert len(model.validation_trials_) == 4
