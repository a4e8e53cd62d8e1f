"""Chains of bipolar channels: which of them follow each other over the head."""

from collections.abc import Iterable
from itertools import pairwise

import torch

# The longitudinal montage in its usual order, left and right alternating: temporal left and right
# (LL, RL), then parasagittal left and right (LP, RP), each from front to back.
LONGITUDINAL = ((0, 2, 4, 6), (1, 3, 5, 7), (8, 10, 12, 14), (9, 11, 13, 15))


def default_chains(n_channels):
    """Longitudinal chains for 16 channels, one chain of all otherwise.

    Examples
    --------
    >>> default_chains(3)
    ((0, 1, 2),)
    """
    return LONGITUDINAL if n_channels == 16 else (tuple(range(n_channels)),)


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
