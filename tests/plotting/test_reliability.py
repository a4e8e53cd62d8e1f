import numpy as np
import pytest
from matplotlib import pyplot as plt
from numpy.testing import assert_allclose
from scipy import stats
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_validate
from sklearn.svm import LinearSVC

from sklearn_eeg import Trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.metrics import calibration_error
from sklearn_eeg.plotting import ReliabilityDisplay, SubjectScoresDisplay
from sklearn_eeg.plotting._reliability import wilson_interval


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def study():
    rng = np.random.default_rng(0)
    y = np.tile(["calm", "glad", "sad"], 40)
    X = rng.standard_normal((120, 3)) + (y[:, None] == ["calm", "glad", "sad"])
    return Trials(X, metadata={"subject": np.repeat(list("abcdef"), 20)}), y


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
def test_the_error_is_that_of_the_metric(strategy):
    rng = np.random.default_rng(0)
    probabilities, truth = rng.dirichlet([1, 1, 1], 200), rng.integers(3, size=200)
    display = ReliabilityDisplay.from_predictions(truth, probabilities, n_bins=7, strategy=strategy)
    correct, confidence = probabilities.argmax(1) == truth, probabilities.max(1)
    expected = calibration_error(correct, confidence, n_bins=7, strategy=strategy)
    assert_allclose(display.calibration_error, expected)
    label = display.ax_.get_legend().get_texts()[1].get_text()
    assert label == f"ECE {expected:.3f}, 200 predictions"


def test_the_curve_is_scikit_learns_of_being_right():
    rng = np.random.default_rng(0)
    probabilities, truth = rng.dirichlet([1, 1, 1], 300), rng.integers(3, size=300)
    display = ReliabilityDisplay.from_predictions(truth, probabilities)
    right, sure = probabilities.argmax(1) == truth, probabilities.max(1)
    accuracy, confidence = calibration_curve(right, sure, n_bins=10)
    assert_allclose(display.line_.get_xydata(), np.column_stack([confidence, accuracy]))
    assert_allclose(display.points_.get_offsets(), display.line_.get_xydata())
    assert display.counts.sum() == 300
    assert display.ax_.get_xlim() == display.ax_.get_ylim() == (0, 1)


def test_areas_grow_with_counts_and_bars_are_wilsons_intervals():
    display = ReliabilityDisplay([0.2, 0.6, 1.0], [0.3, 0.6, 0.9], [5, 20, 10]).plot()
    areas = display.points_.get_sizes()
    assert areas[0] < areas[2] < areas[1]
    for bar, right, n in zip(display.bars_.get_segments(), (1, 12, 10), (5, 20, 10), strict=True):
        interval = stats.binomtest(right, n).proportion_ci(method="wilson")
        assert_allclose(bar[:, 1], interval, atol=1e-6)


def test_wilson_intervals_are_within_shares():
    low, high = wilson_interval(np.array([0.0, 1.0]), np.array([1, 1000]))
    assert (low >= -1e-12).all() and (high <= 1 + 1e-12).all()


def test_one_probability_a_trial_is_that_of_the_second_class():
    p, truth = np.array([0.1, 0.8, 0.6, 0.3]), ["rest", "task", "rest", "rest"]
    one = ReliabilityDisplay.from_predictions(truth, p)
    two = ReliabilityDisplay.from_predictions(truth, np.column_stack([1 - p, p]))
    assert_allclose(one.line_.get_xydata(), two.line_.get_xydata())


def test_it_comes_from_an_evaluation_an_estimator_and_folds(study):
    trials, y = study
    model, folds = LogisticRegression(), GroupKFold(3)
    result = evaluate(model, trials, y, cv=folds)
    crossed = cross_validate(
        model, trials, y, groups=trials.subject, cv=folds, return_estimator=True,
        return_indices=True,
    )  # fmt: skip
    of_evaluation = ReliabilityDisplay.from_evaluation(result)
    of_folds = ReliabilityDisplay.from_cv_results(crossed, trials, y)
    assert_allclose(of_folds.line_.get_xydata(), of_evaluation.line_.get_xydata())
    fitted = model.fit(trials, y)
    of_estimator = ReliabilityDisplay.from_estimator(fitted, trials, y, n_bins=5)
    correct, sure = fitted.predict(trials) == y, fitted.predict_proba(trials).max(1)
    assert_allclose(of_estimator.calibration_error, calibration_error(correct, sure, n_bins=5))


def test_what_has_no_probabilities_is_refused(study):
    trials, y = study
    result = evaluate(LinearSVC(), trials, y, cv=3)
    with pytest.raises(ValueError, match="expected an evaluation of a classifier with probabil"):
        ReliabilityDisplay.from_evaluation(result)


@pytest.mark.parametrize(
    ("truth", "probabilities", "sentence"),
    [
        ([0, 1], [[0.5, 0.5, 0.0]] * 2, "probability of each of 2 classes, got shape"),
        ([0, 1], [[0.5, 1.5], [0.5, 0.5]], "confidence in .0, 1., got other"),
        ([0, 1, 1], [[0.5, 0.5]] * 2, "expected one label a trial, 2, got 3"),
        ([0, 1], [[np.nan, np.nan], [0.5, 0.5]], "confidence in .0, 1., got other"),
    ],
)
def test_probabilities_that_are_none_are_refused(truth, probabilities, sentence):
    with pytest.raises(ValueError, match=f"^ReliabilityDisplay: .*{sentence}"):
        ReliabilityDisplay.from_predictions(truth, probabilities)


def test_bins_that_do_not_line_up_are_refused():
    with pytest.raises(ValueError, match="accuracy, confidence and count of each bin"):
        ReliabilityDisplay([0.5], [0.5, 0.6], [3])


def test_folds_that_know_other_classes_are_refused(study):
    trials, y = study
    crossed = cross_validate(
        LogisticRegression(), trials, y, cv=[(np.arange(60), [60, 61]), ([0, 1, 3, 4], [2, 5])],
        return_estimator=True, return_indices=True, error_score="raise",
    )  # fmt: skip
    with pytest.raises(ValueError, match="trained on the same classes, got calm, glad, sad and"):
        ReliabilityDisplay.from_cv_results(crossed, trials, y)


def test_results_without_estimators_are_refused(study):
    trials, y = study
    crossed = cross_validate(LogisticRegression(), trials, y, cv=2)
    with pytest.raises(ValueError, match="none of estimator and indices; call cross_validate"):
        ReliabilityDisplay.from_cv_results(crossed, trials, y)


def test_trials_that_are_tested_twice_count_once(study):
    trials, y = study
    folds = list(GroupKFold(3).split(trials, y, trials.subject))
    once, twice = (evaluate(LogisticRegression(), trials, y, cv=folds * k) for k in (1, 2))
    assert len(twice.predictions) == 240
    one, two = (ReliabilityDisplay.from_evaluation(result) for result in (once, twice))
    assert one.counts.tolist() == two.counts.tolist()
    one, two = (SubjectScoresDisplay.from_evaluation(result).intervals for result in (once, twice))
    for subject, ends in one.items():
        assert_allclose(two[subject], ends)
