"""MATLAB files as sets are published in."""

import io
import struct
import zlib

from sklearn_eeg._whole_file import write_whole

HEADER_BYTES = 128


def write_mat(file, variables, *, overlong=False):
    """Write compressed variables; ``overlong``: each eight bytes longer than it says."""
    import scipy.io

    stream = io.BytesIO()
    scipy.io.savemat(stream, variables, do_compression=True)
    content = stream.getvalue()
    write_whole(file, _lengthen(content) if overlong else content)


def _lengthen(content):
    longer, place = content[:HEADER_BYTES], HEADER_BYTES
    while place < len(content):
        kind, length = struct.unpack_from("<II", content, place)
        start, place = place + 8, place + 8 + length
        packed = zlib.compress(zlib.decompress(content[start:place]) + bytes(8))
        longer += struct.pack("<II", kind, len(packed)) + packed
    return longer
