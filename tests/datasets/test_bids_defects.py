"""Data sets in EEG-BIDS as they are found: read as they were meant, or refused in a sentence."""

import json
import os
import re
import shutil
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.datasets import load_bids
from sklearn_eeg.datasets.testing import write_bids, write_brainvision, write_edf
from sklearn_eeg.datasets.testing._bids import write_table

STEM = "sub-01/eeg/sub-01_task-film"
HEADER = ("name", "type", "units", "status")


@pytest.fixture
def folder(tmp_path):
    return write_bids(tmp_path)


@pytest.fixture
def sound(tmp_path):
    """What is read where nothing is wrong."""
    return load_bids(write_bids(tmp_path / "sound"))[0]


def edit(path, change, encoding="utf-8"):
    path.write_bytes(change(path.read_text(encoding="utf-8")).encode(encoding))


def assert_same(trials, sound):
    assert trials.ch_names == sound.ch_names
    assert_array_equal(trials.data, sound.data)


# Tables


@pytest.mark.parametrize("missing", ["n/a", "", " ", "NaN", "nan", "NA", "N/A", "n/a  "])
def test_missing_numbers_are_read_in_any_spelling(missing, folder, sound):
    rows = (
        f"onset\tduration\ttrial_type\n1.0 \t{missing}\tcalm\n{missing}\t2.0\thappy\n 6 \t2\tsad\n"
    )
    (folder / f"{STEM}_events.tsv").write_text(rows)
    trials, y = load_bids(folder, subjects="01", duration=2.0)
    assert_array_equal(y, ["calm", "sad"])
    assert_array_equal(trials.metadata["duration"], [np.nan, 2])
    assert_array_equal(trials.data, sound.data[[0, 2]])


def test_decimal_commas_are_decimal_points(folder, sound):
    edit(folder / f"{STEM}_events.tsv", lambda text: text.replace(".", ","))
    assert_same(load_bids(folder)[0], sound)


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-8-sig", "utf-16"])
def test_tables_in_other_encodings_are_read(encoding, folder, sound):
    path = folder / f"{STEM}_channels.tsv"
    assert "µV" in path.read_text(encoding="utf-8")
    edit(path, lambda text: text.replace("VEOG\tVEOG", "Äuge\tVEOG"), encoding)
    assert_same(load_bids(folder)[0], sound)
    assert load_bids(folder, subjects="01", channels=["Äuge"])[0].shape == (6, 1, 200)


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n\n", "\t\n", "\t\t\r\n"])
def test_ends_of_lines_do_not_matter(ending, folder, sound):
    edit(folder / f"{STEM}_events.tsv", lambda text: text.replace("\n", ending))
    edit(folder / "participants.tsv", lambda text: text.replace("\n", ending))
    assert_same(load_bids(folder)[0], sound)


def test_quotes_around_cells_are_none_of_the_text(folder, sound):
    for path in folder.glob("sub-*/eeg/*.tsv"):
        edit(path, lambda text: re.sub(r"[^\t\n]+", r'"\g<0>"', text))
    assert_same(load_bids(folder)[0], sound)


def test_a_lone_quote_swallows_no_rows(folder):
    edit(folder / f"{STEM}_events.tsv", lambda text: text.replace("happy", '"happy'))
    assert_array_equal(load_bids(folder, subjects="01")[1], ["calm", '"happy', "sad"] * 2)


def test_short_rows_lack_what_they_do_not_have(folder):
    edit(folder / f"{STEM}_events.tsv", lambda text: text.replace("\thappy", ""))
    assert_array_equal(load_bids(folder, subjects="01")[1], ["calm", "sad"] * 2)


@pytest.mark.parametrize(
    ("suffix", "content", "said"),
    [
        ("events", "onset,duration\n1,2\n", r"expected the columns onset in .*events\.tsv"),
        ("events", "sample\tduration\n100\t2\n", r"expected the columns onset in .*'sample'"),
        ("events", "onset\tonset\n1\t2\n", r"each once.*got 'onset', 'onset'"),
        ("events", "onset\tduration\n1\t2\tx\n", r"expected 2 columns .* got 3 in row 2: \['x'\]"),
        ("events", "onset\tduration\nsoon\t2\n", r"a number, got 'soon' in the column 'onset' of"),
        ("events", "onset\tduration\n1\tlong\n", r"got 'long' in the column 'duration' of"),
        ("events", "", r"got tables without rows; events=False"),
        ("events", "onset\tduration\n1\t-1\n", r"duration of -1 s at 1 s of sub-01.*duration="),
        ("events", "onset\tduration\n1\tn/a\n", r"duration of nan s at 1 s of sub-01"),
        ("events", "onset\tduration\n1\t0\n", r"duration of 0 s at 1 s of sub-01"),
        ("channels", "EEG\tunits\nFp1\tuV\n", r"expected the columns name in .*channels\.tsv"),
        ("channels", "name\ttype\nFp1\tMEG\nFp2\tTRIG\n", r"type EEG in .*got the types MEG, TRIG"),
    ],
)
def test_tables_that_say_nothing_are_refused(suffix, content, said, folder):
    (folder / f"{STEM}_{suffix}.tsv").write_text(content)
    settings = {"subjects": "01", "label": "subject"} if suffix == "events" else {}
    with pytest.raises(ValueError, match=f"^load_bids: .*{said}"):
        load_bids(folder, **settings)


def test_negative_durations_do_no_harm_where_a_duration_is_given(folder, sound):
    edit(folder / f"{STEM}_events.tsv", lambda text: text.replace("\t2.0\t", "\t-2.0\t"))
    assert_same(load_bids(folder, duration=2.0)[0], sound)


def test_events_are_named_by_value_where_no_trial_type_is(folder, sound):
    for subject in ("01", "02"):
        path = folder / f"sub-{subject}/eeg/sub-{subject}_task-film_events.tsv"
        rows = [(1.0 + 2.5 * k, 2.0, "n/a", 40 + k % 3) for k in range(6)]
        write_table(path, [("onset", "duration", "trial_type", "value"), *rows])
    trials, y = load_bids(folder)
    assert_array_equal(y, [40, 41, 42] * 4)
    assert_same(trials, sound)
    assert_array_equal(load_bids(folder, events=[40, 42])[1], [40, 42] * 4)


def test_stim_type_names_events_before_value(folder):
    for subject in ("01", "02"):
        path = folder / f"sub-{subject}/eeg/sub-{subject}_task-film_events.tsv"
        write_table(path, [("onset", "duration", "stim_type", "value"), (1.0, 2.0, "tone", 7)])
    assert_array_equal(load_bids(folder)[1], ["tone"] * 2)


def test_rows_without_a_name_are_no_trials(folder):
    edit(folder / f"{STEM}_events.tsv", lambda text: text.replace("calm", "n/a"))
    assert_array_equal(load_bids(folder, subjects="01")[1], ["happy", "sad"] * 2)


def test_a_recording_without_events_is_left_out_and_told(folder):
    (folder / f"{STEM}_events.tsv").unlink()
    with pytest.warns(UserWarning, match=r"sub-01_task-film_eeg\.vhdr have no events\.tsv"):
        trials, _ = load_bids(folder)
    assert set(trials.subject) == {"02"}
    (folder / "sub-02/eeg/sub-02_task-film_events.tsv").unlink()
    with pytest.raises(ValueError, match="got no table; events=False takes recordings as they are"):
        load_bids(folder)


def test_trials_beyond_the_recording_are_left_out_and_told(folder):
    edit(folder / f"{STEM}_events.tsv", lambda text: text + "16.5\t2.0\tcalm\n-1\t2.0\tsad\n")
    with pytest.warns(UserWarning, match=r"sub-01_task-film_eeg\.vhdr \(2 of 8\) have trials that"):
        trials, _ = load_bids(folder)
    assert len(trials) == 12


@pytest.mark.parametrize("name", ["BAD_ACQ_SKIP", "bad blink", "edge"])
def test_trials_that_touch_what_is_marked_as_bad_are_left_out_and_told(name, folder, sound):
    edit(folder / f"{STEM}_events.tsv", lambda text: f"{text}3.0\t0.6\t{name}\n6.0\tn/a\t{name}\n")
    with pytest.warns(
        UserWarning, match=r"\(1 of 6\) have trials that touch what is marked as bad"
    ):
        trials, y = load_bids(folder)
    assert_array_equal(trials.data, np.delete(sound.data, 1, axis=0))
    assert name not in y
    assert_same(load_bids(folder, reject_by_annotation=False)[0], sound)
    assert_array_equal(load_bids(folder, events=name, duration=0.5)[1], [name] * 2)
    with pytest.warns(UserWarning, match=r"\(1 of 17\) have trials that touch"):
        load_bids(folder, events=False, label="group", duration=1.0)


def test_what_was_cut_out_at_a_boundary_has_no_length(folder, sound):
    path = folder / f"{STEM}_events.tsv"
    edit(path, lambda text: f"{text}3.25\t9.0\tboundary\n")
    assert_same(load_bids(folder)[0], sound)
    edit(path, lambda text: f"{text}4.0\t9.0\tboundary\n")
    with pytest.warns(
        UserWarning, match=r"\(1 of 6\) have trials that touch what is marked as bad"
    ):
        trials, _ = load_bids(folder)
    assert_array_equal(trials.data, np.delete(sound.data, 1, axis=0))


def test_nothing_but_bad_trials_is_refused(folder):
    for path in folder.glob("sub-*/eeg/*_events.tsv"):
        edit(path, lambda text: f"{text}0.0\t17.0\tBAD\n")
    with pytest.raises(ValueError, match="touch nothing marked as bad, got none; pass reject_by"):
        load_bids(folder)


def test_onsets_in_milliseconds_are_refused(folder):
    for path in folder.glob("sub-*/eeg/*_events.tsv"):
        path.write_text("onset\tduration\ttrial_type\n1000\t2000\tcalm\n3500\t2000\tsad\n")
    with pytest.raises(ValueError, match=r"up to 17 s, got none of 4, whose onsets go up to 3500"):
        load_bids(folder)


def test_impossible_dates_are_text(folder, sound):
    edit(folder / "sub-01/sub-01_scans.tsv", lambda text: text.replace(":00\n", ":60\n"))
    trials, _ = load_bids(folder)
    assert_array_equal(trials.metadata["acq_time"][:6], "2000-01-01T00:00:60")
    assert_same(trials, sound)


@pytest.mark.parametrize("content", ["{", "[1]", "", '{"a": 1,}'])
def test_json_that_is_none_is_refused(content, folder):
    (folder / "task-film_eeg.json").write_text(content)
    with pytest.raises(
        ValueError, match=r"^load_bids: expected (a )?JSON.* in .*task-film_eeg\.json"
    ):
        load_bids(folder)


@pytest.mark.parametrize("kind", ["epoched", "Discontinuous"])
def test_recordings_in_pieces_are_refused(kind, folder):
    (folder / f"{STEM}_eeg.json").write_text(json.dumps({"RecordingType": kind}))
    with pytest.raises(
        ValueError, match=f"continuous recording in .*got RecordingType '{kind.lower()}"
    ):
        load_bids(folder)


def test_another_rate_in_the_json_is_told(folder, sound):
    (folder / f"{STEM}_eeg.json").write_text('{"SamplingFrequency": 250}')
    with pytest.warns(UserWarning, match=r"sub-01_task-film_eeg\.vhdr have a rate that eeg\.json"):
        trials, _ = load_bids(folder)
    assert_same(trials, sound)


# Participants


@pytest.mark.parametrize(
    "ids", [("01", "02"), ("1", "2"), ("SUB-1", "SUB-2"), (" sub-01 ", "sub-002")]
)
def test_participants_are_found_in_any_spelling(ids, folder):
    write_table(
        folder / "participants.tsv", [("participant_id", "group"), (ids[1], "b"), (ids[0], "a")]
    )
    assert_array_equal(load_bids(folder, label="group")[1], np.repeat(["a", "b"], 6))


def test_participants_that_could_be_two_are_not_guessed(tmp_path):
    root = write_bids(tmp_path, n_subjects=1)
    other = shutil.copytree(root / "sub-01", root / "sub-1")
    for path in [*other.rglob("*.*")]:
        path.rename(path.with_name(path.name.replace("sub-01", "sub-1")))
    write_table(root / "participants.tsv", [("participant_id", "group"), ("sub-001", "a")])
    with pytest.warns(UserWarning, match=r"sub-01, sub-1 have no row in participants\.tsv"):
        trials, _ = load_bids(root)
    assert trials.metadata["group"].isna().all()


def test_a_participant_without_a_row_is_told(folder):
    write_table(
        folder / "participants.tsv", [("participant_id", "group"), ("sub-02", "b"), ("sub-09", "c")]
    )
    with pytest.warns(UserWarning, match=r"sub-01 have no row in participants\.tsv"):
        trials, _ = load_bids(folder)
    assert trials.metadata["group"].isna().tolist() == [True] * 6 + [False] * 6
    with pytest.warns(UserWarning) as said:
        trials, y = load_bids(folder, label="group")
    assert any("have no 'group' and are left out" in str(each.message) for each in said)
    assert_array_equal(y, ["b"] * 6)


def test_a_participant_without_a_label_is_left_out_and_told(folder):
    edit(folder / "participants.tsv", lambda text: text.replace("control", "n/a"))
    with pytest.warns(UserWarning, match=r"sub-01_task-film_eeg\.vhdr have no 'group'"):
        trials, _ = load_bids(folder, label="group")
    assert set(trials.subject) == {"02"}
    edit(folder / "participants.tsv", lambda text: text.replace("patient", "n/a"))
    with pytest.raises(ValueError, match="expected a label in the column 'group', got none"):
        load_bids(folder, label="group")


def test_participants_that_contradict_themselves_are_refused(folder):
    edit(folder / "participants.tsv", lambda text: text + "sub-01\t20\tF\tcontrol\n")
    assert len(load_bids(folder)[0]) == 12
    edit(folder / "participants.tsv", lambda text: text + "sub-01\t21\tF\tcontrol\n")
    with pytest.raises(ValueError, match=r"one row of sub-01 in .*participants\.tsv, got 2 that"):
        load_bids(folder)


def test_sets_without_participants_are_read(folder, sound):
    (folder / "participants.tsv").unlink()
    assert_same(load_bids(folder)[0], sound)


# Channels


@pytest.mark.parametrize("content", ["", "\n", "name\ttype\tunits\n"])
def test_without_a_usable_table_the_file_names_its_channels(content, folder, sound):
    (folder / f"{STEM}_channels.tsv").write_text(content)
    with pytest.warns(UserWarning, match=r"sub-01.* have no channels\.tsv with rows"):
        trials, _ = load_bids(folder, bads="keep")
    assert trials.ch_names == sound.ch_names
    assert_array_equal(trials.data[6:], sound.data[6:])
    assert not np.isnan(trials.data).any()


def rows_of(folder):
    return [line.split("\t") for line in (folder / f"{STEM}_channels.tsv").read_text().splitlines()]


def test_rows_in_another_order_are_matched_by_name(folder, sound):
    header, *rows = rows_of(folder)
    write_table(folder / f"{STEM}_channels.tsv", [header, *rows[::-1]])
    trials, _ = load_bids(folder, channels=sound.ch_names)
    assert_same(trials, sound)


def test_the_names_of_the_table_win(folder, sound):
    header, *rows = rows_of(folder)
    renamed = [(f"E{k}", *rest) for k, (_, *rest) in enumerate(rows)]
    for subject in ("01", "02"):
        path = folder / f"sub-{subject}/eeg/sub-{subject}_task-film_channels.tsv"
        write_table(path, [header, *renamed])
    trials, _ = load_bids(folder, bads="keep")
    assert trials.ch_names == tuple(f"E{k}" for k in range(11))
    assert_array_equal(trials.data[6:], sound.data[6:])


def test_a_row_too_few_leaves_a_channel_out_and_tells(folder):
    header, *rows = rows_of(folder)
    write_table(folder / f"{STEM}_channels.tsv", [header, *rows[:4], *rows[5:]])
    with pytest.warns(UserWarning, match=r"sub-01.*\(C3\) have channels that channels\.tsv lacks"):
        trials, _ = load_bids(folder, subjects="01")
    assert "C3" not in trials.ch_names and trials.shape[1] == 10


def test_a_row_too_many_is_told(folder, sound):
    header, *rows = rows_of(folder)
    write_table(folder / f"{STEM}_channels.tsv", [header, ["Fz", "EEG", "uV", "good"], *rows])
    with pytest.warns(
        UserWarning, match=r"sub-01.*\(Fz\) lack EEG channels that channels\.tsv has"
    ):
        trials, _ = load_bids(folder)
    assert_same(trials, sound)


def test_rows_of_other_channels_are_refused(folder):
    header, *rows = rows_of(folder)
    write_table(folder / f"{STEM}_channels.tsv", [header, ["Fz", "EEG", "uV", "good"], *rows[2:]])
    with pytest.raises(
        ValueError, match=r"expected the channels of the file, Fp1, .* in .*got Fz, F3"
    ):
        load_bids(folder)


def test_a_trigger_does_not_become_an_electrode_by_its_place(tmp_path):
    root = write_bids(tmp_path, n_subjects=1)
    header, *rows = rows_of(root)
    file = root / f"{STEM}_eeg.vhdr"
    edit(file, lambda text: text.replace("=VEOG,", "=STATUS,"))
    write_table(root / f"{STEM}_channels.tsv", [header, *rows[:-1], ["Pz", "EEG", "uV", "good"]])
    with pytest.raises(ValueError, match="cannot tell which is which"):
        load_bids(root)


def test_names_with_blanks_and_references_are_matched(tmp_path):
    root = write_bids(tmp_path, n_subjects=1)
    sound = load_bids(root)[0]
    edit(root / f"{STEM}_eeg.vhdr", lambda text: text.replace("=Fp1,", "=EEG FP1-Ref,"))
    header, *rows = rows_of(root)
    blank = [[f"{name} ", *rest] for name, *rest in rows[::-1]]
    write_table(root / f"{STEM}_channels.tsv", [header, *blank])
    assert_same(load_bids(root)[0], sound)


def test_duplicates_that_are_no_eeg_do_no_harm(tmp_path):
    root = write_duplicates(tmp_path, ["Cz", "Pz", "EMG", "EMG"], ["EEG", "EEG", "EMG", "EMG"])
    assert load_bids(root)[0].ch_names == ("Cz", "Pz")


def test_duplicates_that_are_eeg_are_refused_unless_left_out(tmp_path):
    root = write_duplicates(tmp_path, ["Cz", "FC5", "FC5", "Pz"], ["EEG"] * 4)
    with pytest.raises(ValueError, match=r"each name once.*got 'FC5' twice"):
        load_bids(root)
    trials, _ = load_bids(root, channels=["Pz", "Cz"])
    assert_array_equal(np.round(trials.data[0, :, 0]), [4, 1])


def write_duplicates(root, names, kinds):
    root = write_bids(root, n_subjects=1, extension=".edf")
    signals = np.arange(1, 5)[:, None] * np.ones((4, 1700))
    write_edf(root / f"{STEM}_eeg.edf", signals, names, 100)
    rows = zip(names, kinds, ["uV"] * 4, strict=True)
    write_table(root / f"{STEM}_channels.tsv", [HEADER[:3], *rows])
    return root


@pytest.mark.parametrize("kind", ["eeg", "Eeg", " EEG "])
def test_types_are_read_in_any_case(kind, folder, sound):
    edit(folder / f"{STEM}_channels.tsv", lambda text: text.replace("\tEEG\t", f"\t{kind}\t"))
    assert_same(load_bids(folder)[0], sound)


@pytest.mark.parametrize("kind", ["EEGREF", "n/a", "xyz"])
def test_unknown_types_are_no_eeg(kind, folder):
    edit(folder / f"{STEM}_channels.tsv", lambda text: text.replace("Cz\tEEG", f"Cz\t{kind}"))
    assert "Cz" not in load_bids(folder, subjects="01")[0].ch_names


def test_without_types_eeg_is_told_by_name(folder, sound):
    edit(
        folder / f"{STEM}_channels.tsv",
        lambda text: text.replace("\tEEG\t", "\tn/a\t").replace("\tVEOG\t", "\t\t"),
    )
    assert_same(load_bids(folder)[0], sound)


@pytest.mark.parametrize("status", ["bad", "BAD", " Bad "])
def test_status_is_read_in_any_case(status, folder, sound):
    edit(folder / f"{STEM}_channels.tsv", lambda text: text.replace("\tbad", f"\t{status}"))
    assert_same(load_bids(folder)[0], sound)


def test_recordings_that_differ_in_channels_are_refused_unless_some_are_wanted(folder, sound):
    edit(folder / f"{STEM}_channels.tsv", lambda text: text.replace("Cz\tEEG", "Cz\tMISC"))
    with pytest.raises(
        ValueError, match=r"got 10 in sub-01.* and 11 in sub-02.*differ in Cz; .*Fp1"
    ):
        load_bids(folder)
    with pytest.raises(ValueError, match=r"of a potential, .*'Cz' in .*sub-01.*of type MISC"):
        load_bids(folder, channels=["Cz"])
    trials, _ = load_bids(folder, channels=["O2", "O1"])
    assert_array_equal(trials.data, sound.data[:, [9, 8]])
    trials, _ = load_bids(folder, channels="common")
    assert_array_equal(trials.data, sound.data[:, :10])


def test_old_and_new_names_of_an_electrode_are_one_channel(tmp_path):
    root = write_bids(tmp_path)
    for subject, name in (("01", "T3"), ("02", "T7")):
        path = root / f"sub-{subject}/eeg/sub-{subject}_task-film_channels.tsv"
        edit(path, lambda text, name=name: text.replace("Cz\t", f"{name}\t"))
    assert load_bids(root)[0].ch_names[-1] == "T3"


def test_channels_in_another_order_are_put_in_one(tmp_path):
    root = write_bids(tmp_path)
    sound, _ = load_bids(root, bads="keep")
    path = root / "sub-02/eeg/sub-02_task-film"
    samples = np.fromfile(f"{path}_eeg.eeg", "<f4").reshape(-1, 12)
    names = [name for name, *_ in rows_of(root)[1:]]
    write_brainvision(f"{path}_eeg.vhdr", samples.T[::-1], names[::-1], 100)
    assert_same(load_bids(root, bads="keep")[0], sound)


# Units


@pytest.mark.parametrize(("named", "factor"), [("uV", 1), ("mV", 1e3), ("V", 1e6)])
def test_the_unit_of_the_file_holds_whatever_the_table_says(named, factor, tmp_path):
    root = write_bids(tmp_path, n_subjects=1, extension=".edf")
    sound = load_bids(root, bads="keep")[0]
    rewrite_edf(root, named, factor)
    for units in ("µV", "V", "n/a", "mV"):
        edit(root / f"{STEM}_channels.tsv", lambda text, units=units: text.replace("µV", units))
        assert_allclose(load_bids(root, bads="keep")[0].data, sound.data, atol=0.01)


@pytest.mark.parametrize(("stated", "factor"), [("µV", 1), ("uV", 1), ("mV", 1e3), ("V", 1e6)])
def test_the_table_decides_where_an_edf_file_names_no_unit(stated, factor, tmp_path):
    root = write_bids(tmp_path, n_subjects=1, extension=".edf")
    sound = load_bids(root, bads="keep")[0]
    rewrite_edf(root, "", factor)
    edit(root / f"{STEM}_channels.tsv", lambda text: text.replace("µV", stated))
    assert_allclose(load_bids(root, bads="keep")[0].data, sound.data, atol=0.01)


def test_a_unit_that_nobody_names_is_asked_for(tmp_path):
    root = write_bids(tmp_path, n_subjects=1, extension=".edf")
    sound = load_bids(root, bads="keep")[0]
    rewrite_edf(root, "", 1)
    edit(root / f"{STEM}_channels.tsv", lambda text: text.replace("µV", "n/a"))
    with pytest.raises(ValueError, match=r"at most 1e\+06 uV, .*give unit="):
        load_bids(root, bads="keep")
    assert_allclose(load_bids(root, bads="keep", unit="µV")[0].data, sound.data, atol=0.01)


def rewrite_edf(root, unit, factor):
    """The same recording in another unit."""
    import mne

    file = root / f"{STEM}_eeg.edf"
    raw = mne.io.read_raw_edf(file, verbose="error")
    signals, scale = raw.get_data() * 1e6, 1 / factor
    # Limits of 8 characters hold a few digits.
    limit = np.ceil(np.abs(signals).max())
    write_scaled_edf(file, signals, raw.ch_names, unit, limit, scale)


def write_scaled_edf(file, signals, names, unit, limit, scale):
    write_edf(file, np.c_[signals, np.full(len(signals), limit)][:, 1:], names, 100, units=unit)
    write_edf(file, signals, names, 100, units=unit)
    content = bytearray(file.read_bytes())
    n_signals = len(names) + 1
    start = 256 + n_signals * (16 + 80 + 8)
    for place in range(len(names)):
        for block, sign in ((0, -1), (1, 1)):
            at = start + 8 * (block * n_signals + place)
            value = float(content[at : at + 8]) * scale
            assert np.sign(value) == sign
            content[at : at + 8] = f"{value:.6g}".ljust(8).encode()[:8]
    file.write_bytes(content)


def test_eeglab_numbers_are_microvolts_unless_said_otherwise(tmp_path):
    root = write_bids(tmp_path, n_subjects=1, extension=".set")
    sound = load_bids(root)[0]
    edit(root / f"{STEM}_channels.tsv", lambda text: text.replace("µV", "V"))
    assert_same(load_bids(root)[0], sound)
    file = root / f"{STEM}_eeg.fdt"
    (np.fromfile(file, "<f4") / 1e6).astype("<f4").tofile(file)
    assert_allclose(load_bids(root, unit="V")[0].data, sound.data, rtol=1e-5)


def test_brainvision_in_another_unit_is_read(tmp_path):
    root = write_bids(tmp_path, n_subjects=1)
    sound = load_bids(root)[0]
    file = root / f"{STEM}_eeg.eeg"
    (np.fromfile(file, "<f4") / 1e3).astype("<f4").tofile(file)
    edit(root / f"{STEM}_eeg.vhdr", lambda text: text.replace("µV", "mV"))
    assert_allclose(load_bids(root)[0].data, sound.data, rtol=1e-5)


# Names and places


@pytest.mark.parametrize("task", ["eyes-open", "eyes_open", "a-b-c"])
def test_names_of_tasks_may_have_hyphens(task, tmp_path):
    trials, _ = load_bids(write_bids(tmp_path, task=task), task=task)
    assert_array_equal(trials.metadata["task"], task)
    assert len(trials) == 12


def test_a_table_one_folder_higher_is_found(folder, sound):
    path = folder / f"{STEM}_channels.tsv"
    path.rename(folder / "sub-01" / path.name)
    assert_same(load_bids(folder)[0], sound)


def test_a_table_of_several_runs_is_that_of_each(tmp_path):
    root = write_bids(tmp_path, n_subjects=1, n_runs=2)
    sound, _ = load_bids(root)
    for suffix in ("channels", "events"):
        first, second = sorted((root / "sub-01/eeg").glob(f"*_{suffix}.tsv"))
        first.rename(str(first).replace("_run-1", ""))
        second.unlink()
    assert_same(load_bids(root)[0], sound)


def test_of_two_tables_in_a_folder_the_one_that_says_more_holds(folder, sound):
    write_table(
        folder / "sub-01/eeg/sub-01_events.tsv", [("onset", "duration", "trial_type"), (2, 2, "x")]
    )
    assert_same(load_bids(folder)[0], sound)
    write_table(
        folder / "sub-01/eeg/task-film_events.tsv",
        [("onset", "duration", "trial_type"), (2, 2, "x")],
    )
    with pytest.raises(
        ValueError, match=r"one file \*_events\.tsv in .* got sub-01_events\.tsv, task-film"
    ):
        load_bids(folder)


def test_positions_without_a_system_are_not_asked_for(folder, sound):
    rows = [("name", "x", "y", "z"), ("Cz", 0, 0, 1), ("Fz", "n/a", "n/a", "n/a")]
    write_table(folder / "sub-01/eeg/sub-01_electrodes.tsv", rows)
    assert_same(load_bids(folder)[0], sound)


def test_a_recording_in_anothers_folder_is_refused(folder):
    for path in (folder / "sub-01/eeg").iterdir():
        path.rename(path.with_name(path.name.replace("sub-01", "sub-02")))
    with pytest.raises(
        ValueError, match=r"a name that begins with sub-01 in .*got sub-02_task-film"
    ):
        load_bids(folder)


def test_a_session_only_in_the_name_is_refused(folder):
    for path in (folder / "sub-01/eeg").iterdir():
        path.rename(path.with_name(path.name.replace("_task", "_ses-1_task")))
    with pytest.raises(ValueError, match=r"a name that begins with sub-01 in .*got sub-01_ses-1"):
        load_bids(folder)


def test_a_recording_in_two_formats_is_refused(folder):
    write_edf(folder / f"{STEM}_eeg.edf", np.zeros((1, 100)), ["Cz"], 100)
    with pytest.raises(
        ValueError, match=r"got sub-01_task-film_eeg\.edf and sub-01_task-film_eeg\.vhdr"
    ):
        load_bids(folder)


@pytest.mark.parametrize("extension", [".edf", ".vhdr"])
def test_extensions_in_capitals_are_read(extension, tmp_path):
    root = write_bids(tmp_path, n_subjects=1, extension=extension)
    sound = load_bids(root)[0]
    file = root / f"{STEM}_eeg{extension}"
    file.rename(file.with_suffix(extension.upper()))
    assert_same(load_bids(root)[0], sound)


# BrainVision


@pytest.mark.parametrize("key", ["DataFile", "MarkerFile"])
@pytest.mark.parametrize(
    "name",
    [
        "s2_run1_08062017.{end}",
        "SHA256E-s1234--0f3c.{end}",
        "/.git/annex/objects/x/MD5E-s12--a.{end}",
        "C:\\data\\old name.{end}",
        "$b.{end}",
        "",
    ],
)
def test_headers_that_name_files_by_old_names_are_read(key, name, folder, sound):
    end = {"DataFile": "eeg", "MarkerFile": "vmrk"}[key]
    name = name.format(end=end)
    file = folder / f"{STEM}_eeg.vhdr"
    edit(file, lambda text: text.replace(f"{key}=sub-01_task-film_eeg.{end}", f"{key}={name}"))
    before = file.read_bytes()
    assert name.encode() in before
    assert_same(load_bids(folder)[0], sound)
    assert file.read_bytes() == before


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_headers_without_markers_are_read(encoding, tmp_path):
    root = write_bids(tmp_path / "Ort mit µ", n_subjects=1)
    sound = load_bids(root)[0]
    (root / f"{STEM}_eeg.vmrk").unlink()
    assert_same(load_bids(root)[0], sound)
    header = root / f"{STEM}_eeg.vhdr"
    edit(header, lambda text: text.replace("MarkerFile=sub-01_task-film_eeg.vmrk\n", ""))
    if encoding == "cp1252":
        edit(header, lambda text: text.replace("Codepage=UTF-8\n", ""), encoding)
    assert_same(load_bids(root)[0], sound)


def test_the_samples_that_a_header_names_are_read_where_none_have_its_name(folder, sound):
    file = folder / f"{STEM}_eeg.eeg"
    file.rename(file.with_name("old.eeg"))
    edit(
        folder / f"{STEM}_eeg.vhdr",
        lambda text: text.replace(f"DataFile={file.name}", "DataFile=old.eeg"),
    )
    assert_same(load_bids(folder)[0], sound)


def test_a_header_that_names_another_runs_samples_gets_its_own(tmp_path):
    root = write_bids(tmp_path, n_subjects=1, n_runs=2)
    sound, _ = load_bids(root)
    edit(
        root / f"{STEM}_run-2_eeg.vhdr",
        lambda text: text.replace(
            "DataFile=sub-01_task-film_run-2", "DataFile=sub-01_task-film_run-1"
        ),
    )
    assert_same(load_bids(root)[0], sound)


def test_a_header_without_samples_is_refused(folder):
    (folder / f"{STEM}_eeg.eeg").unlink()
    with pytest.raises(ValueError, match=r"expected the samples of .*sub-01.* in sub-01.*eeg\.eeg"):
        load_bids(folder)


# EEGLAB


@pytest.fixture
def eeglab(tmp_path):
    return write_bids(tmp_path, n_subjects=1, extension=".set")


def rewrite_set(file, **fields):
    """Change fields of a .set file."""
    old = scipy.io.loadmat(file)["EEG"]
    eeg = {name: old[name][0, 0] for name in old.dtype.names} | fields
    content = BytesIO()
    scipy.io.savemat(content, {"EEG": eeg}, appendmat=False)
    file.write_bytes(content.getvalue())


def test_a_set_file_that_names_other_samples_is_read(eeglab):
    sound = load_bids(eeglab)[0]
    rewrite_set(eeglab / f"{STEM}_eeg.set", data="subject one.fdt")
    assert_same(load_bids(eeglab)[0], sound)


def test_samples_inside_a_set_file_are_read(eeglab):
    sound = load_bids(eeglab)[0]
    samples = np.fromfile(eeglab / f"{STEM}_eeg.fdt", "<f4").reshape(-1, 12).T
    rewrite_set(eeglab / f"{STEM}_eeg.set", data=samples)
    (eeglab / f"{STEM}_eeg.fdt").unlink()
    assert_same(load_bids(eeglab)[0], sound)


def test_a_set_file_of_epochs_is_refused(eeglab):
    rewrite_set(eeglab / f"{STEM}_eeg.set", trials=17, pnts=100)
    with pytest.raises(ValueError, match=r"a continuous recording in .*_eeg\.set, got epochs"):
        load_bids(eeglab)


def test_a_set_file_of_several_sets_is_refused(eeglab):
    file = eeglab / f"{STEM}_eeg.set"
    one = scipy.io.loadmat(file)["EEG"]
    content = BytesIO()
    scipy.io.savemat(content, {"ALLEEG": np.concatenate([one, one], axis=1)}, appendmat=False)
    file.write_bytes(content.getvalue())
    with pytest.raises(ValueError, match=r"^load_bids: .*_eeg\.set.*ALLEEG"):
        load_bids(eeglab)


@pytest.mark.parametrize("change", [-48, 48, -4])
def test_samples_of_another_length_are_refused(change, eeglab):
    file = eeglab / f"{STEM}_eeg.fdt"
    content = file.read_bytes()
    file.write_bytes(content[:change] if change < 0 else content + change * b"\0")
    with pytest.raises(ValueError, match=r"^load_bids: expected .*sub-01_task-film_eeg\.(set|fdt)"):
        load_bids(eeglab)


def test_a_set_file_without_its_samples_is_refused(eeglab):
    (eeglab / f"{STEM}_eeg.fdt").unlink()
    with pytest.raises(ValueError, match=r"sub-01_task-film_eeg\.set"):
        load_bids(eeglab)


def test_real_epochs_are_refused(eeglab):
    root = os.environ.get("SKLEARN_EEG_DATA")
    if not root:
        pytest.skip("needs test_epochs.set; SKLEARN_EEG_DATA names a folder that has it")
    found = next(Path(root).rglob("test_epochs.set"), None)
    if found is None:
        pytest.skip("needs test_epochs.set in the folder that SKLEARN_EEG_DATA names")
    shutil.copy(found, eeglab / f"{STEM}_eeg.set")
    with pytest.raises(ValueError, match=r"a continuous recording in .*_eeg\.set, got epochs"):
        load_bids(eeglab)


# Content that is not there

ANNEX = b"/annex/objects/MD5E-s81600--1f3870be274f6c49b3e31a0c6728957f.eeg\n"
LINK = "../../.git/annex/objects/Wx/2k/MD5E-s81600--1f38.eeg/MD5E-s81600--1f38.eeg"
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 81600\n"


@pytest.mark.parametrize("end", ["eeg", "vhdr"])
@pytest.mark.parametrize("placeholder", [ANNEX, LFS, LINK.encode(), LINK])
def test_recordings_that_were_not_fetched_are_left_out_and_told(placeholder, end, folder):
    place(folder / f"{STEM}_eeg.{end}", placeholder)
    with pytest.warns(UserWarning, match=r"sub-01_task-film_eeg\.vhdr were not fetched"):
        trials, _ = load_bids(folder)
    assert set(trials.subject) == {"02"}
    place(folder / f"sub-02/eeg/sub-02_task-film_eeg.{end}", placeholder)
    with pytest.raises(FileNotFoundError, match=r"^load_bids: .*placeholders.*sub-01.*datalad get"):
        load_bids(folder)


@pytest.mark.parametrize("end", ["set", "fdt"])
def test_eeglab_recordings_that_were_not_fetched_are_told(end, eeglab):
    place(eeglab / f"{STEM}_eeg.{end}", LINK)
    with pytest.raises(FileNotFoundError, match="placeholders whose content was not fetched"):
        load_bids(eeglab)


@pytest.mark.parametrize("name", [f"{STEM}_events.tsv", f"{STEM}_channels.tsv", "participants.tsv"])
@pytest.mark.parametrize("placeholder", [ANNEX, LINK])
def test_tables_that_were_not_fetched_are_refused(placeholder, name, folder):
    place(folder / name, placeholder)
    with pytest.raises(
        ValueError, match=r"^load_bids: expected a text in .*tsv, got a placeholder"
    ):
        load_bids(folder)


def place(path, placeholder):
    path.unlink()
    path.symlink_to(placeholder) if isinstance(placeholder, str) else path.write_bytes(placeholder)


@pytest.mark.parametrize("extension", [".vhdr", ".edf", ".bdf", ".set"])
@pytest.mark.parametrize("keep", [0, 1, 300])
def test_files_that_end_too_soon_are_refused_by_name(keep, extension, tmp_path):
    root = write_bids(tmp_path, n_subjects=1, extension=extension)
    file = root / f"{STEM}_eeg{extension}"
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(ValueError, match=rf"^load_bids: .*sub-01_task-film_eeg\{extension}"):
        load_bids(root)


def test_folders_of_recordings_of_other_formats_are_told(tmp_path):
    root = write_bids(tmp_path, n_subjects=1)
    file = root / f"{STEM}_eeg.vhdr"
    file.rename(file.with_suffix(".cnt"))
    with pytest.raises(FileNotFoundError, match=r"one of the formats \.bdf, \.edf, \.set, \.vhdr"):
        load_bids(root)
