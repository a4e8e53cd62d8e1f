"""Where a data set lies, and what is told to those who have not got it."""

import filecmp
import os
from collections import defaultdict
from pathlib import Path
from types import NoneType

from sklearn_eeg.datasets._catalogue import DATASETS

# Bytes by which files of one size are told apart before they are read whole.
BEGINNING = 2**12


def find_folder(name, path, *, inner=(), holds):
    """Folder of a data set on disk: ``path``, else the one that ``SKLEARN_EEG_DATA`` names.

    Parameters
    ----------
    name : str
        Of the data set, in the catalogue.
    path : path-like or None
    inner : sequence of str, default=()
        Folders below it in which the files may lie instead, as they are distributed.
    holds : str
        Pattern of which the folder must hold at least one, such as ``"*.mat"``.

    Returns
    -------
    Path

    Raises
    ------
    FileNotFoundError
        Nothing of the kind is there; the sentence says what was looked for and how to get the set.
    TypeError
        ``path`` is no name.
    """
    folder = given_folder(path)
    if folder is None:
        raise FileNotFoundError(
            f"expected the folder of {name} as path= or in the environment variable "
            f"SKLEARN_EEG_DATA, got neither; {how_to_get(name)}"
        )
    if not folder.is_dir():
        raise FileNotFoundError(
            f"expected a folder of {name}, got {str(folder)!r}, which is none; {how_to_get(name)}"
        )
    for candidate in (folder, *(folder / below for below in inner)):
        if list_files(candidate, holds):
            return candidate
    places = ", ".join([str(folder), *inner])
    raise FileNotFoundError(
        f"expected files such as {holds} of {name} in {places}, found none; {how_to_get(name)}"
    )


def given_folder(path):
    """The folder that is given, or that ``SKLEARN_EEG_DATA`` names; ``None`` where neither is."""
    given = os.environ.get("SKLEARN_EEG_DATA") if path is None else path
    check_name("path", given)
    return Path(given).expanduser() if given else None


def check_name(argument, value):
    """Refuse what is no name of a folder, nor ``None``."""
    if not isinstance(value, (str, os.PathLike, NoneType)):
        raise TypeError(f"expected {argument} to be the name of a folder, got {value!r}.")


def how_to_get(name):
    """Whom to ask for a data set, in half a sentence."""
    return f"the set is to be had at {DATASETS[name].page}."


def require_file(file, name=None):
    """Refuse a file that is not there, or in whose place a folder is; ``name``: of its set."""
    if not file.is_file():
        found = "is a folder" if file.is_dir() else "is not there"
        end = "." if name is None else f"; {how_to_get(name)}"
        raise FileNotFoundError(f"expected a file {file}, which {found}{end}")


def list_files(folder, *patterns):
    """Files of a folder by patterns, but for hidden ones.

    What macOS leaves beside files that it unpacks, or copies to foreign disks, is hidden and ends
    as they do.
    """
    found = (file for pattern in patterns for file in folder.glob(pattern))
    return sorted(file for file in found if not file.name.startswith("."))


def refuse_copies(files, may_be_alike=None):
    """Refuse two files of the same content: one recording that counts as two, or as two people's.

    Files that are empty or not there are left to whoever reads them.

    Parameters
    ----------
    files : iterable of Path
    may_be_alike : callable, default=None
        ``may_be_alike(one, other)``: whether two files of the same content are no matter.

    Raises
    ------
    ValueError
        Two files are alike; the sentence names both.
    """
    alike = defaultdict(list)
    for file in filter(Path.is_file, files):
        alike[file.stat().st_size].append(file)
    for size, same_size in alike.items():
        if size and len(same_size) > 1:
            _refuse_same(same_size, may_be_alike or (lambda *_: False))


def _refuse_same(files, may_be_alike):
    """Refuse two files of the same content among some of one size.

    All recordings of a set may have one, so that each is compared with those that begin as it does.
    """
    alike = defaultdict(list)
    for file in files:
        with file.open("rb") as stream:
            others = alike[stream.read(BEGINNING)]
        for other in others:
            if filecmp.cmp(other, file, shallow=False) and not may_be_alike(other, file):
                raise ValueError(
                    f"expected each recording once, got the same content in {other} and {file}; "
                    f"delete the one whose name is wrong."
                )
        others.append(file)
