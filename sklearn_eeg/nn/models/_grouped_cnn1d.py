"""Two parallel branches over bipolar channels, grouped by chain: across electrodes, along time."""

from collections.abc import Sequence

import torch
from torch import nn

from sklearn_eeg.nn._chains import check_chains, default_chains
from sklearn_eeg.nn.layers._gem import GeM
from sklearn_eeg.nn.layers._squeeze_excite import SqueezeExcite


class GroupedCNN1D(nn.Module):
    """A small network for long bipolar recordings: (batch, channel, time) -> (batch, class).

    The channels are put in the order of their chains, and each chain has its own filters. The
    spatial branch weighs the channels of a chain at each sample; the temporal branch filters them
    in time with three lengths of kernels. Each has a grouped convolution between 1 x 1
    convolutions, of which only the last mixes the chains. Three strided stages with
    squeeze-excitation follow, GeM over time, and a linear head.

    Any number of samples from one on. A NaN counts as zero. Take differences of electrodes (the
    bipolar montage) before, so that a lost electrode silences the channels that need it.

    Parameters
    ----------
    n_channels, n_outputs : int
    chains : sequence of sequences of int, default=None
        Channels of each chain, by index; all chains equally long. ``None``: the longitudinal
        chains LL, RL, LP and RP where ``ch_names`` are their derivations, in any order, or where 16
        channels without names may be taken for them; otherwise one chain of all.
    dropout : float, default=0.2
        Before the head.
    ch_names : sequence of str, default=None
        Names of the channels.

    Notes
    -----
    The source describes the two branches in words and gives no layer sizes, and the paper it
    cites describes another network. **The sizes are ours**: 67 thousand parameters for 16
    channels and 6 classes.

    =========================================  ==================================================
    Left open by the source                    Our decision
    =========================================  ==================================================
    All sizes                                  8 filters a chain; kernels of 15, 31 and 63 samples,
                                               stride 4; stages of 64, 96 and 128, stride 2
    What the groups are                        The chains, from the first 1 x 1 convolution on
    How the branches join                      Side by side, after a fourfold mean of the spatial
    Pooling                                    GeM over time
    The whole recipe of training               Ours: AdamW down a cosine after one epoch of warm-up
    =========================================  ==================================================

    References
    ----------
    Hu, Shen & Sun (2018), Squeeze-and-excitation networks, CVPR.
    Radenović, Tolias & Chum (2019), IEEE TPAMI 41(7), eq. 3 (GeM).

    Examples
    --------
    >>> model = GroupedCNN1D(n_channels=16, n_outputs=6)
    >>> model(torch.randn(2, 16, 2000)).shape
    torch.Size([2, 6])
    """

    order: torch.Tensor

    def __init__(
        self,
        n_channels: int,
        n_outputs: int,
        chains: Sequence[Sequence[int]] | None = None,
        dropout: float = 0.2,
        ch_names: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        chains = default_chains(n_channels, ch_names) if chains is None else chains
        check_chains(chains, n_channels, "GroupedCNN1D")
        n_chains = len(chains)
        if len({len(chain) for chain in chains}) > 1:
            raise ValueError(
                "GroupedCNN1D: expected chains of equal length, which share the shape of their "
                f"filters, got lengths {[len(chain) for chain in chains]}; drop or add channels."
            )
        order = torch.tensor([channel for chain in chains for channel in chain])
        self.register_buffer("order", order, persistent=False)
        width = 8 * n_chains
        self.spatial = nn.Sequential(
            _conv(n_channels, width, 1, groups=n_chains),
            _conv(width, width, 1, groups=n_chains),
            nn.AvgPool1d(4, ceil_mode=True),
            _conv(width, 32, 1),
        )
        self.widen = _conv(n_channels, width, 1, groups=n_chains)
        self.temporal = nn.ModuleList(
            _conv(width, width, size, stride=4, groups=n_chains) for size in (15, 31, 63)
        )
        self.narrow = _conv(3 * width, 32, 1)
        self.stages = nn.Sequential(
            *(_stage(*widths) for widths in ((64, 64), (64, 96), (96, 128)))
        )
        self.pool = GeM()
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(128, n_outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each trial."""
        x = x.masked_fill(x.isnan(), 0)[:, self.order]
        wide = self.widen(x)
        temporal = self.narrow(torch.cat([conv(wide) for conv in self.temporal], 1))
        steps = self.stages(torch.cat([self.spatial(x), temporal], 1))
        return self.head(self.dropout(self.pool(steps)))


def _conv(n_in, n_out, size, stride=1, groups=1):
    return nn.Sequential(
        nn.Conv1d(n_in, n_out, size, stride, size // 2, groups=groups, bias=False),
        nn.BatchNorm1d(n_out),
        nn.SiLU(),
    )


def _stage(n_in, n_out):
    return nn.Sequential(
        _conv(n_in, n_in, 9, stride=2, groups=n_in),
        _conv(n_in, n_out, 1),
        SqueezeExcite(n_out, n_out // 8),
    )
