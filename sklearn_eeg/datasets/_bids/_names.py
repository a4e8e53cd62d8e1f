"""Names of BIDS files, which say whose recording it is and which tables belong to it."""

import re
from dataclasses import dataclass
from pathlib import Path

FORMATS = {".edf", ".bdf", ".vhdr", ".set"}
_POINTERS = (b"/annex/objects/", b"version https://git-lfs.github.com/")


@dataclass(frozen=True, eq=False)
class BidsFile:
    """A file by its name: ``sub-01_task-rest_eeg.edf`` has two entities and the suffix ``eeg``."""

    path: Path
    entities: dict
    suffix: str

    def applies_to(self, other):
        """Whether it has no entity that the other lacks, or that is another there."""
        return self.entities.items() <= other.entities.items()


def read_name(path):
    """Entities and suffix of a file.

    Examples
    --------
    >>> read_name(Path("sub-01_task-eyes-open_run-2_eeg.set")).entities
    {'sub': '01', 'task': 'eyes-open', 'run': '2'}
    """
    *chunks, suffix = path.stem.split("_")
    pairs = []
    for chunk in chunks:
        key, hyphen, value = chunk.partition("-")
        if hyphen:
            pairs.append((key, value))
        elif pairs:
            # Against the rules, but told apart all the same: task-eyes_open.
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}_{chunk}")
    return BidsFile(path, dict(pairs), suffix)


def find_recordings(root):
    """EEG recordings of all subjects, in the order of their names.

    Raises
    ------
    FileNotFoundError
        None is there.
    ValueError
        One lies in the folder of another subject or session, or is there twice.
    """
    root = Path(root).expanduser()
    if not root.is_dir():
        raise FileNotFoundError(f"expected a folder in EEG-BIDS, got {str(root)!r}, which is none.")
    folders = sorted([*root.glob("sub-*/eeg"), *root.glob("sub-*/ses-*/eeg")], key=_in_order)
    files = [
        read_name(path) for folder in folders for path in sorted(folder.iterdir(), key=_in_order)
    ]
    found = [f for f in files if f.suffix == "eeg" and f.path.suffix.lower() in FORMATS]
    if not found:
        kinds = ", ".join(sorted(FORMATS))
        raise FileNotFoundError(
            f"expected recordings such as sub-01/eeg/sub-01_task-rest_eeg.edf in {root}, in one "
            f"of the formats {kinds}, found none; give the folder in which participants.tsv lies."
        )
    for file in found:
        _check_place(file, root)
    _check_once(found)
    return found


def _in_order(path):
    """Key by which run 2 comes before run 10."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"([0-9]+)", str(path))]


def _check_place(file, root):
    """Refuse what would be taken for another subject's."""
    folders = file.path.relative_to(root).parts[:-2]
    places = dict(part.split("-", 1) for part in folders)
    said = {key: file.entities.get(key) for key in places}
    if said != places or (file.entities.keys() & {"sub", "ses"}) - places.keys():
        raise ValueError(
            f"expected a name that begins with {'_'.join(folders)} in {file.path.parent}, got "
            f"{file.path.name}; rename it or move it to where it belongs."
        )


def _check_once(files):
    known = {}
    for file in files:
        other = known.setdefault(tuple(sorted(file.entities.items())), file)
        if other is not file:
            raise ValueError(
                f"expected one recording of a name, got {other.path.name} and {file.path.name} in "
                f"{file.path.parent}; move one of them away, else its trials come twice."
            )


class Sidecars:
    """Files that say more of the recordings of a data set; each folder is listed once."""

    def __init__(self, root):
        self.root = Path(root).expanduser()
        self._listed = {}

    def find(self, file, suffix, extension):
        """Those that apply to a recording: the highest first, of one folder the most general.

        One applies that lies beside the recording or above, and says of no entity what the
        recording does not.

        Raises
        ------
        ValueError
            Two of one folder say as much, so that nothing tells which is meant.
        """
        parents = file.path.parents
        folders = parents[: parents.index(self.root) + 1]
        return [
            one.path
            for folder in reversed(folders)
            for one in self._of_folder(folder, file, suffix, extension)
        ]

    def _of_folder(self, folder, file, suffix, extension):
        here = [one for one in self._list(folder, extension) if one.suffix == suffix]
        here = sorted((f for f in here if f.applies_to(file)), key=lambda f: len(f.entities))
        if len({len(one.entities) for one in here}) < len(here):
            names = ", ".join(one.path.name for one in here)
            raise ValueError(
                f"expected one file *_{suffix}{extension} in {folder} for {file.path.name}, got "
                f"{names}; keep the one that is meant."
            )
        return here

    def _list(self, folder, extension):
        if (folder, extension) not in self._listed:
            found = [read_name(path) for path in sorted(folder.glob(f"*{extension}"))]
            self._listed[folder, extension] = found
        return self._listed[folder, extension]


def is_placeholder(path):
    """Whether a file stands for one whose content was not fetched.

    A link into the annex that leads nowhere, or the text that git-annex or Git LFS leave there.
    """
    if not path.exists():
        return path.is_symlink()
    if path.stat().st_size > 4096:
        return False
    text = path.read_bytes()
    # Without links, as on Windows, the target of one is a text of one line.
    is_link = b"annex/objects/" in text and len(text.splitlines()) == 1
    return is_link or text.startswith(_POINTERS)
