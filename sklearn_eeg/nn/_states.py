"""States of recurrent layers over sequences with missing steps."""

import torch
from torch import nn


def held_states(run, x, missing=None):
    """State after each step, where a missing step leaves it as it was.

    Parameters
    ----------
    run : callable
        (batch, time, feature) -> (batch, time, hidden), each step from itself and those before it.
    x : Tensor of shape (batch, time, feature)
    missing : BoolTensor of shape (batch, time) or None, default=None

    Returns
    -------
    Tensor of shape (batch, time, hidden)
        Zero before the first step that is present.

    Examples
    --------
    >>> missing = torch.tensor([[True, False, True, False]])
    >>> x = torch.tensor([[9.0, 1.0, 9.0, 2.0]]).unsqueeze(-1)
    >>> held_states(lambda x: x.cumsum(1), x, missing).flatten()
    tensor([0., 1., 1., 3.])
    """
    if missing is None:
        return run(x)
    # With the present steps first, in their order, nothing that is missing comes before them.
    order = missing.to(torch.uint8).argsort(dim=1, stable=True)
    states = run(x.take_along_dim(order.unsqueeze(-1), 1))
    n_seen = (~missing).cumsum(1)
    held = states.take_along_dim((n_seen - 1).clamp(min=0).unsqueeze(-1), 1)
    return held * (n_seen > 0).unsqueeze(-1)


def init_gates_(recurrent, forget=1.0):
    """Set Xavier's weights, orthogonal recurrent ones, and a bias of the forget gate alone.

    Parameters
    ----------
    recurrent : torch.nn.LSTM
        Changed in place.
    forget : float, default=1.0
        Sum of the two biases of the forget gate.
    """
    n_hidden = recurrent.hidden_size
    for name, values in recurrent.named_parameters():
        if name.startswith("weight"):
            init = nn.init.orthogonal_ if "_hh_" in name else nn.init.xavier_normal_
            init(values)
        else:
            nn.init.zeros_(values)
            if "_ih_" in name:
                nn.init.constant_(values.detach()[n_hidden : 2 * n_hidden], forget)
    return recurrent
