"""The names of the 10-05 system, and what files put around them."""

import re

#: Older names of the 10-20 system -> names of the 10-10 system.
ALIASES = {"T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8"}

# Rows of the 10-05 system by the numbers they have; earlobes and mastoids (A, M), the cerebellar
# pair of Neuroscan caps (CB) and the anterior temporal pair of clinics (T1, T2) among them.
_NUMBERS = {
    "A CB Fp I M N NFp OI": range(1, 3),
    "C CCP CP CPP FC FCC FFC": range(1, 7),
    "FFT FT FTT TP TPP TTP": range(7, 11),
    "AF AFF AFp F P PO POO PPO T": range(1, 11),
    "O": (1, 2, 9, 10),
}
_ROWS = {row.upper(): (row, numbers) for rows, numbers in _NUMBERS.items() for row in rows.split()}
_NO_MIDLINE = set("A CB FFT FT FTT M T TP TPP TTP".split())

_ELECTRODE = re.compile(r"([A-Z]+?)(Z|(\d{1,2})(H?))", re.IGNORECASE)
_BETWEEN = r"\s*[\s:._-]\s*"
_MODALITY = re.compile(rf"^(?:(?:EEG|POL){_BETWEEN})+", re.IGNORECASE)
_FUSED_MODALITY = re.compile(r"^(?:EEG|POL)", re.IGNORECASE)
_DUPLICATE = re.compile(r"-\d+$")
_EAR = re.compile(r"[AM][12]", re.IGNORECASE)
# Averages, linked ears, and electrodes that serve as reference and in no bipolar montage.
_REFERENCE = (
    r"V?REF|REFERENCE|(?:COMMON[\s-]?)?AV(?:E|G|R|ERAGE)?(?:[\s-]?REF(?:ERENCE)?)?|AR|CAR|AA"
    r"|S?LE|CLE|LER|LM|RM|BN|NOSE|COM|ORG|G2|CS2|CPZ|FCZ"
    r"|[AM]1?[12]|[\d.*/(\[\s]*[AM]1\s*[-+/,&]?\s*[AM]2[\d./)\]\s]*"
)
_REFERENCED = re.compile(rf"(.+?){_BETWEEN}({_REFERENCE})", re.IGNORECASE)


def split_electrode(name):
    """Row, number (0 on the midline) and ``"h"`` or ``""`` of a bare name; ``None`` if it is none.

    Examples
    --------
    >>> split_electrode("FPZ"), split_electrode("ffc5h"), split_electrode("C7")
    (('Fp', 0, ''), ('FFC', 5, 'h'), None)
    """
    found = _ELECTRODE.fullmatch(name)
    if found is None or found[1].upper() not in _ROWS:
        return None
    row, numbers = _ROWS[found[1].upper()]
    # In names such as aF3 and pO1 the small letter is a prefix of another system.
    if found[1][0].islower() and not found[1].islower():
        return None
    if found[3] is None:
        return None if row in _NO_MIDLINE else (row, 0, "")
    return (row, int(found[3]), found[4].lower()) if int(found[3]) in numbers else None


def join_electrode(row, number, half):
    """Name of an electrode, the newer one of two.

    Examples
    --------
    >>> join_electrode("Fp", 0, ""), join_electrode("T", 3, "")
    ('Fpz', 'T7')
    """
    name = f"{row}{number or 'z'}{half}"
    return ALIASES.get(name, name)


def strip_modality(name):
    """Drop the modality before a name, and what pads it.

    Examples
    --------
    >>> strip_modality("POL X1"), strip_modality("Fc5.")
    ('X1', 'Fc5')
    """
    return _MODALITY.sub("", str(name).strip()).rstrip(" .")


def strip_reference(name):
    """Drop MNE's number of a duplicate and the reference; one ear against the other keeps it.

    Examples
    --------
    >>> strip_reference("Fp1-(A1+A2)/2"), strip_reference("Cz-AV-0"), strip_reference("A2-A1")
    ('Fp1', 'Cz', 'A2-A1')
    """
    name = _DUPLICATE.sub("", name).rstrip(" .")
    found = _REFERENCED.fullmatch(name)
    if found is None or (_EAR.fullmatch(found[1]) and _EAR.fullmatch(found[2])):
        return name
    return found[1].rstrip(" .")


def read_electrodes(name):
    """Split what a name means: one electrode, the two of a derivation, or ``None``.

    Examples
    --------
    >>> read_electrodes("Fp1-F7"), read_electrodes("Fp1-X")
    ((('Fp', 1, ''), ('F', 7, '')), None)
    """
    ends = tuple(map(split_electrode, re.split(r"\s*[-–]\s*", _FUSED_MODALITY.sub("", name))))
    return ends if len(ends) <= 2 and None not in ends else None
