"""EEG-Conformer: convolutions of raw signals make tokens, which look at each other."""

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn.attention import Attention, stretches
from sklearn_eeg.nn.functional import count_stretches
from sklearn_eeg.nn.layers._self_attention import SelfAttention


class EEGConformer(nn.Module):
    """Convolutional transformer: (batch, channel, time) -> (batch, class), logits.

    Filters in time, then filters across the electrodes; means over long, overlapping stretches are
    the tokens of a transformer, all of which enter the head.

    Parameters
    ----------
    n_channels, n_times, n_outputs : int
        As many samples as a filter and a stretch span together, less one, or more.
    lengths : tuple of (int, int, int), default=(25, 75, 15)
        Samples that a filter spans, samples of a stretch that is averaged, and samples from one
        stretch to the next. Scale them with the rate of your signals.
    n_blocks : int, default=6
        Of the transformer.
    n_heads : int, default=10
    dropout : float, default=0.5
        On tokens, attention and the layers of the blocks.
    head_dropout : float, default=0.3
    n_filters : int, default=40
        In time and across electrodes, and features of a token; a multiple of `n_heads`.
    n_hidden : int, default=32
        Units of the head's first layer.

    Notes
    -----
    229,411 parameters for 62 electrodes, 200 samples and 3 classes.

    Nothing lies between the filters in time and those across electrodes, so they are multiplied
    first and slide along the signals as one: the same function and gradients, without a map of
    every filter at every electrode.

    ============================================  ================================================
    Left open by the source                       Our decision
    ============================================  ================================================
    10 heads, or 5 for SEED                       10
    What scores are divided by                    The root of a token's features, as published,
                                                  not of a head's
    The head: one hidden layer of 32, or two      One
    Published scores on SEED: parts of each clip  Split by subject and clip; the score is not ours
    on both sides
    ============================================  ================================================

    References
    ----------
    Song et al. (2023), EEG Conformer: convolutional transformer for EEG decoding and
    visualization, IEEE TNSRE 31, https://doi.org/10.1109/TNSRE.2022.3230250

    Examples
    --------
    >>> model = EEGConformer(n_channels=62, n_times=200, n_outputs=3)
    >>> model(torch.randn(4, 62, 200)).shape
    torch.Size([4, 3])
    """

    def __init__(
        self,
        n_channels: int,
        n_times: int,
        n_outputs: int,
        lengths: tuple[int, int, int] = (25, 75, 15),
        n_blocks: int = 6,
        n_heads: int = 10,
        dropout: float = 0.5,
        head_dropout: float = 0.3,
        n_filters: int = 40,
        n_hidden: int = 32,
    ) -> None:
        super().__init__()
        self.lengths = kernel, stretch, stride = lengths
        n_tokens = count_stretches(n_times, *lengths)
        self.temporal = nn.Conv2d(1, n_filters, (1, kernel))
        self.spatial = nn.Conv2d(n_filters, n_filters, (n_channels, 1))
        self.tokens = nn.Sequential(
            nn.BatchNorm1d(n_filters),
            nn.ELU(),
            nn.AvgPool1d(stretch, stride),
            nn.Dropout(dropout),
            nn.Conv1d(n_filters, n_filters, 1),
        )
        self.blocks = nn.Sequential(*(_Block(n_filters, n_heads, dropout) for _ in range(n_blocks)))
        self.head = nn.Sequential(
            nn.Linear(n_tokens * n_filters, n_hidden),
            nn.ELU(),
            nn.Dropout(head_dropout),
            nn.Linear(n_hidden, n_outputs),
        )

    def attends(self, shape: tuple[int, ...]) -> dict[str, Attention]:
        """Stretches of time to each other."""
        kernel, stretch, stride = self.lengths
        n_tokens = count_stretches(shape[1], *self.lengths)
        entries = stretches(n_tokens, shape[1], kernel + stretch - 1, stride)
        layers = [block.get_submodule("attention.1") for block in self.blocks]
        return {"times": Attention(layers, entries, start=1)}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each window."""
        tokens = self.tokens(F.conv1d(x, *self._joined_filters())).transpose(1, 2)
        return self.head(self.blocks(tokens).flatten(1))

    def _joined_filters(self):
        in_time, across = self.temporal.weight[:, 0, 0], self.spatial.weight[..., 0]
        weight = torch.einsum("ofc,ft->oct", across, in_time)
        return weight, across.sum(2) @ self.temporal.bias + self.spatial.bias


class _Block(nn.Module):
    def __init__(self, n_features, n_heads, dropout):
        super().__init__()
        self.attention = nn.Sequential(
            nn.LayerNorm(n_features),
            SelfAttention(n_features, n_heads, dropout, scale=n_features**-0.5),
            nn.Dropout(dropout),
        )
        self.perceptron = nn.Sequential(
            nn.LayerNorm(n_features),
            nn.Linear(n_features, 4 * n_features),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(4 * n_features, n_features),
            nn.Dropout(dropout),
        )

    def forward(self, x):
        x = x + self.attention(x)
        return x + self.perceptron(x)
