"""Modules of steps in a row."""

import torch
from torch import nn

from sklearn_eeg._modules._foreign import foreign
from sklearn_eeg._twins import real_steps


def find_module(step, shape):
    """Module of a fitted step, or of a pipeline of some, for trials of a shape."""
    if hasattr(step, "to_torch"):
        return step.to_torch(shape)
    if hasattr(step, "steps"):
        return chain_modules(real_steps(step), shape)
    return foreign(step, shape)


def chain_modules(steps, shape):
    """Modules of fitted steps in a row, of which the first takes trials of a shape."""
    modules: list = []
    for step in steps:
        modules.append(find_module(step, shape))
        shape = shape_after(modules[-1], shape)
    return nn.Sequential(*modules)


class Beside(nn.Module):
    """Modules side by side, whose outputs are joined along the last axis."""

    def __init__(self, modules):
        super().__init__()
        self.parts = nn.ModuleList(modules)

    def forward(self, x):
        """Outputs of all."""
        return torch.cat([part(x) for part in self.parts], -1)


def shape_after(module, shape):
    """Shape of what a module makes of a trial of a shape."""
    with torch.no_grad():
        return tuple(module(torch.zeros(1, *shape)).shape[1:])
