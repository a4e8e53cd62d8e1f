"""Variables of MATLAB files, as MATLAB and SciPy write them, whole and damaged."""

import struct
import zlib

import numpy as np
import pytest
import scipy.io
from numpy.testing import assert_array_equal

from sklearn_eeg.datasets._mat import list_variables, read_variables

VARIABLES = {"x_eeg1": np.arange(12.0).reshape(3, 4), "label": np.array([[1, 0, -1]])}


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "with a space.mat"
    scipy.io.savemat(file, VARIABLES, do_compression=True)
    return file


def lengthen(file):
    """Let each compressed variable be eight bytes longer than it says."""
    content = file.read_bytes()
    longer, place = content[:128], 128
    while place < len(content):
        kind, length = struct.unpack_from("<II", content, place)
        inner = zlib.decompress(content[place + 8 : place + 8 + length])
        packed = zlib.compress(inner + bytes(8))
        longer += struct.pack("<II", kind, len(packed)) + packed
        place += 8 + length
    file.write_bytes(longer)


def test_variables_come_by_name(file):
    assert set(read_variables(file)) == set(VARIABLES)
    read = read_variables(file, ["label"])
    assert list(read) == ["label"]
    assert_array_equal(read["label"], VARIABLES["label"])
    assert list_variables(file) == {"x_eeg1": (3, 4), "label": (1, 3)}


def test_a_lacking_variable_is_named_with_those_there(file):
    with pytest.raises(ValueError, match=r"expected the variables de1 in .*mat, which has x_eeg1"):
        read_variables(file, ["label", "de1"])


def test_variables_longer_than_they_say_are_read_on_request(file):
    lengthen(file)
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
