"""Archives of pickles are read in both their forms, and nothing hostile gets through."""

import io
import os
import pickle
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg.datasets._pickled_npz import MOST_BYTES, read_pickled

CONTENT = {0: np.arange(6.0).reshape(2, 3), 44: np.ones((1, 3), dtype="float32")}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "1_123 (ü).npz"


def write_entries(file, compression=zipfile.ZIP_DEFLATED, **entries):
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def as_npy(array):
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_bytes_of_a_pickle_are_read_as_numpy_saves_them(save, protocol, file):
    save(file, data=pickle.dumps(CONTENT, protocol), label=pickle.dumps({0: [1.0]}))
    # As the published notebook does.
    assert list(pickle.loads(np.load(file)["data"])) == [0, 44]
    read = read_pickled(file, ("data", "label"))
    assert read["label"] == {0: [1.0]}
    for clip, array in CONTENT.items():
        assert_array_equal(read["data"][clip], array)
        assert read["data"][clip].dtype == array.dtype


def test_an_object_that_is_bytes_is_read_too(file):
    # Which np.load refuses unless it may execute what is inside.
    np.savez(file, data=np.array(pickle.dumps(CONTENT), dtype=object))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        np.load(file)["data"]
    assert_array_equal(read_pickled(file, ("data",))["data"][0], CONTENT[0])


class Hostile:
    def __reduce__(self):
        return os.system, ("touch hurt",)


@pytest.mark.parametrize(
    "entry",
    [
        np.array(pickle.dumps(Hostile())),
        np.array(pickle.dumps({0: Hostile()}), dtype=object),
        np.array(Hostile(), dtype=object),
    ],
    ids=["bytes", "object of bytes", "object"],
)
def test_nothing_is_executed(entry, file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_entries(file, **{"data.npy": as_npy(entry)})
    with pytest.raises(ValueError, match=r"pickle of arrays in data of .*1_123.*system"):
        read_pickled(file, ("data",))
    assert list(tmp_path.iterdir()) == [file]


def test_a_bomb_is_refused_before_it_goes_off(file):
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("data.npy", "w") as entry:
            for _ in range(MOST_BYTES // 2**20 + 1):
                entry.write(bytes(2**20))
    assert file.stat().st_size < 2**19
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"at most 256 MB of 'data' in .*, got 257 MB"):
            read_pickled(file, ("data",))
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_bomb_that_announces_little_is_not_unpacked_further(file):
    write_entries(file, **{"data.npy": bytes(2**24)})
    content = bytearray(file.read_bytes())
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(mark) + place, 100)
    file.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="expected a NumPy archive"):
            read_pickled(file, ("data",))
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["../data.npy", "/data.npy", "..\\data.npy", "sub/../data.npy"])
def test_a_name_that_leads_elsewhere_leads_nowhere(name, file, tmp_path):
    write_entries(file, **{name: as_npy(pickle.dumps(CONTENT))})
    with pytest.raises(ValueError, match=r"entries 'data' in .*, got '.*data\.npy'"):
        read_pickled(file, ("data",))
    assert list(tmp_path.iterdir()) == [file]
    assert not (tmp_path.parent / "data.npy").exists()


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (b"", "an array in data of"),
        (b"not an array", "an array in data of"),
        (as_npy(np.arange(3.0)), "the bytes of a pickle in data of .* shape .3,. and type float64"),
        (as_npy(np.array([b"a", b"b"])), "the bytes of a pickle in data of"),
        (as_npy(np.array("text", dtype=object)), "the bytes of a pickle in data of"),
        (as_npy(np.array(b"no pickle")), "a pickle of arrays in data of"),
        (as_npy(np.array(pickle.dumps(CONTENT)[:-20])), "a pickle of arrays in data of"),
        (as_npy(np.array(1.0)).replace(b"'<f8'", b"'|S9'")[:-3], "a pickle of arrays in data of"),
        (b"\x93NUMPY\x01\x00\xff\xff{'descr': ", "an array in data of"),
        (b"\x93NUMPY\x09\x00" + bytes(100), "an array in data of"),
    ],
)
def test_another_entry_is_refused(entry, told, file):
    write_entries(file, **{"data.npy": entry})
    with pytest.raises(ValueError, match=f"expected {told}"):
        read_pickled(file, ("data",))


def test_truncated_and_foreign_files_are_refused(file):
    np.savez(file, data=pickle.dumps(CONTENT))
    content = file.read_bytes()
    for part in (
        b"",
        content[:1],
        content[:100],
        content[:-1],
        b"MATLAB 5.0 MAT-file",
        content[9:],
    ):
        file.write_bytes(part)
        with pytest.raises(ValueError, match=r"expected a NumPy archive .*1_123.*copy it anew"):
            read_pickled(file, ("data",))


def test_a_damaged_entry_is_refused(file):
    np.savez_compressed(file, data=pickle.dumps(np.random.default_rng(0).normal(size=500)))
    content = bytearray(file.read_bytes())
    content[600] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(ValueError, match="expected a NumPy archive"):
        read_pickled(file, ("data",))


def test_a_locked_entry_is_refused(file):
    np.savez(file, data=pickle.dumps(CONTENT))
    content = bytearray(file.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"expected a NumPy archive .*encrypted"):
        read_pickled(file, ("data",))


def test_a_missing_file_is_named(file):
    with pytest.raises(FileNotFoundError, match=r"1_123 .*which is not there"):
        read_pickled(file, ("data",))
