"""MPED: files in its published form are read right, and nobody's name leaves a file's name."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from numpy.testing import assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import WideDeepClassifier, WindowedClassifier
from sklearn_eeg.datasets import load_mped
from sklearn_eeg.datasets.testing import write_mped
from sklearn_eeg.datasets.testing._mat import write_mat
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.montage import SEED_62
from sklearn_eeg.preprocessing import SubjectScaler

# Of the 30 segments, as published.
LABELS = [
    int(code) for code in "0 2 1 4 3 5 6 7 1 2 3 6 7 4 5 0 1 5 6 2 2 1 7 6 4 4 3 5 3 7".split()
]
SIX = ["delta", "theta", "alpha", "beta", "gamma", "whole"]
KEYS = {"STFT": ["STFT"], "PSD": ["PSD"], "Hjorth": SIX, "HOC": SIX, "HHS": ["hhs_A", "hhs_E"]}
N_FEATURES = {"STFT": 5, "PSD": 5, "Hjorth": 3, "HOC": 20, "HHS": 5}


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch):
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_mped(tmp_path_factory.mktemp("MPED of ü"), n_subjects=2, n_windows=2)


@pytest.fixture
def folder(written, tmp_path):
    """A copy to spoil."""
    return Path(shutil.copytree(written, tmp_path / "copy"))


def files_of(folder, kind="STFT"):
    return sorted((folder / "EEG_feature" / kind).glob("*.mat"))


def variables(file):
    found = scipy.io.loadmat(file, verify_compressed_data_integrity=False)
    return {k: v for k, v in found.items() if not k.startswith("__")}


@pytest.mark.parametrize("kind", KEYS)
def test_the_writer_keeps_to_the_published_form(kind, written):
    for file in files_of(written, kind):
        with pytest.raises(ValueError, match="Did not fully consume compressed contents"):
            scipy.io.loadmat(file)
        content = variables(file)
        assert list(content) == sorted(KEYS[kind])
        for cells in content.values():
            assert cells.shape == (1, 30)
            assert {cell.shape for cell in cells[0]} == {(62, 2, N_FEATURES[kind])}
    assert [f.name for f in files_of(written, kind)] == [f.name for f in files_of(written)]


@pytest.mark.parametrize("kind", KEYS)
def test_features_are_window_channel_feature(kind, written):
    trials, _ = load_mped(written, kind=kind, rests=True, subjects=2, dtype=float)
    content = variables(files_of(written, kind)[1])
    assert len(trials) == 30
    for place in (0, 1, 29):
        expected = np.concatenate([content[key][0, place] for key in KEYS[kind]], axis=2)
        assert_array_equal(trials[place], expected.transpose(1, 0, 2))
    assert trials.axes == ("window", "channel", "feature")
    assert trials.ch_names == SEED_62
    n_each = N_FEATURES[kind]
    assert trials.features == tuple(f"{k} {n}" for k in KEYS[kind] for n in range(1, n_each + 1))


def test_rests_are_left_out_unless_asked_for(written):
    words = ["rest", "neutral", "joy", "funny", "anger", "fear", "disgust", "sad"]
    whole, y = load_mped(written, rests=True)
    assert y.tolist() == 2 * [words[code] for code in LABELS]
    trials, y = load_mped(written, labels="code")
    kept = [place for place, code in enumerate(LABELS) if code]
    assert y.tolist() == 2 * [LABELS[place] for place in kept]
    assert trials.metadata["trial"].tolist() == 2 * [place + 1 for place in kept]
    assert trials.stimulus.tolist() == 2 * list(range(1, 29))
    assert whole.stimulus[[0, 14, 15, 16, 29]].tolist() == [0, 14, 0, 15, 28]
    assert_array_equal(trials[0], whole[1])
    assert_array_equal(trials[14], whole[16])
    assert set(trials.session) == {1}


def test_people_have_one_number_in_all_kinds(folder):
    numbers = load_mped(folder, kind="PSD", dtype=float)[0]
    assert set(numbers.subject) == {1, 2}
    files_of(folder, "STFT")[0].unlink()
    trials, _ = load_mped(folder, kind="STFT", dtype=float)
    assert set(trials.subject) == {2}
    assert_array_equal(trials[0], variables(files_of(folder)[0])["STFT"][0, 1].swapaxes(0, 1))


def test_no_name_is_in_what_is_returned(written):
    trials, y = load_mped(written)
    said = repr(trials.metadata.to_dict()) + repr(trials) + repr(y) + repr(trials.features)
    for file in files_of(written):
        assert file.stem not in said


def test_only_what_is_kept_is_read(folder):
    one, _ = files_of(folder)
    one.write_bytes(b"damaged")
    trials, _ = load_mped(folder, subjects=[2], channels=["CZ", "O1"])
    assert trials.shape == (28, 2, 2, 5)
    assert trials.ch_names == ("Cz", "O1")


def test_the_folder_comes_from_path_then_environment(written, tmp_path, monkeypatch):
    shutil.copytree(written, tmp_path / "MPED")
    monkeypatch.setenv("SKLEARN_EEG_DATA", str(tmp_path))
    assert len(load_mped()[0]) == len(load_mped(written / "EEG_feature")[0]) == 56


def test_hidden_files_of_an_archive_are_passed_over(folder):
    (folder / "EEG_feature" / "PSD" / "._bobobo.mat").write_bytes(b"\0\5\x16\7")
    assert set(load_mped(folder, kind="PSD")[0].subject) == {1, 2}


# What is refused.


def cells(n_cells, shape):
    made = np.empty((1, n_cells), dtype=object)
    for place in range(n_cells):
        made[0, place] = np.zeros(shape)
    return made


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"PSD": cells(30, (62, 2, 5))}, "the variables STFT in .*which has PSD"),
        ({"STFT": cells(28, (62, 2, 5))}, r"30 cells in STFT of .*shape \(1, 28\)"),
        ({"STFT": np.zeros((62, 2, 5))}, r"30 cells in STFT of .*got float64"),
        ({"STFT": cells(30, (2, 62, 5))}, r"shape \(62, any, 5\) in STFT of .*\(2, 62, 5\)"),
        ({"STFT": cells(30, (62, 2, 3))}, r"shape \(62, any, 5\) in STFT of .*\(62, 2, 3\)"),
        ({"STFT": cells(30, (62, 0, 5))}, r"shape \(62, any, 5\) in STFT of .*\(62, 0, 5\)"),
    ],
)
def test_files_of_another_form_are_refused(content, words, folder):
    file, _ = files_of(folder)
    write_mat(file, content, overlong=True)
    with pytest.raises(ValueError, match=f"^load_mped: expected .*{words}") as caught:
        load_mped(folder)
    assert re.search(file.name, str(caught.value))


# A whole evaluation.


@pytest.mark.parametrize(
    "classifier",
    [
        WindowedClassifier(LogisticRegression(max_iter=1000)),
        WideDeepClassifier(max_epochs=1, random_state=0),
    ],
    ids=lambda classifier: type(classifier).__name__,
)
def test_features_go_through_an_evaluation(classifier, written):
    trials, y = load_mped(written)
    pipeline = make_pipeline(SubjectScaler(), classifier)
    result = evaluate(pipeline, trials, y, cv=2, logistic=False)
    assert 0 <= result.scores["accuracy"].mean() <= 1
