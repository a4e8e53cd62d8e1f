"""Pickles as Python 2, Python 3 and NumPy 1 and 2 write them are read, and nothing is executed."""

import os
import pickle
import pickletools
import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg.datasets._arrays_only import load_arrays, parse_arrays

CONTENT = {
    "data": np.arange(24.0).reshape(2, 3, 4),
    "labels": np.array([[1.5, 2.0]], dtype="float32"),
    "name": "s01",
    "counts": [np.int64(3), (1, 2)],
    "text": np.array(["Fp1", "Cz"]),
    "transposed": np.arange(6).reshape(2, 3).T,
    "objects": np.array([{"a": 1}, b"bytes"], dtype=object),
    0: np.zeros((0, 5)),
}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_arrays_come_as_they_were_written(protocol, tmp_path):
    file = tmp_path / "with a space.dat"
    file.write_bytes(pickle.dumps(CONTENT, protocol=protocol))
    read = load_arrays(file)
    assert list(read) == list(CONTENT)
    for name in ("data", "labels", "text", "transposed", 0):
        assert_array_equal(read[name], CONTENT[name])
        assert read[name].dtype == CONTENT[name].dtype
    assert read["counts"] == [3, (1, 2)]
    assert read["objects"].tolist() == [{"a": 1}, b"bytes"]


def test_names_of_both_ages_of_numpy_are_known():
    content = pickle.dumps(np.arange(3), protocol=2)
    other = content.replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    assert other != content
    assert_array_equal(parse_arrays(other, "it"), [0, 1, 2])


def test_python_2_wrote_bytes_as_text():
    # As cPickle of Python 2 writes {'data': array([1, 2], dtype=int8)} at protocol 2.
    content = (
        b"\x80\x02}q\x01U\x04dataq\x02cnumpy.core.multiarray\n_reconstruct\nq\x03cnumpy\nndarray\n"
        b"q\x04K\x00\x85U\x01b\x87Rq\x05(K\x01K\x02\x85cnumpy\ndtype\nq\x06U\x02i1K\x00K\x01\x87R"
        b"q\x07(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89U\x02\x01\x02tbs."
    )
    assert_array_equal(parse_arrays(content, "it")["data"], [1, 2])


class Hostile:
    def __init__(self, function, *args):
        self.function, self.args = function, args

    def __reduce__(self):
        return self.function, self.args


@pytest.mark.parametrize(
    "hostile",
    [
        Hostile(os.system, "touch hurt"),
        Hostile(eval, "open('hurt', 'w')"),
        Hostile(getattr, "", "join"),
        Hostile(bytearray, 10**11),
        Hostile(np.ndarray, (10**11,)),
        Hostile(np.zeros, 10**11),
        Hostile(np.load, "hurt"),
        Hostile(np.dtype, [("a", "O")]),
        Hostile(pickle.loads, b"."),
    ],
    ids=lambda hostile: hostile.function.__name__,
)
def test_nothing_is_executed(hostile, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tracemalloc.start()
    try:
        with pytest.raises(
            ValueError, match=r"expected a pickle of arrays in it, got .*it (asks|has)"
        ):
            parse_arrays(pickle.dumps({"data": hostile}), "it")
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
    assert not list(tmp_path.iterdir())


def test_a_large_array_that_is_only_announced_takes_no_memory():
    content = pickle.dumps(np.zeros(3), protocol=2)
    announced = [op for op, *_ in pickletools.genops(content) if op.name == "BININT1"]
    assert announced
    # The empty array that is announced first, made 2**31 bytes long.
    huge = content.replace(b"K\x00\x85", b"J\xff\xff\xff\x7f\x85", 1)
    assert huge != content
    tracemalloc.start()
    try:
        assert_array_equal(parse_arrays(huge, "it"), np.zeros(3))
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("n_bytes", [0, 1, 20, 100])
def test_truncated_files_are_refused(n_bytes, tmp_path):
    file = tmp_path / "s01.dat"
    file.write_bytes(pickle.dumps(CONTENT)[:n_bytes])
    with pytest.raises(ValueError, match=r"expected a pickle of arrays in .*s01\.dat, got"):
        load_arrays(file)
