"""What the command line says of itself: version, examples that run, a page, completion."""

import importlib.util
import shlex
import shutil
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sklearn_eeg
from sklearn_eeg import __main__ as cli
from sklearn_eeg._commands import running
from sklearn_eeg.datasets import DATASETS
from sklearn_eeg.datasets.testing import write_bids, write_edf

EXAMPLES = [
    pytest.param(name, typed, id=typed)
    for name, command in cli.COMMANDS.items()
    for _, typed in command.EXAMPLES
]
# Of what is in the folder below, in seconds; the others need published data, or minutes.
RUN = [
    "evaluate",
    r"evaluate --table recordings --subject '(S\d+)' --label '_(\w+)' --duration 4",
    "audit --model logistic --folds 4",
    "report report/report.json --text",
    "report one/report.json two/report.json -o comparison.html",
    "convert --table recordings.csv --duration 4 --cache store",
    "describe recordings",
    "describe recordings.csv --duration 4 --json",
    "models",
    "datasets",
    "protocols",
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Six people's recordings, calm and tense, and a small set that is simulated."""
    settings = {"n_subjects": 6, "n_stimuli": 6, "duration": 16.0}
    monkeypatch.setitem(DATASETS, "simulated", replace(DATASETS["simulated"], settings=settings))
    monkeypatch.chdir(tmp_path)
    rng, rows = np.random.default_rng(0), ["file,subject,label"]
    for person in range(1, 7):
        for label in ("calm", "tense"):
            file = Path("recordings", f"S0{person}_{label}.edf")
            file.parent.mkdir(exist_ok=True)
            write_edf(file, rng.normal(0, 20, (4, 3200)), ["Fz", "Cz", "Pz", "Oz"], 200)
            rows.append(f"{file},{person},{label}")
    Path("recordings.csv").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


def arguments(typed):
    """What the program gets of a line, without what the shell keeps."""
    words = shlex.split(typed)
    return words[: words.index(">")] if ">" in words else words


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"sklearn-eeg {sklearn_eeg.__version__}\n"


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_help_has_examples_as_they_are_typed(name, capsys):
    with pytest.raises(SystemExit):
        cli.main([name, "--help"])
    lines = capsys.readouterr().out.splitlines()
    shown = [line for line in lines if line.startswith(f"  {cli.PROGRAM} ")]
    assert shown == [f"  {cli.PROGRAM} {typed}" for _, typed in cli.COMMANDS[name].EXAMPLES]
    assert shown


@pytest.mark.parametrize(("name", "typed"), EXAMPLES)
def test_an_example_can_be_typed(name, typed):
    assert cli.parse(arguments(typed)).command == name


def test_examples_run(folder, capsys, monkeypatch):
    monkeypatch.setattr(running, "n_cores", lambda at_most: 1)
    known = {example.values[1] for example in EXAMPLES}
    for typed in RUN:
        assert typed in known
        assert cli.main(arguments(typed)) in (0, 1), typed
        if typed == "audit --model logistic --folds 4":
            for name in ("one", "two"):
                shutil.copytree("report", name)
    assert Path("comparison.html").exists()
    assert "12 recordings, 12 of them converted now" in capsys.readouterr().out


@pytest.mark.parametrize("flag", ["--cache", "--data-dir", "--report", "--table", "--bids"])
def test_an_empty_path_is_none(flag, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["evaluate", flag, ""])
    assert stop.value.code == 2
    assert f"argument {flag}: expected a path, got an empty text" in capsys.readouterr().err


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_warning_is_said_once_as_a_sentence(jobs, folder, capsys):
    told = ["--set", "n_subjects=2", "--set", "n_stimuli=3", "--set", "duration=4"]
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        code = cli.main(["evaluate", "--model", "logistic", "--folds", "2", "--jobs", jobs, *told])
    assert code == 0
    said = [line for line in capsys.readouterr().err.splitlines() if "samples long" in line]
    assert len(said) == 1
    assert said[0].startswith("Warning: BandpassNotch: the filter is 1689 samples long and ")
    assert ".py" not in said[0]


def test_scorers_are_told(folder, capsys):
    told = ["evaluate", "--model", "lda", "--folds", "2", "--jobs", "1"]
    assert cli.main([*told, "--scoring", "balanced_accuracy, roc_auc_ovr"]) == 0
    assert "subject trials balanced_accuracy roc_auc_ovr" in capsys.readouterr().out
    with pytest.raises(SystemExit) as stop:
        cli.main([*told, "--scoring", "acuracy"])
    assert stop.value.code == 2
    assert "expected scorers of scikit-learn, got 'acuracy'" in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore:BandpassNotch. the filter is")
def test_a_set_in_bids_is_evaluated(folder, capsys):
    write_bids("bids set")
    told = ["evaluate", "--bids", "bids set", "--model", "lda", "--folds", "2", "--jobs", "1"]
    assert (
        cli.main([*told, "--window", "1", "--set", "events=happy,sad", "--set", "sfreq=200"]) == 0
    )
    text = capsys.readouterr().out
    assert text.startswith("bids set: 8 trials of 2 subjects")
    assert "mean ± SD" in text


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (["--bids", "nowhere"], "expected --bids to be a folder, got nowhere"),
        (["--bids", ".", "--dataset", "seed"], "expected --bids and --set alone, got a data set"),
        (["--bids", ".", "--duration", "2"], "expected --bids and --set alone, got --duration too"),
        (["--bids", ".", "--set", "tusk=1"], "expected --set of bids to be some of task, events"),
        (["--bids", "recordings"], "expected "),
    ],
)
def test_what_is_no_set_in_bids_is_a_sentence(told, sentence, folder, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["evaluate", *told])
    assert stop.value.code == 2
    assert sentence in capsys.readouterr().err


def test_the_page_has_every_argument_and_example():
    docs = Path(__file__).parents[1] / "docs"
    found = importlib.util.spec_from_file_location("_commands", docs / "_commands.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    sections = dict(zip(cli.COMMANDS, module.page().split(".. program:: ")[1:], strict=True))
    parser = cli.make_parser()
    for name, section in sections.items():
        assert section.startswith(f"{name}\n")
        for action in parser.parse_args(shlex.split(LEAST.get(name, name))).parser._actions:
            for flag in set(action.option_strings) - {"-h", "--help"}:
                assert f" {flag}" in section
        for _, typed in cli.COMMANDS[name].EXAMPLES:
            assert f"\n   {cli.PROGRAM} {typed}\n" in section


# What these cannot do without.
LEAST = {
    "compare": "compare --models svm",
    "report": "report file",
    "convert": "convert --cache store",
    "stream": "stream model",
    "completion": "completion bash",
}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("eva", "evaluate"),
        ("evaluate --ali", "--alignment"),
        ("evaluate --model dgc", "dgcnn"),
        ("describe recor", "recordings recordings.csv"),
        ("convert --cache recor", "recordings"),
    ],
)
def test_bash_completes(words, found, folder):
    pytest.importorskip("shtab", reason="needs shtab")
    if shutil.which("bash") is None:
        pytest.skip("needs bash")
    script = subprocess.run(
        [sys.executable, "-m", "sklearn_eeg", "completion", "bash"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    asked = (
        f"{script}\nCOMP_WORDS=(sklearn-eeg {words})\nCOMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n"
        "COMPREPLY=()\n_shtab_sklearn_eeg\necho ${COMPREPLY[@]}"
    )
    answer = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
    assert sorted(answer.stdout.split()) == found.split()


def test_completion_without_its_package_is_a_sentence(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "shtab", None)
    with pytest.raises(SystemExit) as stop:
        cli.main(["completion", "zsh"])
    assert stop.value.code == 2
    assert "install sklearn-eeg[completion]" in capsys.readouterr().err
