"""A file is found by the numbers in its published name; nothing is passed over in silence."""

import pytest

from sklearn_eeg.datasets._numbered import find_numbered, find_subjects, pick_subjects


@pytest.fixture
def folder(tmp_path):
    for name in ("s10.dat", "s02.dat", "._s02.dat", "notes.txt"):
        (tmp_path / name).write_text(name)
    return tmp_path


def find(folder, **settings):
    return find_numbered(folder, r"s(?P<subject>\d\d)\.dat", "s01.dat", **settings)


def test_files_come_in_the_order_of_their_numbers(folder):
    (folder / "s03").mkdir()
    (folder / "s03" / "s03.dat").touch()
    assert {key: file.name for key, file in find(folder).items()} == {
        (2,): "s02.dat",
        (10,): "s10.dat",
    }
    assert list(find(folder, inner="s*")) == [(2,), (3,), (10,)]


@pytest.mark.parametrize("name", ["s03 (1).dat", "subject3.dat", "S03.dat"])
def test_a_file_by_another_name_is_refused(folder, name):
    (folder / name).touch()
    with pytest.raises(
        ValueError, match=r"expected names such as s01\.dat in .*, got '.*; give the"
    ):
        find(folder)


def test_a_subject_that_is_there_twice_is_refused(folder):
    (folder / "s02").mkdir()
    (folder / "s02" / "s02.dat").touch()
    sentence = r"one file of subject 2 in .*, got 's02.s02\.dat' and 's02\.dat'; move one"
    with pytest.raises(ValueError, match=sentence):
        find(folder, inner="s*")


def test_some_subjects_are_picked(folder):
    files = find_subjects(folder, r"s(?P<subject>\d\d)\.dat", "s01.dat")
    assert pick_subjects(files, None) == {2: folder / "s02.dat", 10: folder / "s10.dat"}
    assert pick_subjects(files, [10]) == {10: folder / "s10.dat"}
    with pytest.raises(ValueError, match="expected subjects to be some of 2, 10, got 3"):
        pick_subjects(files, [3])


def test_copies_are_refused_whoever_is_picked(folder):
    (folder / "s10.dat").write_text("s02.dat")
    with pytest.raises(ValueError, match=r"each recording once, .* in .*s02\.dat and .*s10\.dat"):
        find(folder)
