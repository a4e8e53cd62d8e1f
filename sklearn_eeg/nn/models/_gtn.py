"""GTN: two towers of attention, over steps and over features, and a gate between them."""

from math import prod

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn._types import Missing
from sklearn_eeg.nn.attention import Attention
from sklearn_eeg.nn.functional import fill_missing


class GTN(nn.Module):
    """Gated transformer network: what happens when, and what goes with what, weighed by a gate.

    (batch, window, ...) -> (batch, class), logits; what comes after the windows is flattened to
    features. The tokens of one tower are the windows, with their places; those of the other are
    the features, each with its values over all windows. The gate gives each tower its share of the
    answer, trial by trial.

    A window attends to itself and those before it. One with nothing but NaN is missing: no other
    attends to it, its token does not reach the gate, and it adds nothing to the tokens of the
    features. Fewer than ``n_windows`` windows are as if missing at the end; more are refused, since
    each window has its weights in the last layer. A single NaN in a present window counts as zero,
    the mean of scaled features.

    Parameters
    ----------
    n_features : int
        Features of a window, such as 62 channels x 5 bands = 310.
    n_windows : int
        Most windows of a trial.
    n_outputs : int
    width : int, default=512
        Of a token; the layer inside each block is twice as wide.
    n_heads : int, default=8
    head_width : int, default=8
        Of queries, keys and values of a head.
    n_blocks : int, default=8
        Of each tower.
    dropout : float, default=0.2

    Raises
    ------
    ValueError
        A trial has more windows than ``n_windows``.

    Notes
    -----
    20,080,645 parameters for 60 windows, 310 features and 3 classes; 19,748,869 for 200 windows
    and 62 features.

    ==============================================  =============================================
    Left open by the source                         Our decision
    ==============================================  =============================================
    Mask of later steps ("with mask"; public code:  While training and while predicting
    while training only)
    Mask in the tower of features                   None, its tokens have no order
    Short trials (zeros, seen as data)              NaN, masked; zero where the tokens of the
                                                    features and the last layer read them
    Trials longer than those of the training        Refused
    Which epoch (public code: best on the test)     The last; ``validation=0.15`` for the best
    Size of the batch, rate (by data set)           3 and 1e-4, of the best published result
    ==============================================  =============================================

    References
    ----------
    Liu et al. (2021), Gated transformer networks for multivariate time series classification,
    https://doi.org/10.48550/arXiv.2103.14438
    On EEG: Bilgin & Mert (2024), Signal, Image and Video Processing 18(10),
    https://doi.org/10.1007/s11760-024-03360-5

    Examples
    --------
    >>> model = GTN(n_features=310, n_windows=60, n_outputs=3, width=32, n_blocks=2)
    >>> model(torch.randn(4, 60, 62, 5)).shape
    torch.Size([4, 3])
    >>> model.shares(torch.randn(4, 60, 62, 5)).sum(1).allclose(torch.ones(4))
    True
    """

    attended: torch.Tensor
    places: torch.Tensor

    def __init__(
        self,
        n_features: int,
        n_windows: int,
        n_outputs: int,
        width: int = 512,
        n_heads: int = 8,
        head_width: int = 8,
        n_blocks: int = 8,
        dropout: float = 0.2,
    ) -> None:
        super().__init__()
        self.n_windows = n_windows
        attended = torch.ones(n_windows, n_windows, dtype=torch.bool).tril()
        self.register_buffer("attended", attended, persistent=False)
        self.register_buffer("places", sinusoids(n_windows, width), persistent=False)
        self.embed_windows = nn.Linear(n_features, width)
        self.embed_features = nn.Linear(n_windows, width)
        block = width, n_heads, head_width, dropout
        self.over_windows = nn.ModuleList(_Block(*block) for _ in range(n_blocks))
        self.over_features = nn.ModuleList(_Block(*block) for _ in range(n_blocks))
        self.gate = nn.Linear((n_windows + n_features) * width, 2)
        self.head = nn.Linear((n_windows + n_features) * width, n_outputs)

    def forward(self, x: torch.Tensor, missing: Missing = None) -> torch.Tensor:
        """Logits of each trial; `missing` as in :func:`sklearn_eeg.nn.functional.fill_missing`."""
        windows, features = self.encode(x, missing)
        shares = self._weigh(windows, features)
        return self.head(torch.cat([windows * shares[:, :1], features * shares[:, 1:]], 1))

    def shares(self, x: torch.Tensor, missing: Missing = None) -> torch.Tensor:
        """Share of each tower, windows and features, in the answer: (batch, 2), sums to one."""
        return self._weigh(*self.encode(x, missing))

    def encode(self, x: torch.Tensor, missing: Missing = None) -> tuple[torch.Tensor, torch.Tensor]:
        """Both towers' tokens, (batch, window * width) and (batch, feature * width)."""
        x, absent = self._lengthen(*fill_missing(x.flatten(2), missing))
        windows, features = self.embed_windows(x) + self.places, self.embed_features(x.mT)
        attended = self._attended(absent)
        for block in self.over_windows:
            windows = block(windows, attended)
        for block in self.over_features:
            features = block(features)
        if absent is not None:
            windows = windows.masked_fill(absent.unsqueeze(-1), 0)
        return windows.flatten(1), features.flatten(1)

    def attends(self, shape: tuple[int, ...]) -> dict[str, Attention]:
        """Windows to windows and features to features, of an instance of a shape."""
        windows = torch.eye(self.n_windows, dtype=torch.bool)[:, : shape[0]]
        features = torch.eye(prod(shape[1:]), dtype=torch.bool).unflatten(1, shape[1:])
        return {
            "windows": Attention(list(self.over_windows), windows),
            "features": Attention(list(self.over_features), features, start=1),
        }

    def _weigh(self, windows, features):
        return self.gate(torch.cat([windows, features], 1)).softmax(1)

    def _lengthen(self, x, missing):
        absent = self.n_windows - x.shape[1]
        if absent < 0:
            raise ValueError(
                f"expected at most {self.n_windows} windows, as many as the longest trial of the "
                f"training has, got {x.shape[1]}; cut all trials to one length first."
            )
        if absent:
            if missing is None:
                missing = x.new_zeros(x.shape[:2], dtype=torch.bool)
            x, missing = F.pad(x, (0, 0, 0, absent)), F.pad(missing, (0, absent), value=True)
        return x, missing

    def _attended(self, missing):
        """Which window attends to which: (window, window), or (batch, 1, window, window)."""
        if missing is None:
            return self.attended
        # Itself too, or a missing window would attend to nothing and be NaN.
        itself = torch.eye(self.n_windows, dtype=torch.bool, device=missing.device)
        return (self.attended & ~missing.unsqueeze(1) | itself).unsqueeze(1)


class _Block(nn.Module):
    """Attention and a small network, each added to its input and normalised after.

    (batch, token, width) -> the same.
    """

    def __init__(self, width, n_heads, head_width, dropout):
        super().__init__()
        self.n_heads = n_heads
        self.inner = nn.Linear(width, 3 * n_heads * head_width)
        self.outer = nn.Linear(n_heads * head_width, width)
        self.dense = nn.Sequential(
            nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width)
        )
        self.dropout = nn.Dropout(dropout)
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])

    def forward(self, x, attended=None):
        x = self.norms[0](x + self.dropout(self._attend(x, attended)))
        return self.norms[1](x + self.dropout(self.dense(x)))

    def weights(self, x: torch.Tensor, attended: torch.Tensor | None = None) -> torch.Tensor:
        """How much each token looks at each: (batch, head, query, key), keys add up to one."""
        query, key, _ = self._heads(x)
        scores = query @ key.mT * key.shape[-1] ** -0.5
        if attended is not None:
            scores = scores.masked_fill(~attended, -torch.inf)
        return scores.softmax(-1)

    def _heads(self, x):
        return self.inner(x).unflatten(-1, (3, self.n_heads, -1)).permute(2, 0, 3, 1, 4)

    def _attend(self, x, attended):
        heads = self._heads(x)
        mixed = F.scaled_dot_product_attention(*heads, attn_mask=attended)
        return self.outer(mixed.transpose(1, 2).flatten(2))


def sinusoids(n_places, width):
    """Places as sines (even features) and cosines (odd ones): (place, feature).

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.5.

    Examples
    --------
    >>> sinusoids(2, 4)[1]
    tensor([0.8415, 0.5403, 0.0100, 0.9999])
    """
    rate = 10_000 ** (-torch.arange(0, width, 2) / width)
    angle = torch.arange(n_places)[:, None] * rate
    return torch.stack([angle.sin(), angle.cos()], -1).flatten(1)[:, :width]
