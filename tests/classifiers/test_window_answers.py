"""What classifiers say of windows, networks and others alike."""

import inspect

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from sklearn_eeg import classifiers
from sklearn_eeg.classifiers import (
    GroupedCNN1DClassifier,
    ResAttentioNetClassifier,
    WindowedClassifier,
)
from sklearn_eeg.evaluation import evaluate


@pytest.fixture
def windows():
    """12 trials of 3 windows of signals, loud or not; the last window of the first is missing."""
    rng = np.random.default_rng(0)
    y = np.tile(["calm", "loud"], 6)
    data = rng.normal(size=(12, 3, 2, 64)).astype(np.float32)
    data[y == "loud"] *= 4
    data[0, 2] = np.nan
    return data, y


MODELS = [
    GroupedCNN1DClassifier(max_epochs=2, random_state=0),
    WindowedClassifier(LogisticRegression()),
    WindowedClassifier(LinearSVC()),
]


def test_every_classifier_answers_for_windows():
    public = [getattr(classifiers, name) for name in classifiers.__all__]
    able = [thing for thing in public if inspect.isclass(thing) and hasattr(thing, "predict")]
    assert len(able) >= 7
    for thing in able:
        assert callable(thing.predict_windows) and callable(thing.predict_proba_windows)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_a_trial_has_the_mean_of_its_windows(model, windows):
    X, y = windows
    model.fit(X, y)
    by_window = model.predict_proba_windows(X)
    assert by_window.shape == (12, 3, 2)
    assert_allclose(by_window.mean(axis=1), model.predict_proba(X))
    assert_array_equal(by_window.mask[..., 0], np.arange(36).reshape(12, 3) == 2)
    labels = model.predict_windows(X)
    assert_array_equal(np.ma.getmaskarray(labels), by_window.mask[..., 0])
    assert_array_equal(labels.compressed(), model.classes_[by_window.argmax(-1)][~labels.mask])
    truth = np.repeat(y, 3)[~labels.mask.ravel()]
    assert model.score_windows(X, y) == np.mean(labels.compressed() == truth)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_a_window_is_answered_for_as_a_trial_of_its_own(model, windows):
    X, y = windows
    model.fit(X, y)
    alone = model.predict_proba(X[1:].reshape(33, 1, 2, 64))
    assert_allclose(model.predict_proba_windows(X[1:]).reshape(33, 2), alone, atol=1e-6)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_trials_with_other_numbers_of_windows_are_a_list(model, windows):
    X, y = windows
    listed = [trial[: 1 + i % 3] for i, trial in enumerate(X)]
    expected = model.fit(X, y).predict_proba_windows(X)
    found = model.predict_proba_windows(listed)
    assert [rows.shape for rows in found] == [(1 + i % 3, 2) for i in range(12)]
    for rows, whole in zip(found, expected, strict=True):
        assert_allclose(rows, whole[: len(rows)], atol=1e-6)
    assert [len(rows) for rows in model.predict_windows(listed)] == [len(rows) for rows in found]


def test_a_trial_that_is_read_as_a_whole_counts_as_one(sequences):
    X, y = sequences
    model = ResAttentioNetClassifier(base_width=2, max_epochs=1, random_state=0).fit(X, y)
    assert_array_equal(model.predict_proba_windows(X)[:, 0], model.predict_proba(X))
    assert_array_equal(model.predict_windows(X)[:, 0], model.predict(X))
    # Which tells an evaluation nothing new.
    result = evaluate(model, X, y, cv=2, verbose=False)
    assert "window_accuracy" not in result.scores


def test_windows_of_a_network_are_scored_in_an_evaluation(windows):
    X, y = windows
    network = GroupedCNN1DClassifier(max_epochs=1, random_state=0)
    result = evaluate(network, X, y, groups=np.arange(12) // 6, cv=2, verbose=False)
    by_trial = result.predictions.set_index("trial").sort_index()
    assert by_trial["windows"].tolist() == [2] + [3] * 11
