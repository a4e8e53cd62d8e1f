"""Longitudinal chains of electrodes, as clinicians read them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sklearn_eeg.montage._electrodes import canonical_name

#: Left and right lateral, left and right parasagittal chain, from front to back.
CHAINS = {
    "LL": ("Fp1", "F7", "T7", "P7", "O1"),
    "RL": ("Fp2", "F8", "T8", "P8", "O2"),
    "LP": ("Fp1", "F3", "C3", "P3", "O1"),
    "RP": ("Fp2", "F4", "C4", "P4", "O2"),
}


def _alternate(left, right):
    steps = zip(pairwise(CHAINS[left]), pairwise(CHAINS[right]), strict=True)
    return tuple(pair for both in steps for pair in both)


#: The 16 derivations of the chains: lateral ones first, each left one before its mirror image.
LONGITUDINAL_PAIRS = _alternate("LL", "RL") + _alternate("LP", "RP")


def longitudinal_chains(ch_names: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Find the derivations of the longitudinal chains among channels, in any order.

    Parameters
    ----------
    ch_names : sequence of str
        Names such as ``"Fp1-F7"``, in any spelling.

    Returns
    -------
    tuple of tuples of int
        For each chain of ``CHAINS`` that has derivations among the channels, in that order, their
        places from front to back. Channels that belong to no chain are in none.

    Examples
    --------
    >>> longitudinal_chains(["F7-T3", "Fp2-F4", "EEG FP1-F7", "Fz-Cz"])
    ((2, 0), (1,))
    """
    place = {canonical_name(name): index for index, name in enumerate(ch_names)}
    derivations = (["-".join(pair) for pair in pairwise(chain)] for chain in CHAINS.values())
    found = (tuple(place[name] for name in names if name in place) for names in derivations)
    return tuple(chain for chain in found if chain)
