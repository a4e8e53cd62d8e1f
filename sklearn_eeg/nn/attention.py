"""Where a network attends: what its method ``attends`` tells."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import nn

__all__ = ["Attention"]


class Attention(NamedTuple):
    """Layers that attend, and which entries of the input their tokens stand for.

    Attributes
    ----------
    layers : sequence of torch.nn.Module
        Each has a method ``weights``, which takes what its ``forward`` takes and returns (row,
        head, query, key), or (row, head, key) of a single query. Weights of a query add up to one.
    entries : BoolTensor of shape (key, ...)
        Of each key, along successive axes of an instance.
    start : int, default=0
        The first of these axes.
    one_by_one : bool, default=False
        Whether a row of a layer is an entry of the axes before, such as a window; else a row is an
        instance.
    learnt : BoolTensor of shape (key,), default=None
        Tokens that stand for nothing in the input and ask all the same. Others without an entry
        that is present do not.

    Examples
    --------
    Of a network over (batch, window, feature) whose layer weighs windows:

    >>> from sklearn_eeg.nn.layers import TemporalAttentionPool
    >>> class Network(nn.Module):
    ...     def __init__(self, n_features, n_outputs):
    ...         super().__init__()
    ...         self.pool = TemporalAttentionPool(n_features)
    ...         self.head = nn.Linear(n_features, n_outputs)
    ...
    ...     def forward(self, x):
    ...         return self.head(self.pool(x))
    ...
    ...     def attends(self, shape):
    ...         return {"windows": Attention([self.pool], torch.eye(shape[0], dtype=torch.bool))}
    >>> list(Network(8, 2).attends((5, 8)))
    ['windows']
    """

    layers: Sequence[nn.Module]
    entries: torch.Tensor
    start: int = 0
    one_by_one: bool = False
    learnt: torch.Tensor | None = None


def stretches(n_keys: int, n_entries: int, length: int, step: int) -> torch.Tensor:
    """Entries of tokens that stand for stretches of an axis: (key, entry).

    Examples
    --------
    >>> stretches(2, 5, length=3, step=2).int()
    tensor([[1, 1, 1, 0, 0],
            [0, 0, 1, 1, 1]], dtype=torch.int32)
    """
    first = step * torch.arange(n_keys).unsqueeze(1)
    place = torch.arange(n_entries)
    return (first <= place) & (place < first + length)


def of_groups(groups: Sequence[Sequence[int]], n_entries: int) -> torch.Tensor:
    """Entries of tokens that stand for groups of entries, listed by their numbers: (key, entry)."""
    entries = torch.zeros(len(groups), n_entries, dtype=torch.bool)
    for row, group in zip(entries, groups, strict=True):
        row[list(group)] = True
    return entries
