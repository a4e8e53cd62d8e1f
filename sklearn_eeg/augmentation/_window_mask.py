"""Window masking: some windows of a sequence go missing."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from sklearn_eeg.augmentation._random import chosen


@dataclass(frozen=True)
class WindowMask:
    """Set random windows of a sequence (batch, window, ...) to NaN, which networks mask.

    At least one window of a trial is kept.

    Parameters
    ----------
    fraction : float, default=0.2
        Share of the windows that go missing, on average.
    p : float, default=0.5
        Probability for each trial.

    Examples
    --------
    >>> generator = torch.Generator().manual_seed(0)
    >>> batch, _ = WindowMask(0.5, p=1.0)(torch.ones(2, 10, 62, 5), None, generator)
    >>> batch.isnan().all((2, 3)).any(1)
    tensor([True, True])
    """

    fraction: float = 0.2
    p: float = 0.5

    def __call__(
        self, batch: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        draw = torch.rand(batch.shape[:2], generator=generator, device=batch.device)
        # The window with the largest draw stays, whatever the fraction.
        lost = (draw < self.fraction) & (draw < draw.amax(1, keepdim=True))
        lost = lost.reshape(*lost.shape, *[1] * (batch.ndim - 2))
        return batch.masked_fill(lost & chosen(batch, self.p, generator), torch.nan), labels
