"""The draft of a report: a hidden folder beside it, which is renamed when it is whole."""

import re
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

HOUR = 3600
SUFFIX = ".draft"


@contextmanager
def open_draft(path, speaker="write_report"):
    """Give an empty folder beside ``path``; gone afterwards, unless it was published.

    Raises
    ------
    ValueError, OSError
        At once, where no report can be written.
    """
    path = Path(path)
    if path.name in ("", ".."):
        raise ValueError(f"{speaker}: expected the name of a folder, got {str(path)!r}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        aside = TemporaryDirectory(prefix=f".{path.name}-", suffix=SUFFIX, dir=path.parent)
    except OSError as error:
        raise OSError(
            f"{speaker}: expected a folder that can be written at {path}, got "
            f"{error.strerror}; choose another."
        ) from error
    with aside as folder:
        draft = Path(folder) / "report"
        draft.mkdir()
        yield draft


def publish(draft, path):
    """Give a draft the name of its report, or the next one that is free."""
    for number in count(1):
        target = path if number == 1 else path.with_name(f"{path.name}-{number}")
        # An empty folder would be replaced by a rename, on some systems.
        if target.exists():
            continue
        try:
            return draft.rename(target)
        except OSError:
            # Another report may have come between; everything else is an error.
            if not target.exists():
                raise
    raise AssertionError("numbers end")


def _sweep(path):
    # What a killed process was writing; younger drafts may be another's at work.
    own = re.compile(rf"\.{re.escape(path.name)}-[a-z0-9_]{{8}}{re.escape(SUFFIX)}")
    for draft in path.parent.iterdir():
        if own.fullmatch(draft.name) and time.time() - draft.stat().st_mtime > HOUR:
            rmtree(draft, ignore_errors=True)
