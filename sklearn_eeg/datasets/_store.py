"""A store of arrays on disk, in which each is named by all that decides its numbers."""

import json
import os
import time
from contextlib import contextmanager, suppress
from functools import partial
from math import prod
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import numpy as np

from sklearn_eeg._mapped import MappedRows
from sklearn_eeg._places import Block, look_at
from sklearn_eeg.datasets._folder import check_name
from sklearn_eeg.datasets._identity import code_of, describe, digest_of, parts_of, versions
from sklearn_eeg.datasets._recording import check_windows, read_arrays
from sklearn_eeg.datasets._sources import Digests, stamp_of

# Ends each entry, behind the length of its manifest.
MARK = b"sklearn_eeg 0001"
SUFFIX = ".npy"
# What is being written, and how old it is before it counts as left behind.
ASIDE, DAY = ".partial-", 86400


def map_recordings(recordings, cache, dtype):
    """Trials of recordings as maps of a store, in which those that are not there yet are written.

    Parameters
    ----------
    recordings : sequence of Recording
    cache : path-like
        Folder of the store.
    dtype : dtype

    Returns
    -------
    MappedRows, or list of ndarray where trials differ in shape
    """
    from tqdm import tqdm

    store = Store(cache)
    bar = tqdm(recordings, desc="Converting", unit="recording", disable=None, leave=False)
    return as_data([block for one in bar for block in _map_recording(store, one, dtype)])


def as_data(blocks):
    """Trials of blocks: rows on disk where all are of one shape, else a list of views."""
    alike = len({(block.shape, block.dtype) for block in blocks}) == 1
    return MappedRows(blocks) if alike else look_at(blocks)


class Entry(NamedTuple):
    """Arrays of a store: those of one shape lie in blocks; and what was noted with them."""

    blocks: list[Block]
    notes: dict[str, Any]


class Store:
    """A folder of entries, each a file that appears whole or not at all.

    An entry is an NPY file, which any program reads, with a manifest behind the numbers. Its name
    is the digest of what decides them: the sources, the function that reads them and its
    arguments, the code, the versions. So what is stale has another name and is never found. Several
    processes may use a store at a time: who is first with an entry names it. It may be deleted.

    Parameters
    ----------
    folder : path-like
        Made if it is not there. One that cannot be written serves what it has.

    Raises
    ------
    OSError, ValueError
        It is no folder, or cannot be made.
    TypeError
        It is no name.
    """

    def __init__(self, folder):
        check_name("cache", folder)
        if not os.fspath(folder):
            raise ValueError("expected the name of a folder as cache, got an empty one.")
        self.folder = Path(folder).expanduser().absolute()
        with self._speaking():
            self.folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        self.digests = Digests(self.folder / "sources.jsonl")

    def keep(self, facts, make):
        """Return the entry of some facts; one that is not there, or is damaged, is made.

        Parameters
        ----------
        facts : dict
            What decides the numbers, in words.
        make : callable
            Returns a list of arrays of one dtype, and a dict of notes to be kept with them.

        Returns
        -------
        Entry
        """
        path = self.folder / f"{digest_of(facts)}{SUFFIX}"
        entry = read_entry(path)
        if entry is None:
            with self._aside() as file:
                arrays, notes = make()
                with self._speaking(sum(array.nbytes for array in arrays)):
                    _write_entry(file, arrays, notes, facts)
                    file.close()
                    _give_name(file.name, path)
            entry = read_entry(path)
        return entry

    @contextmanager
    def _aside(self):
        """Give a file in the folder, which is gone afterwards under its name."""
        path = self.folder / f"{ASIDE}{uuid4().hex}"
        with self._speaking():
            file = path.open("xb")
        try:
            with file:
                yield file
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def _speaking(self, n_bytes=0):
        """Say of which folder an error of the system is."""
        try:
            yield
        except OSError as error:
            room = f", with room for {n_bytes / 2**20:.0f} MiB," * (n_bytes > 0)
            raise OSError(
                f"expected a folder that can be written{room} at {self.folder}, got "
                f"{error.strerror}; make room, or give another as cache=. What is converted is "
                f"kept, and the next call goes on from there."
            ) from error

    def _sweep(self):
        # What a killed process was writing; younger ones may be another's at work.
        for path in self.folder.glob(f"{ASIDE}*"):
            with suppress(OSError):
                if path.is_file() and time.time() - path.stat().st_mtime > DAY:
                    path.unlink()


def read_entry(path):
    """Entry of a file, ``None`` where it is not there, not whole, or not what its name says."""
    try:
        with path.open("rb") as file:
            last = file.seek(-len(MARK) - 8, os.SEEK_END)
            length, mark = int.from_bytes(file.read(8), "little"), file.read()
            if mark != MARK:
                return None
            end = file.seek(last - length)
            manifest = json.loads(file.read(length))
        blocks = _lay_out(path, manifest)
        n_bytes = sum(len(block.starts) * _n_bytes(block) for block in blocks)
        whole = manifest["start"] + n_bytes == end
        named = path.stem == digest_of(manifest["made_of"])
        return Entry(blocks, manifest["notes"]) if whole and named else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _map_recording(store, recording, dtype):
    """Blocks of the trials of a recording."""
    stamps = [stamp_of(file) for file in recording.files]
    facts = {
        "kind": "recording",
        "sources": [[file.suffix, store.digests.of(file)] for file in recording.files],
        "read": _name_of(recording.read),
        # People's names may be among them.
        "arguments": digest_of(describe(recording.read, list(recording.files))),
        "dtype": dtype.str,
        "code": code_of(*parts_of(recording.read)),
        "versions": versions(),
    }
    entry = store.keep(facts, partial(_read, recording, dtype, stamps))
    if recording.starts is None:
        return entry.blocks
    return [_cut(entry.blocks[0], recording)]


def _read(recording, dtype, stamps):
    """Arrays of a recording, of files that did not change meanwhile."""
    arrays = read_arrays(recording, dtype)
    for file, stamp in zip(recording.files, stamps, strict=True):
        if stamp_of(file) != stamp:
            raise ValueError(
                f"expected {file} to stay as it is while it is read, got a change; wait until "
                f"whoever writes it has ended, and load it again."
            )
    return arrays, {}


def _cut(block, recording):
    """Windows of a block of one signal, as views of it."""
    n_times, step = block.shape[-1], block.strides[-1]
    check_windows(recording, n_times)
    starts = block.starts[0] + step * np.asarray(recording.starts, dtype=np.int64)
    return block._replace(starts=starts, shape=(*block.shape[:-1], recording.length))


def _name_of(function):
    while isinstance(function, partial):
        function = function.func
    return f"{function.__module__}:{function.__qualname__}"


def _write_entry(file, arrays, notes, facts):
    """Write arrays, one behind the other, and their manifest, down to the disk."""
    shapes = [array.shape for array in arrays]
    dtype = arrays[0].dtype if arrays else np.dtype("f4")
    rectangular = len(set(shapes)) == 1
    shape = (len(arrays), *shapes[0]) if rectangular else (sum(map(prod, shapes)),)
    header = {"descr": dtype.str, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    manifest = {
        "start": file.tell(),
        "dtype": dtype.str,
        "shapes": [[len(arrays), shapes[0]]] if rectangular else [[1, shape] for shape in shapes],
        "notes": notes,
        "made_of": facts,
    }
    for array in arrays:
        file.write(np.ascontiguousarray(array).data)
    words = json.dumps(manifest).encode()
    file.write(words + len(words).to_bytes(8, "little") + MARK)
    file.flush()
    os.fsync(file.fileno())


def _give_name(aside, path):
    """Give a whole file its name, unless another process was first."""
    try:
        path.hardlink_to(aside)
    except OSError:
        # Another was first; or what stands there is damaged; or no links are known here.
        if read_entry(path) is None:
            Path(aside).replace(path)


def _lay_out(path, manifest):
    """Blocks of an entry, one behind the other."""
    dtype, start, blocks = np.dtype(manifest["dtype"]), manifest["start"], []
    for n_rows, shape in manifest["shapes"]:
        strides = tuple(dtype.itemsize * prod(shape[axis + 1 :]) for axis in range(len(shape)))
        block = Block(str(path), None, tuple(shape), strides, dtype)
        starts = start + _n_bytes(block) * np.arange(n_rows)
        blocks.append(block._replace(starts=starts))
        start += n_rows * _n_bytes(block)
    return blocks


def _n_bytes(block):
    """Bytes of one row."""
    return prod(block.shape) * block.dtype.itemsize
