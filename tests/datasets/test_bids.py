"""Data sets in EEG-BIDS as they should be, against MNE and closed forms."""

import os
import pickle
import shutil
from pathlib import Path

import mne
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg import recipes
from sklearn_eeg.datasets import load_bids, load_eegmat
from sklearn_eeg.datasets._bids import _load
from sklearn_eeg.datasets.testing import write_bids
from sklearn_eeg.datasets.testing._bids import write_table
from sklearn_eeg.evaluation import evaluate

EXTENSIONS = [".vhdr", ".edf", ".bdf", ".set"]
READERS = {
    ".vhdr": mne.io.read_raw_brainvision,
    ".edf": mne.io.read_raw_edf,
    ".bdf": mne.io.read_raw_bdf,
    ".set": mne.io.read_raw_eeglab,
}


@pytest.fixture
def folder(tmp_path):
    return write_bids(tmp_path)


def read_microvolts(file):
    raw = READERS[file.suffix](file, verbose="error")
    return raw.get_data() * 1e6


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_trials_are_what_mne_reads_after_each_onset(extension, tmp_path):
    root = write_bids(tmp_path, extension=extension)
    trials, y = load_bids(root, bads="keep")
    assert trials.shape == (12, 11, 200)
    assert (trials.sfreq, trials.unit, trials.dtype) == (100, "uV", np.float32)
    signals = [read_microvolts(file) for file in sorted(root.glob(f"sub-*/eeg/*{extension}"))]
    starts = [100 + 250 * k for k in range(6)]
    expected = [x[:11, start : start + 200] for x in signals for start in starts]
    assert_allclose(trials.data, expected, rtol=1e-6, atol=1e-5)
    assert_array_equal(y, ["calm", "happy", "sad"] * 4)


def test_trials_equal_mnes_epochs(folder):
    trials, _ = load_bids(folder, subjects="02", tmin=-0.2, duration=0.7)
    raw = mne.io.read_raw_brainvision(
        folder / "sub-02/eeg/sub-02_task-film_eeg.vhdr", verbose="error"
    )
    events = np.array([[100 + 250 * k, 0, 1] for k in range(6)])
    epochs = mne.Epochs(raw, events, tmin=-0.2, tmax=0.49, baseline=None, verbose="error")
    assert_allclose(trials.data, epochs.get_data()[:, :11] * 1e6, rtol=1e-5, atol=1e-4)
    assert_allclose(trials.metadata["onset"], 0.8 + 2.5 * np.arange(6))


def test_metadata_have_what_all_tables_say(tmp_path):
    root = write_bids(tmp_path, n_subjects=2, n_sessions=2, n_runs=2, n_trials=3)
    table = load_bids(root)[0].metadata
    first = table.iloc[0].to_dict()
    assert first == {
        "subject": "01",
        "session": "01",
        "run": 1,
        "task": "film",
        "stimulus": "calm",
        "trial": 1,
        "onset": 1.0,
        "duration": 2.0,
        "trial_type": "calm",
        "EEGReference": "Cz",
        "PowerLineFrequency": 50,
        "age": 20,
        "sex": "F",
        "group": "control",
        "site": "site1",
        "acq_time": "2000-01-01T00:00:00",
    }
    assert_array_equal(table["subject"], np.repeat(["01", "02"], 12))
    assert_array_equal(table["session"], np.tile(np.repeat(["01", "02"], 6), 2))
    assert_array_equal(table["run"], np.tile(np.repeat([1, 2], 3), 4))
    assert_array_equal(table["trial"], np.tile(np.arange(1, 7), 4))
    assert_array_equal(table["group"], np.repeat(["control", "patient"], 12))
    assert_array_equal(table["site"], np.tile(np.repeat(["site1", "site2"], 6), 2))


def test_runs_are_in_the_order_of_their_numbers(tmp_path):
    root = write_bids(tmp_path, n_subjects=1, n_runs=11, n_trials=1)
    assert_array_equal(load_bids(root)[0].metadata["run"], np.arange(1, 12))


@pytest.mark.parametrize(
    ("wanted", "n_trials"),
    [
        ({"subjects": "02"}, 12),
        ({"subjects": 2, "sessions": ["ses-01"]}, 6),
        ({"subjects": ["sub-01", "02"], "runs": 2}, 12),
        ({"runs": ["2"], "events": "sad", "task": "film"}, 4),
        ({"events": ["sad", "calm"]}, 16),
    ],
)
def test_only_what_is_wanted_is_kept(wanted, n_trials, tmp_path):
    root = write_bids(tmp_path, n_sessions=2, n_runs=2, n_trials=3)
    assert len(load_bids(root, **wanted)[0]) == n_trials


def test_only_what_is_wanted_is_read(folder):
    (folder / "sub-01/eeg/sub-01_task-film_eeg.eeg").write_bytes(b"")
    assert len(load_bids(folder, subjects="02")[0]) == 6
    with pytest.raises(ValueError, match=r"sub-01_task-film_eeg\.vhdr"):
        load_bids(folder)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"subjects": "03"}, r"expected subjects to be some of 01, 02, got '03'"),
        ({"sessions": 1}, r"expected sessions to be some of none, got '1'"),
        ({"runs": []}, r"expected runs to be some of none, got none"),
        ({"task": "rest"}, r"expected task to be some of film, got 'rest'"),
        ({"events": "anger"}, r"events to be some of calm, happy, sad.*'trial_type', got anger"),
        ({"events": []}, r"events to be some of calm, happy, sad.*got none"),
        ({"label": "diagnosis"}, r"label to be one of the columns .*group.*, got 'diagnosis'"),
        ({"channels": ["Fz"]}, r"expected the channels Fz in .*sub-01.*, got Fp1, Fp2"),
        ({"label": "group", "events": {"sad": 1}}, r"either as a mapping in events or as a column"),
        ({"events": False, "label": "age", "tmin": 17.0}, r"of up to 17 s for tmin=17 and dur"),
        ({"events": False, "label": "age", "tmin": -1.0}, r"that hold a trial from tmin on"),
        ({"events": False, "label": "age", "duration": 18.0}, r"of up to 17 s for .*duration=18"),
        ({"channels": "10-20"}, r"expected the channels F7, T7, .* in .*sub-01.*, got Fp1"),
        ({"channels": 5}, r"expected the channels 5 in"),
        ({"channels": []}, r"expected channels, each once, got none"),
        ({"channels": ["Cz", "Cz"]}, r"each once, got Cz, Cz"),
        ({"duration": 0}, r"duration in seconds, above 0 or None, got 0"),
        ({"duration": np.nan}, r"duration in seconds, above 0 or None, got nan"),
        ({"duration": "2"}, r"duration in seconds.*got '2'"),
        ({"tmin": np.inf}, r"tmin in seconds, got inf"),
        ({"tmin": None}, r"tmin in seconds, got None"),
        ({"duration": 1e-4}, r"expected duration of at least 0.01 s at 100 Hz"),
        ({"tmin": 2.0}, r"got a duration of 2 s at 1 s of sub-01_task-film_eeg\.vhdr"),
        ({"bads": "interpolate"}, r"bads to be one of .'nan', 'drop', 'keep'., got 'interpolate'"),
        ({"unit": "T"}, r"unit to be one of .*'uV', 'mV', 'V'., got 'T'"),
        ({"duration": 60.0}, r"inside recordings of up to 17 s, got none of 12"),
        ({"sfreq": -1}, r"sfreq in hertz, above 0 or None, got -1"),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(wanted, said, folder):
    with pytest.raises(ValueError, match="^load_bids: .*" + said):
        load_bids(folder, **wanted)


def test_a_label_is_a_column(folder):
    for label in (None, ["age"]):
        with pytest.raises(TypeError, match="load_bids: expected label as the name of a column"):
            load_bids(folder, label=label)


def test_a_mapping_of_events_says_their_labels(folder):
    trials, y = load_bids(folder, events={"sad": "low", "calm": "low", "happy": "high"})
    assert_array_equal(y, ["low", "high", "low"] * 4)
    assert_array_equal(trials.metadata["trial_type"], ["calm", "happy", "sad"] * 4)
    assert_array_equal(load_bids(folder, events={"sad": 1})[1], [1] * 4)
    assert len(load_bids(folder, events=True)[0]) == 12


@pytest.mark.parametrize("sfreq", [33.3, 51.2, 64, 99.9, 250])
def test_events_of_one_length_make_trials_of_one_length_at_any_rate(sfreq, folder):
    # The last one ends with the recording.
    edit(folder, "events", lambda text: text + "15.0\t2.0\tcalm\n")
    trials, _ = load_bids(folder, sfreq=sfreq)
    assert trials.shape == (13, 11, round(2 * sfreq))


def test_absent_sets_are_told(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"load_bids: expected a folder .*nowhere"):
        load_bids(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"load_bids: expected recordings such as sub-01"):
        load_bids(tmp_path)


def test_root_may_be_relative_and_have_spaces(tmp_path, monkeypatch):
    write_bids(tmp_path / "ses-1 sub-x/großes Set")
    monkeypatch.chdir(tmp_path)
    assert len(load_bids("ses-1 sub-x/großes Set")[0]) == 12
    monkeypatch.chdir("ses-1 sub-x/großes Set")
    assert len(load_bids(".")[0]) == 12
    assert len(load_bids("../großes Set")[0]) == 12


def test_bad_channels_are_nan_or_dropped_or_kept(folder):
    lost = load_bids(folder)[0]
    assert_array_equal(np.isnan(lost.data).all(-1)[:, 2], np.repeat([True, False], 6))
    assert np.isnan(lost.data).sum() == 6 * 200
    kept = load_bids(folder, bads="keep")[0]
    assert_array_equal(kept.data[6:], lost.data[6:])
    assert not np.isnan(kept.data).any()
    dropped = load_bids(folder, bads="drop")[0]
    assert dropped.ch_names == tuple(name for name in lost.ch_names if name != "F3")
    assert_array_equal(dropped.data, np.delete(kept.data, 2, axis=1))


def test_no_good_channel_is_refused(folder):
    with pytest.raises(ValueError, match="a channel that is good in all recordings, got none"):
        load_bids(folder, channels=["F3"], bads="drop")


def test_channels_come_in_the_order_wanted_in_any_spelling(folder):
    trials, _ = load_bids(folder, channels=["EEG cz", "VEOG", "FP1"])
    assert trials.ch_names == ("EEG cz", "VEOG", "FP1")
    signal = read_microvolts(folder / "sub-01/eeg/sub-01_task-film_eeg.vhdr")
    assert_allclose(trials.data[0], signal[[10, 11, 0], 100:300], rtol=1e-6)


def test_channels_of_no_potential_are_refused(folder):
    edit(folder, "channels", lambda text: text.replace("VEOG\tVEOG", "VEOG\tTRIG"))
    with pytest.raises(ValueError, match=r"'VEOG' in .*, which is of type TRIG"):
        load_bids(folder, channels=["VEOG"])


def edit(root, suffix, change, subject="01", encoding="utf-8"):
    """Change the text of a table beside one subject's recording."""
    path = root / f"sub-{subject}/eeg/sub-{subject}_task-film_{suffix}.tsv"
    path.write_bytes(change(path.read_text(encoding="utf-8")).encode(encoding))
    return path


def test_recordings_without_events_are_cut_from_tmin_on(folder):
    trials, y = load_bids(folder, events=False, label="group", tmin=1.0, duration=4.0)
    assert trials.shape == (8, 11, 400)
    assert_array_equal(y, np.repeat(["control", "patient"], 4))
    assert_array_equal(trials.metadata["onset"], [1.0, 5.0, 9.0, 13.0] * 2)
    assert_array_equal(trials.stimulus, "film")
    signal = read_microvolts(folder / "sub-02/eeg/sub-02_task-film_eeg.vhdr")
    assert_allclose(trials.data[5], signal[:11, 500:900], rtol=1e-6)


def test_a_whole_recording_is_a_trial(tmp_path):
    root = write_bids(tmp_path, n_subjects=1)
    shutil.rmtree(root / "sub-01")
    write_bids(tmp_path / "other", n_subjects=2, n_trials=2)
    shutil.copytree(tmp_path / "other/sub-02", root / "sub-02")
    shutil.copytree(write_bids(tmp_path / "third", n_subjects=1) / "sub-01", root / "sub-01")
    shutil.copy(tmp_path / "other/participants.tsv", root / "participants.tsv")
    trials, y = load_bids(root, events=False, label="age")
    assert [trial.shape for trial in trials.data] == [(11, 1700), (11, 700)]
    assert_array_equal(y, [20, 21])


def test_events_of_different_length_make_trials_of_different_length(folder):
    edit(folder, "events", lambda text: text.replace("\n3.5\t2.0", "\n3.5\t1.25"))
    trials, _ = load_bids(folder)
    assert trials.is_ragged
    assert [trial.shape[1] for trial in trials.data] == [200, 125, *[200] * 10]
    whole = load_bids(folder, duration=2.0)[0]
    assert_array_equal(trials.data[1], whole.data[1, :, :125])
    assert_array_equal(trials.data[7], whole.data[7])


def test_labels_are_of_any_column_and_numbers_where_all_are(folder):
    assert load_bids(folder, label="age")[1].dtype.kind == "i"
    assert_array_equal(load_bids(folder, label="subject")[1], np.repeat(["01", "02"], 6))
    edit(folder, "events", lambda text: add_column(text, "rating", ["1", "2,5", "n/a"] * 2))
    edit(folder, "events", lambda text: add_column(text, "rating", ["3"] * 6), "02")
    trials, y = load_bids(folder, label="rating")
    assert_array_equal(y, [1, 2.5, 1, 2.5, *[3] * 6])
    assert_array_equal(trials.metadata["trial_type"][:2], ["calm", "happy"])


def add_column(text, name, values):
    lines = text.splitlines()
    return "\n".join(f"{a}\t{b}" for a, b in zip(lines, [name, *values], strict=True)) + "\n"


def test_columns_whose_name_is_taken_get_the_prefix_of_their_table(folder):
    edit(folder, "events", lambda text: add_column(text, "trial", range(10, 16)))
    edit(folder, "events", lambda text: add_column(text, "trial", range(20, 26)), "02")
    path = folder / "participants.tsv"
    path.write_text(add_column(path.read_text(), "session", ["pre", "post"]))
    table = load_bids(folder)[0].metadata
    assert_array_equal(table["trial"], [*range(1, 7)] * 2)
    assert_array_equal(table["event_trial"], [*range(10, 16), *range(20, 26)])
    assert_array_equal(table["participant_session"], np.repeat(["pre", "post"], 6))
    assert_array_equal(table["session"], "1")


@pytest.mark.parametrize(
    "name", ["start", "stop", "label", "recording", "length", "index", "level_0"]
)
def test_columns_of_any_name_are_kept(name, folder):
    for subject in ("01", "02"):
        edit(folder, "events", lambda text: add_column(text, name, "abcdef"), subject)
    path = folder / "participants.tsv"
    path.write_text(add_column(path.read_text(), name, ["pre", "post"]))
    trials, y = load_bids(folder, label=name)
    assert_array_equal(y, [*"abcdef"] * 2)
    assert_array_equal(trials.metadata[f"participant_{name}"], np.repeat(["pre", "post"], 6))


def test_the_stimulus_is_the_file_that_was_shown(folder):
    files = ["a.mp4", "b.mp4", "n/a"] * 2
    for subject in ("01", "02"):
        edit(folder, "events", lambda text: add_column(text, "stim_file", files), subject)
    assert_array_equal(load_bids(folder)[0].stimulus, ["a.mp4", "b.mp4", "sad"] * 4)


def test_several_tasks_are_read_when_they_are_named(folder):
    write_bids(folder, task="rest", n_trials=2)
    with pytest.raises(ValueError, match="expected task to be some of film, rest, got None"):
        load_bids(folder)
    assert len(load_bids(folder, task="rest")[0]) == 4
    trials, y = load_bids(folder, task=["film", "rest"], label="task", duration=1.0)
    assert_array_equal(y, [*["film"] * 6, *["rest"] * 2] * 2)
    assert_array_equal(trials.metadata["trial"], [*range(1, 9)] * 2)


def test_further_entities_become_columns(tmp_path):
    root = write_bids(tmp_path, n_subjects=1)
    for path in (root / "sub-01/eeg").iterdir():
        path.rename(path.with_name(path.name.replace("task-film", "task-film_acq-dry")))
    assert_array_equal(load_bids(root)[0].metadata["acq"], "dry")


@pytest.mark.parametrize("extension", [".vhdr", ".set"])
def test_rates_that_differ_are_refused_or_made_alike(extension, tmp_path):
    root = write_bids(tmp_path, extension=extension)
    other = write_bids(tmp_path / "other", n_subjects=2, sfreq=200, extension=extension)
    shutil.rmtree(root / "sub-02")
    shutil.copytree(other / "sub-02", root / "sub-02")
    (root / "task-film_eeg.json").unlink()
    with pytest.raises(
        ValueError, match=r"one rate, got 100 Hz in sub-01.*200 Hz in sub-02.*sfreq"
    ):
        load_bids(root)
    trials, _ = load_bids(root, sfreq=50)
    assert trials.shape == (12, 11, 100)
    assert trials.sfreq == 50


def test_resampling_keeps_slow_waves(tmp_path):
    root = write_bids(tmp_path, n_subjects=1, sfreq=200)
    file = root / "sub-01/eeg/sub-01_task-film_eeg.eeg"
    n_times = len(np.fromfile(file, "<f4")) // 12
    wave = 30 * np.sin(2 * np.pi * 5 * np.arange(n_times) / 200)
    np.tile(wave[:, None], 12).astype("<f4").tofile(file)
    trials, _ = load_bids(root, sfreq=128, bads="keep")
    times = trials.metadata["onset"].to_numpy()[:, None] + np.arange(256) / 128
    assert_allclose(trials.data[:, 4], 30 * np.sin(2 * np.pi * 5 * times), atol=0.06)


def test_json_files_are_merged_the_lower_over_the_higher(folder):
    (folder / "sub-01/sub-01_task-film_eeg.json").write_text('{"EEGReference": "A1"}')
    below = folder / "sub-01/eeg/sub-01_task-film_eeg.json"
    below.write_text('{"EEGReference": "nose", "PowerLineFrequency": "n/a"}')
    table = load_bids(folder)[0].metadata
    assert_array_equal(table["EEGReference"], np.repeat(["nose", "Cz"], 6))
    assert_array_equal(table["PowerLineFrequency"], [*[np.nan] * 6, *[50] * 6])


def test_of_tables_the_lowest_that_applies_is_taken(folder):
    rows = [("onset", "duration", "trial_type"), (2.0, 1.0, "high")]
    write_table(folder / "task-film_events.tsv", rows)
    assert set(load_bids(folder)[1]) == {"calm", "happy", "sad"}
    (folder / "sub-01/eeg/sub-01_task-film_events.tsv").unlink()
    y = load_bids(folder, subjects="01")[1]
    assert_array_equal(y, ["high"])
    write_table(folder / "sub-01/sub-01_events.tsv", [rows[0], (3.0, 1.0, "lower")])
    assert_array_equal(load_bids(folder, subjects="01")[1], ["lower"])


def test_tables_of_other_entities_do_not_apply(folder):
    wrong = folder / "sub-01/eeg/sub-01_task-rest_events.tsv"
    write_table(wrong, [("onset", "duration", "trial_type"), (2.0, 1.0, "rest")])
    assert "rest" not in load_bids(folder)[1]


def test_recordings_know_what_they_are_read_from(folder, monkeypatch):
    captured = []
    monkeypatch.setattr(_load, "gather", lambda recordings, **facts: captured.extend(recordings))
    load_bids(folder)
    files = {file for file in folder.rglob("*") if file.suffix in (".vhdr", ".eeg")}
    assert {file for one in captured for file in one.files} == files
    assert pickle.loads(pickle.dumps(captured[0].read))().shape == (11, 1700)


@pytest.mark.parametrize("settings", [{}, {"events": False, "label": "age"}, {"sfreq": 50}])
def test_cached_trials_are_the_same(settings, folder, tmp_path_factory):
    pytest.importorskip("sklearn_eeg.datasets._store")
    store = tmp_path_factory.mktemp("store")
    trials, y = load_bids(folder, **settings)
    for _ in range(2):
        cached, labels = load_bids(folder, cache=store, **settings)
        for one, other in zip(cached.data, trials.data, strict=True):
            assert_array_equal(np.asarray(one), other)
        assert_array_equal(labels, y)
    moved = shutil.copytree(folder, tmp_path_factory.mktemp("moved") / "set")
    entries = sorted(store.glob("*.npy"))
    load_bids(moved, cache=store, **settings)
    assert sorted(store.glob("*.npy")) == entries


def test_nothing_in_the_folder_is_changed(folder):
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*")}
    load_bids(folder)
    assert {file: file.stat().st_mtime_ns for file in folder.rglob("*")} == before


@pytest.mark.parametrize("name", ["logistic", "eegnet"])
def test_a_whole_evaluation_runs(name, tmp_path):
    trials, y = load_bids(write_bids(tmp_path, n_subjects=4, sfreq=160), bads="drop")
    settings = {"logistic": {"window": 1.0}, "eegnet": {"settings": {"max_epochs": 1}}}[name]
    model = recipes.make(name, random_state=0, l_freq=8, h_freq=45, notch=None, **settings)
    result = evaluate(model, trials, y, cv=2, logistic=False)
    assert list(result.scores.index) == ["01", "02", "03", "04"]


def test_real_recordings_in_bids_are_what_their_own_reader_reads(tmp_path):
    root = os.environ.get("SKLEARN_EEG_DATA")
    if not root:
        pytest.skip("needs the EEGMAT recordings; SKLEARN_EEG_DATA names their folder")
    for file in Path(root).rglob("Subject0[02]_[12].edf"):
        task = {"1": "rest", "2": "arithmetic"}[file.stem[-1]]
        subject = file.stem[7:9]
        place = tmp_path / f"sub-{subject}/eeg/sub-{subject}_task-{task}_eeg.edf"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(file)
        names = mne.io.read_raw_edf(file, verbose="error").ch_names
        kinds = ["ECG" if "ECG" in name else "MISC" if "A2" in name else "EEG" for name in names]
        rows = [(name.split()[-1], kind, "uV") for name, kind in zip(names, kinds, strict=True)]
        path = place.with_name(place.name.replace("eeg.edf", "channels.tsv"))
        write_table(path, [("name", "type", "units"), *rows])
    tasks = ["arithmetic", "rest"]
    trials, y = load_bids(tmp_path, task=tasks, label="task", events=False, duration=20.0)
    keep = trials.metadata["onset"] < 60
    expected, labels = load_eegmat(Path(root))
    wanted = np.isin(expected.subject, [0, 2])
    for subject in (0, 2):
        for task in tasks:
            ours = keep & (trials.subject == f"{subject:02}") & (y == task)
            theirs = wanted & (expected.subject == subject) & (labels == task)
            assert_array_equal(trials.data[ours.to_numpy()], expected.data[theirs])
    assert trials.ch_names == expected.ch_names
