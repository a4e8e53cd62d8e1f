"""Electrodes of any cap by hemisphere and by region, as networks of the field read them."""

from __future__ import annotations

from collections.abc import Sequence

from sklearn_eeg.montage._arrays import refuse_array
from sklearn_eeg.montage._electrodes import STAND_INS, canonical_name, hemisphere, mirror_name
from sklearn_eeg.montage._grids import DEAP_32
from sklearn_eeg.montage._names import same_electrode
from sklearn_eeg.montage._regions import REGIONS, mirror_pairs
from sklearn_eeg.montage._spelling import split_electrode

# From the forehead back, lateral/central where a row has two names.
_ROWS = "N NFp Fp AFp AF AFF F FFT/FFC FT/FC FTT/FCC T/C TTP/CCP TP/CP TPP/CPP P PPO PO POO O OI I"
_DEPTH = {row: depth for depth, group in enumerate(_ROWS.split()) for row in group.split("/")}


def _read_rules(table):
    """Row -> (bound, region) in the order in which they are tried."""
    rules = {}
    for line in table.strip().splitlines():
        rows, _, texts = line.partition(":")
        pairs = [text.partition("<")[::2] for text in texts.split()]
        choices = tuple((int(bound or 99), region) for region, bound in pairs)
        rules |= dict.fromkeys(rows.split(), choices)
    return rules


# Network -> row -> regions: the first whose bound is above an electrode's number, which grows from
# the midline, 0, outwards; * is the side.
_RULES = {
    "r2g-stnn": _read_rules("""
        N NFp Fp AFp AF: prefrontal
        AFF F: frontal<5 *frontal
        FFC FC: frontocentral<5 *temporal
        FCC C: central<5 *temporal
        CCP CP: centroparietal<5 *temporal
        FFT FT FTT T TTP TP: *temporal
        TPP CPP P: parietal<5 *parietal
        PPO PO: parietooccipital<5 *occipital
        POO O: occipital<5 *occipital
        OI I: occipital
    """),
    "hslt": _read_rules("""
        N NFp Fp AFp AF: prefrontal
        AFF F: frontal
        FFC FC: central<3 *temporal
        FCC C: central<5 *temporal
        FFT FT FTT T: *temporal
        CCP CP: parietal<3 *parietal
        TTP TP: *parietal
        TPP CPP P: parietal<1 *parietal
        PPO PO: occipital<1 *parietal<5 occipital
        POO O OI I: occipital
    """),
}


def hemispheres(ch_names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Electrodes of each side of the head, the midline shared out between them.

    Pairs that mirror each other come first, at the same place of both sides, row by row from the
    forehead back and from outside in; then electrodes whose mirror image the cap lacks; then the
    midline, whose electrodes go to the left and to the right by turns. The 62 channels of SEED give
    ``REGIONS["bidann"]``, in any order.

    Parameters
    ----------
    ch_names : sequence of str
        Names in any spelling.

    Returns
    -------
    dict of {"left", "right"} to tuple of str
        As the channels are named.

    Raises
    ------
    ValueError
        A name is no electrode of the scalp, two are the same, or the names number an array, as
        BioSemi's do.

    Examples
    --------
    >>> hemispheres(["Oz", "Fp2", "Cz", "C3", "T4", "Fp1", "T3"])
    {'left': ('Fp1', 'T3', 'C3', 'Cz'), 'right': ('Fp2', 'T4', 'Oz')}
    """
    places = _read_places(ch_names, "hemispheres")
    names = set(map(canonical_name, ch_names))

    def order(name):
        depth, lateral = places[name]
        return mirror_name(name) not in names, depth, -abs(lateral)

    ordered = sorted(ch_names, key=order)
    left, midline, right = (
        tuple(name for name in ordered if hemisphere(name) == side)
        for side in ("left", "midline", "right")
    )
    return {"left": left + midline[::2], "right": right + midline[1::2]}


def pairs_in_order(ch_names: Sequence[str], by: str) -> tuple[tuple[str, str], ...]:
    """Left-right pairs of electrodes that are both among the channels, in order of place.

    Parameters
    ----------
    ch_names : sequence of str
        Names in any spelling.
    by : {"row", "column"}
        Row by row from the forehead back, each from outside in; or column by column from outside
        in, each from the forehead back.

    Returns
    -------
    tuple of (str, str)
        Left first, as the channels are named.

    Raises
    ------
    ValueError
        As :func:`hemispheres`.

    Examples
    --------
    >>> pairs_in_order(["F3", "F4", "F7", "F8", "T3", "T4", "Cz"], "row")
    (('F7', 'F8'), ('F3', 'F4'), ('T3', 'T4'))
    >>> pairs_in_order(["F3", "F4", "F7", "F8", "T3", "T4", "Cz"], "column")
    (('F7', 'F8'), ('T3', 'T4'), ('F3', 'F4'))
    """
    places = _read_places(ch_names, "pairs_in_order")
    # A place is a row from the forehead back, and a column from left to right.
    turn = {"row": 1, "column": -1}[by]
    return tuple(sorted(mirror_pairs(ch_names), key=lambda pair: places[pair[0]][::turn]))


def regions(ch_names: Sequence[str], kind: str) -> dict[str, tuple[str, ...]]:
    """Electrodes of each region of the head, by published tables and, in other caps, by rules.

    A rule reads the letters and the number of a name: its row and its column. Those of
    ``"r2g-stnn"`` say all that the published table says. Those of ``"hslt"`` are for electrodes
    that its tables lack: a cap of DEAP's 32 electrodes, or of some of them, follows the table of
    DEAP, another one that of SEED as far as it goes.

    Parameters
    ----------
    ch_names : sequence of str
        Names in any spelling.
    kind : {"r2g-stnn", "hslt"}

    Returns
    -------
    dict of str to tuple of str
        Region -> electrodes, as the channels are named, in the order of the tables; electrodes that
        those lack lie row by row from outside in where the region is on one side, else from left to
        right. The order of the channels changes nothing. Regions without an electrode are left out.

    Raises
    ------
    ValueError
        The kind is unknown, a name is no electrode of the scalp, two are the same, or the names
        number an array, as BioSemi's do.

    Examples
    --------
    >>> regions(["O2", "Fp1", "T3", "C3", "O1", "P3"], "r2g-stnn")["occipital"]
    ('O1', 'O2')
    >>> list(regions(["O2", "Fp1", "T3", "C3", "O1", "P3"], "hslt"))
    ['prefrontal', 'left temporal', 'central', 'left parietal', 'occipital']
    """
    if kind not in _RULES:
        raise ValueError(f"regions: expected kind to be one of {list(_RULES)}, got {kind!r}.")
    places = _read_places(ch_names, "regions")
    table = _find_table(ch_names, kind)
    found: dict[str, list[str]] = {region: [] for region in table}
    for name in ch_names:
        found[_find_region(name, kind, table)].append(name)
    # The rule puts electrodes in the order of the one table; that of the others is no rule's.
    listed = table if kind == "hslt" else {}
    return {
        region: _in_order(region, names, places, listed.get(region, ()))
        for region, names in found.items()
        if names
    }


def _read_places(ch_names, speaker):
    """Row from the forehead back, and column from left (below zero) to right, by name."""
    refuse_array(ch_names, speaker)
    twice = same_electrode(ch_names)
    if twice:
        raise ValueError(
            f"{speaker}: expected each electrode once, got {twice[0]!r} and {twice[1]!r}, which "
            f"are the same electrode; drop one of them."
        )
    places = {name: _place(name) for name in ch_names}
    unknown = [str(name) for name, place in places.items() if place is None]
    if unknown:
        raise ValueError(
            f"{speaker}: expected electrodes of the scalp by their names in the 10-10 system, got "
            f"{', '.join(unknown)}; drop or rename those channels."
        )
    return places


def _place(name):
    row, number, half = _split(name) or (None, 0, "")
    if row not in _DEPTH:
        return None
    lateral = (number + 1) // 2 - bool(half) / 2
    return _DEPTH[row], -lateral if number % 2 else lateral


def _split(name):
    name = canonical_name(name)
    return split_electrode(STAND_INS.get(name, name))


def _find_table(ch_names, kind):
    if kind == "hslt":
        kind = "hslt-deap" if set(map(canonical_name, ch_names)) <= set(DEAP_32) else "hslt-seed"
    return REGIONS[kind]


def _find_region(name, kind, table):
    listed = (region for region, names in table.items() if canonical_name(name) in names)
    return next(listed, None) or _apply_rule(name, kind)


def _apply_rule(name, kind):
    row, number, _ = _split(name)
    for bound, region in _RULES[kind][row]:
        if number < bound:
            return region.replace("*", "left " if number % 2 else "right ")


def _in_order(region, names, places, listed):
    is_sided = region.startswith(("left ", "right "))

    def order(name):
        depth, lateral = places[name]
        key = canonical_name(name)
        rank = listed.index(key) if key in listed else len(listed)
        return rank, (depth, -abs(lateral)) if is_sided else (lateral, depth)

    return tuple(sorted(names, key=order))
