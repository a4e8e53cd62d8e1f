"""A copy of a network that a few labelled trials of a person have moved a little."""

import pickle
from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from torch import nn

from sklearn_eeg.classifiers import (
    BandPowerNetClassifier,
    DMMRClassifier,
    GCBNetBLSClassifier,
    ModuleClassifier,
    MSMDAClassifier,
    PRPLClassifier,
    ResAttentioNetClassifier,
    Runtime,
)
from sklearn_eeg.preprocessing import ChannelScaler
from sklearn_eeg.regressors import Conv2DLSTMRegressor
from sklearn_eeg.trials import Trials


class Encoder(nn.Module):
    def __init__(self, n_features, n_outputs):
        super().__init__()
        self.encode = nn.Sequential(
            nn.Flatten(), nn.Linear(n_features, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Dropout(0.5)
        )
        self.head = nn.Linear(6, n_outputs)

    def forward(self, x):
        return self.head(self.encode(x))


small = partial(
    ModuleClassifier,
    module=Encoder,
    runtime=Runtime(precision="float64"),
    max_epochs=30,
    lr=0.02,
    random_state=0,
)


@pytest.fixture
def data():
    """Trials of others, and of one whose second feature tells the class, not the first."""
    rng = np.random.default_rng(0)
    y = np.tile(["calm", "tense"], 50)
    X = rng.normal(size=(100, 4))
    X[:, 0] += 3 * (y == "tense")
    theirs = rng.normal(size=(100, 4))
    theirs[:, 1] += 3 * (y == "tense")
    return X, y, theirs


@pytest.fixture
def model(data):
    return small().fit(*data[:2])


def state(model):
    return {name: value.clone() for name, value in model.module_.state_dict().items()}


def test_the_person_is_recognised_better_and_the_more_trials_the_better(model, data):
    _, y, theirs = data
    scores = [model.score(theirs[50:], y[50:])]
    for n in (4, 40):
        person = model.calibrate(theirs[:n], y[:n], pull=0.3, lr=0.02)
        scores.append(person.score(theirs[50:], y[50:]))
    assert scores == sorted(scores)
    assert scores[0] < 0.6 and scores[2] > 0.9


@pytest.mark.parametrize("part", ["all", "head"])
def test_the_network_itself_stays_as_it_was(model, data, part):
    _, y, theirs = data
    before, answers = state(model), model.predict_proba(theirs)
    learns = [weight.requires_grad for weight in model.module_.parameters()]
    person = model.calibrate(theirs[:6], y[:6], part=part)
    assert all(torch.equal(before[name], value) for name, value in state(model).items())
    assert_array_equal(model.predict_proba(theirs), answers)
    moved = {n for n, value in state(person).items() if not torch.equal(before[n], value)}
    named = dict(model.module_.named_parameters())
    assert moved == {name for name in named if part == "all" or name.startswith("head.")}
    assert [weight.requires_grad for weight in person.module_.parameters()] == learns
    assert not any(part.training for part in person.module_.modules())


def test_weights_lie_where_trials_and_pull_balance(model, data):
    _, y, theirs = data
    start = state(model)
    person = model.calibrate(theirs[:5], y[:5], part="head", pull=2.0, n_steps=3000)
    head = person.module_.head
    codes = torch.as_tensor((y[:5] == "tense").astype(int))
    loss = nn.functional.cross_entropy(
        person.module_(torch.from_numpy(theirs[:5])), codes, reduction="sum"
    )
    for name, gradient in zip(
        ("weight", "bias"), torch.autograd.grad(loss, [head.weight, head.bias]), strict=True
    ):
        away = head.get_parameter(name) - start[f"head.{name}"]
        assert_allclose(gradient, -2 * 2.0 * away.detach(), atol=1e-8)


def test_a_strong_pull_leaves_it_where_it_was(model, data):
    _, y, theirs = data
    person = model.calibrate(theirs[:6], y[:6], pull=1e9, lr=1e-9)
    assert_allclose(person.predict_proba(theirs), model.predict_proba(theirs), rtol=1e-6)


def test_the_same_trials_give_the_same_person(model, data):
    _, y, theirs = data
    one, two = (model.calibrate(theirs[:6], y[:6]).predict_proba(theirs) for _ in range(2))
    assert_array_equal(one, two)
    again = pickle.loads(pickle.dumps(model)).calibrate(theirs[:6], y[:6])
    assert_array_equal(again.predict_proba(theirs), one)
    torch.manual_seed(0)
    before = torch.get_rng_state()
    model.calibrate(theirs[:6], y[:6])
    assert torch.equal(torch.get_rng_state(), before)


def test_who_was_calibrated_can_be_again(model, data):
    _, y, theirs = data
    once = model.calibrate(theirs[:6], y[:6])
    twice = once.calibrate(theirs[6:12], y[6:12])
    assert (once.predict_proba(theirs) != twice.predict_proba(theirs)).any()


def test_one_trial_of_one_class_takes_nothing_away(model, data):
    X, y, theirs = data
    person = model.calibrate(theirs[:1], y[:1])
    assert_array_equal(person.classes_, ["calm", "tense"])
    assert person.score(X, y) > 0.9


def test_a_trial_counts_once_however_many_windows_it_has(data):
    rng, (_, y, _) = np.random.default_rng(0), data
    X = rng.normal(size=(100, 3, 4)) + 2 * (y == "tense")[:, None, None]
    settings = {"axes": ("feature",), "max_epochs": 3}
    model = small(**settings).fit(Trials(X, axes=("window", "feature")), y)
    few = [X[0], np.repeat(X[1][:1], 7, axis=0)]
    again = [X[0], X[1][:1]]
    one, two = (
        model.calibrate(Trials(part, axes=("window", "feature")), y[:2]).predict_proba(
            Trials(X, axes=("window", "feature"))
        )
        for part in (few, again)
    )
    assert_allclose(one, two, rtol=1e-9)


def test_votes_and_labels_of_the_same_classes(data):
    X, y, theirs = data
    votes = np.c_[y == "calm", y == "tense"].astype(float)
    model = small().fit(X, votes)
    by_votes = model.calibrate(theirs[:6], votes[:6]).predict_proba(theirs)
    by_labels = model.calibrate(theirs[:6], (y[:6] == "tense").astype(int)).predict_proba(theirs)
    assert_allclose(by_votes, by_labels)


def test_behind_the_steps_of_a_pipeline(data):
    X, y, theirs = data
    whole = make_pipeline(ChannelScaler(), small()).fit(X[:, None], y)
    few = whole[:-1].transform(theirs[:20, None])
    person = whole[-1].calibrate(few, y[:20], pull=1.0)
    assert person.score(few, y[:20]) > whole.score(theirs[:20, None], y[:20])


@pytest.mark.parametrize("labels", ["true", "noise", "constant", None, np.nan, "a stranger"])
@pytest.mark.parametrize("part", ["all", "head"])
def test_labels_of_trials_that_are_marked_as_unlabelled_teach_nothing(model, data, labels, part):
    _, y, theirs = data
    told = y.astype(object)
    known = {"true": y[6:], "noise": np.random.default_rng(1).permutation(y[6:])}
    told[6:] = known.get(labels, "tense" if labels == "constant" else labels)
    metadata = {"unlabelled": np.arange(100) >= 6, "stimulus": list(map(str, told))}
    found = model.calibrate(Trials(theirs, metadata=metadata), told, part=part)
    expected = model.calibrate(theirs[:6], y[:6], part=part)
    weights = state(expected)
    assert all(torch.equal(weights[name], value) for name, value in state(found).items())
    assert_array_equal(found.predict_proba(theirs), expected.predict_proba(theirs))


def test_the_labels_it_is_given_do_teach(model, data):
    _, y, theirs = data
    one, two = (model.calibrate(theirs[:6], labels) for labels in (y[:6], y[5::-1]))
    assert np.abs(one.predict_proba(theirs) - two.predict_proba(theirs)).max() > 1e-3


@pytest.mark.parametrize(
    "network",
    [
        MSMDAClassifier(n_shared=(8, 8, 8), n_hidden=4, max_epochs=2),
        PRPLClassifier(n_hidden=(8, 8), max_epochs=40),
        GCBNetBLSClassifier(max_epochs=1),
        DMMRClassifier(pretrain_epochs=1, max_epochs=2, n_hidden=8),
        ResAttentioNetClassifier(base_width=2, max_epochs=2),
    ],
    ids=lambda network: type(network).__name__,
)
def test_networks_of_ours(network):
    rng = np.random.default_rng(0)
    y, groups = np.arange(16) % 2, np.repeat([1, 2], 8)
    X = rng.normal(size=(16, 4, 3, 5)) + y[:, None, None, None]
    X[3, 2:] = np.nan
    model = network.set_params(random_state=0).fit(X, y, groups=groups)
    person = model.calibrate(X[2:6], y[2:6], n_steps=30)
    few = np.arange(4)
    before, after = (m.predict_proba(X[2:6])[few, y[2:6]] for m in (model, person))
    assert np.log(after).sum() > np.log(before).sum()


def test_a_person_is_scaled_while_calibrated_as_in_prediction():
    rng = np.random.default_rng(0)
    y = np.arange(24) % 2
    metadata = {"subject": np.repeat([1, 2, 3], 8)}
    X = Trials(rng.normal(size=(24, 4, 200)) * (1 + y[:, None, None]), sfreq=128, metadata=metadata)
    model = BandPowerNetClassifier(transductive=True, max_epochs=2, random_state=0).fit(X, y)
    louder = X.replace(data=10 * X.data)
    one, two = (model.calibrate(trials[:8], y[:8]).predict_proba(X) for trials in (X, louder))
    assert_allclose(one, two, rtol=1e-3)


def test_regressors_too():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(12, 3, 1, 4, 4)), rng.normal(size=12)
    model = Conv2DLSTMRegressor(n_hidden=8, max_epochs=2, random_state=0).fit(X, y)
    person = model.calibrate(X[:4], y[:4] + 3, pull=0.1)
    assert person.predict(X[:4]).mean() > model.predict(X[:4]).mean() + 0.5
    with pytest.raises(ValueError, match="expected targets of shape"):
        model.calibrate(X[:4], np.zeros((4, 2)))


class TestRefusals:
    def test_before_fit(self, data):
        with pytest.raises(NotFittedError):
            small().calibrate(data[0], data[1])

    def test_labels_of_no_known_class(self, model, data):
        with pytest.raises(ValueError, match=r"ModuleClassifier: expected labels of .*got \['sad'"):
            model.calibrate(data[2][:2], ["calm", "sad"])

    def test_trials_of_another_shape(self, model, data):
        with pytest.raises(ValueError, match="4 features"):
            model.calibrate(data[2][:2, :3], data[1][:2])

    def test_a_network_without_a_head(self, data):
        X, y, _ = data

        def line(n_features, n_outputs):
            return nn.Linear(n_features, n_outputs)

        model = small(module=line).fit(X, y)
        with pytest.raises(ValueError, match="expected a module with a part called head"):
            model.calibrate(X[:2], y[:2], part="head")
        model.calibrate(X[:2], y[:2])

    @pytest.mark.parametrize(
        ("setting", "value"), [("part", "tail"), ("pull", -1), ("lr", 0), ("n_steps", 0)]
    )
    def test_settings_that_are_none(self, model, data, setting, value):
        with pytest.raises(ValueError, match=f"ModuleClassifier: expected {setting} to be"):
            model.calibrate(data[0], data[1], **{setting: value})

    def test_steps_that_lead_nowhere(self, model, data):
        X, y, _ = data
        with pytest.raises(FloatingPointError, match="expected finite weights"):
            model.calibrate(X, y, lr=1e200, pull=1e200)
