import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression

from sklearn_eeg.classifiers import Runtime, WideDeepClassifier
from sklearn_eeg.nn.models import WideDeep
from sklearn_eeg.nn.models._wide_deep import solve_logistic
from sklearn_eeg.trials import Trials


@pytest.fixture(params=[2, 4])
def data(request):
    """Classes, 60 rows of 7 values, and labels that a line sees in part."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 7))
    y = (x @ rng.normal(size=(7, request.param)) + rng.normal(size=(60, request.param))).argmax(1)
    x[:, 2] += 3
    return request.param, x, y


def test_it_begins_as_nothing_and_as_the_line_that_it_is_given():
    model = WideDeep(n_features=15, n_outputs=3).eval()
    x = torch.randn(4, 3, 5)
    assert not model(x).any()
    torch.nn.init.normal_(model.line.weight)
    torch.testing.assert_close(model(x), x.flatten(1) @ model.line.weight.T)


def test_it_bends_where_a_line_cannot():
    # Signs are alike or not; a line, whatever it is, is right for three corners at most.
    x = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    y = torch.tensor([0, 1, 1, 0])
    torch.manual_seed(0)
    model = WideDeep(n_features=2, n_outputs=2, dropout=0.0)
    optimizer = torch.optim.Adam(model.parameters(), 0.05)
    for _ in range(100):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    assert torch.equal(model(x).argmax(1), y)
    assert not torch.equal(model.line(x).argmax(1), y)


@pytest.mark.parametrize("C", [0.01, 0.1, 10.0])
def test_the_line_is_that_of_scikit_learn(data, C):
    n_classes, x, y = data
    theirs = LogisticRegression(C=C, tol=1e-10, max_iter=10_000).fit(x, y)
    weights, biases = solve_logistic(torch.tensor(x), torch.tensor(y), n_classes, C)
    logits = x @ weights.numpy().T + biases.numpy()
    near = {"atol": 1e-5, "rtol": 1e-5}
    if n_classes == 2:
        assert_allclose(logits[:, 1] - logits[:, 0], theirs.decision_function(x), **near)
        return
    assert_allclose(weights, theirs.coef_, **near)
    assert_allclose(biases - biases.mean(), theirs.intercept_ - theirs.intercept_.mean(), **near)


def test_weights_are_copies_and_shares_are_labels(data):
    n_classes, x, y = data
    counts, x, y = torch.arange(60) % 3, torch.tensor(x), torch.tensor(y)
    shares = torch.nn.functional.one_hot(y, n_classes).double()
    rows = torch.arange(60).repeat_interleave(counts)
    copied = solve_logistic(x[rows], y[rows], n_classes, 1.0)
    weighted = solve_logistic(x, y, n_classes, 1.0, counts)
    shared = solve_logistic(x, shares, n_classes, 1.0, counts)
    for ours in (weighted, shared):
        for one, other in zip(ours, copied, strict=True):
            assert_allclose(one, other, atol=1e-6)


def untrained(**settings):
    # The least of a step.
    settings |= {"lr": 1e-12, "weight_decay": 0.0, "max_epochs": 1, "random_state": 0}
    return WideDeepClassifier(start="logistic", runtime=Runtime(precision="float64"), **settings)


def test_before_the_training_it_is_logistic_regression_on_all_windows(data):
    _, x, _ = data
    windows = x.reshape(20, 3, 1, 7)
    labels = np.arange(20) % 2
    theirs = LogisticRegression(C=0.3, tol=1e-10, max_iter=10_000).fit(x, labels.repeat(3))
    model = untrained(C=0.3).fit(windows, labels)
    expected = theirs.predict_proba(x).reshape(20, 3, 2)
    assert_allclose(model.predict_proba_windows(windows), expected, atol=1e-6)
    assert_allclose(model.predict_proba(windows), expected.mean(1), atol=1e-6)


def test_classes_weigh_as_in_scikit_learn(data):
    n_classes, x, y = data
    weight = {"class_weight": {0: 5.0, **dict.fromkeys(range(1, n_classes), 1.0)}}
    theirs = LogisticRegression(C=0.3, tol=1e-10, max_iter=10_000, **weight).fit(x, y)
    model = untrained(C=0.3, **weight).fit(x, y)
    assert_allclose(model.predict_proba(x), theirs.predict_proba(x), atol=1e-6)


@pytest.mark.parametrize("axes", ["channel band", "feature"])
def test_windows_of_features_of_any_kind_are_instances(axes):
    axes = axes.split()
    sizes = (2, 3)[-len(axes) :]
    data = np.random.default_rng(0).normal(size=(8, 4, *sizes))
    for trials in (Trials(data, axes=["window", *axes]), Trials(data[:, 0], axes=axes)):
        model = WideDeepClassifier(max_epochs=1).fit(trials, np.arange(8) % 2)
        assert model.module_.line.in_features == np.prod(sizes)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"start": "svm"}, "expected start to be 'zero' or 'logistic', got 'svm'"),
        ({"C": 0.0}, "expected C to be a finite number, above 0, got 0.0"),
    ],
)
def test_impossible_settings_are_refused(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        WideDeepClassifier(**settings).fit(np.zeros((4, 3)), [0, 1, 0, 1])
