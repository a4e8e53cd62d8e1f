"""Every reader that takes a cache, found in the catalogue: from a store as from its files."""

import inspect
import shutil

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg import datasets
from sklearn_eeg._mapped import is_mapped
from sklearn_eeg.datasets import DATASETS, testing
from tests.datasets.test_store import contents, entries

SETS = {name: dataset.loader.partition(":")[2] for name, dataset in DATASETS.items()}
LOADERS = {
    name: getattr(datasets, loader)
    for name, loader in SETS.items()
    if "cache" in inspect.signature(getattr(datasets, loader)).parameters
}
WRITERS = {name: f"write_{name.replace('-', '_')}" for name in LOADERS}


def test_every_set_with_a_cache_has_a_writer():
    assert {name for name, writer in WRITERS.items() if not hasattr(testing, writer)} <= {"eegmat"}
    assert {"seed", "seed-iv", "seed-v", "seed-vii", "hms", "mped"} <= set(LOADERS)


@pytest.fixture
def read(request, tmp_path):
    """The reader of a set, with a folder of its synthetic twin."""
    if request.param == "hms":
        pytest.importorskip("pyarrow", reason="reads parquet files")
    getattr(testing, WRITERS[request.param])(tmp_path / "set")
    return lambda **settings: LOADERS[request.param](tmp_path / "set", **settings)


@pytest.mark.parametrize("read", sorted(set(LOADERS) - {"eegmat"}), indirect=True)
def test_a_store_gives_what_the_files_do(read, tmp_path):
    wanted, y = read()
    for _ in range(2):
        found, labels = read(cache=tmp_path / "cache")
        assert repr(found) == repr(wanted)
        assert all(map(is_mapped, found.data))
        assert len(found.data) == len(wanted.data)
        for one, other in zip(found.data, wanted.data, strict=True):
            assert_array_equal(one, other)
        assert_array_equal(np.asarray(labels), np.asarray(y))
        pd.testing.assert_frame_equal(found.metadata, wanted.metadata)
    # The store alone: other files, moved elsewhere, are read for their digests and no more.
    kept = contents(tmp_path / "cache")
    stamps = [path.stat().st_mtime_ns for path in entries(tmp_path / "cache")]
    shutil.move(tmp_path / "set", tmp_path / "elsewhere")
    shutil.copytree(tmp_path / "elsewhere", tmp_path / "set")
    read(cache=tmp_path / "cache")
    assert [path.stat().st_mtime_ns for path in entries(tmp_path / "cache")] == stamps
    assert contents(tmp_path / "cache") == kept


@pytest.mark.parametrize("read", sorted(set(LOADERS) - {"eegmat"}), indirect=True)
def test_no_name_of_a_file_stands_in_a_store(read, tmp_path):
    read(cache=tmp_path / "cache")
    stems = {path.stem for path in (tmp_path / "set").rglob("*")}
    # Words that files have in common, and numbers, name nobody.
    names = {stem for stem in stems if not stem.isalpha() and not stem.isdecimal()}
    everything = b"".join(path.read_bytes() for path in (tmp_path / "cache").iterdir())
    assert [name for name in names if name.encode() in everything] == []
