"""Tokens of a sequence that look at each other."""

import torch
import torch.nn.functional as F
from torch import nn


class SelfAttention(nn.Module):
    """Multi-head self-attention: (batch, token, feature) -> the same.

    Parameters
    ----------
    n_features : int
        Features of a token; a multiple of `n_heads`.
    n_heads : int
    dropout : float, default=0.0
        On the weights.
    scale : float, default=None
        What the scores are multiplied by; ``None``: one over the root of the size of a head.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.2.2.

    Examples
    --------
    >>> import torch
    >>> SelfAttention(8, n_heads=2)(torch.randn(4, 5, 8)).shape
    torch.Size([4, 5, 8])
    """

    def __init__(
        self, n_features: int, n_heads: int, dropout: float = 0.0, scale: float | None = None
    ) -> None:
        super().__init__()
        if n_features % n_heads:
            raise ValueError(
                f"expected n_heads to divide the {n_features} features of a token, got "
                f"n_heads={n_heads}; choose a divisor."
            )
        self.n_heads = n_heads
        self.scale = scale
        self.projections = nn.Linear(n_features, 3 * n_features)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(n_features, n_features)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Each token after a look at all."""
        query, key, value = self._project(x)
        p = self.dropout.p if self.training else 0.0
        seen = F.scaled_dot_product_attention(query, key, value, dropout_p=p, scale=self.scale)
        return self.output(seen.transpose(1, 2).flatten(2))

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """How much each token looks at each: (batch, head, query, key), keys add up to one."""
        query, key, _ = self._project(x)
        scale = key.shape[-1] ** -0.5 if self.scale is None else self.scale
        return (query @ key.mT * scale).softmax(-1)

    def _project(self, x):
        split = self.projections(x).unflatten(-1, (3, self.n_heads, -1))
        return split.permute(2, 0, 3, 1, 4)
