import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.io
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.datasets import load_dreamer
from sklearn_eeg.datasets.testing import write_dreamer
from tests.datasets.by_subject import check_evaluation


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch):
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("with a space") / "dreamer"
    write_dreamer(folder, n_subjects=3, n_clips=6)
    return folder


@pytest.fixture
def folder(written, tmp_path):
    return Path(shutil.copytree(written, tmp_path / "dreamer"))


def open_file(folder):
    """What SciPy reads, told not to check, as public readers tell it."""
    return scipy.io.loadmat(folder / "DREAMER.mat", verify_compressed_data_integrity=False)


def take(folder, subject, kind, part, clip):
    """A cell by the path that public readers take through what SciPy reads."""
    return open_file(folder)["DREAMER"][0, 0]["Data"][0, subject - 1][kind][0, 0][part][0, 0][
        clip - 1, 0
    ]


def test_signals_are_the_cells_turned(written):
    trials, _ = load_dreamer(written, baseline=True, peripheral=True)
    assert len(trials) == 18
    assert (trials.sfreq, trials.unit, trials.axes) == (128.0, "uV", ("channel", "time"))
    assert trials.ch_names == tuple("AF3 F7 F3 FC5 T7 P7 O1 O2 P8 T8 FC6 F4 F8 AF4".split())
    assert trials.dtype == np.float32
    for place in (0, 7, 17):
        subject, clip = place // 6 + 1, place % 6 + 1
        assert_allclose(trials[place], take(written, subject, "EEG", "stimuli", clip).T, rtol=1e-6)
        before = take(written, subject, "EEG", "baseline", clip)
        assert_allclose(trials.extra["baseline"][place], before.T, rtol=1e-6)
        ecg = take(written, subject, "ECG", "stimuli", clip)
        assert_allclose(trials.extra["peripheral"][place], ecg.T, rtol=1e-6)
        assert ecg.shape[0] == 2 * trials[place].shape[1]


def test_the_end_of_each_clip_is_kept_on_request(written):
    whole, _ = load_dreamer(written)
    trials, _ = load_dreamer(written, last=1.5, peripheral=True)
    assert trials.shape == (18, 14, 192)
    assert_array_equal(trials[4], whole[4][:, -192:])
    assert trials.extra["peripheral"].shape == (18, 2, 384)
    assert len({trial.shape for trial in load_dreamer(written, last=2.5)[0].data}) == 3


@pytest.mark.parametrize("name", ["valence", "arousal", "dominance"])
def test_labels_and_columns_are_the_scores(written, name):
    trials, y = load_dreamer(written, target=name, threshold=None)
    content = open_file(written)["DREAMER"][0, 0]["Data"]
    scores = [person[f"Score{name.capitalize()}"][0, 0] for person in content[0]]
    assert_array_equal(y, np.concatenate(scores)[:, 0])
    assert_array_equal(trials.metadata[name], y)
    assert_array_equal(trials.subject, np.repeat([1, 2, 3], 6))
    assert_array_equal(trials.stimulus, np.tile(np.arange(1, 7), 3))
    assert trials.metadata[["trial", "onset"]].isna().all(axis=None)
    assert not {"Age", "Gender", "age", "gender"} & set(trials.metadata)


def test_the_middle_of_the_scale_is_what_ties_says(written):
    ratings = load_dreamer(written, threshold=None)[1]
    assert (ratings == 3).sum() > 2
    assert_array_equal(load_dreamer(written)[1], np.where(ratings >= 3, "high", "low"))
    assert_array_equal(load_dreamer(written, ties="low")[1], np.where(ratings > 3, "high", "low"))
    trials, y = load_dreamer(written, ties="drop")
    assert_array_equal(trials.metadata["valence"], ratings[ratings != 3])
    assert len(y) == len(trials)
    assert len(load_dreamer(written, threshold=2.5, ties="drop")[1]) == 18


def test_subjects_and_channels_are_those_wanted(written):
    whole, _ = load_dreamer(written)
    trials, _ = load_dreamer(written, subjects=[3, 1], channels=["O2", "AF3"])
    assert trials.ch_names == ("AF3", "O2")
    assert_array_equal(np.unique(trials.subject), [1, 3])
    assert_array_equal(trials[6], whole[12][[0, 7]])


def test_scipy_alone_refuses_the_file_as_it_is(written):
    with pytest.raises(ValueError, match="Did not fully consume"):
        scipy.io.loadmat(written / "DREAMER.mat")


def test_the_folder_comes_from_path_then_environment(written, tmp_path, monkeypatch):
    assert len(load_dreamer(written / "DREAMER.mat")[0]) == 18
    for root in (written, written.parent):
        monkeypatch.setenv("SKLEARN_EEG_DATA", str(root))
        assert len(load_dreamer()[0]) == 18


def person(n_clips=2, n_channels=14, n_scores=2, **changes):
    cells = np.empty((n_clips, 1), dtype=object)
    for clip in range(n_clips):
        cells[clip, 0] = np.zeros((300, n_channels))
    leads = np.empty((n_clips, 1), dtype=object)
    for clip in range(n_clips):
        leads[clip, 0] = np.zeros((600, 2))
    scores = np.full((n_scores, 1), 2.0)
    return {
        "EEG": {"baseline": cells, "stimuli": cells},
        "ECG": {"baseline": leads, "stimuli": leads},
        "ScoreValence": scores,
        "ScoreArousal": scores,
        "ScoreDominance": scores,
    } | changes


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (person(n_channels=15), r"expected \(time, 14\) in each cell of EEG\.stimuli of subject 1"),
        (person(n_scores=3), "as many clips as ratings in subject 1"),
        (person(ScoreArousal=np.zeros((5, 1))), "as many ratings of each kind in subject 1"),
        (person(EEG=3.0), "expected a field stimuli of EEG of subject 1"),
        ({"EEG": 1.0}, "expected a field ScoreValence of subject 1"),
    ],
)
def test_another_layout_is_refused_where_it_differs(tmp_path, one, sentence):
    people = np.empty((1, 1), dtype=object)
    people[0, 0] = one
    scipy.io.savemat(tmp_path / "DREAMER.mat", {"DREAMER": {"Data": people}})
    with pytest.raises(ValueError, match=sentence):
        load_dreamer(tmp_path)


@pytest.mark.parametrize("content", [{"x": 1}, {"DREAMER": 3.0}, {"DREAMER": {"Date": 1}}])
def test_other_files_are_refused_by_name(tmp_path, content):
    scipy.io.savemat(tmp_path / "DREAMER.mat", content)
    with pytest.raises(ValueError, match=r"^load_dreamer: expected .* in .*DREAMER\.mat, "):
        load_dreamer(tmp_path)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"target": "liking"}, "expected target to be one of"),
        ({"threshold": 6}, "expected threshold to be a finite number"),
        ({"last": 0}, "expected last to be a finite number above 0 or None, got 0"),
    ],
)
def test_impossible_settings_are_refused(written, settings, sentence):
    with pytest.raises(ValueError, match=f"^load_dreamer: .*{sentence}"):
        load_dreamer(written, **settings)


def test_a_store_gives_the_same_trials(written, tmp_path):
    trials, y = load_dreamer(written, ties="drop")
    for _ in range(2):
        stored, labels = load_dreamer(written, ties="drop", cache=tmp_path / "store")
        for one, other in zip(stored.data, trials.data, strict=True):
            assert_array_equal(one, other)
        pd.testing.assert_frame_equal(stored.metadata, trials.metadata)
        assert_array_equal(labels, y)


@pytest.mark.parametrize("model", ["logistic", "wide-deep"])
def test_through_an_evaluation_with_clips_of_different_length(written, model):
    trials, y = load_dreamer(written)
    assert trials.is_ragged
    check_evaluation(trials, y, model)
