import os
import pickle
import shutil
from pathlib import Path

import mne
import numpy as np
import pandas as pd
import pytest
import scipy.io
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import WideDeepClassifier, WindowedClassifier
from sklearn_eeg.datasets import load_faced
from sklearn_eeg.datasets._faced_order import ORDERS, find_better, prominence_of_signals
from sklearn_eeg.datasets.testing import write_faced
from sklearn_eeg.preprocessing import SubjectScaler
from tests.datasets.by_subject import check_evaluation, check_pipeline

KINDS = {"processed": "Processed_data", "DE": "EEG_Features/DE", "PSD": "EEG_Features/PSD"}
# As the set has them: codes 0 to 8 from anger on, three clips each, four of neutral.
EMOTIONS = "anger disgust fear sadness neutral amusement inspiration joy tenderness".split()
CODES = np.repeat(range(9), [3, 3, 3, 3, 4, 3, 3, 3, 3])
RATINGS = (
    "joy tenderness inspiration amusement anger disgust fear sadness arousal valence familiarity "
    "liking"
).split()


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch, request):
    if "recording" not in request.fixturenames:
        monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("FACED ß") / "faced"
    for kind in KINDS:
        write_faced(folder, n_subjects=2, seconds=2.0, kind=kind)
    return folder


@pytest.fixture
def folder(written, tmp_path):
    return Path(shutil.copytree(written, tmp_path / "faced"))


def open_file(folder, kind, subject):
    """What a file holds, read by Python itself."""
    file = next((folder / KINDS[kind]).glob(f"sub{subject:03}.pkl*"))
    return pickle.loads(file.read_bytes())


def test_signals_are_those_of_the_scalp(written):
    trials, _ = load_faced(written)
    assert trials.shape == (56, 30, 500)
    assert (trials.sfreq, trials.unit, trials.axes) == (250.0, "uV", ("channel", "time"))
    assert trials.ch_names[:3] + trials.ch_names[-3:] == ("Fp1", "Fp2", "Fz", "Oz", "O1", "O2")
    assert trials.dtype == np.float32
    for subject in (0, 1):
        data = open_file(written, "processed", subject)[:, :30]
        assert_allclose(trials.data[28 * subject :][:28], data, rtol=1e-6)


@pytest.mark.parametrize("kind", ["DE", "PSD"])
def test_features_are_by_window_channel_and_band(written, kind):
    trials, _ = load_faced(written, kind=kind)
    assert trials.shape == (56, 30, 30, 5)
    assert trials.axes == ("window", "channel", "band")
    assert trials.window_onsets == tuple(range(30))
    assert trials.bands == {
        "delta": (1, 4), "theta": (4, 8), "alpha": (8, 14), "beta": (14, 30), "gamma": (30, 47),
    }  # fmt: skip
    data = open_file(written, kind, 1)
    assert data.shape == (28, 32, 30, 5)
    # Clip 5, channel 7, second 11, band 2.
    assert_allclose(trials.data[28 + 5, 11, 7, 2], data[5, 7, 11, 2], rtol=1e-6)
    assert_allclose(trials.data[28:], data[:, :30].swapaxes(1, 2), rtol=1e-6)


def test_the_two_orders_have_the_same_electrodes_in_other_places(tmp_path):
    last, after = ORDERS["mastoids last"], ORDERS["mastoids after T8"]
    assert sorted(last) == sorted(after)
    assert (last[-2:], after[14:18], after[-2:]) == (
        ["A2", "A1"],
        ["T7", "T8", "A1", "A2"],
        ["O1", "O2"],
    )
    # As the authors' script moves the channels of the first cohort.
    moved = [*range(16), *range(18, 32), 17, 16]
    assert [after[place] for place in moved] == last
    write_faced(tmp_path, n_subjects=1, channel_order="mastoids after T8")
    trials, _ = load_faced(tmp_path, channel_order="mastoids after T8", channels=["O2", "A1"])
    assert trials.ch_names == ("A1", "O2")
    assert_allclose(trials.data, open_file(tmp_path, "processed", 0)[:, [16, 31]], rtol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", ORDERS)
def test_the_order_is_checked_by_the_alpha_rhythm(tmp_path, kind, order):
    write_faced(tmp_path, n_subjects=2, kind=kind, channel_order=order)
    load_faced(tmp_path, kind=kind, channel_order=order)
    other = next(name for name in ORDERS if name != order)
    with pytest.warns(UserWarning, match=rf"^load_faced: .* in the order '{order}', not '{other}'"):
        load_faced(tmp_path, kind=kind, channel_order=other, subjects=[1])


@pytest.fixture
def recording():
    root = os.environ.get("SKLEARN_EEG_DATA")
    if not root or not (Path(root) / "S001R03.edf").is_file():
        pytest.skip("needs S001R03.edf of eegmmidb; SKLEARN_EEG_DATA names its folder")
    raw = mne.io.read_raw_edf(Path(root) / "S001R03.edf", preload=True, verbose="error")
    names = {name.strip(".").lower(): place for place, name in enumerate(raw.ch_names)}
    # Two electrodes below the ears are nearest to mastoids.
    names |= {"a1": names["t9"], "a2": names["t10"]}
    signals = 1e6 * raw.get_data()
    return signals - signals.mean(axis=0), names, raw.info["sfreq"]


@pytest.mark.parametrize("order", ORDERS)
def test_the_order_of_a_real_recording_is_found(recording, order):
    signals, names, sfreq = recording
    prominence = prominence_of_signals(
        signals[[names[name.lower()] for name in ORDERS[order]]], sfreq
    )
    other = next(name for name in ORDERS if name != order)
    assert find_better([prominence], order)[0] is None
    assert find_better([prominence], other)[0] == order


def test_a_flat_channel_speaks_for_no_order(folder):
    for subject in (0, 1):
        file = folder / "Processed_data" / f"sub{subject:03}.pkl"
        data = open_file(folder, "processed", subject)
        data[:, 30] = 0
        file.write_bytes(pickle.dumps(data))
    load_faced(folder)
    load_faced(folder, channel_order="mastoids after T8")


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_of_any_size_are_refused_by_the_file(folder, kind):
    """As damage to an exponent leaves them."""
    file = next((folder / KINDS[kind]).glob("sub001.pkl*"))
    data = open_file(folder, kind, 1)
    data[3, 4, ..., 0] = 1e300
    file.write_bytes(pickle.dumps(data))
    with pytest.raises(ValueError, match=r"^load_faced: expected numbers that dtype can hold in"):
        load_faced(folder, kind=kind)


def test_labels_are_those_of_the_clips(written):
    trials, y = load_faced(written)
    names = np.array(EMOTIONS)[np.tile(CODES, 2)]
    assert_array_equal(y, names)
    assert_array_equal(load_faced(written, labels="code")[1], np.tile(CODES, 2))
    signs = np.repeat([-1, 0, 1], [12, 4, 12])
    assert_array_equal(load_faced(written, target="valence", labels="code")[1], np.tile(signs, 2))
    words = np.array(["neutral", "positive", "negative"])[signs]
    assert_array_equal(load_faced(written, target="valence")[1], np.tile(words, 2))
    assert_array_equal(trials.metadata["emotion"], names)
    assert_array_equal(trials.metadata["valence"], np.tile(words, 2))
    assert_array_equal(trials.stimulus, np.tile(np.arange(1, 29), 2))
    assert_array_equal(trials.subject, np.repeat([0, 1], 28))


def test_ratings_are_matched_by_the_clips_number_not_by_their_row(written):
    trials, _ = load_faced(written)
    for subject in (0, 1):
        file = written / "Data" / f"sub{subject:03}" / "After_remarks.mat"
        remarks = scipy.io.loadmat(file)["After_remark"][:, 0]
        own = trials.metadata[trials.subject == subject]
        for row, remark in enumerate(remarks):
            clip = own[own["stimulus"] == remark["vid"].item()].iloc[0]
            assert clip["trial"] == row + 1
            said = [clip[f"felt_{name}"] for name in RATINGS]
            assert_allclose(said, remark["score"][0])
    # What was written tells its clip by its decimals.
    assert_allclose(trials.metadata["felt_joy"] % 1, trials.stimulus / 100, atol=1e-9)
    assert not np.array_equal(trials.metadata["trial"][:28], np.arange(1, 29))


def test_what_was_felt_can_be_the_label(written):
    trials, y = load_faced(written, target="felt_arousal")
    felt = trials.metadata["felt_arousal"]
    assert_array_equal(y, np.where(felt >= 3.5, "high", "low"))
    assert_array_equal(load_faced(written, target="felt_arousal", threshold=None)[1], felt)
    threshold = float(felt[3])
    kept, _ = load_faced(written, target="felt_arousal", threshold=threshold, ties="drop")
    assert_array_equal(kept.data, trials.data[felt != threshold])


@pytest.mark.parametrize("place", ["After_remarks", "../After_remarks"])
def test_ratings_may_lie_in_a_folder_of_their_own(folder, place):
    (folder / "Data").rename(folder / place)
    assert "felt_joy" in load_faced(folder)[0].metadata


def test_without_ratings_nobody_knows_what_was_felt_or_when(folder):
    shutil.rmtree(folder / "Data" / "sub001")
    metadata = load_faced(folder)[0].metadata
    assert metadata["felt_joy"].isna().sum() == metadata["trial"].isna().sum() == 28
    with pytest.warns(UserWarning, match="28 of 28 trials of subject 1 have no rating of felt_joy"):
        assert len(load_faced(folder, target="felt_joy")[0]) == 28
    shutil.rmtree(folder / "Data")
    with pytest.warns(UserWarning), pytest.raises(ValueError, match="expected trials with a label"):
        load_faced(folder, target="felt_joy")
    metadata = load_faced(folder)[0].metadata
    assert "felt_joy" not in metadata
    assert metadata["trial"].isna().all()


@pytest.mark.parametrize(
    "remarks",
    [
        {"other": 1.0},
        {"After_remark": np.zeros((28, 1))},
        {"After_remark": {"score": np.zeros((1, 12)), "vid": 3.0}},
    ],
)
def test_other_ratings_are_refused_by_the_files_name(folder, remarks):
    scipy.io.savemat(folder / "Data" / "sub001" / "After_remarks.mat", remarks)
    with pytest.raises(ValueError, match=r"^load_faced: expected .*After_remarks\.mat, "):
        load_faced(folder)


def test_ratings_of_a_clip_twice_are_refused(folder):
    file = folder / "Data" / "sub001" / "After_remarks.mat"
    remarks = scipy.io.loadmat(file)["After_remark"]
    remarks[4, 0]["vid"] = remarks[5, 0]["vid"]
    scipy.io.savemat(file, {"After_remark": remarks})
    with pytest.raises(ValueError, match=r"of clips 1 to 28, each once, .* of 27 different clips"):
        load_faced(folder)


@pytest.mark.parametrize("kind", KINDS)
def test_endings_are_read_as_they_are_and_nothing_is_renamed(folder, kind):
    inner = folder / KINDS[kind]
    before = sorted(file.name for file in inner.iterdir())
    assert before[0].endswith(".pkl" if kind == "processed" else ".pkl.pkl")
    load_faced(folder, kind=kind)
    assert sorted(file.name for file in inner.iterdir()) == before
    # As other libraries leave them.
    for file in inner.iterdir():
        file.rename(inner / f"{file.name[:6]}.pkl")
    assert len(load_faced(folder, kind=kind)[0]) == 56
    shutil.copy(inner / "sub001.pkl", inner / "sub001.pkl.pkl")
    with pytest.raises(ValueError, match="expected one file of subject 1 in"):
        load_faced(folder, kind=kind)


def test_one_kind_of_features_is_not_taken_for_the_other(written):
    assert len(load_faced(written / "EEG_Features", kind="DE")[0]) == 56
    assert len(load_faced(written / "EEG_Features" / "DE", kind="DE")[0]) == 56
    with pytest.raises(
        ValueError, match=r"expected a folder of PSD as path, got .*DE, which is of"
    ):
        load_faced(written / "EEG_Features" / "DE", kind="PSD")


def test_only_what_is_wanted_is_read(folder):
    (folder / "Processed_data" / "sub000.pkl").write_bytes(b"")
    trials, _ = load_faced(folder, subjects=[1], channels=["Oz"])
    assert trials.shape == (28, 1, 500)
    assert_allclose(trials.data[:, 0], open_file(folder, "processed", 1)[:, 27], rtol=1e-6)


def test_the_folder_comes_from_path_then_environment(written, tmp_path, monkeypatch):
    for root in (written / "Processed_data", written, written.parent):
        monkeypatch.setenv("SKLEARN_EEG_DATA", str(root))
        assert len(load_faced()[0]) == 56


class Hostile:
    def __reduce__(self):
        return os.system, ("touch hurt",)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04",
        pickle.dumps(Hostile()),
        pickle.dumps({"data": np.zeros((28, 32, 500))}),
        pickle.dumps(np.zeros((28, 32))),
        pickle.dumps(np.zeros((28, 30, 500))),
        pickle.dumps(np.zeros((27, 32, 30, 5))),
        pickle.dumps(np.zeros((28, 32, 5, 30))),
    ],
    ids=["empty", "truncated", "hostile", "dict", "rank", "channels", "clips", "turned"],
)
def test_other_files_are_refused_by_name_and_nothing_is_executed(
    folder, kind, content, monkeypatch
):
    monkeypatch.chdir(folder)
    next((folder / KINDS[kind]).glob("sub001.pkl*")).write_bytes(content)
    with pytest.raises(ValueError, match=r"^load_faced: expected .* in .*sub001\.pkl.*, got "):
        load_faced(folder, kind=kind)
    assert not (folder / "hurt").exists()


def test_signals_that_cannot_be_microvolts_are_refused(folder):
    file = folder / "Processed_data" / "sub001.pkl"
    file.write_bytes(pickle.dumps(1e-6 * open_file(folder, "processed", 1)))
    with pytest.raises(
        ValueError, match=r"in microvolts in .*sub001\.pkl, got a standard deviatio"
    ):
        load_faced(folder)


def test_a_renamed_file_is_refused(folder):
    (folder / "Processed_data" / "sub001.pkl").rename(folder / "Processed_data" / "S1.pkl")
    with pytest.raises(
        ValueError, match=r"^load_faced: expected names such as .* got 'S1\.pkl'; give"
    ):
        load_faced(folder)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"target": "joy"}, "expected target to be one of"),
        (
            {"channel_order": None},
            "expected channel_order to be one of .* got None",
        ),
        ({"threshold": 8}, "expected threshold to be a finite number"),
    ],
)
def test_impossible_settings_are_refused(written, settings, sentence):
    with pytest.raises(ValueError, match=f"^load_faced: .*{sentence}"):
        load_faced(written, **settings)


def test_a_store_gives_the_same_trials(written, tmp_path):
    trials, y = load_faced(written, target="felt_joy")
    for _ in range(2):
        stored, labels = load_faced(written, target="felt_joy", cache=tmp_path / "store")
        for one, other in zip(stored.data, trials.data, strict=True):
            assert_array_equal(one, other)
        pd.testing.assert_frame_equal(stored.metadata, trials.metadata)
        assert_array_equal(labels, y)


@pytest.mark.parametrize("model", ["logistic", "wide-deep"])
def test_through_an_evaluation_of_signals(written, model):
    trials, y = load_faced(written, target="valence")
    check_evaluation(trials, y, model, resample=128.0)


@pytest.mark.parametrize(
    "classifier",
    [
        WindowedClassifier(LogisticRegression(max_iter=20, tol=0.1)),
        WideDeepClassifier(max_epochs=1, n_hidden=4, random_state=0),
    ],
    ids=["logistic", "wide-deep"],
)
def test_through_an_evaluation_of_features(written, classifier):
    trials, y = load_faced(written, kind="DE", target="valence", channels=["Fz", "Pz", "O1"])
    check_pipeline(trials, y, make_pipeline(SubjectScaler(), classifier))
