"""Variables of MATLAB files, as MATLAB and SciPy write them, whole and damaged."""

import numpy as np
import pytest
import scipy.io
from numpy.testing import assert_array_equal

from sklearn_eeg.datasets._mat import list_variables, read_variables, show_names
from sklearn_eeg.datasets.testing._mat import write_mat

VARIABLES = {"x_eeg1": np.arange(12.0).reshape(3, 4), "label": np.array([[1, 0, -1]])}


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "with a space.mat"
    scipy.io.savemat(file, VARIABLES, do_compression=True)
    return file


def test_variables_come_by_name(file):
    assert set(read_variables(file)) == set(VARIABLES)
    read = read_variables(file, ["label"])
    assert list(read) == ["label"]
    assert_array_equal(read["label"], VARIABLES["label"])
    assert list_variables(file) == {"x_eeg1": (3, 4), "label": (1, 3)}


def test_a_lacking_variable_is_named_with_some_that_are_there(file):
    with pytest.raises(ValueError, match=r"the variables de1 in .*which has …_eeg1, label; is it"):
        read_variables(file, ["label", "de1"])


def test_initials_before_a_variable_are_not_told():
    assert (
        show_names(["jl_eeg1", "de_LDS1", "a_b_eeg2", "x"])
        == "…_eeg1, de_LDS1, …_eeg2, … (4 in all)"
    )
    assert show_names([]) == "none"


def test_variables_longer_than_they_say_are_read_on_request(file):
    write_mat(file, VARIABLES, overlong=True)
    with pytest.raises(ValueError, match=r"got one that cannot be read \(Did not fully consume"):
        read_variables(file)
    read = read_variables(file, overlong=True)
    for name, value in VARIABLES.items():
        assert_array_equal(read[name], value)


@pytest.mark.parametrize("n_bytes", [0, 100, 150, 200])
def test_truncated_files_are_refused(file, n_bytes):
    file.write_bytes(file.read_bytes()[:n_bytes])
    with pytest.raises(ValueError, match=r"expected a MATLAB file in .*a space\.mat, got one that"):
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
