import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from sklearn import metrics

from sklearn_eeg.plotting._bootstrap import (
    OF_COUNTS,
    count_cells,
    interval_over_subjects,
    interval_over_trials,
)

SCORERS = {
    "accuracy": metrics.accuracy_score,
    "balanced_accuracy": metrics.balanced_accuracy_score,
    "f1_macro": lambda true, predicted: metrics.f1_score(true, predicted, average="macro"),
}


@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
@pytest.mark.parametrize("metric", OF_COUNTS)
@pytest.mark.parametrize("classes", [[0, 1], [0, 1, 2], [0, 0, 2]])
def test_metrics_of_counts_are_scikit_learns(metric, classes):
    rng = np.random.default_rng(0)
    true, predicted = rng.choice(classes, 30), rng.integers(3, size=30)
    counts = metrics.confusion_matrix(true, predicted)
    assert_allclose(OF_COUNTS[metric](counts), SCORERS[metric](true, predicted))
    many = np.stack([counts, 2 * counts])
    assert_allclose(OF_COUNTS[metric](many), 2 * [SCORERS[metric](true, predicted)])


@pytest.mark.parametrize("metric", OF_COUNTS)
def test_the_interval_over_trials_is_scipys_bootstrap(metric):
    rng = np.random.default_rng(1)
    true = rng.integers(2, size=60)
    predicted = np.where(rng.random(60) < 0.75, true, 1 - true)
    theirs = stats.bootstrap(
        (true, predicted),
        SCORERS[metric],
        paired=True,
        vectorized=False,
        n_resamples=2000,
        method="percentile",
        rng=np.random.default_rng(2),
    ).confidence_interval
    # Two Monte Carlo quantiles of 2000 draws.
    assert_allclose(interval_over_trials(true, predicted, metric), theirs, atol=0.025)


def test_the_interval_over_subjects_is_scipys_bootstrap_of_the_mean():
    scores = np.random.default_rng(3).uniform(0.4, 0.9, 15)
    theirs = stats.bootstrap(
        (scores,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(4)
    ).confidence_interval
    assert_allclose(interval_over_subjects(scores), theirs, atol=0.01)
    assert_allclose(interval_over_subjects(np.append(scores, np.nan)), theirs, atol=0.01)


def test_one_subject_has_no_interval_and_equal_ones_have_a_point():
    assert np.isnan(interval_over_subjects(np.array([0.7]))).all()
    assert_allclose(interval_over_subjects(np.full(5, 0.7)), 0.7)


def test_intervals_are_the_same_each_time():
    one, two = (interval_over_trials([0, 1, 1, 0], [0, 1, 0, 0], "accuracy") for _ in range(2))
    assert_allclose(one, two, rtol=0)


def test_cells_are_counted_as_scikit_learn_does_and_one_class_is_enough():
    rng = np.random.default_rng(0)
    true, predicted = rng.choice(["a", "b", "c"], (2, 50))
    assert_allclose(count_cells(true, predicted), metrics.confusion_matrix(true, predicted))
    assert count_cells(["a"] * 3, ["a"] * 3).tolist() == [[3]]


def test_trials_that_were_predicted_often_are_no_more_trials():
    true, predicted = np.tile([0, 1, 1, 0, 1], 4), np.tile([0, 1, 0, 0, 1], 4)
    once = interval_over_trials(true[:5], predicted[:5], "accuracy")
    assert_allclose(interval_over_trials(true, predicted, "accuracy", 5), once)
    low, high = interval_over_trials(true, predicted, "accuracy")
    assert once[0] < low and high < once[1] + 1e-12
