"""BiHDM: what the hemispheres differ in, electrode by mirrored electrode, in two orders."""

from collections.abc import Sequence
from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn._heads import confusion
from sklearn_eeg.nn._sides import find_pairs
from sklearn_eeg.nn.functional import sigmoid_ramp


class BiHDM(nn.Module):
    """Bi-hemispheric discrepancy model: (batch, channel, band) -> (batch, class), logits.

    Recurrent networks walk over the electrodes of the left and of the right hemisphere at the same
    time, at mirrored places, once row by row and once column by column. Another one reads the
    differences of their states; its own states are mixed to ``n_nodes``, and those of both walks
    added. Where there are unlabelled trials of another domain, a linear head tells the domains
    apart, and the features before it, whose gradient is reversed, unlearn the difference.

    Electrodes of the midline, and those whose mirror image is not among the channels, are left out.

    Parameters
    ----------
    n_channels, n_bands, n_outputs : int
    n_hidden : int, default=32
        Units of each recurrent network.
    n_nodes : int, default=6
        K, mixtures of the electrodes.
    n_per_node : int, default=16
        Features of a node.
    ch_names : sequence of str, default=None
        Names of the electrodes; :func:`~sklearn_eeg.montage.pairs_in_order` tells the walks. A lone
        channel needs none and is its own mirror image.

    Notes
    -----
    11,421 parameters for 26 pairs, 5 bands and 3 classes; of these 194 are the head's for domains.
    SEED's 62 channels have 27 pairs.

    ============================================  ===============================================
    Left open by the source                       Our decision
    ============================================  ===============================================
    Which way a walk goes                         From the forehead back and from outside in
    Bias of the mixtures (public code: behind     Before it
    the activation)
    Initial values                                Xavier's for weights, torch's for biases
    Strength of the reversal                      2 / (1 + exp(-10 p)) - 1, p the share of the
                                                  training
    Weight decay of 0.95, which would undo all    None
    that is learnt
    Public code: both walks go row by row, the    The second walk goes column by column
    vertical networks never learn
    Public code: batches in the order of the      Shuffled
    data
    ============================================  ===============================================

    References
    ----------
    Li, Wang, Zheng, Zong, Qi, Cui, Zhang & Song (2021), A novel bi-hemispheric discrepancy model
    for EEG emotion recognition, IEEE Transactions on Cognitive and Developmental Systems 13(2),
    https://doi.org/10.1109/TCDS.2020.2999337
    Ganin et al. (2016), Domain-adversarial training of neural networks, JMLR 17(59).

    Examples
    --------
    >>> from sklearn_eeg.montage import SEED_62
    >>> model = BiHDM(n_channels=62, n_bands=5, n_outputs=3, ch_names=SEED_62)
    >>> model(torch.randn(4, 62, 5)).shape
    torch.Size([4, 3])
    """

    def __init__(
        self,
        n_channels: int,
        n_bands: int,
        n_outputs: int,
        n_hidden: int = 32,
        n_nodes: int = 6,
        n_per_node: int = 16,
        ch_names: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        by_row, by_column = find_pairs(n_channels, ch_names, "BiHDM")
        walk = partial(
            Walk, n_bands=n_bands, n_hidden=n_hidden, n_nodes=n_nodes, n_features=n_per_node
        )
        self.horizontal = walk(*by_row)
        self.vertical = walk(*by_column)
        self.head = nn.Linear(n_per_node * n_nodes, n_outputs)
        self.domain_head = nn.Linear(n_per_node * n_nodes, 2)
        for name, values in self.named_parameters():
            if "weight" in name:
                nn.init.xavier_uniform_(values)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each window."""
        return self.head((self.horizontal(x) + self.vertical(x)).flatten(1))

    def domain_loss(
        self,
        source: torch.Tensor,
        target: torch.Tensor,
        progress: float,
        domain: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Cross-entropy of the head for domains, its gradient reversed before the features.

        Parameters
        ----------
        source, target : Tensor of shape (batch, feature)
        progress : float
            Share of the training done.
        domain : ignored
        """
        return confusion(self.domain_head, source, target, sigmoid_ramp(progress))


class Walk(nn.Module):
    """Differences along a walk over both hemispheres.

    (batch, channel, band) -> (batch, feature, node).

    Parameters
    ----------
    left, right : sequence of int
        Channels, mirrored ones at the same place.
    n_bands, n_hidden, n_nodes, n_features : int
    """

    left: torch.Tensor
    right: torch.Tensor

    def __init__(self, left, right, n_bands, n_hidden, n_nodes, n_features):
        super().__init__()
        self.register_buffer("left", torch.tensor(left), persistent=False)
        self.register_buffer("right", torch.tensor(right), persistent=False)
        self.along_left, self.along_right = (
            nn.RNN(n_bands, n_hidden, batch_first=True) for _ in range(2)
        )
        self.along_both = nn.RNN(n_hidden, n_hidden, batch_first=True)
        self.mix = nn.Linear(len(left), n_nodes, bias=False)
        self.bias = nn.Parameter(torch.zeros(n_hidden, n_nodes))
        self.narrow = nn.Linear(n_hidden, n_features, bias=False)

    def forward(self, x):
        """Features of each node."""
        left, _ = self.along_left(x[:, self.left])
        right, _ = self.along_right(x[:, self.right])
        states, _ = self.along_both(left - right)
        nodes = F.leaky_relu(self.mix(states.mT) + self.bias)
        return self.narrow(nodes.mT).mT
