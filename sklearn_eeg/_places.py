"""Where arrays lie in files, and how they are seen there."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Place(NamedTuple):
    """Where an array lies in a file: its first byte, and the lengths and strides of its axes."""

    path: str
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: np.dtype

    def rows(self):
        """Its entries along the first axis, as a block of rows."""
        starts = self.start + self.strides[0] * np.arange(self.shape[0])
        return Block(self.path, starts, self.shape[1:], self.strides[1:], self.dtype)

    def look(self, content):
        """Return the array as a view of the file's bytes."""
        return np.ndarray(self.shape, self.dtype, content, self.start, self.strides)


class Block(NamedTuple):
    """Rows of one shape in one file: the first byte of each, and what they have in common."""

    path: str
    starts: np.ndarray
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: np.dtype

    def split(self):
        """Each entry along the rows' first axis as a row."""
        starts = self.starts[:, None] + self.strides[0] * np.arange(self.shape[0])
        return Block(self.path, starts.ravel(), self.shape[1:], self.strides[1:], self.dtype)

    def show(self, function):
        """Bytes from a row to what a function shows of it, and its lengths and strides."""
        reach = self.dtype.itemsize + sum(
            (n - 1) * stride for n, stride in zip(self.shape, self.strides, strict=True)
        )
        shape, strides = (1, *self.shape), (reach, *self.strides)
        row = np.ndarray(shape, self.dtype, np.empty(reach, np.uint8), 0, strides)
        shown = function(row)[0]
        if not np.may_share_memory(row, shown):
            return None
        return address_of(shown) - address_of(row), shown.shape, shown.strides


def open_bytes(path):
    """Return the bytes of a file, as a map."""
    try:
        return np.memmap(path, dtype=np.uint8, mode="r")
    except FileNotFoundError:
        raise FileNotFoundError(
            f"expected the file {path}, in which the trials lie, which is gone; load them anew."
        ) from None
    except OSError as error:
        raise OSError(
            f"expected a file that can be read at {path}, got {error.strerror}; where that is too "
            f"many open files, raise the system's limit of them (ulimit -n)."
        ) from error


def locate(array):
    """Return the Place of an array in a file, ``None`` for one in memory."""
    root = array
    while not isinstance(root, np.memmap) or isinstance(root.base, np.ndarray):
        root = getattr(root, "base", None)
        if root is None:
            return None
    # Of a copy on write, the file does not know the changes; of a file without a name, nobody does.
    named = root.filename is not None and Path(root.filename).is_file()
    if root.mode == "c" or not named or any(stride < 0 for stride in array.strides):
        return None
    start = root.offset + address_of(array) - address_of(root)
    return Place(str(root.filename), start, array.shape, array.strides, array.dtype)


def look_at(blocks):
    """Rows of blocks that differ in shape: a list of views, which share the maps of their files."""
    content = {path: open_bytes(path) for path in dict.fromkeys(block.path for block in blocks)}
    return [
        Place(block.path, start, *block[2:]).look(content[block.path])
        for block in blocks
        for start in block.starts.tolist()
    ]


def pack(data):
    """Array, or list of them, for a pickle: those in files as their places."""
    if not isinstance(data, list):
        place = locate(data) if isinstance(data, np.ndarray) else None
        return data if place is None else (place, stamp_of(place.path))
    return [pack(array) for array in data]


def unpack(packed):
    """Array, or list of them, from what :func:`pack` gave."""
    content = lru_cache(None)(open_bytes)

    def unpack_one(array):
        return array[0].look(content(array[0].path)) if isinstance(array, tuple) else array

    return list(map(unpack_one, packed)) if isinstance(packed, list) else unpack_one(packed)


def address_of(array):
    """Where an array's first number lies in memory."""
    return array.__array_interface__["data"][0]


def stamp_of(path):
    """Size and time of a file."""
    stat = Path(path).stat()
    return stat.st_size, stat.st_mtime_ns
