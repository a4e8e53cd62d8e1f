"""Published protocols on the command line, by which models are evaluated, compared, audited."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sklearn_eeg import __main__ as cli
from sklearn_eeg.datasets import DATASETS, make_emotion_trials
from sklearn_eeg.datasets.testing import write_recordings
from sklearn_eeg.model_selection import PROTOCOLS, make_protocol

QUICK = ["--model", "logistic"]


def load_sessions(random_state=0):
    """Six subjects in two sessions of four films each, who know when and where they saw which."""
    trials, y = make_emotion_trials(
        6, n_stimuli=8, n_sessions=2, duration=16.0, random_state=random_state
    )
    table = trials.metadata
    place = table.groupby(["subject", "session"]).cumcount()
    return trials.replace(metadata=table.assign(trial=place + 1, onset=120.0 * place)), y


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Evaluate six subjects, in a folder of its own."""
    settings = {"n_subjects": 6, "n_stimuli": 6, "duration": 16.0}
    monkeypatch.setitem(DATASETS, "simulated", replace(DATASETS["simulated"], settings=settings))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def sessions(small, monkeypatch):
    """The same, of trials that know all that protocols ask for."""
    monkeypatch.setattr(type(DATASETS["simulated"]), "load", lambda *_, **__: load_sessions())
    return load_sessions()


@pytest.mark.parametrize("name", [n for n in PROTOCOLS if n not in ("seed-9-6", "seed-iv-16-8")])
def test_a_protocol_decides_who_is_tested(name, sessions, capsys):
    trials, y = sessions
    assert cli.main(["evaluate", *QUICK, "--jobs", "1", "--protocol", name, "--seed", "3"]) == 0
    text = capsys.readouterr().out
    assert f"Protocol {name}: {PROTOCOLS[name].description}." in text
    found = pd.read_csv("report/predictions.csv")
    splits = list(make_protocol(name, 3).split(trials, y))
    tested = [sorted(part["trial"]) for _, part in found.groupby("fold")]
    assert tested == [test.tolist() for _, test in splits]
    page = Path("report/index.html").read_text(encoding="utf-8")
    assert f"protocol {name}" in page
    parts = PROTOCOLS[name].description.startswith("subject-dependent")
    assert ("<b>Subject-dependent</b>" in page) == parts
    assert ("; subject-dependent: the people tested were trained on too" in text) == parts


def test_a_comparison_goes_by_a_protocol(sessions, capsys):
    options = ["--models", "lda", "--seeds", "1", "--jobs", "1", "--protocol", "session-to-session"]
    assert cli.main(["compare", *options]) == 0
    assert "Protocol session-to-session: subject-dependent: each" in capsys.readouterr().out
    summary = pd.read_csv("leaderboard/leaderboard.csv")
    assert set(summary["split"]) == {"session-to-session"}
    assert cli.main(["compare", *options[:-2], "--folds", "3"]) == 0
    assert set(pd.read_csv("leaderboard/leaderboard.csv")["split"]) == {"3 folds of subjects"}
    # A run by another split is another run.
    assert len(list(Path("leaderboard/runs").iterdir())) == 4


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--folds", "2", "--protocol", "subjects"], "--folds or --protocol, got both"),
        (["--protocol", "mine"], f"expected one of {', '.join(PROTOCOLS)}, got 'mine'"),
        (["--protocol", "seed-9-6"], "seed-9-6 on simulated: expected a column 'trial' in"),
        (["--protocol", "time-blocks"], "time-blocks on simulated: expected a column 'onset' in"),
        (["--protocol", "session-to-session"], "least 2 values of 'session', one a fold, got 1;"),
        (["--protocol", "subjects", "--set", "n_subjects=5"], "6 values of 'subject', one a fold,"),
        (["--protocol", "unseen-stimulus", "--set", "n_subjects=4"], "least 5 values of 'subject'"),
        (["--protocol", "subjects-70-15-15", "--set", "n_subjects=2"], "at least 3 subjects"),
    ],
)
@pytest.mark.parametrize("command", [["evaluate"], ["audit"], ["compare", "--models", "lda"]])
def test_what_the_data_do_not_allow_is_a_sentence_before_any_work(
    command, options, sentence, small, capsys, monkeypatch
):
    for work in ("evaluate", "compare", "audit"):
        monkeypatch.setattr(f"sklearn_eeg.evaluation.{work}", None)
    with pytest.raises(SystemExit) as stop:
        cli.main([*command, *options])
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert list(small.iterdir()) == []


def test_a_session_of_too_few_trials_is_a_sentence(sessions, capsys):
    with pytest.raises(SystemExit):
        cli.main(["evaluate", *QUICK, "--protocol", "seed-9-6"])
    said = capsys.readouterr().err
    assert "--protocol seed-9-6 on simulated: expected n_train between 1 and" in said


def test_the_ceiling_is_that_of_what_the_catalogue_simulates(small, capsys):
    options = ["evaluate", *QUICK, "--jobs", "1", "--folds", "3"]
    assert cli.main(options) == 0
    assert "no classifier passes an accuracy of" in capsys.readouterr().out
    assert cli.main([*options, "--set", "separability=0.1"]) == 0
    assert "no classifier passes" not in capsys.readouterr().out
    assert "ceiling" not in json.loads(Path("report-2/report.json").read_text())["run"]


def test_an_audit_has_no_target(small, capsys):
    with pytest.raises(SystemExit):
        cli.main(["audit", "--model", "pr-pl", "--transductive"])
    assert "unrecognized arguments: --transductive" in capsys.readouterr().err


def test_protocols_are_listed_with_what_they_test(capsys):
    assert cli.main(["protocols"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0]: line.split(maxsplit=1)[1] for line in lines} == {
        name: protocol.description for name, protocol in PROTOCOLS.items()
    }


def test_an_audit_that_passes_has_exit_code_0_and_says_the_same_as_json(small, capsys):
    options = [*QUICK, "--folds", "3", "--json", "found.json"]
    assert cli.main(["audit", *options]) == 0
    text = capsys.readouterr().out
    told = json.loads((small / "found.json").read_text(encoding="utf-8"))
    assert text.startswith(f"Audit of GroupKFold(3): {told['verdict']}\n")
    assert {"dataset": "simulated", "model": "logistic", "seed": 0}.items() <= told.items()
    for finding in told["findings"]:
        assert f"{finding['verdict']}  {finding['check']:<11}  {finding['evidence']}" in text
        assert finding["verdict"] != "convicted"


def test_an_audit_that_convicts_has_exit_code_1(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    study = write_recordings(tmp_path / "study", n_subjects=3, n_runs=2)
    for run in (1, 2):
        # Somebody's recordings as those of somebody else, whom the header of an EDF file names.
        recorded = (study / "S01" / f"run{run}.edf").read_bytes()
        copied = study / "S09" / f"run{run}.edf"
        copied.parent.mkdir(exist_ok=True)
        copied.write_bytes(recorded[:8] + b"somebody else".ljust(80) + recorded[88:])
    options = ["--subject", r"S(\d+)", "--label", r"(run\d)", "--window", "2", "--folds", "4"]
    assert cli.main(["audit", "--table", str(study), *QUICK, *options]) == 1
    text = capsys.readouterr().out
    assert text.startswith("Audit of GroupKFold(4): convicted\nconvicted  copies")


@pytest.mark.parametrize("file", ["nowhere/found.json", "."])
def test_findings_that_cannot_be_written_are_refused_before_any_work(file, small, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["audit", "--json", file])
    assert stop.value.code == 2
    assert f"expected --json as a file in a folder that is there, got {file}" in (
        capsys.readouterr().err
    )
