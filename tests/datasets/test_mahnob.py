import shutil
from pathlib import Path
from xml.etree import ElementTree

import mne
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.datasets import load_mahnob
from sklearn_eeg.datasets.testing import write_mahnob
from tests.datasets.by_subject import check_evaluation

EMOTIONS = (
    "neutral anger disgust fear joy sadness surprise scream bored sleepy unknown amusement anxiety"
).split()


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch):
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("MAHNOB ü") / "mahnob"
    write_mahnob(folder, n_trials=(4, 0, 2, 3))
    return folder


@pytest.fixture
def folder(written, tmp_path):
    return Path(shutil.copytree(written, tmp_path / "mahnob"))


def attributes(folder):
    """What each session's notes say, as Python's own parser reads them, by its number."""
    return {
        int(file.parent.name): ElementTree.parse(file).getroot()
        for file in (folder / "Sessions").glob("*/session.xml")
    }


def rewrite(folder, number, old, new):
    file = folder / "Sessions" / str(number) / "session.xml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_signals_are_those_between_the_first_two_triggers(written):
    trials, _ = load_mahnob(written, baseline=True, peripheral=True)
    assert len(trials) == 9
    assert (trials.sfreq, trials.unit, trials.axes) == (512.0, "uV", ("channel", "time"))
    for place in (0, 3, 8):
        number = trials.metadata["recording"][place]
        file = next((written / "Sessions" / str(number)).glob("*.bdf"))
        raw = mne.io.read_raw_bdf(file, verbose="error")
        (start, *_), (stop, *_) = mne.find_events(
            raw, mask=0xFFFF, mask_type="and", verbose="error"
        )
        microvolts = 1e6 * raw.get_data()
        assert tuple(raw.ch_names[:32]) == trials.ch_names
        assert_allclose(trials[place], microvolts[:32, start:stop], rtol=1e-5, atol=1e-4)
        before = trials.extra["baseline"][place]
        assert_allclose(before, microvolts[:32, :start], rtol=1e-5, atol=1e-4)
        others = trials.extra["peripheral"][place]
        assert_allclose(others, microvolts[32:46, start:stop], rtol=1e-5, atol=1e-4)
        assert trials.metadata["onset"][place] == start / 512


def test_columns_are_what_the_notes_say(written):
    metadata = load_mahnob(written)[0].metadata
    assert_array_equal(metadata["subject"], [1] * 4 + [3] * 2 + [4] * 3)
    assert_array_equal(metadata["trial"], [1, 2, 3, 4, 1, 2, 1, 2, 3])
    assert set(metadata["session"]) == {1}
    said = [attributes(written)[number].attrib for number in metadata["recording"]]
    for name, attribute in (
        ("valence", "feltVlnc"),
        ("arousal", "feltArsl"),
        ("control", "feltCtrl"),
        ("predictability", "feltPred"),
        ("emotion_code", "feltEmo"),
    ):
        assert_array_equal(metadata[name], [float(one[attribute]) for one in said])
    assert_array_equal(metadata["stimulus"], [one["mediaFile"] for one in said])
    assert metadata["is_stimulus"].all()
    # Gender and date of birth stay where they are.
    assert not {"gender", "dob"} & set(metadata)


@pytest.mark.parametrize("name", ["valence", "arousal", "control", "predictability"])
def test_labels_are_the_ratings(written, name):
    trials, y = load_mahnob(written, target=name)
    ratings = trials.metadata[name]
    assert_array_equal(y, np.where(ratings >= 5, "high", "low"))
    assert_array_equal(load_mahnob(written, target=name, threshold=None)[1], ratings)
    kept, _ = load_mahnob(written, target=name, ties="drop")
    assert_array_equal(kept.metadata[name], ratings[ratings != 5])


def test_emotions_are_words_and_codes(written):
    codes = load_mahnob(written, target="emotion", labels="code")[1]
    trials, y = load_mahnob(written, target="emotion")
    assert_array_equal(y, [EMOTIONS[code] for code in codes])
    assert_array_equal(trials.metadata["emotion_code"], codes)


def test_sessions_without_ratings_are_left_out_and_told(tmp_path):
    write_mahnob(tmp_path, n_trials=(3, 1), seconds=1.0, unrated=(12,), neutral=True)
    with pytest.warns(
        UserWarning, match=r"^load_mahnob: 5 sessions without ratings are left out: 1"
    ):
        trials, _ = load_mahnob(tmp_path)
    assert_array_equal(trials.metadata["recording"], [2, 22, 32])


def test_sessions_without_a_recording_are_left_out_and_told(folder):
    next((folder / "Sessions" / "2").glob("*.bdf")).unlink()
    with pytest.warns(
        UserWarning, match=r"^load_mahnob: 1 session without a recording is left out"
    ):
        assert len(load_mahnob(folder)[0]) == 8


def test_a_trial_without_one_of_the_ratings_has_no_label_of_that(folder):
    old = f'feltVlnc="{attributes(folder)[2].get("feltVlnc")}"'
    for new in ("", 'feltVlnc="-1"', 'feltVlnc="none"'):
        rewrite(folder, 2, old, new or "note=''")
        with pytest.warns(
            UserWarning, match="1 of 1 trials of subject 1 have no rating of valence"
        ):
            assert len(load_mahnob(folder)[0]) == 8
        assert len(load_mahnob(folder, target="arousal")[0]) == 9
        rewrite(folder, 2, new or "note=''", old)


def test_two_recordings_of_a_session_are_refused(folder):
    file = next((folder / "Sessions" / "12").glob("*.bdf"))
    shutil.copy(file, file.with_name("Part_1_S_Trial9_emotion.bdf"))
    with pytest.raises(
        ValueError, match=r"^load_mahnob: expected one recording in .*12, got Part_1"
    ):
        load_mahnob(folder)


def test_a_trial_that_is_there_twice_is_refused(folder):
    shutil.copytree(folder / "Sessions" / "2", folder / "Sessions" / "3")
    with pytest.raises(ValueError, match=r"expected trial 1 of subject 1 once, got it in .* and "):
        load_mahnob(folder)


def test_a_renamed_recording_is_refused(folder):
    file = next((folder / "Sessions" / "12").glob("*.bdf"))
    file.rename(file.with_name("first.bdf"))
    with pytest.raises(ValueError, match=r"expected a name such as Part_1_S_.* got first\.bdf"):
        load_mahnob(folder)


def test_notes_of_someone_else_are_refused(folder):
    rewrite(folder, 2, 'subject id="1"', 'subject id="7"')
    with pytest.raises(
        ValueError, match=r"expected subject 1, of which .* in .*session\.xml, got '7'"
    ):
        load_mahnob(folder)


def test_only_what_is_wanted_is_read(folder):
    for file in (folder / "Sessions").glob("*/Part_1_*.bdf"):
        file.write_bytes(b"")
    trials, _ = load_mahnob(folder, subjects=[4, 3], channels=["Oz", "Fp1"])
    assert_array_equal(np.unique(trials.subject), [3, 4])
    assert trials.ch_names == ("Fp1", "Oz")
    with pytest.raises(ValueError, match=r"expected a BioSemi recording in .*Part_1_S_Trial1_emot"):
        load_mahnob(folder)


BOMB = """<?xml version="1.0"?>
<!DOCTYPE session [<!ENTITY a "{a}"><!ENTITY b "{b}"><!ENTITY c "{c}">]>
<session feltArsl="5" mediaFile="&c;"><subject id="1"/></session>
""".format(a="a" * 1000, b="&a;" * 1000, c="&b;" * 1000)
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE session SYSTEM "file:///etc/passwd"><session feltArsl="5"><subject id="1"/></session>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("text", [BOMB, OUTSIDE], ids=["bomb", "outside"])
def test_a_document_type_is_refused_before_anything_expands(folder, text, encoding):
    (folder / "Sessions" / "2" / "session.xml").write_bytes(text.encode(encoding))
    with pytest.raises(ValueError, match=r"session\.xml, got a file .* declares a document type"):
        load_mahnob(folder)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<session",
        b"<session/>",
        b"<other><subject id='1'/></other>",
        b"<?xml version='1.0' encoding='nonsense'?><session/>",
        b"\x00\xff\xfe",
    ],
)
def test_damaged_notes_are_refused_by_their_name(folder, content):
    (folder / "Sessions" / "2" / "session.xml").write_bytes(content)
    with pytest.raises(ValueError, match=r"^load_mahnob: expected the .* in .*session\.xml, got"):
        load_mahnob(folder)


def test_a_truncated_recording_is_refused_by_its_name(folder):
    file = next((folder / "Sessions" / "12").glob("*.bdf"))
    file.write_bytes(file.read_bytes()[:-1000])
    with pytest.raises(
        ValueError, match=r"expected a BioSemi recording in .*Part_1_S_Trial2_emoti"
    ):
        load_mahnob(folder)


def test_the_folder_comes_from_path_then_environment(written, tmp_path, monkeypatch):
    for root in (written / "Sessions", written, written.parent):
        monkeypatch.setenv("SKLEARN_EEG_DATA", str(root))
        assert len(load_mahnob()[0]) == 9


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"target": "liking"}, "expected target to be one of"),
        ({"threshold": 11}, "expected threshold to be a finite number"),
    ],
)
def test_impossible_settings_are_refused(written, settings, sentence):
    with pytest.raises(ValueError, match=f"^load_mahnob: .*{sentence}"):
        load_mahnob(written, **settings)


@pytest.mark.parametrize("model", ["logistic", "wide-deep"])
def test_through_an_evaluation(written, model):
    trials, y = load_mahnob(written, threshold=4.5, target="arousal")
    assert set(y) == {"low", "high"}
    check_evaluation(trials, y, model, resample=128.0)
