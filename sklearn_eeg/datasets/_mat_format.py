"""What the bytes of MATLAB's files, level 5, mean: elements, and the arrays that they make.

Nothing is followed beyond the bytes that are there, whatever a damaged file says of itself: SciPy's
reader may end the process by it.

The format is described in The MathWorks, *MAT-File Format*.
"""

import math
import struct
import zlib
from dataclasses import dataclass

import numpy as np

# Types of elements.
TYPES = {
    1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8",
}  # fmt: skip
MATRIX, COMPRESSED = 14, 15
TEXTS = {1: "latin1", 2: "latin1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
# Classes of arrays; others, such as tables and functions, are not read.
CELL, STRUCT, CHAR, OPAQUE = 1, 2, 4, 17
NUMBERS = {
    6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8",
}  # fmt: skip
READ = {CELL, STRUCT, CHAR, *NUMBERS}
LOGICAL, COMPLEX = 0x200, 0x800
TAG_BYTES = 8


class Elements:
    """Elements of some bytes, taken one after the other.

    Parameters
    ----------
    content : bytes-like
    order : {"<", ">"}
        Of the bytes of a number.
    """

    def __init__(self, content, order):
        self.order = order
        self._content = memoryview(content)
        self._place = 0

    def take(self):
        """Type and bytes of the next one."""
        tag = self._take_bytes(TAG_BYTES)
        kind, n_bytes = struct.unpack(f"{self.order}II", tag)
        # One of up to four bytes lies within its tag.
        if kind >> 16:
            return kind & 0xFFFF, tag[4 : 4 + (kind >> 16)]
        body = self._take_bytes(n_bytes)
        self._place += -n_bytes % TAG_BYTES
        return kind, body

    def take_numbers(self):
        """Numbers of the next one."""
        kind, body = self.take()
        if kind not in TYPES:
            raise ValueError(f"numbers of type {kind}, which is none")
        return np.frombuffer(body, self.order + TYPES[kind])

    def take_array(self):
        """The array that the next one is; ``None`` of a class that is not read."""
        kind, body = self.take()
        if kind != MATRIX:
            raise ValueError(f"an element of type {kind} in place of an array")
        return read_array(body, self.order)

    def take_arrays(self, number):
        """The next ones, so many."""
        if number > len(self._content) // TAG_BYTES:
            raise ValueError(f"{number} arrays in {len(self._content)} bytes")
        return [self.take_array() for _ in range(number)]

    def _take_bytes(self, number):
        start, self._place = self._place, self._place + number
        if self._place > len(self._content):
            raise ValueError("an element that goes on behind its end")
        return self._content[start : self._place]


@dataclass(frozen=True)
class Head:
    """What an array says of itself before its numbers."""

    kind: int
    flags: int
    shape: tuple
    name: str


def read_head(elements):
    """Head of the array whose elements follow."""
    flags = int(elements.take_numbers()[0])
    kind = flags & 0xFF
    shape = () if kind == OPAQUE else tuple(elements.take_numbers().tolist())
    _, name = elements.take()
    if min(shape, default=0) < 0:
        raise ValueError(f"an array of shape {shape}")
    return Head(kind, flags, shape, bytes(name).decode("latin1"))


def read_array(content, order):
    """Array of the bytes of a matrix element; ``None`` of a class that is not read.

    Cells are objects, and structs are records of objects.
    """
    if not len(content):
        return np.empty((0, 0))
    elements = Elements(content, order)
    head = read_head(elements)
    if head.kind not in READ:
        return None
    read = {CELL: _read_cells, STRUCT: _read_structs, CHAR: _read_texts}
    return read.get(head.kind, _read_numbers)(elements, head)


def _read_numbers(elements, head):
    values = _take_values(elements, head)
    if head.flags & COMPLEX:
        values = values + 1j * _take_values(elements, head)
    return (values.astype(bool) if head.flags & LOGICAL else values).reshape(head.shape, order="F")


def _take_values(elements, head):
    """Numbers of an array, which may lie in the file as smaller ones."""
    values = elements.take_numbers()
    _check_number(len(values), head)
    return values.astype(NUMBERS[head.kind], copy=False)


def _read_texts(elements, head):
    """Each row as one text."""
    kind, body = elements.take()
    encoding = TEXTS.get(kind)
    if encoding is None:
        raise ValueError(f"a text of type {kind}, which is none")
    ending = {"<": "-le", ">": "-be"}[elements.order] if encoding in ("utf-16", "utf-32") else ""
    letters = bytes(body).decode(encoding + ending)
    _check_number(len(letters), head)
    rows = np.array(list(letters), dtype="U1").reshape(head.shape, order="F")
    texts = ["".join(row) for row in rows.reshape(-1, *head.shape[-1:])] if rows.size else []
    return np.array(texts, dtype=str).reshape(*head.shape[:-1] if texts else (0,))


def _read_cells(elements, head):
    cells = elements.take_arrays(math.prod(head.shape))
    return _fill(cells, object, head.shape)


def _read_structs(elements, head):
    """Records, of each of which all fields follow each other."""
    length = int(elements.take_numbers()[0])
    _, listed = elements.take()
    if length < 1:
        raise ValueError(f"names of {length} letters")
    names = [
        bytes(listed[start : start + length]).partition(b"\0")[0].decode("latin1")
        for start in range(0, len(listed), length)
    ]
    if not names:
        return np.empty(head.shape, dtype=[])
    values = elements.take_arrays(math.prod(head.shape) * len(names))
    parts = [tuple(values[k : k + len(names)]) for k in range(0, len(values), len(names))]
    return _fill(parts, [(name, object) for name in names], head.shape)


def _fill(items, dtype, shape):
    array = np.empty(len(items), dtype=dtype)
    for place, item in enumerate(items):
        array[place] = item
    return array.reshape(shape, order="F")


def _check_number(number, head):
    if number != math.prod(head.shape):
        raise ValueError(f"{number} values for an array of shape {head.shape}")


def unpack(packed, order, overlong=False):
    """Bytes of the matrix in a compressed element.

    ``overlong``: what follows them is left alone, and so is the checksum behind it.
    """
    unpacker = zlib.decompressobj()
    tag = unpacker.decompress(packed, TAG_BYTES)
    kind, n_bytes = struct.unpack(f"{order}II", tag) if len(tag) == TAG_BYTES else (None, 0)
    if kind != MATRIX:
        raise ValueError(f"a compressed element of type {kind} in place of an array")
    content = unpacker.decompress(unpacker.unconsumed_tail, n_bytes) if n_bytes else b""
    if len(content) < n_bytes:
        raise ValueError(f"{len(content)} bytes of an array that has {n_bytes}")
    if not overlong and (unpacker.decompress(unpacker.unconsumed_tail, 1) or not unpacker.eof):
        raise ValueError("a compressed array that does not end where it says")
    return content


def unpack_head(packed, order):
    """Head of the matrix in a compressed element, of which the first bytes are here."""
    content = zlib.decompressobj().decompress(packed, 2 * len(packed))
    return read_head(Elements(content[TAG_BYTES:], order))
