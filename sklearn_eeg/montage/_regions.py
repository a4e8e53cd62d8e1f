"""Hemispheres, regions and electrode pairs as models and features of the field use them."""

from __future__ import annotations

from collections.abc import Sequence

from sklearn_eeg.montage._arrays import refuse_array
from sklearn_eeg.montage._electrodes import hemisphere, mirror_name, row_of
from sklearn_eeg.montage._grids import SEED_62
from sklearn_eeg.montage._names import locate


def mirror_pairs(ch_names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Left-right pairs of electrodes that are both among the channels, in channel order.

    Parameters
    ----------
    ch_names : sequence of str
        Names in any spelling.

    Returns
    -------
    tuple of (str, str)
        Left first, as the channels are named.

    Raises
    ------
    ValueError
        Two channels are the same electrode, or the names number an array, as BioSemi's do.

    Examples
    --------
    >>> mirror_pairs(["Fp1", "Cz", "T4", "Fp2", "T3", "O1"])
    (('Fp1', 'Fp2'), ('T3', 'T4'))
    """
    refuse_array(ch_names, "mirror_pairs")
    left = [name for name in ch_names if hemisphere(name) == "left"]
    twins = locate([mirror_name(name) for name in left], ch_names)
    return tuple(
        (name, ch_names[twin]) for name, twin in zip(left, twins, strict=True) if twin >= 0
    )


def _read(table):
    rows = (row.split(":") for row in table.strip().splitlines())
    return {region.strip(): tuple(names.split()) for region, names in rows}


def lobe(name: str) -> str | None:
    """Region of ``LOBES`` that an electrode lies over; ``None`` for what is in none.

    Parameters
    ----------
    name : str
        An electrode, in any spelling.

    Returns
    -------
    {"frontal", "temporal", "central", "posterior"} or None

    Examples
    --------
    >>> lobe("FPZ"), lobe("T3"), lobe("EEG T5-REF"), lobe("A1")
    ('frontal', 'temporal', 'posterior', None)
    """
    return next((region for region, rows in LOBES.items() if row_of(name) in rows), None)


#: Coarse region -> rows of the 10-10 system, by the letters of their names.
LOBES = _read("""
    frontal: Fp AF F
    temporal: FT T TP
    central: FC C CP
    posterior: P PO O CB
""")

#: Left-right pairs of the asymmetry features of the SEED family, left first.
SEED_MIRROR_PAIRS = mirror_pairs(SEED_62)

#: Frontal-posterior pairs of the caudality feature (DCAU) of the SEED family, frontal first.
SEED_CAUDAL_PAIRS = tuple(
    tuple(pair.split("-"))
    for pair in """
    FT7-TP7 FC5-CP5 FC3-CP3 FC1-CP1 FCz-CPz FC2-CP2 FC4-CP4 FC6-CP6 FT8-TP8
    F7-P7 F5-P5 F3-P3 F1-P1 Fz-Pz F2-P2 F4-P4 F6-P6 F8-P8
    Fp1-O1 Fp2-O2 Fpz-Oz AF3-CB1 AF4-CB2
    """.split()
)

#: Model -> region -> electrodes in the order its recurrent layers read them.
REGIONS = {
    # The midline has no published side: the split of its eight electrodes is a convention.
    "bidann": {
        "left": (*(left for left, _ in SEED_MIRROR_PAIRS), "Fpz", "FCz", "CPz", "POz"),
        "right": (*(right for _, right in SEED_MIRROR_PAIRS), "Fz", "Cz", "Pz", "Oz"),
    },
    "r2g-stnn": _read("""
        prefrontal: AF3 Fp1 Fpz Fp2 AF4
        frontal: F3 F1 Fz F2 F4
        left frontal: F7 F5
        right frontal: F8 F6
        left temporal: FT7 FC5 T7 C5 TP7 CP5
        right temporal: FT8 FC6 T8 C6 TP8 CP6
        frontocentral: FC3 FC1 FCz FC2 FC4
        central: C3 C1 Cz C2 C4
        centroparietal: CP3 CP1 CPz CP2 CP4
        left parietal: P7 P5
        right parietal: P8 P6
        parietal: P3 P1 Pz P2 P4
        left occipital: PO7 PO5 CB1
        right occipital: PO8 PO6 CB2
        parietooccipital: PO3 POz PO4
        occipital: O1 Oz O2
    """),
    "hslt-seed": _read("""
        prefrontal: Fp1 Fpz Fp2 AF3 AF4
        frontal: F7 F5 F3 F1 Fz F2 F4 F6 F8
        left temporal: FT7 FC5 FC3 T7 C5 C1
        right temporal: FT8 FC4 FC6 T8 C2 C6 CP6
        central: FC1 C3 Cz FCz FC2 C4
        left parietal: TP7 CP5 CP3 P7 P5 P3 P1 PO3
        parietal: CP1 CP2 CPz Pz
        right parietal: TP8 CP4 P8 P6 P2 P4 PO4
        occipital: PO7 PO5 POz PO6 PO8 CB1 O1 O2 Oz CB2
    """),
    "hslt-deap": _read("""
        prefrontal: Fp1 AF3 AF4 Fp2
        frontal: F7 F3 Fz F4 F8
        left temporal: FC5 T7 CP5
        central: FC1 C3 Cz C4 FC2
        right temporal: FC6 T8 CP6
        left parietal: P7 P3 PO3
        parietal: CP1 Pz CP2
        right parietal: P8 P4 PO4
        occipital: O1 Oz O2
    """),
}
