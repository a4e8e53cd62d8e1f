"""An LSTM in both directions for each region of the head, all of them at once."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn


class RegionalBiLSTM(nn.Module):
    """Each region's electrodes, one after the other, go through two LSTMs of its own.

    (batch, channel, feature) -> (batch, region, 2 * hidden): the states that the LSTM along the
    electrodes and the one against them end with. It is what :class:`torch.nn.LSTM` computes for
    each region, in one product a step: the longest regions come first, so that those that have an
    electrode left are the first ones. Initial values are Xavier's, recurrent ones orthogonal; the
    forget gate starts with a bias of one.

    Parameters
    ----------
    regions : sequence of sequences of int
        Channels of each region, in the order in which they are read.
    n_features, n_hidden : int

    Examples
    --------
    >>> layer = RegionalBiLSTM([[0, 2], [1], [5, 4, 3]], n_features=5, n_hidden=4)
    >>> layer(torch.randn(2, 6, 5)).shape
    torch.Size([2, 3, 8])
    """

    order: torch.Tensor
    place: torch.Tensor

    def __init__(self, regions: Sequence[Sequence[int]], n_features: int, n_hidden: int) -> None:
        super().__init__()
        ranked = sorted(range(len(regions)), key=lambda place: -len(regions[place]))
        steps = [
            [(regions[place][step], regions[place][-1 - step]) for place in ranked
             if step < len(regions[place])]
            for step in range(len(regions[ranked[0]]))
        ]  # fmt: skip
        self.sizes = [2 * len(step) for step in steps]
        order = torch.tensor([channel for step in steps for pair in step for channel in pair])
        self.register_buffer("order", order, persistent=False)
        self.register_buffer("place", torch.tensor(ranked).argsort(), persistent=False)
        shape = (len(regions), 2, 4 * n_hidden)
        self.weight_ih = nn.Parameter(torch.empty(*shape, n_features))
        self.weight_hh = nn.Parameter(torch.empty(*shape, n_hidden))
        self.bias_ih = nn.Parameter(torch.zeros(*shape))
        self.bias_hh = nn.Parameter(torch.zeros(*shape))
        for kernel in self.weight_ih.detach().flatten(0, 1):
            nn.init.xavier_normal_(kernel)
        for kernel in self.weight_hh.detach().flatten(0, 1):
            nn.init.orthogonal_(kernel)
        nn.init.ones_(self.bias_ih.detach()[..., n_hidden : 2 * n_hidden])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Final states of each region."""
        kernel, recurrent = self.weight_ih.flatten(0, 1), self.weight_hh.flatten(0, 1)
        bias = (self.bias_ih + self.bias_hh).flatten(0, 1).unsqueeze(-1)
        # Features before the batch, so that each gate is one block of memory.
        steps = x.permute(1, 2, 0)[self.order].split(self.sizes)
        state: Any = None
        ended = []
        for step in steps:
            n = len(step)
            gates = torch.baddbmm(bias[:n], kernel[:n], step)
            if state is not None:
                ended.append(state[0][n:])
                state = [part[:n] for part in state]
                gates = torch.baddbmm(gates, recurrent[:n], state[0])
            state = _advance(gates, state)
        final = torch.cat([state[0], *reversed(ended)]).unflatten(0, (-1, 2))[self.place]
        return final.permute(3, 0, 1, 2).flatten(2)


def _advance(gates, state):
    """Hidden state and cell, (sequence, hidden, batch), after a step; gates as torch has them."""
    n_hidden = gates.shape[1] // 4
    doors, news, out = gates.split([2 * n_hidden, n_hidden, n_hidden], 1)
    enter, keep = doors.sigmoid().chunk(2, 1)
    cell = enter * news.tanh()
    if state is not None:
        cell = cell + keep * state[1]
    return out.sigmoid() * cell.tanh(), cell
