"""Pickles of arrays, read without executing anything that they ask for."""

import io
import pickle

import numpy as np

from sklearn_eeg.datasets._folder import require_file


def load_arrays(file):
    """What a pickle file holds: arrays, numbers, texts, and lists, tuples and dicts of them.

    Raises
    ------
    FileNotFoundError
        The file is not there.
    ValueError
        It asks for anything else, or is truncated.
    """
    require_file(file)
    return parse_arrays(file.read_bytes(), file)


def parse_arrays(content, source):
    """As :func:`load_arrays`, of bytes; ``source`` is named where they are refused."""
    try:
        return _ArraysOnly(io.BytesIO(content), encoding="latin1").load()
    except Exception as error:
        raise ValueError(
            f"expected a pickle of arrays in {source}, got one that cannot be read as that "
            f"({error}); it may be damaged, or made by someone else: copy it anew."
        ) from error


class _ArraysOnly(pickle.Unpickler):
    """Finds what arrays are made by, and nothing else; none of it takes more than it is given."""

    def find_class(self, module, name):
        package, _, inner = module.partition(".")
        # NumPy 2 calls its core _core.
        known = _ADMITTED.get((package, inner.removeprefix("_"), name))
        if known is None:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return known

    def persistent_load(self, pid):
        raise pickle.UnpicklingError("it asks for an object outside the file")


def _empty_array(kind, shape, code):
    """What an array is before its state is set; that it asks for a large one is not heeded."""
    return np.ndarray(0, dtype="b")


def _dtype(code, align=False, copy=True):
    """Types of numbers, texts and bytes, and of objects."""
    if not isinstance(code, str):
        raise pickle.UnpicklingError("it has an array of records")
    return np.dtype(code)


def _from_buffer(buffer, dtype, shape, order):
    return np.frombuffer(buffer, dtype=dtype).reshape(shape, order=order)


def _scalar(dtype, content):
    return np.frombuffer(content, dtype=dtype, count=1)[0]


def _encode(text, encoding):
    # How Python 3 writes bytes for Python 2.
    if encoding not in ("latin1", "latin-1"):
        raise pickle.UnpicklingError(f"it asks for the encoding {encoding!r}")
    return text.encode("latin1")


def _no_bytes():
    # How Python 3 writes an empty string of bytes for Python 2.
    return b""


class _Array:
    """Stands for numpy.ndarray, which a pickle could call with a shape of any size."""

    def __new__(cls, *args):
        raise pickle.UnpicklingError("it asks for an array without its numbers")


_ADMITTED = {
    ("numpy", "core.multiarray", "_reconstruct"): _empty_array,
    ("numpy", "core.multiarray", "scalar"): _scalar,
    ("numpy", "core.numeric", "_frombuffer"): _from_buffer,
    ("numpy", "", "ndarray"): _Array,
    ("numpy", "", "dtype"): _dtype,
    ("_codecs", "", "encode"): _encode,
    ("__builtin__", "", "bytes"): _no_bytes,
}
