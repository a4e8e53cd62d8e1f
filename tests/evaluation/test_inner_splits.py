"""A search inside a fold splits by subject; what cannot is refused before the first fold."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_selection import RFECV
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    HalvingGridSearchCV,
    KFold,
    LeaveOneGroupOut,
    RandomizedSearchCV,
    StratifiedGroupKFold,
    StratifiedKFold,
    TunedThresholdClassifierCV,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.model_selection import SubjectSplit

SUBJECTS, Y = np.repeat([f"s{i}" for i in range(6)], 10), np.tile([0, 1], 30)
X = np.random.default_rng(0).standard_normal((60, 4)) + 0.8 * Y[:, None]
TRIALS = Trials(X, metadata={"subject": SUBJECTS})
GRID = {"C": [0.01, 1.0]}
# From scikit-learn 1.8 on it warns without these, which it did not know before.
CHOSEN = {"l1_ratios": (0,), "use_legacy_attributes": False}
KNOWN = CHOSEN if "use_legacy_attributes" in LogisticRegressionCV().get_params() else {}


class Flat(BaseEstimator):
    """To an array, which carries no subjects."""

    def fit(self, X, y=None):
        self.n_fitted_ = len(X)
        return self

    def transform(self, X):
        return np.asarray(X)


class Spy(GroupKFold):
    """Notes which groups it was given, in a list that copies share."""

    seen: list = []  # noqa: RUF012

    def split(self, X, y=None, groups=None):
        self.seen.append(None if groups is None else tuple(groups))
        return super().split(X, y, groups)


def search(cv=None, kind=GridSearchCV, model=None, grid=None, **settings):
    return kind(model or LogisticRegression(), grid or GRID, cv=cv, **settings)


def by_hand(make_model, inner, grid):
    """Choose by subject in each fold with scikit-learn alone, subject by subject."""
    scores = {}
    for train, test in GroupKFold(6).split(X, Y, SUBJECTS):
        found = GridSearchCV(make_model(), grid, cv=inner)
        found.fit(X[train], Y[train], groups=SUBJECTS[train])
        scores[SUBJECTS[test][0]] = found.score(X[test], Y[test])
    return [scores[subject] for subject in sorted(scores)]


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("inner", [GroupKFold(3), LeaveOneGroupOut(), StratifiedGroupKFold(2), 4])
def test_a_search_chooses_as_one_that_is_told_the_groups(inner, routing):
    grid = {"C": np.logspace(-4, 1, 6)}
    same = GroupKFold(4) if inner == 4 else inner
    expected = by_hand(LogisticRegression, same, grid)
    with config_context(enable_metadata_routing=routing):
        result = evaluate(search(inner, grid=grid), TRIALS, Y, cv=6, scoring="accuracy")
    assert_array_equal(result.scores["accuracy"], expected)


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda s: s,
        lambda s: make_pipeline(Flat(), StandardScaler(), s),
        lambda s: make_pipeline(Flat(), make_pipeline(StandardScaler(), s)),
        lambda s: VotingClassifier([("one", s), ("other", LogisticRegression())]),
    ],
    ids=["alone", "last step", "pipeline in pipeline", "vote"],
)
def test_the_splitter_gets_the_training_subjects_wherever_the_search_is(wrap, routing):
    Spy.seen.clear()
    with config_context(enable_metadata_routing=routing):
        evaluate(wrap(search(Spy(3))), TRIALS, Y, cv=6)
    assert len(Spy.seen) >= 6
    for groups in Spy.seen:
        assert len(groups) == 50
        assert len(set(groups)) == 5


@pytest.mark.parametrize(
    "model",
    [
        search(2),
        search(2, RandomizedSearchCV, n_iter=2, random_state=0),
        search(2, HalvingGridSearchCV, min_resources=8, random_state=0),
        search(2, model=make_pipeline(Flat(), LogisticRegression()), grid={"flat": [Flat()]}),
        make_pipeline(Flat(), RFECV(LogisticRegression(), cv=2), search(2)),
        CalibratedClassifierCV(LogisticRegression(), cv=2),
        TunedThresholdClassifierCV(LogisticRegression(), cv=2),
        StackingClassifier([("one", LogisticRegression())], cv=2),
        LogisticRegressionCV(Cs=2, cv=2, scoring="accuracy", **KNOWN),
        search([(np.arange(20), np.arange(20, 50)), (np.arange(20, 50), np.arange(20))]),
        search(SubjectSplit(0.6, 0, 0.4, random_state=0)),
        search(KFold(5)),
    ],
    ids=lambda model: type(model).__name__,
)
@pytest.mark.filterwarnings("ignore:The groups parameter is ignored by KFold")
def test_whatever_chooses_by_inner_splits_is_taken(model):
    result = evaluate(model, TRIALS, Y, cv=6)
    assert result.is_complete
    assert result.mean["accuracy"] > 0.6


def test_a_number_of_inner_folds_leaves_subjects_whole():
    # Each subject has a signature and one class: by trials the nearest neighbour is always right.
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1] * 3, 10)
    signature = 9 * rng.standard_normal((6, 4))
    data = signature[np.repeat(np.arange(6), 10)] + rng.standard_normal((60, 4))
    seen = []

    class Noting(LogisticRegression):
        def fit(self, X, y):
            seen.append(frozenset(X.subject))
            return super().fit(X, y)

    trials = Trials(data, metadata={"subject": SUBJECTS})
    evaluate(search(5, model=Noting()), trials, y, cv=6)
    # Of five training subjects an inner fold trains on four, the refit on five.
    assert {len(subjects) for subjects in seen} == {4, 5}


def test_groups_of_several_subjects_stay_together_inside_too():
    Spy.seen.clear()
    sites = np.repeat([0, 1, 2], 20)
    evaluate(search(Spy(2)), TRIALS, Y, groups=sites, cv=3)
    assert {frozenset(groups) for groups in Spy.seen} == {
        frozenset(pair) for pair in ([0, 1], [0, 2], [1, 2])
    }


def test_a_search_in_a_search_finds_its_subjects_in_the_trials():
    Spy.seen.clear()
    inner = search(Spy(2))
    outer = GridSearchCV(inner, {"scoring": ["accuracy"]}, cv=4)
    evaluate(outer, TRIALS, Y, cv=6)
    assert {len(set(groups)) for groups in Spy.seen} <= {3, 4, 5}
    assert all(len(groups) == 10 * len(set(groups)) for groups in Spy.seen)


class Never(LogisticRegression):
    def fit(self, X, y):
        raise AssertionError("a fold began")


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (
            search(KFold(3, shuffle=True, random_state=0), model=Never()),
            "inner splits of GridSearchCV: expected whole subjects .* got subject s",
        ),
        (
            make_pipeline(Flat(), search(StratifiedKFold(3, shuffle=True), model=Never())),
            "inner splits of GridSearchCV: expected whole subjects",
        ),
        (search(6, model=Never()), "at most 5 inner folds of GridSearchCV for 5 training"),
        (search(GroupKFold(6), model=Never()), "at most 5 inner folds of GridSearchCV"),
        (WindowedClassifier(search(2, model=Never())), "expected GridSearchCV around the pipeline"),
        (BaggingClassifier(search(2, model=Never())), "expected GridSearchCV around the pipeline"),
    ],
)
@pytest.mark.filterwarnings("ignore:The groups parameter is ignored")
def test_inner_splits_that_part_subjects_are_refused_before_work(model, sentence):
    with pytest.raises(ValueError, match=f"^evaluate: .*{sentence}"):
        evaluate(model, TRIALS, Y, cv=6)


def test_the_model_that_was_given_keeps_its_cv():
    model = search(GroupKFold(2))
    result = evaluate(model, TRIALS, Y, cv=6)
    assert isinstance(model.cv, GroupKFold)
    assert isinstance(result.estimator.cv, GroupKFold)


def test_a_search_as_baseline_splits_by_subject_too():
    Spy.seen.clear()
    evaluate(LogisticRegression(), TRIALS, Y, cv=6, baseline=search(Spy(2)))
    assert all(len(set(groups)) == 5 for groups in Spy.seen)
