"""Recordings of one's own on the command line: described, evaluated, compared."""

import json

import mne
import numpy as np
import pandas as pd
import pytest

from sklearn_eeg import __main__ as cli
from sklearn_eeg import recipes
from sklearn_eeg.datasets import load_recordings
from sklearn_eeg.datasets.testing import write_edf, write_recordings
from sklearn_eeg.evaluation import evaluate

TOLD = ["--subject", r"S(\d+)", "--events", "T1=left,T2=right"]
QUICK = ["--model", "logistic", "--window", "2", "--folds", "2", "--jobs", "1"]


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return write_recordings(tmp_path / "my study", n_subjects=4, n_runs=1)


def describe(capsys, *options):
    code = cli.main(["describe", *map(str, options)])
    return code, capsys.readouterr().out


def test_a_description_says_what_is_there(study, capsys):
    code, text = describe(capsys, study, *TOLD)
    assert code == 0
    lines = dict(line.split("  ", 1) for line in text.splitlines())
    lines = {name: " ".join(said.split()) for name, said in lines.items()}
    assert lines == {
        "path": str(study),
        "recordings": "4",
        "subjects": "01 (1), 02 (1), 03 (1), 04 (1)",
        "sfreq": "128 (4)",
        "n channels": "5 (4)",
        "channels": "Fp1 Fp2 T7 Cz O2",
        "seconds": "shortest (21), longest (21), all (84)",
        "trials": "16",
        "trial labels": "left (8), right (8)",
        "events": "T0 (20), T1 (8), T2 (8)",
        "problems": "none",
    }


def test_the_same_as_json_with_each_file(study, capsys):
    code, text = describe(capsys, study / "recordings.csv", "--duration", 4, "--json")
    told = json.loads(text)
    assert code == 0 and told["problems"] == []
    assert told["subjects"] == {"1": 1, "2": 1, "3": 1, "4": 1} and told["labels"] == {"rest": 4}
    assert told["trials"] == 20 and told["seconds"]["all"] == 84
    assert told["files"][2]["file"] == "S03/run1.edf" and told["files"][2]["n_trials"] == 5


def test_problems_are_told_file_by_file_and_by_the_exit_code(study, capsys):
    (study / "S02/run1.edf").write_bytes(b"")
    write_edf(study / "S05.edf", np.ones((5, 2500)), ["Fp1", "Fp2", "T3", "Cz", "O2"], 250)
    code, text = describe(capsys, study, "--json")
    told = json.loads(text)
    assert code == 1
    assert len(told["problems"]) == 2
    assert "S02/run1.edf, got an empty file" in told["problems"][0]
    assert told["problems"][1] == (
        "S05.edf: expected 128 Hz as in S01/run1.edf, got 250 Hz; give --sfreq to bring all to one "
        "rate."
    )
    assert told["sfreq"] == {"128": 3, "250": 1}
    code, text = describe(capsys, study)
    assert code == 1 and "S02/run1.edf, got an empty file" in text


@pytest.mark.parametrize("options", [["nowhere"], ["my study", "--subject", "P(.)"]])
def test_what_cannot_be_described_is_a_problem(options, study, capsys):
    code, text = describe(capsys, *options, "--json")
    assert code == 1 and json.loads(text)["problems"][0].startswith("expected ")


def test_a_data_set_is_described_as_it_is_loaded(eegmat_like, study, capsys, monkeypatch):
    from sklearn_eeg.datasets import DATASETS

    eegmat = type(DATASETS["eegmat"])
    real = eegmat.load
    monkeypatch.setattr(eegmat, "load", lambda d, **s: real(d, trial=2.0, duration=6.0, **s))
    monkeypatch.setattr("sklearn_eeg.datasets._eegmat.verify", lambda files, checksums: None)
    code, text = describe(capsys, eegmat_like[0], "--dataset", "eegmat", "--json")
    told = json.loads(text)
    assert code == 0
    assert told["subjects"] == {"0": 6, "35": 6} and told["trials"] == 12
    assert told["trial_labels"] == {"arithmetic": 6, "rest": 6}
    assert told["sfreq"] == 100 and told["seconds"] == {"shortest": 2, "longest": 2, "all": 24}
    code, text = describe(capsys, "nowhere", "--dataset", "eegmat")
    assert code == 1 and "Subject00_1.edf" in text


@pytest.fixture
def two_runs(tmp_path, monkeypatch):
    """Long enough for the filters: a run at rest and one at a task for each subject."""
    monkeypatch.chdir(tmp_path)
    return write_recordings(tmp_path / "two runs", n_subjects=4, n_runs=2)


def test_a_folder_of_ones_own_is_evaluated(two_runs, capsys):
    options = ["--subject", r"S(\d+)", "--label", r"(run\d)"]
    assert cli.main(["evaluate", "--table", str(two_runs), *options, *QUICK]) == 0
    text = capsys.readouterr().out
    assert text.startswith("two runs: 8 trials of 4 subjects, each (channel=5, time=2688)")
    assert "mean ± SD" in text and "Source" not in text
    assert pd.read_csv("report/scores.csv")["subject"].tolist() == [1, 2, 3, 4]


def test_a_table_of_ones_own_is_compared(two_runs, capsys):
    options = ["--models", "svm", "--seeds", "1", "--folds", "2", "--jobs", "1", "--window", "2"]
    assert cli.main(["compare", "--table", str(two_runs / "recordings.csv"), *options]) == 0
    summary = pd.read_csv("leaderboard/leaderboard.csv")
    assert set(summary["dataset"]) == {"recordings"}
    assert list(summary["model"]) == ["logistic", "svm"]


def test_bad_channels_of_ones_own_are_interpolated(two_runs, capsys):
    names = ["Fp1", "Fp2", "T7", "Cz", "O2"]
    for file in two_runs.glob("S0[12]/*.edf"):
        raw = mne.io.read_raw_edf(file, preload=True, verbose="error").drop_channels(["ECG ECG"])
        raw.rename_channels(dict(zip(raw.ch_names, names, strict=True)))
        raw.info["bads"] = ["Cz"]
        raw.save(file.with_name(f"{file.stem}_raw.fif"), verbose="error")
        file.unlink()
    options = ["--subject", r"S(\d+)", "--label", r"(run\d)"]
    assert cli.main(["evaluate", "--table", str(two_runs), *options, *QUICK]) == 0
    assert "logistic: ChannelAligner > BandpassNotch" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["describe"], "expected a path, got none"),
        (["describe", ".", "--dataset", "eegmat", "--sfreq", "9"], "expected --sfreq with record"),
        (["describe", ".", "--sfreq", "-1"], "--sfreq: expected a number above 0, got -1"),
        (["describe", ".", "--events", "T1=,T2"], "expected names by commas, as in T1=left,T2"),
        (["describe", ".", "--triggers", "T1"], "--triggers: expected whole numbers, got 'T1'"),
        (["describe", ".", "--events", "a", "--triggers", "1"], "--events or --triggers, got both"),
        (["evaluate", "--duration", "5"], "expected --duration with --table, got it without"),
        (["evaluate", "--table", ".", "--dataset", "eegmat"], "expected --table alone"),
        (["evaluate", "--table", ".", "--download"], "expected --table alone"),
        (["evaluate", "--table", "nowhere"], "got 'nowhere', which is not there"),
        (["evaluate", "--table", "my study"], "expected labels in my study, found none"),
        (["evaluate", "--table", "my study", "--events", "T1"], "to know the subjects of my study"),
        (["evaluate", "--table", "my study", *TOLD, "--folds", "9"], "at most 4 folds for 4 subj"),
        (
            ["evaluate", "--table", "my study", *TOLD, "--channels", "10-20"],
            "names), with --missing nan where some may lack",
        ),
        (["compare", "--models", "svm", "--events", "T1"], "expected --events with --table"),
    ],
)
def test_bad_arguments_get_one_sentence_and_exit_code_2(options, sentence, study, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(options)
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1


@pytest.mark.parametrize("sfreq", [100, 64])
def test_slow_recordings_are_evaluated_and_too_slow_ones_refused(sfreq, tmp_path, capsys):
    folder = write_recordings(tmp_path / "slow", n_subjects=4, n_runs=2, sfreq=sfreq)
    command = ["evaluate", "--table", str(folder), "--subject", r"S(\d+)", "--label", r"(run\d)"]
    command += [*QUICK, "--report", str(tmp_path / "report")]
    if sfreq == 100:
        assert cli.main(command) == 0
        return
    with pytest.raises(SystemExit):
        cli.main(command)
    assert "expected signals of 100 Hz or more" in capsys.readouterr().err
    # What the sentence says to do, done.
    trials, y = load_recordings(folder, subject=r"S(\d+)", label=r"(run\d)")
    bands = {"theta": (4, 8), "alpha": (8, 13), "beta": (13, 25)}
    model = recipes.make("logistic", h_freq=28.0, notch=None, bands=bands, window=2.0)
    assert evaluate(model, trials, y, cv=2, verbose=False).mean["accuracy"] > 0
