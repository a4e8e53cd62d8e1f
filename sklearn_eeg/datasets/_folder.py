"""Where a data set lies, and what is told to those who have not got it."""

import filecmp
import os
from pathlib import Path

from sklearn_eeg.datasets._catalogue import DATASETS


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
    """
    given = os.environ.get("SKLEARN_EEG_DATA") if path is None else path
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
        if next(candidate.glob(holds), None) is not None:
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
    one = isinstance(wanted, str) or not hasattr(wanted, "__iter__")
    wanted = dict.fromkeys([wanted] if one else wanted)
    lacking = [each for each in wanted if each not in known]
    if lacking or not wanted:
        strangers = _name(map(repr, lacking)) or "none"
        raise ValueError(
            f"expected {what} to be some of {_name(known)}, got {strangers}; leave it out for all."
        )
    return [each for each in known if each in wanted]


def refuse_copies(files):
    """Refuse two files of the same content: one recording that counts as two, or as two people's.

    Files that are not there, or empty, are left to whoever reads them.

    Raises
    ------
    ValueError
        Two files are alike; the sentence names both.
    """
    alike = {}
    for file in filter(Path.is_file, files):
        size = file.stat().st_size
        others = alike.setdefault(size, []) if size else []
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
