"""Ways of handing over a target that scikit-learn knows, and what nobody may read of it."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
import sklearn
import torch
from numpy.testing import assert_array_equal
from sklearn.model_selection import GridSearchCV, GroupKFold, LeaveOneGroupOut, cross_validate
from sklearn.pipeline import make_pipeline
from torch import nn

from sklearn_eeg.classifiers import ModuleClassifier, WideDeepClassifier, WindowedClassifier
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.model_selection import TargetSplit, add_targets
from sklearn_eeg.preprocessing import ChannelScaler
from sklearn_eeg.regressors import Conv2DLSTMRegressor
from sklearn_eeg.trials import Trials, Unlabelled


class Encoder(nn.Module):
    def __init__(self, n_features, n_outputs):
        super().__init__()
        self.encode = nn.Sequential(nn.Flatten(), nn.Linear(n_features, 4), nn.BatchNorm1d(4))
        self.head = nn.Linear(4, n_outputs)

    def forward(self, x):
        return self.head(self.encode(x))


small = partial(
    ModuleClassifier, module=Encoder, alignment="coral", max_epochs=3, lr=0.02, random_state=0
)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    y = np.tile(["calm", "tense"], 16)
    metadata = {"subject": np.repeat([1, 2, 3, 4], 8)}
    signals = rng.normal(size=(32, 3, 5)) + (y == "tense")[:, None, None]
    return Trials(signals, axes=("channel", "band"), metadata=metadata), y


def mark(X, rows):
    return X.replace(metadata=X.metadata.assign(unlabelled=np.isin(np.arange(len(X)), rows)))


def same_weights(one, other):
    pairs = zip(one.module_.state_dict().values(), other.module_.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


class TestMarks:
    def test_marked_trials_are_the_target(self, data):
        X, y = data
        marked = small().fit(mark(X, np.arange(24, 32)), y)
        given = small().fit(X[:24], y[:24], X_target=Unlabelled(X[24:]))
        assert same_weights(marked, given)
        assert_array_equal(marked.predict_proba(X), given.predict_proba(X))

    @pytest.mark.parametrize("alignment", ["coral", "mmd", "dann", "adabn"])
    @pytest.mark.parametrize("kind", ["noise", "constant", "None", "a stranger", "NaN", "list"])
    def test_their_labels_change_nothing(self, data, alignment, kind):
        X, y = data
        X, rng = mark(X, np.arange(20, 32)), np.random.default_rng(1)
        other = y.astype(object)
        other[20:] = {
            "noise": rng.choice(["calm", "tense"], 12),
            "constant": "tense",
            "None": None,
            "a stranger": "unlabelled",
            "NaN": np.nan,
            "list": -1,
        }[kind]
        other = other.tolist() if kind == "list" else other
        model = small(alignment=alignment)
        one, two = model.fit(X, y), small(alignment=alignment).fit(X, other)
        assert same_weights(one, two)
        assert_array_equal(one.predict_proba(X), two.predict_proba(X))
        assert one.classes_.dtype == two.classes_.dtype

    @pytest.mark.parametrize(
        "labels", [np.arange(32) % 2, pd.Series(np.arange(32) % 2), np.eye(2)[np.arange(32) % 2]]
    )
    def test_labels_of_any_kind_are_taken_apart(self, data, labels):
        X, _ = data
        weight, groups = np.linspace(0.5, 1.5, 32), np.repeat([1, 2, 3, 4], 8)
        along = {"sample_weight": weight, "groups": groups}
        marked = small().fit(mark(X, np.arange(24, 32)), labels, **along)
        along = {name: fact[:24] for name, fact in along.items()}
        given = small().fit(X[:24], labels[:24], **along, X_target=Unlabelled(X[24:]))
        assert same_weights(marked, given)

    def test_who_does_not_adapt_leaves_them_out(self, data):
        X, y = data
        plain = small(alignment=None)
        assert same_weights(
            plain.fit(mark(X, np.arange(20, 32)), y), small(alignment=None).fit(X[:20], y[:20])
        )
        marked = WindowedClassifier().fit(mark(X, np.arange(20, 32)), np.r_[y[:20], ["?"] * 12])
        assert_array_equal(marked.classes_, ["calm", "tense"])
        alone = WindowedClassifier().fit(X[:20], y[:20])
        assert_array_equal(marked.predict_proba(X), alone.predict_proba(X))

    def test_cross_validate_without_routing(self, data):
        X, y = data
        both, labels = add_targets(X, y)
        settings = {"groups": both.subject, "cv": TargetSplit(LeaveOneGroupOut())}
        found = cross_validate(
            small(), both, labels, return_estimator=True, error_score="raise", **settings
        )
        for number, model in zip([1, 2, 3, 4], found["estimator"], strict=True):
            new = X.subject == number
            by_hand = small().fit(X[~new], y[~new], X_target=Unlabelled(X[new]))
            assert same_weights(model, by_hand)
        grid = GridSearchCV(small(), {"lr": [0.1, 0.01]}, cv=TargetSplit(2), error_score="raise")
        assert grid.fit(both, labels, groups=both.subject).best_params_["lr"] in (0.1, 0.01)

    def test_regressors_too(self):
        rng = np.random.default_rng(0)
        X = Trials(
            rng.normal(size=(12, 3, 1, 4, 4)),
            metadata={"subject": np.repeat([1, 2], 6), "unlabelled": np.repeat([False, True], 6)},
        )
        y = np.r_[rng.normal(size=6), np.full(6, np.nan)]
        model = Conv2DLSTMRegressor(n_hidden=8, max_epochs=2, alignment="coral", random_state=0)
        assert np.isfinite(model.fit(X, y).predict(X)).all()

    def test_two_targets_or_no_label(self, data):
        X, y = data
        with pytest.raises(ValueError, match="ModuleClassifier: expected one target, got X_target"):
            small().fit(mark(X, [0]), y, X_target=Unlabelled(X))
        with pytest.raises(ValueError, match="expected trials with a label, got all 32 marked"):
            small().fit(mark(X, np.arange(32)), y)
        with pytest.raises(ValueError, match="expected one entry a trial, 32, got 24"):
            small().fit(mark(X, np.arange(24, 32)), y[:24])


class TestRouting:
    @pytest.fixture(autouse=True)
    def routing(self):
        with sklearn.config_context(enable_metadata_routing=True):
            yield

    def test_cross_validate_hands_it_over_whole(self, data):
        X, y = data
        target = X[24:].replace(data=X.data[24:] * 2)
        model = small().set_fit_request(X_target=True, groups=True)
        found = cross_validate(
            model,
            X[:24],
            y[:24],
            params={"X_target": Unlabelled(target), "groups": X.subject[:24]},
            cv=GroupKFold(3),
            return_estimator=True,
            error_score="raise",
        )
        for number, fitted in zip([3, 2, 1], found["estimator"], strict=True):
            rows = X.subject[:24] != number
            by_hand = small().fit(X[:24][rows], y[:24][rows], X_target=Unlabelled(target))
            assert same_weights(fitted, by_hand)

    def test_a_pipeline_carries_it_through_the_steps_before(self, data):
        X, y = data
        model = make_pipeline(
            ChannelScaler(),
            small().set_fit_request(X_target=True),
            transform_input=["X_target"],
        )
        model.fit(X[:24], y[:24], X_target=Unlabelled(X[24:]))
        scaler = ChannelScaler().fit(X[:24])
        target = Unlabelled(scaler.transform(X[24:]))
        by_hand = small().fit(scaler.transform(X[:24]), y[:24], X_target=target)
        assert same_weights(model[-1], by_hand)

    def test_what_could_be_sliced_is_refused(self, data):
        X, y = data
        model = small().set_fit_request(X_target=True)
        with pytest.raises(TypeError, match="expected X_target as Unlabelled, got Trials"):
            cross_validate(model, X, y, params={"X_target": X}, cv=2, error_score="raise")


def test_a_target_that_no_step_has_been_through_is_told_so():
    rng = np.random.default_rng(0)
    signals = Trials(rng.standard_normal((8, 3, 400)), sfreq=200)
    model = make_pipeline(DEExtractor(), WideDeepClassifier(alignment="coral", max_epochs=1))
    with pytest.raises(
        ValueError, match=r"X_target: expected features.*pipeline\[:-1\]\.transform"
    ):
        model.fit(signals, [0, 1] * 4, widedeepclassifier__X_target=Unlabelled(signals))
