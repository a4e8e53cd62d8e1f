"""An experiment in a file, seeds, JSON and a cluster: what commands that evaluate can be told."""

import json
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sklearn_eeg import __main__ as cli
from sklearn_eeg._commands import running
from sklearn_eeg._commands.parsing import key_value
from sklearn_eeg.evaluation import _evaluate, _kept

SMALL = "[set]\nn_subjects = 4\nn_stimuli = 6\nduration = 16.0\n"


@pytest.fixture
def write(monkeypatch, tmp_path):
    """Write an experiment and work in its folder."""
    monkeypatch.chdir(tmp_path)

    def write(text, name="experiment.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write


def refused(*command):
    with pytest.raises(SystemExit) as stop:
        cli.main([*command])
    assert stop.value.code == 2


def parse(*command):
    return cli.parse([*command])


def test_a_file_says_what_flags_say(write, capsys):
    flags = ["--model", "lda", "--folds", "2", "--jobs", "1", "--set", "n_subjects=4"]
    flags += ["--set", "n_stimuli=6", "--set", "duration=16.0"]
    file = write(f'model = "lda"\nfolds = 2\njobs = 1\n{SMALL}')
    assert cli.main(["evaluate", *flags]) == 0
    told = capsys.readouterr().out
    assert cli.main(["evaluate", "--config", file]) == 0
    assert capsys.readouterr().out.replace("report-2", "report") == told


def test_flags_are_stronger(write):
    file = write(f'model = "lda"\nfolds = 2\n{SMALL}')
    args = parse("evaluate", "--config", file, "--folds", "5", "--set", "n_subjects=9")
    assert (args.model, args.folds) == ("lda", 5)
    settings = [("n_stimuli", 6), ("duration", 16.0), ("n_subjects", 9)]
    assert sorted(args.settings) == sorted(settings)
    args = parse("evaluate", "--config", file, "--protocol", "unseen-stimulus")
    assert (args.folds, args.protocol) == (None, "unseen-stimulus")
    args = parse("evaluate", "--config", write('dataset = "eegmat"'), "--table", "mine.csv")
    assert (args.dataset, str(args.table)) == (None, "mine.csv")


def test_each_command_reads_what_it_is_told_alone(write):
    text = 'folds = 3\n[compare]\nmodels = ["svm", "lda"]\n[audit]\npermutations = 4\n'
    file = write(text + '[evaluate]\nmodel = "lda"\n')
    assert parse("compare", "--config", file).models == ["svm", "lda"]
    assert parse("audit", "--config", file).permutations == 4
    assert parse("evaluate", "--config", file).model == "lda"
    assert {parse(name, "--config", file).folds for name in cli.EXPERIMENTS} == {3}


def test_every_kind_of_value_becomes_what_the_flag_makes_of_it(write):
    text = """
    table = "records.csv"
    events = {T1 = "left", T2 = "right"}
    channels = ["Fz", "Cz"]
    download = false
    transductive = true
    window = 2.5
    data-dir = "a folder"
    set = {kind = "de_LDS", subjects = [1, 2], sessions = [3], smooth = true}
    """
    args = parse("evaluate", "--config", write(text.replace("\n    ", "\n")))
    assert args.events == {"T1": "left", "T2": "right"}
    assert args.channels == ["Fz", "Cz"]
    assert args.download is False and args.transductive is True
    assert args.window == 2.5 and str(args.data_dir) == "a folder"
    assert dict(args.settings) == {
        "kind": "de_LDS",
        "subjects": [1, 2],
        "sessions": [3],
        "smooth": True,
    }
    assert parse("evaluate", "--config", write('transductive = "subject"')).transductive == (
        "subject"
    )
    assert parse("evaluate", "--config", write("n_jobs = 2")).jobs == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fold = 3", r"got 'fold'; did you mean folds"),
        ("modle = 'lda'", r"got 'modle'; did you mean model"),
        ("permutations = 3", r"got 'permutations'"),
        ("[comprae]\nmodels = 'svm'", r"did you mean compare"),
        ("foldz = 3\n[evaluate]\nmodel = 'lda'", r"got 'foldz'; did you mean folds"),
        ("config = 'y.toml'", r"got 'config'"),
        ("help = true", r"got 'help'"),
        ("seed = nan", r"argument --seed: expected a whole number"),
        ("[audit]\npermutation = 3", r"\[audit\] of x.toml .* did you mean permutations"),
        ("folds = 1", r"x.toml: argument --folds: expected a whole number of at least 2, got 1"),
        ("folds = 2.5", r"x.toml: argument --folds: expected a whole number"),
        ("folds = true", r"x.toml: argument --folds: expected a whole number"),
        ("model = 'ldaa'", r"x.toml: argument --model: invalid choice: 'ldaa'"),
        ("download = 'yes'", r"expected download to be true or false, got 'yes'"),
        ("set = 'kind=a'", r"expected set to be a table"),
        ("folds = []", r"expected folds to be a number"),
        ("folds = 2021-01-01", r"expected folds to be a number"),
        ("folds = ", r"expected TOML in x.toml"),
        ("a\x00", r"expected TOML in x.toml"),
    ],
)
def test_what_is_wrong_is_said_by_its_key_before_any_work(text, said, write, capsys, monkeypatch):
    monkeypatch.setattr(_evaluate, "read_study", None)
    refused("evaluate", "--config", write(text, "x.toml"))
    assert re.search(said, capsys.readouterr().err)


def test_a_file_that_is_not_there_or_no_text_is_said(write, capsys, tmp_path):
    refused("evaluate", "--config", "nothing.toml")
    assert "expected a file that can be read, got nothing.toml" in capsys.readouterr().err
    refused("evaluate", "--config", str(tmp_path))
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    refused("audit", "--config", "x.toml")
    assert "expected TOML in x.toml" in capsys.readouterr().err
    write("", "empty.toml")
    assert parse("evaluate", "--config", "empty.toml").folds is None


def test_what_a_command_needs_may_come_from_the_file(write, capsys):
    refused("compare")
    assert "--models" in capsys.readouterr().err
    assert parse("compare", "--config", write('models = "svm,lda"')).models == ["svm", "lda"]


def test_help_says_defaults_and_exit_codes(write, capsys):
    for name in cli.EXPERIMENTS:
        with pytest.raises(SystemExit):
            cli.main([name, "--config", "x.toml", "--help"])
        text = " ".join(capsys.readouterr().out.split())
        assert ("==SUPPRESS==" not in text and "default: 0" in text) or name == "compare"
        assert "Exit codes: 0, done; 1, " in text and "143, SIGTERM" in text


def test_several_of_one_are_told_by_a_comma():
    assert key_value("subjects=1,") == ("subjects", [1])
    assert key_value("subjects=1") == ("subjects", 1)
    assert key_value("subjects=1,2") == ("subjects", [1, 2])


def test_seeds_and_json_of_one_model(write, capsys, tmp_path):
    file = write(f'model = "convlstm"\nfolds = 2\njobs = 1\nepochs = 1\ndevice = "cpu"\n{SMALL}')
    assert cli.main(["evaluate", "--config", file, "--seeds", "2", "--json", "found.json"]) == 0
    out = capsys.readouterr().out
    assert "mean of seeds 0, 1" in out and "SD seeds" in out
    told = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert told["protocol"]["seeds"] == [0, 1] and told["folds_planned"] == 4
    assert np.isfinite(told["metrics"]["accuracy"]["sd_seeds"])
    assert told["references"]["stimulus alone"]["summary"]["accuracy"]["mean"] == 1


def test_seeds_of_what_is_never_random_are_refused(write, capsys):
    refused("evaluate", "--config", write(f"folds = 2\n{SMALL}"), "--model", "lda", "--seeds", "2")
    assert "leave --seeds out" in capsys.readouterr().err


def test_a_json_that_cannot_be_written_is_refused_before_any_work(write, capsys):
    for name in ("evaluate", "audit"):
        refused(name, "--json", "no such folder/found.json")
        assert "expected --json as a file in a folder that is there" in capsys.readouterr().err
    refused("compare", "--models", "lda", "--json", ".")


def count_fits(monkeypatch):
    ran, real = [], _kept.run_fold
    monkeypatch.setattr(_kept, "run_fold", lambda *args: ran.append(1) or real(*args))
    return ran


def test_an_evaluation_is_resumed(write, monkeypatch, tmp_path, capsys):
    ran = count_fits(monkeypatch)
    file = write(f'model = "lda"\nfolds = 2\njobs = 1\nresume = true\n{SMALL}')
    assert cli.main(["evaluate", "--config", file]) == 0
    assert len(list((tmp_path / "report.folds").glob("*.npy"))) == 2
    assert cli.main(["evaluate", "--config", file]) == 0
    assert len(ran) == 2


def test_a_comparison_is_resumed_within_a_run_and_told_as_json(write, monkeypatch, tmp_path):
    ran = count_fits(monkeypatch)
    # Of these one judges windows, the other does not.
    text = 'models = "lda,convlstm"\nseeds = 1\nepochs = 1\ndevice = "cpu"\nfolds = 2\njobs = 1\n'
    file = write(text + SMALL)
    command = ["compare", "--config", file, "--resume", "--json", "found.json"]
    assert cli.main(command) == 0
    assert len(ran) == len(list((tmp_path / "leaderboard.folds").glob("*.npy"))) == 3 * 2
    first = (tmp_path / "found.json").read_bytes()
    for path in (tmp_path / "leaderboard" / "runs").iterdir():
        path.unlink()
    next((tmp_path / "leaderboard.folds").glob("*.npy")).unlink()
    assert cli.main(command) == 0
    assert len(ran) == 7
    assert (tmp_path / "found.json").read_bytes() == first
    told = json.loads(first)
    table = pd.read_csv(tmp_path / "leaderboard" / "leaderboard.csv").set_index("model")
    means = {row["model"]: row["mean"] for row in told["summary"]["accuracy"]}
    assert means == table["mean"].to_dict()
    assert {run["model"] for run in told["runs"]} == {"logistic", "lda", "convlstm"}
    assert "window_accuracy" in told["runs"][0]["chance"]
    assert "window_accuracy" not in told["summary"]
    assert told["failures"] == []


def test_folds_run_on_a_cluster(write, tmp_path):
    pytest.importorskip("distributed")
    write(f'model = "lda"\nfolds = 2\n{SMALL}')
    code = """
import sys, warnings
from distributed import LocalCluster
from sklearn_eeg.__main__ import main
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False,
                      dashboard_address=None) as cluster:
        command = ["evaluate", "--config", "experiment.toml", "--json"]
        assert main([*command, "there.json", "--dask", cluster.scheduler_address]) == 0
        assert main([*command, "here.json", "--jobs", "1"]) == 0
"""
    (tmp_path / "run.py").write_text(code)
    done = subprocess.run([sys.executable, "run.py"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    there, here = (tmp_path / f"{name}.json" for name in ("there", "here"))
    assert there.read_bytes() == here.read_bytes()


def test_a_cluster_that_is_not_there_is_said(write, capsys):
    pytest.importorskip("distributed")
    file = write(f'model = "lda"\nfolds = 2\n{SMALL}')
    refused("evaluate", "--config", file, "--dask", "nonsense://nowhere")
    assert "expected a Dask scheduler at --dask nonsense://nowhere" in capsys.readouterr().err


def test_a_small_p_value_is_no_zero():
    table = pd.DataFrame({"mean": [0.9, 0.4, 0.3], "p_chance": [1e-5, 0.0321, np.nan]})
    columns = ["low", "high", "sd", "sd_folds", "sd_seeds", "chance_low", "chance_high"]
    table = table.reindex(columns=[*table.columns, *columns])
    shown = running.show_metrics(SimpleNamespace(metrics=lambda: table)).splitlines()
    assert [line.split()[-1] for line in shown[1:]] == ["0.001", "0.032", "–"]
    assert "< 0.001" in shown[1]
