"""Rows of an array on disk, read when they are asked for."""

import numpy as np

# Fewer bytes are simply read: they cost less than reading them again.
SMALL_BYTES = 2**26


class MappedRows:
    """Rows of a memory-mapped array, in any order; indexing reads, and nothing else does.

    Parameters
    ----------
    array : ndarray of shape (n, ...)
        Backed by a memory map.
    rows : ndarray of int
        Neither negative nor out of range.
    """

    def __init__(self, array, rows):
        self.array = array
        self.rows = rows
        self.shape = (len(rows), *array.shape[1:])
        self.dtype = array.dtype
        self.ndim = array.ndim

    @property
    def size(self):
        """Number of values."""
        return int(np.prod(self.shape))

    @property
    def nbytes(self):
        """Bytes that all rows would take in memory."""
        return self.size * self.dtype.itemsize

    def __len__(self):
        return len(self.rows)

    def __iter__(self):
        # Views: who only asks for a shape reads nothing.
        return (self.array[row] for row in self.rows)

    def __getitem__(self, key):
        return np.asarray(self.array[self.rows[key]])

    def __array__(self, dtype=None, copy=None):
        if copy is False:
            raise ValueError("MappedRows: expected leave to copy, since rows lie apart on disk.")
        return np.asarray(self.array[self.rows], dtype=dtype)

    def select(self, rows):
        """Return some of these rows, still on disk."""
        return MappedRows(self.array, self.rows[rows])

    def reshape(self, *shape):
        """Return other axes; each row stays whole or becomes several."""
        array = self.array.reshape(-1, *shape[1:])
        n_parts = len(array) // len(self.array)
        return MappedRows(array, (self.rows[:, None] * n_parts + np.arange(n_parts)).ravel())


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
    if (
        isinstance(rows, slice)
        or not is_mapped(array)
        or len(rows) * array[:1].nbytes < SMALL_BYTES
    ):
        return array[rows]
    return MappedRows(array, np.arange(len(array))[rows])
