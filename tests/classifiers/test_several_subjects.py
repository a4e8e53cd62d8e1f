"""Classifiers that know several source subjects, and some a target: what must hold of each."""

import pickle
from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate

from sklearn_eeg.classifiers import DMMRClassifier, MSMDAClassifier, PRPLClassifier
from sklearn_eeg.trials import Trials, Unlabelled

FAST = {"max_epochs": 6, "random_state": 0}
MSMDA = partial(MSMDAClassifier, n_shared=(16, 16, 8), n_hidden=8, lr=0.01, **FAST)
PRPL = partial(PRPLClassifier, n_hidden=(16, 16), rank=8, lr=0.01, **FAST)
DMMR = partial(DMMRClassifier, n_hidden=8, pretrain_epochs=2, lr=0.01, **FAST)
EACH = pytest.mark.parametrize("make", [MSMDA, PRPL, DMMR])
ADAPTING = pytest.mark.parametrize("make", [MSMDA, PRPL])


@pytest.fixture
def target(sequences):
    """Other trials, shifted."""
    X, _ = sequences
    return X.replace(data=(X.data[::-1] + 2).copy())


def weights(model):
    return torch.cat([p.flatten() for p in model.module_.state_dict().values()])


@EACH
def test_folds_with_more_or_fewer_subjects(make, sequences):
    X, y = sequences
    split = {"cv": GroupKFold(3), "groups": X.subject}
    scores = cross_validate(make(), X, y, **split, return_estimator=True, error_score="raise")
    sources = sorted(len(model.domains_) for model in scores["estimator"])
    assert sources == [2, 3, 3]
    assert np.isfinite(scores["test_score"]).all()
    if make is MSMDA:
        assert sorted(len(m.module_.head.each.weight) for m in scores["estimator"]) == sources


@EACH
def test_copies_predict_the_same(make, sequences):
    X, y = sequences
    model = make().fit(X, y)
    expected = model.predict_proba(X)
    assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(X), expected)
    assert_array_equal(clone(model).fit(X, y).predict_proba(X), expected)
    # Of two subjects, then of all again.
    assert model.fit(X[:12], y[:12]).predict_proba(X).shape == (24, 2)
    assert_array_equal(model.fit(X, y).predict_proba(X), expected)


@EACH
def test_plain_arrays_are_of_one_source(make, sequences):
    X, y = sequences
    model = make().fit(X.data, y)
    assert model.domains_ is None
    assert_array_equal(
        make().fit(X.data, y, groups=np.ones(24)).predict(X.data), model.predict(X.data)
    )
    told = make().fit(X.data, y, groups=X.subject)
    assert_array_equal(told.predict_proba(X.data), make().fit(X, y).predict_proba(X))


@EACH
def test_subjects_held_out_train_nothing(make, sequences):
    X, y = sequences
    settings = {"validation": 0.25, "max_epochs": 1}
    model = make(**settings).fit(X, y)
    held = np.isin(np.arange(24), model.validation_trials_)
    assert len(set(X.subject[held])) == 1 and len(model.domains_) == 3
    poisoned = X.replace(data=np.where(held[:, None, None, None], 1e3 * X.data, X.data))
    assert torch.equal(weights(make(**settings).fit(poisoned, y)), weights(model))


@EACH
def test_a_search_over_one_setting(make, sequences):
    X, y = sequences
    choices = {"n_hidden": [(4, 4), (8, 8)] if make is PRPL else [4, 8]}
    grid = GridSearchCV(make(max_epochs=20), choices, cv=2, error_score="raise")
    assert grid.fit(X, y).score(X, y) > 0.8


@EACH
def test_votes_are_learnt_as_labels_are(make, sequences):
    X, y = sequences
    votes = np.column_stack([y == "calm", y == "tense"]) * 3.0
    labelled, voted = make().fit(X, y), make(loss="auto").fit(X, votes)
    assert_array_equal(voted.predict(X), (labelled.predict(X) == "tense").astype(int))


@ADAPTING
def test_target_trials_change_predictions_only_where_given(make, sequences, target):
    X, y = sequences
    alone = make().fit(X, y).predict_proba(X)
    assert_array_equal(make().fit(X, y).predict_proba(X), alone)
    beside = make().fit(X, y, X_target=Unlabelled(target)).predict_proba(X)
    other = make().fit(X, y, X_target=Unlabelled(X)).predict_proba(X)
    assert (beside != alone).any() and (beside != other).any()


@ADAPTING
def test_labels_of_the_target_change_nothing(make, sequences, target):
    X, y = sequences
    table = target.metadata.assign(label=y[::-1], target=y)
    fits = [
        make().fit(X, y, X_target=Unlabelled(trials))
        for trials in (target, target.replace(metadata=table))
    ]
    assert torch.equal(weights(fits[0]), weights(fits[1]))


@ADAPTING
def test_a_target_reaches_every_fit_of_a_search_whole(make, sequences, target):
    X, y = sequences
    beside = {"X_target": Unlabelled(target)}
    cross_validate(make(), X, y, cv=3, params=beside, error_score="raise")
    grid = GridSearchCV(make(), {"lr": [0.1, 0.01]}, cv=2, error_score="raise")
    direct = make(**grid.fit(X, y, **beside).best_params_).fit(X, y, **beside)
    assert_array_equal(grid.predict_proba(X), direct.predict_proba(X))


@pytest.mark.parametrize(
    "model",
    [
        MSMDAClassifier(max_epochs=30, lr=0.003, batch_size=32, random_state=0),
        MSMDAClassifier(kernel="gaussian", max_epochs=30, lr=0.003, batch_size=32, random_state=0),
        PRPLClassifier(max_epochs=60, random_state=0),
    ],
)
def test_a_shifted_target_is_met(model):
    """The target lies along the line from one class to the next, where all look like that one."""
    rng = np.random.default_rng(0)
    y, means = np.tile([0, 1, 2], 60), 0.4 * rng.normal(size=(3, 60))
    data = 0.7 * rng.normal(size=(180, 60)) + means[y]
    X = Trials(data, axes=("feature",), metadata={"subject": np.repeat([1, 2, 3], 60)})
    shifted = data[:90] + means[1] - means[0] + 0.5 * rng.normal(size=60)
    alone = model.fit(X, y).score(shifted, y[:90])
    assert alone < 0.6
    beside = model.fit(X, y, X_target=Unlabelled(shifted)).score(shifted, y[:90])
    assert beside > alone + 0.3


@ADAPTING
def test_an_alignment_beside_its_own_is_refused(make, sequences, target):
    X, y = sequences
    with pytest.raises(ValueError, match="expected alignment=None, since the network aligns"):
        make(alignment="coral").fit(X, y, X_target=Unlabelled(target))


def test_generalisation_takes_no_target_by_itself(sequences, target):
    X, y = sequences
    with pytest.raises(ValueError, match="expected an alignment where X_target is given"):
        DMMR().fit(X, y, X_target=Unlabelled(target))
    model = DMMR(alignment="coral").fit(X, y, X_target=Unlabelled(target))
    assert np.isfinite(model.predict_proba(X)).all()


def test_a_source_of_one_instance_is_refused(sequences):
    X, y = sequences
    flat = Trials(X.data[:, 0], metadata={"subject": np.r_[9, np.repeat(1, 23)]})
    with pytest.raises(ValueError, match="expected batches of two instances or more"):
        MSMDA().fit(flat, y)


def test_the_first_phase_changes_what_is_learnt(sequences):
    X, y = sequences
    before, without = DMMR().fit(X, y), DMMR(pretrain_epochs=None).fit(X, y)
    assert (before.predict_proba(X) != without.predict_proba(X)).any()
    assert before.module_.state_dict().keys() == without.module_.state_dict().keys()


def test_other_losses_hold_a_cluster_to_its_class(sequences):
    X, y = sequences
    model = PRPL(loss="cross_entropy", max_epochs=30).fit(X, y)
    counts = model.module_.counts
    assert_array_equal(counts.argmax(1).numpy(), [0, 1])
    assert model.score(X, y) > 0.9


def test_classes_that_weigh_more_are_predicted_more():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 4)), np.tile([0, 1], 30)
    heavy = PRPL(class_weight={0: 100.0, 1: 0.01}, max_epochs=20).fit(X, y)
    assert (heavy.predict(X) == 0).mean() > 0.95


def test_sequences_of_a_trial_are_averaged(sequences):
    X, y = sequences
    cut = np.stack([X.data[:, i : i + 4] for i in range(3)], 1)
    model = DMMR().fit(cut, y, groups=X.subject)
    parts = np.mean([model.predict_proba(cut[:, [i]]) for i in range(3)], 0)
    assert_allclose(model.predict_proba(cut), parts, atol=1e-6)


def test_short_trials_are_missing_windows(sequences):
    X, y = sequences
    padded = X.data.copy()
    padded[5, 4:] = np.nan
    ragged = [trial[:4] if i == 5 else trial for i, trial in enumerate(X.data)]
    fits = [DMMR().fit(data, y, groups=X.subject) for data in (padded, ragged)]
    assert torch.equal(weights(fits[0]), weights(fits[1]))
    assert_allclose(
        fits[0].predict_proba(padded[:, :4])[5], fits[0].predict_proba(padded)[5], atol=1e-6
    )
