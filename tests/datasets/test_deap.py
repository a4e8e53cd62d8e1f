import os
import pickle
import shutil
from pathlib import Path

import mne
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.datasets import _deap, load_deap
from sklearn_eeg.datasets.testing import write_deap
from sklearn_eeg.datasets.testing._deap import TWENTE
from tests.datasets.by_subject import check_evaluation


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch):
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("DEAP ä") / "deap"
    write_deap(folder, n_subjects=3, n_trials=8)
    return folder


@pytest.fixture
def folder(written, tmp_path):
    return Path(shutil.copytree(written, tmp_path / "deap"))


def open_file(folder, subject):
    """What a file holds, read by Python itself."""
    file = folder / "data_preprocessed_python" / f"s{subject:02}.dat"
    return pickle.loads(file.read_bytes(), encoding="latin1")


def test_signals_are_those_of_the_file_after_the_baseline(written):
    trials, y = load_deap(written, baseline=True, peripheral=True)
    assert trials.shape == (24, 32, 256)
    assert (trials.sfreq, trials.unit, trials.axes) == (128.0, "uV", ("channel", "time"))
    assert trials.data.dtype == np.float32
    assert trials.ch_names[:4] == ("Fp1", "AF3", "F3", "F7")
    data = np.concatenate([open_file(written, subject)["data"] for subject in (1, 2, 3)])
    assert_allclose(trials.data, data[:, :32, 384:], rtol=1e-6)
    assert_allclose(trials.extra["baseline"], data[:, :32, :384], rtol=1e-6)
    assert_allclose(trials.extra["peripheral"], data[:, 32:, 384:], rtol=1e-6)
    assert len(y) == 24


def test_labels_and_columns_are_the_ratings(written):
    ratings = np.concatenate([open_file(written, subject)["labels"] for subject in (1, 2, 3)])
    for column, name in enumerate(("valence", "arousal", "dominance", "liking")):
        trials, y = load_deap(written, target=name)
        assert_array_equal(trials.metadata[name], ratings[:, column])
        assert_array_equal(y, np.where(ratings[:, column] >= 5, "high", "low"))
        assert_array_equal(load_deap(written, target=name, threshold=None)[1], ratings[:, column])
    quadrants = load_deap(written, target="quadrant", labels="code")[1]
    assert_array_equal(quadrants, 2 * (ratings[:, 0] >= 5) + (ratings[:, 1] >= 5))


def test_a_tie_is_left_out_with_its_signals(written):
    ratings = np.concatenate([open_file(written, subject)["labels"] for subject in (1, 2, 3)])
    ties = ratings[:, 0] == 5
    assert ties.sum() == 3
    whole, _ = load_deap(written, baseline=True)
    trials, y = load_deap(written, ties="drop", baseline=True)
    assert_array_equal(trials.data, whole.data[~ties])
    assert_array_equal(trials.extra["baseline"], whole.extra["baseline"][~ties])
    assert_array_equal(trials.metadata["valence"], ratings[~ties, 0])
    assert_array_equal(load_deap(written, ties="low")[1][ties], "low")
    assert_array_equal(load_deap(written, ties="high")[1][ties], "high")
    assert len(y) == 21


def test_trials_are_in_the_order_of_videos_and_the_table_tells_when_they_were_shown(written):
    metadata = load_deap(written)[0].metadata
    assert_array_equal(metadata["subject"], np.repeat([1, 2, 3], 8))
    assert_array_equal(metadata["stimulus"], np.tile(np.arange(1, 9), 3))
    assert set(metadata["session"]) == {1}
    table = pd.read_csv(written / "metadata_csv" / "participant_ratings.csv")
    by_video = table.sort_values(["Participant_id", "Experiment_id"])
    assert_array_equal(metadata["trial"], by_video["Trial"])
    assert_array_equal(metadata["familiarity"], by_video["Familiarity"])
    assert metadata["familiarity"].isna().sum() == 8
    assert metadata["onset"].isna().all()


def test_without_the_table_nobody_knows_when_trials_were_shown(folder):
    shutil.rmtree(folder / "metadata_csv")
    metadata = load_deap(folder)[0].metadata
    assert metadata["trial"].isna().all()
    assert "familiarity" not in metadata


def test_a_table_of_another_copy_is_refused(folder):
    file = folder / "metadata_csv" / "participant_ratings.csv"
    table = pd.read_csv(file)
    # As if the file were in the order of presentation.
    table["Experiment_id"] = table["Trial"]
    table.to_csv(file, index=False)
    with pytest.raises(ValueError, match=r"trial \d of .*s01\.dat to have the ratings of that"):
        load_deap(folder)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00"])
def test_a_damaged_table_is_refused_by_its_name(folder, content):
    (folder / "metadata_csv" / "participant_ratings.csv").write_bytes(content)
    with pytest.raises(ValueError, match=r"load_deap: expected .* in .*participant_ratings\.csv"):
        load_deap(folder)


def test_a_table_with_a_text_for_a_number_is_refused_by_its_name(folder):
    file = folder / "metadata_csv" / "participant_ratings.csv"
    table = pd.read_csv(file).astype({"Valence": str})
    table.loc[3, "Valence"] = "7.O4"
    table.to_csv(file, index=False)
    with pytest.raises(ValueError, match=r"^load_deap: expected numbers in the columns Valence"):
        load_deap(folder)


def test_only_what_is_wanted_is_read(folder):
    (folder / "data_preprocessed_python" / "s01.dat").write_bytes(b"")
    trials, _ = load_deap(folder, subjects=[3, 2], channels=["O2", "Fp1"], duration=0.5)
    assert_array_equal(np.unique(trials.subject), [2, 3])
    assert trials.ch_names == ("Fp1", "O2")
    data = open_file(folder, 2)["data"]
    assert_allclose(trials.data[:8], data[:, [0, 31], 384:448], rtol=1e-6)
    assert load_deap(folder, subjects=2, duration=1e-9)[0].shape == (8, 32, 1)


@pytest.mark.parametrize("below", ["", "data_preprocessed_python"])
def test_the_folder_comes_from_path_then_environment(written, below, monkeypatch):
    assert len(load_deap(written / below)[0]) == 24
    monkeypatch.setenv("SKLEARN_EEG_DATA", str(written / below))
    assert len(load_deap()[0]) == 24
    monkeypatch.setenv("SKLEARN_EEG_DATA", str(written.parent))
    assert len(load_deap()[0]) == 24
    with pytest.raises(FileNotFoundError, match="load_deap: expected a folder of deap, got 'else"):
        load_deap("elsewhere")


def test_original_recordings_without_their_ratings_are_refused(tmp_path):
    write_deap(tmp_path, kind="original", n_subjects=1, n_trials=1, table=False)
    with pytest.raises(FileNotFoundError, match=r"expected participant_ratings\.csv, .*qmul"):
        load_deap(tmp_path, kind="original")


def test_a_renamed_file_is_refused(folder):
    inner = folder / "data_preprocessed_python"
    (inner / "s02.dat").rename(inner / "s02 (copy).dat")
    with pytest.raises(
        ValueError, match=r"load_deap: expected names such as s01\.dat .* got 's02 \(copy\)\.dat"
    ):
        load_deap(folder)


class Hostile:
    def __reduce__(self):
        return os.system, ("touch hurt",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x02}",
        pickle.dumps({"data": Hostile(), "labels": np.zeros((8, 4))}),
        pickle.dumps(np.zeros(3)),
        pickle.dumps({"data": np.zeros((8, 40, 640))}),
        pickle.dumps({"data": np.zeros((8, 32, 640)), "labels": np.zeros((8, 4))}),
        pickle.dumps({"data": np.zeros((8, 40, 384)), "labels": np.zeros((8, 4))}),
        pickle.dumps({"data": np.zeros((8, 40, 640)), "labels": np.zeros((7, 4))}),
        pickle.dumps({"data": "text", "labels": 3}),
    ],
    ids=["empty", "truncated", "hostile", "array", "key", "channels", "baseline", "labels", "text"],
)
def test_other_files_are_refused_by_name_and_nothing_is_executed(folder, content, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "data_preprocessed_python" / "s02.dat").write_bytes(content)
    with pytest.raises(ValueError, match=r"^load_deap: expected .* in .*s02\.dat, got "):
        load_deap(folder)
    assert not (folder / "hurt").exists()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"target": "joy"}, "expected target to be one of"),
        ({"ties": None}, "expected ties to be one of"),
        ({"threshold": 0}, "expected threshold to be a finite number"),
        ({"duration": 61}, "expected duration to be a finite number above 0 and up to 60 or None"),
        ({"duration": 3}, r"expected 3 s of each clip in .*s01\.dat, got 2 s"),
    ],
)
def test_impossible_settings_are_refused(written, settings, sentence):
    with pytest.raises(ValueError, match=f"^load_deap: .*{sentence}"):
        load_deap(written, **settings)


def test_where_no_trial_has_a_label_that_is_told(folder):
    file = folder / "data_preprocessed_python" / "s01.dat"
    content = open_file(folder, 1) | {"labels": np.full((8, 4), 5.0)}
    file.write_bytes(pickle.dumps(content))
    shutil.rmtree(folder / "metadata_csv")
    with pytest.raises(ValueError, match=r"expected trials with a label in .*, got none; choose"):
        load_deap(folder, subjects=[1], ties="drop")
    assert len(load_deap(folder, ties="drop")[0]) < 16


@pytest.mark.parametrize("first_subject", [22, 23, 24, 28, 31])
def test_original_electrodes_are_taken_by_name(tmp_path, first_subject):
    write_deap(tmp_path, 2, 4, kind="original", first_subject=first_subject)
    trials, _ = load_deap(tmp_path, kind="original", duration=2.0, baseline=True, peripheral=True)
    assert trials.shape == (8, 32, 1024)
    assert trials.sfreq == 512
    assert trials.ch_names == tuple(_deap.ELECTRODES)
    # What was written of each electrode is noise of 10 uV about a mean of its own.
    means = trials.data.mean((0, 2))
    assert_allclose(means, 100 * np.arange(32), atol=3)
    assert_allclose(trials.data.std((0, 2)), 10, rtol=0.1)
    assert trials.extra["baseline"].shape == (8, 32, 5 * 512)
    assert trials.extra["peripheral"].shape == (8, 12, 1024)
    assert_array_equal(trials.subject, np.repeat([first_subject, first_subject + 1], 4))


def test_original_clips_begin_where_mne_finds_their_trigger(tmp_path):
    write_deap(tmp_path, 1, 5, kind="original")
    trials, y = load_deap(tmp_path, kind="original", duration=2.0, baseline=True)
    file = tmp_path / "data_original" / "s01.bdf"
    raw = mne.io.read_raw_bdf(file, verbose="error")
    assert raw.ch_names[:32] == TWENTE
    events = mne.find_events(raw, verbose="error")
    starts = events[events[:, 2] == 4, 0]
    assert_allclose(trials.metadata["onset"], starts / 512)
    table = pd.read_csv(tmp_path / "metadata_csv" / "participant_ratings.csv")
    assert_array_equal(trials.metadata["trial"], np.arange(1, 6))
    assert_array_equal(trials.stimulus, table["Experiment_id"])
    assert_array_equal(y, np.where(table["Valence"] >= 5, "high", "low"))
    raw = raw.pick(list(trials.ch_names)).reorder_channels(list(trials.ch_names))
    for trial, before, start in zip(trials.data, trials.extra["baseline"], starts, strict=True):
        microvolts = 1e6 * raw.get_data(start=start - 5 * 512, stop=start + 1024)
        assert_allclose(np.hstack([before, trial]), microvolts, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("lacking", [(), (1, 2), (4,), (5, 6, 7), (9, 10)])
def test_clips_that_a_recording_lacks_are_found_by_the_log(tmp_path, lacking):
    write_deap(tmp_path, 1, 10, kind="original", first_subject=28, lacking=lacking)
    trials, _ = load_deap(tmp_path, kind="original", duration=1.0)
    expected = np.setdiff1d(np.arange(1, 11), lacking)
    assert_array_equal(trials.metadata["trial"], expected)
    table = pd.read_csv(tmp_path / "metadata_csv" / "participant_ratings.csv")
    there = table[table["Trial"].isin(expected)]
    assert_array_equal(trials.stimulus, there["Experiment_id"])
    assert_allclose(trials.metadata["onset"], there["Start_time"] / 10_000, atol=0.01)


@pytest.mark.parametrize("lacking", [(2, 7), tuple(range(1, 9))])
def test_clips_that_cannot_be_told_apart_are_refused(tmp_path, lacking):
    write_deap(tmp_path, 1, 10, kind="original", lacking=lacking)
    with pytest.raises(ValueError, match=r"expected as many beginnings of clips .* in .*s01\.bdf"):
        load_deap(tmp_path, kind="original", duration=1.0)


def test_more_clips_than_ratings_are_refused(tmp_path):
    write_deap(tmp_path, 1, 5, kind="original")
    file = tmp_path / "metadata_csv" / "participant_ratings.csv"
    pd.read_csv(file).iloc[:4].to_csv(file, index=False)
    with pytest.raises(ValueError, match=r"as there are ratings, 4, .* got 5; copy"):
        load_deap(tmp_path, kind="original", duration=1.0)


def test_a_truncated_recording_is_not_taken_for_one_that_lacks_clips(tmp_path):
    write_deap(tmp_path, 1, 8, kind="original")
    file = tmp_path / "data_original" / "s01.bdf"
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 3 // 4])
    with pytest.raises(ValueError, match=r"load_deap: expected a BioSemi recording in .*s01\.bdf"):
        load_deap(tmp_path, kind="original", duration=1.0)


def test_a_clip_that_is_shorter_than_said_is_refused(tmp_path):
    write_deap(tmp_path, 1, 4, kind="original")
    with pytest.raises(
        ValueError, match=r"expected 60 s of each clip in .*s01\.bdf, got .* s; give"
    ):
        load_deap(tmp_path, kind="original")


@pytest.mark.parametrize("model", ["logistic", "wide-deep"])
def test_through_an_evaluation(written, model):
    trials, y = load_deap(written)
    check_evaluation(trials, y, model)
