"""RGNN: a simple graph convolution whose signed edges start from where the electrodes are."""

from collections.abc import Sequence
from typing import Literal

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.montage._adjacency import adjacency
from sklearn_eeg.nn._graphs import normalize
from sklearn_eeg.nn.functional import reverse_gradient, sigmoid_ramp


class RGNN(nn.Module):
    """Regularised graph network: (batch, channel, band) -> (batch, class), logits.

    h = ReLU(S^K x W + b) at each electrode, S = D^-1/2 A D^-1/2 with D the sums of ``|A|``; the sum
    of h over the electrodes goes to a linear layer. A is symmetric and learnt, starts with what
    is near, min(1, 5 cm² / distance²), and may be negative, as it is between the hemispheres.

    Of its regularisers, NodeDAT makes each electrode's h unlearn from which domain it is, where
    unlabelled trials of another one are at hand. EmotionDL is a matter of labels and belongs to the
    classifier.

    Parameters
    ----------
    n_channels, n_bands, n_outputs : int
    variant : {"paper"}, default="paper"
        What public codes do otherwise are faults, listed below.
    global_links : bool, default=True
        Subtract 1 from the first edges of the pairs of ``montage.GLOBAL_LINKS``, left and right.
    node_dat : bool, default=True
        Have a head for domains, which is trained where there are trials of the target.
    n_hops : int, default=2
        K, how many edges away an electrode sees.
    n_hidden : int, default=64
        Units of an electrode.
    dropout : float, default=0.7
        Before the last layer.
    edge_penalty : float, default=0.01
        Multiplies the sum of the absolute edges, each counted once, in the loss.
    ch_names : sequence of str, default=None
        Names of the electrodes; a lone channel needs none.

    Notes
    -----
    2,662 parameters for 62 channels, 5 bands and 3 classes, of which 130 are the domain head's.

    ===================================  ========================================================
    Left open by the source              Our decision
    ===================================  ========================================================
    Strength of NodeDAT                  2 / (1 + exp(-10 p)) - 1, p the share of the training
    CB1 and CB2                          Where POO7 and POO8 are
    Penalty and recipe of training       LibEER's, with torch's epsilon in Adam
    Faulty: LibEER's domain head         Trained where there is an ``X_target``; LibEER never does
    Faulty: LibEER's second RGNN         Dropout in training only, and electrodes are summed
    Faulty: TorchEEG's global links      In both triangles; TorchEEG reads the one without them
    Faulty: TorchEEG 1.1.3's layer       Can be called
    ===================================  ========================================================

    References
    ----------
    Zhong, Wang & Miao (2022), EEG-based emotion recognition using regularized graph neural
    networks, IEEE Transactions on Affective Computing 13(3), 10.1109/TAFFC.2020.2994159.

    Examples
    --------
    >>> from sklearn_eeg.montage import SEED_62
    >>> model = RGNN(n_channels=62, n_bands=5, n_outputs=3, ch_names=SEED_62)
    >>> model(torch.randn(2, 62, 5)).shape
    torch.Size([2, 3])
    """

    place: torch.Tensor

    def __init__(
        self,
        n_channels: int,
        n_bands: int,
        n_outputs: int,
        variant: Literal["paper"] = "paper",
        global_links: bool = True,
        node_dat: bool = True,
        n_hops: int = 2,
        n_hidden: int = 64,
        dropout: float = 0.7,
        edge_penalty: float = 0.01,
        ch_names: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        if variant != "paper":
            raise ValueError(f"expected variant to be 'paper', got {variant!r}.")
        self.n_hops, self.edge_penalty = n_hops, edge_penalty
        start = _first_edges(n_channels, ch_names, "rgnn" if global_links else "distance")
        lower = torch.tril_indices(n_channels, n_channels)
        self.edges = nn.Parameter(start[*lower].to(torch.get_default_dtype()))
        # Which of the edges an entry of the matrix is.
        place = torch.zeros(n_channels, n_channels, dtype=torch.long)
        place[*lower] = place.mT[*lower] = torch.arange(len(self.edges))
        self.register_buffer("place", place, persistent=False)
        self.conv = nn.Linear(n_bands, n_hidden)
        self.head = nn.Sequential(NodeSum(), nn.Dropout(dropout), nn.Linear(n_hidden, n_outputs))
        self.domain_head = nn.Linear(n_hidden, 2) if node_dat else None

    @property
    def adjacency(self) -> torch.Tensor:
        """Learned edges, (channel, channel), symmetric."""
        return self.edges[self.place]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each window."""
        hops = torch.linalg.matrix_power(normalize(self.adjacency), self.n_hops)
        # Along the edges first, while the features of an electrode are few.
        return self.head(F.relu(self.conv(hops @ x)))

    def penalty(self) -> torch.Tensor:
        """Sum of the absolute edges, times ``edge_penalty``."""
        return self.edge_penalty * self.edges.abs().sum()

    def domain_loss(
        self,
        source: torch.Tensor,
        target: torch.Tensor,
        progress: float,
        domain: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """NodeDAT: each electrode's features, the gradient reversed, are judged for their domain.

        Parameters
        ----------
        source, target : Tensor of shape (batch, channel * n_hidden)
        progress : float
            Share of the training done.
        domain : Tensor of shape (batch,), default=None
            Not used.
        """
        if self.domain_head is None:
            return source.new_zeros(())
        nodes = torch.cat([source, target]).unflatten(1, (-1, self.conv.out_features))
        logits = self.domain_head(reverse_gradient(nodes, sigmoid_ramp(progress)))
        is_target = torch.arange(len(nodes), device=nodes.device) >= len(source)
        truth = is_target.long().unsqueeze(1).expand(logits.shape[:2])
        return F.cross_entropy(logits.flatten(0, 1), truth.flatten())


class NodeSum(nn.Module):
    """Sum over the nodes of a graph: (batch, node, feature) -> (batch, feature)."""

    def forward(self, x):
        """Sum over the nodes."""
        return x.sum(1)


def _first_edges(n_channels, ch_names, kind):
    if ch_names is not None:
        return torch.from_numpy(adjacency(ch_names, kind))
    if n_channels == 1:
        return torch.ones(1, 1)
    raise ValueError(
        f"expected channel names, which RGNN reads its electrodes from, got none for "
        f"{n_channels} channels; give Trials(ch_names=…)."
    )
