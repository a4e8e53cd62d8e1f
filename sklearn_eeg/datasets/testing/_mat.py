"""MATLAB files as sets are published in."""

import io
import struct
import zlib

from sklearn_eeg._whole_file import write_whole
from sklearn_eeg.datasets._mat_format import COMPRESSED

HEADER_BYTES = 128


def write_mat(file, variables, *, overlong=False):
    """Write compressed variables; ``overlong``: each eight bytes longer than it says."""
    import scipy.io

    stream = io.BytesIO()
    scipy.io.savemat(stream, variables)
    content, place = stream.getvalue(), HEADER_BYTES
    parts = [content[:place]]
    while place < len(content):
        start, place = place, place + 8 + struct.unpack_from("<II", content, place)[1]
        # Speed matters more than size.
        packed = zlib.compress(content[start:place] + bytes(8 * overlong), level=1)
        parts += [struct.pack("<II", COMPRESSED, len(packed)), packed]
    write_whole(file, b"".join(parts))
