"""Variables of MATLAB files, read by their names."""

import os
import re
import struct
from contextlib import contextmanager

import numpy as np

from sklearn_eeg.datasets import _mat_format as mat

HEADER_BYTES = 128
# Of a variable, in which its name is found.
HEAD_BYTES = 1024
ORDERS = {b"IM": "<", b"MI": ">"}


class _Version73(Exception):
    """A file of MATLAB 7.3, which is HDF5 and no such file at all."""


def read_variables(file, names=None, *, overlong=False):
    """Variables by name, all for ``None``; those of a file are read in one go.

    Numbers are of the type that they have in MATLAB, texts of one row each; cells are objects and
    structs records of objects. Other classes are left out.

    ``overlong``: compressed variables may be longer than they say, as in sets whose published files
    are; else that is a sign of damage.
    """
    with _opened(file) as stream:
        places, order = _find_variables(stream)
        wanted = [name for name in (places if names is None else names) if name in places]
        found = {name: _read(stream, *places[name], order, overlong) for name in wanted}
    if names is not None and (lacking := [name for name in names if name not in found]):
        raise ValueError(
            f"expected the variables {show_names(lacking)} in {file}, which has "
            f"{show_names(places)}; is it the published file?"
        )
    return found


def show_names(names):
    """A few names of variables; in those such as jl_eeg1 without a person's initials."""
    shown = [re.sub(r"^.+(?=_eeg\d)", "…", name) for name in list(names)[:3]]
    more = f", … ({len(names)} in all)" * (len(names) > 3)
    return ", ".join(shown) + more or "none"


def _find_variables(stream):
    """Where each variable lies, by its name, and the order of bytes."""
    size = stream.seek(0, os.SEEK_END)
    order = _read_order(stream)
    places = {}
    while (start := stream.tell()) < size:
        kind, n_bytes = struct.unpack(f"{order}II", stream.read(mat.TAG_BYTES).ljust(8, b"\0"))
        start += mat.TAG_BYTES
        if kind not in (mat.MATRIX, mat.COMPRESSED):
            raise ValueError(f"an element of type {kind} in place of an array")
        if start + n_bytes > size:
            raise ValueError(f"{size} bytes, of which a variable goes on to byte {start + n_bytes}")
        head = stream.read(min(n_bytes, HEAD_BYTES))
        if kind == mat.COMPRESSED:
            head = mat.unpack_head(head, order)
        else:
            head = mat.read_head(mat.Elements(head, order))
        if head.name in places:
            raise ValueError(f"two variables {show_names([head.name])}")
        # One without a name is what MATLAB keeps for its functions.
        if head.name and head.kind in mat.READ:
            places[head.name] = kind, start, n_bytes
        stream.seek(start + n_bytes)
    return places, order


def _read_order(stream):
    """Order of the bytes of a number, by the header."""
    stream.seek(0)
    header = stream.read(HEADER_BYTES)
    order = ORDERS.get(header[126:])
    if order is None:
        raise ValueError("no header of MATLAB 5 to 7")
    if struct.unpack(f"{order}H", header[124:126])[0] == 0x0200:
        raise _Version73
    return order


def _read(stream, kind, start, n_bytes, order, overlong):
    stream.seek(start)
    content = stream.read(n_bytes)
    if kind == mat.COMPRESSED:
        content = mat.unpack(content, order, overlong)
    return mat.read_array(content, order)


@contextmanager
def _opened(file):
    """The open file; says which one it was that could not be read."""
    try:
        with file.open("rb") as stream, np.errstate(over="raise", invalid="raise"):
            yield stream
    except FileNotFoundError:
        raise FileNotFoundError(f"expected a file {file}, which is not there.") from None
    except _Version73 as error:
        raise ValueError(
            f"expected a MATLAB file up to version 7 in {file}, got one of version 7.3; save it "
            f"anew with save(…, '-v7')."
        ) from error
    except Exception as error:
        raise ValueError(
            f"expected a MATLAB file in {file}, got one that cannot be read ({error}); it may be "
            f"truncated: copy it anew."
        ) from error
