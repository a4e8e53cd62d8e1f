"""Where a data set lies, and what is told to those who have not got it."""

import filecmp
import os
from collections import defaultdict
from pathlib import Path
from types import NoneType

import numpy as np

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
    given = os.environ.get("SKLEARN_EEG_DATA") if path is None else path
    if not isinstance(given, (str, os.PathLike, NoneType)):
        raise TypeError(f"expected path to be the name of a folder, got {given!r}.")
    if not given:
        raise FileNotFoundError(
            f"expected the folder of {name} as path= or in the environment variable "
            f"SKLEARN_EEG_DATA, got neither; {how_to_get(name)}"
        )
    folder = Path(given).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(
            f"expected a folder of {name}, got {str(given)!r}, which is none; {how_to_get(name)}"
        )
    for candidate in (folder, *(folder / below for below in inner)):
        if list_files(candidate, holds):
            return candidate
    places = ", ".join([str(folder), *inner])
    raise FileNotFoundError(
        f"expected files such as {holds} of {name} in {places}, found none; {how_to_get(name)}"
    )


def how_to_get(name):
    """Whom to ask for a data set, in half a sentence."""
    return f"the set is to be had at {DATASETS[name].page}."


def select(what, wanted, known):
    """Those that are wanted of what is known, in their own order; all for ``None``.

    Raises
    ------
    ValueError
        One that is wanted is not there, or none is.
    """
    known = dict.fromkeys(known)
    if wanted is None:
        return list(known)
    wanted = as_list(wanted)
    lacking = [each for each in wanted if not _is_one_of(each, known)]
    if lacking or not wanted:
        strangers = _name(map(repr, lacking)) or "none"
        raise ValueError(
            f"expected {what} to be some of {_name(known)}, got {strangers}; leave it out for all."
        )
    wanted = set(wanted)
    return [each for each in known if each in wanted]


def as_list(wanted):
    """What is wanted, of which one may stand alone."""
    try:
        return [wanted] if isinstance(wanted, (str, bytes)) else list(wanted)
    except TypeError:
        return [wanted]


def _is_one_of(each, known):
    """Whether it is one of them, and not merely taken for one, as True is for 1."""
    try:
        return each in known and not isinstance(each, (bool, np.bool_))
    except TypeError:
        # A list has no hash.
        return False


def list_files(folder, *patterns):
    """Files of a folder by patterns, but for hidden ones.

    What macOS leaves beside files that it unpacks, or copies to foreign disks, is hidden and ends
    as they do.
    """
    found = (file for pattern in patterns for file in folder.glob(pattern))
    return sorted(file for file in found if not file.name.startswith("."))


def refuse_copies(files):
    """Refuse two files of the same content: one recording that counts as two, or as two people's.

    Files that are empty or not there are left to whoever reads them.

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
            _refuse_same(same_size)


def _refuse_same(files):
    """Refuse two files of the same content among some of one size.

    All recordings of a set may have one, so that each is compared with those that begin as it does.
    """
    alike = defaultdict(list)
    for file in files:
        with file.open("rb") as stream:
            others = alike[stream.read(BEGINNING)]
        for other in others:
            if filecmp.cmp(other, file, shallow=False):
                raise ValueError(
                    f"expected each recording once, got the same content in {other} and {file}; "
                    f"delete the one whose name is wrong."
                )
        others.append(file)


def _name(things, most=40):
    """Name them, the first of very many."""
    names = list(map(str, things))
    more = f", … ({len(names)} in all)" if len(names) > most else ""
    return ", ".join(names[:most]) + more
