"""Searches inside a fold: by whole subjects, whichever class, and what they chose is kept."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose
from pandas.testing import assert_frame_equal
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    RandomizedSearchCV,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils import all_estimators

from sklearn_eeg import Trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.model_selection import By

SUBJECTS, Y = np.repeat([f"s{i}" for i in range(8)], 16), np.tile(["rest", "task"], 64)
NOISE = np.random.default_rng(0).standard_normal((128, 5))
TRIALS = Trials(NOISE + 0.7 * (Y == "task")[:, None], metadata={"subject": SUBJECTS})
GRID = {"C": [1e-3, 1.0]}
SEARCHES = {
    "GridSearchCV": GridSearchCV(LogisticRegression(), GRID, cv=3),
    "RandomizedSearchCV": RandomizedSearchCV(
        LogisticRegression(), {"C": [1e-3, 1e-2, 1.0]}, n_iter=2, cv=3, random_state=0
    ),
    "HalvingGridSearchCV": HalvingGridSearchCV(LogisticRegression(), GRID, cv=3, random_state=0),
    "HalvingRandomSearchCV": HalvingRandomSearchCV(
        LogisticRegression(), {"C": [1e-3, 1e-2, 1.0]}, n_candidates=2, cv=3, random_state=0
    ),
}


class Watches(ClassifierMixin, BaseEstimator):
    """Notes of whom it is fitted, and whom it is asked about."""

    seen: list = []  # noqa: RUF012

    def __init__(self, C=1.0):
        self.C = C

    def fit(self, X, y):
        self.classes_, self.known_ = np.unique(y), set(X.subject)
        return self

    def predict(self, X):
        Watches.seen.append((self.known_, set(X.subject)))
        return np.repeat(self.classes_[0], len(X))


def test_the_searches_below_are_all_that_scikit_learn_has():
    assert {name for name, _ in all_estimators() if name.endswith("SearchCV")} == set(SEARCHES)


@pytest.mark.parametrize("name", SEARCHES)
def test_no_search_judges_by_a_subject_that_it_has_seen(name):
    # Those that halve look at what they were fitted on too, unless they are told not to.
    settings = {"estimator": Watches(), "return_train_score": False}
    Watches.seen.clear()
    evaluate(clone(SEARCHES[name]).set_params(**settings), TRIALS, Y, cv=4)
    assert len(Watches.seen) > 4 * 6
    assert not any(known & asked for known, asked in Watches.seen)


@pytest.mark.parametrize("name", SEARCHES)
def test_what_each_fold_chose_is_what_the_search_chooses_there(name):
    result = evaluate(SEARCHES[name], TRIALS, Y, cv=4)
    assert result.choices["search"].tolist() == [name] * 4
    assert result.choices["fold"].tolist() == [1, 2, 3, 4]
    train, _ = next(iter(GroupKFold(4).split(TRIALS, Y, SUBJECTS)))
    alone = clone(SEARCHES[name]).set_params(cv=GroupKFold(3))
    alone.fit(TRIALS.data[train], Y[train], groups=SUBJECTS[train])
    first = result.choices.iloc[0]
    assert first["C"] == alone.best_params_["C"]
    assert_allclose(first["inner_score"], alone.best_score_)
    assert first["n_candidates"] == 2


def test_a_search_outside_of_evaluate_finds_the_subjects_in_the_trials():
    inner = By("subject", GroupKFold(3))
    search = GridSearchCV(LogisticRegression(), GRID, cv=inner).fit(TRIALS, Y)
    expected = GridSearchCV(LogisticRegression(), GRID, cv=GroupKFold(3))
    expected.fit(TRIALS, Y, groups=SUBJECTS)
    for key in (f"split{i}_test_score" for i in range(3)):
        assert_allclose(search.cv_results_[key], expected.cv_results_[key])


def test_a_search_in_a_pipeline_is_told_too_and_steps_are_told_in_words():
    search = GridSearchCV(
        make_pipeline(StandardScaler(), LogisticRegression()),
        {"standardscaler": [StandardScaler(), MinMaxScaler()], "logisticregression__C": [0.1]},
        cv=3,
    )
    result = evaluate(make_pipeline(StandardScaler(), search), TRIALS, Y, cv=4)
    assert set(result.choices["standardscaler"]) <= {"StandardScaler()", "MinMaxScaler()"}
    json.dumps(result.to_dict(), allow_nan=False)


def test_what_was_chosen_comes_back_from_a_store_and_is_told(tmp_path):
    first = evaluate(SEARCHES["GridSearchCV"], TRIALS, Y, cv=4, store=tmp_path)
    again = evaluate(SEARCHES["GridSearchCV"], TRIALS, Y, cv=4, store=tmp_path)
    assert_frame_equal(first.choices, again.choices)
    assert "GridSearchCV chose in 4 folds, by subjects trained on: C " in repr(again)


def test_without_a_search_nothing_was_chosen():
    result = evaluate(KNeighborsClassifier(), TRIALS, Y, cv=4)
    assert result.choices.empty and "chose" not in repr(result)


def test_two_searches_have_a_row_each():
    inner = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2)
    outer = GridSearchCV(inner, {"estimator__fit_intercept": [True, False]}, cv=2)
    choices = evaluate(outer, TRIALS, Y, cv=2).choices
    assert choices["fold"].tolist() == [1, 1, 2, 2]
    assert choices["estimator__fit_intercept"].isna().tolist() == [False, True] * 2
    assert choices["C"].isna().tolist() == [True, False] * 2
