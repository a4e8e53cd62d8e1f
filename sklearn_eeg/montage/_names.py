"""Names of a recording's channels, read together: where electrodes stand among them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sklearn_eeg.montage._arrays import array_name, array_of
from sklearn_eeg.montage._electrodes import canonical_name
from sklearn_eeg.montage._spelling import read_electrodes


def same_electrode(ch_names: Sequence[str]) -> tuple[str, str] | None:
    """Find two channels that are one electrode.

    Parameters
    ----------
    ch_names : sequence of str
        Names in any spelling.

    Returns
    -------
    (str, str) or None
        The first such pair; ``None`` if each electrode is there once.

    Examples
    --------
    >>> same_electrode(["Fp1", "Cz", "T3", "EEG T7-REF", "fp1"])
    ('T3', 'EEG T7-REF')
    >>> same_electrode(["Fp1", "Fp1-F7"])
    """
    return _same_electrode(tuple(map(str, ch_names)))


@lru_cache(256)
def _same_electrode(ch_names):
    spell = array_name if array_of(ch_names) else canonical_name
    seen = {}
    for name in ch_names:
        if spell(name) in seen:
            return seen[spell(name)], name
        seen[spell(name)] = name
    return None


def locate(wanted: Sequence[str], ch_names: Sequence[str]) -> list[int]:
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
        Two channels are the same electrode, such as T3 and T7; or one side has names of the 10-20
        system and the other numbers an array, as BioSemi's A1 to D32 do, where C5 lies elsewhere.

    Notes
    -----
    Names of an array are found in an array, as they stand there. A few of them that could be names
    of the 10-20 system, such as C3 and C4, are taken for those, and refused.

    Examples
    --------
    >>> locate(["T7", "Cz"], ["EEG T3-REF", "EEG Fp1-REF"])
    [0, -1]
    """
    wanted, ch_names = tuple(map(str, wanted)), tuple(map(str, ch_names))
    twice = same_electrode(ch_names)
    if twice:
        raise ValueError(
            f"expected each electrode once, got {twice[0]!r} and {twice[1]!r}, which are the same "
            f"electrode; drop one of them."
        )
    array = array_of(ch_names) or array_of(wanted)
    if array:
        _check_one_system(wanted, ch_names, array)
    place = _places(ch_names, bool(array))
    spell = array_name if array else canonical_name
    return [place.get(spell(name), -1) for name in wanted]


@lru_cache(256)
def _places(ch_names, array):
    spell = array_name if array else canonical_name
    return {spell(name): place for place, name in enumerate(ch_names)}


def _check_one_system(wanted, ch_names, array):
    numbers = [array_of(wanted), array_of(ch_names)]
    named = () if all(numbers) else ch_names if numbers[0] else wanted
    electrodes = [name for name in named if read_electrodes(canonical_name(name))]
    if electrodes:
        raise ValueError(
            f"expected names of one system, got {electrodes[0]!r} beside {array}, whose names mean "
            f"other places than in the 10-20 system; rename its channels to the 10-20 electrodes "
            f"they are nearest to."
        )
