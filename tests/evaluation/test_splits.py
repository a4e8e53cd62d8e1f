"""cv may be whatever scikit-learn takes; what it does not take is refused in one sentence."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, LeaveOneGroupOut
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_eeg.evaluation import evaluate

RNG = np.random.default_rng(0)
SUBJECTS, Y = np.repeat(np.arange(5), 8), np.tile([0, 1], 20)
X = RNG.standard_normal((40, 3)) + 0.7 * Y[:, None]
SPLITS = list(GroupKFold(5).split(X, Y, SUBJECTS))


def run(cv=5, model=None, **settings):
    settings = {"groups": SUBJECTS, "verbose": False} | settings
    return evaluate(model or LogisticRegression(), X, Y, cv=cv, **settings)


def masks():
    return [(np.isin(np.arange(40), a), np.isin(np.arange(40), b)) for a, b in SPLITS]


@pytest.mark.parametrize(
    ("make_cv", "words"),
    [
        (lambda: 5, "GroupKFold(5)"),
        (lambda: np.int64(5), "GroupKFold(5)"),
        (lambda: GroupKFold(5), "GroupKFold(n_splits=5, random_state=None, shuffle=False)"),
        (lambda: LeaveOneGroupOut(), "LeaveOneGroupOut()"),
        (lambda: SPLITS, "5 splits as given"),
        (lambda: tuple(SPLITS), "5 splits as given"),
        (lambda: iter(SPLITS), "5 splits as given"),
        (lambda: (split for split in SPLITS), "5 splits as given"),
        (lambda: [(a.tolist(), b.tolist()) for a, b in SPLITS], "5 splits as given"),
        (masks, "5 splits as given"),
        (lambda: [(a.tolist(), b.tolist()) for a, b in masks()], "5 splits as given"),
    ],
)
def test_one_subject_a_fold_gives_the_same_however_it_is_said(make_cv, words):
    result = run(make_cv())
    assert_array_equal(result.scores, run(LeaveOneGroupOut()).scores)
    assert result.protocol["cv"] == words
    assert result.is_complete


@pytest.mark.parametrize(
    ("cv", "error", "sentence"),
    [
        (1, ValueError, "at least 2 folds, got cv=1"),
        (0, ValueError, "at least 2 folds, got cv=0"),
        (6, ValueError, "at most 5 folds for 5 subjects, got 6"),
        (2.0, TypeError, "whole number of folds.*got 2.0"),
        (True, TypeError, "whole number of folds.*got True"),
        (None, TypeError, "whole number of folds.*got None"),
        ("5", TypeError, "whole number of folds.*got '5'"),
        ({}, TypeError, "whole number of folds.*got {}"),
        (GroupKFold, TypeError, "whole number of folds"),
        ([], ValueError, "at least one split, got none"),
        ([3], TypeError, "pair .train, test., got 3"),
        ([(SPLITS[0][0], [])], ValueError, "at least one, or as a mask of 40 trials"),
        ([(SPLITS[0][0], [99])], ValueError, "from 0 to 39 in each split, got 99"),
        ([([0, -1], [9])], ValueError, "from 0 to 39 in each split, got -1"),
        ([([0.0, 1.0], [9])], ValueError, "got float64 of shape"),
        ([([True] * 39, [9])], ValueError, r"mask of 40 trials, got bool of shape \(39,\)"),
        ([(np.arange(8, 40), [0, 9])], ValueError, "got subject 1 in training and test"),
    ],
)
def test_what_makes_no_splits_is_one_sentence(cv, error, sentence):
    with pytest.raises(error, match=f"^evaluate: expected .*{sentence}") as refusal:
        run(cv)
    assert "\n" not in str(refusal.value)


def test_groups_bound_the_number_of_folds():
    sites = SUBJECTS // 2
    with pytest.raises(ValueError, match="at most 3 folds for 3 subjects, got 4"):
        run(4, groups=sites)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"model": LinearRegression()}, "a classifier, got LinearRegression, a regressor"),
        ({"model": make_pipeline(StandardScaler(), LinearRegression())}, "got Pipeline, a regress"),
        ({"model": GridSearchCV(LinearRegression(), {})}, "got GridSearchCV, a regressor"),
        ({"model": StandardScaler()}, "expected a classifier"),
        ({"model": make_pipeline(StandardScaler())}, "expected a classifier"),
        ({"model": LogisticRegression}, "expected a classifier"),
        ({"model": GridSearchCV(LogisticRegression(), {}, refit=False)}, "expected a classifier"),
        ({"baseline": LinearRegression()}, "a classifier, got LinearRegression, a regressor"),
        ({"baseline": "best"}, "ends in one, which predicts once it is fitted, got 'best'"),
    ],
)
def test_what_is_no_classifier_is_refused_before_work(settings, sentence):
    with pytest.raises(TypeError, match=f"^evaluate: .*{sentence}"):
        run(**settings)
