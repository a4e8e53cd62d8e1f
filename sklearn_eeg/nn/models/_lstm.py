"""LSTMNet: a network with long short-term memory and one linear layer."""

import torch
from torch import nn

from sklearn_eeg.nn._types import Missing
from sklearn_eeg.nn.functional import fill_missing, last_state


class LSTMNet(nn.Module):
    """Stacked layers of long short-term memory; their last state is the trial.

    (batch, window, ...) -> (batch, class), logits; what comes after the windows is flattened to
    features. Any number of windows from one on. A window with nothing but NaN is missing and
    passed over wherever it lies; a single NaN counts as zero, the mean of scaled features.

    Parameters
    ----------
    n_features : int
        Features of a step.
    n_outputs : int
    n_hidden : int, default=64
        Units of each layer.
    n_layers : int, default=2
    dropout : float, default=0.3
        On the last state.

    Notes
    -----
    66,243 parameters for 62 features and 3 classes; 58,498 for 32 and 2.

    ===========================================  ================================================
    Left open by the source                      Our decision
    ===========================================  ================================================
    A step (public code: a sample of signals)    A window of features, flattened
    Missing steps                                Passed over
    Two biases a gate, as the count requires     Both, as torch has them
    Dropout while predicting (public code)       Ends with training
    Initial values                               Torch's
    Recipe of the training                       The defaults of all our networks
    ===========================================  ================================================

    References
    ----------
    Hochreiter & Schmidhuber (1997), Long short-term memory, Neural Computation 9(8),
    https://doi.org/10.1162/neco.1997.9.8.1735
    Sizes: https://github.com/torcheeg/torcheeg

    Examples
    --------
    >>> import torch
    >>> LSTMNet(n_features=310, n_outputs=3)(torch.randn(4, 60, 62, 5)).shape
    torch.Size([4, 3])
    """

    def __init__(
        self,
        n_features: int,
        n_outputs: int,
        n_hidden: int = 64,
        n_layers: int = 2,
        dropout: float = 0.3,
    ) -> None:
        super().__init__()
        self.recurrent = nn.LSTM(n_features, n_hidden, n_layers, batch_first=True)
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(n_hidden, n_outputs))

    def forward(self, x: torch.Tensor, missing: Missing = None) -> torch.Tensor:
        """Logits of each trial; `missing` as in :func:`sklearn_eeg.nn.functional.fill_missing`."""
        x, missing = fill_missing(x.flatten(2), missing)
        return self.head(last_state(self.recurrent, x, missing))
