"""Steps on some subjects that help others, by hand on two parameters and with whole networks."""

from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from torch import nn

from sklearn_eeg._engine.batches import Batch
from sklearn_eeg.classifiers import MLDG, ModuleClassifier, ResAttentioNetClassifier, Runtime
from sklearn_eeg.trials import Trials


class Bowl:
    """What a net is to an objective: a row's loss is the squared distance of (a, b) from it."""

    def __init__(self, a, b):
        self.module_ = nn.Linear(1, 2, bias=False).double()
        with torch.no_grad():
            self.module_.weight.copy_(torch.tensor([[a], [b]], dtype=torch.float64))

    def infer(self, batch, run=None):
        return (run or self.module_)(torch.ones(len(batch.input), 1, dtype=torch.float64))

    def criterion_(self, output, target, weight):
        return (output - target).square().sum(1).mean()


class Sources:
    def __init__(self, n):
        self.domain = torch.arange(n)


@pytest.mark.parametrize("second_order", [False, True])
def test_two_parameters_by_hand(second_order):
    start, lr, beta = np.array([1.0, -2.0]), 0.1, 0.7
    # Two subjects, each with a centre that draws the parameters to itself.
    centres = torch.tensor([[3.0, 0.0], [0.0, 5.0]], dtype=torch.float64)
    part = MLDG(beta, inner_lr=lr, held_out=0.5, second_order=second_order)
    net = Bowl(*start)
    batch = Batch(centres, centres)
    torch.manual_seed(0)
    aside = torch.randperm(2)[0]
    torch.manual_seed(0)
    _, loss = part.begin(net, Sources(2))(net, batch, 0.0)
    loss.backward()
    here, there = centres[1 - aside].numpy(), centres[aside].numpy()
    # The step tried: the gradient of the squared distance is twice the way.
    moved = start - lr * 2 * (start - here)
    assert loss.item() == pytest.approx(
        ((start - here) ** 2).sum() + beta * ((moved - there) ** 2).sum()
    )
    through = 1 - 2 * lr if second_order else 1
    expected = 2 * (start - here) + beta * through * 2 * (moved - there)
    assert_allclose(net.module_.weight.grad.flatten(), expected)


def test_the_second_order_is_the_gradient_of_what_is_minimised():
    centres = torch.tensor([[3.0, 0.0], [0.0, 5.0]], dtype=torch.float64)
    part = MLDG(inner_lr=0.3, held_out=0.5, second_order=True)

    def minimised(a, b):
        net = Bowl(a, b)
        torch.manual_seed(1)
        return net, part.begin(net, Sources(2))(net, Batch(centres, centres), 0.0)[1]

    net, loss = minimised(1.0, -2.0)
    loss.backward()
    slope = (minimised(1 + 1e-6, -2.0)[1] - minimised(1 - 1e-6, -2.0)[1]) / 2e-6
    assert net.module_.weight.grad[0, 0].item() == pytest.approx(slope.item(), rel=1e-6)


def test_answers_keep_the_order_of_the_batch():
    net, part = Bowl(0.0, 0.0), MLDG(held_out=0.5)
    net.infer = lambda batch, run=None: batch.input
    net.criterion_ = lambda output, target, weight: net.module_.weight.sum()
    rows = torch.arange(12.0).reshape(6, 2)
    output, _ = part.begin(net, Sources(3))(net, Batch(rows, rows), 0.0)
    assert torch.equal(output, rows)


class Line(nn.Module):
    def __init__(self, n_features, n_outputs):
        super().__init__()
        self.line = nn.Linear(n_features, n_outputs)

    def forward(self, x):
        return self.line(x.flatten(1))


exact = partial(
    ModuleClassifier, module=Line, max_epochs=60, lr=0.02, batch_size=60, random_state=0
)


def test_what_holds_for_some_subjects_only_is_not_relied_on():
    """The first feature tells the class of all people, the second better, but the other way."""
    rng = np.random.default_rng(0)
    subject, y = np.repeat(np.arange(5), 40), np.arange(200) % 2
    sign = np.where(np.arange(5) < 3, 1, -1)[subject]
    way = 2 * y - 1
    X = np.c_[1.0 * way + rng.normal(size=200), 3.0 * sign * way + rng.normal(size=200)]
    trials = Trials(X, metadata={"subject": subject})
    settings = {"optimizer": "sgd", "lr": 0.05, "max_epochs": 100}
    part = MLDG(inner_lr=0.5)
    with_it, without = (
        exact(alignment=alignment, **settings).fit(trials, y).module_.line.weight.detach()
        for alignment in (part, None)
    )

    def reliance(weight):
        common, rare = (weight[1] - weight[0]).abs()
        return rare / common

    assert reliance(with_it) < reliance(without)


def test_networks_with_normalisation_and_dropout_train_by_it():
    rng = np.random.default_rng(0)
    y = np.arange(24) % 2
    data = rng.normal(size=(24, 6, 2, 3)) + 2 * y[:, None, None, None]
    X = Trials(data, metadata={"subject": np.repeat([1, 2, 3], 8)})
    model = ResAttentioNetClassifier(
        base_width=2, max_epochs=25, lr=0.02, alignment="mldg", random_state=0
    ).fit(X, y)
    again = clone(model).fit(X, y)
    assert_array_equal(model.predict_proba(X), again.predict_proba(X))
    losses = model.history_[:, "train_loss"]
    assert losses[-1] < losses[0] / 1.5


def test_subjects_held_out_for_validation_take_no_part():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    y, groups = np.arange(40) % 2, np.repeat(np.arange(4), 10)
    settings = {"alignment": "mldg", "validation": 0.25, "max_epochs": 1}
    model = exact(**settings).fit(X, y, groups=groups)
    other = X.copy()
    other[model.validation_trials_] = 5
    again = exact(**settings).fit(other, y, groups=groups)
    assert torch.equal(model.module_.line.weight, again.module_.line.weight)


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [("inner_lr", 0, "above 0"), ("held_out", 1.0, "between 0 and 1"), ("strength", -1, "0 or")],
)
def test_settings_that_are_none(setting, value, said):
    with pytest.raises(ValueError, match=f"expected {setting} to be a finite number, {said}"):
        exact(alignment=MLDG(**{setting: value})).fit(np.eye(4), [0, 1, 0, 1], groups=[1, 1, 2, 2])


def test_one_subject_has_no_others():
    with pytest.raises(ValueError, match="expected to train on two subjects or more"):
        exact(alignment="mldg", runtime=Runtime()).fit(np.eye(4), [0, 1, 0, 1])
