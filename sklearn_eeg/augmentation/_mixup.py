"""Mixup: convex pairs of trials and of their labels."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Mixup:
    """Blend each trial, and its label, with another trial of the batch.

    Trial i becomes ``w x_i + (1 - w) x_j`` and its label ``w y_i + (1 - w) y_j``, with j a random
    permutation and w drawn from Beta(alpha, alpha) for each trial. A value missing (NaN) in
    either is missing in the blend.

    Parameters
    ----------
    alpha : float, default=1.0
        Small: blends close to one of the two; 1: every share alike.

    References
    ----------
    Zhang, Cisse, Dauphin & Lopez-Paz (2018), mixup: Beyond Empirical Risk Minimization, eq. 1.

    Examples
    --------
    >>> generator = torch.Generator().manual_seed(0)
    >>> batch, labels = Mixup()(torch.randn(4, 2, 8), torch.eye(4), generator)
    >>> labels.sum(1)
    tensor([1., 1., 1., 1.])
    """

    alpha: float = 1.0

    def __call__(
        self, batch: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if labels.ndim != 2:
            raise ValueError(
                f"Mixup: expected labels as probabilities of shape (batch, n_classes), "
                f"got shape {tuple(labels.shape)}; one-hot encode them."
            )
        order = torch.randperm(len(batch), generator=generator, device=batch.device)
        weight = self._draw_weights(batch, generator)
        broad = weight.reshape(-1, *[1] * (batch.ndim - 1))
        mixed = torch.lerp(batch[order], batch, broad)
        return mixed, torch.lerp(labels[order], labels, weight[:, None].to(labels.dtype))

    def _draw_weights(self, batch, generator):
        shape = torch.full((2, len(batch)), self.alpha, device=batch.device, dtype=batch.dtype)
        # A Beta variable is one Gamma's share of two.
        gammas = torch._standard_gamma(shape, generator=generator)
        return gammas[0] / gammas.sum(0).clamp(min=torch.finfo(batch.dtype).tiny)
