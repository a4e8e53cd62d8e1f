import csv
import json
import os
import re
import shutil
from html.parser import HTMLParser
from importlib.util import find_spec
from time import perf_counter, time

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from numpy.testing import assert_allclose
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_eeg import Trials
from sklearn_eeg.evaluation import EvaluationInterrupted, evaluate
from sklearn_eeg.preprocessing import SubjectScaler
from sklearn_eeg.report import _figures, read_record, render, write_report
from sklearn_eeg.report._tables import write_table

VOID = {"meta", "br"}


class Page(HTMLParser):
    """Checks that tags are closed in order, and collects what a page needs and says."""

    def __init__(self, file):
        super().__init__()
        self.open, self.figures, self.links, self.text = [], [], [], ""
        self.feed(file.read_text(encoding="utf-8"))
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "figure":
            self.figures.append(attrs["id"])
        if tag == "a":
            self.links.append(attrs["href"])
        assert tag not in ("link", "script", "img", "iframe")
        for name, value in attrs.items():
            # An SVG names parts of its own, and the standards that it follows.
            assert (
                name in ("href", "class", "xlink:href")
                or name.startswith("xmlns")
                or ("://" not in (value or ""))
            )
            assert not name.startswith("on")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


class Network(ClassifierMixin, BaseEstimator):
    def __init__(self, interrupted_by=None):
        self.interrupted_by = interrupted_by

    def fit(self, X, y):
        if self.interrupted_by not in (None, *X.subject):
            raise KeyboardInterrupt
        self.classes_ = np.unique(y)
        self.history_ = [
            {"epoch": i, "train_loss": 1 / i, "valid_loss": 2 / i, "dur": perf_counter()}
            for i in (1, 2, 3)
        ]
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


def make_study():
    rng = np.random.default_rng(0)
    y = np.tile(["<calm>", "glad", "sad"], 24)
    X = rng.standard_normal((72, 2, 3)) + np.arange(72)[:, None, None] % 3
    return Trials(X, ch_names=["Fz", "Cz"], metadata={"subject": np.repeat(list("abcdef"), 12)}), y


def run(model, **settings):
    trials, y = make_study()
    return evaluate(model, trials, y, cv=3, **settings)


@pytest.fixture
def evaluation():
    return run(Network())


def test_page_stands_alone_and_links_what_is_beside_it(evaluation, tmp_path):
    folder = write_report(evaluation, tmp_path / "report", title="A & B")
    page = Page(folder / "index.html")
    assert page.figures == ["learning_curves"]
    assert set(page.links) == {"report.json", "scores.csv", "predictions.csv", "history.csv"}
    assert [link for link in page.links if not (folder / link).exists()] == []
    assert "A & B" in page.text
    assert "<calm>" not in (folder / "index.html").read_text(encoding="utf-8")


def test_page_says_the_score_the_chance_and_the_split(evaluation, tmp_path):
    text = Page(write_report(evaluation, tmp_path / "report") / "index.html").text
    mean, sd = evaluation.mean["accuracy"], evaluation.std["accuracy"]
    assert f"{mean:.2f} accuracymean over 6 subjects; 95 % interval" in text
    assert f"SD {sd:.2f}" in text
    assert "dashed: chance 0.33" in text
    assert "Split: GroupKFold(3), 3 folds; each was trained on 4 and tested on 2 subjects." in text
    assert "Inductive" in text


def test_page_names_the_step_that_is_transductive_and_the_source(tmp_path):
    class Flat(BaseEstimator):
        def fit(self, X, y=None):
            self.n_fitted_ = len(X)
            return self

        def transform(self, X):
            return np.asarray(X).reshape(len(X), -1)

    result = run(make_pipeline(SubjectScaler(per="channel"), Flat(), LogisticRegression()))
    folder = write_report(result, tmp_path / "report", source="Somebody (2019), ODC-BY")
    text = Page(folder / "index.html").text
    assert "Transductive: SubjectScaler uses the test subjects' own unlabelled trials" in text
    assert "Source: Somebody (2019), ODC-BY" in text
    assert "Inductive" not in text
    record = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert record["estimator"]["transductive"] == ["SubjectScaler"]
    assert record["estimator"]["steps"] == ["SubjectScaler", "Flat", "LogisticRegression"]
    assert record["estimator"]["parameters"]["logisticregression__C"] == 1.0


def test_tables_have_what_the_evaluation_has(evaluation, tmp_path):
    folder = write_report(evaluation, tmp_path / "report")
    scores = pd.read_csv(folder / "scores.csv", index_col="subject")
    assert_allclose(scores["accuracy"], evaluation.scores["accuracy"])
    assert_allclose(scores["baseline_f1_macro"], evaluation.baseline["f1_macro"])
    predictions = pd.read_csv(folder / "predictions.csv")
    assert (predictions["predicted"] == evaluation.predictions["predicted"]).all()
    with (folder / "history.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 9


def test_no_cell_of_a_table_is_a_formula(tmp_path):
    labels = np.array(["=cmd|' /C calc'!A0", "+a", "-b", "@c", "-0.5", "calm"])
    subjects = np.array(["=1+1", "-2", "ann"])
    y, groups = np.tile(labels, 6), np.repeat(subjects, 12)
    X = np.random.default_rng(0).standard_normal((36, 2))
    result = evaluate(DummyClassifier(strategy="prior"), X, y, groups=groups, cv=3, verbose=False)
    folder = write_report(result, tmp_path / "report")
    predictions = pd.read_csv(folder / "predictions.csv", dtype=str)
    quoted = {"'=cmd|' /C calc'!A0", "'+a", "'-b", "'@c", "-0.5", "calm"}
    assert set(predictions["true"]) == quoted
    assert set(predictions["subject"]) == {"'=1+1", "-2", "ann"}
    assert set(pd.read_csv(folder / "scores.csv")["subject"]) >= {"'=1+1", "-2", "ann"}
    rows = [
        row for file in folder.glob("*.csv") for row in csv.reader(file.read_text().split("\n"))
    ]
    cells = [cell for row in rows for cell in row]
    formulas = [cell for cell in cells if cell[:1] in "=+-@" and cell]
    assert formulas and all(float(cell) <= 0 for cell in formulas)


def test_numbers_of_a_table_stay_numbers(tmp_path):
    table = pd.DataFrame({"loss": [-0.5, 2.0], "label": pd.Categorical(["-x", "y"])})
    write_table(tmp_path / "a.csv", table, index=False)
    again = pd.read_csv(tmp_path / "a.csv")
    assert again["loss"].tolist() == [-0.5, 2.0]
    assert again["label"].tolist() == ["'-x", "y"]


def test_record_says_what_was_run_on_what(evaluation, tmp_path):
    folder = write_report(evaluation, tmp_path / "report", run={"seed": 7})
    record = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert record["run"] == {"seed": 7}
    assert record["data"]["sha256"] == evaluation.data["sha256"]
    assert record["protocol"]["cv"] == "GroupKFold(3)"
    assert record["versions"]["numpy"] == np.__version__
    assert record["subjects"]["a"]["accuracy"] == evaluation.scores.loc["a", "accuracy"]
    assert record["folds"]["1"]["n_train"] == 48
    execution = record.pop("execution")
    assert "fit_time" not in json.dumps(record)
    assert set(execution["seconds"]["folds"]) == {"1", "2", "3"}


def test_figures_are_in_the_colours_of_the_page_and_touch_no_pyplot_state(evaluation, tmp_path):
    page = (write_report(evaluation, tmp_path / "report") / "index.html").read_text("utf-8")
    svg = page.partition("<svg")[2].partition("</svg>")[0]
    assert "var(--accent)" in svg and "var(--ink)" in svg
    assert not re.findall(r"(?<![(&])#[0-9a-f]{6}", svg)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert plt.get_fignums() == []


def test_without_a_network_there_are_no_learning_curves(tmp_path):
    folder = write_report(run(DummyClassifier()), tmp_path / "report")
    assert Page(folder / "index.html").figures == ["reliability"]
    assert not (folder / "history.csv").exists()


def test_same_evaluation_gives_the_same_bytes_execution_apart(tmp_path):
    one, two = (write_report(run(Network()), tmp_path / name) for name in ("one", "two"))
    for file in ("scores.csv", "predictions.csv", "history.csv"):
        assert (one / file).read_bytes() == (two / file).read_bytes(), file
    records = [read_record(folder) for folder in (one, two)]
    pages = [render(record | {"execution": records[0]["execution"]}) for record in records]
    assert pages[0] == pages[1]
    for record in records:
        del record["execution"]
    assert json.dumps(records[0]) == json.dumps(records[1])


def test_a_report_that_is_there_is_kept(evaluation, tmp_path):
    first = write_report(evaluation, tmp_path / "report")
    (first / "index.html").write_text("mine", encoding="utf-8")
    second = write_report(evaluation, tmp_path / "report")
    third = write_report(evaluation, tmp_path / "report")
    assert [folder.name for folder in (first, second, third)] == ["report", "report-2", "report-3"]
    assert (first / "index.html").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("kind", ["file", "empty folder"])
def test_whatever_has_the_name_is_kept(kind, evaluation, tmp_path):
    taken = tmp_path / "report"
    if kind == "file":
        taken.write_text("mine", encoding="utf-8")
    else:
        taken.mkdir()
    assert write_report(evaluation, taken).name == "report-2"
    assert taken.read_text(encoding="utf-8") == "mine" if kind == "file" else taken.is_dir()


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_interrupted_report_leaves_nothing(error, evaluation, tmp_path, monkeypatch):
    def fail(*args):
        raise error

    monkeypatch.setattr("sklearn_eeg.report._write_report.render_page", fail)
    with pytest.raises(error):
        write_report(evaluation, tmp_path / "report")
    assert list(tmp_path.iterdir()) == []


def test_folders_above_are_made(evaluation, tmp_path):
    folder = write_report(evaluation, tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "index.html").exists()
    shutil.rmtree(folder)


def test_an_unfinished_evaluation_says_so(tmp_path):
    with pytest.raises(EvaluationInterrupted) as stop:
        run(Network(interrupted_by="a"))
    folder = write_report(stop.value.partial, tmp_path / "report")
    assert "Incomplete: finished 2 of 3 folds" in Page(folder / "index.html").text


def test_an_evaluation_without_baseline_can_be_reported(tmp_path):
    folder = write_report(run(DummyClassifier(), baseline=None), tmp_path / "report")
    assert "majority" not in Page(folder / "index.html").text


HALF = pytest.param(
    "half \ud83d a face",
    marks=pytest.mark.skipif(
        find_spec("pyarrow") is not None,
        reason="pandas keeps text by pyarrow, which takes whole characters alone",
    ),
)
HOSTILE = [
    "$title ${x} $$",
    "\\frac{$",
    "$x$",
    "$\\frac{$ and $",
    HALF,
    "<b>&amp;\x27",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_name_of_any_characters_is_text_in_tables_figures_and_page(name, n_jobs, tmp_path):
    trials, y = make_study()
    y = np.where(y == "sad", name, y)
    trials = trials.replace(
        metadata={"subject": [name if subject == "a" else subject for subject in trials.subject]}
    )
    scoring = {name: "accuracy"}
    result = evaluate(Network(), trials, y, cv=3, scoring=scoring, n_jobs=n_jobs)
    folder = write_report(result, tmp_path / "report", title=name, source=name, run={name: name})
    seen = name.encode("utf-8", "backslashreplace").decode()
    page = Page(folder / "index.html")
    assert page.text.count(seen) >= 5
    assert "could not be drawn" not in page.text
    for file in ("scores.csv", "predictions.csv"):
        assert seen in pd.read_csv(folder / file).astype(str).to_numpy()
    record = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert record["title"] == name
    assert name in record["subjects"]
    assert name in record["classes"]


def test_a_figure_that_fails_is_a_note_on_the_page(evaluation, tmp_path, monkeypatch):
    def fail(record):
        raise RuntimeError("no <ink>.")

    monkeypatch.setitem(_figures.DRAWN, "learning_curves", fail)
    folder = write_report(evaluation, tmp_path / "report")
    page = Page(folder / "index.html")
    assert page.figures == []
    assert "Learning curves could not be drawn: RuntimeError: no <ink>." in page.text
    assert len(pd.read_csv(folder / "scores.csv")) == 6


def test_tables_and_record_are_there_before_the_first_figure(evaluation, tmp_path, monkeypatch):
    def look(record):
        (draft,) = tmp_path.glob(".report-*.draft/report")
        there.update(file.name for file in draft.iterdir())

    there = set()
    monkeypatch.setitem(_figures.DRAWN, "learning_curves", look)
    write_report(evaluation, tmp_path / "report")
    assert there == {"scores.csv", "predictions.csv", "history.csv", "report.json"}


def test_drafts_of_killed_processes_are_swept_after_an_hour(evaluation, tmp_path):
    dead, young, mine = ".report-abcd_123.draft", ".report-young012.draft", ".report-mine"
    names = [dead, young, mine, ".other-abcd_123.draft"]
    for name in names:
        (tmp_path / name / "report").mkdir(parents=True)
        old = 0 if name == young else 3700
        os.utime(tmp_path / name, (time() - old, time() - old))
    write_report(evaluation, tmp_path / "report")
    assert {path.name for path in tmp_path.iterdir()} == {*names[1:], "report"}


@pytest.mark.parametrize("path", ["", ".", "..", "a/..", "/"])
def test_a_path_without_a_name_is_refused(path, evaluation, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="write_report: expected the name of a folder, got"):
        write_report(evaluation, path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["file/report", f"{'n' * 300}/report", "n" * 300])
def test_a_place_that_cannot_be_written_is_one_sentence(path, evaluation, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="write_report: expected a folder that can be written") as no:
        write_report(evaluation, tmp_path / path)
    assert "\n" not in str(no.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_numbers_that_json_lacks_are_words(tmp_path):
    result = run(DummyClassifier(), scoring={"worst": lambda model, X, y: -np.inf})
    folder = write_report(result, tmp_path / "report", run={"seed": np.int64(3), "rate": np.nan})
    record = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert record["subjects"]["a"]["worst"] == "-inf"
    assert record["run"] == {"seed": 3, "rate": "nan"}
