"""Drawings of the documentation tell what a network is."""

import xml.etree.ElementTree as ET

import pytest
import torch
from torch import nn

from docs._thumbnails import arrange, draw, find_blocks, join_alike
from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._engine.construction import build_entry


class Branches(nn.Module):
    """Two branches, one of four alike layers, whose sum and the input's enter the head."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(6, 2)
        self.wide = nn.Sequential(nn.Linear(4, 9), nn.ReLU(), nn.BatchNorm1d(9), nn.Linear(9, 6))
        self.deep = nn.ModuleList([nn.Linear(4, 4) for _ in range(4)])
        self.last = nn.Linear(4, 6)

    def forward(self, x):
        deep = x
        for layer in self.deep:
            deep = layer(deep).relu()
        return self.head(self.wide(x) + self.last(deep))


def told(blocks):
    return [(b.path, b.shape, b.times, sorted(b.follows)) for b in blocks]


def test_edges_are_who_takes_whose_output_and_chains_are_one_box():
    blocks = join_alike(find_blocks(Branches(), (4,)))
    assert told(blocks) == [
        ("input", (4,), 1, []),
        ("deep.0", (4,), 4, [0]),
        ("wide.0", (9,), 1, [0]),
        ("wide.3", (6,), 1, [2]),
        ("last", (6,), 1, [1]),
        ("head", (2,), 1, [3, 4]),
    ]
    assert [b.n_parameters for b in blocks] == [0, 80, 45, 60, 30, 14]
    assert arrange(blocks) == [[0], [1, 2], [3, 4], [5]]


def test_what_comes_after_the_last_layer_is_an_output():
    class Sums(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.two = nn.Linear(3, 2), nn.Linear(3, 2)

        def forward(self, x):
            return self.one(x) + self.two(x)

    last = find_blocks(Sums(), (3,))[-1]
    assert (last.path, last.follows) == ("output", {1, 2})


def test_layers_side_by_side_that_are_alike_are_one_box():
    class Heads(nn.Module):
        def __init__(self):
            super().__init__()
            self.heads = nn.ModuleList([nn.Linear(3, 2) for _ in range(5)])

        def forward(self, x):
            return torch.stack([head(x) for head in self.heads]).mean(0)

    blocks = join_alike(find_blocks(Heads(), (3,)))
    assert [(b.path, b.times) for b in blocks] == [("input", 1), ("heads.0", 5), ("output", 1)]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_has_a_drawing(name):
    entry = ARCHITECTURES[name]
    network = build_entry(entry)
    blocks = find_blocks(network, tuple(entry.instance.values()))
    assert len(blocks) > 1
    # A part that serves several is counted once.
    assert sum(b.n_parameters for b in blocks) <= entry.n_parameters
    drawing = ET.fromstring(draw(network, tuple(entry.instance.values())))
    assert len(drawing.findall("{*}g")) == len(join_alike(blocks))
    assert blocks[-1].shape == (entry.n_outputs,)
