import pickle

import numpy as np
import pytest
import sklearn
import torch
from scipy.special import log_softmax, softmax
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import log_loss
from sklearn.utils.fixes import parse_version

from sklearn_eeg import persistence
from sklearn_eeg._engine.held_out import find_temperature
from sklearn_eeg.classifiers import DGCNNClassifier, HeldOut, WideDeepClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.regressors import Conv2DLSTMRegressor


@pytest.fixture(scope="module")
def features():
    trials, y = make_emotion_trials(n_subjects=6, random_state=0)
    return DEExtractor(window=1.0).fit_transform(trials), np.asarray(y)


def make(validation=0.34, **settings):
    return WideDeepClassifier(
        max_epochs=3, validation=validation, random_state=0, device="cpu", **settings
    )


@pytest.mark.parametrize("factor", [0.25, 1.0, 3.0])
def test_of_scaled_logits_it_is_the_factor(factor):
    z = np.random.default_rng(0).standard_normal((50, 4))
    found = find_temperature(factor * z, np.arange(50), softmax(z, axis=1))
    assert found == pytest.approx(factor, rel=1e-4)


def test_of_trials_of_several_windows_it_is_the_best_of_a_grid():
    rng = np.random.default_rng(1)
    trial = rng.permutation(np.repeat(np.arange(20), 6)[:115])
    target = rng.integers(3, size=20)
    logits = 4 * rng.standard_normal((115, 3)) + 2 * np.eye(3)[target[trial]]
    weight = rng.uniform(0.5, 2, 20)

    def lose(temperature):
        p = softmax(logits / temperature, axis=1)
        mean = np.array([p[trial == i].mean(0) for i in range(20)])
        return log_loss(target, mean, sample_weight=weight)

    found = find_temperature(logits, trial, target, weight)
    grid = np.geomspace(0.2, 10, 400)
    best = min(map(lose, grid))
    assert lose(found) <= best
    assert found == pytest.approx(grid[np.argmin([lose(t) for t in grid])], rel=0.02)


def test_right_answers_only_are_not_trusted_without_an_end():
    z = np.eye(3)[[0, 1, 2]] * 2.0
    assert 0.05 <= find_temperature(z, np.arange(3), np.arange(3)) < 0.06


@pytest.mark.skipif(
    parse_version(sklearn.__version__) < parse_version("1.8"),
    reason="scikit-learn scales temperatures from 1.8 on",
)
def test_it_is_scikit_learns_where_a_trial_is_one_instance(features):
    X, y = features
    windows = X.derive(data=X.data.mean(axis=1, keepdims=True))
    model = make(HeldOut(0.34, temperature=True)).fit(windows, y)
    plain = make().fit(windows, y)
    held = model.validation_trials_
    theirs = CalibratedClassifierCV(FrozenEstimator(plain), method="temperature")
    theirs.fit(windows[held], y[held])
    np.testing.assert_allclose(
        model.predict_proba(windows), theirs.predict_proba(windows), atol=1e-4
    )


def test_it_changes_probabilities_and_neither_weights_nor_labels_of_windows(features):
    X, y = features
    plain, scaled = make().fit(X, y), make(HeldOut(0.34, temperature=True)).fit(X, y)
    assert plain.temperature_ == 1.0 != scaled.temperature_
    for name, weight in plain.module_.state_dict().items():
        np.testing.assert_array_equal(weight, scaled.module_.state_dict()[name])
    np.testing.assert_array_equal(plain.predict_windows(X), scaled.predict_windows(X))
    held = scaled.validation_trials_
    np.testing.assert_array_equal(held, plain.validation_trials_)
    losses = [log_loss(y[held], model.predict_proba(X)[held]) for model in (plain, scaled)]
    assert losses[1] < losses[0]
    p = plain.predict_proba_windows(X)
    q = np.exp(log_softmax(np.log(p) / scaled.temperature_, axis=-1))
    np.testing.assert_allclose(scaled.predict_proba_windows(X), q, atol=1e-6)


def test_it_is_of_held_out_subjects_only(features):
    X, y = features
    model = make(HeldOut(0.34, temperature=True)).fit(X, y)
    logits, instances = model._outputs(X)
    rows = np.isin(instances.trial[instances.rows], model.validation_trials_)
    _, trial = np.unique(instances.trial[instances.rows][rows], return_inverse=True)
    target = np.searchsorted(model.classes_, y[model.validation_trials_])
    expected = find_temperature(logits[rows].astype(float), trial, target)
    assert model.temperature_ == pytest.approx(expected, rel=1e-6)
    assert len(set(np.asarray(X.metadata["subject"])[model.validation_trials_])) == 2


@pytest.mark.parametrize("votes", [False, True])
def test_it_takes_votes_and_weights(features, votes):
    X, y = features
    codes = np.searchsorted(np.unique(y), y)
    target = 4 * np.eye(3)[codes] + 1 if votes else y
    weight = np.where(codes == 0, 3.0, 0.5)
    validation = HeldOut(0.34, temperature=True)
    one = make(validation).fit(X, target)
    other = make(validation).fit(X, target, sample_weight=weight)
    assert 0.05 < one.temperature_ != other.temperature_ > 0.05


def test_it_travels(features, tmp_path):
    X, y = features
    model = make(HeldOut(0.34, temperature=True)).fit(X, y)
    expected = model.predict_proba(X)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(X), expected)
    persistence.save(model, tmp_path / "model.safetensors")
    again = persistence.load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict_proba(X), expected)
    assert clone(model).validation == HeldOut(0.34, temperature=True)
    found = model.stream().push(X[:1])
    np.testing.assert_allclose(found[0], model.predict_proba_windows(X[:1])[0], atol=1e-6)
    module = model.to_torch(X.shape[1:])
    np.testing.assert_allclose(module(torch.as_tensor(X.data)).numpy(), expected, atol=1e-6)


def test_a_graph_network_has_it_too(features):
    X, y = features
    model = DGCNNClassifier(
        max_epochs=2, validation=HeldOut(0.34, temperature=True), random_state=0, device="cpu"
    )
    assert model.fit(X, y).temperature_ > 0


def test_without_probabilities_there_is_none(features):
    X, y = features
    model = Conv2DLSTMRegressor(validation=HeldOut(0.2, temperature=True))
    with pytest.raises(ValueError, match="temperature=False of what has no probabilities"):
        model.fit(X, np.arange(len(y), dtype=float))


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        (1.5, "validation to be a finite number, between 0 and 1"),
        ("half", "validation to be a finite number"),
        (HeldOut(0), "fraction to be a finite number, between 0 and 1"),
        (HeldOut(0.2, temperature="yes"), "temperature to be True or False"),
    ],
)
def test_what_cannot_be_meant_is_refused(features, wrong, match):
    with pytest.raises(ValueError, match=match):
        make(wrong).fit(*features)


def test_regressors_hold_out_by_it():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20, 4, 5, 9, 9))
    model = Conv2DLSTMRegressor(max_epochs=1, validation=HeldOut(0.2), random_state=0)
    with pytest.warns(UserWarning, match="whose each trial is"):
        model.fit(X, rng.standard_normal(20))
    assert len(model.validation_trials_) == 4
