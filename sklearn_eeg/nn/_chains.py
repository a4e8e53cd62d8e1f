"""Chains of bipolar channels: which of them follow each other over the head."""

from collections.abc import Iterable
from itertools import pairwise

import torch

from sklearn_eeg.montage._chains import LONGITUDINAL_PAIRS, longitudinal_chains

#: Chains of the longitudinal montage in its usual order, left and right alternating.
LONGITUDINAL = longitudinal_chains(["-".join(pair) for pair in LONGITUDINAL_PAIRS])


def default_chains(n_channels, ch_names=None):
    """Longitudinal chains if the channels are their derivations, one chain of all otherwise.

    Without names, 16 channels are taken for the derivations in their usual order.

    Examples
    --------
    >>> default_chains(3)
    ((0, 1, 2),)
    >>> default_chains(4, ["Fp1-F3", "F7-T7", "F3-C3", "Fp1-F7"])
    ((3, 1), (0, 2))
    """
    if ch_names is None:
        chains = LONGITUDINAL if n_channels == 16 else ()
    else:
        chains = longitudinal_chains(ch_names)
    return chains if sum(map(len, chains)) == n_channels else (tuple(range(n_channels)),)


def check_chains(chains, n_channels, name):
    """Refuse chains that do not hold each of the channels once."""
    listed = isinstance(chains, Iterable) and all(isinstance(c, Iterable) for c in chains)
    found = [channel for chain in chains for channel in chain] if listed else None
    if found is None or set(found) != set(range(n_channels)) or len(found) != n_channels:
        raise ValueError(
            f"{name}: expected chains that hold each of the {n_channels} channels once, by "
            f"index from 0, got {chains}; list every channel in one chain."
        )


def mean_of_others(n_channels):
    """Matrix (channel, channel) that takes channels to the mean of all others.

    Examples
    --------
    >>> mean_of_others(3) @ torch.tensor([3.0, 6.0, 12.0])
    tensor([9.0000, 7.5000, 4.5000])
    """
    return (1 - torch.eye(n_channels)) / max(1, n_channels - 1)


def mean_of_neighbours(chains):
    """Matrix (channel, channel) that takes channels to the mean of their one or two neighbours.

    Examples
    --------
    >>> mean_of_neighbours([(0, 1, 2)]) @ torch.tensor([3.0, 6.0, 12.0])
    tensor([6.0000, 7.5000, 6.0000])
    """
    n_channels = sum(map(len, chains))
    neighbours = torch.zeros(n_channels, n_channels)
    for chain in chains:
        for one, other in pairwise(chain):
            neighbours[one, other] = neighbours[other, one] = 1
    return neighbours / neighbours.sum(1, keepdim=True).clamp(min=1)
