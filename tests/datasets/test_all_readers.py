"""What every reader of the catalogue promises, whoever uses it and whatever lies on the disk.

Readers are found in the catalogue, and so are the writers of small files in their sets' layout.
"""

import inspect
import os
import re
import shutil
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg._lazy import load
from sklearn_eeg._mapped import is_mapped
from sklearn_eeg.datasets import DATASETS, testing
from tests.datasets.test_store import contents, entries

LOADERS = {name: load(dataset.loader) for name, dataset in DATASETS.items() if dataset.on_disk}
# Where files are known by their checksums, no others pass for them.
WRITTEN = {name: loader for name, loader in LOADERS.items() if not DATASETS[name].downloads}
TINY = {"n_subjects": 2, "n_sessions": 2}


def takes(function):
    return inspect.signature(function).parameters


WITH_SESSIONS = [name for name, loader in WRITTEN.items() if "sessions" in takes(loader)]
WITH_EYES = [name for name, loader in WRITTEN.items() if "eye" in takes(loader)]
each_set = pytest.mark.parametrize("name", LOADERS)
each_written_set = pytest.mark.parametrize("name", WRITTEN)


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch, tmp_path):
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "no cache" / project)


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """Folder of a set's files by its name, each written once; and what is read of it."""
    written, read = {}, {}

    def twin(name):
        if name not in written:
            if name == "hms":
                pytest.importorskip("pyarrow", reason="reads parquet files")
            write = getattr(testing, WRITTEN[name].__name__.replace("load_", "write_"))
            folder = tmp_path_factory.mktemp(f"{name} für Ærø ")
            write(folder, **{key: n for key, n in TINY.items() if key in takes(write)})
            written[name] = folder
            read[name] = WRITTEN[name](folder)
        return written[name], *read[name]

    return twin


@pytest.fixture
def spoil(twins, tmp_path):
    """A copy of a set's files, in which none is changed but by a new one in its place."""

    def copy(name):
        folder = twins(name)[0]
        return Path(shutil.copytree(folder, tmp_path / "copy é", copy_function=os.link))

    return copy


def same(trials, y, others, labels):
    """Whether all is alike, to the last number."""
    pairs = zip(trials.data, others.data, strict=True)
    return (
        repr(trials) == repr(others)
        and all(np.array_equal(*pair, equal_nan=True) for pair in pairs)
        and np.array_equal(np.asarray(y), np.asarray(labels))
        and trials.metadata.equals(others.metadata)
    )


def recordings_of(name, folder, monkeypatch):
    """What a reader makes of a folder before it reads it, eye movements too."""
    module, seen = sys.modules[WRITTEN[name].__module__], []
    gather = module.gather

    def spy(recordings, **settings):
        seen.extend(recordings)
        return gather(recordings, **settings)

    with monkeypatch.context() as patch:
        patch.setattr(module, "gather", spy)
        WRITTEN[name](folder, **({"eye": True} if name in WITH_EYES else {}))
    return seen


# What is promised.


@each_set
def test_the_page_of_a_loader_says_whose_the_set_is_and_where_to_ask_for_it(name):
    text = inspect.getdoc(LOADERS[name])
    assert DATASETS[name].page.rstrip("/") in text
    assert re.search(r"doi[:.]\S*10\.\d{4,}/", text)
    assert re.search(r"(?i)licen[cs]e|agreement|rules|conditions|CC BY", text)


@each_set
def test_all_loaders_have_the_same_arguments(name):
    parameters = takes(LOADERS[name])
    assert next(iter(parameters)) == "path"
    assert {"subjects", "channels", "dtype", "cache"} <= set(parameters)
    assert all(parameter.default is not parameter.empty for parameter in parameters.values())


@each_set
def test_every_set_has_a_writer_but_for_one_with_checksums(name):
    writer = LOADERS[name].__name__.replace("load_", "write_")
    assert (writer in testing.__all__) == (name in WRITTEN)


@each_written_set
def test_trials_are_whole_and_tell_whose_they_are(name, twins):
    _, trials, y = twins(name)
    assert len(trials) == len(y) == len(trials.metadata)
    assert {"subject", "session", "trial", "onset"} <= set(trials.metadata)
    assert len(set(trials.subject)) > 1
    assert trials.dtype == np.float32
    assert trials.axes[-2:] == ("channel", "time") or trials.features is not None
    assert len(trials.ch_names) == trials.size("channel")
    assert trials.unit == "uV" or "time" not in trials.axes


@each_written_set
def test_the_folder_is_a_text_or_comes_from_the_environment(name, twins, monkeypatch):
    folder, trials, y = twins(name)
    assert same(trials, y, *WRITTEN[name](str(folder)))
    monkeypatch.setenv("SKLEARN_EEG_DATA", str(folder))
    assert same(trials, y, *WRITTEN[name]())


# Parts of a set.


@pytest.mark.parametrize(
    ("name", "what"),
    [*((name, "subject") for name in WRITTEN), *((name, "session") for name in WITH_SESSIONS)],
)
def test_some_subjects_or_sessions_are_those_of_all(name, what, twins):
    folder, trials, y = twins(name)
    one = trials.metadata[what].iloc[-1]
    rows = (trials.metadata[what] == one).to_numpy()
    for wanted in (one, [one], np.array([one, one])):
        found, labels = WRITTEN[name](folder, **{f"{what}s": wanted})
        for trial, row in zip(found.data, np.flatnonzero(rows), strict=True):
            assert_array_equal(trial, trials.data[row])
        assert_array_equal(labels, np.asarray(y)[rows])
        table = trials.metadata[rows].reset_index(drop=True)
        pd.testing.assert_frame_equal(found.metadata, table)


@each_written_set
def test_some_channels_come_in_the_order_of_the_set_by_any_spelling(name, twins):
    folder, trials, _ = twins(name)
    first, last = trials.ch_names[0], trials.ch_names[-1]
    found, _ = WRITTEN[name](folder, channels=[last.lower(), first.upper(), last])
    assert found.ch_names == (first, last)
    axis = trials.axes.index("channel")
    for trial, whole in zip(found.data, trials.data, strict=True):
        assert_array_equal(trial, np.take(whole, [0, -1], axis))


@each_written_set
def test_numbers_come_in_the_precision_that_is_asked_for(name, twins):
    folder, trials, _ = twins(name)
    found, _ = WRITTEN[name](folder, dtype="float64")
    assert found.dtype == np.float64
    for trial, single in zip(found.data, trials.data, strict=True):
        assert_array_equal(trial.astype("float32"), single)


@pytest.mark.parametrize("name", WITH_EYES)
def test_eye_movements_have_the_windows_of_the_eeg(name, twins):
    trials, _ = WRITTEN[name](twins(name)[0], kind="de_LDS" if name != "seed-v" else "de", eye=True)
    assert [len(eye) for eye in trials.extra["eye"]] == [len(trial) for trial in trials.data]


# What is not there.


@each_set
@pytest.mark.parametrize("path", [None, "nowhere", "empty", "a file"])
def test_where_nothing_is_a_sentence_says_how_to_get_the_set(name, path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "a file").write_bytes(b"\0")
    with pytest.raises(FileNotFoundError) as caught:
        LOADERS[name](path)
    told = str(caught.value)
    assert told.startswith(f"{LOADERS[name].__name__}: expected ")
    assert DATASETS[name].page in told or (DATASETS[name].downloads and "download=True" in told)
    assert path is None or path in told
    assert path is not None or DATASETS[name].downloads or "SKLEARN_EEG_DATA" in told
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a file", "empty"]


@each_set
@pytest.mark.parametrize("path", [5, b"folder", ["folder"], True])
def test_a_path_that_is_no_name_is_refused(name, path):
    with pytest.raises(TypeError, match=rf"^{LOADERS[name].__name__}: expected path to be the"):
        LOADERS[name](path)


# What is asked for and cannot be meant.

NOT_MEANT = {
    "subjects": [10**6, -1, 1.5, "x", True, [], [[1]], {"a": 1}, np.nan, object(), np.array([[1]])],
    "channels": ["nowhere", 5, [], [None], [["Fz"]], "", b"Fz", True],
    "labels": [None, 0, "codes", ["name"]],
    "kind": [None, "", 5, ["de"]],
    "dtype": [None, "int16", int, bool, complex, object, "flot", 5, "M8[s]"],
    "cache": [5, b"folder", ["folder"]],
}
NOT_MEANT["sessions"] = NOT_MEANT["subjects"]
NO_FLAGS = [None, 1, "yes"]


def not_meant(name):
    """Settings of a loader that cannot be meant; what is on or off as default is so or so."""
    for setting, parameter in takes(WRITTEN[name]).items():
        flags = NO_FLAGS if isinstance(parameter.default, bool) else ()
        for value in NOT_MEANT.get(setting, flags):
            yield setting, value


@each_written_set
def test_what_cannot_be_meant_is_refused_by_its_name(name, twins):
    folder, *_ = twins(name)
    tried = list(not_meant(name))
    assert {setting for setting, _ in tried} >= {"subjects", "channels", "dtype", "cache"}
    for setting, value in tried:
        with pytest.raises((TypeError, ValueError)) as caught:
            WRITTEN[name](folder, **{setting: value})
        told = str(caught.value)
        start = f"{WRITTEN[name].__name__}: expected {setting} to be "
        assert told.startswith(start), f"{setting}={value!r}: {told}"


# What lies on the disk.


def read_anew(name, folder, **settings):
    """What a reader says of a folder, or what it reads."""
    try:
        with warnings.catch_warnings():
            # What is left out is told.
            warnings.simplefilter("ignore", UserWarning)
            return None, WRITTEN[name](folder, **settings)
    except (ValueError, FileNotFoundError) as error:
        told = str(error)
        assert told.startswith(f"{WRITTEN[name].__name__}: expected "), told
        return told, None


def kinds_of_files(folder):
    """The first and the last file of each kind, by folder and ending, whatever their numbers."""
    kinds = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        kinds.setdefault((re.sub(r"\d+", "0", str(file.parent)), file.suffix), []).append(file)
    return [file for files in kinds.values() for file in {files[0], files[-1]}]


def damages(content):
    yield b""
    yield content[: len(content) // 2]
    yield b"Hello.\n" * 99
    yield np.random.default_rng(0).bytes(4000)


@each_written_set
def test_a_damaged_file_is_named_or_of_no_use(name, spoil, twins):
    folder, whole = spoil(name), twins(name)[1:]
    n_refused = 0
    for file in kinds_of_files(folder):
        content = file.read_bytes()
        file.unlink()
        for damaged in damages(content):
            file.write_bytes(damaged)
            told, found = read_anew(name, folder)
            file.unlink()
            if told is None:
                assert same(*whole, *found), f"{file}, {damaged[:20]}"
                break
            assert file.name in told or file.stem in told, told
            n_refused += 1
        file.write_bytes(content)
    assert n_refused >= 4


@each_written_set
def test_a_folder_in_place_of_a_file_is_named_or_of_no_use(name, spoil, twins, tmp_path):
    folder, whole = spoil(name), twins(name)[1:]
    n_refused = 0
    for file in kinds_of_files(folder):
        content = file.read_bytes()
        file.unlink()
        file.mkdir()
        told, found = read_anew(name, folder)
        if told is None:
            assert same(*whole, *found), file
        else:
            again, _ = read_anew(name, folder, cache=tmp_path / "cache")
            assert all(file.name in text or file.stem in text for text in (told, again))
            n_refused += 1
        file.rmdir()
        file.write_bytes(content)
    assert n_refused


@each_written_set
def test_a_missing_file_is_named_or_its_trials_are_not_there(name, spoil, twins):
    folder, (trials, _) = spoil(name), twins(name)[1:]
    for file in kinds_of_files(folder):
        content = file.read_bytes()
        file.unlink()
        told, found = read_anew(name, folder)
        if told is None:
            assert len(found[0]) <= len(trials)
        else:
            assert file.name in told or "found none" in told or str(file.parent) in told, told
        file.write_bytes(content)


@each_written_set
def test_a_file_of_two_subjects_is_refused(name, spoil, monkeypatch):
    folder = spoil(name)
    recordings = recordings_of(name, folder, monkeypatch)
    if len(recordings) == 1:
        pytest.skip("one file has all recordings")
    for first, last in zip(recordings[0].files, recordings[-1].files, strict=True):
        if first == last or first.suffix == ".xml":
            continue
        content = last.read_bytes()
        last.unlink()
        shutil.copy(first, last)
        with pytest.raises(ValueError, match="each recording once, got the same content in ") as no:
            recordings_of(name, folder, monkeypatch)
        assert {str(first), str(last)} <= set(re.split(r" in | and |; ", str(no.value)))
        last.write_bytes(content)


# A store.


@each_written_set
def test_a_store_gives_what_the_files_do(name, twins, tmp_path):
    folder, trials, y = twins(name)
    for _ in range(2):
        found, labels = WRITTEN[name](folder, cache=tmp_path / "cache")
        assert same(trials, y, found, labels)
        assert all(map(is_mapped, found.data))
    # The store alone: other files, moved elsewhere, are read for their digests and no more.
    kept = contents(tmp_path / "cache")
    stamps = [path.stat().st_mtime_ns for path in entries(tmp_path / "cache")]
    shutil.copytree(folder, tmp_path / "elsewhere")
    WRITTEN[name](tmp_path / "elsewhere", cache=tmp_path / "cache")
    assert [path.stat().st_mtime_ns for path in entries(tmp_path / "cache")] == stamps
    assert contents(tmp_path / "cache") == kept


@each_written_set
def test_no_name_of_a_file_stands_in_a_store(name, twins, tmp_path, monkeypatch):
    folder, *_ = twins(name)
    WRITTEN[name](folder, cache=tmp_path / "cache")
    recordings = recordings_of(name, folder, monkeypatch)
    names = {recording.files[0].stem for recording in recordings}
    everything = b"".join(path.read_bytes() for path in (tmp_path / "cache").iterdir())
    assert not [name for name in names if not name.isdecimal() and name.encode() in everything]
