"""Batch normalisation of rows, some of which are missing."""

import torch
from torch import nn


class RowBatchNorm1d(nn.BatchNorm1d):
    """:class:`torch.nn.BatchNorm1d` for (batch, time, channel) with missing steps.

    A missing step enters no statistic and leaves as zeros, which is what the convolution after it
    sees beyond the end of a sequence. So padding changes neither training nor prediction.

    Examples
    --------
    >>> x = torch.randn(4, 10, 3)
    >>> missing = torch.arange(10).expand(4, 10) >= 8
    >>> norm = RowBatchNorm1d(3)
    >>> torch.allclose(norm(x, missing)[:, :8], norm(x[:, :8]), atol=1e-5)
    True
    """

    def forward(self, x: torch.Tensor, missing: torch.Tensor | None = None) -> torch.Tensor:
        """Normalise the present steps of (batch, time, channel); zero the missing ones."""
        rows = x.flatten(0, 1)
        if missing is None:
            return super().forward(rows).view_as(x)
        present = ~missing.flatten()
        if not self.training:
            normal = super().forward(rows) * present.unsqueeze(1)
        elif _can_gather(rows) and present.sum() > 1:
            normal = torch.zeros_like(rows)
            normal[present] = super().forward(rows[present])
        else:
            normal = self._normalise_present(rows, present) * present.unsqueeze(1)
        return normal.view_as(x)

    def _normalise_present(self, rows, present):
        # One row or none, which torch refuses, must not end a training.
        n_present = present.sum()
        share = present / n_present.clamp(min=1)
        with torch.autocast(rows.device.type, enabled=False):
            wide = rows.to(torch.promote_types(rows.dtype, torch.float32))
            mean = share.to(wide.dtype) @ wide
            centred = wide - mean
            variance = share.to(wide.dtype) @ centred.square()
            scale = self.weight * torch.rsqrt(variance + self.eps)
            normal = torch.addcmul(self.bias, centred, scale).to(rows.dtype)
        with torch.no_grad():
            momentum = self.momentum * (n_present > 1)
            unbiased = variance * n_present / (n_present - 1).clamp(min=1)
            self.running_mean.lerp_(mean, momentum)
            self.running_var.lerp_(unbiased, momentum)
            self.num_batches_tracked += 1
        return normal


def _can_gather(rows):
    # The fastest way on a CPU. But the number of gathered rows depends on the data, for which the
    # host would wait for a GPU in every layer, and on which a compiler gives up.
    return rows.device.type == "cpu" and not torch.compiler.is_compiling()
