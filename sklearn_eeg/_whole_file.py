"""A file that appears whole or not at all."""

import secrets
from pathlib import Path


def write_whole(path, content):
    """Write bytes aside, then give them their name; an older file stays whole until then."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # As tempfile names files, but readable by whom the user's files are.
    aside = path.with_name(f".{path.name[:40]}-{secrets.token_hex(8)}")
    try:
        with aside.open("xb") as file:
            file.write(content)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
