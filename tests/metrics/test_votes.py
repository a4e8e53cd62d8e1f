import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import entropy
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, cross_validate

from sklearn_eeg.metrics import (
    agreement_weights,
    kl_divergence_loss,
    neg_kl_divergence,
    vote_weights,
)


@pytest.fixture
def votes():
    return (
        np.random.default_rng(0).integers(0, 6, (40, 4)) + np.eye(4, dtype=int)[np.arange(40) % 4]
    )


@pytest.fixture
def predicted():
    return np.random.default_rng(1).dirichlet(np.ones(4), 40)


class Oracle(ClassifierMixin, BaseEstimator):
    """Predicts the probabilities that it is shown."""

    def __init__(self, classes=(0, 1, 2, 3)):
        self.classes = classes

    def fit(self, X, y):
        self.classes_ = np.array(self.classes)
        return self

    def predict_proba(self, X):
        return X


@pytest.mark.parametrize(
    ("n_votes", "weight"), [(1, 0.3), (2, 0.3), (3, 0.5), (8, 0.5), (9, 1.0), (28, 1.0)]
)
def test_weight_is_by_the_number_of_votes(n_votes, weight):
    assert_array_equal(vote_weights([n_votes]), [weight])
    assert_array_equal(vote_weights([[n_votes - 1, 0, 1]]), [weight])
    assert_array_equal(vote_weights(pd.DataFrame({"a": [n_votes], "b": [0]})), [weight])


def test_edges_and_weights_may_be_others():
    assert_array_equal(vote_weights([1, 5, 6], edges=[5], weights=[0.0, 2.0]), [0, 0, 2])


def test_agreement_is_a_sigmoid_of_the_number_of_votes():
    weights = agreement_weights([1, 2, 5, 8, 28])
    expected = [0.2086085, 0.2689414, 0.5, 0.7310586, 0.9995321]
    assert_allclose(weights, expected, atol=1e-6)
    assert_array_equal(agreement_weights([[4, 0, 1], [0, 28, 0]]), weights[[2, 4]])
    assert_allclose(
        agreement_weights([7, 9], middle=8.0, scale=0.5), [0.1192029, 0.8807971], atol=1e-6
    )


@pytest.mark.parametrize(
    ("votes", "settings", "sentence"),
    [
        ([[0.5, 0.5]], {}, "whole numbers of votes"),
        ([[1, 0], [0, 0]], {}, "at least one vote a sample, got none in sample 1"),
        ([3], {"scale": 0}, "expected scale to be a finite number above 0"),
        ([3], {"middle": np.nan}, "expected middle to be a finite number"),
    ],
)
def test_agreement_of_what_are_no_counts_is_refused(votes, settings, sentence):
    with pytest.raises(ValueError, match=f"agreement_weights: .*{sentence}"):
        agreement_weights(votes, **settings)


def test_divergence_of_the_challenge():
    """What the published code of the challenge gives, row by row and as a mean."""
    uniform = np.full((2, 6), 1 / 6)
    votes = [[3, 0, 0, 1, 0, 0], [0, 0, 7, 0, 0, 0]]
    alone = [kl_divergence_loss(votes[i : i + 1], uniform[:1]) for i in range(2)]
    assert_allclose(alone, [1.22942, 1.79176], atol=5e-6)
    assert_allclose(kl_divergence_loss(votes, uniform), 1.51059, atol=5e-6)


@pytest.mark.parametrize(
    ("votes", "settings", "sentence"),
    [
        ([[0.5, 0.5]], {}, "expected whole numbers of votes"),
        ([[2, -1]], {}, "expected whole numbers of votes"),
        ([[1, 0], [0, 0]], {}, "at least one vote a sample, got none in sample 1"),
        ([[np.nan, 1]], {}, "contains NaN"),
        ([1], {"edges": (2, 2)}, r"rising edges.*edges=\(2, 2\)"),
        ([1], {"weights": (1, 2)}, r"one more weight than edges.*weights=\(1, 2\)"),
    ],
)
def test_weights_of_what_are_no_counts_are_refused(votes, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        vote_weights(votes, **settings)


def test_divergence_is_scipys_relative_entropy(votes, predicted):
    expected = entropy(votes, predicted, axis=1)
    assert_allclose(kl_divergence_loss(votes, predicted), expected.mean(), rtol=1e-12)
    weights = vote_weights(votes)
    assert_allclose(
        kl_divergence_loss(votes, predicted, sample_weight=weights),
        (weights * expected).sum() / weights.sum(),
    )


def test_divergence_of_two_coins():
    p, q = 0.8, 0.6
    expected = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))
    assert_allclose(kl_divergence_loss([[p, 1 - p]], [[q, 1 - q]]), expected)


def test_votes_of_one_voice_give_the_log_loss(votes, predicted):
    labels = votes.argmax(axis=1)
    one_hot = np.eye(4)[labels]
    assert_allclose(kl_divergence_loss(3 * one_hot, predicted), log_loss(labels, predicted))


def test_divergence_is_zero_only_where_all_agree(votes, predicted):
    shares = votes / votes.sum(axis=1, keepdims=True)
    assert_allclose(kl_divergence_loss(votes, shares), 0, atol=1e-15)
    assert kl_divergence_loss(votes, predicted) > 0.1
    assert_allclose(kl_divergence_loss(7 * votes, predicted), kl_divergence_loss(votes, predicted))


def test_impossible_class_with_votes_costs_a_finite_price():
    assert_allclose(kl_divergence_loss([[1, 1]], [[1, 0]]), np.log(0.5) - 0.5 * np.log(1e-15))


@pytest.mark.parametrize(
    ("y_true", "y_pred", "sentence"),
    [
        ([[1, 0]], [[0.2, 0.3, 0.5]], r"one shape, got \(1, 2\) and \(1, 3\)"),
        ([[1, -1]], [[0.5, 0.5]], "votes of zero or more"),
        ([[1, 0], [0, 0]], [[0.5, 0.5]] * 2, "a sample without any"),
        ([[1, 0]], [[0.5, 0.6]], "sum to 1"),
        ([[1, 0]], [[1.5, -0.5]], "sum to 1"),
    ],
)
def test_divergence_of_what_are_no_shares_is_refused(y_true, y_pred, sentence):
    with pytest.raises(ValueError, match=f"kl_divergence_loss: .*{sentence}"):
        kl_divergence_loss(y_true, y_pred)


def test_scorer_takes_votes_tables_and_labels(votes, predicted):
    model = Oracle().fit(predicted, votes)
    loss = kl_divergence_loss(votes, predicted)
    assert_allclose(neg_kl_divergence(model, predicted, votes), -loss)
    named = Oracle(classes=("d", "a", "c", "b")).fit(predicted, votes)
    table = pd.DataFrame(votes, columns=["d", "a", "c", "b"])[["a", "b", "c", "d"]]
    assert_allclose(neg_kl_divergence(named, predicted, table), -loss)
    labels = np.array(["d", "a", "c", "b"])[votes.argmax(axis=1)]
    expected = -log_loss(votes.argmax(axis=1), predicted)
    assert_allclose(neg_kl_divergence(named, predicted, labels), expected)


def test_a_class_that_the_model_does_not_know_has_no_probability(votes, predicted):
    table = pd.DataFrame(votes, columns=["a", "b", "c", "d"])
    guess = predicted[:, [0, 2, 3]] / predicted[:, [0, 2, 3]].sum(axis=1, keepdims=True)
    whole = np.insert(guess, 1, 0, axis=1)
    expected = -kl_divergence_loss(votes, whole)
    model = Oracle(classes=("a", "c", "d")).fit(guess, votes)
    assert_allclose(neg_kl_divergence(model, guess, table), expected)
    model = Oracle(classes=(0, 2, 3)).fit(guess, votes)
    assert_allclose(neg_kl_divergence(model, guess, votes), expected)
    with pytest.raises(ValueError, match=r"a column for each class .*got none for c;"):
        neg_kl_divergence(
            Oracle(classes=("a", "c", "d")).fit(guess, votes), guess, table.drop(columns="c")
        )


def test_scorer_works_in_cross_validation_and_search(votes, predicted):
    result = cross_validate(Oracle(), predicted, votes, cv=4, scoring=neg_kl_divergence)
    folds = predicted.reshape(4, 10, 4), votes.reshape(4, 10, 4)
    expected = [-kl_divergence_loss(v, p) for p, v in zip(*folds, strict=True)]
    assert_allclose(result["test_score"], expected)
    X = np.random.default_rng(0).standard_normal((60, 2))
    y = X[:, 0] > 0
    search = GridSearchCV(LogisticRegression(), {"C": [1e-6, 1.0]}, scoring=neg_kl_divergence)
    assert search.fit(X, y).best_params_ == {"C": 1.0}
