"""The command convert: a store, what it says of it, and how it ends."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sklearn_eeg import __main__ as cli
from sklearn_eeg.datasets import load_recordings, load_seed
from sklearn_eeg.datasets.testing import write_recordings, write_seed
from tests.datasets.test_store import contents, entries


@pytest.fixture(scope="module")
def twin(tmp_path_factory):
    path = tmp_path_factory.mktemp("twin")
    write_seed(path, n_subjects=2)
    return path


@pytest.fixture
def folder(twin, tmp_path):
    return Path(shutil.copytree(twin, tmp_path / "the set"))


def convert(folder, cache, *options):
    where = ["--data-dir", str(folder), "--cache", str(cache)]
    return cli.main(["convert", "--dataset", "seed", *where, *options])


def test_a_set_is_converted_once_and_read_from_the_store(folder, tmp_path, capsys):
    assert convert(folder, tmp_path / "cache") == 0
    text = capsys.readouterr().out
    assert text.startswith("seed: 90 trials of 2 subjects, each (channel=62, time=")
    assert "6 recordings, 6 of them converted now, in " in text
    assert "Source: " in text
    kept = contents(tmp_path / "cache")
    assert len(kept) == 6
    assert convert(folder, tmp_path / "cache") == 0
    assert "6 recordings, 0 of them converted now" in capsys.readouterr().out
    load_seed(folder, cache=tmp_path / "cache")
    assert contents(tmp_path / "cache") == kept


def test_json_says_what_is_in_the_store(folder, tmp_path, capsys):
    convert(folder, tmp_path / "cache")
    entries(tmp_path / "cache")[0].unlink()
    capsys.readouterr()
    assert convert(folder, tmp_path / "cache", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told.pop("seconds") > 0
    assert told.pop("trials").startswith("90 trials of 2 subjects")
    assert told == {
        "dataset": "seed",
        "n_trials": 90,
        "store": str(tmp_path / "cache"),
        "recordings": 6,
        "converted": 1,
        "bytes": sum(path.stat().st_size for path in entries(tmp_path / "cache")),
    }


def test_recordings_of_ones_own_are_converted_ahead(tmp_path, capsys):
    study, cache = write_recordings(tmp_path / "my study", n_subjects=2), tmp_path / "cache"
    told = ["--table", str(study / "recordings.csv"), "--duration", "2", "--cache", str(cache)]
    assert cli.main(["convert", *told]) == 0
    text = capsys.readouterr().out
    assert text.startswith("recordings: 40 trials of 2 subjects, each (channel=5, time=256)")
    assert "4 recordings, 4 of them converted now" in text and "Source" not in text
    kept = contents(cache)
    trials, _ = load_recordings(study / "recordings.csv", duration=2.0, cache=cache)
    assert len(trials) == 40 and contents(cache) == kept
    (study / "S02/run1.edf").write_bytes(b"")
    capsys.readouterr()
    assert cli.main(["convert", *told]) == 1
    said = capsys.readouterr().err.strip()
    assert "expected a recording in" in said and said.count("\n") == 0 and ".." not in said


def test_a_damaged_recording_costs_no_other(folder, tmp_path, capsys):
    last = sorted(folder.rglob("2_*.mat"))[-1]
    whole = last.read_bytes()
    last.write_bytes(whole[: len(whole) // 2])
    assert convert(folder, tmp_path / "cache") == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    said = captured.err.strip()
    assert last.name in said
    assert said.endswith(
        "; 5 recordings were converted; what is converted is kept, and the same command goes on "
        "from there."
    )
    assert said.count("\n") == 0
    last.write_bytes(whole)
    assert convert(folder, tmp_path / "cache") == 0
    assert "1 of them converted now" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--dataset", "seed", "--cache", "cache"], "--data-dir or in the environment variable"),
        (["--dataset", "seed", "--cache", "cache", "--data-dir", "empty"], "found none; the set"),
        (["--dataset", "seed", "--cache", "c", "--data-dir", "nowhere"], "a folder, got nowhere"),
        (["--dataset", "seed", "--cache", "file", "--data-dir", "empty"], "a folder, got file"),
        (["--dataset", "simulated", "--cache", "cache"], "--dataset: invalid choice: 'simulated'"),
        (["--dataset", "seed"], "the following arguments are required: --cache"),
        (["--cache", "cache"], "expected --dataset or --table, got neither"),
        (["--table", "t.csv", "--dataset", "seed", "--cache", "c"], "expected --table alone, got"),
        (["--dataset", "seed", "--cache", "c", "--duration", "2"], "--duration with --table, got"),
        (["--table", "nowhere", "--cache", "cache"], "got 'nowhere', which is not there."),
        (
            ["--table", "empty", "--cache", "cache"],
            "expected recordings such as *.edf in empty, found none among 0 files; a published set "
            "is read with --dataset NAME.",
        ),
    ],
)
def test_bad_arguments_are_one_sentence_and_exit_code_2(
    options, sentence, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)
    Path("empty").mkdir()
    Path("file").touch()
    try:
        code = cli.main(["convert", *options])
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    said = capsys.readouterr().err.strip()
    assert sentence in said
    assert said.count("\n") == 0
    assert not Path("cache").exists()


def test_a_cache_that_cannot_be_made_is_one_sentence(folder, tmp_path, capsys):
    (tmp_path / "file").touch()
    assert convert(folder, tmp_path / "file" / "below") == 1
    said = capsys.readouterr().err.strip()
    assert "expected a folder that can be written at" in said
    assert "or give another as --cache" in said


# Trials of the synthetic twin are short.
@pytest.mark.filterwarnings("ignore:.*the filter is")
def test_what_was_converted_is_evaluated(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    convert(folder, "cache")
    stamps = {path: path.stat().st_mtime_ns for path in entries(tmp_path / "cache")}
    where = ["--data-dir", str(folder), "--cache", "cache"]
    options = ["--dataset", "seed", "--model", "logistic", "--folds", "2", "--jobs", "1"]
    capsys.readouterr()
    assert cli.main(["evaluate", *options, "--window", "1", *where]) == 0
    with_it = capsys.readouterr().out
    assert cli.main(["evaluate", *options, "--window", "1", *where[:2]]) == 0
    without = capsys.readouterr().out
    assert with_it.replace("report/", "report-2/") == without
    assert {path: path.stat().st_mtime_ns for path in entries(tmp_path / "cache")} == stamps


def test_a_cache_of_what_is_simulated_is_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stop:
        cli.main(["evaluate", "--cache", "cache"])
    assert stop.value.code == 2
    assert "expected --cache with recordings, got it with simulated" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_what_was_converted_before_a_signal_is_kept(number, code, word, folder, tmp_path):
    cache = tmp_path / "cache"
    where = ["--data-dir", folder, "--cache", cache]
    process = subprocess.Popen(
        [sys.executable, "-m", "sklearn_eeg", "convert", "--dataset", "seed", *where],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while process.poll() is None and not (cache.is_dir() and entries(cache)):
            time.sleep(0.001)
        process.send_signal(number)
        out, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == code
    assert out == ""
    assert f"convert: {word}; {len(entries(cache))} recordings were converted" in said
    assert not list(cache.glob(".partial-*"))
    assert 0 < len(entries(cache)) < 6
    kept = contents(cache)
    load_seed(folder, cache=cache)
    assert kept.items() < contents(cache).items()
