"""SEED-V is read as it lies in its files: written in small, in their layout."""

import pickle
import shutil
import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_eeg import recipes
from sklearn_eeg.classifiers import WideDeepClassifier, WindowedClassifier
from sklearn_eeg.datasets import DATASETS, load_seed_v
from sklearn_eeg.datasets._seed_family import read_cuts
from sklearn_eeg.datasets._seed_v import CODES, TIMES, read_times
from sklearn_eeg.datasets.testing import write_cnt, write_seed_v
from sklearn_eeg.decomposition import DCCA
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.montage import SEED_62
from sklearn_eeg.preprocessing import Resample, SubjectScaler

RAW_RATE = 200


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch):
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)


@pytest.fixture(scope="module")
def features(tmp_path_factory):
    folder = tmp_path_factory.mktemp("SEED-V of 3")
    return folder, write_seed_v(folder, n_subjects=3)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """Sessions 1 and 2 of two subjects, at a lower rate than the published ones."""
    folder = tmp_path_factory.mktemp("SEED-V raw")
    kinds = ("raw", "eye")
    return folder, write_seed_v(folder, kinds=kinds, sessions=(1, 2), sfreq=RAW_RATE)


@pytest.fixture
def copy(features, tmp_path):
    return shutil.copytree(features[0], tmp_path / "set")


def test_published_times_are_as_long_as_their_windows():
    durations = [
        end - start
        for starts, ends in TIMES.values()
        for start, end in zip(starts, ends, strict=True)
    ]
    assert len(durations) == 45
    windows = [duration // 4 for duration in durations]
    assert (sum(windows), min(windows), max(windows)) == (1823, 13, 74)
    for starts, ends in TIMES.values():
        assert (np.diff(np.ravel([starts, ends], order="F")) > 0).all()


def test_each_emotion_has_three_films_in_a_session():
    for codes in CODES.values():
        assert sorted(codes) == sorted([0, 1, 2, 3, 4] * 3)


def test_entropies_are_those_of_the_files_with_bands_within_channels(features):
    folder, written = features
    trials, y = load_seed_v(folder)
    assert len(trials) == len(y) == 3 * 45
    assert trials.axes == ("window", "channel", "band")
    assert trials.ch_names == SEED_62
    assert trials.bands["gamma"] == (31, 50)
    assert trials.unit is None
    assert trials.dtype == np.float32
    assert trials.window_onsets == (0.0, 4.0)
    for trial, row in zip(trials.data, trials.metadata.itertuples(), strict=True):
        columns = written["de", row.subject, row.stimulus]
        assert trial.shape == (len(columns), 62, 5)
        for channel, band in [(0, 0), (0, 4), (17, 2), (61, 3)]:
            assert_allclose(trial[:, channel, band], columns[:, 5 * channel + band], rtol=1e-6)


def test_metadata_and_labels_are_the_published_ones(features):
    trials, y = load_seed_v(features[0])
    assert_array_equal(trials.subject, np.repeat([1, 2, 4], 45))
    assert_array_equal(trials.session, np.tile(np.repeat([1, 2, 3], 15), 3))
    assert_array_equal(trials.stimulus, np.tile(range(1, 46), 3))
    assert_array_equal(trials.metadata["trial"], np.tile(range(1, 16), 9))
    starts = np.concatenate([starts for starts, _ in read_times_of(features[0]).values()])
    assert_array_equal(trials.metadata["onset"], np.tile(starts, 3))
    assert list(y[:5]) == ["happy", "fear", "neutral", "sad", "disgust"]
    assert list(y[15:20]) == ["sad", "fear", "neutral", "disgust", "happy"]
    codes = load_seed_v(features[0], labels="code")[1]
    assert_array_equal(codes[:45], np.concatenate(list(CODES.values())))


def read_times_of(folder):
    return read_times(folder / "trial_start_end_timestamp.txt")


def test_only_what_is_wanted_is_read(features, copy):
    (copy / "EEG_DE_features" / "1_123.npz").write_bytes(b"")
    trials, y = load_seed_v(copy, subjects=[4, 2], sessions=3, channels=["CZ", "Fp1", "T3"])
    assert_array_equal(trials.subject, np.repeat([2, 4], 15))
    assert set(trials.session) == {3}
    assert trials.ch_names == ("Fp1", "T7", "Cz")
    whole = load_seed_v(features[0])[0]
    kept = whole[(whole.session == 3) & (whole.subject > 1)]
    places = [SEED_62.index(name) for name in trials.ch_names]
    for few, all_of in zip(trials.data, kept.data, strict=True):
        assert_array_equal(few, all_of[:, places])
    assert len(y) == 30


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"resample": 200}, r"resample=None with kind='de', got 200; only 'raw' are signals"),
        ({"kind": "raw", "resample": -5}, r"resample to be a finite number above 0"),
    ],
)
def test_what_is_not_there_is_refused(wanted, told, features):
    with pytest.raises(ValueError, match=rf"^load_seed_v: expected {told}"):
        load_seed_v(features[0], **wanted)


def test_a_rate_that_is_no_number_is_refused(features):
    with pytest.raises(TypeError, match=r"^load_seed_v: expected resample"):
        load_seed_v(features[0], kind="raw", resample="200")


def test_the_folder_may_be_that_of_the_files_or_lie_in_another(features, monkeypatch, tmp_path):
    folder = features[0]
    expected = load_seed_v(folder, subjects=1)[0].metadata
    assert load_seed_v(str(folder / "EEG_DE_features"), subjects=1)[0].metadata.equals(expected)
    shutil.copytree(folder, tmp_path / "SEED-V")
    monkeypatch.setenv("SKLEARN_EEG_DATA", str(tmp_path))
    assert load_seed_v(subjects=1)[0].metadata.equals(expected)


def test_absent_kinds_and_files_are_an_error_that_says_how_to_get_the_set(copy):
    with pytest.raises(FileNotFoundError, match=r"files such as \*\.cnt of seed-v .*EEG_raw"):
        load_seed_v(copy, kind="raw")
    (copy / "Eye_movement_features" / "2_123.npz").unlink()
    with pytest.raises(FileNotFoundError, match=r"2_123\.npz, which is not there; .*seed-v\.html"):
        load_seed_v(copy, eye=True)
    assert len(load_seed_v(copy, eye=True, subjects=[1, 4])[0]) == 90


def test_eye_movements_come_along(features):
    folder, written = features
    trials, _ = load_seed_v(folder, eye=True, subjects=[1, 4])
    for trial, eye, row in zip(
        trials.data, trials.extra["eye"], trials.metadata.itertuples(), strict=True
    ):
        assert len(eye) == len(trial)
        assert eye.dtype == np.float32
        assert_allclose(eye, written["eye", row.subject, row.stimulus], rtol=1e-6)


def test_eye_movements_have_the_windows_of_the_eeg(copy):
    file = copy / "Eye_movement_features" / "1_123.npz"
    data = pickle.loads(np.load(file)["data"])
    n_windows = [len(block) for block in data.values()]
    short = [clip for clip, block in data.items() if len(block) > 1]
    data = {
        clip: block[1:] if clip in short else np.vstack([block] * 3) for clip, block in data.items()
    }
    np.savez(file, data=pickle.dumps(data), label=np.load(file)["label"])
    eye = load_seed_v(copy, eye=True, subjects=1)[0].extra["eye"]
    assert [len(block) for block in eye] == n_windows
    assert 0 < len(short) < 45
    for clip, block in enumerate(eye):
        assert np.isnan(block[-1]).all() == (clip in short)
        assert_allclose(block[: len(data[clip])], data[clip][: len(block)], rtol=1e-6)


def test_renamed_and_doubled_files_are_refused(copy):
    folder = copy / "EEG_DE_features"
    (folder / "._1_123.npz").write_bytes(b"what macOS leaves")
    assert len(load_seed_v(copy)[0]) == 135
    (folder / "01_123.npz").write_bytes((folder / "1_123.npz").read_bytes())
    with pytest.raises(
        ValueError, match=r"one file of subject 1 in .*, got '01_123\.npz' and '1_123\.npz'"
    ):
        load_seed_v(copy)
    (folder / "01_123.npz").rename(folder / "1_123 (1).npz")
    with pytest.raises(ValueError, match=r"names such as 1_123\.npz in .*, got '1_123 \(1\)\.npz'"):
        load_seed_v(copy)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data, label: data.pop(44), r"clip 44 in .*2_123\.npz, got the clips 0, 1"),
        (
            lambda data, label: data.update({3: np.ones((2, 33))}),
            r"shape \(any, 310\) in clip 3 of .*2_123\.npz, got float64 of shape \(2, 33\)",
        ),
        (lambda data, label: data.update({3: np.ones((0, 310))}), r"in clip 3 of .*2_123\.npz"),
        (lambda data, label: data.update({3: "text"}), r"in clip 3 of .*2_123\.npz, got <U4"),
        (lambda data, label: data.clear(), r"clip 0 in .*2_123\.npz, got the clips none"),
        (lambda data, label: label.pop(7), r"the label 3 for clip 7 in .*2_123\.npz, .* got none"),
        (lambda data, label: label.update({7: [3, 2]}), r"label 3 for clip 7 .* got 2, 3;"),
    ],
    ids=["clip missing", "columns of eyes", "empty", "text", "nothing", "no label", "two labels"],
)  # fmt: skip
def test_unexpected_contents_are_refused_by_the_files_name(change, told, copy):
    file = copy / "EEG_DE_features" / "2_123.npz"
    data, label = (pickle.loads(np.load(file)[name]) for name in ("data", "label"))
    change(data, label)
    np.savez(file, data=pickle.dumps(data), label=pickle.dumps(label))
    with pytest.raises(ValueError, match=f"^load_seed_v: expected .*{told}"):
        load_seed_v(copy)


@pytest.mark.parametrize("length", [10, 5000])
def test_truncated_files_are_refused_by_their_names(length, copy):
    for inner in ("EEG_DE_features", "Eye_movement_features"):
        file = copy / inner / "4_123.npz"
        whole = file.read_bytes()
        file.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=rf"^load_seed_v: .*{inner}.4_123\.npz.*copy it anew"):
            load_seed_v(copy, eye=True)
        file.write_bytes(whole)


def test_recordings_are_cut_by_the_times_and_lose_their_other_leads(recordings):
    folder, written = recordings
    trials, y = load_seed_v(folder, kind="raw")
    assert len(trials) == 60
    assert trials.axes == ("channel", "time")
    assert (trials.sfreq, trials.unit, trials.dtype) == (RAW_RATE, "uV", np.float32)
    assert trials.ch_names == SEED_62
    for trial, row in zip(trials.data, trials.metadata.itertuples(), strict=True):
        assert_allclose(trial, written["raw", row.subject, row.stimulus], atol=2**-14)
    assert_array_equal(y[:30], load_seed_v(folder, kind="raw", subjects=2)[1])
    assert list(y[:2]) == ["happy", "fear"]
    onsets = trials.metadata["onset"][:15]
    assert_array_equal(onsets, read_times_of(folder)[1][0])
    # The number of a session is not the order of recording.
    dates = trials.metadata.groupby("session")["date"].first()
    assert dates[2] < dates[1]


def test_of_recordings_only_what_is_wanted_is_opened(recordings, tmp_path):
    folder = shutil.copytree(recordings[0], tmp_path / "set")
    broken = next(folder.glob("EEG_raw/1_2_*.cnt"))
    broken.write_bytes(b"")
    trials, _ = load_seed_v(folder, kind="raw", sessions=1, channels=["Cz", "O1"])
    assert trials.shape == (30, 2, None)
    places = [SEED_62.index("Cz"), SEED_62.index("O1")]
    assert_allclose(trials.data[7], recordings[1]["raw", 1, 8][places], atol=2**-14)
    with pytest.raises(
        ValueError, match=r"recording of Neuroscan's in .*1_2_2018.*, got a file of 0"
    ):
        load_seed_v(folder, kind="raw")
    broken.unlink()
    assert len(load_seed_v(folder, kind="raw")[0]) == 45
    with pytest.raises(ValueError, match=r"subjects \[1\] in sessions \[2\], got none"):
        load_seed_v(folder, kind="raw", subjects=1, sessions=2)


def test_eye_movements_of_recordings_have_a_row_each_four_seconds(recordings):
    for settings in ({}, {"resample": 100}):
        trials, _ = load_seed_v(recordings[0], kind="raw", eye=True, **settings)
        seconds = [trial.shape[1] / trials.sfreq for trial in trials.data]
        assert [len(block) for block in trials.extra["eye"]] == [int(s // 4) for s in seconds]


def test_recordings_are_resampled_as_by_the_step(recordings):
    raw, _ = load_seed_v(recordings[0], kind="raw", sessions=1)
    resampled, _ = load_seed_v(recordings[0], kind="raw", sessions=1, resample=50)
    assert resampled.sfreq == 50
    for one, other in zip(resampled.data, Resample(50).fit_transform(raw).data, strict=True):
        assert_array_equal(one, other)


def test_by_its_name_the_set_is_signals_that_every_recipe_takes(recordings):
    trials, y = DATASETS["seed-v"].load(path=recordings[0])
    assert trials.axes == ("channel", "time")
    assert trials.sfreq == 200
    assert len(y) == 60


def test_a_tone_beyond_the_new_rate_is_not_folded_into_the_bands(tmp_path):
    time = np.arange(20_000) / 1000
    # At every fifth sample 390 Hz looks as 10 Hz does, in the middle of alpha.
    tone = 50 * np.sin(2 * np.pi * 390 * time)
    assert_allclose(tone[::5], -50 * np.sin(2 * np.pi * 10 * time[::5]), atol=1e-9)
    file = tmp_path / "tone.cnt"
    write_cnt(file, np.tile(tone, (62, 1)), [name.upper() for name in SEED_62], 1000)
    (folded_not,) = read_cuts(file, [(0, 20_000)], ("Cz",), 200, "float64")
    assert folded_not.shape == (1, 4000)
    assert np.abs(folded_not[:, 20:-20]).max() < 0.05


def test_resampling_never_holds_a_whole_session_at_its_rate(tmp_path):
    write_seed_v(tmp_path, 1, kinds=("raw",), sessions=(1,))
    n_samples = sum(end - start for start, end in zip(*read_times_of(tmp_path)[1], strict=True))
    tracemalloc.start()
    try:
        trials, _ = load_seed_v(tmp_path, kind="raw", resample=200)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert trials.shape[:2] == (15, 62)
    assert peak < 0.6 * 62 * 1000 * n_samples * 4


def test_recordings_of_two_rates_need_one(recordings, tmp_path):
    folder = shutil.copytree(recordings[0], tmp_path / "set")
    file = next(folder.glob("EEG_raw/2_1_*.cnt"))
    last = int(max(read_times_of(folder)[1][1]))
    write_cnt(file, np.zeros((62, 100 * last)), [name.upper() for name in SEED_62], 100)
    with pytest.raises(ValueError, match=r"one sampling rate, got 200 Hz .* 100 Hz in .*2_1_"):
        load_seed_v(folder, kind="raw")
    assert load_seed_v(folder, kind="raw", resample=100)[0].sfreq == 100


def test_recordings_that_end_early_or_lack_a_channel_are_refused(recordings, tmp_path):
    folder = shutil.copytree(recordings[0], tmp_path / "set")
    file = next(folder.glob("EEG_raw/1_1_*.cnt"))
    names = [name.upper() for name in SEED_62]
    write_cnt(file, np.zeros((62, 2000)), names, 200)
    with pytest.raises(ValueError, match=r"clips inside .*1_1_2018.*, of 10 s, got one from"):
        load_seed_v(folder, kind="raw", sessions=1)
    write_cnt(file, np.zeros((61, 40_000)), [*names[:-2], "M1"], 200)
    with pytest.raises(ValueError, match=r"the channels O2, CB2 in .*1_1_2018.*, got FP1, .* M1;"):
        load_seed_v(folder, kind="raw", sessions=1)


def test_recordings_of_another_set_are_refused(recordings, tmp_path):
    folder = shutil.copytree(recordings[0], tmp_path / "set")
    (folder / "EEG_raw" / "1_20221001_1.cnt").write_bytes(b"")
    with pytest.raises(ValueError, match=r"names such as 1_1_20180804\.cnt .* '1_20221001_1\.cnt'"):
        load_seed_v(folder, kind="raw")


def test_times_are_the_published_ones_without_their_file(copy):
    (copy / "trial_start_end_timestamp.txt").unlink()
    onsets = load_seed_v(copy, subjects=1)[0].metadata["onset"]
    assert_array_equal(onsets, np.concatenate([starts for starts, _ in TIMES.values()]))


@pytest.mark.parametrize("text", ["", "Session 1:\nstart_second: [1, 2]\nend_second: [2, 3]"])
def test_another_file_of_times_is_refused(text, copy):
    (copy / "trial_start_end_timestamp.txt").write_text(text)
    with pytest.raises(ValueError, match=r"start and end of 15 clips of 3 sessions in .*txt, one"):
        load_seed_v(copy)


def test_times_out_of_order_are_refused_by_their_file(copy):
    file = copy / "trial_start_end_timestamp.txt"
    first = read_times_of(copy)[1][0][:2]
    text = file.read_text()
    file.write_text(text.replace(f"[{first[0]:g}, {first[1]:g}, ", f"[{first[1]:g}, 0, ", 1))
    assert file.read_text() != text
    with pytest.raises(ValueError, match=r"^load_seed_v: expected the start and end of .*txt, one"):
        load_seed_v(copy)


def test_the_published_file_of_times_is_read(tmp_path):
    file = tmp_path / "trial_start_end_timestamp.txt"
    file.write_text(
        "\n".join(
            f"Session {n}:\nstart_second: {list(starts)}\nend_second: {list(ends)}\n"
            for n, (starts, ends) in TIMES.items()
        )
    )
    for session, pair in read_times(file).items():
        assert_array_equal(pair, TIMES[session])


def test_evaluation_runs_on_entropies(features):
    trials, y = load_seed_v(features[0], subjects=[1, 2])
    classic = WindowedClassifier(LogisticRegression())
    network = WideDeepClassifier(max_epochs=1, random_state=0)
    for classifier in (classic, network):
        result = evaluate(
            make_pipeline(SubjectScaler(), classifier), trials, y, cv=2, logistic=False
        )
        assert list(result.scores.index) == [1, 2]
        assert len(result.predictions) == len(trials)


def test_evaluation_runs_on_recordings(recordings):
    trials, y = load_seed_v(recordings[0], kind="raw", sessions=1)
    # Films of a few seconds are shorter than the usual filters.
    short = {"l_freq": 4.0, "notch": None}
    network = recipes.make("eegnet", settings={"max_epochs": 1}, random_state=0, **short)
    for model in (recipes.make("logistic", **short), network):
        result = evaluate(model, trials, y, cv=2, logistic=False)
        assert list(result.scores.index) == [1, 2]
        assert len(result.predictions) == len(trials)


def test_eyes_and_brain_are_two_views(features):
    trials, _ = load_seed_v(features[0], eye=True, subjects=1)
    fused = DCCA(sizes=(8, 2), max_epochs=1, random_state=0).fit_transform(trials)
    assert [trial.shape for trial in fused.data] == [(len(trial), 2) for trial in trials.data]
