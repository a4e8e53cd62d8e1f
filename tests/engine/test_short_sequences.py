"""Trials that a network cuts into short sequences are those that a SequenceCutter cuts."""

import inspect

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._lazy import load
from sklearn_eeg.classifiers import GRUClassifier, ResAttentioNetClassifier, Runtime
from sklearn_eeg.evaluation import predict_table
from sklearn_eeg.persistence import load as load_model
from sklearn_eeg.persistence import save
from sklearn_eeg.preprocessing import SequenceCutter
from sklearn_eeg.trials import Trials, Unlabelled

NETWORKS = {
    name: (load(a.estimator), {**a.small, "max_epochs": 2, "random_state": 0})
    for name, a in ARCHITECTURES.items()
    if hasattr(load(a.estimator), "sequence_length")
}


def make(name="gru", **settings):
    cls, small = NETWORKS[name]
    return cls(**{**small, **settings})


@pytest.fixture
def data(sequences):
    """Of trials of six windows some lack the last ones, one all but two."""
    X, y = sequences
    data = X.data.copy()
    data[3, 5:], data[10, 2:] = np.nan, np.nan
    return X.replace(data=data), y


@pytest.fixture
def fitting(data):
    """As many axes as a network takes."""
    X, y = data

    def reshape(name):
        if "row" not in ARCHITECTURES[name].instance:
            return X, y
        maps = np.moveaxis(X.data, 3, 2).reshape(24, 6, 5, 2, 2)
        axes = ("window", "band", "row", "column")
        return Trials(maps, axes=axes, metadata=X.metadata), y == "tense"

    return reshape


def same_weights(one, other):
    pairs = zip(one.module_.state_dict().values(), other.module_.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def answers(model, X):
    return getattr(model, "predict_proba", model.predict)(X)


def test_every_network_on_windows_that_has_room_for_it_has_the_setting():
    on_windows = {n for n, a in ARCHITECTURES.items() if next(iter(a.instance)) == "window"}
    assert on_windows >= set(NETWORKS)
    for name in on_windows - set(NETWORKS):
        assert len(inspect.signature(load(ARCHITECTURES[name].estimator)).parameters) == 28


@pytest.mark.parametrize("name", NETWORKS)
def test_it_is_the_step_before_bit_for_bit(name, fitting):
    X, y = fitting(name)
    # A number of its own for each trial, so that a sequence counted for another is seen.
    y = y if len(set(y.tolist())) == 2 and hasattr(NETWORKS[name][0], "predict_proba") else y * 1.0
    setting = make(name, sequence_length=3).fit(X, y)
    step = make_pipeline(SequenceCutter(3), make(name)).fit(X, y)
    assert same_weights(setting, step[-1])
    assert_array_equal(answers(setting, X), answers(step, X))
    assert setting.n_steps_ == step[-1].n_steps_


def test_so_it_is_for_trials_of_any_number_of_windows(data):
    X, y = data
    ragged = [X.data[i, : 2 + i % 5] for i in range(24) if i != 10]
    metadata, y = {"subject": np.delete(X.subject, 10)}, np.delete(y, 10)
    ragged = Trials(ragged, axes=X.axes, metadata=metadata)
    setting = make(sequence_length=4, validation=0.25).fit(ragged, y)
    step = make_pipeline(SequenceCutter(4), make(validation=0.25)).fit(ragged, y)
    assert_array_equal(setting.predict_proba(ragged), step.predict_proba(ragged))
    theirs = step[-1].predict_proba_windows(step[0].transform(ragged))
    ours = setting.predict_proba_windows(ragged)
    assert [len(trial) for trial in ours] == [max(1, len(trial) - 3) for trial in ragged.data]
    for one, other in zip(ours, theirs, strict=True):
        assert_array_equal(one, other)


def test_so_it_is_for_a_target_and_a_calibration(data):
    X, y = data
    cut = SequenceCutter(3).fit_transform(X)
    setting = make(sequence_length=3, alignment="coral")
    setting.fit(X[:18], y[:18], X_target=Unlabelled(X[18:]))
    step = make(alignment="coral").fit(cut[:18], y[:18], X_target=Unlabelled(cut[18:]))
    assert same_weights(setting, step)
    assert same_weights(setting.calibrate(X[18:21], y[18:21]), step.calibrate(cut[18:21], y[18:21]))


def test_sequences_as_long_as_trials_are_trials(data):
    X, y = data
    assert_array_equal(
        make(sequence_length=6).fit(X, y).predict_proba(X), make().fit(X, y).predict_proba(X)
    )


def test_rows_are_a_window_each_whatever_the_length(data):
    rows = data[0].data[:, 0].reshape(24, -1)
    cut, whole = (make(sequence_length=n).fit(rows, data[1]).predict_proba(rows) for n in (3, None))
    assert_array_equal(cut, whole)


def test_it_is_searched_kept_and_comes_back(data, tmp_path):
    X, y = data
    grid = GridSearchCV(make(), {"sequence_length": [None, 3]}, cv=2, error_score="raise")
    assert grid.fit(X, y).best_params_["sequence_length"] in (None, 3)
    model = make(sequence_length=3).fit(X, y)
    again = load_model(save(model, tmp_path / "model"))
    assert again.sequence_length == 3
    assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_a_stream_of_windows_wants_the_step(data):
    X, y = data
    with pytest.raises(ValueError, match="a SequenceCutter before it"):
        make(sequence_length=3).fit(X, y).stream("window")


def test_trials_in_sequences_are_not_cut_again(data):
    X, y = data
    with pytest.raises(ValueError, match=r"GRUClassifier: expected whole trials, which sequence_"):
        make(sequence_length=2).fit(SequenceCutter(3).fit_transform(X), y)


@pytest.mark.parametrize("length", [0, -1, 2.5, "8", True])
def test_a_length_that_is_none(length, data):
    with pytest.raises(ValueError, match="GRUClassifier: expected sequence_length to be a whole"):
        GRUClassifier(sequence_length=length).fit(*data)


def test_a_sequence_begins_when_its_first_window_does(data):
    X, y = data
    X = X.replace(window_onsets=2.0 * np.arange(6))
    table = predict_table(make(sequence_length=3).fit(X, y), X[:1])
    assert table["onset"].tolist() == [0, 2, 4, 6]


def test_attention_is_told_for_each_sequence():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(6, 70, 3)), np.arange(6) % 2
    model = ResAttentioNetClassifier(
        base_width=2, max_epochs=1, sequence_length=64, runtime=Runtime(precision="float64")
    )
    weights = model.fit(X, y).attention_weights(X)
    assert weights.shape == (6 * 7, 2, 2)
    assert_allclose(weights.sum(-1), 1)


def test_a_graph_cuts_the_trial_too(data):
    X, y = data
    model = make(sequence_length=3).fit(X, y)
    module = model.to_torch(X.shape[1:])
    missing = X.data.copy()
    missing[0, -2:] = np.nan
    found = module(torch.as_tensor(missing).float()).numpy()
    assert_allclose(found, model.predict_proba(X.replace(data=missing)), atol=1e-6)
