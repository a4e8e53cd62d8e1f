"""LSTM that passes over missing steps."""

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn.functional import last_state


class MaskedLSTM(nn.Module):
    """An LSTM's last hidden state: (batch, time, feature) -> (batch, hidden).

    A missing step leaves the state as it was; a sequence without a present step gives zeros. One
    bias, and initial values as in Keras: Glorot-uniform kernel, orthogonal recurrent kernel, zero
    bias with one for the forget gate.

    Parameters
    ----------
    n_features, n_hidden : int

    References
    ----------
    Hochreiter & Schmidhuber (1997), Long short-term memory, Neural Computation 9(8).

    Examples
    --------
    >>> import torch
    >>> MaskedLSTM(10, 4)(torch.randn(2, 7, 10)).shape
    torch.Size([2, 4])
    """

    def __init__(self, n_features: int, n_hidden: int) -> None:
        super().__init__()
        # The bias is the weight of a constant feature: torch's own has two, one of them idle.
        self.lstm = nn.LSTM(n_features + 1, n_hidden, bias=False, batch_first=True)
        kernel, bias = self.lstm.get_parameter("weight_ih_l0").detach().split([n_features, 1], 1)
        nn.init.xavier_uniform_(kernel)
        nn.init.zeros_(bias)
        nn.init.ones_(bias[n_hidden : 2 * n_hidden])
        nn.init.orthogonal_(self.lstm.get_parameter("weight_hh_l0"))

    def forward(self, x: torch.Tensor, missing: torch.Tensor | None = None) -> torch.Tensor:
        """Run over the steps that `missing`, (batch, time), leaves."""
        return last_state(self.lstm, F.pad(x, (0, 1), value=1.0), missing)
