"""A network that answers one instance quickly answers as it does in a batch."""

import copy

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch import nn

from sklearn_eeg._engine.quick import Passed, QuickNet, RowProduct, fuse
from sklearn_eeg.classifiers import HeldOut, ModuleClassifier, Runtime
from sklearn_eeg.nn.layers._row_conv1d import RowConv1d
from sklearn_eeg.testing._samples import make_samples
from tests.instances import INSTANCES

NETWORKS = {
    "ResAttentioNetClassifier": "band features",
    "WideDeepClassifier": "band features",
    "DGCNNClassifier": "band features",
    "GRUClassifier": "band features",
    "CCNNClassifier": "maps",
    "EEGNetClassifier": "windowed signals",
    "TSceptionClassifier": "windowed signals",
    "EEGConformerClassifier": "windowed signals",
}
PLAIN = {"validation": None, "random_state": 0, "max_epochs": 2, "runtime": Runtime()}


def trained(name, kind):
    X, y = make_samples(kind)
    return INSTANCES[name][0]().set_params(**PLAIN).fit(X, y), X


@pytest.mark.parametrize(("name", "kind"), NETWORKS.items())
def test_quick_answers_are_those_of_predict_proba(name, kind):
    model, X = trained(name, kind)
    axes, shape = model._instance
    rows = np.asarray(X.data).reshape(-1, *shape)
    quick = model._quick_probabilities()
    assert quick.takes(axes, rows)
    together = model.predict_proba_windows(X)
    expected = np.asarray(together).reshape(len(rows), -1)
    found = np.concatenate([quick(row[None]) for row in rows])
    assert np.ptp(expected, axis=0).min() > 0
    assert_allclose(found, expected, atol=1e-6)


def test_what_is_missing_or_of_another_shape_is_left_to_the_engine():
    model, X = trained("WideDeepClassifier", "band features")
    axes, shape = model._instance
    rows = np.asarray(X.data).reshape(-1, *shape)
    quick = model._quick_probabilities()
    holed = rows.copy()
    holed[3, 0, 0] = np.nan
    assert not quick.takes(axes, holed)
    assert not quick.takes(axes, rows[:, :3])
    assert not quick.takes(("window", *axes), rows)


def test_the_model_itself_stays_as_it_was():
    model, _ = trained("ResAttentioNetClassifier", "band features")
    before = copy.deepcopy(model.module_.state_dict())
    kinds = [type(module) for module in model.module_.modules()]
    quick = model._quick_probabilities()
    assert kinds == [type(module) for module in model.module_.modules()]
    assert all(torch.equal(value, before[k]) for k, value in model.module_.state_dict().items())
    fused = {type(module) for module in quick.net.module.modules()}
    assert {Passed, RowProduct} <= fused and RowConv1d not in fused


@pytest.mark.parametrize("precision", ["float64", "bf16"])
def test_other_precisions(precision):
    X, y = make_samples("band features")
    settings = {**PLAIN, "runtime": Runtime(precision=precision)}
    model = INSTANCES["WideDeepClassifier"][0]().set_params(**settings).fit(X, y)
    quick = model._quick_probabilities()
    if precision == "bf16":
        assert quick is None
        return
    rows = np.asarray(X.data).reshape(-1, *model._instance[1])
    expected = model.predict_proba_windows(X).reshape(len(rows), -1)
    assert_allclose(quick(rows), expected, atol=1e-12)


class Twice(nn.Module):
    """Its normalisation sees two layers, and one layer's output goes elsewhere too."""

    def __init__(self, n_outputs):
        super().__init__()
        self.first, self.second = nn.LazyLinear(6), nn.Linear(6, 6)
        self.norm, self.other = nn.BatchNorm1d(6), nn.BatchNorm1d(6)
        self.head = nn.Linear(6, n_outputs)

    def forward(self, x):
        x = self.norm(self.first(x.flatten(1)))
        y = self.second(self.norm(x))
        return self.head(self.other(y) + y)


def test_a_module_of_anybody_is_fused_only_if_it_says_the_same():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((40, 3, 5)), np.tile([0, 1], 20)
    model = ModuleClassifier(module=Twice, **PLAIN).fit(X, y)
    quick = model._quick_probabilities()
    assert quick.net.module is model.module_
    found = quick(np.ascontiguousarray(X))
    assert_allclose(found, model.predict_proba(X), atol=1e-6)


def test_threads_are_given_back():
    model, X = trained("WideDeepClassifier", "band features")
    quick = QuickNet.of(model)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        quick(np.asarray(X.data).reshape(-1, *model._instance[1]))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_a_normalisation_behind_a_convolution_becomes_part_of_it():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten()).eval()
    module[1].running_mean.uniform_(-1, 1)
    module[1].running_var.uniform_(0.5, 2)
    x = torch.randn(3, 2, 8, 8)
    with torch.inference_mode():
        fused = fuse(module, x, {})
        assert isinstance(fused[1], Passed)
        torch.testing.assert_close(fused(x), module(x))


class Picky(nn.Module):
    """Takes nothing below zero, and is not told what is missing."""

    def __init__(self, n_features, n_outputs):
        super().__init__()
        self.norm = nn.BatchNorm1d(n_features)
        self.head = nn.Linear(n_features, n_outputs)

    def forward(self, x):
        if (x < 0).any():
            raise ValueError("below zero")
        return self.head(self.norm(x.flatten(1)))


def test_a_module_that_refuses_an_example_answers_all_the_same():
    X, y = np.random.default_rng(0).uniform(size=(40, 3, 5)), np.tile([0, 1], 20)
    model = ModuleClassifier(module=Picky, **PLAIN).fit(X, y)
    found = model._quick_probabilities()(X)
    assert_allclose(found, model.predict_proba(X), atol=1e-6)


def test_outputs_that_are_not_finite_are_an_error_as_in_a_batch():
    model, _ = trained("WideDeepClassifier", "band features")
    quick = model._quick_probabilities()
    rows = np.full((1, *model._instance[1]), 1e300)
    with pytest.raises(FloatingPointError, match="WideDeepClassifier: expected finite outputs"):
        quick(rows)


def test_probabilities_are_of_the_temperature_that_was_found():
    X, y = make_samples("band features")
    settings = {**PLAIN, "validation": HeldOut(0.34, temperature=True)}
    model = INSTANCES["WideDeepClassifier"][0]().set_params(**settings).fit(X, y)
    model.temperature_ = 3.0
    rows = np.asarray(X.data).reshape(-1, *model._instance[1])
    expected = model.predict_proba_windows(X).reshape(len(rows), -1)
    assert_allclose(model._quick_probabilities()(rows), expected, atol=1e-6)
