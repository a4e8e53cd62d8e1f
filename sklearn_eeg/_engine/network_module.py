"""A trained network as a module without arguments beside its input."""

import copy
import inspect

import torch
from torch import nn


class NetworkModule(nn.Module):
    """Answers for instances, (row, ...) -> (row, n), by a copy in single precision.

    Parameters
    ----------
    network : torch.nn.Module
    padding : Padding
        What short instances go through before it.
    shape : tuple of int, default=None
        Of an instance that comes in flat.
    temperature : float, default=None
        What the network's outputs are divided by before they become probabilities; ``None``: they
        are the answers.
    """

    def __init__(self, network, padding, shape=None, temperature=None):
        super().__init__()
        self.network = copy.deepcopy(network).cpu().float().eval().requires_grad_(False)
        self.padding = padding
        self.shape = shape
        self.temperature = temperature
        asked = inspect.signature(network.forward).parameters
        self.asks = [name for name in ("domain", "missing") if name in asked]

    def forward(self, x):
        """Answers for each row."""
        x = x if self.shape is None else x.unflatten(1, self.shape)
        x = self.padding(x)
        beside = {"domain": None, "missing": x.new_zeros(x.shape[:2], dtype=torch.bool)}
        logits = self.network(x, **{name: beside[name] for name in self.asks})
        if self.temperature is None:
            return logits
        return (logits if self.temperature == 1 else logits / self.temperature).softmax(-1)
