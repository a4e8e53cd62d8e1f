"""LSTM in both directions that passes over missing steps."""

import torch
from torch import nn

from sklearn_eeg.nn._states import held_states, init_gates_


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

    def __init__(self, n_features, n_hidden, forget=1.0):
        super().__init__()
        self.along, self.against = (
            init_gates_(nn.LSTM(n_features, n_hidden, batch_first=True), forget) for _ in range(2)
        )

    def forward(self, x, missing=None):
        """Run over the steps that `missing`, (batch, time), leaves."""
        flipped = None if missing is None else missing.flip(1)
        along = held_states(lambda x: self.along(x)[0], x, missing)
        against = held_states(lambda x: self.against(x)[0], x.flip(1), flipped)
        return torch.cat([along[:, -1], against[:, -1]], 1)
