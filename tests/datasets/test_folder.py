"""What files of a data set say before they are read."""

import pytest

from sklearn_eeg.datasets._folder import refuse_copies
from sklearn_eeg.datasets._people import number_people


def test_the_same_content_twice_is_refused(tmp_path):
    files = [tmp_path / name for name in ("a 1.mat", "b.mat", "ü.mat")]
    for file, content in zip(files, (b"123", b"124", b"123"), strict=True):
        file.write_bytes(content)
    refuse_copies(files[:2])
    with pytest.raises(ValueError, match=r"same content in .*a 1\.mat and .*ü\.mat; delete"):
        refuse_copies(iter(files))


def test_what_is_not_there_is_no_copy(tmp_path):
    """As placeholders of annexed files are not."""
    for name in ("one.mat", "other.mat"):
        (tmp_path / name).symlink_to(tmp_path / "annex")
    refuse_copies(tmp_path.glob("*.mat"))


def test_empty_files_are_no_copies(tmp_path):
    for name in ("one.mat", "other.mat"):
        (tmp_path / name).touch()
    refuse_copies(tmp_path.glob("*.mat"))


def test_people_are_numbered_by_number_or_else_by_the_alphabet():
    assert number_people(["10", "1", "2", "1"]) == {"1": 1, "2": 2, "10": 10}
    assert number_people(["zoe", "anna", "zoe"]) == {"anna": 1, "zoe": 2}
    assert number_people([]) == {}


def test_names_and_numbers_together_are_refused_without_the_name():
    with pytest.raises(ValueError, match=r"all subjects by number or none, got '1'") as caught:
        number_people(["1", "anna"])
    assert "anna" not in str(caught.value)
