"""The example that repeats a published experiment: what it leaves, and what its figures mean."""

import importlib.util
import json
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread
from numpy.testing import assert_allclose
from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support

from sklearn_eeg.classifiers import ResAttentioNetClassifier
from sklearn_eeg.datasets._seed import CODES as SEED_CODES
from sklearn_eeg.datasets._seed_v import CODES, SESSIONS, TIMES
from sklearn_eeg.datasets.testing import write_seed_v
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.model_selection import make_protocol
from sklearn_eeg.trials import Trials

SCRIPT = Path(__file__).parents[1] / "examples" / "resattentionet_report.py"
ARMS = {
    "as published": "subjects-70-15-15",
    "new people": "subjects",
    "new people and films": "unseen-stimulus",
}
TABLES = ("classes", "confusion", "subjects", "history")
FIGURES = ("confusion", "learning_curves", "class_accuracy", "class_sd", "subjects")
# One-second windows of SEED's films, as its published features have them.
SEED_WINDOWS = [235, 233, 206, 238, 185, 195, 237, 216, 265, 237, 235, 233, 235, 238, 206]


def run(*arguments):
    root = str(SCRIPT.parents[1])
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": "2", "SKLEARN_EEG_DATA": ""},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """Folder that a run on the small twin of SEED leaves, and what it printed."""
    folder = tmp_path_factory.mktemp("report") / "of SEED"
    done = run("--smoke", "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


@pytest.fixture(scope="module")
def predictions(left):
    return pd.read_csv(left[0] / "predictions.csv")


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("resattentionet_report", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        yield module


def of_network(predictions, arm):
    return predictions.query("arm == @arm and model == 'ResAttentioNet' and seed == 0")


def test_every_table_and_picture_is_there(left):
    folder, text = left
    names = ["summary.txt", "audit.json", "comparison.png", "de_distributions.png"]
    names += [f"{name}.csv" for name in ("trials", "predictions", "comparison", "leaks")]
    for arm in ARMS:
        names += [f"{arm.replace(' ', '-')}/{name}.csv" for name in TABLES]
        names += [f"{arm.replace(' ', '-')}/{name}.png" for name in FIGURES]
    found = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert sorted(found) == sorted(names)
    for picture in folder.rglob("*.png"):
        pixels = imread(picture)
        assert min(pixels.shape[:2]) > 300
        assert pixels[..., :3].std() > 0.01
    assert (folder / "summary.txt").read_text(encoding="utf-8") == text


def test_trials_are_tested_by_the_protocols_and_labelled_as_they_are(left, predictions):
    trials = pd.read_csv(left[0] / "trials.csv", index_col="row")
    assert len(trials) == 90
    known = Trials(np.zeros((len(trials), 1)), metadata=trials)
    leaks = pd.read_csv(left[0] / "leaks.csv", index_col="what")
    for arm, protocol in ARMS.items():
        splits = list(make_protocol(protocol, 42).split(known, trials["label"]))
        for model, rows in predictions[predictions["arm"] == arm].groupby("model"):
            tested = [sorted(part["trial"]) for _, part in rows.groupby("fold")]
            assert tested == [test.tolist() for _, test in splits], model
            assert rows["true"].tolist() == trials["label"].loc[rows["trial"]].tolist()
        film = trials["stimulus"].to_numpy()
        seen = np.concatenate([np.isin(film[test], film[train]) for train, test in splits])
        assert leaks.loc["tested trials of films that were trained on", arm] == seen.mean()
    assert seen.sum() == 0


def test_the_comparison_is_that_of_the_predictions(left, predictions):
    table = pd.read_csv(left[0] / "comparison.csv").set_index(["arm", "model"])
    assert len(table) == 3 * 5
    for key, rows in predictions.groupby(["arm", "model"]):
        found = [
            (
                subject,
                (part["true"] == part["predicted"]).mean(),
                f1_score(part["true"], part["predicted"], average="macro"),
                (part["true"] == part["baseline"]).mean(),
            )
            for (subject, _), part in rows.groupby(["subject", "fold"])
        ]
        people = pd.DataFrame(found, columns=["subject", "accuracy", "f1", "commonest"])
        people = people.groupby("subject").mean()
        told = table.loc[key]
        assert_allclose(told["mean"], people["accuracy"].mean())
        assert_allclose(told["sd"], people["accuracy"].std(ddof=1), atol=1e-12)
        assert_allclose(told["f1_macro"], people["f1"].mean())
        assert_allclose(told["majority"], people["commonest"].mean())
        assert_allclose(told["chance"], 1 / 3)
        assert told["subjects"] == len(people)
    leaks = pd.read_csv(left[0] / "leaks.csv", index_col="what")
    for arm in ARMS:
        for name in ("length", "length, cut to 12", "place in the session"):
            told = leaks.loc[f"label from {name} alone", arm]
            assert_allclose(told, table.loc[(arm, name), "mean"])


@pytest.mark.parametrize("arm", ARMS)
def test_the_tables_of_an_arm_are_those_of_the_predictions(arm, left, predictions):
    rows, folder = of_network(predictions, arm), left[0] / arm.replace(" ", "-")
    labels = sorted(rows["true"].unique())
    classes = pd.read_csv(folder / "classes.csv", index_col="class")
    scores = precision_recall_fscore_support(
        rows["true"], rows["predicted"], labels=labels, zero_division=np.nan
    )
    for column, expected in zip(["precision", "recall", "f1", "n_trials"], scores, strict=True):
        assert_allclose(classes.loc[labels, column].astype(float), expected)
    shares = pd.read_csv(folder / "confusion.csv", index_col="true")
    counts = confusion_matrix(rows["true"], rows["predicted"], labels=labels)
    assert_allclose(shares, 100 * counts / counts.sum(axis=1, keepdims=True))
    subjects = pd.read_csv(folder / "subjects.csv", index_col="subject")
    right = (rows["true"] == rows["predicted"]).groupby(rows["subject"]).mean()
    assert_allclose(subjects["accuracy"], right.loc[subjects.index])
    history = pd.read_csv(folder / "history.csv")
    assert set(history["fold"]) == set(rows["fold"])
    assert set(history["epoch"]) == {1, 2}
    assert {"train_loss", "valid_loss", "train_acc", "valid_acc"} <= set(history)


def test_the_audit_of_what_was_published_is_told(left):
    told = json.loads((left[0] / "audit.json").read_text(encoding="utf-8"))
    verdicts = {one["check"]: one["verdict"] for one in told["findings"]}
    assert verdicts["stimuli"] == verdicts["alone"] == "noted"
    assert verdicts["order"] == "suspect"
    assert f"Audit of {told['protocol']}: {told['verdict']}" in left[1]


def film_lengths(windows, codes, n_subjects):
    """Trials of films of published lengths, of so many subjects who saw all of them."""
    n_films, rng = len(windows), np.random.default_rng(0)
    data = [rng.normal(size=(n, 1)) for n in windows * n_subjects]
    table = {
        "subject": np.repeat(np.arange(n_subjects), n_films),
        "stimulus": np.tile(np.arange(n_films), n_subjects),
        "trial": np.tile(np.arange(n_films), n_subjects),
    }
    return Trials(data, axes=("window", "feature"), metadata=table), np.tile(codes, n_subjects)


def share_told(example, name, data):
    model = example.make_models(True, 60, 1)[name]
    result = evaluate(model, *data, cv=make_protocol("subjects-70-15-15", 42))
    return result.mean["accuracy"]


def test_padding_tells_the_labels_of_seed_v_and_the_whole_length_those_of_seed(example):
    windows = [(end - start) // 4 for times in TIMES.values() for start, end in zip(*times)]  # noqa: B905
    seed_v = film_lengths(windows, [code for codes in CODES.values() for code in codes], 16)
    assert_allclose(share_told(example, "length, cut to 60", seed_v), 33 / 45)
    seed = film_lengths(SEED_WINDOWS, SEED_CODES, 15)
    assert_allclose(share_told(example, "length", seed), 11 / 15)
    # All of them are cut.
    assert_allclose(share_told(example, "length, cut to 60", seed), 1 / 3)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--data-dir", "nowhere"], "load_seed: expected a folder of seed, got 'nowhere'"),
        ([], "load_seed: expected the folder of seed as path="),
        (["--dataset", "faces"], "argument --dataset: invalid choice: 'faces'"),
        (["--smoke", "--data-dir", "."], "expected --smoke or --data-dir, got both"),
        (["--epochs", "0"], "--epochs: expected a whole number of at least 1, got '0'"),
        (["--seeds", "some"], "--seeds: expected a whole number of at least 1, got 'some'"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(arguments, sentence, example, tmp_path, capsys):
    out = tmp_path / "out"
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as stop:
        patch.delenv("SKLEARN_EEG_DATA", raising=False)
        example.main([*arguments, "--out", str(out)])
    assert stop.value.code == 2
    assert sentence in capsys.readouterr().err
    assert not out.exists()


def test_a_report_is_not_written_over(example, tmp_path, capsys):
    (tmp_path / "summary.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SystemExit):
        example.main(["--smoke", "--out", str(tmp_path)])
    assert "expected a new folder as --out" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        example.main(["--smoke", "--out", str(tmp_path / "summary.txt")])
    assert "expected a folder as --out, got the file" in capsys.readouterr().err


def test_too_few_people_are_a_sentence_before_any_work(example, tmp_path, capsys, monkeypatch):
    write_seed_v(tmp_path, n_subjects=3, kinds=("raw",), sessions=SESSIONS, sfreq=200)
    monkeypatch.setattr(example, "make_features", None)
    with pytest.raises(SystemExit):
        arguments = ["--dataset", "seed-v", "--data-dir", str(tmp_path)]
        example.main([*arguments, "--out", str(tmp_path / "out")])
    assert "expected at least 6 values of 'subject', one a fold, got 3" in capsys.readouterr().err


def test_what_is_finished_is_kept(example, tmp_path, monkeypatch):
    features, y = film_lengths([n % 12 + 1 for n in SEED_WINDOWS], SEED_CODES, 6)
    args = Namespace(seeds=2, windows=12, epochs=1, jobs=1)
    monkeypatch.setattr(example, "ARMS", {"new people": ("subjects", False)})
    first = example.evaluate_all(features, y, args, tmp_path)
    folds = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    # Six folds of the line and of each seed of the network.
    assert len(folds) >= 18
    monkeypatch.setattr(ResAttentioNetClassifier, "fit", None)
    again = example.evaluate_all(features, y, args, tmp_path)
    assert folds == {path: path.stat().st_mtime_ns for path in folds}
    for key, result in first.items():
        pd.testing.assert_frame_equal(again[key].predictions, result.predictions)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["seed-iv", "seed-v", "seed-vii"])
def test_the_other_sets_are_reported_too(name, tmp_path):
    done = run("--smoke", "--dataset", name, "--out", tmp_path / name)
    assert done.returncode == 0, done.stderr
    assert len(pd.read_csv(tmp_path / name / "comparison.csv")) == 15
