"""Which subjects each stage saw: outer split, search, and the validation inside a fit."""

from dataclasses import dataclass

import numpy as np
import pytest
import sklearn
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate

from sklearn_eeg.classifiers import ResAttentioNetClassifier
from sklearn_eeg.trials import Trials

SEEN = []


@dataclass(kw_only=True, eq=False, repr=False)
class Spy(ResAttentioNetClassifier):
    """Notes who trained, who validated and who was predicted; trials are told by their values."""

    base_width: int = 1
    max_epochs: int = 1
    validation: float | None = 0.34
    random_state: int | None = 0

    def fit(self, X, y, *, sample_weight=None, groups=None):
        super().fit(X, y, sample_weight=sample_weight, groups=groups)
        subject = np.asarray(X)[:, 0, 0].astype(int)
        held = np.zeros(len(subject), dtype=bool)
        held[self.validation_trials_] = True
        SEEN.append(("fit", set(subject[~held]), set(subject[held])))
        return self

    def predict(self, X):
        SEEN.append(("predict", set(np.asarray(X)[:, 0, 0].astype(int))))
        return super().predict(X)


class SpyKFold(GroupKFold):
    """Notes who is on which side."""

    def __init__(self, n_splits, stage):
        super().__init__(n_splits)
        self.stage = stage

    def split(self, X, y=None, groups=None):
        for train, test in super().split(X, y, groups):
            groups = np.asarray(groups)
            SEEN.append((self.stage, set(groups[train]), set(groups[test])))
            yield train, test


@pytest.fixture
def recording():
    SEEN.clear()
    rng = np.random.default_rng(0)
    subject = np.repeat(np.arange(1, 10), 4)
    X = rng.normal(size=(36, 5, 3)).astype(np.float32)
    X[:, 0, 0] = subject
    y = np.arange(36) % 2
    return X, y, subject


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def judge(n_outer):
    """No subject is on two sides of anything; returns the number of fits and of held-out parts."""
    fits = [entry for entry in SEEN if entry[0] == "fit"]
    splits = [entry for entry in SEEN if entry[0] in ("outer", "inner")]
    for _, one, other in fits + splits:
        assert one and other
        assert not one & other
    outer_tests = [test for stage, _, test in splits if stage == "outer"]
    assert len(outer_tests) == n_outer
    assert set().union(*outer_tests) == set(range(1, 10))
    # Every fit is of one side of a split that was drawn, and touches nobody of its test side.
    for _, trained, validated in fits:
        assert any(trained | validated == train for _, train, _ in splits)
        assert any(not (trained | validated) & test for test in outer_tests)
    return len(fits)


def as_trials(X, subject):
    return Trials(X, metadata={"subject": subject})


def test_cross_validate_by_the_subjects_trials_carry(recording):
    X, y, subject = recording
    cv = SpyKFold(3, "outer")
    cross_validate(Spy(), as_trials(X, subject), y, groups=subject, cv=cv)
    assert judge(3) == 3


def test_cross_validate_by_routed_groups(recording, routing):
    X, y, subject = recording
    spy = Spy().set_fit_request(groups=True)
    cv = SpyKFold(3, "outer").set_split_request(groups=True)
    cross_validate(spy, X, y, params={"groups": subject}, cv=cv)
    assert judge(3) == 3


def search(spy, inner):
    return GridSearchCV(spy, {"lr": [1e-3, 1e-2]}, cv=inner, scoring="accuracy")


def test_a_search_inside_cross_validate(recording, routing):
    X, y, subject = recording
    spy = Spy().set_fit_request(groups=True)
    inner = SpyKFold(2, "inner").set_split_request(groups=True)
    outer = SpyKFold(3, "outer").set_split_request(groups=True)
    cross_validate(search(spy, inner), X, y, params={"groups": subject}, cv=outer)
    # Two rates, two inner folds and a refit, three times.
    assert judge(3) == 3 * (2 * 2 + 1)


def test_a_search_in_each_fold_without_routing(recording):
    X, y, subject = recording
    trials = as_trials(X, subject)
    for train, test in SpyKFold(3, "outer").split(X, y, subject):
        fold = search(Spy(), SpyKFold(2, "inner"))
        fold.fit(trials[train], y[train], groups=subject[train])
        SEEN.append(("scored", set(subject[test])))
        fold.score(trials[test], y[test])
    assert judge(3) == 3 * (2 * 2 + 1)


def test_routed_groups_and_weights_together(recording, routing):
    X, y, subject = recording
    spy = Spy().set_fit_request(groups=True, sample_weight=True)
    spy = spy.set_score_request(sample_weight=True)
    cv = SpyKFold(3, "outer").set_split_request(groups=True)
    params = {"groups": subject, "sample_weight": np.where(y == 1, 0.5, 1.0)}
    cross_validate(spy, X, y, params=params, cv=cv)
    assert judge(3) == 3
