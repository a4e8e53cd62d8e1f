"""Networks on graphs of electrodes, as a user meets them."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import Ridge

from sklearn_eeg.classifiers import (
    GCBNetBLSClassifier,
    RGNNClassifier,
    Runtime,
    SOGNNClassifier,
)
from sklearn_eeg.classifiers._emotion_dl import MOVES, spread_emotions
from sklearn_eeg.montage import DEAP_32, SEED_62, TEN_TWENTY_19
from sklearn_eeg.trials import Trials, Unlabelled

EXACT = {"random_state": 0, "runtime": Runtime(precision="float64")}
SEED = ["negative", "neutral", "positive"]


def make_trials(ch_names, n_trials=24, n_windows=3, classes=(0, 1)):
    rng = np.random.default_rng(0)
    code = np.arange(n_trials) % len(classes)
    shape = (n_trials, n_windows, len(ch_names), 5)
    data = rng.normal(size=shape) + code[:, None, None, None]
    return Trials(data, ch_names=list(ch_names)), np.array(classes)[code]


@pytest.mark.parametrize("cap", [SEED_62, DEAP_32, TEN_TWENTY_19], ids=len)
def test_channels_in_another_order_make_no_other_rgnn(cap):
    trials, y = make_trials(cap)
    order = np.random.default_rng(1).permutation(len(cap))
    shuffled = Trials(trials.data[:, :, order], ch_names=[cap[i] for i in order])
    settings = {"max_epochs": 3, "dropout": 0.0, **EXACT}
    one = RGNNClassifier(**settings).fit(trials, y)
    other = RGNNClassifier(**settings).fit(shuffled, y)
    assert_allclose(other.predict_proba(shuffled), one.predict_proba(trials), rtol=1e-6)
    assert one.score(trials, y) == 1


def test_rgnn_asks_for_names():
    trials, y = make_trials(DEAP_32)
    with pytest.raises(ValueError, match="RGNNClassifier: expected channel names, which RGNN"):
        RGNNClassifier(max_epochs=1).fit(trials.data, y)


@pytest.mark.parametrize(
    "labels, order",
    [
        (SEED, [0, 1, 2]),
        ([-1, 0, 1], [0, 1, 2]),
        ([0, 1, 2], [0, 1, 2]),
        (["fear", "happy", "neutral", "sad"], [2, 3, 0, 1]),
        ([0, 1, 2, 3], [0, 1, 2, 3]),
    ],
)
def test_emotions_are_spread_by_what_they_mean(labels, order):
    table = spread_emotions(np.array(labels), 0.3)
    moves = np.array(list(MOVES.values())[len(labels) - 3])
    assert_allclose(table, np.eye(len(order)) + 0.3 * moves[order][:, order])
    assert_allclose(table.sum(1), 1)
    assert (table >= 0).all()


@pytest.mark.parametrize("labels", [[0, 1], ["left", "right", "rest"], [1, 2, 3], [0, 1, 2, 3, 4]])
def test_other_labels_are_not_spread(labels):
    assert spread_emotions(np.array(labels), 0.3) is None


def test_emotion_dl_is_a_table_of_label_smoothing():
    trials, y = make_trials(["Cz", "Pz"], classes=SEED)
    settings = {"max_epochs": 2, **EXACT}

    def answer(**more):
        return RGNNClassifier(**settings, **more).fit(trials, y).predict_proba(trials)

    table = spread_emotions(np.array(SEED), 0.1)
    spread = answer()
    assert_allclose(answer(emotion_noise=0.0, label_smoothing=table), spread)
    assert_allclose(answer(label_smoothing=table), spread)
    assert not np.allclose(answer(emotion_noise=0.0), spread)


def test_an_unlabelled_target_is_what_node_dat_needs():
    trials, y = make_trials(TEN_TWENTY_19)
    target = Unlabelled(Trials(trials.data[:8] + 1, ch_names=TEN_TWENTY_19))
    settings = {"max_epochs": 3, "weight_decay": 0.0, **EXACT}
    alone = RGNNClassifier(**settings).fit(trials, y).module_
    adapted = RGNNClassifier(**settings).fit(trials, y, X_target=target).module_
    assert not torch.equal(alone.domain_head.weight, adapted.domain_head.weight)
    assert not torch.equal(alone.conv.weight, adapted.conv.weight)


def test_a_target_that_nobody_uses_is_refused():
    trials, y = make_trials(TEN_TWENTY_19)
    target, model = Unlabelled(trials), RGNNClassifier(node_dat=False, max_epochs=1)
    with pytest.raises(ValueError, match="expected node_dat=True or an alignment"):
        model.fit(trials, y, X_target=target)
    model.set_params(alignment="coral").fit(trials, y, X_target=target)


def test_broad_learning_is_ridge_regression_on_random_nodes_of_trained_features():
    trials, y = make_trials(["Cz", "Pz", "Fz"])
    weight = np.linspace(0.5, 1.5, len(y))
    model = GCBNetBLSClassifier(max_epochs=3, n_filters=8, alpha=2.0, **EXACT)
    module = model.fit(trials, y, sample_weight=weight).module_
    x = torch.as_tensor(trials.data).flatten(0, 1)
    with torch.no_grad():
        nodes = module.broad[0](module.encoder(x)).numpy()
    of_windows = np.repeat(np.eye(2)[y], 3, axis=0)
    # Weights are given to the training with a mean of one.
    judge = Ridge(alpha=2.0).fit(nodes, of_windows, np.repeat(weight / weight.mean(), 3))
    assert_allclose(module.broad[1].weight.detach(), judge.coef_, atol=1e-8)
    shares = judge.predict(nodes).clip(1e-3)
    shares = (shares / shares.sum(1, keepdims=True)).reshape(-1, 3, 2).mean(1)
    assert_allclose(model.predict_proba(trials), shares, atol=1e-8)


def test_a_warm_start_of_broad_learning_trains_on_and_solves_again():
    trials, y = make_trials(["Cz", "Pz", "Fz"])
    runtime = Runtime(warm_start=True)
    model = GCBNetBLSClassifier(max_epochs=2, n_filters=8, random_state=0, runtime=runtime)
    first = model.fit(trials, y).module_.broad[1].weight.clone()
    model.fit(trials, y)
    assert model.module_.is_solved
    assert not torch.equal(model.module_.broad[1].weight, first)
    assert model.score(trials, y) == 1


def test_sequences_of_different_length_end_in_missing_windows():
    rng = np.random.default_rng(0)
    y = np.arange(8) % 2
    X = [rng.normal(size=(150 + 4 * i, 3, 5)) + y[i] for i in range(8)]
    model = SOGNNClassifier(max_epochs=2, n_filters=(4, 4, 4), random_state=0).fit(X, y)
    padded = np.full((8, 178, 3, 5), np.nan)
    for row, trial in zip(padded, X, strict=True):
        row[: len(trial)] = trial
    assert_array_equal(model.predict_proba(padded), model.predict_proba(X))
    assert_array_equal(model.predict_proba(X[:2]), model.predict_proba(padded)[:2])
    with pytest.raises(
        ValueError, match=r"SOGNNClassifier: expected 178 windows at most, .* got 179"
    ):
        model.predict(np.zeros((1, 179, 3, 5)))
