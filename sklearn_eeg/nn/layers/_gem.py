"""Pooling between mean and maximum."""

import torch
from torch import nn

from sklearn_eeg.nn.functional import gem


class GeM(nn.Module):
    """Generalised-mean pooling with a trained power: (batch, feature, ...) -> (batch, feature).

    Parameters
    ----------
    p : float, default=3.0
        Power to begin with.
    eps : float, default=1e-6
        Floor of the values.

    References
    ----------
    Radenović, Tolias & Chum (2019), Fine-tuning CNN image retrieval with no human annotation,
    IEEE TPAMI 41(7), eq. 3.

    Examples
    --------
    >>> GeM()(torch.rand(2, 8, 16, 9)).shape
    torch.Size([2, 8])
    """

    def __init__(self, p: float = 3.0, eps: float = 1e-6) -> None:
        super().__init__()
        self.p = nn.Parameter(torch.full((1,), p))
        self.eps = eps

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Pool all axes after the second, in single precision at least."""
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        with torch.autocast(x.device.type, enabled=False):
            return gem(wide, self.p, self.eps).to(x.dtype)

    def extra_repr(self) -> str:
        """Power and floor."""
        return f"p={self.p.item():.3g}, eps={self.eps}"
