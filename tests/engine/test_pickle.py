"""A fitted network in a file: its weights and settings, and nothing that no prediction needs."""

import copy
import io
import pickle

import joblib
import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from sklearn_eeg.classifiers import GroupedCNN1DClassifier, ResAttentioNetClassifier, Runtime


def in_a_file(model):
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    return joblib.load(file)


TWINS = [copy.deepcopy, in_a_file, lambda model: pickle.loads(pickle.dumps(model))]


def weights(model):
    return list(model.module_.state_dict().values())


def large(**settings):
    return ResAttentioNetClassifier(base_width=16, max_epochs=2, random_state=0, **settings)


@pytest.mark.parametrize("validation", [None, 0.5])
def test_a_pickle_is_as_large_as_the_weights(sequences, validation):
    X, y = sequences
    model = large(validation=validation, ema=0.9).fit(X, y)
    n_bytes = sum(weight.numel() * weight.element_size() for weight in weights(model))
    assert n_bytes > 10 * X.data.nbytes
    assert len(pickle.dumps(model)) <= 1.3 * n_bytes + 100_000


def test_no_training_data_lie_in_a_pickle(sequences):
    X, y = sequences
    many = X[np.tile(np.arange(24), 40)]
    few, all_ = (len(pickle.dumps(large().fit(*data))) for data in ((X, y), (many, np.tile(y, 40))))
    assert abs(all_ - few) < 1000 < many.data.nbytes


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_predicts_the_same_and_says_the_same(sequences, twin):
    X, y = sequences
    model = large().fit(X, y)
    other = twin(model)
    assert_array_equal(other.predict_proba(X), model.predict_proba(X))
    assert_array_equal(other.net_.predict_proba(X.data), model.net_.predict_proba(X.data))
    assert list(other.history_) == list(model.history_)
    assert other.net_.module is other.module_ and model.net_.module is model.module_
    assert other.net_.optimizer_ is None and model.net_.optimizer_ is not None


@pytest.mark.parametrize("twin", TWINS)
def test_a_warm_start_goes_on_from_a_twins_weights_with_a_new_optimizer(sequences, twin):
    X, y = sequences
    warm = {"runtime": Runtime(warm_start=True), "optimizer": "sgd", "lr_schedule": None}
    # Plain descent has no state, so that a new optimizer changes nothing.
    model = large(**warm).fit(X, y)
    other = twin(model).fit(X, y)
    model.fit(X, y)
    for one, same in zip(weights(model), weights(other), strict=True):
        torch.testing.assert_close(one, same)


@pytest.mark.parametrize("gaps", [False, True])
def test_the_module_of_its_input_is_the_logits(sequences, gaps):
    X, y = sequences
    if gaps:
        data = X.data.copy()
        data[::3, 4:] = np.nan
        X = X.replace(data=data)
    model = large().fit(X, y)
    with torch.no_grad():
        found = model.module_(model.module_input(X)).softmax(dim=1)
    np.testing.assert_allclose(found, model.predict_proba(X), atol=1e-6)


def test_the_modules_input_are_the_windows_that_are_there():
    windows = np.random.default_rng(0).standard_normal((8, 3, 4, 100)).astype(np.float32)
    windows[0, 2] = np.nan
    y = np.tile([0, 1], 4)
    model = GroupedCNN1DClassifier(max_epochs=1, random_state=0).fit(windows, y)
    seen = model.module_input(windows)
    there = np.delete(windows.reshape(24, 4, 100), 2, axis=0)
    assert_array_equal(seen[:, :, :100], there)
    with torch.no_grad():
        found = model.module_(seen).softmax(dim=1)
    answers = model.predict_proba_windows(windows)
    assert answers.mask[0, 2].all() and answers.mask.sum() == 2
    np.testing.assert_allclose(found, answers.compressed().reshape(23, 2), atol=1e-6)


def test_gradients_reach_the_modules_input(sequences):
    X, y = sequences
    model = large().fit(X, y)
    seen = model.module_input(X).requires_grad_()
    model.module_(seen)[:, 1].sum().backward()
    assert (seen.grad.abs().sum(dim=tuple(range(1, seen.ndim))) > 0).all()
