"""Batch normalisations that know the target's mean and variance, and networks around them."""

from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch import nn

from sklearn_eeg.classifiers import ModuleClassifier, ResAttentioNetClassifier, Runtime
from sklearn_eeg.nn._batch_norms import measure_batch_norms
from sklearn_eeg.trials import Trials, Unlabelled


class Normed(nn.Module):
    """Two normalisations, the later one registered first."""

    def __init__(self, n_features, n_outputs):
        super().__init__()
        self.last = nn.BatchNorm1d(5)
        self.first = nn.BatchNorm1d(n_features)
        self.between = nn.Sequential(nn.Linear(n_features, 5), nn.Tanh())
        self.drop = nn.Dropout(0.5)
        self.answer = nn.Linear(5, n_outputs)

    def forward(self, x):
        return self.answer(self.drop(self.last(self.between(self.first(x.flatten(1))))))


exact = partial(
    ModuleClassifier,
    module=Normed,
    runtime=Runtime(precision="float64"),
    max_epochs=5,
    lr=0.01,
    random_state=0,
)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    y = np.arange(40) % 2
    X = Trials(rng.normal(size=(40, 3)) + y[:, None], metadata={"subject": np.repeat([1, 2], 20)})
    return X, y, Unlabelled(3 * rng.normal(size=(31, 3)) ** 2)


def weights(model):
    return {
        k: v
        for k, v in model.module_.state_dict().items()
        if "running" not in k and "tracked" not in k
    }


def test_all_weights_are_those_of_a_training_without_the_target(data):
    X, y, target = data
    plain, adapted = exact().fit(X, y), exact(alignment="adabn").fit(X, y, X_target=target)
    for name, value in weights(plain).items():
        assert torch.equal(weights(adapted)[name], value), name
    assert plain.history_[:, "train_loss"] == adapted.history_[:, "train_loss"]
    assert not torch.equal(plain.module_.last.running_mean, adapted.module_.last.running_mean)


@pytest.mark.parametrize("n_bytes", [1, 8 * 3 * 7, 2**24])
def test_the_target_is_normalised_as_one_batch_of_a_training(data, n_bytes):
    X, y, target = data

    class Small(ModuleClassifier):
        _predict_bytes = n_bytes

    model = Small(**exact.keywords, alignment="adabn").fit(X, y, X_target=target)
    module = model.module_
    answers = module(torch.from_numpy(target.trials))
    module.train()
    module.drop.eval()
    assert_allclose(answers.detach(), module(torch.from_numpy(target.trials)).detach(), rtol=1e-9)


def test_statistics_are_the_targets(data):
    X, y, target = data
    norm = exact(alignment="adabn").fit(X, y, X_target=target).module_.first
    assert_allclose(norm.running_mean, target.trials.mean(0))
    assert_allclose(norm.running_var, target.trials.var(0))


def test_a_target_measured_in_other_units_gets_the_same_answers(data):
    X, y, target = data
    other = 100 * target.trials - 7
    model = exact(alignment="adabn").fit(X, y, X_target=target)
    again = exact(alignment="adabn").fit(X, y, X_target=Unlabelled(other))
    # Up to the tiny number that is added to variances.
    assert_allclose(model.predict_proba(target.trials), again.predict_proba(other), rtol=1e-3)


def test_missing_windows_enter_no_statistic():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(12, 40, 2, 3)), np.arange(12) % 2
    target = rng.normal(size=(6, 40, 2, 3)) + 1
    target[:3, 30:] = np.nan
    settings = {"base_width": 2, "max_epochs": 1, "random_state": 0, "alignment": "adabn"}
    model = ResAttentioNetClassifier(**settings, runtime=Runtime(precision="float64"))
    model.fit(X, y, X_target=Unlabelled(target))
    module = model.module_
    entered = []
    module.stem_bn.register_forward_pre_hook(lambda _, inputs: entered.append(inputs))
    model.predict(target)
    ((x, missing),) = entered
    rows = x.flatten(0, 1)[~missing.flatten()].numpy()
    assert len(rows) < x.shape[0] * x.shape[1]
    assert_allclose(module.stem_bn.running_mean, rows.mean(0))
    assert_allclose(module.stem_bn.running_var, rows.var(0))


def test_momentum_and_mode_stay_as_they_were():
    norm = nn.BatchNorm1d(2, momentum=0.3)
    module = nn.Sequential(norm, nn.BatchNorm1d(2, track_running_stats=False), nn.Dropout())
    x = torch.randn(6, 2)
    measure_batch_norms(module, lambda: module(x))
    assert norm.momentum == 0.3
    assert not any(part.training for part in module.modules())
    assert not norm._forward_hooks and not norm._forward_pre_hooks


class TestRefusals:
    def test_a_network_without_batch_normalisations(self, data):
        X, y, target = data

        def line(n_features, n_outputs):
            return nn.Linear(n_features, n_outputs)

        with pytest.raises(ValueError, match="expected a network with batch normalisations"):
            exact(module=line, alignment="adabn").fit(X, y, X_target=target)

    def test_a_target_of_one_trial(self, data):
        X, y, target = data
        with pytest.raises(ValueError, match="expected two instances of the target or more"):
            exact(alignment="adabn").fit(X, y, X_target=Unlabelled(target.trials[:1]))

    def test_no_target(self, data):
        X, y, _ = data
        with pytest.raises(ValueError, match=r"expected X_target, .*where alignment is 'adabn'"):
            exact(alignment="adabn").fit(X, y)
