import hashlib
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.datasets import _eegmat, load_eegmat
from sklearn_eeg.datasets._download import read_checksums


def sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch, request):
    if "real_folder" not in request.fixturenames:
        monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)


@pytest.fixture
def folder(eegmat_like, tmp_path, monkeypatch):
    """A copy of the small recordings, with their checksums in place of the published ones."""
    copy = Path(shutil.copytree(eegmat_like[0], tmp_path / "eegmat"))
    checksums = {file.name: sha256(file) for file in copy.iterdir()}
    monkeypatch.setattr(_eegmat, "read_checksums", lambda name: checksums)
    return copy


@pytest.fixture
def real_folder():
    root = os.environ.get("SKLEARN_EEG_DATA")
    if not root:
        pytest.skip("needs the EEGMAT recordings; SKLEARN_EEG_DATA names their folder")
    return root


def test_pieces_are_the_microvolts_written(folder, eegmat_like):
    trials, y = load_eegmat(folder, trial=2.0, duration=6.0)
    assert trials.shape == (12, 19, 200)
    assert trials.sfreq == 100
    assert trials.unit == "uV"
    assert trials.data.dtype == np.float32
    assert trials.ch_names[:7] == ("Fp1", "Fp2", "F3", "F4", "F7", "F8", "T3")
    _, written = eegmat_like
    expected = [uv[:19, k : k + 200] for _, uv in sorted(written.items()) for k in (0, 200, 400)]
    assert_allclose(trials.data, expected, atol=1e-3)
    assert_array_equal(y, np.tile(np.repeat(["rest", "arithmetic"], 3), 2))


def test_meta_tells_subject_recording_task_and_onset(folder):
    trials, y = load_eegmat(folder, trial=3.0, duration=6.0)
    assert_array_equal(trials.subject, np.repeat([0, 35], 4))
    assert_array_equal(trials.session, [1, 1, 2, 2] * 2)
    assert_array_equal(trials.stimulus, y)
    assert_array_equal(trials.metadata["onset"], [0.0, 3.0] * 4)


def test_a_store_gives_the_same_trials_of_any_length(folder, tmp_path):
    for trial in (2.0, 3.0):
        wanted, y = load_eegmat(folder, trial=trial, duration=6.0)
        found, labels = load_eegmat(folder, trial=trial, duration=6.0, cache=tmp_path / "cache")
        assert repr(found) == repr(wanted)
        assert_array_equal(found.data, wanted.data)
        assert_array_equal(labels, y)
        assert len(list((tmp_path / "cache").glob("*.npy"))) == 4


def test_only_what_is_wanted_is_read(folder, eegmat_like):
    for name in ("00_1", "35_1", "35_2"):
        (folder / f"Subject{name}.edf").write_bytes(b"damaged")
    settings = {"subjects": 0, "sessions": [2], "channels": ["t7", "FP1"], "dtype": float}
    trials, y = load_eegmat(folder, trial=2.0, duration=6.0, **settings)
    assert trials.ch_names == ("Fp1", "T3")
    assert trials.metadata["trial"].tolist() == [1, 2, 3]
    assert set(y) == {"arithmetic"}
    written = eegmat_like[1]["Subject00_2.edf"]
    expected = [written[[0, 6], k : k + 200] for k in (0, 200, 400)]
    assert_allclose(trials.data, expected, atol=1e-9)


@pytest.mark.parametrize(
    ("settings", "error", "sentence"),
    [
        ({"subjects": 1}, ValueError, "subjects to be some of 0, 35, got 1"),
        ({"subjects": True}, ValueError, "subjects to be some of 0, 35, got True"),
        ({"sessions": 3}, ValueError, "sessions to be some of 1, 2, got 3"),
        ({"channels": ["ECG"]}, ValueError, "channels to be some of Fp1, .*got 'ECG'"),
        ({"dtype": "int16"}, ValueError, "dtype to be one of floating numbers"),
        ({"trial": "20"}, TypeError, "trial to be a finite number"),
        ({"download": None}, TypeError, "download to be True or False"),
    ],
)
def test_what_cannot_be_meant_is_refused(settings, error, sentence, folder):
    with pytest.raises(error, match=f"^load_eegmat: expected {sentence}"):
        load_eegmat(folder, **{"trial": 2.0, "duration": 4.0, **settings})


def test_a_folder_in_place_of_a_recording_is_refused(folder):
    file = folder / "Subject35_2.edf"
    file.unlink()
    file.mkdir()
    with pytest.raises(ValueError, match=r"^load_eegmat: .*Subject35_2\.edf"):
        load_eegmat(folder, trial=2.0, duration=4.0)


def test_what_is_left_after_the_last_whole_trial_is_left_out(folder):
    trials, _ = load_eegmat(folder, trial=2.0, duration=7.0)
    whole, _ = load_eegmat(folder, trial=2.0, duration=6.0)
    assert_array_equal(trials.data, whole.data)


def test_subjects_that_are_there_are_loaded(folder):
    for file in folder.glob("Subject00*"):
        file.unlink()
    trials, _ = load_eegmat(folder, trial=2.0, duration=4.0)
    assert set(trials.subject) == {35}


def test_folder_comes_from_path_then_environment_then_cache(folder, tmp_path, monkeypatch):
    spans = {"trial": 2.0, "duration": 4.0}
    monkeypatch.setenv("SKLEARN_EEG_DATA", str(tmp_path / "nowhere"))
    assert len(load_eegmat(folder, **spans)[0]) == 8
    assert len(load_eegmat(str(folder.parent), **spans)[0]) == 8
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load_eegmat(**spans)
    for root in (folder, folder.parent):
        monkeypatch.setenv("SKLEARN_EEG_DATA", str(root))
        assert len(load_eegmat(**spans)[0]) == 8
    monkeypatch.delenv("SKLEARN_EEG_DATA")
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / project)
    with pytest.raises(FileNotFoundError, match="sklearn_eeg"):
        load_eegmat(**spans)
    shutil.copytree(folder, tmp_path / "sklearn_eeg" / "eegmat")
    assert len(load_eegmat(**spans)[0]) == 8


def test_absent_recordings_are_an_error_that_says_how_to_get_them(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"download=True.*path=.*SKLEARN_EEG_DATA"):
        load_eegmat(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_changed_recording_is_refused_by_its_name(folder):
    file = folder / "Subject35_2.edf"
    file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ValueError, match=r"^load_eegmat: expected the published file in .*2\.edf"):
        load_eegmat(folder, trial=2.0, duration=4.0)


@pytest.mark.parametrize("n_bytes", [0, 100, 3000, 5632])
def test_broken_header_is_refused_by_the_files_name(folder, n_bytes, monkeypatch):
    file = folder / "Subject00_2.edf"
    file.write_bytes(file.read_bytes()[:n_bytes])
    monkeypatch.setattr(_eegmat, "verify", lambda files, checksums: None)
    with pytest.raises(ValueError, match=r"load_eegmat: .*Subject00_2\.edf"):
        load_eegmat(folder, trial=2.0, duration=4.0)


def test_truncated_recording_is_refused_by_the_files_name(folder, monkeypatch):
    file = folder / "Subject00_2.edf"
    file.write_bytes(file.read_bytes()[: 256 * 22 + 2 * 21 * 250])
    monkeypatch.setattr(_eegmat, "verify", lambda files, checksums: None)
    with pytest.raises(ValueError, match=r"expected at least 4 s in .*Subject00_2\.edf, got 2"):
        load_eegmat(folder, trial=2.0, duration=4.0)


def test_recording_shorter_than_the_duration_is_refused(folder):
    with pytest.raises(ValueError, match=r"at least 8 s in .*Subject00_2\.edf, got 7 s"):
        load_eegmat(folder, trial=2.0, duration=8.0)


@pytest.mark.parametrize(("trial", "duration"), [(0, 60), (-1, 60), (20, 10)])
def test_impossible_spans_are_refused(trial, duration, folder):
    with pytest.raises(ValueError, match="expected 0 < trial <= duration"):
        load_eegmat(folder, trial=trial, duration=duration)


def test_checksums_cover_the_published_set():
    checksums = read_checksums("eegmat.sha256")
    names = {f"Subject{subject:02}_{k}.edf" for subject in range(36) for k in (1, 2)}
    assert set(checksums) == names
    assert all(len(bytes.fromhex(digest)) == 32 for digest in checksums.values())
    assert len(set(checksums.values())) == 72


def test_real_recordings_are_read_as_published(real_folder):
    trials, y = load_eegmat()
    n_recordings = len(np.unique(np.column_stack([trials.subject, trials.session]), axis=0))
    assert trials.shape == (3 * n_recordings, 19, 10_000)
    assert trials.sfreq == 500
    assert set(y) == {"rest", "arithmetic"}
    # The mean was removed and the band is 0.5-45 Hz: tens of microvolts, not volts or counts.
    assert 5 < np.median(trials.data.std(-1)) < 30
    power = np.abs(np.fft.rfft(trials.data[:, :, :10_000])) ** 2
    freqs = np.fft.rfftfreq(10_000, 1 / 500)
    assert power[..., freqs > 60].sum() < 1e-3 * power.sum()


def test_real_recordings_come_from_a_store_as_from_their_files(real_folder, tmp_path):
    wanted, _ = load_eegmat()
    for _ in range(2):
        found, _ = load_eegmat(cache=tmp_path / "cache")
        assert repr(found) == repr(wanted)
        assert all(map(np.array_equal, found.data, wanted.data))
