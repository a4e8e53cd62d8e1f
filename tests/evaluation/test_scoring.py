"""A metric that is undefined for a subject costs that number only."""

import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import rel_entr
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import LeaveOneGroupOut, cross_val_score
from sklearn.svm import LinearSVC

from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.metrics import neg_kl_divergence
from sklearn_eeg.plotting import SubjectScoresDisplay
from sklearn_eeg.report import write_report

SUBJECTS, Y = np.repeat(list("abcde"), 8), np.tile([0, 1], 20)
X = np.random.default_rng(0).standard_normal((40, 3)) + 0.7 * Y[:, None]
# Subject a has one class; b and c have a class that a, d and e do not have.
ONE = np.where(SUBJECTS == "a", 1, Y)
THIRD = np.where(np.isin(SUBJECTS, ["b", "c"]) & (Y == 0), 2, Y)
# Only a has the third class, so its own fold has never seen it.
UNSEEN = np.where((SUBJECTS == "a") & (Y == 0), 2, Y)


def run(y, scoring, model=None, **settings):
    settings = {"groups": SUBJECTS, "cv": 5, "verbose": False} | settings
    return evaluate(model or LogisticRegression(), X, y, scoring=scoring, **settings)


@pytest.mark.parametrize(
    ("y", "metric", "missing"),
    [
        (ONE, "roc_auc", ["a"]),
        (ONE, "neg_log_loss", ["a"]),
        (THIRD, "neg_log_loss", list("abcde")),
        (THIRD, "roc_auc_ovr", list("abcde")),
        (UNSEEN, "neg_log_loss", list("bcde")),
        (UNSEEN, neg_kl_divergence, ["a"]),
    ],
)
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_undefined_is_nan_for_that_subject_and_one_warning(y, metric, missing, n_jobs):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        result = run(y, {"accuracy": "accuracy", "metric": metric}, n_jobs=n_jobs)
    assert list(result.scores.index[result.scores["metric"].isna()]) == missing
    assert result.scores["accuracy"].notna().all()
    # Old releases of what we build on are warned of too, as deprecated.
    (warning,) = [each for each in said if issubclass(each.category, UserWarning)]
    assert warning.category is UndefinedMetricWarning
    assert f"metric for subject {', '.join(missing)};" in str(warning.message)
    assert warning.filename == __file__
    assert result.is_complete


@pytest.mark.parametrize("named", [True, False])
def test_votes_are_scored_by_all_of_them_where_the_scorer_reads_votes(named):
    votes = np.random.default_rng(1).integers(1, 6, (40, 3))
    votes[SUBJECTS == "a", 2] = 0
    # A class that gets most nowhere has the probability zero in a model of labels.
    votes[:, 2] = np.minimum(votes[:, 2], 1)
    y = pd.DataFrame(votes, columns=["rest", "task", "other"]) if named else votes
    labels = np.array(["rest", "task"] if named else [0, 1])[votes.argmax(axis=1)]
    model = MostVoted(LogisticRegression())
    scoring = {"accuracy": "accuracy", "kl": neg_kl_divergence}
    result = run(y, scoring, model, baseline=DummyClassifier(strategy="prior"))
    for fold in result.predictions["fold"].unique():
        part = result.predictions.query(f"fold == {fold}")
        train = np.setdiff1d(np.arange(40), part["trial"])
        shares = votes[part["trial"]] / votes[part["trial"]].sum(axis=1, keepdims=True)
        plain = LogisticRegression().fit(X[train], labels[train])
        prior = np.array([np.mean(labels[train] == label) for label in plain.classes_])
        for table, guess in [
            (result.scores, plain.predict_proba(X[part["trial"]])),
            (result.baseline, np.tile(prior, (len(part), 1))),
        ]:
            guess = np.column_stack([guess, np.full(len(part), 1e-15)])
            expected = -rel_entr(shares, guess).sum(axis=1).mean()
            assert_allclose(table.loc[part["subject"].iloc[0], "kl"], expected)
    assert_array_equal(result.scores["accuracy"], run(labels, ["accuracy"]).scores["accuracy"])


class MostVoted(ClassifierMixin, BaseEstimator):
    """Fits on the largest of the votes."""

    def __init__(self, model):
        self.model = model

    def fit(self, X, y):
        columns = np.asarray(getattr(y, "columns", range(y.shape[1])))
        self.model_ = clone(self.model).fit(X, columns[np.asarray(y).argmax(axis=1)])
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X):
        return self.model_.predict(X)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)


def test_mean_and_sd_are_of_the_others_and_their_number_is_said():
    with pytest.warns(UndefinedMetricWarning, match="roc_auc for subject a;"):
        result = run(ONE, ["accuracy", "roc_auc"])
    others = result.scores["roc_auc"].drop("a")
    assert_allclose(result.mean["roc_auc"], others.mean())
    assert_allclose(result.std["roc_auc"], others.std(ddof=1))
    assert result.n_scored.to_dict() == {"accuracy": 5, "roc_auc": 4}
    assert result.summary().loc["roc_auc", "n_subjects"] == 4
    assert "of subjects                  5           4" in repr(result)
    assert result.to_dict()["subjects"]["a"]["roc_auc"] is None


def test_scores_that_are_defined_stay_those_of_scikit_learn():
    expected = cross_val_score(
        LogisticRegression(),
        X,
        Y,
        groups=SUBJECTS,
        cv=LeaveOneGroupOut(),
        scoring="neg_log_loss",
    )
    complete = run(Y, "neg_log_loss")
    assert_allclose(complete.scores["neg_log_loss"], expected)
    assert "of subjects" not in repr(complete)


def test_a_report_and_a_display_take_missing_scores(tmp_path):
    with pytest.warns(UndefinedMetricWarning):
        result = run(ONE, ["roc_auc", "accuracy"])
    page = (write_report(result, tmp_path / "report") / "index.html").read_text(encoding="utf-8")
    assert "over 4 subjects" in page
    display = SubjectScoresDisplay.from_evaluation(result, ax=Figure().subplots())
    assert len(display.ax_.get_xticklabels()) == 5


def test_a_metric_ill_defined_but_finite_keeps_scikit_learns_number_and_warning():
    with pytest.warns(UndefinedMetricWarning, match="Precision is ill-defined"):
        result = run(Y, "precision_macro", DummyClassifier(), baseline=None)
    assert_allclose(result.scores["precision_macro"], 0.25)


def test_a_metric_that_fails_where_all_classes_are_there_is_an_error():
    def broken(model, X, y):
        raise ValueError("cannot")

    with pytest.raises(Exception, match="cannot"):
        run(Y, {"broken": broken})


def test_a_model_without_what_a_metric_needs_is_one_sentence():
    with pytest.raises(Exception, match="asks for, got one that has predict and decision_function"):
        run(Y, "neg_log_loss", LinearSVC())


def test_a_function_alone_is_a_scorer():
    result = run(Y, make_scorer(accuracy_score))
    assert list(result.scores) == ["score"]
    assert_array_equal(result.scores["score"], run(Y, "accuracy").scores["accuracy"])


@pytest.mark.parametrize(
    ("scoring", "sentence"),
    [
        ([], "expected scoring as a metric's name"),
        ({}, "expected scoring as a metric's name"),
        (None, "expected scoring as a metric's name.*got None"),
        ("acc", "expected scorers of scikit-learn, got 'acc'"),
        (["accuracy", "zz"], "expected scorers of scikit-learn, got 'zz'"),
        ({"a": 3}, "expected scorers of scikit-learn, got 3"),
        (accuracy_score, "scoring value .* looks like it is a metric function"),
    ],
)
def test_unknown_scoring_is_refused_before_work(scoring, sentence):
    class Never(LogisticRegression):
        def fit(self, X, y):
            raise AssertionError("a fold began")

    with pytest.raises(ValueError, match=sentence):
        run(Y, scoring, Never())
