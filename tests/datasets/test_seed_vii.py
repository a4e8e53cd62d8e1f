"""SEED-VII is read as it lies in its files: written in small, in their layout."""

import shutil

import mne
import numpy as np
import pytest
import scipy.io
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_eeg import recipes
from sklearn_eeg.classifiers import WideDeepClassifier, WindowedClassifier
from sklearn_eeg.datasets import DATASETS, load_seed_vii
from sklearn_eeg.datasets._seed_family import EMOTIONS
from sklearn_eeg.datasets._seed_vii import CODES
from sklearn_eeg.datasets.testing import write_cnt, write_seed_vii
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.montage import SEED_62
from sklearn_eeg.preprocessing import Resample, SubjectScaler

RAW_RATE = 200
CAPITALS = [name.upper() for name in SEED_62]


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch):
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)


@pytest.fixture(scope="module")
def features(tmp_path_factory):
    folder = tmp_path_factory.mktemp("SEED-VII of 3")
    return folder, write_seed_vii(folder, n_subjects=3)


@pytest.fixture(scope="module")
def signals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("SEED-VII preprocessed")
    return folder, write_seed_vii(folder, n_subjects=1, kinds=("preprocessed", "eye"))


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """Sessions 1 and 3 of subjects 9 and 14, at a lower rate than the published ones."""
    folder = tmp_path_factory.mktemp("SEED-VII raw")
    kinds = ("raw", "eye", "continuous")
    return folder, write_seed_vii(folder, kinds=kinds, sessions=(1, 3), sfreq=RAW_RATE)


@pytest.fixture
def copy(features, tmp_path):
    return shutil.copytree(features[0], tmp_path / "set")


def test_each_emotion_has_twelve_films_and_neutral_eight():
    codes = np.concatenate(list(CODES.values()))
    counts = dict(zip(EMOTIONS, np.bincount(codes).tolist(), strict=True))
    assert counts == dict.fromkeys(EMOTIONS, 12) | {"neutral": 8}
    assert [len(set(session)) for session in CODES.values()] == [5, 5, 5, 5]


@pytest.mark.parametrize(("kind", "unit"), [("de", "bit"), ("de_LDS", "bit"), ("psd", None)])
def test_features_are_those_of_the_files_with_channels_before_bands(kind, unit, features):
    folder, written = features
    trials, y = load_seed_vii(folder, kind=kind)
    assert len(trials) == len(y) == 3 * 80
    assert trials.axes == ("window", "channel", "band")
    assert trials.ch_names == SEED_62
    assert trials.bands["gamma"] == (31, 49)
    assert trials.unit == unit
    assert trials.dtype == np.float32
    assert trials.window_onsets == (0.0, 4.0)
    for trial, row in zip(trials.data, trials.metadata.itertuples(), strict=True):
        assert_allclose(
            np.moveaxis(trial, 1, 2), written[kind, row.subject, row.stimulus], rtol=1e-6
        )


def test_metadata_and_labels_are_the_published_ones(features):
    trials, y = load_seed_vii(features[0])
    assert_array_equal(trials.subject, np.repeat([1, 9, 14], 80))
    assert_array_equal(trials.session, np.tile(np.repeat([1, 2, 3, 4], 20), 3))
    assert_array_equal(trials.stimulus, np.tile(range(1, 81), 3))
    assert_array_equal(trials.metadata["trial"], np.tile(range(1, 21), 12))
    assert trials.metadata["onset"].isna().all()
    assert list(y[[0, 1, 19, 20, 79]]) == ["happy", "neutral", "happy", "anger", "disgust"]
    codes = load_seed_vii(features[0], labels="code", subjects=14)[1]
    assert_array_equal(codes, np.concatenate(list(CODES.values())))


def test_only_what_is_wanted_is_read(features, copy):
    (copy / "EEG_features" / "1.mat").write_bytes(b"")
    trials, y = load_seed_vii(copy, subjects=[14, 9], sessions=[2, 4], channels=["CZ", "fp1"])
    assert_array_equal(trials.subject, np.repeat([9, 14], 40))
    assert set(trials.session) == {2, 4}
    assert trials.ch_names == ("Fp1", "Cz")
    written = features[1]["de", 14, 80]
    assert_allclose(trials.data[-1][:, 1], written[:, :, SEED_62.index("Cz")], rtol=1e-6)
    assert y[-1] == "disgust"


def test_features_have_no_rate(features):
    with pytest.raises(ValueError, match=r"expected resample=None .* 'preprocessed' and 'raw' are"):
        load_seed_vii(features[0], resample=100)


def test_the_folder_may_be_that_of_the_files_or_lie_in_another(features, monkeypatch, tmp_path):
    folder = features[0]
    expected = load_seed_vii(folder, subjects=9)[0].metadata
    assert load_seed_vii(str(folder / "EEG_features"), subjects=9)[0].metadata.equals(expected)
    shutil.copytree(folder, tmp_path / "SEED-VII")
    monkeypatch.setenv("SKLEARN_EEG_DATA", str(tmp_path))
    assert load_seed_vii(subjects=9)[0].metadata.equals(expected)


def test_absent_kinds_and_files_are_an_error_that_says_how_to_get_the_set(copy):
    for kind, inner in [("raw", "EEG_raw"), ("preprocessed", "EEG_preprocessed")]:
        with pytest.raises(FileNotFoundError, match=rf"files such as .* of seed-vii .*{inner}"):
            load_seed_vii(copy, kind=kind)
    for setting, inner in [("eye", "EYE_features"), ("continuous", "continuous_labels")]:
        (copy / inner / "9.mat").unlink()
        with pytest.raises(FileNotFoundError, match=rf"{inner}.9\.mat, which is not there; .*vii"):
            load_seed_vii(copy, **{setting: True})
        assert len(load_seed_vii(copy, subjects=[1, 14], **{setting: True})[0]) == 160


def test_eye_movements_and_continuous_labels_come_along(features):
    folder, written = features
    trials, _ = load_seed_vii(folder, eye=True, continuous=True, subjects=[1, 14], sessions=3)
    eyes, continuous = trials.extra["eye"], trials.extra["continuous"]
    for n, row in enumerate(trials.metadata.itertuples()):
        place = row.subject, row.stimulus
        assert_allclose(eyes[n], written["eye", *place], rtol=1e-6)
        assert_allclose(continuous[n], written["continuous", *place][0], rtol=1e-6)
        assert len(eyes[n]) == len(continuous[n]) == len(trials.data[n])


def test_renamed_and_doubled_files_are_refused(copy):
    folder = copy / "EEG_features"
    (folder / "._9.mat").write_bytes(b"what macOS leaves")
    assert len(load_seed_vii(copy, sessions=1)[0]) == 60
    shutil.copy(folder / "9.mat", folder / "09.mat")
    with pytest.raises(
        ValueError, match=r"one file of subject 9 in .*, got '09\.mat' and '9\.mat'"
    ):
        load_seed_vii(copy)
    (folder / "09.mat").rename(folder / "9 - Copy.mat")
    with pytest.raises(ValueError, match=r"names such as 1\.mat in .*, got '9 - Copy\.mat'"):
        load_seed_vii(copy)


@pytest.mark.parametrize(
    ("inner", "name", "value", "told"),
    [
        ("EEG_features", "de_7", None, r"variables de_7 in .*9\.mat"),
        # The order of SEED's files.
        ("EEG_features", "de_7", np.ones((62, 3, 5)), r"\(any, 5, 62\) in 'de_7' of .*9\.mat"),
        ("EEG_features", "de_7", np.ones((0, 5, 62)), r"shape \(any, 5, 62\) in 'de_7'"),
        ("EEG_features", "de_7", "text", r"in 'de_7' of .*9\.mat, got <U4"),
        ("EYE_features", "7", np.ones((3, 31)), r"\(any, 33\) in '7' of .*EYE_features.9\.mat"),
        ("continuous_labels", "7", np.ones((2, 3)), r"shape \(1, any\) in '7' of .*labels.9\.mat"),
    ],
)  # fmt: skip
def test_unexpected_variables_are_refused_by_the_files_name(inner, name, value, told, copy):
    file = copy / inner / "9.mat"
    found = {k: v for k, v in scipy.io.loadmat(file).items() if not k.startswith("__")}
    del found[name]
    scipy.io.savemat(file, found if value is None else found | {name: value})
    with pytest.raises(ValueError, match=rf"^load_seed_vii: expected .*{told}"):
        load_seed_vii(copy, eye=True, continuous=True)


@pytest.mark.parametrize("length", [10, 5000])
def test_truncated_files_are_refused_by_their_names(length, copy):
    for inner in ("EEG_features", "EYE_features", "continuous_labels"):
        file = copy / inner / "14.mat"
        whole = file.read_bytes()
        file.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=rf"^load_seed_vii: expected .*{inner}.14\.mat"):
            load_seed_vii(copy, eye=True, continuous=True, subjects=14)
        file.write_bytes(whole)


def test_preprocessed_signals_are_those_of_the_files(signals):
    folder, written = signals
    trials, y = load_seed_vii(folder, kind="preprocessed", eye=True)
    assert (trials.sfreq, trials.unit, trials.dtype) == (200, "uV", np.float32)
    assert trials.axes == ("channel", "time")
    assert len(y) == 80
    for clip, trial in enumerate(trials.data, 1):
        assert_allclose(trial, written["preprocessed", 9, clip], rtol=1e-6)
        assert len(trials.extra["eye"][clip - 1]) == trial.shape[1] // 800
    resampled, _ = load_seed_vii(folder, kind="preprocessed", resample=128)
    assert resampled.sfreq == 128
    for one, other in zip(resampled.data, Resample(128).fit_transform(trials).data, strict=True):
        assert_array_equal(one, other)


def test_by_its_name_the_set_is_signals_that_every_recipe_takes(signals):
    trials, y = DATASETS["seed-vii"].load(path=signals[0])
    assert trials.axes == ("channel", "time")
    assert len(y) == 80


def test_recordings_are_cut_by_their_triggers_or_by_those_beside_them(recordings):
    folder, written = recordings
    trials, y = load_seed_vii(folder, kind="raw", eye=True, continuous=True)
    assert len(trials) == 80
    assert (trials.sfreq, trials.unit, trials.dtype) == (RAW_RATE, "uV", np.float32)
    assert trials.ch_names == SEED_62
    for trial, row in zip(trials.data, trials.metadata.itertuples(), strict=True):
        assert_allclose(trial, written["raw", row.subject, row.stimulus], atol=2**-14)
    assert list(y[:2]) == ["happy", "neutral"]
    assert_array_equal(trials.metadata["onset"][:2], [1.0, 2.0 + trials.data[0].shape[1] / 200])
    dates = trials.metadata.groupby(["subject", "session"])["date"].first()
    assert (dates[14, 1], dates[9, 3]) == ("20221015", "20221111")
    assert {len(extra) for extra in trials.extra["continuous"]} == {1, 2}


def test_two_recordings_have_no_triggers_of_use(recordings):
    for name in ("14_20221015_1", "9_20221111_3"):
        raw = mne.io.read_raw_cnt(recordings[0] / "EEG_raw" / f"{name}.cnt", verbose="error")
        assert set(raw.annotations.description) == {"Keyboard Response 1"}
    raw = mne.io.read_raw_cnt(recordings[0] / "EEG_raw" / "9_20221001_1.cnt", verbose="error")
    assert list(raw.annotations.description) == ["1", "2"] * 20
    assert raw.ch_names == [*CAPITALS, "M1", "M2", "ECG", "HEO", "VEO"]


def test_leads_may_be_missing(tmp_path):
    write_seed_vii(tmp_path, 1, kinds=("raw",), sessions=(2,), sfreq=100)
    file = next(tmp_path.glob("EEG_raw/*.cnt"))
    assert "ECG" not in mne.io.read_raw_cnt(file, verbose="error").ch_names
    assert load_seed_vii(tmp_path, kind="raw")[0].shape[1] == 62


@pytest.fixture
def raw_copy(recordings, tmp_path):
    return shutil.copytree(recordings[0], tmp_path / "set")


TRIGGERS = "save_info/14_20221015_1_trigger_info.csv"


def test_other_lines_than_triggers_are_left_out(raw_copy):
    expected = load_seed_vii(raw_copy, kind="raw", subjects=14, sessions=1)[0]
    file = raw_copy / TRIGGERS
    rows = file.read_text().splitlines()
    assert rows[0] == "1,2022-10-15 14:25:35.000000"
    text = "\n".join(["trigger,time", *rows[:20], "", "5,2022-10-15 15:00:00.1", *rows[20:]])
    file.write_text("\ufeff" + text.replace("\n", "\r\n"), encoding="utf-8")
    found = load_seed_vii(raw_copy, kind="raw", subjects=14, sessions=1)[0]
    for one, other in zip(found.data, expected.data, strict=True):
        assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: [], "20 pairs of lines .* got codes none"),
        (lambda rows: rows[1:], "20 pairs of lines .* got codes 2 1 2"),
        (lambda rows: rows[:-1], "20 pairs of lines"),
        (
            lambda rows: [*rows[:2], *rows[4:6], *rows[2:4], *rows[6:]],
            "20 pairs of lines .* in order of time, got",
        ),
        (lambda rows: [row.replace("14:2", "x") for row in rows], "20 pairs of lines"),
        (
            lambda rows: [row.replace(" 14:", " 13:") for row in rows],
            "clips inside .*14_20221015_1",
        ),
    ],
)
def test_another_file_of_triggers_is_refused(change, told, raw_copy):
    file = raw_copy / TRIGGERS
    file.write_text("\n".join(change(file.read_text().splitlines())))
    with pytest.raises(ValueError, match=rf"^load_seed_vii: expected {told}"):
        load_seed_vii(raw_copy, kind="raw", subjects=14)


def test_missing_triggers_are_an_error_that_says_how_to_get_the_set(raw_copy):
    (raw_copy / TRIGGERS).unlink()
    with pytest.raises(FileNotFoundError, match=r"14_20221015_1_trigger_info\.csv.*seed-vii\.html"):
        load_seed_vii(raw_copy, kind="raw")
    # The other one has its own.
    assert len(load_seed_vii(raw_copy, kind="raw", subjects=9)[0]) == 40


def write_triggers(folder, codes):
    """A recording with these codes, two seconds apart."""
    events = [(400 * (1 + n), code) for n, code in enumerate(codes)]
    file = folder / "EEG_raw" / "9_20221001_1.cnt"
    write_cnt(file, np.zeros((62, 400 * (len(codes) + 2))), CAPITALS, 200, events=events)


@pytest.mark.parametrize(
    "codes",
    [
        [],
        [1, 2] * 19,
        [2, *[1, 2] * 20],
        [1, *[1, 2] * 20],
        [1, 2, 2, 1] * 10,
        [7] * 41,
        [0] * 40,
    ],
    ids=["none", "two lost", "one before", "one twice", "out of turn", "one too many", "keys"],
)
def test_recordings_without_triggers_in_turn_are_refused(codes, raw_copy):
    write_triggers(raw_copy, codes)
    with pytest.raises(ValueError, match=r"40 triggers in .*9_20221001_1\.cnt, 1 where .*, got"):
        load_seed_vii(raw_copy, kind="raw", sessions=1)


@pytest.mark.parametrize(
    ("codes", "first"),
    [
        ([0, *[1, 2] * 3, 0, *[1, 2] * 17, 3, 3], 4.0),
        ([7] * 40, 2.0),
        ([code for clip in range(1, 21) for code in (clip, 255)], 2.0),
    ],
    ids=["keys and others", "one code", "a code a clip"],
)
def test_triggers_in_turn_are_found_among_other_events(codes, first, raw_copy):
    write_triggers(raw_copy, codes)
    trials, _ = load_seed_vii(raw_copy, kind="raw", subjects=9, sessions=1)
    assert trials.metadata["onset"][0] == first
    assert trials.shape == (20, 62, 400)


def test_evaluation_runs_on_features(features):
    trials, y = load_seed_vii(features[0], subjects=[1, 9], sessions=[1, 2])
    classic = WindowedClassifier(LogisticRegression())
    network = WideDeepClassifier(max_epochs=1, random_state=0)
    for classifier in (classic, network):
        result = evaluate(
            make_pipeline(SubjectScaler(), classifier), trials, y, cv=2, logistic=False
        )
        assert list(result.scores.index) == [1, 9]
        assert len(result.predictions) == len(trials)


def test_evaluation_runs_on_recordings(recordings):
    trials, y = load_seed_vii(recordings[0], kind="raw", sessions=1)
    # Films of a few seconds are shorter than the usual filters.
    short = {"l_freq": 4.0, "notch": None}
    network = recipes.make("eegnet", settings={"max_epochs": 1}, random_state=0, **short)
    for model in (recipes.make("logistic", **short), network):
        result = evaluate(model, trials, y, cv=2, logistic=False)
        assert list(result.scores.index) == [9, 14]
        assert len(result.predictions) == len(trials)
