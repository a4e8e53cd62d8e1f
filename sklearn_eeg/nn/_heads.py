"""Dense heads, and what they say of the domain of features whose gradient is reversed."""

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn.functional import reverse_gradient


def dense(n_in, n_hidden, n_out, norm=True):
    """Linear layers with ReLU between, and batch normalisation after it.

    Parameters
    ----------
    n_in : int
    n_hidden : sequence of int
        Units of each layer but the last.
    n_out : int
    norm : bool, default=True
        Whether to normalise.

    Examples
    --------
    >>> [type(layer).__name__ for layer in dense(8, (4,), 2)]
    ['Linear', 'ReLU', 'BatchNorm1d', 'Linear']
    """
    layers = []
    for n_units in n_hidden:
        layers += [nn.Linear(n_in, n_units), nn.ReLU()]
        layers += [nn.BatchNorm1d(n_units)] * norm
        n_in = n_units
    return nn.Sequential(*layers, nn.Linear(n_in, n_out))


def confusion(discriminator, source, target, strength):
    """Cross-entropy of a head that tells two domains apart, which the features before it raise.

    Parameters
    ----------
    discriminator : torch.nn.Module
        (batch, feature) -> (batch, 2), logits.
    source, target : Tensor of shape (batch, feature)
    strength : float
        What the features' gradient is multiplied by, beside -1.

    Returns
    -------
    Tensor of shape ()

    Examples
    --------
    >>> source, target = torch.zeros(3, 2), torch.ones(3, 2)
    >>> confusion(nn.Identity(), source, target, 1.0).isclose(torch.tensor(2.0).log())
    tensor(True)
    """
    logits = discriminator(reverse_gradient(torch.cat([source, target]), strength))
    domains = torch.arange(len(logits), device=logits.device) >= len(source)
    return F.cross_entropy(logits, domains.long())
