"""NumPy archives whose entries are pickles, as SEED-V has its features; nothing is executed."""

import io
import zipfile
import zlib

import numpy as np

from sklearn_eeg.datasets._arrays_only import parse_arrays
from sklearn_eeg.datasets._folder import require_file

# Of an entry when it is unpacked; the published ones have 5 MB.
MOST_BYTES = 2**28


def read_pickled(file, names):
    """What the entries of an archive hold, by their names.

    An entry is an array of the bytes of a pickle, or of an object that is these bytes; neither is
    unpickled by anything but :func:`parse_arrays`, and nothing is unpacked to disk.

    Raises
    ------
    ValueError
        The file is no archive, is damaged, lacks a name, or an entry is larger than 256 MB.
    """
    require_file(file)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = {name: _unpack(archive, file, name) for name in names}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise ValueError(
            f"expected a NumPy archive (.npz) in {file}, got a file that cannot be read as one "
            f"({error}); it may be truncated: copy it anew."
        ) from error
    return {
        name: parse_arrays(_read_bytes(content, f"{name} of {file}"), f"{name} of {file}")
        for name, content in entries.items()
    }


def _unpack(archive, file, name):
    """Bytes of an entry, in memory."""
    known = archive.NameToInfo
    if f"{name}.npy" not in known:
        raise ValueError(
            f"expected the entries {name!r} in {file}, got "
            f"{', '.join(map(repr, known)) or 'none'}; is it the published file?"
        )
    n_bytes = known[f"{name}.npy"].file_size
    if n_bytes > MOST_BYTES:
        raise ValueError(
            f"expected at most {MOST_BYTES / 2**20:.0f} MB of {name!r} in {file}, got "
            f"{n_bytes / 2**20:.0f} MB; it is not the published file: copy it anew."
        )
    # Whatever it has, no more is unpacked than it announces; one more byte finds its end.
    with archive.open(f"{name}.npy") as entry:
        return entry.read(n_bytes + 1)


def _read_bytes(content, source):
    """The bytes that an .npy file has as its one element."""
    stream = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, _, dtype = read(stream)
    except (ValueError, KeyError) as error:
        raise ValueError(
            f"expected an array in {source}, got something else ({error}); copy the file anew."
        ) from error
    rest = stream.read()
    if shape == () and dtype.kind == "S":
        return rest
    value = parse_arrays(rest, source).item() if shape == () and dtype.kind == "O" else None
    if not isinstance(value, bytes):
        raise ValueError(
            f"expected the bytes of a pickle in {source}, got an array of shape {shape} and type "
            f"{dtype}; is it the published file?"
        )
    return value
