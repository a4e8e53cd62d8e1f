"""Time reversal."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from sklearn_eeg.augmentation._random import chosen


@dataclass(frozen=True)
class TimeReversal:
    """Play trials backwards along their last axis.

    Parameters
    ----------
    p : float, default=0.5
        Probability for each trial.

    Examples
    --------
    >>> TimeReversal(p=1.0)(torch.tensor([[[1.0, 2.0, 3.0]]]), None, torch.Generator())[0]
    tensor([[[3., 2., 1.]]])
    """

    p: float = 0.5

    def __call__(
        self, batch: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.where(chosen(batch, self.p, generator), batch.flip(-1), batch), labels
