"""Electrode names: one spelling for each electrode, whatever a file calls it."""

from __future__ import annotations

from functools import lru_cache

from sklearn_eeg.montage._spelling import (
    join_electrode,
    read_electrodes,
    split_electrode,
    strip_modality,
    strip_reference,
)

# No standard table has the cerebellar pair of Neuroscan caps; these are the electrodes beside it.
# O9 and O10 are at the very places of I1 and I2. T1 and T2 have no place that sources agree on.
STAND_INS = {"CB1": "POO7", "CB2": "POO8", "O9": "I1", "O10": "I2"}


@lru_cache(4096)
def canonical_name(name: str) -> str:
    """Name of an electrode in the spelling of the 10-05 system, newer name first.

    A modality before it, a reference or the number of a duplicate behind it and padding dots are
    dropped. A derivation of two electrodes is two such names. What is neither only loses a
    modality and dots.

    Parameters
    ----------
    name : str
        A channel's name as in a file.

    Returns
    -------
    str

    See Also
    --------
    locate : Looks at all names of a recording: ``"C5"`` is no central electrode beside ``"A17"``.

    Notes
    -----
    CPz and FCz behind a hyphen are references; Cz is one of a derivation's electrodes, as in the
    transverse montage. A reference behind a derivation says nothing: ``"Fp1-F7-Ref"`` is Fp1-F7.

    Examples
    --------
    >>> canonical_name("EEG FPZ-REF"), canonical_name("T3"), canonical_name("Fc5.")
    ('Fpz', 'T7', 'FC5')
    >>> canonical_name("EEG T3-T5"), canonical_name("Fp1-(A1+A2)/2"), canonical_name("POL X1")
    ('T7-P7', 'Fp1', 'X1')
    """
    bare = strip_modality(name)
    ends = read_electrodes(strip_reference(bare))
    return bare if ends is None else "-".join(join_electrode(*end) for end in ends)


def row_of(name):
    """Letters of an electrode's name, which say its row: Fp of Fp1; ``None`` for what is none.

    Examples
    --------
    >>> row_of("EEG FPZ-REF"), row_of("T5"), row_of("EKG")
    ('Fp', 'P', None)
    """
    found = split_electrode(canonical_name(name))
    return None if found is None else found[0]


def hemisphere(name: str) -> str | None:
    """Side of the head an electrode lies on; ``None`` for what is no electrode.

    Parameters
    ----------
    name : str
        An electrode, in any spelling.

    Returns
    -------
    {"left", "midline", "right"} or None

    Examples
    --------
    >>> hemisphere("F3"), hemisphere("FPZ"), hemisphere("EKG")
    ('left', 'midline', None)
    """
    found = split_electrode(canonical_name(name))
    if found is None:
        return None
    number = found[1]
    return "midline" if number == 0 else "left" if number % 2 else "right"


def mirror_name(name: str) -> str:
    """Name of the electrode at the same place of the other hemisphere; midline ones stay.

    Parameters
    ----------
    name : str
        An electrode or a derivation of two, in any spelling.

    Returns
    -------
    str
        In the spelling of :func:`canonical_name`.

    Examples
    --------
    >>> mirror_name("FC5"), mirror_name("T4"), mirror_name("Cz")
    ('FC6', 'T7', 'Cz')
    >>> mirror_name("Fp1-F7")
    'Fp2-F8'
    """
    name = canonical_name(name)
    ends = read_electrodes(name)
    return name if ends is None else "-".join(join_electrode(*_mirror(*end)) for end in ends)


def _mirror(row, number, half):
    step = 0 if number == 0 else 1 if number % 2 else -1
    return row, number + step, half
