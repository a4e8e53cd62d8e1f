"""LSTM in both directions that passes over missing steps."""

import torch
from torch import nn

from sklearn_eeg.nn.functional import last_state


class BiLSTM(nn.Module):
    """States that two LSTMs end with, along a sequence and against it.

    (batch, time, feature) -> (batch, 2 * hidden). A missing step leaves a state as it was; a
    sequence without a present step gives zeros. Initial values are Xavier's, recurrent ones
    orthogonal.

    Parameters
    ----------
    n_features, n_hidden : int
        Of one direction.
    forget : float, default=1.0
        Initial bias of the forget gate.

    References
    ----------
    Graves & Schmidhuber (2005), Framewise phoneme classification with bidirectional LSTM and other
    neural network architectures, Neural Networks 18(5-6).

    Examples
    --------
    >>> BiLSTM(10, 4)(torch.randn(2, 7, 10)).shape
    torch.Size([2, 8])
    """

    def __init__(self, n_features: int, n_hidden: int, forget: float = 1.0) -> None:
        super().__init__()
        self.along, self.against = (
            init_gates_(nn.LSTM(n_features, n_hidden, batch_first=True), forget) for _ in range(2)
        )

    def forward(self, x: torch.Tensor, missing: torch.Tensor | None = None) -> torch.Tensor:
        """Run over the steps that `missing`, (batch, time), leaves."""
        flipped = None if missing is None else missing.flip(1)
        along = last_state(self.along, x, missing)
        against = last_state(self.against, x.flip(1), flipped)
        return torch.cat([along, against], 1)


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
