"""ACRNN: electrodes weighed, one convolution across all, a recurrent cell, features weighed."""

import torch
from torch import nn

from sklearn_eeg.nn.attention import Attention
from sklearn_eeg.nn.functional import count_stretches


class ACRNN(nn.Module):
    """Attention-based convolutional recurrent network: (batch, channel, time) -> (batch, class).

    A gate reads the mean of each electrode and weighs them. Filters that span all electrodes slide
    along time; their maxima over long stretches, taken together, are one step for two LSTM cells.
    Attention then weighs each feature of that step by what all of them say. Logits.

    Parameters
    ----------
    n_channels, n_times, n_outputs : int
        As many samples as a filter and a stretch span together, less one, or more.
    n_filters : int, default=40
    lengths : tuple of (int, int, int), default=(45, 75, 10)
        Samples that a filter spans, samples of a stretch that is pooled, and samples from one
        stretch to the next. Scale them with the rate of your signals.
    n_hidden : int, default=64
        Units of the recurrent cells.
    n_attention : int, default=512
        Units of the attention's hidden layer.
    dropout : float, default=0.5
        Of whole filters, and of the weighed features.
    n_squeezed : int, default=15
        Units of the gate's hidden layer.

    Notes
    -----
    344,921 parameters for 32 electrodes, 384 samples and 2 classes.

    ==============================================  ==============================================
    Left open by the source                         Our decision
    ==============================================  ==============================================
    Kernels of 40 samples, or of 45                 45, as public code computes; 40 in its settings
    Recurrence over a sequence of one step          The same function, without the weights of a
                                                    state that is always zero and of forgetting it
    A query made linearly from the features it is   One linear map, which stands for both
    then added to
    Dropout twice in a row at the end               Once
    Input per window: 384 samples (3 s at 128 Hz)   Any length; shorter ones than 384 leave less to
                                                    pool
    Bug: softmax before a loss that takes logits    Logits
    ==============================================  ==============================================

    References
    ----------
    Tao et al. (2023), EEG-based emotion recognition via channel-wise attention and self attention,
    IEEE TAFFC 14(1), https://doi.org/10.1109/TAFFC.2020.3025777

    Examples
    --------
    >>> model = ACRNN(n_channels=32, n_times=384, n_outputs=2)
    >>> model(torch.randn(4, 32, 384)).shape
    torch.Size([4, 2])
    """

    def __init__(
        self,
        n_channels: int,
        n_times: int,
        n_outputs: int,
        n_filters: int = 40,
        lengths: tuple[int, int, int] = (45, 75, 10),
        n_hidden: int = 64,
        n_attention: int = 512,
        dropout: float = 0.5,
        n_squeezed: int = 15,
    ) -> None:
        super().__init__()
        kernel, stretch, stride = lengths
        n_steps = count_stretches(n_times, *lengths)
        self.gate = ChannelGate(
            nn.Linear(n_channels, n_squeezed),
            nn.Tanh(),
            nn.Linear(n_squeezed, n_channels),
            nn.Softmax(-1),
        )
        self.filters = nn.Sequential(
            nn.Conv1d(n_channels, n_filters, kernel),
            nn.ELU(),
            nn.MaxPool1d(stretch, stride),
            nn.Dropout1d(dropout),
            nn.Flatten(),
        )
        self.recurrent = nn.Sequential(
            _FirstStep(n_filters * n_steps, n_hidden), _FirstStep(n_hidden, n_hidden)
        )
        self.attention = nn.Sequential(
            nn.Linear(n_hidden, n_attention), nn.ELU(), nn.Linear(n_attention, n_hidden)
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(n_hidden, n_outputs)

    def attends(self, shape: tuple[int, ...]) -> dict[str, Attention]:
        """The gate to the electrodes; what is weighed behind the recurrence is no part of them."""
        return {"channels": Attention([self.gate], torch.eye(shape[0], dtype=torch.bool))}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each window."""
        x = x * self.gate(x.mean(-1))[..., None]
        x = self.recurrent(self.filters(x))
        x = x * (x * self.attention(x)).softmax(-1)
        return self.head(self.dropout(x))


class ChannelGate(nn.Sequential):
    """Layers that end in a softmax over electrodes: (batch, channel) -> the same."""

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """Weight of each electrode: (batch, 1, channel)."""
        return self.forward(x).unsqueeze(1)


class _FirstStep(nn.Module):
    """An LSTM's first step, from zero state and cell: there is nothing to recur to or forget."""

    def __init__(self, n_in, n_out):
        super().__init__()
        self.gates = nn.Linear(n_in, 3 * n_out)

    def forward(self, x):
        enter, cell, leave = self.gates(x).chunk(3, -1)
        return leave.sigmoid() * torch.tanh(enter.sigmoid() * cell.tanh())
