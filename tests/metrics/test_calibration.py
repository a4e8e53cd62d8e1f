"""Calibration against a worked example and scikit-learn's curve."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.calibration import calibration_curve

from sklearn_eeg.metrics import calibration_error, reliability_curve

CORRECT = [1, 0, 1, 1, 1, 0, 1, 0]
CONFIDENCE = [0.55, 0.65, 0.75, 0.85, 0.95, 0.95, 0.6, 0.8]


@pytest.mark.parametrize(
    ("n_bins", "strategy", "ece", "mce"),
    [(10, "uniform", 0.3875, 0.65), (5, "uniform", 0.35, 0.425), (4, "quantile", 0.35, 0.45)],
)
def test_the_worked_example(n_bins, strategy, ece, mce):
    settings = {"n_bins": n_bins, "strategy": strategy}
    assert calibration_error(CORRECT, CONFIDENCE, **settings) == pytest.approx(ece)
    assert calibration_error(CORRECT, CONFIDENCE, norm="max", **settings) == pytest.approx(mce)


def test_the_curve_is_scikit_learns():
    rng = np.random.default_rng(0)
    confidence = rng.random(400)
    correct = rng.random(400) < confidence
    accuracy, mean, counts = reliability_curve(correct, confidence)
    assert counts.sum() == 400
    assert_allclose((accuracy, mean), calibration_curve(correct, confidence, n_bins=10))


def test_honest_probabilities_have_no_error():
    rng = np.random.default_rng(0)
    confidence = rng.random(200_000)
    correct = rng.random(200_000) < confidence
    assert calibration_error(correct, confidence) < 0.005
    assert calibration_error(correct, np.minimum(confidence + 0.2, 1)) > 0.15


def test_certainty_is_in_the_last_bin():
    accuracy, mean, counts = reliability_curve([1, 1, 0], [1, 1, 0])
    assert (accuracy.tolist(), mean.tolist(), counts.tolist()) == ([0, 1], [0, 1], [1, 2])


@pytest.mark.parametrize(
    ("correct", "confidence", "settings", "sentence"),
    [
        ([1], [0.5, 0.6], {}, "of one length"),
        ([], [], {}, "of one length"),
        ([2], [0.5], {}, "true or false"),
        ([1], [1.5], {}, r"confidence in \[0, 1\]"),
        ([1], [np.nan], {}, r"confidence in \[0, 1\]"),
        ([1], [0.5], {"strategy": "even"}, "'uniform' or 'quantile', got 'even'"),
        ([1], [0.5], {"n_bins": 0}, "n_bins of 1 or more, got 0"),
        ([1], [0.5], {"norm": "l2"}, "norm 'l1' or 'max', got 'l2'"),
    ],
)
def test_what_is_no_probability_is_a_sentence(correct, confidence, settings, sentence):
    with pytest.raises(ValueError, match=f"calibration_error: expected .*{sentence}"):
        calibration_error(correct, confidence, **settings)
