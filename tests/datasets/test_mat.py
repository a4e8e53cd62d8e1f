"""Variables of MATLAB files, as MATLAB and SciPy write them, whole and damaged."""

from pathlib import Path

import numpy as np
import pytest
import scipy.io
from numpy.testing import assert_array_equal

from sklearn_eeg.datasets._mat import read_variables, show_names
from sklearn_eeg.datasets.testing._mat import write_mat

CELLS = np.empty((2, 1), dtype=object)
CELLS[0, 0], CELLS[1, 0] = np.ones((2, 3)), np.array([[7]], dtype=np.int8)
VARIABLES = {
    "x_eeg1": np.arange(12.0).reshape(3, 4),
    "label": np.array([[1, 0, -1]]),
    "cells": CELLS,
    "said": {"who": "nobody", "score": np.array([[0.5, 2.0]], dtype=np.float32)},
}
# What SciPy was tested by, most of it from MATLAB 5 to 8 on three systems.
BY_MATLAB = sorted((Path(scipy.io.matlab.__file__).parent / "tests" / "data").glob("*.mat"))
# Sparse arrays, functions and objects; texts and names that no MATLAB wrote; MATLAB 4.
NOT_READ = (
    "sparse", "func", "object", "parabola", "sqr", "utf8", "nasty", "corrupted", "malformed",
    "miuint32", "hdf5", "_4_", "_4.2c", "mat4", "_m4", "empty_struct",
)  # fmt: skip


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "with a space.mat"
    scipy.io.savemat(file, VARIABLES, do_compression=True)
    return file


def same(one, other):
    """Whether two arrays are, down to what lies in cells and structs."""
    if one.shape != other.shape or one.dtype.names != other.dtype.names:
        return False
    if one.dtype.names:
        return all(same(one[name], other[name]) for name in one.dtype.names)
    if one.dtype == object:
        return all(map(same, one.flat, other.flat))
    return np.array_equal(one, other)


@pytest.mark.parametrize("compressed", [True, False])
def test_variables_come_by_name(compressed, file):
    scipy.io.savemat(file, VARIABLES, do_compression=compressed)
    read, expected = read_variables(file), scipy.io.loadmat(file)
    assert list(read) == list(VARIABLES)
    assert all(same(read[name], expected[name]) for name in read)
    (read,) = read_variables(file, ["label"]).values()
    assert_array_equal(read, VARIABLES["label"])


@pytest.mark.skipif(not BY_MATLAB, reason="needs SciPy with its tests' files")
def test_files_of_matlab_are_read_as_scipy_reads_them():
    files = [file for file in BY_MATLAB if not any(word in file.name for word in NOT_READ)]
    assert len(files) > 50
    for file in files:
        found, read = scipy.io.loadmat(file), read_variables(file)
        assert set(read) == {name for name in found if not name.startswith("__")}, file.name
        for name, array in read.items():
            assert same(array, found[name]), f"{name} of {file.name}"


@pytest.mark.skipif(not BY_MATLAB, reason="needs SciPy with its tests' files")
def test_numbers_saved_in_fewer_bytes_are_of_their_own_type_again():
    (file,) = (file for file in BY_MATLAB if file.name == "testmatrix_7.1_GLNX86.mat")
    assert scipy.io.loadmat(file)["testmatrix"].dtype == np.uint8
    assert read_variables(file)["testmatrix"].dtype == np.float64


@pytest.mark.skipif(not BY_MATLAB, reason="needs SciPy with its tests' files")
def test_what_is_of_no_use_is_left_out_or_refused():
    read = {}
    for file in BY_MATLAB:
        try:
            read[file.stem] = set(read_variables(file))
        except ValueError as error:
            assert f"{file}, got one" in str(error), str(error)
    assert read["testfunc_7.4_GLNX86"] == read["testsparse_7.1_GLNX86"] == set()
    assert not {"corrupted_zlib_data", "corrupted_zlib_checksum", "malformed1"} & set(read)


def test_a_lacking_variable_is_named_with_some_that_are_there(file):
    with pytest.raises(ValueError, match=r"the variables de1 in .*has …_eeg1, label, cells, … \(4"):
        read_variables(file, ["label", "de1"])


def test_initials_before_a_variable_are_not_told():
    assert (
        show_names(["jl_eeg1", "de_LDS1", "a_b_eeg2", "x"])
        == "…_eeg1, de_LDS1, …_eeg2, … (4 in all)"
    )
    assert show_names([]) == "none"


def test_variables_longer_than_they_say_are_read_on_request(file):
    write_mat(file, VARIABLES, overlong=True)
    with pytest.raises(ValueError, match=r"cannot be read \(a compressed array that does not end"):
        read_variables(file)
    read, expected = read_variables(file, overlong=True), VARIABLES["x_eeg1"]
    assert_array_equal(read["x_eeg1"], expected)
    assert list(read) == list(VARIABLES)


@pytest.mark.parametrize("n_bytes", [0, 100, 130, 150, 200])
def test_truncated_files_are_refused(file, n_bytes):
    file.write_bytes(file.read_bytes()[:n_bytes])
    with pytest.raises(ValueError, match=r"expected a MATLAB file in .*a space\.mat, got one that"):
        read_variables(file)


@pytest.mark.parametrize("compressed", [True, False])
def test_no_flipped_bit_does_more_than_be_refused(compressed, file):
    """SciPy's reader ends the process at some of them."""
    scipy.io.savemat(file, VARIABLES, do_compression=compressed)
    content, n_refused = file.read_bytes(), 0
    places = range(124, len(content))
    for place in places:
        damaged = bytearray(content)
        damaged[place] ^= 1 << place % 8
        file.write_bytes(damaged)
        try:
            read_variables(file)
        except ValueError as error:
            n_refused += 1
            assert f"in {file}, got one" in str(error)
    # Nothing but the numbers themselves can be others without a sign.
    assert n_refused > (0.9 if compressed else 0.3) * len(places)


def test_the_same_variable_twice_is_refused(file):
    content = file.read_bytes()
    file.write_bytes(content + content[128:])
    with pytest.raises(ValueError, match=r"cannot be read \(two variables …_eeg1\)"):
        read_variables(file)


def test_arrays_without_number_are_not_made_room_for(file):
    """Cells of which a damaged file announces more than there are bytes."""
    scipy.io.savemat(file, {"cells": CELLS})
    content = file.read_bytes()
    assert content.count(b"\x02\0\0\0\x01\0\0\0") == 1
    file.write_bytes(content.replace(b"\x02\0\0\0\x01\0\0\0", b"\xff\xff\xff\x7f\x01\0\0\0"))
    with pytest.raises(ValueError, match=r"2147483647 arrays in \d+ bytes"):
        read_variables(file)


def test_a_file_of_version_7_3_is_refused_by_its_version(file):
    # Its header, as MATLAB writes it before the HDF5 signature.
    header = b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM"
    file.write_bytes(header.ljust(512, b"\0") + b"\x89HDF\r\n\x1a\n")
    with pytest.raises(ValueError, match=r"got one of version 7\.3; save it"):
        read_variables(file)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"expected a file .*1\.mat, which is not there"):
        read_variables(tmp_path / "1.mat")
    with pytest.raises(ValueError, match=r"expected a MATLAB file in .*Is a directory"):
        read_variables(tmp_path)
