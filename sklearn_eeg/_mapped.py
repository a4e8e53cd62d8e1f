"""Rows of arrays in files, read when they are asked for."""

import copy
from functools import lru_cache
from math import prod
from typing import NamedTuple

import numpy as np

from sklearn_eeg._places import Block, locate, open_bytes, stamp_of

# Fewer bytes are simply read: they cost less than reading them again.
SMALL_BYTES = 2**26
# Read at a time by who sees all rows in turn; what is made of them takes several times as much.
BLOCK_BYTES = 2**24
# Files that are open at a time, of each set of rows; some systems admit 256 in all.
N_OPEN = 64
# Rows of more bytes, or no more of them in a file, are copied one by one.
LARGE_BYTES = 2**14
FEW = 8


class MappedRows:
    """Rows that lie in files, in any order; indexing reads, and nothing else does.

    A row is a view into its file, with strides of the file's own. So rows may overlap, as windows
    of one recording do, and are on disk once. Of rows in several files, each file is touched once
    a call. A pickle has the paths of the files and no numbers.

    Parameters
    ----------
    blocks : sequence of Block
        At least one; alike in shape and dtype.
    """

    def __init__(self, blocks):
        files = {}
        which = [files.setdefault((b.path, b.strides), len(files)) for b in blocks]
        self.dtype = blocks[0].dtype
        # Number of each row's file.
        self.file = np.repeat(which, [len(block.starts) for block in blocks])
        self._start = np.concatenate([block.starts for block in blocks])
        self._reader = _Reader(
            _Layout.of(list(files), self.file, self._start, blocks[0].shape, self.dtype)
        )
        self.shape = (len(self), *blocks[0].shape)

    @property
    def ndim(self):
        """Number of axes, that of rows included."""
        return len(self.shape)

    @property
    def size(self):
        """Number of values."""
        return prod(self.shape)

    @property
    def nbytes(self):
        """Bytes that all rows would take in memory."""
        return self.size * self.dtype.itemsize

    def __len__(self):
        return len(self._start)

    def __iter__(self):
        # Views: who only asks for a shape reads nothing.
        return (self[row] for row in range(len(self)))

    def __getitem__(self, key):
        file, start = self.file[key], self._start[key]
        if np.ndim(file) == 0:
            return self._reader.look(file, start).reshape(self.shape[1:])
        return self._reader.read(file, start).reshape(len(file), *self.shape[1:])

    def __array__(self, dtype=None, copy=None):
        if copy is False:
            raise ValueError("MappedRows: expected leave to copy, since rows lie apart on disk.")
        return np.asarray(self[:], dtype=dtype)

    def __mul__(self, factor):
        # As a change of unit asks for it; what it gives is in memory.
        return self[:] * factor

    def select(self, rows):
        """Return some of these rows, still on disk."""
        file, start = self.file[rows], self._start[rows]
        return self._with(file=file, _start=start, shape=(len(file), *self.shape[1:]))

    def reshape(self, *shape):
        """Return other axes; each row stays whole or becomes several."""
        rows, n_parts = self, prod(self.shape[1:]) // max(1, prod(shape[1:]))
        while n_parts > 1 and n_parts % rows._reader.layout.shape[0] == 0:
            n_parts //= rows._reader.layout.shape[0]
            rows = MappedRows([block.split() for block in rows.blocks()])
        if prod(rows.shape[1:]) != prod(shape[1:]) or shape[0] not in (-1, len(rows)):
            raise ValueError(
                f"MappedRows: expected a shape in which rows of {self.shape[1:]} stay whole or "
                f"become several along their first axes, got {shape}; read them by np.asarray."
            )
        return rows._with(shape=(len(rows), *shape[1:]))

    def through(self, function):
        """Return rows as a function shows them that copies nothing; ``None`` if it does copy.

        Parameters
        ----------
        function : callable
            (n, ...) -> (n, ...), which gives a view of any array, whatever is in it.
        """
        if self.shape[1:] != self._reader.layout.shape:
            return None
        shown, blocks = {}, []
        for block in self.blocks():
            if block.strides not in shown:
                shown[block.strides] = block.show(function)
            if shown[block.strides] is None:
                return None
            offset, shape, strides = shown[block.strides]
            blocks.append(Block(block.path, block.starts + offset, shape, strides, block.dtype))
        return MappedRows(blocks)

    def blocks(self):
        """Return the rows as blocks, in their order."""
        cuts = np.flatnonzero(np.diff(self.file)) + 1
        for rows in np.split(np.arange(len(self)), cuts) if len(self) else ():
            path, strides = self._reader.layout.files[self.file[rows[0]]]
            yield Block(path, self._start[rows], self._reader.layout.shape, strides, self.dtype)

    def _with(self, **changes):
        other = copy.copy(self)
        other.__dict__.update(changes)
        return other


class _Layout(NamedTuple):
    """How rows lie in files: of each file path, strides and first bytes of the first and last row.

    Rows begin ``step`` bytes apart, or a multiple of it.
    """

    files: list[tuple[str, tuple[int, ...]]]
    first: np.ndarray
    last: np.ndarray
    step: int
    shape: tuple[int, ...]
    dtype: np.dtype

    @classmethod
    def of(cls, files, file, start, shape, dtype):
        """Layout of rows, by the number of each one's file, and its first byte there."""
        first = np.full(len(files), np.iinfo(np.int64).max)
        np.minimum.at(first, file, start)
        last = np.zeros(len(files), np.int64)
        np.maximum.at(last, file, start)
        is_even = not np.any((start - first[file]) % dtype.itemsize)
        return cls(files, first, last, dtype.itemsize if is_even else 1, shape, dtype)

    def open(self, number):
        """Rows of a file that begin at every step from the first to the last; they overlap."""
        (path, strides), first = self.files[number], self.first[number]
        shape = ((self.last[number] - first) // self.step + 1, *self.shape)
        try:
            return np.ndarray(shape, self.dtype, open_bytes(path), first, (self.step, *strides))
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"expected {path} as it was when the trials were loaded, got a file that has been "
                f"cut off since ({error}); load them anew."
            ) from error


class _Reader:
    """Reads rows of a layout; files are opened as they are needed, and few are open at a time."""

    def __init__(self, layout):
        self.layout = layout
        self._open = lru_cache(N_OPEN)(layout.open)

    def look(self, file, start):
        """Return one row as a view."""
        return self._open(int(file))[(start - self.layout.first[file]) // self.layout.step]

    def read(self, file, start):
        """Return rows, those of each file in one go."""
        read = np.empty((len(file), *self.layout.shape), self.layout.dtype)
        order = np.argsort(file, kind="stable")
        ends = np.flatnonzero(np.diff(file[order], append=-1)) + 1
        number = (start - self.layout.first[file]) // self.layout.step
        if read.nbytes < LARGE_BYTES * len(file) and len(file) > FEW * len(ends):
            for places in np.split(order, ends[:-1]):
                read[places] = self._open(int(file[places[0]]))[number[places]]
            return read
        # Rows that are large, or alone in their file, are not copied by way of an array of them.
        file, number = file.tolist(), number.tolist()
        for place in order.tolist():
            read[place] = self._open(file[place])[number[place]]
        return read

    def __getstate__(self):
        # The stamps make a pickle another one when a file has changed, for those who hash it.
        return self.layout, [stamp_of(path) for path, _ in self.layout.files]

    def __setstate__(self, state):
        self.__init__(state[0])


def is_mapped(array):
    """Whether an array's numbers lie in a memory map."""
    while array is not None:
        if isinstance(array, (np.memmap, MappedRows)):
            return True
        array = getattr(array, "base", None)
    return False


def select_rows(array, rows):
    """Rows of an array, by their numbers or a slice; many of a memory map stay on disk."""
    if isinstance(array, MappedRows):
        return array.select(rows)
    at_once = isinstance(rows, slice) or not is_mapped(array)
    if at_once or len(rows) * array[:1].nbytes < SMALL_BYTES:
        return array[rows]
    place = locate(array)
    return array[rows] if place is None else MappedRows([place.rows()]).select(rows)


def blocks_of(array):
    """Rows of an array as blocks; none where they lie in memory."""
    if isinstance(array, MappedRows):
        return list(array.blocks())
    place = locate(array) if is_mapped(array) else None
    return [] if place is None else [place.rows()]


def concatenate(arrays):
    """Arrays one after the other; many rows that all lie on disk stay there."""
    alike = len({(array.shape[1:], array.dtype) for array in arrays}) == 1
    if alike and sum(array.nbytes for array in arrays) >= SMALL_BYTES:
        blocks = [blocks_of(array) for array in arrays]
        if all(blocks):
            return MappedRows([block for each in blocks for block in each])
    return np.concatenate([np.asarray(array) for array in arrays])
