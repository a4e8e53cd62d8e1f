"""SHA-256 of files, remembered as long as they stay as they are."""

import hashlib
import json
import os
import time
from contextlib import suppress

from sklearn_eeg.datasets._folder import require_file

# A file that was written to within so many nanoseconds may be written to again without a trace:
# some systems count time in steps of two seconds.
SETTLED_NS = 2_000_000_000


class Digests:
    """Digests of source files, in a file to which each new one is added as a line.

    Of a source there are the digest of its path, which may hold somebody's name, its size and
    times, and the SHA-256 of its content. Whatever else stands in the file is passed over.

    Parameters
    ----------
    file : Path
        Read if it is there; where it cannot be written, nothing is remembered.
    """

    def __init__(self, file):
        self._file = file
        self._known = dict(_read_lines(file))

    def of(self, path):
        """SHA-256 of a file's content."""
        who = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()
        now, stamp = time.time_ns(), stamp_of(path)
        known = self._known.get(who)
        if known is not None and known[:-1] == stamp:
            return known[-1]
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if now - max(stamp[1:]) > SETTLED_NS and stamp_of(path) == stamp:
            self._known[who] = (*stamp, found)
            self._remember([who, *stamp, found])
        return found

    def _remember(self, line):
        # A line is written in one go, after the rest of one that was cut off.
        with suppress(OSError), self._file.open("ab", buffering=0) as file:
            file.write(f"\n{json.dumps(line)}\n".encode())


def digests_of(store):
    """Digests that a store remembers."""
    return Digests(store.folder / "sources.jsonl")


def stamp_of(path):
    """Size and times of a file; no change of content leaves all of them as they were."""
    require_file(path)
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _read_lines(file):
    try:
        lines = file.read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        with suppress(ValueError, TypeError):
            who, *stamp, found = json.loads(line)
            if len(stamp) == 3 and len(who) == len(found) == 64:
                yield who, (*stamp, found)
