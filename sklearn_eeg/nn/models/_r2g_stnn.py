"""R2G-STNN: LSTMs from the electrodes of a region to regions, to the brain, and over time."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn._heads import confusion, dense
from sklearn_eeg.nn._sides import find_regions
from sklearn_eeg.nn._types import Missing
from sklearn_eeg.nn.attention import Attention, of_groups
from sklearn_eeg.nn.functional import fill_missing
from sklearn_eeg.nn.layers._bi_lstm import BiLSTM, init_gates_
from sklearn_eeg.nn.layers._regional_bi_lstm import RegionalBiLSTM


class R2GSTNN(nn.Module):
    """From regions to the brain: (batch, window, channel, band) -> (batch, class), logits.

    In each window, the electrodes of a region go one after the other through LSTMs of its own, in
    both directions; attention mixes the regions, and LSTMs over them give the features of the
    brain. Over the windows, LSTMs that all regions share read what each region had before the
    attention, others the features of the brain; a dense head reads what both end with. Where there
    are unlabelled trials of another domain, a discriminator tells the domains apart, and the
    features before it, whose gradient is reversed, unlearn the difference.

    Any number of windows from one on. A window with nothing but NaN is missing and passed over; a
    single NaN counts as zero.

    Parameters
    ----------
    n_channels, n_bands, n_outputs : int
    n_regional : tuple of (int, int), default=(100, 100)
        Units of a region's LSTM over electrodes, of each direction as in all others, and over
        windows.
    n_global : tuple of (int, int), default=(75, 125)
        Units of the LSTM over regions, and of the brain's over windows.
    n_nodes : int, default=3
        K, mixtures of the regions that make the features of the brain.
    n_dense : tuple of (int, int), default=(512, 128)
        Units of the head and of the discriminator.
    dropout : float, default=0.5
        Before the head and the discriminator.
    reversal : float, default=1.0
        What the gradient of the discriminator is multiplied by, beside -1.
    ch_names : sequence of str, default=None
        Names of the electrodes, of which :func:`~sklearn_eeg.montage.regions` tells the region; a
        lone channel needs none.

    Notes
    -----
    6,025,000 parameters for SEED's 62 channels, in 16 regions, 5 bands and 3 classes; of these
    1,832,834 are the discriminator's.

    =========================================  ==================================================
    Left open by the source                    Our decision
    =========================================  ==================================================
    Other caps than that of SEED               Regions by the row and column of an electrode
    Initial values                             Xavier's, recurrent ones orthogonal, 1 for the
                                               forget gates and 1.5 for the brain's over time, as
                                               in the public code; torch's for the dense layers
    Missing windows                            Passed over
    LibEER: the last output of both            What each direction ends with
    directions, of which the one against the
    sequence has read one step: its recurrent
    weights never learn
    LibEER: DEAP without T7, PO3, Cz, T8 and   By names, each electrode once
    CP6, and with regions across both sides
    =========================================  ==================================================

    References
    ----------
    Li, Zheng, Wang, Zong & Cui (2022), From regional to global brain: a novel hierarchical
    spatial-temporal neural network model for EEG emotion recognition, IEEE Transactions on
    Affective Computing 13(2), https://doi.org/10.1109/TAFFC.2019.2922912
    Ganin et al. (2016), Domain-adversarial training of neural networks, JMLR 17(59).

    Examples
    --------
    >>> from sklearn_eeg.montage import SEED_62
    >>> model = R2GSTNN(n_channels=62, n_bands=5, n_outputs=3, ch_names=SEED_62)
    >>> model(torch.randn(2, 9, 62, 5)).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        n_channels: int,
        n_bands: int,
        n_outputs: int,
        n_regional: tuple[int, int] = (100, 100),
        n_global: tuple[int, int] = (75, 125),
        n_nodes: int = 3,
        n_dense: tuple[int, int] = (512, 128),
        dropout: float = 0.5,
        reversal: float = 1.0,
        ch_names: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        regions = find_regions(n_channels, ch_names, "r2g-stnn", "R2GSTNN")
        n_regions = len(regions)
        self.reversal, self.regions = reversal, regions
        (n_spatial, n_temporal), (n_brain, n_brain_temporal) = n_regional, n_global
        self.regional = RegionalBiLSTM(regions, n_bands, n_spatial)
        self.attention = RegionAttention(2 * n_spatial, n_regions)
        over_regions = nn.LSTM(2 * n_spatial, n_brain, batch_first=True, bidirectional=True)
        self.over_regions = init_gates_(over_regions)
        self.mix = nn.Linear(n_regions, n_nodes)
        self.regional_temporal = BiLSTM(2 * n_spatial, n_temporal)
        self.global_temporal = BiLSTM(2 * n_brain * n_nodes, n_brain_temporal, forget=1.5)
        self.dropout = nn.Dropout(dropout)
        n_features = 2 * n_brain_temporal + 2 * n_temporal * n_regions
        self.head = dense(n_features, n_dense, n_outputs)
        self.discriminator = dense(n_features, n_dense, 2, norm=False)

    def attends(self, shape: tuple[int, ...]) -> dict[str, Attention]:
        """Mixtures to the regions, window by window."""
        regions = of_groups(self.regions, shape[1])
        return {"regions": Attention([self.attention], regions, start=1, one_by_one=True)}

    def forward(self, x: torch.Tensor, missing: Missing = None) -> torch.Tensor:
        """Logits of each trial; `missing` as in :func:`sklearn_eeg.nn.functional.fill_missing`."""
        x, missing = fill_missing(x, missing)
        n_trials, n_windows = x.shape[:2]
        regions = self.regional(x.flatten(0, 1))
        brain = self.describe(regions).unflatten(0, (n_trials, n_windows))
        brain = self.global_temporal(brain, missing)
        n_regions = regions.shape[1]
        series = regions.unflatten(0, (n_trials, n_windows)).transpose(1, 2).flatten(0, 1)
        each = None if missing is None else missing.repeat_interleave(n_regions, 0)
        series = self.regional_temporal(series, each).unflatten(0, (n_trials, n_regions))
        return self.head(self.dropout(torch.cat([brain, series.flatten(1)], 1)))

    def describe(self, regions: torch.Tensor) -> torch.Tensor:
        """Features of the brain: (window, region, feature) -> (window, feature * node)."""
        states, _ = self.over_regions(self.attention(regions))
        return F.relu(self.mix(states.mT)).flatten(1)

    def domain_loss(
        self,
        source: torch.Tensor,
        target: torch.Tensor,
        progress: float,
        domain: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Cross-entropy of the discriminator, its gradient reversed before the features.

        Parameters
        ----------
        source, target : Tensor of shape (batch, feature)
        progress, domain : ignored
        """
        return confusion(self.discriminator, source, target, self.reversal)


class RegionAttention(nn.Module):
    """Mix regions by W = softmax over them of tanh(H P + b) Q: (..., region, feature) -> same."""

    def __init__(self, n_features, n_regions):
        super().__init__()
        self.project = nn.Linear(n_features, n_regions)
        self.mix = nn.Linear(n_regions, n_regions, bias=False)
        nn.init.xavier_normal_(self.project.weight, gain=nn.init.calculate_gain("tanh"))
        nn.init.zeros_(self.project.bias)
        nn.init.orthogonal_(self.mix.weight, gain=2**0.5)

    def forward(self, x):
        """Mixtures of the regions, as many as there are."""
        return self._mixtures(x) @ x

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """Share of each region in each mixture: (row, 1, mixture, region), adds up to one."""
        return self._mixtures(x).unsqueeze(1)

    def _mixtures(self, x):
        return self.mix(self.project(x).tanh()).softmax(-2).mT
