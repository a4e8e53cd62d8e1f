"""A block of a transformer for each region of the head, all of them at once."""

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn.layers._regional_linear import RegionalLinear


class RegionalEncoder(nn.Module):
    """A region's tokens attend to each other, then each goes through two dense layers.

    (batch, region, token, feature) -> the same; each region has weights of its own. Before it
    attends, a token is widened to ``n_inner`` features, and narrowed after it; both steps are added
    to what goes in, which they normalise first.

    Parameters
    ----------
    n_regions, n_features : int
    n_inner : int, default=64
        Width of the attention; a multiple of ``n_heads``.
    n_heads : int, default=16
    dropout : float, default=0.4
        On the weights of the attention, and after each dense layer.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, NeurIPS.

    Examples
    --------
    >>> RegionalEncoder(9, 8)(torch.randn(2, 9, 5, 8)).shape
    torch.Size([2, 9, 5, 8])
    """

    def __init__(
        self,
        n_regions: int,
        n_features: int,
        n_inner: int = 64,
        n_heads: int = 16,
        dropout: float = 0.4,
    ) -> None:
        super().__init__()
        if n_inner % n_heads:
            raise ValueError(
                f"expected n_heads to divide the {n_inner} features that attend, got "
                f"n_heads={n_heads}; choose a divisor."
            )
        self.n_heads = n_heads
        self.norm = RegionalLayerNorm(n_regions, n_features)
        self.widen = RegionalLinear(n_regions, n_features, n_inner)
        self.attend = RegionalLinear(n_regions, n_inner, 3 * n_inner)
        self.join = RegionalLinear(n_regions, n_inner, n_inner)
        self.narrow = RegionalLinear(n_regions, n_inner, n_features)
        self.dense_norm = RegionalLayerNorm(n_regions, n_features)
        self.enter = RegionalLinear(n_regions, n_features, 4 * n_features)
        self.leave = RegionalLinear(n_regions, 4 * n_features, n_features)
        self.dropout = nn.Dropout(dropout)
        for kernel in self.attend.weight.detach():
            nn.init.xavier_uniform_(kernel)
        for bias in (self.attend.bias, self.join.bias):
            nn.init.zeros_(bias)

    def forward(self, x: torch.Tensor, present: torch.Tensor | None = None) -> torch.Tensor:
        """Run over the tokens that are `present`, (region, token); ``None``: all are."""
        # A region's rows lie together for the products.
        x = x.transpose(0, 1)
        wide = F.relu(self.widen(self.norm(x)))
        x = x + F.relu(self.narrow(self.join(self._attend(wide, present))))
        inner = self.dropout(F.gelu(self.enter(self.dense_norm(x))))
        return (x + self.dropout(F.gelu(self.leave(inner)))).transpose(0, 1)

    def weights(self, x: torch.Tensor, present: torch.Tensor | None = None) -> torch.Tensor:
        """How much each token looks at each: (batch, head, query, key), keys add up to one.

        Both are the tokens of all regions, one region after the other, of which none looks at
        another's, and an idle one at nothing.
        """
        wide = F.relu(self.widen(self.norm(x.transpose(0, 1))))
        shares, _ = self._share(wide, present)
        if present is not None:
            shares = shares * present[:, None, None, None, :]
        n_regions = len(shares)
        apart = torch.eye(n_regions, dtype=x.dtype, device=x.device)
        weights = torch.einsum("rbhkq,rs->bhrqsk", shares, apart)
        return weights.flatten(4).flatten(2, 3)

    def _attend(self, x, present):
        shares, value = self._share(x, present)
        return (self.dropout(shares).mT @ value).transpose(2, 3).flatten(3)

    def _share(self, x, present):
        """Weights, (region, batch, head, key, query), and values."""
        heads = self.attend(x).unflatten(-1, (3, self.n_heads, -1)).permute(3, 0, 1, 4, 2, 5)
        query, key, value = heads.contiguous()
        # (..., key, query): a softmax over few entries is fast along any axis but the last.
        scores = key @ (query / query.shape[-1] ** 0.5).mT
        if present is not None:
            idle = torch.zeros_like(present, dtype=x.dtype).masked_fill(~present, -torch.inf)
            scores = scores + idle[:, None, None, :, None]
        return scores.softmax(-2), value


class RegionalLayerNorm(nn.Module):
    """Layer normalisation, a scale and a shift for each region: (region, batch, token, feature)."""

    def __init__(self, n_regions, n_features, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(n_regions, 1, 1, n_features))
        self.bias = nn.Parameter(torch.zeros(n_regions, 1, 1, n_features))
        self.eps = eps

    def forward(self, x):
        """Normalise the features of each token."""
        return F.layer_norm(x, x.shape[-1:], eps=self.eps) * self.weight + self.bias
