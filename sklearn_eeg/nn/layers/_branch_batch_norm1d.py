"""Batch normalisation of several branches."""

import torch
import torch.nn.functional as F
from torch import nn


class BranchBatchNorm1d(nn.BatchNorm1d):
    """:class:`torch.nn.BatchNorm1d` a branch: all branches of each row, or of each row its own.

    (batch, branch, feature) is normalised as by a layer a branch. Of rows that belong to one branch
    each, (batch, feature), a branch sees its own: they alone enter its statistics, and those of a
    branch with fewer than two rows stay as they are. Weights and statistics lie flat, branch by
    branch.

    Parameters
    ----------
    n_branches, n_features : int

    Examples
    --------
    >>> norm = BranchBatchNorm1d(3, 4)
    >>> norm(torch.randn(8, 3, 4)).shape
    torch.Size([8, 3, 4])
    >>> norm(torch.randn(8, 4), branch=torch.tensor([0, 0, 0, 1, 1, 2, 2, 2])).shape
    torch.Size([8, 4])
    """

    def __init__(self, n_branches: int, n_features: int) -> None:
        super().__init__(n_branches * n_features)
        self.shape = n_branches, n_features

    def forward(self, x: torch.Tensor, branch: torch.Tensor | None = None) -> torch.Tensor:
        """Normalise (batch, branch, feature), or (batch, feature) with the branch of each row."""
        if branch is None:
            return super().forward(x.flatten(1)).view_as(x)
        with torch.autocast(x.device.type, enabled=False):
            wide = x.to(torch.promote_types(x.dtype, torch.float32))
            return self._normalise_own(wide, branch).to(x.dtype)

    def _normalise_own(self, x, branch):
        # Products with one-hot rows: neither their sums nor their gradients depend on the order in
        # which a GPU adds, as those of an indexed addition would.
        owner = F.one_hot(branch, self.shape[0]).to(x.dtype)
        if self.training:
            mean, variance = self._measure(x, owner)
        else:
            mean, variance = self._per_branch(self.running_mean), self._per_branch(self.running_var)
        scale = self._per_branch(self.weight) * torch.rsqrt(variance + self.eps)
        return torch.addcmul(owner @ self._per_branch(self.bias), x - owner @ mean, owner @ scale)

    def _measure(self, x, owner):
        if len(x) == 1:
            raise ValueError("Expected more than 1 value per channel when training, got one row.")
        n_rows = owner.sum(0).unsqueeze(1)
        mean = owner.T @ x / n_rows.clamp(min=1)
        variance = owner.T @ (x - owner @ mean).square() / n_rows.clamp(min=1)
        with torch.no_grad():
            momentum = self.momentum * (n_rows > 1).to(x.dtype)
            unbiased = variance * n_rows / (n_rows - 1).clamp(min=1)
            # Past autograd, which would take what an earlier pass of all branches saw for changed.
            self._per_branch(self.running_mean.data).lerp_(mean, momentum)
            self._per_branch(self.running_var.data).lerp_(unbiased, momentum)
            self.num_batches_tracked += 1
        return mean, variance

    def _per_branch(self, values):
        return values.view(self.shape)
