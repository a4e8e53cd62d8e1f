"""A discriminator of domains that features learn to fool."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from skorch.callbacks import Callback
from torch import nn

from sklearn_eeg._engine.dann import Adversary
from sklearn_eeg.classifiers import DANN, Aligned, ModuleClassifier, Runtime
from sklearn_eeg.trials import Trials, Unlabelled


class Encoder(nn.Module):
    def __init__(self, n_features, n_outputs):
        super().__init__()
        self.encode = nn.Sequential(nn.Flatten(), nn.Linear(n_features, 4))
        self.head = nn.Linear(4, n_outputs)

    def forward(self, x):
        return self.head(self.encode(x))


def constant(progress):
    return 1.0


exact = partial(
    ModuleClassifier,
    module=Encoder,
    runtime=Runtime(precision="float64"),
    batch_size=30,
    max_epochs=80,
    lr=0.02,
    random_state=0,
)


@pytest.fixture
def data():
    """Trials of three people whose first feature is the class, and a target far off in another."""
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2
    X = rng.normal(size=(60, 6))
    X[:, 0] += 6 * y
    trials = Trials(X, metadata={"subject": np.repeat([1, 2, 3], 20)})
    shift = np.array([0.0, 4.0, 0, 0, 0, 0])
    return trials, y, trials.replace(data=X[::-1] + shift)


class Still:
    """What a net is to an objective: features are inputs, the head answers nothing of them."""

    def __init__(self):
        self.module_ = nn.Module()
        self.module_.head = nn.Linear(2, 2)

    def infer(self, batch):
        return self.module_.head(batch.input)

    def criterion_(self, output, target, weight):
        return 0 * output.sum()


class Rows:
    def __init__(self, x, unlabelled=None, domain=None):
        self.input, self.unlabelled, self.domain = x, unlabelled, domain
        self.target = self.weight = None


@pytest.mark.parametrize(("between", "n_domains"), [("target", 2), ("sources", 3)])
def test_who_knows_nothing_has_the_logarithm_of_the_number_of_domains(between, n_domains):
    adversary = Adversary(DANN(between=between), 2, n_domains)
    for weights in adversary.parameters():
        nn.init.zeros_(weights)
    batch = Rows(torch.randn(6, 2), Rows(torch.randn(6, 2)), torch.arange(6) % n_domains)
    _, loss = adversary(Still(), batch, 0.5)
    assert loss.item() == pytest.approx(math.log(n_domains))


def test_features_have_the_gradient_of_the_discriminator_with_the_other_sign():
    torch.manual_seed(0)
    adversary = Adversary(DANN(strength=0.5, ramp=constant), 2, 2).double()
    net = Still()
    net.module_.double()
    source = torch.randn(6, 2, dtype=torch.float64, requires_grad=True)
    target = torch.randn(6, 2, dtype=torch.float64) + 1
    parts = [source, *adversary.parameters()]
    _, loss = adversary(net, Rows(source, Rows(target)), 0.5)
    of_features, *of_weights = torch.autograd.grad(loss, parts)
    told = adversary.discriminator(torch.cat([source, target]))
    plain = nn.functional.cross_entropy(told, torch.tensor([0] * 6 + [1] * 6))
    wanted, *rest = torch.autograd.grad(plain, parts)
    torch.testing.assert_close(loss, plain)
    torch.testing.assert_close(of_features, -wanted / 2)
    torch.testing.assert_close(of_weights, rest)


def told_apart(model, X, target):
    """How well a line tells from the features which domain a trial is of."""
    both = np.concatenate([X.data, target.data])
    features = model.module_.encode(torch.from_numpy(both)).detach().numpy()
    domain = np.repeat([0, 1], len(X))
    return LogisticRegression().fit(features, domain).score(features, domain)


def test_features_do_not_tell_the_domain_and_tell_the_class(data):
    X, y, target = data
    fooling = exact(alignment="dann").fit(X, y, X_target=Unlabelled(target))
    assert told_apart(exact().fit(X, y), X, target) > 0.95
    assert told_apart(fooling, X, target) < 0.7
    assert fooling.score(X, y) > 0.95


def test_features_do_not_tell_the_subject(data):
    X, y, _ = data
    offset = np.repeat([0.0, 5.0, -5.0], 20)[:, None] * np.eye(6)[1]
    X = X.replace(data=X.data + offset)
    known = np.repeat([0, 1, 2], 20)

    def told(model):
        features = model.module_.encode(torch.from_numpy(X.data)).detach().numpy()
        return LogisticRegression().fit(features, known).score(features, known)

    fooling = exact(alignment=DANN(between="sources"), batch_size=60).fit(X, y)
    assert told(exact().fit(X, y)) > 0.95
    assert told(fooling) < 0.7
    assert fooling.score(X, y) > 0.95


def test_without_strength_the_network_learns_alone(data):
    X, y, target = data
    idle, other = (
        exact(alignment=part).fit(X, y, X_target=Unlabelled(target)).predict_proba(X)
        for part in (DANN(0.0), Aligned("coral", 0.0))
    )
    assert_allclose(idle, other, rtol=1e-9)


def test_the_discriminator_is_given_up(data):
    X, y, target = data
    model = exact(alignment="dann", max_epochs=2, runtime=Runtime(warm_start=True))
    model.fit(X, y, X_target=Unlabelled(target))
    assert list(model.module_.state_dict()) == list(
        exact(max_epochs=1).fit(X, y).module_.state_dict()
    )
    weights = {id(p) for p in model.module_.parameters()}
    assert {id(p) for p in model.net_.optimizer_.state} == weights
    assert len(model.net_.optimizer_.param_groups) == 1
    # The next fit begins with another.
    model.fit(X, y, X_target=Unlabelled(target))
    assert len(model.net_.optimizer_.param_groups) == 1


def test_a_fit_that_was_cut_off_goes_on_to_the_same_weights(data, tmp_path):
    X, y, target = data

    class Stop(Exception):
        pass

    class Cutting(Callback):
        def on_epoch_end(self, net, **kwargs):
            if len(net.history) == 3:
                raise Stop

    def fit(folder, callbacks=None):
        runtime = Runtime(precision="float64", checkpoint=folder)
        model = exact(alignment="dann", max_epochs=6, runtime=runtime, callbacks=callbacks)
        return model.fit(X, y, X_target=Unlabelled(target))

    with pytest.raises(Stop):
        fit(tmp_path / "one", [Cutting()])
    resumed, whole = fit(tmp_path / "one"), fit(tmp_path / "two")
    assert_array_equal(resumed.predict_proba(X), whole.predict_proba(X))


def test_sizes_that_are_none(data):
    X, y, target = data
    with pytest.raises(ValueError, match="expected n_hidden to be a whole number, 1 or more"):
        exact(alignment=DANN(n_hidden=(0, 4))).fit(X, y, X_target=Unlabelled(target))
