import json

import jsonschema
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.evaluation import Comparison, compare, evaluate
from sklearn_eeg.preprocessing import SubjectScaler
from sklearn_eeg.report import (
    describe_comparison,
    describe_evaluation,
    read_record,
    render,
    schema_of,
    write_comparison,
)
from sklearn_eeg.report._schema import check_record
from sklearn_eeg.statistics import compare_ranks, holm

MODELS = {
    "line": LogisticRegression(),
    "bayes": GaussianNB(),
    "<tree>": DecisionTreeClassifier(max_depth=2),
    "guess": DummyClassifier(strategy="uniform"),
}


def make_trials(n_subjects=8, n_classes=2, seed=0):
    rng = np.random.default_rng(seed)
    y = np.tile(np.arange(n_classes), n_subjects * 6)
    X = rng.standard_normal((len(y), 4))
    X[np.arange(len(y)), y] += 1
    subjects = np.repeat(np.arange(n_subjects), 6 * n_classes)
    return Trials(X, metadata={"subject": subjects}), np.array(["rest", "task", "sleep"])[y]


def record_of(model, name, dataset="one", trials=None, **settings):
    X, y = make_trials() if trials is None else trials
    result = evaluate(model, X, y, **{"cv": 4, "verbose": False, **settings})
    return describe_evaluation(result, run={"model": name, "dataset": dataset})


@pytest.fixture(scope="module")
def found():
    datasets = {"one": make_trials(), "two & three": make_trials(6, 3, seed=1)}
    return compare(MODELS, datasets, seeds=2, cv=3)


@pytest.fixture(scope="module")
def record(found):
    return describe_comparison(found, split="3 folds", confounds={"one": ["<rest> was first"]})


def test_the_record_is_valid_and_has_a_page(record):
    jsonschema.validate(record, schema_of("comparison"))
    check_record(record)
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    page = render(record)
    assert page.count("<svg") == 4
    assert "<tree>" not in page and "&lt;tree&gt;" in page
    assert "<b>Known of one</b>: &lt;rest&gt; was first" in page


def test_the_table_is_that_of_the_comparison(found, record):
    table = found.table()
    page = render(record)
    for dataset in ("one", "two & three"):
        for said in table[dataset]:
            assert said in page


def test_differences_and_ranks_are_those_of_statistics(found, record):
    scores = found.scores().query("dataset == 'one'")
    table = scores.pivot_table(index="subject", columns="model", values="accuracy")
    pairs = [row for row in record["differences"] if row["dataset"] == "one"]
    assert len(pairs) == 6
    for row in pairs:
        gaps = table[row["one"]] - table[row["other"]]
        assert row["difference"] >= 0
        ends = stats.t.interval(0.95, len(gaps) - 1, gaps.mean(), gaps.sem())
        assert_allclose([row["low"], row["high"]], ends)
        assert_allclose(row["p"], stats.wilcoxon(gaps.round(12), zero_method="zsplit").pvalue)
    assert_allclose([row["p_holm"] for row in pairs], holm([row["p"] for row in pairs]))
    ranks = compare_ranks(table)
    assert record["ranks"]["one"]["ranks"] == ranks.ranks.to_dict()
    assert record["ranks"]["one"]["groups"] == ranks.groups


@pytest.mark.parametrize(("over", "n"), [("datasets", 2), ("subjects", 14)])
def test_several_data_sets_have_ranks_over_all_of_them(over, n, found, record):
    expected, told = found.ranks(over=over), record["ranks_over_all"][over]
    assert told["n"] == expected.n == n
    assert_allclose([told["ranks"][model] for model in MODELS], expected.ranks[list(MODELS)])
    words = {"datasets": "2 data sets", "subjects": "14 subjects of all data sets"}[over]
    assert f"Mean ranks within {words}, 1 being best." in render(record)
    alone = describe_comparison(Comparison(tuple(c for c in found.cells if c.dataset == "one")))
    assert alone["ranks_over_all"] is None and render(alone).count("<svg") == 1


def test_the_line_beside_models_that_differ_in_what_they_see_is_two():
    X, y = make_trials()
    features = X.replace(data=X.data[:, :, None], axes=("channel", "band"))
    with_subjects = make_pipeline(SubjectScaler(), WindowedClassifier(GaussianNB()))
    bayes = WindowedClassifier(GaussianNB())
    records = [
        record_of(with_subjects, "scaled", trials=(features, y)),
        record_of(bayes, "bayes", trials=(features, y)),
        record_of(WindowedClassifier(DummyClassifier()), "guess", trials=(features, y)),
    ]
    models = describe_comparison(records)["models"]
    assert models == ["scaled", "logistic, transductive", "bayes", "logistic", "guess"]


def test_a_comparison_of_evaluations_has_their_references():
    records = [
        record_of(GaussianNB(), "bayes", references={"line": LogisticRegression()}),
        record_of(DummyClassifier(), "guess", references={"line": LogisticRegression()}),
    ]
    record = describe_comparison(records)
    jsonschema.validate(record, schema_of("comparison"))
    assert record["models"] == ["bayes", "line", "guess"]
    assert record["datasets"][0]["splits"] == ["GroupKFold(4)"]
    assert record["datasets"][0]["sha256"] == records[0]["data"]["sha256"]
    means = {row["model"]: row["mean"] for row in record["results"]}
    assert_allclose(means["bayes"], records[0]["metrics"]["accuracy"]["mean"])
    assert_allclose(means["line"], records[0]["references"]["line"]["mean"])
    # As evaluations of the same by compare.
    X, y = make_trials()
    same = compare({"bayes": GaussianNB()}, {"one": (X, y)}, cv=4)
    assert_allclose(same.summary()["mean"], means["bayes"])


def test_what_sees_no_signal_is_no_model():
    X, y = make_trials()
    trials = X.replace(metadata=X.metadata.assign(stimulus=y))
    record = describe_comparison([record_of(GaussianNB(), "bayes", trials=(trials, y))])
    assert record["models"] == ["bayes"]


def test_seeds_of_an_evaluation_are_counted():
    tree = DecisionTreeClassifier(max_features=1)
    record = describe_comparison([record_of(tree, "tree", seeds=3)])
    (row,) = record["results"]
    assert row["n_seeds"] == 3 and row["sd_seeds"] > 0


def test_runs_by_several_seeds_are_one_model():
    records = [
        record_of(DecisionTreeClassifier(max_features=1, random_state=seed), "tree")
        for seed in (0, 1)
    ]
    (row,) = describe_comparison(records)["results"]
    assert row["n_seeds"] == 2
    means = [record["metrics"]["accuracy"]["mean"] for record in records]
    assert_allclose([row["mean"], row["sd_seeds"]], [np.mean(means), np.std(means, ddof=1)])


def test_other_folds_are_said():
    records = [record_of(GaussianNB(), "bayes"), record_of(LogisticRegression(), "line", cv=2)]
    assert "Not on the same folds" in render(describe_comparison(records))


def test_one_name_for_two_results_is_refused():
    records = [record_of(GaussianNB(), "model"), record_of(LogisticRegression(), "model")]
    with pytest.raises(ValueError, match="expected one result of model on one by seed None, got 2"):
        describe_comparison(records)


def test_one_name_for_two_data_sets_is_refused():
    records = [
        record_of(GaussianNB(), "bayes"),
        record_of(LogisticRegression(), "line", trials=make_trials(seed=5)),
    ]
    with pytest.raises(ValueError, match="expected one data set by the name 'one', got two"):
        describe_comparison(records)


def test_an_unknown_metric_is_refused(found):
    with pytest.raises(ValueError, match="one of accuracy, f1_macro, got 'kappa'"):
        describe_comparison(found, metric="kappa")


def test_nothing_to_compare_is_refused():
    with pytest.raises(ValueError, match="expected results to compare, got none"):
        describe_comparison(Comparison())


def test_a_failure_is_told_and_leaves_the_others(found):
    broken = found.fail("one", "<net>", "ValueError: <no>")
    record = describe_comparison(broken)
    jsonschema.validate(record, schema_of("comparison"))
    page = render(record)
    assert "&lt;net&gt; on one" in page and "ValueError: &lt;no&gt;" in page


def test_infinite_scores_have_no_difference():
    scoring = {
        "worst": lambda model, X, y: -np.inf if y[0] == "rest" else 1.0,
        "accuracy": "accuracy",
    }
    records = [
        record_of(model, name, scoring=scoring)
        for name, model in (("bayes", GaussianNB()), ("line", LogisticRegression()))
    ]
    record = describe_comparison(records, metric="worst")
    assert record["results"] == record["differences"] == []
    render(record)


def test_the_folder_appears_whole_and_the_page_is_made_again(found, tmp_path):
    folder = write_comparison(found, tmp_path / "böth", title="A & B", split="3 folds")
    assert sorted(file.name for file in folder.iterdir()) == [
        "index.html",
        "report.json",
        "scores.csv",
    ]
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert render(read_record(folder), ["report.json", "scores.csv"]) == page
    assert "A &amp; B" in page and "A & B" not in page
    table = pd.read_csv(folder / "scores.csv")
    assert len(table) == 4 * (8 + 6)
    assert write_comparison(found, tmp_path / "böth").name == "böth-2"


def test_two_runs_differ_in_their_execution_alone(found):
    one, two = (describe_comparison(found, command=command) for command in "ab")
    del one["execution"], two["execution"]
    assert json.dumps(one) == json.dumps(two)
