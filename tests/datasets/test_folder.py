"""What files of a data set say before they are read."""

import numpy as np
import pytest

from sklearn_eeg.datasets._folder import find_folder, refuse_copies
from sklearn_eeg.datasets._people import number_people
from sklearn_eeg.datasets._settings import pick_channels, select
from sklearn_eeg.montage import SEED_62


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


def test_empty_files_are_no_copies_of_each_other(tmp_path):
    """As a full disk leaves them: who reads them says so."""
    for name in ("one.mat", "other.mat"):
        (tmp_path / name).touch()
    refuse_copies(tmp_path.glob("*.mat"))


def test_files_of_one_size_are_read_whole_only_where_they_begin_alike(tmp_path, monkeypatch):
    compared = []
    monkeypatch.setattr("filecmp.cmp", lambda one, other, shallow: compared.append((one, other)))
    for k in range(30):
        (tmp_path / f"{k:02}.dat").write_bytes(bytes([k % 10]) * 5000 + bytes([k]))
    refuse_copies(sorted(tmp_path.iterdir()))
    assert len(compared) == 30
    assert {int(one.stem) % 10 - int(other.stem) % 10 for one, other in compared} == {0}


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [(None, [1, 2, 10]), (2, [2]), ([10, 1, 1], [1, 10]), (np.array([2, 1]), [1, 2]), ({2.0}, [2])],
)
def test_what_is_selected_comes_in_the_order_of_what_is_known(wanted, kept):
    assert select("subjects", wanted, [1, 2, 10]) == kept


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (3, "got 3"),
        ("1", "got '1'"),
        (True, "got True"),
        ([True, False, True], "got True, False, True"),
        ([], "got none"),
        ([[1, 2]], r"got \[1, 2\]"),
        (np.array([[1, 2]]), r"got array\(\[1, 2\]\)"),
        (np.array(1), r"got array\(1\)"),
        (b"1", "got b'1'"),
        (float("nan"), "got nan"),
    ],
)
def test_what_is_not_there_or_merely_taken_for_it_is_refused(wanted, told):
    with pytest.raises(ValueError, match=f"subjects to be some of 1, 2, 10, {told}; leave it out"):
        select("subjects", wanted, [1, 2, 10])


@pytest.mark.parametrize("wanted", [["T3", "fp1"], np.array(["T7", "FP1"]), ("Fp1", "EEG T7-REF")])
def test_channels_are_picked_by_any_spelling_in_the_order_of_the_set(wanted):
    names, places = pick_channels(wanted)
    assert names == ["Fp1", "T7"]
    assert places == [SEED_62.index("Fp1"), SEED_62.index("T7")]


@pytest.mark.parametrize("wanted", [5, [None], ["Fz", 5], [["Fz", "Cz"]], "M1", [[]], ""])
def test_what_is_no_channel_is_refused(wanted):
    with pytest.raises(ValueError, match="expected channels to be some of Fp1, Fpz"):
        pick_channels(wanted)


@pytest.mark.parametrize("path", [5, b"folder", ["folder"], True])
def test_a_path_that_is_no_name_is_refused(path):
    with pytest.raises(TypeError, match=r"expected path to be the name of a folder, got"):
        find_folder("seed", path, holds="*")
