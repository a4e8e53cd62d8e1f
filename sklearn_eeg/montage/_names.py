"""Electrode names: one spelling for each electrode, whatever a file calls it."""

import re

# Temporal and parietal electrodes have two names each, from the 10-20 and the 10-10 system.
ALIASES = {"T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8"}

# Letters of the extended 10-05 system, earlobes, mastoids and the cerebellar pair of Neuroscan.
_ROWS = (
    "A AF AFF AFp C CB CCP CP CPP F FC FCC FFC FFT Fp FT FTT I M N O OI P PO POO PPO T TP TPP TTP"
).split()
_SPELLING = {row.upper(): row for row in _ROWS}

_PREFIX = re.compile(r"^EEG[\s_-]+", re.IGNORECASE)
_REFERENCE = re.compile(r"[\s_-]+(REF|LE|AR|AVG|CAR|CLE|A1|A2|M1|M2|A1A2|M1M2)$", re.IGNORECASE)
_ELECTRODE = re.compile(r"^([A-Z]+?)(Z|\d{1,2})(H?)$", re.IGNORECASE)


def canonical_name(name):
    """Name of an electrode in the spelling of the 10-05 system, newer name first.

    A modality before it, a reference behind it and padding dots are dropped. What is no scalp
    electrode (``"EKG"``, ``"Fp1-F7"``) only loses those.

    Parameters
    ----------
    name : str
        A channel's name as in a file.

    Returns
    -------
    str

    Examples
    --------
    >>> canonical_name("EEG FPZ-REF"), canonical_name("T3"), canonical_name("Fc5.")
    ('Fpz', 'T7', 'FC5')
    >>> canonical_name("Fp1-F7"), canonical_name("EKG")
    ('Fp1-F7', 'EKG')
    """
    bare = _REFERENCE.sub("", _PREFIX.sub("", str(name).strip())).rstrip(" .")
    if "-" in bare:
        return "-".join(map(canonical_name, bare.split("-")))
    found = _ELECTRODE.match(bare)
    if found is None or found[1].upper() not in _SPELLING:
        return bare
    row, place, half = found.groups()
    electrode = _SPELLING[row.upper()] + place.lower() + half.lower()
    return ALIASES.get(electrode, electrode)


def row_of(name):
    """Letters of an electrode's name, which say its row: Fp of Fp1; ``None`` for what is none.

    Examples
    --------
    >>> row_of("EEG FPZ-REF"), row_of("T5"), row_of("EKG")
    ('Fp', 'P', None)
    """
    found = _ELECTRODE.match(canonical_name(name))
    return None if found is None else _SPELLING.get(found[1].upper())


def hemisphere(name):
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
    found = _ELECTRODE.match(canonical_name(name))
    if found is None or found[1].upper() not in _SPELLING:
        return None
    if found[2] == "z":
        return "midline"
    return "left" if int(found[2]) % 2 else "right"


def mirror_name(name):
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
    if "-" in name:
        return "-".join(map(mirror_name, name.split("-")))
    if hemisphere(name) in (None, "midline"):
        return name
    row, place, half = _ELECTRODE.match(name).groups()
    return f"{row}{int(place) + (1 if int(place) % 2 else -1)}{half}"


def locate(wanted, ch_names):
    """Where each wanted electrode stands among the channels, -1 where it is missing.

    Parameters
    ----------
    wanted, ch_names : sequence of str
        Names in any spelling.

    Returns
    -------
    list of int

    Raises
    ------
    ValueError
        Two channels are the same electrode, such as T3 and T7.

    Examples
    --------
    >>> locate(["T7", "Cz"], ["EEG T3-REF", "EEG Fp1-REF"])
    [0, -1]
    """
    place = {}
    for index, name in enumerate(ch_names):
        other = place.setdefault(canonical_name(name), index)
        if other != index:
            raise ValueError(
                f"expected each electrode once, got {ch_names[other]!r} and {name!r}, which are "
                f"the same electrode; drop one of them."
            )
    return [place.get(canonical_name(name), -1) for name in wanted]
