"""What stands beside a model: evaluated on the same folds, and compared subject by subject."""

import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from pandas.testing import assert_frame_equal
from scipy.stats import ttest_rel
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, LeaveOneGroupOut
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.evaluation import EvaluationFailed, EvaluationInterrupted, evaluate
from sklearn_eeg.report import write_report

NEAREST, LINE = KNeighborsClassifier(3), LogisticRegression()


@pytest.fixture
def study():
    rng = np.random.default_rng(0)
    y = np.tile(["rest", "task"], 48)
    X = rng.standard_normal((96, 5)) + 0.5 * (y == "task")[:, None]
    return Trials(X, metadata={"subject": np.repeat(list("abcdefgh"), 12)}), y


class Ends(ClassifierMixin, BaseEstimator):
    """Ends in the fold that tests a subject."""

    def __init__(self, subject, error):
        self.subject, self.error = subject, error

    def fit(self, X, y):
        if self.subject not in X.subject:
            raise self.error
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


def test_each_is_what_it_is_alone_on_the_same_folds(study):
    settings = {"cv": 4, "scoring": ["accuracy", "roc_auc"]}
    references = {"line": LINE, "bayes": GaussianNB()}
    result = evaluate(NEAREST, *study, references=references, **settings)
    alone = evaluate(NEAREST, *study, **settings)
    assert_frame_equal(result.scores, alone.scores)
    assert list(result.references) == ["line", "bayes"]
    for name, model in references.items():
        found, expected = result.references[name], evaluate(model, *study, **settings)
        assert_frame_equal(found.scores, expected.scores)
        columns = [name for name in found.predictions if name != "baseline"]
        assert_frame_equal(found.predictions, expected.predictions[columns])
        assert found.baseline is None and found.is_complete


@pytest.mark.parametrize("metric", ["accuracy", "neg_log_loss"])
def test_differences_are_those_of_a_paired_t_interval(study, metric):
    settings = {"cv": LeaveOneGroupOut(), "scoring": ["accuracy", "neg_log_loss"]}
    result = evaluate(GaussianNB(), *study, references={"line": LINE}, **settings)
    ours = result.scores[metric]
    theirs = evaluate(LINE, *study, **settings).scores[metric]
    row = result.differences().loc[("line", metric)]
    expected = ttest_rel(ours, theirs).confidence_interval(0.95)
    assert_allclose([row["low"], row["high"]], expected)
    assert_allclose(row["mean"], ours.mean() - theirs.mean())
    assert row["n_subjects"] == 8


def test_it_stands_in_every_table(study):
    result = evaluate(NEAREST, *study, cv=4, scoring="accuracy", references={"line": LINE})
    mean = result.references["line"].mean["accuracy"]
    lines = repr(result).splitlines()
    (row,) = [line for line in lines if line.split()[:1] == ["line"]]
    assert f"{mean:.2f} ± " in row
    told = result.differences().loc[("line", "accuracy")]
    assert lines[-1] == (
        f"KNeighborsClassifier minus line, subject by subject: accuracy {told['mean']:+.2f} "
        f"({told['low']:+.2f} to {told['high']:+.2f}); 95 % over 8 subjects."
    )
    assert result.summary().loc["accuracy", "line"] == mean
    assert result.to_frame()["line_accuracy"].mean() == mean
    plain = json.loads(json.dumps(result.to_dict(), allow_nan=False))["references"]["line"]
    assert plain["summary"]["accuracy"]["mean"] == mean
    assert plain["difference"]["accuracy"] == told.to_dict()


def test_a_subject_of_the_same_name_keeps_its_row(study):
    X, y = study
    named = X.replace(metadata={"subject": np.where(X.subject == "a", "line", X.subject)})
    result = evaluate(NEAREST, named, y, cv=4, scoring="accuracy", references={"line": LINE})
    rows = [line for line in repr(result).splitlines() if line.split()[:1] == ["line"]]
    assert len(rows) == 2 and "±" not in rows[0] and "±" in rows[1]


def test_without_any_nothing_is_said(study):
    result = evaluate(NEAREST, *study, cv=4)
    assert result.references == {} and result.differences().empty
    assert "minus" not in repr(result)
    assert result.to_dict()["references"] == {}


def test_windows_are_compared_where_both_judge_as_many():
    rng = np.random.default_rng(0)
    y, groups = np.tile([0, 1], 30), np.repeat([1, 2, 3], 20)
    data = 0.7 * y[:, None, None, None] + rng.standard_normal((60, 6, 2, 3))

    references = {"same": WindowedClassifier(GaussianNB()), "half": HALF, "trials": Whole()}
    result = evaluate(
        WindowedClassifier(), data, y, groups=groups, cv=3, references=references, scoring="f1"
    )
    told = result.differences()["mean"]
    assert ("same", "window_accuracy") in told
    assert ("half", "window_accuracy") not in told and ("trials", "window_accuracy") not in told
    assert set(told.index.get_level_values("metric")) == {"f1", "window_accuracy"}
    rows = {line.split()[0]: line for line in repr(result).splitlines() if line.strip()}
    assert "–" not in rows["same"] and "–" in rows["half"] and "–" in rows["trials"]


def every_other(X):
    return X.data[:, ::2]


HALF = make_pipeline(FunctionTransformer(every_other), WindowedClassifier())


class Whole(ClassifierMixin, BaseEstimator):
    """Judges trials as a whole."""

    def fit(self, X, y):
        self.model_ = LogisticRegression().fit(np.asarray(X).reshape(len(X), -1), y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X):
        return self.model_.predict(np.asarray(X).reshape(len(X), -1))


def test_references_are_fitted_on_labels_where_there_are_votes(study):
    X, y = study
    votes = pd.DataFrame({"rest": 1.0 + 3 * (y == "rest"), "task": 1.0 + 3 * (y == "task")})

    class OnVotes(GaussianNB):
        def fit(self, X, y):
            return super().fit(X, np.asarray(y.columns)[np.asarray(y).argmax(1)])

    result = evaluate(OnVotes(), X, votes, cv=4, references={"line": LINE})
    expected = evaluate(LINE, X, y, cv=4)
    assert_array_equal(result.references["line"].scores, expected.scores)


def test_a_search_among_them_chooses_by_subject(study):
    search = GridSearchCV(LINE, {"C": [0.01, 1.0]}, cv=3)
    result = evaluate(NEAREST, *study, cv=4, references={"line": search})
    assert_frame_equal(result.references["line"].scores, evaluate(search, *study, cv=4).scores)


def test_two_processes_find_the_same_as_one(study):
    settings = {"cv": 4, "references": {"line": LINE}}
    one, two = (evaluate(NEAREST, *study, n_jobs=n, **settings) for n in (1, 2))
    assert one.to_dict() == two.to_dict()


def test_what_fails_is_named_and_finished_folds_keep_their_references(study):
    with pytest.raises(
        EvaluationFailed, match=r"fold \d of the reference line, which tests"
    ) as end:
        evaluate(NEAREST, *study, cv=4, references={"line": Ends("c", ValueError("no good"))})
    partial = end.value.partial
    assert list(partial.references["line"].scores.index) == list(partial.scores.index)
    with pytest.raises(EvaluationInterrupted) as stop:
        evaluate(NEAREST, *study, cv=4, references={"line": Ends("c", KeyboardInterrupt())})
    partial = stop.value.partial
    assert not partial.is_complete and not partial.references["line"].is_complete
    assert "finished" in repr(partial) and "minus line" in repr(partial)


def test_of_one_subject_there_is_no_interval(study):
    X, y = study
    split = [(np.flatnonzero(X.subject != "a"), np.flatnonzero(X.subject == "a"))]
    result = evaluate(NEAREST, X, y, cv=split, references={"line": LINE}, scoring="accuracy")
    row = result.differences().loc[("line", "accuracy")]
    assert np.isnan(row["low"]) and np.isfinite(row["mean"])
    assert f"accuracy {row['mean']:+.2f}; 95 % over 1 subjects" in repr(result)
    json.dumps(result.to_dict(), allow_nan=False)


def test_subjects_without_a_score_are_left_out_and_counted(study):
    X, y = study
    y = np.where(X.subject == "a", "rest", y)
    settings = {"cv": 4, "scoring": ["accuracy", "roc_auc"], "references": {"line": LINE}}
    with pytest.warns(UndefinedMetricWarning, match="roc_auc for subject a"):
        result = evaluate(GaussianNB(), X, y, **settings)
    assert result.differences()["n_subjects"].tolist() == [8, 7]
    assert "95 % over 7 to 8 subjects" in repr(result)


@pytest.mark.parametrize(
    ("references", "error", "sentence"),
    [
        ([LINE], TypeError, "expected references as a mapping of names to classifiers"),
        (LINE, TypeError, "expected references as a mapping"),
        ({"chance": LINE}, ValueError, "names of references .* got 'chance'"),
        ({"majority": LINE}, ValueError, "got 'majority'"),
        ({" ": LINE}, ValueError, "expected names of references that are words"),
        ({1: LINE}, ValueError, "got 1"),
        ({"line": LogisticRegression}, TypeError, "expected a classifier"),
        ({"line": None}, TypeError, "expected a classifier"),
    ],
)
def test_what_is_no_reference_is_refused_before_any_work(references, error, sentence, study):
    with pytest.raises(error, match=sentence):
        evaluate(Ends("a", AssertionError("fitted")), *study, references=references)


def test_the_estimators_given_are_not_fitted(study):
    line = LogisticRegression()
    result = evaluate(DummyClassifier(), *study, references={"line": line})
    assert not hasattr(line, "classes_")
    assert not hasattr(result.references["line"].estimator, "classes_")


def test_the_report_has_them_on_its_page_in_its_tables_and_in_its_manifest(study, tmp_path):
    result = evaluate(NEAREST, *study, cv=4, references={"<line>": LINE})
    folder = write_report(result, tmp_path / "report")
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "<line>" not in page
    row = page.partition('<th scope="row">&lt;line&gt;')[2].partition("</tr>")[0]
    assert f"<td>{result.references['<line>'].mean['accuracy']:.2f}</td>" in row
    found = result.differences().loc[("<line>", "accuracy")]
    told = f"{found['mean']:+.2f} <small>({found['low']:+.2f} to {found['high']:+.2f})</small>"
    assert told.replace("-", "−") in row
    assert "<line>_accuracy" in pd.read_csv(folder / "scores.csv")
    manifest = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    other = manifest["references"]["<line>"]
    assert other["estimator"]["steps"] == ["LogisticRegression"]
    assert other["estimator"]["parameters"]["C"] == 1.0
    assert other["difference"]["accuracy"]["n_subjects"] == 8
