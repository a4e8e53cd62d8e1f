"""A file is opened once where its numbers stay in memory; a store keeps what is known of it."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg.datasets._at_once import read_at_once
from sklearn_eeg.datasets._gather import gather


class Reader:
    """Three trials a file, counted."""

    def __init__(self):
        self.n_opened = 0

    def __call__(self, file):
        self.n_opened += 1
        signals = [np.full((2, 5), 10 * int(file.name) + trial) for trial in range(3)]
        return [{"trial": trial} for trial in range(3)], {
            "signals": signals,
            "extra": [signal[:1, :2] for signal in signals],
        }


def find_table(file):
    return [file.with_name("table")]


COUNTED = []


def count(file):
    """As a function of a module, which a store can name."""
    COUNTED.append(file)
    return Reader()(file)


def label_even(rows):
    return [row["trial"] for row in rows if row["trial"] != 1], ["a", "b"]


def check(recordings):
    trials, y = gather(recordings)
    assert_array_equal(trials.data[:, 0, 0], [10, 12, 20, 22])
    assert_array_equal(trials.extra["extra"][:, 0, 0], [10, 12, 20, 22])
    assert_array_equal(trials.metadata["trial"], [0, 2, 0, 2])
    assert_array_equal(y, ["a", "b"] * 2)


@pytest.fixture
def files(tmp_path):
    for name in "12":
        (tmp_path / name).write_text(name)
    return [tmp_path / name for name in "12"]


def test_files_are_opened_once_where_their_numbers_stay_in_memory(files):
    read = Reader()
    check(read_at_once(files, read, label_even))
    assert read.n_opened == 2


def test_what_is_known_of_trials_is_kept_in_a_store(files, tmp_path):
    COUNTED.clear()
    for _ in range(2):
        recordings = read_at_once(files, count, label_even, tmp_path / "store")
        assert len(COUNTED) == 2
    again = pickle.loads(pickle.dumps(recordings[1].read))
    assert_array_equal(np.stack(again())[:, 0, 0], [20, 22])
    check(recordings)
    COUNTED.clear()
    files[0].write_text("another")
    read_at_once(files, count, label_even, tmp_path / "store")
    assert files[:1] == COUNTED


def test_files_beside_decide_too(files, tmp_path):
    COUNTED.clear()
    for content in ("a", "a", "b"):
        (tmp_path / "table").write_text(content)
        (recording,) = read_at_once(
            files[:1], count, label_even, tmp_path / "store", beside=find_table
        )
    assert len(COUNTED) == 2
    assert recording.files == [files[0], tmp_path / "table"]


def test_files_without_a_label_are_no_recordings(files):
    def label(rows):
        return ([0], ["a"]) if next(names) == "2" else ([], [])

    names = iter("12")
    (recording,) = read_at_once(files, Reader(), label)
    assert recording.files == files[1:]
    with pytest.raises(
        ValueError, match=r"expected trials with a label in .*1 and others, got non"
    ):
        read_at_once(files, Reader(), lambda rows: ([], []))
