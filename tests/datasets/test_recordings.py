"""Recordings of one's own: folders and tables in, trials and labels out."""

import os
import shutil
from functools import partial
from pathlib import Path

import mne
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import EEGNetClassifier
from sklearn_eeg.datasets import load_eegmat, load_recordings
from sklearn_eeg.datasets.testing import write_edf, write_recordings
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import Flatten, Resample

SFREQ = 100
SUBJECT = r"S(\d+)"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch, request):
    if "real_folder" not in request.fixturenames:
        monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)


@pytest.fixture
def real_folder():
    root = os.environ.get("SKLEARN_EEG_DATA")
    if not root:
        pytest.skip("needs real recordings; SKLEARN_EEG_DATA names their folder")
    return Path(root)


@pytest.fixture
def folder(tmp_path):
    return write_recordings(tmp_path / "my study ü", n_subjects=2, sfreq=SFREQ)


def microvolts(file):
    """Five electrodes as MNE reads them."""
    return mne.io.read_raw_edf(file, verbose="error").get_data()[:5] * 1e6


def write(file, n_seconds=10, names=("Fz", "Cz"), sfreq=SFREQ, seed=0, **more):
    signals = np.random.default_rng(seed).normal(0, 20, (len(names), n_seconds * sfreq))
    return np.array(write_edf(file, signals, names, sfreq, **more))


def write_table(file, lines):
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


# A folder of files


def test_a_folder_is_read_with_names_that_are_clean_and_nothing_but_eeg(folder):
    trials, y = load_recordings(folder)
    assert y is None
    assert trials.ch_names == ("Fp1", "Fp2", "T7", "Cz", "O2")
    assert trials.sfreq == SFREQ and trials.unit == "uV" and trials.dtype == np.float32
    assert trials.axes == ("channel", "time")
    files = sorted(folder.rglob("*.edf"))
    assert_allclose(trials.data, [microvolts(file) for file in files], rtol=1e-5, atol=1e-4)


def test_trials_of_a_duration_are_cut_with_their_onsets(folder):
    trials, _ = load_recordings(folder, duration=4.0, step=2.0)
    assert trials.shape == (4 * 9, 5, 400)
    assert trials.metadata["onset"][:9].tolist() == [0.0, 2, 4, 6, 8, 10, 12, 14, 16]
    first = microvolts(folder / "S01/run1.edf")
    assert_allclose(trials.data[3], first[:, 600:1000], rtol=1e-5, atol=1e-4)


def test_nothing_is_guessed_from_names(folder):
    trials, _ = load_recordings(folder, duration=4.0)
    assert list(trials.metadata) == ["recording", "trial", "onset"]
    assert trials.metadata["recording"].tolist() == np.repeat([1, 2, 3, 4], 5).tolist()


def test_patterns_say_who_and_what_a_recording_is(folder):
    trials, y = load_recordings(
        folder, duration=7.0, subject=SUBJECT, session=r"run(\d)", label=r"(run\d)\.edf"
    )
    assert trials.subject.tolist() == ["01"] * 6 + ["02"] * 6
    assert trials.session.tolist() == (["1"] * 3 + ["2"] * 3) * 2
    assert y.tolist() == (["run1"] * 3 + ["run2"] * 3) * 2


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"P(\d+)", r"expected subject='P\(\\\\d\+\)' to be found .*got 'S01/run1.edf' without"),
        (r"S\d+", r"a pattern with one group, such as r'S\(\\d\+\)', got 'S\\\\d\+'"),
        (r"S(\d)(\d)", "a pattern with one group"),
        (r"S(\d+", r"expected subject to be a pattern, got 'S\(\\\\d\+' \(missing \)"),
    ],
)
def test_patterns_that_say_nothing_are_refused(pattern, said, folder):
    with pytest.raises(ValueError, match=said):
        load_recordings(folder, subject=pattern)


def test_files_that_only_belong_to_recordings_are_none(folder):
    info = mne.create_info(["Fp1", "Fp2", "T7", "Cz", "O2"], SFREQ, "eeg")
    raw = mne.io.RawArray(np.full((5, 2100), 1e-6), info, verbose="error")
    raw.save(folder / "S03_raw.fif", verbose="error")
    events = np.array([[100, 0, 1]])
    mne.Epochs(raw, events, tmax=0.2, baseline=None, verbose="error").save(
        folder / "S03-epo.fif", verbose="error"
    )
    mne.write_events(folder / "S03-eve.fif", events, verbose="error")
    (folder / ".S01.edf").write_bytes(b"hidden")
    (folder / "._run1.edf").write_bytes(b"of a Mac")
    (folder / ".git").mkdir()
    (folder / ".git" / "a.edf").write_bytes(b"hidden")
    (folder / "numbers.eeg").write_bytes(b"numbers of BrainVision")
    (folder / "notes.txt").write_text("notes")
    found = load_recordings(folder, dry_run=True)
    assert found["file"].tolist() == [
        "S01/run1.edf", "S01/run2.edf", "S02/run1.edf", "S02/run2.edf", "S03_raw.fif",
    ]  # fmt: skip


def test_parts_of_a_split_fif_file_are_read_once(tmp_path):
    info = mne.create_info([f"EEG{k:03}" for k in range(40)], 1000.0, "eeg")
    signals = np.random.default_rng(0).normal(size=(40, 30_000))
    raw = mne.io.RawArray(signals * 1e-6, info, verbose="error")
    for style in ("neuromag", "bids"):
        there = tmp_path / style
        there.mkdir()
        raw.save(there / "a_raw.fif", split_size="2.5MB", split_naming=style, verbose="error")
        assert len(list(there.iterdir())) > 1
        trials, _ = load_recordings(there)
        assert_allclose(trials.data[0], signals, rtol=1e-5, atol=1e-6)


def test_files_may_be_chosen_by_a_pattern(folder):
    trials, _ = load_recordings(folder, glob="S02/*1.edf")
    assert len(trials) == 1
    with pytest.raises(
        FileNotFoundError, match=r"recordings such as \*\*/\*\.bdf in .* none among"
    ):
        load_recordings(folder, glob="**/*.bdf")


def test_a_file_or_several_are_taken_like_a_folder(folder):
    one, _ = load_recordings(folder / "S01" / "run1.edf")
    two, _ = load_recordings([folder / "S02" / "run1.edf", str(folder / "S01" / "run1.edf")])
    assert_array_equal(two.data[1], one.data[0])


def test_a_folder_without_recordings_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("none")
    with pytest.raises(
        FileNotFoundError, match=r"expected recordings such as \*\.edf in .*among 1"
    ):
        load_recordings(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"got '.*nowhere', which is not there"):
        load_recordings(tmp_path / "nowhere")
    with pytest.raises(TypeError, match=r"load_recordings: expected a folder, a file, .*NoneT"):
        load_recordings(None)


# Events


def test_annotations_are_trials_and_their_texts_the_labels(folder):
    trials, y = load_recordings(folder, subject=SUBJECT, events=True)
    assert trials.shape == (36, 5, 200)
    assert y[:4].tolist() == ["T0", "T1", "T0", "T2"]
    assert trials.metadata["onset"][:4].tolist() == [0.0, 2.0, 4.0, 6.0]
    assert_array_equal(trials.metadata["event"], y)


@pytest.mark.parametrize(
    ("events", "labels"),
    [
        ("T1", ["T1", "T1"]),
        (["T2", "T1"], ["T1", "T2", "T1", "T2"]),
        ({"T1": "left", "T2": "right"}, ["left", "right", "left", "right"]),
        ({"T1": 0, "T2": 1}, [0, 1, 0, 1]),
    ],
)
def test_labels_are_those_asked_for(events, labels, folder):
    trials, y = load_recordings(folder / "S01/run1.edf", events=events)
    assert y.tolist() == labels
    assert set(trials.metadata["event"]) <= {"T1", "T2"}


def test_an_event_becomes_as_many_trials_as_fit_and_at_least_one(folder):
    shorter, _ = load_recordings(folder / "S01/run1.edf", events="T1", duration=0.5)
    assert shorter.metadata["onset"].tolist() == [2.0, 2.5, 3.0, 3.5, 10.0, 10.5, 11.0, 11.5]
    assert shorter.metadata["trial"].tolist() == [1] * 4 + [2] * 4
    longer, _ = load_recordings(folder / "S01/run1.edf", events="T1", duration=3.0)
    assert longer.shape == (2, 5, 300)


def test_an_offset_moves_the_beginning(folder):
    trials, _ = load_recordings(folder / "S01/run1.edf", events="T1", duration=1.0, offset=-0.5)
    assert trials.metadata["onset"].tolist() == [1.5, 2.5, 9.5, 10.5]


def test_events_too_near_to_the_end_are_left_out_in_words(folder):
    with pytest.warns(UserWarning, match=r"left out 1 trials or stretches that reach beyond"):
        trials, _ = load_recordings(folder / "S01/run1.edf", events="T0", duration=6.0)
    assert len(trials) == 4


def test_recordings_without_such_events_are_left_out_in_words(folder):
    write(folder / "S03.edf", 8, names=["Fp1", "Fp2", "T7", "Cz", "O2"])
    with pytest.warns(UserWarning, match=r"recordings without a trial \(1, such as S03\.edf\)"):
        trials, _ = load_recordings(folder, subject=SUBJECT, events="T1")
    assert set(trials.subject) == {"01", "02"}
    assert set(trials.metadata["recording"]) == {1, 2, 3, 4}


def test_events_that_nobody_has_are_refused_with_those_that_are_there(folder):
    with pytest.raises(ValueError, match=r"the events T7 from .*, got T0 20, T1 8, T2 8; change"):
        load_recordings(folder, events="T7")
    with pytest.raises(ValueError, match="got T0 5, T1 2, T2 2, 2 of which reach beyond"):
        load_recordings(folder / "S01/run1.edf", events="T2", duration=60.0)


@pytest.mark.parametrize("events", [[], {}, False, "", [""], 1.5, [["T1"]], [True]])
def test_no_events_are_refused(events, folder):
    with pytest.raises(ValueError, match="expected events to be names of annotations or codes"):
        load_recordings(folder, events=events)


def test_markers_without_a_duration_need_one(folder, tmp_path):
    write(tmp_path / "a.edf", annotations=[(1.0, 0.0, "Stimulus/S  1"), (5, 0, "Stimulus/S  2")])
    with pytest.raises(ValueError, match="expected duration=, in seconds, for events"):
        load_recordings(tmp_path / "a.edf", events="Stimulus/S 1")
    trials, y = load_recordings(tmp_path / "a.edf", events="Stimulus/S 1", duration=0.5)
    assert trials.shape == (1, 2, 50) and y.tolist() == ["Stimulus/S 1"]


def test_codes_of_a_trigger_channel_are_events(tmp_path):
    info = mne.create_info(["Fz", "Cz", "STI 014"], 200.0, ["eeg", "eeg", "stim"])
    data = np.random.default_rng(0).normal(size=(3, 2000)) * 1e-6
    data[2] = 0
    for sample, code in [(200, 1), (600, 2), (1000, 1), (1400, 8)]:
        data[2, sample : sample + 5] = code
    raw = mne.io.RawArray(data, info, first_samp=900, verbose="error")
    raw.save(tmp_path / "a_raw.fif", fmt="double", verbose="error")
    trials, y = load_recordings(tmp_path, events={1: "left", 2: "right"}, duration=1.0)
    assert y.tolist() == ["left", "right", "left"]
    assert trials.metadata["onset"].tolist() == [1.0, 3.0, 5.0]
    assert_allclose(trials.data[1], data[:2, 600:800] * 1e6, rtol=1e-5)


def test_codes_without_a_trigger_channel_are_refused(folder):
    with pytest.raises(ValueError, match=r"expected a trigger channel in .*run1\.edf for events"):
        load_recordings(folder, events=[1], duration=1.0)


def test_onsets_count_from_the_first_sample_whatever_the_clock_says(tmp_path):
    info = mne.create_info(["Fz"], 100.0, "eeg")
    raw = mne.io.RawArray(np.arange(3000.0)[None] * 1e-6, info, first_samp=500, verbose="error")
    raw.set_meas_date(0)
    # Marks count from the clock of the recording, whose first sample is its 500th.
    raw.set_annotations(mne.Annotations([5.0 + 3.0], [1.0], ["go"], orig_time=0))
    raw.save(tmp_path / "a_raw.fif", fmt="double", verbose="error")
    trials, _ = load_recordings(tmp_path, events="go")
    assert trials.metadata["onset"].tolist() == [3.0]
    assert_allclose(trials.data[0, 0, :3], [300, 301, 302])


@pytest.mark.parametrize("bad", ["BAD_blink", "bad", "EDGE boundary", "boundary"])
def test_trials_that_touch_what_is_bad_are_left_out_in_words(bad, tmp_path):
    write(tmp_path / "a.edf", 10, annotations=[(2.5, 0.0, bad), (5.9, 1.2, bad)])
    with pytest.warns(UserWarning, match=r"left out 4 trials or stretches that touch what is"):
        trials, _ = load_recordings(tmp_path / "a.edf", duration=1.0)
    assert trials.metadata["onset"].tolist() == [0.0, 1.0, 3.0, 4.0, 8.0, 9.0]
    everything, _ = load_recordings(tmp_path / "a.edf", duration=1.0, reject_by_annotation=False)
    assert len(everything) == 10


def test_what_is_marked_as_bad_is_no_event(tmp_path):
    write(tmp_path / "a.edf", 10, annotations=[(1.0, 1.0, "go"), (5.0, 1.0, "BAD_go")])
    assert load_recordings(tmp_path / "a.edf", events=True)[1].tolist() == ["go"]


# A table


def test_a_table_says_who_and_what_a_recording_is(folder):
    trials, y = load_recordings(folder / "recordings.csv", duration=7.0)
    assert list(trials.metadata) == ["recording", "trial", "subject", "session", "onset"]
    assert trials.subject.tolist() == [1] * 6 + [2] * 6
    assert trials.session.tolist() == [1, 1, 1, 2, 2, 2] * 2
    assert y.tolist() == (["rest"] * 3 + ["task"] * 3) * 2
    same, _ = load_recordings(folder, duration=7.0)
    assert_array_equal(trials.data, same.data)


def test_files_are_named_from_the_table_wherever_one_stands(folder, monkeypatch, tmp_path):
    monkeypatch.chdir(folder)
    frame = pd.read_csv("recordings.csv")
    here, y = load_recordings(frame)
    there, same = load_recordings(Path("recordings.csv"))
    assert_array_equal(here.data, there.data)
    assert_array_equal(y, same)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"expected a recording .*run1\.edf, which is not"):
        load_recordings(frame)
    absolute = frame.assign(file=[str(folder / name) for name in frame["file"]])
    assert_array_equal(load_recordings(absolute)[0].data, there.data)


def test_a_frame_is_not_changed(folder, monkeypatch):
    monkeypatch.chdir(folder)
    frame = pd.read_csv("recordings.csv").rename(columns={"subject": "who"})
    before = frame.copy()
    load_recordings(frame, subject="who")
    pd.testing.assert_frame_equal(frame, before)


def test_columns_may_have_other_names_and_further_ones_come_along(folder):
    lines = ["file,who,group,age", "S01/run1.edf,007,patient,34", "S02/run1.edf,012,healthy,41"]
    table = write_table(folder / "other.csv", lines)
    trials, y = load_recordings(table, subject="who", label="group")
    # What is a number loses nothing; a code with zeros in front stays one.
    assert trials.subject.tolist() == ["007", "012"]
    assert y.tolist() == ["patient", "healthy"]
    assert trials.metadata["age"].tolist() == [34, 41]
    assert "who" not in trials.metadata and "group" not in trials.metadata


def test_a_row_may_be_a_stretch(folder):
    lines = ["file,subject,label,start,stop", "S01/run1.edf,1,a,2,7.5", "S01/run1.edf,1,b,10,"]
    trials, y = load_recordings(write_table(folder / "t.csv", lines))
    assert trials.is_ragged and [trial.shape for trial in trials.data] == [(5, 550), (5, 1100)]
    assert y.tolist() == ["a", "b"]
    assert trials.metadata["onset"].tolist() == [2.0, 10.0]
    assert trials.metadata["trial"].tolist() == [1, 2]
    whole = microvolts(folder / "S01/run1.edf")
    assert_allclose(trials.data[0], whole[:, 200:750], rtol=1e-5, atol=1e-4)
    pieces, y = load_recordings(folder / "t.csv", duration=2.0)
    assert y.tolist() == ["a"] * 2 + ["b"] * 5
    assert pieces.metadata["onset"].tolist() == [2.0, 4.0, 10.0, 12.0, 14.0, 16.0, 18.0]


def test_a_row_may_be_an_event(folder):
    lines = ["file,label,onset,duration", "S01/run1.edf,a,3,", "S01/run1.edf,b,4.5,2.5"]
    trials, y = load_recordings(write_table(folder / "t.csv", lines), duration=1.0)
    assert trials.metadata["onset"].tolist() == [3.0, 4.5, 5.5]
    assert y.tolist() == ["a", "b", "b"]
    lines = ["file,label,onset", "S01/run1.edf,a,3", "S01/run1.edf,b,4.5"]
    trials, _ = load_recordings(write_table(folder / "t.csv", lines), duration=1.5, offset=0.25)
    assert trials.metadata["onset"].tolist() == [3.25, 4.75]


def test_events_are_looked_for_within_the_rows_of_a_table(folder):
    lines = ["file,subject,start,stop", "S01/run1.edf,1,0,8", "S02/run1.edf,2,8,"]
    trials, _ = load_recordings(write_table(folder / "t.csv", lines), events=["T1", "T2"])
    assert trials.metadata["onset"].tolist() == [2.0, 6.0, 10.0, 14.0]
    assert trials.subject.tolist() == [1, 1, 2, 2]


def test_trials_are_counted_through_the_runs_of_a_session(folder):
    lines = ["file,subject,session", "S01/run1.edf,1,1", "S01/run2.edf,1,1", "S02/run1.edf,2,1"]
    trials, _ = load_recordings(write_table(folder / "t.csv", lines), events=["T1"])
    assert trials.metadata["trial"].tolist() == [1, 2, 3, 4, 1, 2]
    assert trials.metadata["recording"].tolist() == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("encoding", "sep", "number"),
    [("utf-8-sig", ",", "2.5"), ("utf-8", ";", "2,5"), ("utf-8", "\t", "2.5")],
)
def test_tables_of_spreadsheets_are_understood(encoding, sep, number, folder):
    shutil.copy(folder / "S01/run1.edf", folder / "Prüf, 1.edf")
    name = '"Prüf, 1.edf"'
    lines = [["file", " subject", "start", "label"], [name, "1", number, "wach"]]
    text = "\r\n".join(sep.join(line) for line in lines) + "\r\n"
    (folder / "t.csv").write_bytes(text.encode(encoding))
    trials, y = load_recordings(folder / "t.csv", duration=1.0)
    assert trials.metadata["onset"][0] == 2.5 and set(trials.subject) == {1} and y[0] == "wach"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["a,b", "1,2"], "expected a column 'file' in the table of recordings, got the columns a"),
        (["file,subject"], "expected at least one recording in the table, got no rows"),
        (["file,subject", ",1"], "expected the file of every recording, got none in row 1"),
        (
            ["file,subject", "S01/run1.edf,1", "S02/run1.edf,"],
            "expected the subject of every recording, got none in row 2",
        ),
        (["file,label", "S01/run1.edf,"], "expected the label of every recording"),
        (["file,start", "S01/run1.edf,early"], "in the column 'start', got 'early' in row 1"),
        (["file,onset", "S01/run1.edf,"], "expected the onset of every recording"),
        (["file,start,onset", "S01/run1.edf,1,1"], "or onset and duration of events, got both"),
        (["file", "S01/run1.edf", "S01/run1.edf"], r"once, got S01/run1\.edf again in row 2"),
        (
            ["file,start,stop", "S01/run1.edf,3,30"],
            r"S01/run1.edf: expected a stretch within its 21 s, got one from 3 s to 30 s",
        ),
        (["file,start,stop", "S01/run1.edf,5,3"], "got one from 5 s to 3 s"),
        (["file,stop", "S01/run1.edf,inf"], "seconds in the column 'stop', got 'inf' in row 1"),
        (["file,label", "S01/run1.edf,NA"], "got none in row 1; words such as NA in a table mean"),
        (["file,label", "S01/run1.edf,a,b"], "as many cells in each row as the header has, got"),
        (["file,label", "S01/run1.edf,a", "x,b,"], "as many cells in each row as the header has"),
        (["file,start", "S01/run1.edf,-1"], "got one from -1 s to 21 s"),
    ],
)  # fmt: skip
def test_tables_that_say_too_little_are_refused(lines, said, folder):
    with pytest.raises(ValueError, match=said):
        load_recordings(write_table(folder / "t.csv", lines))


@pytest.mark.parametrize("content", [b"", b"\n", b"file\n\xff\xfe", b"\xff\xfef\x00i\x00"])
def test_files_that_are_no_tables_are_refused(content, tmp_path):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(ValueError, match=r"expected a table (of recordings|in UTF-8) in .*t\.csv"):
        load_recordings(tmp_path / "t.csv")


def test_columns_twice_and_files_twice_are_refused(folder):
    file = str(folder / "S01/run1.edf")
    frame = pd.DataFrame([[file, 1, 2]], columns=["file", "subject", "subject"])
    with pytest.raises(ValueError, match="each column of the table once, got 'subject' twice"):
        load_recordings(frame)
    with pytest.raises(ValueError, match=r"once, got .*run1\.edf again in row 2"):
        load_recordings([file, file])
    with pytest.raises(ValueError, match="at least one recording, got an empty list"):
        load_recordings([])


def test_words_beside_numbers_are_no_labels(folder):
    files = [str(folder / "S01/run1.edf"), str(folder / "S01/run2.edf")]
    with pytest.raises(ValueError, match="labels that are all words or all numbers, got both"):
        load_recordings(pd.DataFrame({"file": files, "label": [0, "rest"]}))
    numbers = load_recordings(pd.DataFrame({"file": files, "label": [0.5, 1.5]}))[1]
    assert numbers.tolist() == [0.5, 1.5]
    with pytest.raises(ValueError, match="subjects that are all words or all numbers, got both"):
        load_recordings(pd.DataFrame({"file": files, "subject": [1, "1"]}))


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("subject", [1], r"expected the subject of .* a word or a number, got \[1\] in row 1"),
        ("label", (1, 2), r"expected the label of .* a word or a number, got \(1, 2\) in row 1"),
        ("session", {"a": 1}, "expected the session of every recording to be a word or a number"),
        ("start", pd.Timedelta("2s"), "expected seconds in the column 'start', got Timedelta"),
        ("stop", pd.Timestamp("2020-01-01"), "expected seconds in the column 'stop', got Times"),
        ("stop", np.inf, "expected seconds in the column 'stop', got .*inf"),
    ],
)
def test_frames_of_other_things_are_refused(column, value, said, folder):
    frame = pd.DataFrame({"file": [str(folder / "S01/run1.edf")], column: [value]})
    with pytest.raises(ValueError, match=rf"^load_recordings: {said}"):
        load_recordings(frame)
    frame.columns = pd.MultiIndex.from_tuples([("file", "a"), (column, "b")])
    with pytest.raises(ValueError, match="expected a column 'file' in the table of recordings"):
        load_recordings(frame)


def test_columns_of_the_user_own_count_before_ours(folder):
    frame = {"file": [str(folder / "S01/run1.edf")], "name": ["x"], "recording": [9], "trial": [4]}
    row = load_recordings(pd.DataFrame(frame))[0].metadata.iloc[0]
    assert row[["name", "recording", "trial", "onset"]].tolist() == ["x", 9, 4, 0.0]


def test_labels_of_two_sources_are_refused(folder):
    with pytest.raises(ValueError, match="labels either from events or from the table or pattern"):
        load_recordings(folder / "recordings.csv", events="T1")


# What is read


def test_subjects_and_sessions_that_are_wanted_are_read(folder):
    table = folder / "recordings.csv"
    (folder / "S01/run1.edf").write_bytes(b"broken, and not looked at")
    trials, _ = load_recordings(table, subjects=[2], sessions=[2])
    assert trials.subject.tolist() == [2] and trials.session.tolist() == [2]
    named, _ = load_recordings(folder, subject=SUBJECT, subjects="02")
    assert set(named.subject) == {"02"}
    with pytest.raises(ValueError, match=r"expected subjects to be some of 1, 2, got 3"):
        load_recordings(table, subjects=[2, 3])
    with pytest.raises(ValueError, match="expected to know the subject of each recording"):
        load_recordings(folder, subjects=["02"])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_signals_have_the_type_that_is_asked_for(dtype, folder):
    assert load_recordings(folder, dtype=dtype)[0].dtype == dtype


@pytest.mark.parametrize(
    ("channels", "names"),
    [
        (["T3", "cz"], ("T3", "cz")),
        ("common", ("Fp1", "Fp2", "T7", "Cz", "O2")),
        (["ECG ECG", "EEG O2-REF"], ("ECG ECG", "EEG O2-REF")),
    ],
)
def test_channels_come_in_the_order_asked_for_by_the_names_given(channels, names, folder):
    trials, _ = load_recordings(folder / "S01/run1.edf", channels=channels)
    assert trials.ch_names == names
    raw = mne.io.read_raw_edf(folder / "S01/run1.edf", verbose="error")
    places = {"T3": 2, "cz": 3, "ECG ECG": 5, "EEG O2-REF": 4, "Fp1": 0, "Fp2": 1, "T7": 2}
    places |= {"Cz": 3, "O2": 4}
    rows = [places[name] for name in names]
    assert_allclose(trials.data[0], raw.get_data()[rows] * 1e6, rtol=1e-5, atol=1e-4)


def test_channels_in_another_order_are_brought_to_that_of_the_first(tmp_path):
    first = write(tmp_path / "a.edf", names=["EEG Fz-REF", "Cz.", "T3"])
    other = write(tmp_path / "b.edf", names=["T7", "FZ", "CZ"], seed=1)
    trials, _ = load_recordings(tmp_path)
    assert trials.ch_names == ("Fz", "Cz", "T7")
    assert_allclose(trials.data, [first, other[[1, 2, 0]]], rtol=1e-5, atol=1e-4)


def test_other_channels_are_refused_or_brought_to_common_ones(tmp_path):
    first = write(tmp_path / "a.edf", names=["Fz", "Cz", "Pz"])
    other = write(tmp_path / "b.edf", names=["Oz", "Pz", "Cz"], seed=1)
    with pytest.raises(
        ValueError, match=r"b.edf: expected 3 channels, Fz, Cz, Pz, got 3, without Fz and with Oz b"
    ):
        load_recordings(tmp_path)
    common, _ = load_recordings(tmp_path, channels="common")
    assert common.ch_names == ("Cz", "Pz")
    assert_allclose(common.data, [first[1:], other[[2, 1]]], rtol=1e-5, atol=1e-4)
    with pytest.raises(ValueError, match=r"b\.edf: expected 2 channels, Fz, Cz, got 3, without Fz"):
        load_recordings(tmp_path, channels=["Fz", "Cz"])
    lost, _ = load_recordings(tmp_path, channels=["Fz", "Cz"], missing="nan")
    assert_array_equal(np.isnan(lost.data).all(-1), [[False, False], [True, False]])
    assert_allclose(lost.data[1, 1], other[2], rtol=1e-5, atol=1e-4)


def test_recordings_without_a_common_channel_are_refused(tmp_path):
    write(tmp_path / "a.edf", names=["Fz", "Cz"])
    write(tmp_path / "b.edf", names=["Oz", "Pz"], seed=1)
    with pytest.raises(ValueError, match=r"channels that all 2 recordings have, got none; a\.edf"):
        load_recordings(tmp_path, channels="common")
    with pytest.raises(ValueError, match=r"b\.edf: expected 2 channels, Fz, Cz, got 2, without"):
        load_recordings(tmp_path, channels=["Fz", "Cz"], missing="nan")


def test_a_montage_is_filled_where_channels_are_missing(folder):
    trials, _ = load_recordings(folder / "S01/run1.edf", channels="10-20", missing="nan")
    assert trials.shape[1] == 19
    there = dict(zip(trials.ch_names, ~np.isnan(trials.data[0]).all(-1), strict=True))
    assert {name for name, is_there in there.items() if is_there} == {
        "Fp1",
        "Fp2",
        "T7",
        "Cz",
        "O2",
    }


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"channels": "Fz"}, "expected channels to be names, 'common' or one of seed-62, deap-32"),
        ({"channels": ["T3", "T7"]}, "expected each electrode once, got 'T3' and 'T7'"),
        ({"channels": []}, "got none among the channels"),
        ({"missing": "drop"}, "missing"),
        ({"bads": "drop"}, "bads"),
        ({"duration": 0}, "expected duration of at least 0.01 s at 100 Hz, got 0 s"),
        ({"duration": np.nan}, "expected duration of at least"),
        ({"duration": 1.0, "step": 0}, "expected step of at least"),
        ({"step": 1.0}, "expected step with duration, got step alone"),
        ({"offset": np.inf}, "expected offset to be a finite number, got inf"),
        ({"duration": 1e6}, "shorter than a trial"),
        ({"sfreq": -1}, "expected sfreq to be a finite number above 0 or None, got -1"),
        ({"sfreq": 0}, "expected sfreq to be a finite number above 0 or None, got 0"),
        ({"events": {"T1": "left", "T2": 1}}, "expected labels of events that are all words or"),
        ({"events": {"T1": None}}, "expected labels of events .*, got None; give a mapping"),
        ({"events": {"T1": np.nan}}, "expected labels of events .*, got nan; give a mapping"),
        ({"events": {"T1": [1, 2]}}, r"expected labels of events .*, got \[1, 2\]; give"),
        ({"subject": "()"}, "to be found in the name of every recording, got 'S01/run1.edf'"),
        ({"sfreq": 1e9}, "within a factor of"),
        ({"dtype": "int16"}, "expected dtype to be one of floating numbers, .* got 'int16'"),
        ({"unit": "parsec"}, "expected unit to be one of"),
        ({"glob": "/etc/*"}, r"expected glob to be a pattern .* got '/etc/\*'"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings, said, folder):
    with pytest.raises(ValueError, match=rf"load_recordings: .*{said}"):
        load_recordings(folder, **settings)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("duration", ["4", True, [2]]),
        ("offset", ["1", None, True]),
        ("sfreq", ["128", True, np.array([128])]),
        ("channels", [5, True, [None], ["Cz", 5], {"Cz"}]),
        ("subject", [5, b"S(.)", []]),
        ("session", [5]),
        ("label", [[], 5]),
        ("glob", [5, b"*"]),
        ("reject_by_annotation", [None, 1, "yes"]),
        ("dry_run", [None, 1, "yes"]),
    ],
)
def test_settings_of_a_wrong_kind_are_refused_by_their_names(name, values, folder):
    for value in values:
        with pytest.raises(TypeError, match=rf"^load_recordings: expected {name} "):
            load_recordings(folder, **{name: value})


@pytest.mark.parametrize("source", [[None], [5], {"S01.edf"}, 5, b"folder"])
def test_sources_of_a_wrong_kind_are_refused(source):
    with pytest.raises(TypeError, match=r"^load_recordings: expected "):
        load_recordings(source)


def test_each_file_may_be_a_subject_or_a_label(folder):
    trials, y = load_recordings(folder, subject="file", label="file")
    assert (
        trials.subject.tolist()
        == y.tolist()
        == [f"S0{k}/run{n}.edf" for k in (1, 2) for n in (1, 2)]
    )


def test_other_rates_are_refused_or_resampled(tmp_path):
    first = write(tmp_path / "a.edf", sfreq=200)
    other = write(tmp_path / "b.edf", sfreq=250, seed=1)
    with pytest.raises(ValueError, match=r"b\.edf: expected 200 Hz as in a\.edf, got 250 Hz; gi"):
        load_recordings(tmp_path)
    trials, _ = load_recordings(tmp_path, sfreq=128, duration=2.0)
    assert trials.shape == (10, 2, 256) and trials.sfreq == 128
    for signals, sfreq, rows in [(first, 200, slice(5)), (other, 250, slice(5, 10))]:
        whole = Resample(128).fit_transform(Trials(signals[None].astype("f4"), sfreq=sfreq)).data[0]
        expected = whole.reshape(2, 5, 256).swapaxes(0, 1)
        assert_allclose(trials.data[rows], expected, atol=1e-2)


def test_bad_channels_are_lost_or_kept(tmp_path):
    info = mne.create_info(["Fz", "Cz"], 100.0, "eeg")
    raw = mne.io.RawArray(np.ones((2, 500)) * 1e-6, info, verbose="error")
    raw.info["bads"] = ["Cz"]
    raw.save(tmp_path / "a_raw.fif", verbose="error")
    assert_array_equal(np.isnan(load_recordings(tmp_path)[0].data[0, :, 0]), [False, True])
    assert not np.isnan(load_recordings(tmp_path, bads="keep")[0].data).any()


def test_names_that_say_nothing_are_left_out_in_words(tmp_path):
    write(tmp_path / "a.edf", names=["Fz", "Cz", "POL X1"])
    with pytest.warns(UserWarning, match=r"left out the channels POL X1, whose names say nothing"):
        trials, _ = load_recordings(tmp_path)
    assert trials.ch_names == ("Fz", "Cz")
    assert load_recordings(tmp_path, channels=["Fz", "POL X1"])[0].shape[1] == 2


def test_other_formats_come_by_a_reader_of_the_users_own(tmp_path):
    np.save(tmp_path / "a.npy", np.random.default_rng(0).normal(size=(2, 500)))

    def read(file, sfreq):
        info = mne.create_info(["Fz", "Cz"], sfreq, "eeg")
        return mne.io.RawArray(np.load(file) * 1e-6, info, verbose="error")

    trials, _ = load_recordings(tmp_path, glob="*.npy", reader=partial(read, sfreq=250.0))
    assert trials.sfreq == 250
    assert_allclose(trials.data[0], np.load(tmp_path / "a.npy"), rtol=1e-5)
    with pytest.raises(ValueError, match=r"ends in one of \.edf.*reader="):
        load_recordings(tmp_path, glob="*.npy")
    with pytest.raises(
        TypeError, match=r"expected reader to return an mne\.io\.BaseRaw of .*a\.npy"
    ):
        load_recordings(tmp_path, glob="*.npy", reader=np.load)
    with pytest.raises(
        ValueError, match=r"expected reader to read .*a\.npy, got ZeroDivisionError"
    ):
        load_recordings(tmp_path, glob="*.npy", reader=lambda file: 1 / 0)


def test_numbers_that_are_kept_are_those_of_the_files_that_hold_them(tmp_path):
    folder, kept = tmp_path / "a", tmp_path / "kept"
    folder.mkdir()
    info = mne.create_info(["Fz", "Cz"], 100.0, "eeg")
    signals = np.random.default_rng(0).normal(0, 20, (2, 500))
    for factor in (1, 2):
        raw = mne.io.RawArray(factor * signals * 1e-6, info, verbose="error")
        mne.export.export_raw(folder / "a.vhdr", raw, overwrite=True, verbose="error")
        plain, _ = load_recordings(folder, duration=2.0, step=1.0)
        assert_allclose(plain.data[0], factor * signals[:, :200], atol=0.1)
        for _ in range(2):
            mapped, _ = load_recordings(folder, duration=2.0, step=1.0, cache=kept)
            assert_array_equal(np.asarray(mapped), plain.data)
            pd.testing.assert_frame_equal(mapped.metadata, plain.metadata)


# Faults


def damage(file, how):
    content = file.read_bytes()
    if how == "empty":
        file.write_bytes(b"")
    elif how == "truncated":
        file.write_bytes(content[: len(content) // 2])
    elif how == "renamed":
        file.rename(file.with_suffix(".fif"))
    elif how == "duplicated":
        shutil.copy(file, file.with_name("copy of run2.edf"))
    elif how == "gone":
        file.unlink()


@pytest.mark.parametrize(
    ("how", "error", "said"),
    [
        ("empty", ValueError, r"expected a recording in .*run2\.edf, got an empty file"),
        ("truncated", ValueError, r"expected 21 records in .*run2\.edf, got 9 whole ones"),
        ("renamed", FileNotFoundError, r"expected a recording .*run2\.edf, which is not there"),
        ("gone", FileNotFoundError, r"expected a recording .*run2\.edf, which is not there"),
    ],
)  # fmt: skip
def test_a_damaged_recording_is_refused_by_its_name(how, error, said, folder):
    damage(folder / "S01/run2.edf", how)
    with pytest.raises(error, match=said):
        load_recordings(folder / "recordings.csv")


def test_a_renamed_recording_in_a_folder_is_refused(folder):
    damage(folder / "S01/run2.edf", "renamed")
    with pytest.raises(ValueError, match=r"expected FIF in .*run2\.fif, as its extension says"):
        load_recordings(folder)


def test_one_recording_by_two_names_is_refused(folder):
    damage(folder / "S01/run2.edf", "duplicated")
    said = r"each recording once, got S01/copy of run2\.edf and S01/run2\.edf with the same content"
    with pytest.raises(ValueError, match=said):
        load_recordings(folder)


def test_recordings_alike_at_both_ends_are_not_one(tmp_path):
    signals = np.zeros((2, 60_000))
    for name, place in [("a", 9_000), ("b", 9_100)]:
        signals[:, place] = 50
        signals[:, 0] = 100
        write_edf(tmp_path / f"{name}.edf", signals, ["Fz", "Cz"], 500)
    assert len(load_recordings(tmp_path)[0]) == 2


def test_the_first_of_several_problems_tells_of_the_others(folder):
    damage(folder / "S01/run1.edf", "empty")
    damage(folder / "S02/run2.edf", "truncated")
    with pytest.raises(
        ValueError, match="1 more of 4 recordings have problems; dry_run=True lists"
    ):
        load_recordings(folder)


# A dry run


def test_a_dry_run_tells_what_is_there_and_reads_no_signals(folder, monkeypatch):
    damage(folder / "S01/run2.edf", "truncated")
    write(folder / "S03.edf", 8, names=["Fp1", "Fp2", "T7", "Cz", "O2", "X9"], sfreq=250)
    monkeypatch.setattr("sklearn_eeg.datasets._recordings.read_signals", None)
    found = load_recordings(folder, subject=SUBJECT, events=["T1", "T2"], dry_run=True)
    assert found["file"].tolist() == [
        "S01/run1.edf", "S01/run2.edf", "S02/run1.edf", "S02/run2.edf", "S03.edf",
    ]  # fmt: skip
    assert found["subject"].tolist() == ["01", "01", "02", "02", "03"]
    assert found["format"].tolist() == ["edf"] * 5
    first = found.iloc[0]
    assert (first["sfreq"], first["seconds"], first["n_channels"], first["n_trials"]) == (
        100,
        21,
        5,
        4,
    )
    assert first["labels"] == {"T1": 2, "T2": 2}
    assert first["events"] == {"T0": 5, "T1": 2, "T2": 2}
    assert first["channels"] == ("Fp1", "Fp2", "T7", "Cz", "O2") and first["problem"] == ""
    assert "the file is truncated" in found["problem"][1]
    assert found["problem"][4] == (
        "S03.edf: expected 100 Hz as in S01/run1.edf, got 250 Hz; give sfreq= to bring all to one "
        "rate."
    )
    assert found["unknown"][4] == ("X9",)


def test_what_most_have_is_what_others_differ_from(tmp_path):
    write(tmp_path / "a.edf", names=["Fz", "Oz"])
    for name in "bcd":
        write(tmp_path / f"{name}.edf", names=["Fz", "Cz"], seed=ord(name))
    found = load_recordings(tmp_path, dry_run=True)
    assert found["problem"].ne("").tolist() == [True, False, False, False]


# All the way


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(DEExtractor(), Flatten(), LogisticRegression()),
        EEGNetClassifier(max_epochs=1, random_state=0),
    ],
    ids=["logistic", "EEGNet"],
)
def test_an_evaluation_runs_from_files_to_scores(model, tmp_path):
    folder = write_recordings(tmp_path, n_subjects=4, n_runs=1)
    trials, y = load_recordings(folder, subject=SUBJECT, events=["T1", "T2"], duration=1.0)
    result = evaluate(model, trials, y, cv=GroupKFold(2), logistic=False)
    assert len(result.predictions) == len(trials)


# Real recordings


def test_motor_imagery_has_its_annotations_as_labels(real_folder):
    events = {"T1": "left", "T2": "right"}
    trials, y = load_recordings(real_folder / "S001R03.edf", events=events, duration=4.0)
    assert trials.shape == (15, 64, 640) and trials.sfreq == 160
    assert (y == "left").sum() == 8 and (y == "right").sum() == 7
    assert trials.ch_names[:3] == ("FC5", "FC3", "FC1") and trials.ch_names[-1] == "Iz"
    raw = mne.io.read_raw_edf(real_folder / "S001R03.edf", verbose="error")
    found, codes = mne.events_from_annotations(raw, verbose="error")
    epochs = mne.Epochs(
        raw,
        found[found[:, 2] != codes["T0"]],
        tmin=0,
        tmax=4 - 1 / 160,
        baseline=None,
        verbose="error",
    )
    assert_allclose(trials.data, epochs.get_data() * 1e6, rtol=1e-5, atol=1e-4)


def test_eegmat_has_the_numbers_of_its_own_reader(real_folder):
    own, y = load_recordings(
        real_folder / "eegmat",
        subject=r"Subject(\d\d)",
        label=r"_([12])\.edf",
        duration=20.0,
        subjects=["02", "04"],
    )
    named, z = load_eegmat(real_folder / "eegmat", duration=60.0)
    assert own.ch_names == tuple(
        {"T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8"}.get(name, name) for name in named.ch_names
    )
    early = np.flatnonzero(own.metadata["onset"] < 60)
    theirs = np.flatnonzero(np.isin(named.subject, [2, 4]))
    assert_array_equal(own.data[early], named.data[theirs])
    assert_array_equal(np.where(y[early] == "1", "rest", "arithmetic"), z[theirs])
    assert_array_equal(own.metadata["onset"][early], named.metadata["onset"][theirs])


@pytest.mark.parametrize(
    ("column", "found"), [("subject", "Subject"), ("subject", "participant_id"), ("label", "Label")]
)
def test_a_column_that_is_called_nearly_right_is_not_lost_in_silence(tmp_path, column, found):
    write_recordings(tmp_path, n_subjects=2, n_runs=1)
    table = pd.read_csv(tmp_path / "recordings.csv").rename(columns={column: found})
    table.to_csv(tmp_path / "renamed.csv", index=False)
    with pytest.warns(UserWarning, match=f"a column '{column}', got '{found}', which is metadata"):
        trials, _ = load_recordings(tmp_path / "renamed.csv")
    assert found in trials.metadata and column not in trials.metadata
    # Said, it is what it is called.
    load_recordings(tmp_path / "renamed.csv", **{column: found})
