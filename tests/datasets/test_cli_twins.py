"""Every data set of the catalogue on the command line, on small files in its published layout."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sklearn_eeg import __main__ as cli
from sklearn_eeg import _fronts, recipes
from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._commands import data, running
from sklearn_eeg.datasets import DATASETS, make_emotion_trials, testing
from sklearn_eeg.datasets.testing import write_recordings
from sklearn_eeg.recipes import takes_features

# Trials of a few seconds are shorter than the filters.
pytestmark = pytest.mark.filterwarnings("ignore:BandpassNotch. the filter is")
QUICK = ["--jobs", "1", "--folds", "2", "--device", "cpu"]
# What a writer is told so that there is something to train on and to test.
TOLD = {
    "seed": {"n_subjects": 2, "n_sessions": 1, "seconds": 4},
    "seed-iv": {"n_subjects": 2, "n_sessions": 1, "seconds": 4},
    "seed-v": {"n_subjects": 4, "kinds": ("raw", "de", "eye"), "sfreq": 200},
    "seed-vii": {"n_subjects": 2, "kinds": ("features", "eye", "preprocessed")},
}
FEATURES_ONLY = ("mped",)
KINDS = [
    ("seed", "de_LDS", "wide-deep"),
    ("seed", "asm_movingAve", "logistic"),
    ("seed-iv", "psd_LDS", "svm"),
    ("seed-iv", "eye", "logistic"),
    ("seed-v", "de", "resattentionet"),
    ("seed-vii", "de_LDS", "convlstm"),
    ("seed-vii", "psd", "gru"),
    ("mped", "Hjorth", "dgcnn"),
]


def writer_of(name):
    """Write a set's twin; of EEGMAT, whose real files are in reach, there is none."""
    return getattr(testing, DATASETS[name].loader.partition(":load_")[2].join(["write_", ""]), None)


ON_DISK = [name for name, dataset in DATASETS.items() if dataset.on_disk and writer_of(name)]


@pytest.fixture(scope="module")
def twin(tmp_path_factory):
    """Folder of a set's twin, each written once."""
    folders = {}

    def find(name):
        if name not in folders:
            folders[name] = tmp_path_factory.mktemp(name)
            writer_of(name)(folders[name], **TOLD.get(name, {}))
        return str(folders[name])

    return find


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)
    monkeypatch.chdir(tmp_path)


def test_all_sets_but_the_one_that_is_free_have_a_twin():
    assert {n for n, dataset in DATASETS.items() if dataset.on_disk} == {*ON_DISK, "eegmat"}


def evaluate(capsys, *options):
    assert cli.main(["evaluate", *options, *QUICK]) == 0
    manifest = json.loads(Path("report/report.json").read_text(encoding="utf-8"))
    return capsys.readouterr().out, manifest


@pytest.mark.parametrize("model", ["logistic", "wide-deep"])
@pytest.mark.parametrize("name", ON_DISK)
def test_every_set_is_evaluated_as_the_catalogue_has_it(name, model, twin, capsys):
    options = ["--dataset", name, "--data-dir", twin(name), "--model", model]
    window = [] if name in FEATURES_ONLY else ["--window", "1"]
    epochs = ["--epochs", "1"] if model in ARCHITECTURES else []
    text, manifest = evaluate(capsys, *options, *window, *epochs)
    assert f"Source: {DATASETS[name].credit}" in text
    assert manifest["run"] == {"dataset": name, "model": model, "seed": 0}
    subjects = set(DATASETS[name].load(path=twin(name))[0].subject)
    assert set(pd.read_csv("report/scores.csv")["subject"]) == subjects


@pytest.mark.parametrize(("name", "kind", "model"), KINDS)
def test_features_go_past_the_filters(name, kind, model, twin, capsys):
    epochs = ["--epochs", "1"] if model in ARCHITECTURES else []
    options = ["--dataset", name, "--data-dir", twin(name), "--set", f"kind={kind}"]
    text, manifest = evaluate(capsys, *options, "--model", model, *epochs)
    assert manifest["run"]["kind"] == kind
    assert "mean ± SD" in text
    assert not {"BandpassNotch", "DEExtractor", "LDSSmoother"} & {*manifest["estimator"]["steps"]}


def test_the_line_beside_a_network_takes_features_as_they_are_too(twin, capsys):
    options = ["--data-dir", twin("seed"), "--set", "kind=de_LDS", "--epochs", "1"]
    text, _ = evaluate(capsys, "--dataset", "seed", "--model", "rgnn", *options)
    assert "rgnn: SubjectScaler > RGNNClassifier\n" in text
    assert "logistic: SubjectScaler > WindowedClassifier\n" in text


def test_what_is_set_reaches_the_loader(twin, capsys):
    told = ["kind=de_movingAve", "channels=FZ, CZ", "subjects=1,2", "labels=code", "eye=true"]
    options = [word for pair in told for word in ("--set", pair)]
    text, manifest = evaluate(
        capsys, "--dataset", "seed-iv", "--data-dir", twin("seed-iv"), "--model", "lda", *options
    )
    assert "48 trials of 2 subjects, each (window=" in text and "channel=2, band=5)" in text
    assert manifest["classes"] == [0, 1, 2, 3]
    assert manifest["run"]["channels"] == ["FZ", "CZ"]


def test_what_was_rated_is_set_by_name(twin, capsys):
    options = ["--data-dir", twin("deap"), "--set", "target=quadrant", "--window", "1"]
    _, manifest = evaluate(capsys, "--dataset", "deap", "--model", "logistic", *options)
    _, y = DATASETS["deap"].load(path=twin("deap"), target="quadrant")
    assert manifest["classes"] == sorted(set(y))


def test_sets_of_signals_and_of_features_are_compared_each_by_its_own_steps(
    twin, capsys, monkeypatch
):
    settings = {"n_subjects": 4, "n_stimuli": 3, "duration": 16.0}
    monkeypatch.setitem(DATASETS, "simulated", replace(DATASETS["simulated"], settings=settings))
    options = ["--models", "convlstm", "--seeds", "1", "--epochs", "1", *QUICK]
    asked = ["--dataset", "simulated,mped", "--data-dir", twin("mped")]
    assert cli.main(["compare", *options, *asked]) == 0
    scores = pd.read_csv("leaderboard/scores.csv")
    found = scores.groupby(["dataset", "model"])["subject"].nunique()
    assert found.unstack().to_dict("index") == {
        "simulated": {"logistic": 4, "convlstm": 4},
        "mped": {"logistic": 2, "convlstm": 2},
    }


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--set", "kind"], "--set: expected KEY=VALUE, as in kind=de_LDS, got 'kind'"),
        (["--set", "=raw"], "expected KEY=VALUE, as in kind=de_LDS, got '=raw'"),
        (["--set", "colour=red"], "--set of seed-iv to be some of kind, eye, subjects, sessions"),
        (["--set", "path=x"], "expected --set of seed-iv to be some of kind, eye"),
        (["--set", "kind=red"], "expected kind to be one of ['raw', 'eye', 'de_LDS',"),
        (["--set", "kind="], "expected kind to be one of"),
        (["--set", "kind=raw", "--set", "kind=eye"], "expected each --set once, got kind kind"),
        (["--set", "subjects=7,8"], "expected subjects to be some of 1, 2, got 7, 8"),
        (["--set", "eye=perhaps"], "expected eye to be True or False, got 'perhaps'"),
        (
            ["--set", "kind=de_LDS", "--model", "eegnet"],
            "expected signals for eegnet, got (trial, ",
        ),
        (["--set", "kind=de_LDS", "--window", "2"], "expected --window with signals, got it with"),
        (["--table", "."], "expected --table alone, got it with a data set"),
    ],
)
@pytest.mark.parametrize("command", [["evaluate"], ["compare", "--models", "lda"], ["audit"]])
def test_what_cannot_be_meant_is_one_sentence(command, options, sentence, twin, capsys, tmp_path):
    if command[0] == "compare":
        command = ["compare", "--models", "eegnet" if "eegnet" in options else "lda"]
        options = [word for word in options if word not in ("--model", "eegnet")]
    with pytest.raises(SystemExit) as stop:
        asked = ["--dataset", "seed-iv", "--data-dir", twin("seed-iv"), "--folds", "2"]
        cli.main([*command, *asked, *options])
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [name for name in DATASETS if name != "eegmat"])
def test_what_is_set_to_the_wrong_kind_is_one_sentence_that_names_it(name, twin, capsys):
    folder = ["--data-dir", twin(name)] if name in ON_DISK else []
    asked = ["audit", "--dataset", name, *folder]
    for key in data.arguments_of(name):
        for value in ("abc", "-1,abc", "1e400"):
            with pytest.raises(SystemExit) as stop:
                cli.main([*asked, "--set", f"{key}={value}"])
            said = capsys.readouterr().err
            assert stop.value.code == 2
            assert f"expected {key} " in said and said.count("\n") == 1, said


def test_models_of_features_are_named_where_one_of_signals_is_asked_for(twin, capsys):
    with pytest.raises(SystemExit):
        asked = ["--dataset", "mped", "--data-dir", twin("mped"), "--folds", "2"]
        cli.main(["audit", *asked, "--model", "fbcnet"])
    takers = ", ".join(name for name in running.MODELS if takes_features(name))
    assert f"of the models, {takers} take such features" in capsys.readouterr().err


def test_images_are_refused(twin, capsys):
    options = ["--data-dir", twin("hms"), "--set", "kind=spectrograms", "--folds", "2"]
    with pytest.raises(SystemExit):
        cli.main(["evaluate", "--dataset", "hms", *options])
    said = capsys.readouterr().err
    assert "signals, or features of windows, got (trial, channel, frequency, frame)" in said


def test_who_has_not_got_a_set_is_told_where_to_ask(capsys):
    with pytest.raises(SystemExit):
        cli.main(["evaluate", "--dataset", "seed"])
    said = capsys.readouterr().err
    assert "expected the folder of seed as --data-dir or in the environment variable" in said
    assert DATASETS["seed"].page in said


def test_gaps_of_a_second_and_windows_of_half_one_are_evaluated(twin, capsys):
    options = ["--dataset", "hms", "--data-dir", twin("hms"), "--model", "logistic"]
    text, manifest = evaluate(capsys, *options, "--window", "0.5")
    assert manifest["estimator"]["steps"][0] == "GapInterpolator"
    assert "24 trials of 4 subjects" in text


def test_a_lost_channel_and_a_trial_without_any_are_mended():
    trials, y = make_emotion_trials(4, n_stimuli=3, duration=16.0, random_state=0)
    signals = trials.data.copy()
    signals[0, 3], signals[1], signals[2, :, 100:700] = np.nan, np.nan, np.nan
    gaps = trials.replace(data=signals)
    lost = gaps[:1]
    assert _fronts.what_is_missing(trials) == (False, 0)
    assert _fronts.what_is_missing(lost) == (True, 0)
    assert _fronts.what_is_missing(gaps) == (True, 16)
    model = _fronts.mend(recipes.make("logistic", window=1.0, resample=128.0), (True, 16.0))
    assert np.isfinite(model.fit(gaps, y).predict_proba(gaps)).all()


def test_another_kind_is_loaded_without_the_settings_of_the_first(twin):
    assert DATASETS["seed-v"].settings == {"kind": "raw", "resample": 200}
    trials, _ = DATASETS["seed-v"].load(path=twin("seed-v"), kind="de")
    assert trials.axes == ("window", "channel", "band")


@pytest.mark.parametrize("name", ON_DISK)
def test_every_set_is_described(name, twin, capsys):
    assert cli.main(["describe", twin(name), "--dataset", name, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    trials, y = DATASETS[name].load(path=twin(name))
    assert told["trials"] == len(y) == sum(told["trial_labels"].values())
    assert told["axes"] == list(trials.axes)


def test_ratings_are_described_by_their_ends(twin, capsys):
    asked = ["describe", twin("deap"), "--dataset", "deap", "--set", "threshold=none", "--json"]
    assert cli.main(asked) == 0
    _, y = DATASETS["deap"].load(path=twin("deap"), threshold=None)
    told = json.loads(capsys.readouterr().out)
    assert told["trial_ratings"] == {"least": y.min(), "most": y.max()}
    assert "trial_labels" not in told


def test_a_set_that_is_not_there_is_a_problem_in_words_of_the_command(capsys):
    assert cli.main(["describe", "--dataset", "deap", "--json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem.startswith("expected the folder of deap as PATH or in the environment variable")
    assert DATASETS["deap"].page in problem


def test_a_reader_that_has_seen_enough_ends_a_description(twin):
    command = [sys.executable, "-m", "sklearn_eeg", "describe", twin("deap"), "--dataset", "deap"]
    env = {**os.environ, "PYTHONPATH": str(Path(running.__file__).parents[2])}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=env, **pipes) as process:
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (141, "")


def test_a_name_that_the_terminal_cannot_show_is_shown_otherwise(tmp_path):
    folder = write_recordings(tmp_path / "é", n_subjects=1)
    env = {
        **os.environ,
        "PYTHONPATH": str(Path(running.__file__).parents[2]),
        "PYTHONIOENCODING": "ascii",
    }
    command = [sys.executable, "-m", "sklearn_eeg", "describe", folder]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0].endswith(r"\xe9")
    assert done.stderr == ""


def test_a_kind_is_described(twin, capsys):
    asked = ["--dataset", "seed-iv", "--set", "kind=eye", "--set", "subjects=1"]
    assert cli.main(["describe", twin("seed-iv"), *asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["axes"] == ["window", "feature"]
    with pytest.raises(SystemExit):
        cli.main(["describe", twin("seed-iv"), "--set", "kind=eye"])
    assert "expected --set with --dataset, got it without" in capsys.readouterr().err
