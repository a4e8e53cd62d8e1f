"""A store of arrays on disk, in which each is named by all that decides its numbers."""

import json
import os
import time
from contextlib import contextmanager, suppress
from math import prod
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import numpy as np

from sklearn_eeg._identity import digest_of
from sklearn_eeg._mapped import MappedRows
from sklearn_eeg._places import Block, look_at

# Ends each entry, behind the length of its manifest.
MARK = b"sklearn_eeg 0001"
SUFFIX = ".npy"
# What is being written, and how old it is before it counts as left behind.
ASIDE, DAY = ".partial-", 86400


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
    argument : str, default="cache"
        What the user calls it, for errors.

    Raises
    ------
    OSError, ValueError
        It is no folder, or cannot be made.
    TypeError
        It is no name.
    """

    def __init__(self, folder, argument="cache"):
        if not isinstance(folder, (str, os.PathLike)):
            raise TypeError(f"expected {argument} to be the name of a folder, got {folder!r}.")
        if not os.fspath(folder):
            raise ValueError(f"expected the name of a folder as {argument}, got an empty one.")
        self.folder = Path(folder).expanduser().absolute()
        self._argument = argument
        with self._speaking():
            self.folder.mkdir(parents=True, exist_ok=True)
        self._sweep()

    def check(self):
        """Refuse a folder that cannot be written."""
        with self._aside():
            pass

    def recall(self, facts):
        """Return the entry of some facts; ``None``: there is none, or it is damaged."""
        return read_entry(self._path(facts))

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
        path = self._path(facts)
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

    def drop(self, facts):
        """Forget an entry."""
        self._path(facts).unlink(missing_ok=True)

    def _path(self, facts):
        return self.folder / f"{digest_of(facts)}{SUFFIX}"

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
                f"{error.strerror}; make room, or give another as {self._argument}=. What is done "
                f"is kept, and the next call goes on from there."
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
