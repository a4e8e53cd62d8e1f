"""Attention that turns a sequence into one vector."""

import torch
from torch import nn


class TemporalAttentionPool(nn.Module):
    """One learned query attends to a sequence: (batch, time, feature) -> (batch, feature).

    Missing steps get no weight. A sequence whose steps are all missing weighs them equally, so
    that its output is finite.

    Parameters
    ----------
    n_features : int
        Features of a step; a multiple of `n_heads`.
    n_heads : int, default=2

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.2.2.

    Examples
    --------
    >>> pool = TemporalAttentionPool(8, n_heads=2)
    >>> pool(torch.randn(4, 5, 8)).shape
    torch.Size([4, 8])
    >>> pool.weights(torch.randn(4, 5, 8)).shape
    torch.Size([4, 2, 5])
    """

    def __init__(self, n_features: int, n_heads: int = 2) -> None:
        super().__init__()
        if n_features % n_heads:
            raise ValueError(
                f"TemporalAttentionPool: expected n_heads to divide the {n_features} features of "
                f"a step, got n_heads={n_heads}; choose a divisor."
            )
        self.query = nn.Parameter(torch.randn(1, 1, n_features))
        self.attention = nn.MultiheadAttention(n_features, n_heads, batch_first=True)

    def forward(self, x: torch.Tensor, missing: torch.Tensor | None = None) -> torch.Tensor:
        """Pool (batch, time, feature) over the steps that `missing`, (batch, time), leaves."""
        return self._attend(x, missing, need_weights=False)[0].squeeze(1)

    def weights(self, x: torch.Tensor, missing: torch.Tensor | None = None) -> torch.Tensor:
        """Weight of each step: (batch, time, feature) -> (batch, head, time), sums to one."""
        return self._attend(x, missing, need_weights=True)[1].squeeze(2)

    def _attend(self, x, missing, need_weights):
        if missing is not None:
            missing = missing & ~missing.all(1, keepdim=True)
        return self.attention(
            self.query.expand(x.shape[0], -1, -1),
            x,
            x,
            key_padding_mask=missing,
            need_weights=need_weights,
            average_attn_weights=False,
        )
