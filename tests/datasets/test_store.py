"""The store: what is in it is whole and of these sources, code and arguments, or is made anew."""

import os
import pickle
import random
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg import _identity
from sklearn_eeg._mapped import MappedRows, is_mapped
from sklearn_eeg.datasets import _sources, _store
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._recording import Recording

READ = []


def read_signal(file, gain=1.0):
    READ.append(file.name)
    return gain * np.load(file)


def read_trials(file, lengths):
    READ.append(file.name)
    signal = np.load(file)
    return [signal[:, :length] for length in lengths]


@pytest.fixture(autouse=True)
def nothing_read_yet():
    READ.clear()


@pytest.fixture
def signals(tmp_path):
    """Three files of signals, in a folder with a name that people give."""
    folder = tmp_path / "Mes données ($1)"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name in "abc":
        np.save(folder / f"{name}.npy", rng.standard_normal((4, 300 + ord(name))))
    return sorted(folder.iterdir())


def rows(subject, n_trials):
    return {
        "rows": [{"subject": subject, "trial": k + 1} for k in range(n_trials)],
        "labels": [k % 2 for k in range(n_trials)],
    }


def windowed(files, starts=(0, 50, 100, 7), length=200, **settings):
    return [
        Recording(
            files=[file],
            read=partial(read_signal, file, **settings),
            starts=list(starts),
            length=length,
            **rows(subject, len(starts)),
        )
        for subject, file in enumerate(files)
    ]


def in_trials(files, lengths):
    return [
        Recording(
            files=[file], read=partial(read_trials, file, lengths), **rows(subject, len(lengths))
        )
        for subject, file in enumerate(files)
    ]


def entries(cache):
    return sorted(path for path in cache.iterdir() if path.suffix == ".npy")


def contents(cache):
    return {path.name: path.read_bytes() for path in entries(cache)}


RECORDINGS = {
    "windows": windowed,
    "trials": partial(in_trials, lengths=(120, 120, 120)),
    "trials of different length": partial(in_trials, lengths=(120, 80, 100)),
    "no trials in one": lambda files: [*windowed(files[:2]), *windowed(files[2:], starts=())],
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", RECORDINGS)
def test_what_a_store_gives_is_what_is_read_into_memory(kind, dtype, signals, tmp_path):
    recordings = RECORDINGS[kind](signals)
    wanted, y = gather(recordings, dtype=dtype, sfreq=100.0)
    for _ in range(2):
        found, labels = gather(recordings, dtype=dtype, sfreq=100.0, cache=tmp_path / "cache")
        assert repr(found) == repr(wanted)
        assert found.is_ragged == wanted.is_ragged
        for one, other in zip(found.data, wanted.data, strict=True):
            assert is_mapped(one)
            assert_array_equal(one, other)
        assert_array_equal(labels, y)
        assert_array_equal(found.subject, wanted.subject)
    assert len(entries(tmp_path / "cache")) == 3


def test_a_file_is_read_once_and_then_never(signals, tmp_path):
    for _ in range(3):
        gather(windowed(signals), cache=tmp_path / "cache")
    assert READ == ["a.npy", "b.npy", "c.npy"]


def test_overlapping_windows_are_on_disk_once(signals, tmp_path):
    trials, _ = gather(windowed(signals, starts=range(0, 180)), cache=tmp_path / "cache")
    assert isinstance(trials.data, MappedRows)
    sizes = [path.stat().st_size for path in entries(tmp_path / "cache")]
    assert sum(sizes) < 4 * sum(np.load(file).size for file in signals) + 3 * 2000
    assert trials.data.nbytes > 50 * sum(sizes)
    # Other windows of the same recordings need nothing new.
    gather(windowed(signals, starts=[3], length=10), cache=tmp_path / "cache")
    assert len(READ) == 3


def test_entries_are_files_that_numpy_reads(signals, tmp_path):
    gather(windowed(signals), cache=tmp_path / "cache")
    found = {np.load(path).tobytes() for path in entries(tmp_path / "cache")}
    assert found == {np.load(file).astype("f4").tobytes() for file in signals}


def test_a_pickle_has_paths_and_no_numbers(signals, tmp_path):
    for recordings in (windowed(signals, starts=range(100)), in_trials(signals, (120, 80) * 50)):
        trials, _ = gather(recordings, cache=tmp_path / "cache")
        content = pickle.dumps(trials)
        assert len(content) < sum(trial.nbytes for trial in trials.data) / 8
        again = pickle.loads(content)
        assert all(map(is_mapped, again.data))
        for one, other in zip(again.data, trials.data, strict=True):
            assert_array_equal(one, other)


def change_content(files, monkeypatch):
    stat = files[1].stat()
    signal = np.load(files[1])
    signal[2, 5] += 1e-3
    np.save(files[1], signal)
    # Whoever keeps size and time of a file does not deceive.
    os.utime(files[1], ns=(stat.st_atime_ns, stat.st_mtime_ns))
    return windowed(files)


def change_argument(files, monkeypatch):
    return windowed(files, gain=2.0)


def change_package(files, monkeypatch):
    monkeypatch.setattr(_identity, "_package_code", lambda: b"other")
    return windowed(files)


def change_version(files, monkeypatch):
    monkeypatch.setattr(_store, "versions", lambda: {"numpy": "9.9.9"})
    return windowed(files)


@pytest.mark.parametrize(
    ("change", "n_read"),
    [(change_content, 1), (change_argument, 3), (change_package, 3), (change_version, 3)],
)
def test_what_is_stale_is_never_served(change, n_read, signals, tmp_path, monkeypatch):
    monkeypatch.setattr(_sources, "SETTLED_NS", -(10**18))
    gather(windowed(signals), cache=tmp_path / "cache")
    READ.clear()
    recordings = change(signals, monkeypatch)
    found, _ = gather(recordings, cache=tmp_path / "cache")
    assert len(READ) == n_read
    wanted, _ = gather(recordings)
    assert_array_equal(found.data, wanted.data)


def test_the_code_of_a_function_outside_the_package_counts(signals, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    for gain in (1, 4):
        (tmp_path / "own_reader.py").write_text(
            f"import numpy as np\ndef read(file):\n    return {gain} * np.load(file)\n"
        )
        sys.modules.pop("own_reader", None)
        shutil.rmtree(tmp_path / "__pycache__", ignore_errors=True)
        from own_reader import read

        recording = Recording(
            files=signals[:1], read=partial(read, signals[0]), starts=[0], length=9, **rows(1, 1)
        )
        found, _ = gather([recording], cache=tmp_path / "cache")
        assert_array_equal(found.data[0], gain * np.load(signals[0])[:, :9].astype("f4"))
    sys.modules.pop("own_reader")


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        (lambda: None, "expected functions and classes at the top of a module, got"),
        (partial(read_signal, gain=object()), "cannot be told from others of its kind"),
        (np.random.default_rng(0).normal, "cannot be told from others of its kind"),
    ],
)
def test_a_function_that_cannot_be_named_is_refused(read, sentence, signals, tmp_path):
    recording = Recording(files=signals[:1], read=read, **rows(1, 1))
    with pytest.raises(TypeError, match=sentence):
        gather([recording], cache=tmp_path / "cache")


def test_a_folder_that_moved_needs_nothing_new(signals, tmp_path):
    gather(windowed(signals), cache=tmp_path / "cache")
    moved = tmp_path / "elsewhere"
    shutil.move(signals[0].parent, moved)
    shutil.move(tmp_path / "cache", tmp_path / "other cache")
    READ.clear()
    found, _ = gather(windowed(sorted(moved.iterdir())), cache=tmp_path / "other cache")
    assert READ == []
    assert len(found) == 12


def test_names_of_files_and_arguments_stand_nowhere_in_a_store(signals, tmp_path):
    (signals[0].parent / "zhangsan").mkdir()
    file = shutil.copy(signals[0], signals[0].parent / "zhangsan" / "zhangsan_20131027.npy")
    recording = Recording(
        files=[Path(file)], read=partial(read_named, Path(file), "zhangsan_eeg1"), **rows(1, 1)
    )
    gather([recording], cache=tmp_path / "cache")
    for path in (tmp_path / "cache").iterdir():
        assert b"zhangsan" not in path.read_bytes() + path.name.encode()


def read_named(file, name):
    return [np.load(file)]


def spoil_by_cutting(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def spoil_by_emptying(path):
    path.write_bytes(b"")


def spoil_by_cutting_inside(path):
    content = path.read_bytes()
    path.write_bytes(content[:200] + content[210:])


def spoil_by_another(path):
    other = next(each for each in path.parent.glob("*.npy") if each != path)
    path.write_bytes(other.read_bytes())


def spoil_by_foreign(path):
    path.write_bytes(b"something else " * 100)


SPOILT = [
    spoil_by_cutting,
    spoil_by_emptying,
    spoil_by_cutting_inside,
    spoil_by_another,
    spoil_by_foreign,
]


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_damaged_entry_is_made_anew(spoil, signals, tmp_path):
    gather(windowed(signals), cache=tmp_path / "cache")
    whole = contents(tmp_path / "cache")
    spoil(entries(tmp_path / "cache")[1])
    assert contents(tmp_path / "cache") != whole
    READ.clear()
    trials, _ = gather(windowed(signals), cache=tmp_path / "cache")
    assert len(READ) == 1
    assert contents(tmp_path / "cache") == whole
    assert_array_equal(trials.data, gather(windowed(signals))[0].data)


def test_foreign_files_are_left_alone(signals, tmp_path):
    cache = tmp_path / "cache"
    (cache / ".partial-folder").mkdir(parents=True)
    (cache / "notes.txt").write_text("mine")
    (cache / "other.npy").write_text("no array")
    (cache / "sources.jsonl").write_bytes(b'\xff\x00[1]\n{"a": 1}\n["x", 1, 2, 3, "y"]\n[[]]\n3\n')
    gather(windowed(signals), cache=cache)
    assert (cache / "notes.txt").read_text() == "mine"
    assert (cache / "other.npy").read_text() == "no array"
    assert (cache / ".partial-folder").is_dir()
    READ.clear()
    gather(windowed(signals), cache=cache)
    assert READ == []


def test_what_was_left_behind_is_swept_after_a_day(signals, tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir()
    for name, age in ((".partial-old", 90_000), (".partial-young", 3600)):
        (cache / name).write_bytes(b"half")
        os.utime(cache / name, (time.time() - age,) * 2)
    gather(windowed(signals), cache=cache)
    assert [path.name for path in cache.iterdir() if path.name[0] == "."] == [".partial-young"]


def test_a_cache_that_is_a_file_is_refused(signals, tmp_path):
    (tmp_path / "file").write_text("mine")
    for cache in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(
            OSError, match=r"expected a folder that can be written at .*file.*, got"
        ):
            gather(windowed(signals), cache=cache)
    assert READ == []
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    ("settings", "error", "sentence"),
    [
        ({"cache": ""}, ValueError, "expected the name of a folder as cache, got an empty one"),
        ({"cache": 3}, TypeError, "expected cache to be the name of a folder, got 3"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, error, sentence, signals, tmp_path):
    with pytest.raises(error, match=sentence):
        gather(windowed(signals), **{"cache": tmp_path / "cache", **settings})
    assert READ == []


def test_an_entry_that_is_a_folder_is_one_sentence(signals, tmp_path):
    gather(windowed(signals), cache=tmp_path / "cache")
    path = entries(tmp_path / "cache")[0]
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError, match="expected a folder that can be written"):
        gather(windowed(signals), cache=tmp_path / "cache")
    assert not list((tmp_path / "cache").glob(".partial-*"))


@pytest.fixture
def locked(tmp_path, signals, monkeypatch):
    """A store that cannot be written, which root can all the same."""
    gather(windowed(signals), cache=tmp_path / "cache")
    READ.clear()
    (tmp_path / "cache").chmod(0o555)
    (tmp_path / "cache" / "sources.jsonl").unlink(missing_ok=True)
    if os.access(tmp_path / "cache", os.W_OK):
        real = Path.open

        def refuse(path, mode="r", *args, **kwargs):
            if path.parent == tmp_path / "cache" and mode[0] in "xaw":
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, mode, *args, **kwargs)

        monkeypatch.setattr(Path, "open", refuse)
    yield tmp_path / "cache"
    (tmp_path / "cache").chmod(0o755)


def test_a_store_that_cannot_be_written_serves_what_it_has(locked, signals):
    found, _ = gather(windowed(signals), cache=locked)
    assert READ == []
    assert len(found) == 12


def test_a_store_that_cannot_be_written_says_so_before_anything_is_read(locked, signals):
    with pytest.raises(OSError, match=r"that can be written at .*cache, got Permission denied"):
        gather(windowed(signals, gain=2.0), cache=locked)
    assert READ == []


FULL = """
import resource, sys
from pathlib import Path
from tests.datasets import test_store
folder, cache, limit = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
test_store.gather(test_store.windowed(sorted(folder.iterdir())), cache=cache)
"""


def start(program, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_full_disk_leaves_nothing_half_and_what_is_whole(signals, tmp_path):
    np.save(signals[2], np.zeros((4, 50_000)))
    process = start(FULL, signals[0].parent, tmp_path / "cache", 20_000)
    _, said = process.communicate()
    assert process.returncode == 1
    last = said.strip().splitlines()[-1]
    assert "expected a folder that can be written, with room for 1 MiB, at" in last
    assert "got File too large" in last
    kept = contents(tmp_path / "cache")
    assert len(kept) == 2
    assert {path.name for path in (tmp_path / "cache").iterdir()} <= {*kept, "sources.jsonl"}
    gather(windowed(signals), cache=tmp_path / "cache")
    assert READ == ["c.npy"]
    assert contents(tmp_path / "cache").items() > kept.items()


def test_ctrl_c_keeps_what_is_whole(signals, tmp_path, monkeypatch):
    real = np.asarray

    def stop(array, dtype):
        if READ == ["a.npy", "b.npy"]:
            raise KeyboardInterrupt
        return real(array, dtype)

    with monkeypatch.context() as during:
        during.setattr(_store.np, "asarray", stop)
        with pytest.raises(KeyboardInterrupt):
            gather(in_trials(signals, (100, 90)), cache=tmp_path / "cache")
    assert len(entries(tmp_path / "cache")) == 1
    assert not list((tmp_path / "cache").glob(".partial-*"))
    gather(in_trials(signals, (100, 90)), cache=tmp_path / "cache")
    assert READ == ["a.npy", "b.npy", "b.npy", "c.npy"]


def test_a_source_that_changes_while_it_is_read_is_refused(signals, tmp_path):
    recording = Recording(files=signals[:1], read=partial(read_and_touch, signals[0]), **rows(1, 1))
    with pytest.raises(ValueError, match=r"expected .*a\.npy to stay as it is while it is read"):
        gather([recording], cache=tmp_path / "cache")
    assert entries(tmp_path / "cache") == []


def read_and_touch(file):
    content = np.load(file)
    np.save(file, content + 1)
    return [content]


def test_a_window_beyond_its_recording_is_refused(signals, tmp_path):
    for starts in ([0, 300], [-1]):
        for cache in (None, tmp_path / "cache"):
            with pytest.raises(ValueError, match=r"windows .*inside .*a\.npy"):
                gather(windowed(signals, starts=starts), cache=cache)


def test_an_entry_that_is_cut_off_later_is_one_sentence(signals, tmp_path):
    trials, _ = gather(windowed(signals), cache=tmp_path / "cache")
    for path in entries(tmp_path / "cache"):
        spoil_by_cutting(path)
    with pytest.raises(ValueError, match="as it was when the trials were loaded"):
        trials.data[:3]
    for path in entries(tmp_path / "cache"):
        path.unlink()
    trials, _ = pickle.loads(pickle.dumps(gather(windowed(signals), cache=tmp_path / "cache")))
    shutil.rmtree(tmp_path / "cache")
    with pytest.raises(FileNotFoundError, match="in which the trials lie, which is gone"):
        trials.data[:3]


def test_digests_are_remembered_while_files_stay(signals, tmp_path, monkeypatch):
    hashed = []
    real = _sources.hashlib.file_digest
    monkeypatch.setattr(_sources.hashlib, "file_digest", lambda *a: hashed.append(1) or real(*a))
    # Written just now, a file may be written to once more in the same tick of the clock.
    digests = _sources.Digests(tmp_path / "sources.jsonl")
    assert digests.of(signals[0]) == digests.of(signals[0])
    assert len(hashed) == 2
    monkeypatch.setattr(_sources, "SETTLED_NS", -(10**18))
    for _ in range(2):
        digests = _sources.Digests(tmp_path / "sources.jsonl")
        for file in signals:
            assert digests.of(file) == _sources.hashlib.sha256(file.read_bytes()).hexdigest()
    assert len(hashed) == 5
    np.save(signals[1], np.zeros(3))
    digests.of(signals[1])
    assert len(hashed) == 6


WAITING = """
import sys, time
from pathlib import Path
from tests.datasets import test_store
folder, cache = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
test_store.gather(test_store.windowed(sorted(folder.iterdir())), cache=cache)
"""


def many_signals(folder, n_files):
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(n_files):
        np.save(folder / f"{number:03}.npy", rng.standard_normal((4, 400)))
    return folder


def start_waiting(folder, cache):
    """A process that converts once it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING, folder, cache],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdout.readline()
    return process


def test_two_processes_make_one_store(tmp_path):
    folder = many_signals(tmp_path / "signals", 60)
    processes = [start_waiting(folder, tmp_path / "cache") for _ in range(2)]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0]
    gather(windowed(sorted(folder.iterdir())), cache=tmp_path / "alone")
    assert contents(tmp_path / "cache") == contents(tmp_path / "alone")
    assert not list((tmp_path / "cache").glob(".partial-*"))


@pytest.mark.parametrize("n_kills", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_kills_leave_whole_entries_and_the_same_store_in_the_end(n_kills, tmp_path):
    folder = many_signals(tmp_path / "signals", 100 * n_kills)
    cache, clock = tmp_path / "cache", random.Random(0)
    gather(windowed(sorted(folder.iterdir())), cache=tmp_path / "alone")
    whole, seen = contents(tmp_path / "alone"), [0]
    cache.mkdir()
    for _ in range(n_kills):
        process = start_waiting(folder, cache)
        process.stdin.write("go\n")
        process.stdin.flush()
        while len(entries(cache)) == seen[-1]:
            time.sleep(0.001)
        time.sleep(clock.uniform(0, 0.05))
        process.kill()
        process.communicate()
        found = contents(cache)
        assert found.items() <= whole.items()
        seen.append(len(found))
    aside = list(cache.glob(".partial-*"))
    print(f"entries after each kill: {seen} of {len(whole)}; {len(aside)} left aside")
    assert seen[-1] < len(whole)
    for path in aside:
        os.utime(path, (time.time() - 90_000,) * 2)
    gather(windowed(sorted(folder.iterdir())), cache=cache)
    assert contents(cache) == whole
    assert not list(cache.glob(".partial-*"))
