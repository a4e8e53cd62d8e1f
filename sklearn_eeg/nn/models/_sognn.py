"""SOGNN: graphs that each trial makes of its own electrodes, at three depths in time."""

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn._graphs import keep_strongest, normalize
from sklearn_eeg.nn._types import Missing
from sklearn_eeg.nn.functional import fill_missing

# A convolution of five windows, then the maximum of four steps.
N_TAPS, N_POOLED = 5, 4


class SOGNN(nn.Module):
    """Self-organised graphs: (batch, window, channel, band) -> (batch, class), logits.

    Three stages convolve and pool each electrode's features along the windows, with the same
    filters for all electrodes. After each, electrodes that are alike in a trial are tied, each to
    the few that are most alike, and exchange features; a linear layer judges what all electrodes
    have at the three depths. Channels need no names.

    A window with nothing but NaN is missing and leaves zeros at all depths; a lone NaN is zero.

    Parameters
    ----------
    n_windows : int
        Of the longest sequence; 148 or more, or nothing is left after three stages.
    n_channels, n_bands, n_outputs : int
    n_neighbors : int, default=10
        Edges that an electrode keeps.
    n_filters : tuple of (int, int, int), default=(32, 64, 128)
        Of the convolutions.
    n_alike : int, default=64
        Features by which electrodes are compared.
    n_hidden : int, default=32
        Features of an electrode after a graph.
    dropout : float, default=0.1

    Notes
    -----
    386,787 parameters for 265 windows, 62 channels, 5 bands and 3 classes.

    ==================================  =========================================================
    Left open by the source             Our decision
    ==================================  =========================================================
    Short trials (zeros, seen as data)  NaN, masked through all stages; a step is missing when all
                                        the windows that it stands for are
    Electrodes equally alike            All are kept
    The end of training                 200 epochs, the most that the source allows; it ends where
                                        the training set is fitted well
    ==================================  =========================================================

    References
    ----------
    Li, Li, Pan & Wang (2021), Cross-subject EEG emotion recognition with self-organized graph
    neural network, Frontiers in Neuroscience 15:611653, 10.3389/fnins.2021.611653.

    Examples
    --------
    >>> model = SOGNN(n_windows=265, n_channels=62, n_bands=5, n_outputs=3)
    >>> model(torch.randn(2, 265, 62, 5)).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        n_windows: int,
        n_channels: int,
        n_bands: int,
        n_outputs: int,
        n_neighbors: int = 10,
        n_filters: tuple[int, int, int] = (32, 64, 128),
        n_alike: int = 64,
        n_hidden: int = 32,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        if n_windows < 148:
            raise ValueError(f"expected 148 windows or more, got {n_windows}; pad the sequences.")
        self.n_windows = n_windows
        self.convs, self.graphs = nn.ModuleList(), nn.ModuleList()
        n_in, n_steps = n_bands, n_windows
        for n_out in n_filters:
            n_steps = (n_steps - N_TAPS + 1) // N_POOLED
            self.convs.append(nn.Conv1d(n_in, n_out, N_TAPS))
            self.graphs.append(OwnGraphConv(n_out * n_steps, n_alike, n_hidden, n_neighbors))
            n_in = n_out
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(len(n_filters) * n_channels * n_hidden, n_outputs)

    def forward(self, x: torch.Tensor, missing: Missing = None) -> torch.Tensor:
        """Logits of each trial; `missing` as in :func:`sklearn_eeg.nn.functional.fill_missing`."""
        x, missing = fill_missing(*self._lengthen(x, missing))
        n_trials, n_channels = x.shape[0], x.shape[2]
        x = x.permute(0, 2, 3, 1).flatten(0, 1)
        depths = []
        for conv, graph in zip(self.convs, self.graphs, strict=True):
            # ReLU after the maximum is the same, on a fourth of the steps.
            x = F.relu(F.max_pool1d(self.dropout(conv(x)), N_POOLED))
            if missing is not None:
                missing = missing.unfold(1, N_TAPS + N_POOLED - 1, N_POOLED).all(-1)
                x = x.masked_fill(missing.repeat_interleave(n_channels, 0).unsqueeze(1), 0)
            depths.append(graph(x.view(n_trials, n_channels, -1)))
        return self.head(self.dropout(torch.cat(depths, -1)).flatten(1))

    def _lengthen(self, x, missing):
        # Every step of an electrode has weights of its own, so the number of windows is fixed.
        n_lacking = self.n_windows - x.shape[1]
        if n_lacking < 0:
            raise ValueError(
                f"expected {self.n_windows} windows at most, as many as the longest sequence "
                f"trained on, got {x.shape[1]}; cut the sequences."
            )
        if n_lacking == 0:
            return x, missing
        given = isinstance(missing, torch.Tensor)
        missing = F.pad(missing, (0, n_lacking), value=True) if given else None
        return F.pad(x, (0, 0, 0, 0, 0, n_lacking), value=torch.nan), missing


class OwnGraphConv(nn.Module):
    """A graph of the nodes that are alike, and a convolution over it.

    (batch, node, n_in) -> (batch, node, n_out).

    Parameters
    ----------
    n_in, n_alike, n_out : int
        Features of a node, those it is compared by, and those after the convolution.
    n_neighbors : int
        Edges that a node keeps.
    """

    def __init__(self, n_in, n_alike, n_out, n_neighbors):
        super().__init__()
        self.n_neighbors = n_neighbors
        self.compare = nn.Linear(n_in, n_alike)
        self.mix = nn.Linear(n_in, n_out, bias=False)
        self.bias = nn.Parameter(torch.zeros(n_out))

    def forward(self, x):
        """Exchange features along the edges of each trial's own graph."""
        return F.relu(normalize(self.adjacency(x)) @ self.mix(x) + self.bias)

    def adjacency(self, x):
        """Edges of each trial, (batch, node, node), each node tied to itself by 1."""
        own = self.compare(x).tanh()
        alike = keep_strongest((own @ own.mT).softmax(-1), self.n_neighbors)
        loops = torch.eye(x.shape[1], dtype=alike.dtype, device=x.device)
        return torch.where(loops > 0, loops, alike)
