import json
from dataclasses import replace

import jsonschema
import pytest

from sklearn_eeg import __main__ as cli
from sklearn_eeg.datasets import DATASETS
from sklearn_eeg.report import methods_text, read_record, schema_of

QUICK = ["--folds", "2", "--jobs", "1", "--device", "cpu"]


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Evaluate four subjects of six short films, in a folder of its own."""
    settings = {"n_subjects": 4, "n_stimuli": 6, "duration": 16.0}
    simulated = replace(DATASETS["simulated"], settings=settings, confounds=("all is made up",))
    monkeypatch.setitem(DATASETS, "simulated", simulated)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def two(small, capsys):
    """Reports of two models."""
    for model in ("logistic", "svm"):
        assert cli.main(["evaluate", "--model", model, "--report", model, *QUICK]) == 0
    capsys.readouterr()
    return small


def refused(argv, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(argv)
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_an_evaluation_leaves_its_command_audit_confounds_and_inductive_score(small, capsys):
    options = ["--model", "logistic", "--audit", "--inductive", *QUICK]
    assert cli.main(["evaluate", *options]) == 0
    assert "Audit of GroupKFold(2)" in capsys.readouterr().out
    record = read_record("report")
    jsonschema.validate(record, schema_of("evaluation"))
    command = f"python -m sklearn_eeg evaluate {' '.join(options)}"
    assert record["execution"]["command"] == command
    assert record["confounds"] == ["all is made up"]
    assert record["audit"]["verdict"] in ("noted", "unknown", "suspect")
    assert record["estimator"]["transductive"] == ["SubjectScaler"]
    assert record["references"]["inductive"]["estimator"]["transductive"] == []
    page = (small / "report" / "index.html").read_text(encoding="utf-8")
    assert command in page


def test_an_interrupted_audit_leaves_the_evaluation(small, capsys, monkeypatch):
    def stop(*args, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("sklearn_eeg.evaluation.audit", stop)
    assert cli.main(["evaluate", "--model", "logistic", "--audit", *QUICK]) == 130
    assert "The audit was interrupted." in capsys.readouterr().err
    assert read_record("report")["audit"] is None


def test_seeds_are_run_and_told(small, capsys):
    options = ["--seeds", "2", "--seed", "5", "--epochs", "1", *QUICK]
    assert cli.main(["evaluate", *options]) == 0
    record = read_record("report")
    assert record["protocol"]["seeds"] == [5, 6]
    assert len(record["folds"]) == 4


@pytest.mark.parametrize(
    "options",
    [["--normalise", "training"], ["--model", "ms-mda", "--transductive"]],
    ids=" ".join,
)
def test_what_is_inductive_already_or_cannot_be_is_refused(options, small, capsys):
    said = refused(["evaluate", "--inductive", *options], capsys)
    assert "expected --inductive with --normalise subject and without --transductive" in said
    assert list(small.iterdir()) == []


def test_one_record_gives_its_page_again(two, capsys):
    assert cli.main(["report", "svm/report.json", "-o", "again.html", "--title", "<mine>"]) == 0
    assert capsys.readouterr().out == "Page: again.html\n"
    page = (two / "again.html").read_text(encoding="utf-8")
    assert "<title>&lt;mine&gt;</title>" in page
    assert f"{read_record('svm')['metrics']['accuracy']['mean']:.2f}" in page


def test_text_for_a_paper_is_printed(two, capsys):
    assert cli.main(["report", "svm", "--text"]) == 0
    assert methods_text(read_record("svm")) in capsys.readouterr().out


def test_several_records_give_a_comparison(two, capsys):
    assert cli.main(["report", "svm", "logistic", "-o", "page.html", "--json", "both.json"]) == 0
    record = read_record("both.json")
    jsonschema.validate(record, schema_of("comparison"))
    assert set(record["models"]) == {"svm", "logistic"}
    assert (two / "page.html").read_text(encoding="utf-8").count("<tr>") > 5
    assert cli.main(["report", "both.json", "-o", "third.html"]) == 0


def test_compare_leaves_a_page(small, capsys):
    options = ["--models", "svm", "--seeds", "1", "--folds", "2", "--jobs", "1"]
    assert cli.main(["compare", *options]) == 0
    assert "Page: leaderboard" in capsys.readouterr().out
    record = read_record("leaderboard")
    jsonschema.validate(record, schema_of("comparison"))
    assert set(record["models"]) == {"logistic", "svm"}
    assert record["confounds"] == {"simulated": ["all is made up"]}
    first = (small / "leaderboard" / "index.html").read_bytes()
    assert cli.main(["compare", *options[:1], "svm,lda", *options[2:]]) == 0
    assert (small / "leaderboard" / "index.html").read_bytes() != first


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["nowhere.json"], "expected a report.json at nowhere.json, found none"),
        (["empty.json"], "expected JSON in empty.json"),
        (["other.json"], "expected a report.json with kind evaluation or comparison, got dict"),
        (["svm", "-o", "."], "expected a file in a folder that is there, got ."),
        (["svm", "-o", "nowhere/page.html"], "folder that is there, got nowhere/page.html"),
        (["svm", "-o", "svm/report.json"], "other than those that are read, got svm/report.json"),
        (["svm", "logistic", "--metric", "kappa"], "expected metric to be one of accuracy"),
    ],
)
def test_what_gives_no_page_is_one_sentence(argv, sentence, two, capsys):
    (two / "empty.json").touch()
    (two / "other.json").write_text(json.dumps({"a": 1}), encoding="utf-8")
    before = sorted(path.name for path in two.iterdir())
    assert sentence in refused(["report", *argv], capsys)
    assert sorted(path.name for path in two.iterdir()) == before


def test_a_comparison_is_not_compared(two, capsys):
    cli.main(["report", "svm", "logistic", "--json", "both.json"])
    said = refused(["report", "both.json", "svm"], capsys)
    assert "expected records of evaluations where there are several, got a comparison" in said
