import shutil
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.datasets import load_amigos
from sklearn_eeg.datasets.testing import write_amigos
from tests.datasets.by_subject import check_evaluation


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch):
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ä ö") / "amigos"
    write_amigos(folder, n_subjects=2, first_subject=7)
    return folder


@pytest.fixture
def folder(written, tmp_path):
    return Path(shutil.copytree(written, tmp_path / "amigos"))


def content(folder, subject):
    """What SciPy reads, told not to check, as public readers tell it."""
    file = folder / f"Data_Preprocessed_P{subject:02}.mat"
    return scipy.io.loadmat(file, verify_compressed_data_integrity=False)


def change(folder, subject, **cells):
    """Write a file anew with one cell changed: ``name=(place, array)``."""
    file = folder / f"Data_Preprocessed_P{subject:02}.mat"
    found = {name: value for name, value in content(folder, subject).items() if name[0] != "_"}
    for name, (place, array) in cells.items():
        found[name][0, place] = array
    scipy.io.savemat(file, found)


def test_signals_are_the_cells_turned_without_their_baseline(written):
    trials, _ = load_amigos(written, baseline=True, peripheral=True)
    # Subject 8 saw no long clips.
    assert len(trials) == 36
    assert (trials.sfreq, trials.unit, trials.axes) == (128.0, "uV", ("channel", "time"))
    cells = content(written, 7)["joined_data"][0]
    for place in (0, 15, 19):
        assert_allclose(trials[place], cells[place][640:, :14].T, rtol=1e-6)
        assert_allclose(trials.extra["baseline"][place], cells[place][:640, :14].T, rtol=1e-6)
        assert_allclose(trials.extra["peripheral"][place], cells[place][640:, 14:].T, rtol=1e-6)


def test_arousal_comes_first_in_the_file(written):
    said = [cell[0] for cell in content(written, 7)["labels_selfassessment"][0]]
    for column, name in enumerate(("arousal", "valence", "dominance", "liking", "familiarity")):
        y = load_amigos(written, target=name, threshold=None, subjects=[7])[1]
        assert_array_equal(y, [rating[column] for rating in said])
    metadata = load_amigos(written, subjects=[7])[0].metadata
    names = "neutral disgust happiness surprise anger fear sadness".split()
    assert_array_equal(metadata[names], [rating[5:] for rating in said])


def test_columns_tell_clips_sessions_and_videos(written):
    metadata = load_amigos(written)[0].metadata
    assert_array_equal(metadata["clip"], [*range(1, 21), *range(1, 17)])
    assert_array_equal(metadata["session"], [1] * 16 + [2] * 4 + [1] * 16)
    videos = [cell.item() for cell in content(written, 7)["VideoIDs"][0]]
    assert_array_equal(metadata["stimulus"], videos + videos[:16])
    assert metadata[["trial", "onset"]].isna().all(axis=None)


def test_without_names_of_videos_their_place_is_the_stimulus(folder):
    for subject in (7, 8):
        found = content(folder, subject)
        names = ("joined_data", "labels_selfassessment")
        file = folder / f"Data_Preprocessed_P{subject:02}.mat"
        scipy.io.savemat(file, {name: found[name] for name in names})
    trials, _ = load_amigos(folder, sessions=2)
    assert_array_equal(trials.stimulus, ["17", "18", "19", "20"])


def test_empty_cells_are_no_trials(folder):
    change(folder, 7, joined_data=(2, np.empty((0, 0))))
    trials, y = load_amigos(folder, subjects=[7])
    assert len(y) == 19
    assert 3 not in set(trials.metadata["clip"])


def test_a_trial_without_a_rating_is_left_out_and_told(folder):
    change(folder, 7, labels_selfassessment=(16, np.empty((0, 0))))
    with pytest.warns(UserWarning, match=r"^load_amigos: 1 of 20 trials of subject 7 have no rati"):
        trials, _ = load_amigos(folder, subjects=[7])
    assert 17 not in set(trials.metadata["clip"])


def test_a_lost_electrode_is_missing_and_a_trial_without_any_is_left_out(folder):
    signal = content(folder, 7)["joined_data"][0, 4]
    signal[:, 3] = np.nan
    change(folder, 7, joined_data=(4, signal))
    trials, _ = load_amigos(folder, subjects=[7])
    assert np.isnan(trials[4][3]).all()
    assert not np.isnan(np.delete(trials[4], 3, axis=0)).any()
    signal[:, :14] = np.nan
    change(folder, 7, joined_data=(4, signal))
    with pytest.warns(UserWarning, match=r"^load_amigos: clips 5 of subject 7 have no signal"):
        assert len(load_amigos(folder, subjects=[7])[0]) == 19


def test_sessions_and_channels_are_those_wanted(written):
    whole, _ = load_amigos(written)
    trials, _ = load_amigos(written, sessions=[2], channels=["AF4", "O1"])
    assert_array_equal(trials.session, [2] * 4)
    assert trials.ch_names == ("O1", "AF4")
    assert_array_equal(trials[1], whole[17][[6, 13]])
    with pytest.raises(ValueError, match=r"expected trials with a label in .*, got none; choose"):
        load_amigos(written, subjects=[8], sessions=[2])


def test_files_in_folders_of_their_own_are_read(folder, written):
    file = folder / "Data_Preprocessed_P07.mat"
    inner = folder / file.stem
    inner.mkdir()
    shutil.move(file, inner)
    trials, _ = load_amigos(folder)
    assert_array_equal(trials[35], load_amigos(written)[0][35])
    assert_array_equal(np.unique(trials.subject), [7, 8])
    shutil.copy(inner / file.name, file)
    with pytest.raises(ValueError, match="expected one file of subject 7"):
        load_amigos(folder)


def test_scipy_alone_refuses_the_files_as_they_are(written):
    with pytest.raises(ValueError, match="Did not fully consume"):
        scipy.io.loadmat(written / "Data_Preprocessed_P07.mat")


def test_the_folder_comes_from_path_then_environment(written, tmp_path, monkeypatch):
    for root in (written, written.parent):
        monkeypatch.setenv("SKLEARN_EEG_DATA", str(root))
        assert len(load_amigos()[0]) == 36


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            {"joined_data": (3, np.zeros((700, 16)))},
            r"17 channels in cell 4 .*_P07\.mat, got shape",
        ),
        (
            {"joined_data": (3, np.zeros((640, 17)))},
            r"more than 640 samples of 17 channels in cell 4",
        ),
        (
            {"labels_selfassessment": (3, np.zeros((1, 9)))},
            r"12 numbers in cell 4 .*_P07\.mat, got 9",
        ),
    ],
)
def test_another_layout_of_a_cell_is_refused(folder, cells, sentence):
    change(folder, 7, **cells)
    with pytest.raises(ValueError, match=sentence):
        load_amigos(folder)


@pytest.mark.parametrize(
    "variables",
    [
        {"x": 1.0},
        {"joined_data": np.zeros((1, 20)), "labels_selfassessment": np.zeros((1, 20))},
        {"joined_data": np.array([[0, "x"]], dtype=object), "labels_selfassessment": 1.0},
    ],
)
def test_other_files_are_refused_by_name(folder, variables):
    scipy.io.savemat(folder / "Data_Preprocessed_P08.mat", variables)
    with pytest.raises(ValueError, match=r"^load_amigos: expected .* .*_P08\.mat, "):
        load_amigos(folder)


def test_a_renamed_file_is_refused(folder):
    (folder / "Data_Preprocessed_P08.mat").rename(folder / "P08.mat")
    with pytest.raises(
        ValueError, match=r"^load_amigos: expected names such as .* got 'P08\.mat'; give"
    ):
        load_amigos(folder)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"target": "joy"}, "expected target to be one of"),
        ({"threshold": 0.5}, "expected threshold to be a finite number"),
    ],
)
def test_impossible_settings_are_refused(written, settings, sentence):
    with pytest.raises(ValueError, match=f"^load_amigos: .*{sentence}"):
        load_amigos(written, **settings)


@pytest.mark.parametrize("model", ["logistic", "wide-deep"])
def test_through_an_evaluation(written, model):
    trials, y = load_amigos(written, target="arousal")
    check_evaluation(trials, y, model)
