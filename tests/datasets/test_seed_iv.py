"""SEED-IV: files in its published form are read right, eye movements beside them."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from numpy.testing import assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_eeg import recipes
from sklearn_eeg.classifiers import WideDeepClassifier, WindowedClassifier
from sklearn_eeg.datasets import load_seed_iv
from sklearn_eeg.datasets.testing import write_seed_iv
from sklearn_eeg.decomposition import DCCA
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.montage import SEED_62
from sklearn_eeg.preprocessing import SubjectScaler

LABELS = {
    1: [1, 2, 3, 0, 2, 0, 0, 1, 0, 1, 2, 1, 1, 1, 2, 3, 2, 2, 3, 3, 0, 3, 0, 3],
    2: [2, 1, 3, 0, 0, 2, 0, 2, 3, 3, 2, 3, 2, 0, 1, 1, 2, 1, 0, 3, 0, 1, 3, 1],
    3: [1, 2, 2, 1, 3, 3, 3, 1, 1, 2, 1, 0, 2, 3, 3, 0, 2, 3, 0, 0, 2, 0, 1, 0],
}
KINDS = ["de_movingAve", "de_LDS", "psd_movingAve", "psd_LDS"]


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch):
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_seed_iv(tmp_path_factory.mktemp("SEED IV"), n_subjects=2, n_sessions=2)


@pytest.fixture
def folder(written, tmp_path):
    """A copy to spoil."""
    return Path(shutil.copytree(written, tmp_path / "copy"))


def file_of(folder, subject, session, name="eeg_feature_smooth"):
    (file,) = (folder / name / str(session)).glob(f"{subject}_*.mat")
    return file


def variables(file):
    return {k: v for k, v in scipy.io.loadmat(file).items() if not k.startswith("__")}


def test_the_writer_keeps_to_the_published_form(written):
    for subject in (1, 2):
        for session in (1, 2):
            signals = variables(file_of(written, subject, session, "eeg_raw_data"))
            (who,) = {key.partition("_")[0] for key in signals}
            assert list(signals) == [f"{who}_eeg{k}" for k in range(1, 25)]
            assert {len(signal) for signal in signals.values()} == {62}
            features = variables(file_of(written, subject, session))
            assert set(features) == {f"{kind}{k}" for kind in KINDS for k in range(1, 25)}
            eyes = variables(file_of(written, subject, session, "eye_feature_smooth"))
            assert list(eyes) == [f"eye_{k}" for k in range(1, 25)]
            for k in range(1, 25):
                n_windows = eyes[f"eye_{k}"].shape[1]
                assert eyes[f"eye_{k}"].shape == (31, n_windows)
                assert features[f"de_LDS{k}"].shape == (62, n_windows, 5)


def test_signals_are_those_of_the_files(written):
    trials, y = load_seed_iv(written, subjects=2)
    expected = [
        signal
        for session in (1, 2)
        for signal in variables(file_of(written, 2, session, "eeg_raw_data")).values()
    ]
    for trial, signal in zip(trials.data, expected, strict=True):
        assert_array_equal(trial, signal)
        assert trial.dtype == np.float32
    assert (trials.axes, trials.sfreq, trials.unit) == (("channel", "time"), 200, "uV")
    assert trials.ch_names == SEED_62
    assert not trials.extra
    words = ["neutral", "sad", "fear", "happy"]
    assert y.tolist() == [words[code] for session in (1, 2) for code in LABELS[session]]


@pytest.mark.parametrize("session", [1, 2])
def test_each_session_has_labels_and_films_of_its_own(session, written):
    trials, y = load_seed_iv(written, kind="de_LDS", sessions=session, labels="code")
    assert y.tolist() == 2 * LABELS[session]
    assert trials.metadata["trial"].tolist() == 2 * list(range(1, 25))
    first = 24 * (session - 1)
    assert trials.stimulus.tolist() == 2 * list(range(first + 1, first + 25))
    assert trials.metadata["onset"].isna().all()
    assert set(trials.metadata) == {"subject", "session", "stimulus", "trial", "onset"}


def test_session_3_is_read_though_others_are_missing(tmp_path):
    write_seed_iv(tmp_path, n_subjects=1)
    for name in ("eeg_raw_data", "eeg_feature_smooth"):
        for session in ("1", "2"):
            shutil.rmtree(tmp_path / name / session)
    trials, y = load_seed_iv(tmp_path, kind="psd_LDS", labels="code")
    assert set(trials.session) == {3}
    assert y.tolist() == LABELS[3]
    assert trials.stimulus[-1] == 72


@pytest.mark.parametrize("kind", KINDS)
def test_features_are_window_channel_band(kind, written):
    settings = {"subjects": [1], "sessions": [2], "channels": ["PO7", "FP2"], "dtype": float}
    trials, _ = load_seed_iv(written, kind=kind, **settings)
    content = variables(file_of(written, 1, 2))
    for number, trial in enumerate(trials.data, 1):
        assert_array_equal(trial, content[f"{kind}{number}"][[2, 50]].transpose(1, 0, 2))
    assert trials.ch_names == ("Fp2", "PO7")
    assert trials.axes == ("window", "channel", "band")
    assert trials.bands["alpha"] == (8, 14)
    assert trials.window_onsets == (0, 4)


def test_the_order_of_variables_means_nothing(folder):
    before = load_seed_iv(folder, kind="psd_LDS", eye=True)[0]
    for file in folder.glob("*/*/*.mat"):
        scipy.io.savemat(file, dict(sorted(variables(file).items(), reverse=True)))
    after = load_seed_iv(folder, kind="psd_LDS", eye=True)[0]
    for block in ("data", "eye"):
        one, other = (t.data if block == "data" else t.extra[block] for t in (before, after))
        for x, again in zip(one, other, strict=True):
            assert_array_equal(x, again)


@pytest.mark.parametrize("kind", ["raw", "de_movingAve"])
def test_eye_movements_lie_beside_their_trials(kind, written):
    trials, _ = load_seed_iv(written, kind=kind, eye=True, subjects=2)
    content = variables(file_of(written, 2, 2, "eye_feature_smooth"))
    some = trials[[30, 47]]
    for block, trial in zip(some.extra["eye"], (7, 24), strict=True):
        assert_array_equal(block, content[f"eye_{trial}"].T.astype("float32"))
    if kind != "raw":
        assert [len(x) for x in trials.data] == [len(x) for x in trials.extra["eye"]]


def test_eye_movements_alone(written):
    trials, y = load_seed_iv(written, kind="eye", sessions=2, dtype=float)
    content = variables(file_of(written, 1, 2, "eye_feature_smooth"))
    assert_array_equal(trials[3], content["eye_4"].T)
    assert trials.axes == ("window", "feature")
    assert (trials.features[0], trials.features[-1]) == ("eye 1", "eye 31")
    assert trials.window_onsets[1] == 4
    assert len(y) == 48
    again = load_seed_iv(written / "eye_feature_smooth", kind="eye", sessions=2, dtype=float)[0]
    assert_array_equal(again[3], trials[3])


def test_only_what_is_kept_is_read(folder):
    for file in folder.glob("*/*/*.mat"):
        if file != file_of(folder, 2, 1):
            file.write_bytes(b"not " + str(file).encode())
    trials, _ = load_seed_iv(folder, kind="de_LDS", subjects=2, sessions=1)
    assert len(trials) == 24


def test_the_folder_comes_from_path_then_environment(written, tmp_path, monkeypatch):
    shutil.copytree(written, tmp_path / "SEED_IV")
    monkeypatch.setenv("SKLEARN_EEG_DATA", str(tmp_path))
    assert len(load_seed_iv(kind="de_LDS", eye=True)[0]) == 96
    assert len(load_seed_iv(written / "eeg_feature_smooth", kind="de_LDS", eye=True)[0]) == 96
    monkeypatch.chdir(written / "eeg_feature_smooth")
    assert len(load_seed_iv(".", kind="de_LDS", eye=True)[0]) == 96


# What is refused.


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kind": "dasm_LDS"}, "expected kind to be one of .*got 'dasm_LDS'"),
        ({"kind": "eye", "eye": True}, "expected neither eye=True nor channels with kind='eye'"),
        ({"kind": "eye", "channels": "Fz"}, "expected neither eye=True nor channels with"),
    ],
)
def test_what_is_not_there_is_refused(settings, words, written):
    with pytest.raises(ValueError, match=f"^load_seed_iv: {words}"):
        load_seed_iv(written, **settings)


def test_eye_movements_that_are_missing_are_refused(folder):
    file = file_of(folder, 2, 1, "eye_feature_smooth")
    file.unlink()
    assert len(load_seed_iv(folder, kind="de_LDS")[0]) == 96
    assert len(load_seed_iv(folder, kind="de_LDS", eye=True, subjects=1)[0]) == 48
    with pytest.raises(
        FileNotFoundError, match=rf"^load_seed_iv: .*{file.name}, which is not ther"
    ):
        load_seed_iv(folder, kind="de_LDS", eye=True)


@pytest.mark.parametrize("kind", ["raw", "de_LDS"])
def test_eye_movements_have_the_windows_of_the_eeg(kind, folder):
    file = file_of(folder, 2, 1, "eye_feature_smooth")
    content = variables(file)
    whole = load_seed_iv(folder, kind=kind, eye=True, subjects=2, sessions=1)[0].extra["eye"]
    lengths = [len(block) for block in whole]
    longer, shorter = lengths.index(1), lengths.index(2)
    content[f"eye_{longer + 1}"] = np.hstack([content[f"eye_{longer + 1}"], np.zeros((31, 8))])
    content[f"eye_{shorter + 1}"] = content[f"eye_{shorter + 1}"][:, :1]
    scipy.io.savemat(file, content)
    eye = load_seed_iv(folder, kind=kind, eye=True, subjects=2, sessions=1)[0].extra["eye"]
    whole[shorter][1] = np.nan
    for block, expected in zip(eye, whole, strict=True):
        assert_array_equal(block, expected)


def test_eye_movements_of_another_form_are_refused(folder):
    file = file_of(folder, 2, 1, "eye_feature_smooth")
    content = variables(file)
    content["eye_5"] = np.zeros((33, 2))
    scipy.io.savemat(file, content)
    with pytest.raises(ValueError, match=r"shape \(31, any\) in eye_5 of .*\(33, 2\)"):
        load_seed_iv(folder, kind="eye")


@pytest.mark.parametrize("kind", ["de_LDS", "eye"])
def test_truncated_files_are_refused_by_name(kind, folder):
    name = {"eye": "eye_feature_smooth"}.get(kind, "eeg_feature_smooth")
    file = file_of(folder, 1, 2, name)
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(ValueError, match=rf"^load_seed_iv: expected .*{file.name}"):
        load_seed_iv(folder, kind=kind)


def test_two_recordings_of_a_session_are_refused(folder):
    (folder / "eeg_feature_smooth" / "2" / "2_20200101.mat").write_bytes(b"else")
    with pytest.raises(ValueError, match=r"one recording of a subject in a session, got .*2_2020"):
        load_seed_iv(folder, kind="de_LDS")


def test_renamed_files_are_refused(folder):
    file = file_of(folder, 1, 2)
    file.rename(file.with_name("1.mat"))
    with pytest.raises(ValueError, match=r"named SUBJECT_DATE\.mat in .*got 1\.mat; give it"):
        load_seed_iv(folder, kind="de_LDS")


# A whole evaluation.


def test_signals_go_through_an_evaluation(written):
    trials, y = load_seed_iv(written, sessions=1)
    pipeline = recipes.make("svm", window=1.0, l_freq=4.0, notch=None, random_state=0)
    result = evaluate(pipeline, trials, y, cv=2, logistic=False)
    assert 0 <= result.scores["accuracy"].mean() <= 1


@pytest.mark.parametrize(
    "steps",
    [
        (SubjectScaler(), WindowedClassifier(LogisticRegression(max_iter=1000))),
        (SubjectScaler(), WideDeepClassifier(max_epochs=1, random_state=0)),
        (
            DCCA(sizes=(8, 4), max_epochs=1, batch_size=50, random_state=0),
            WindowedClassifier(LogisticRegression(max_iter=1000)),
        ),
    ],
    ids=lambda steps: type(steps[-2 if isinstance(steps[0], DCCA) else -1]).__name__,
)
def test_features_go_through_an_evaluation(steps, written):
    trials, y = load_seed_iv(written, kind="de_LDS", eye=True, sessions=1)
    result = evaluate(make_pipeline(*steps), trials, y, cv=2, logistic=False)
    assert 0 <= result.scores["accuracy"].mean() <= 1
