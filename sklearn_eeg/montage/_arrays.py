"""Recordings whose names number an array, as BioSemi's and EGI's do, and are no 10-20 names."""

import re
from functools import lru_cache

from sklearn_eeg.montage._electrodes import canonical_name
from sklearn_eeg.montage._spelling import split_electrode, strip_modality

_CONTACT = re.compile(r"([A-I])0*(\d{1,3})(?:-REF)?(?:-\d+)?", re.IGNORECASE)

# Beside C3 and O1 they are the eyes of a sleep recording.
_EYES = {"E1", "E2"}


def array_name(name):
    """Name of a channel of an array, where no name says more than it says.

    Examples
    --------
    >>> array_name("EEG a12"), array_name("POL B3-Ref"), array_name("EXG1")
    ('A12', 'B3', 'EXG1')
    """
    bare = strip_modality(name)
    found = _CONTACT.fullmatch(bare)
    return bare if found is None else f"{found[1].upper()}{found[2]}"


@lru_cache(256)
def array_of(ch_names):
    """Describe the array that names belong to; ``None`` if they are names of the 10-20 system.

    A1, C5 and F9 are names of both. What decides is the company: numbers and letters that the
    10-20 system lacks, against electrodes that no array has.

    Parameters
    ----------
    ch_names : tuple of str

    Examples
    --------
    >>> array_of(("A1", "C3", "C4", "Fz", "O1"))
    >>> array_of(tuple(f"{letter}{k}" for letter in "ABCD" for k in range(1, 33)))
    "BioSemi's ABC layout (A1 … D32)"
    """
    contacts = [name for name in map(array_name, ch_names) if _CONTACT.fullmatch(name)]
    strange = {n for n in contacts if split_electrode(n) is None} - _EYES
    names = {canonical_name(n) for n in ch_names if not _CONTACT.fullmatch(array_name(n))}
    plain = [name for name in names if split_electrode(name) is not None]
    # A net of EGI has Cz; a cap of 19 electrodes has a few spare inputs.
    if len(strange) <= 2 * len(plain):
        return None
    return f"{_maker(contacts)} ({contacts[0]} … {contacts[-1]})"


def _maker(contacts):
    letters = {name[0] for name in contacts}
    if letters == {"E"}:
        return "EGI's net"
    biosemi = letters <= set("ABCDEFGH") and max(int(name[1:]) for name in contacts) <= 32
    return "BioSemi's ABC layout" if biosemi else "a numbered array"


def refuse_array(ch_names, speaker):
    """Refuse names that number an array where 10-20 names are needed."""
    array = array_of(tuple(map(str, ch_names)))
    if array:
        raise ValueError(
            f"{speaker}: expected electrodes of the 10-20 system, got {array}, whose names mean "
            f"other places; rename its channels to the 10-20 electrodes they are nearest to."
        )
