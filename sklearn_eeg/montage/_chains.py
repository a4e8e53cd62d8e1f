"""Longitudinal chains of electrodes, as clinicians read them."""

from itertools import pairwise

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
