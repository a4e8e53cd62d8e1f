import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.classifiers import DBNClassifier, Runtime
from sklearn_eeg.trials import Trials

SMALL = {"n_hidden": (8, 6), "max_epochs": 2, "random_state": 0}


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    y = np.arange(24) % 2
    X = 5 + 3 * rng.normal(size=(24, 2, 3, 4)) + y[:, None, None, None]
    return Trials(X, metadata={"subject": np.repeat([1, 2, 3, 4], 6)}), y


def test_the_range_is_that_of_the_windows_trained_on(data):
    X, y = data
    model = DBNClassifier(**SMALL, validation=0.3).fit(X, y)
    trained = np.setdiff1d(np.arange(24), model.validation_trials_)
    windows = X.data[trained].reshape(-1, 12)
    assert_allclose(model.module_.least, windows.min(0), rtol=1e-6)
    assert_allclose(model.module_.span, np.ptp(windows, axis=0), rtol=1e-6)


def test_units_of_the_data_change_no_prediction(data):
    X, y = data
    exact = {**SMALL, "runtime": Runtime(precision="float64")}
    volts = X.replace(data=1e-6 * X.data - 3)
    answers = [DBNClassifier(**exact).fit(x, y).predict_proba(x) for x in (X, volts)]
    assert_allclose(*answers, rtol=1e-6)


def test_labels_come_after_the_machines(data):
    X, y = data
    one, other = (
        DBNClassifier(**SMALL, lr=1e-12).fit(X, labels).module_.machines for labels in (y, 1 - y)
    )
    untrained = DBNClassifier(**SMALL, lr=1e-12, rbm_epochs=0, rebuilding_epochs=0).fit(X, y)
    for parameter, twin in zip(one.parameters(), other.parameters(), strict=True):
        assert_allclose(parameter.detach(), twin.detach(), atol=1e-9)
    begun = untrained.module_.machines[0].weight
    assert not torch.allclose(one[0].weight, begun, atol=1e-3)


def test_a_warm_start_goes_on_from_the_labels(data):
    X, y = data
    model = DBNClassifier(**SMALL, runtime=Runtime(warm_start=True)).fit(X, y)
    rebuilding = model.module_.machines[0].visible_bias.detach().clone()
    model.fit(X, y)
    assert_array_equal(model.module_.machines[0].visible_bias.detach(), rebuilding)
