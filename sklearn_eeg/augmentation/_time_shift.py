"""Time shift: a trial begins elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from sklearn_eeg.augmentation._random import chosen, integers


@dataclass(frozen=True)
class TimeShift:
    """Shift each trial along its last axis, in a circle: what leaves one end enters at the other.

    Parameters
    ----------
    fraction : float, default=1/3
        Largest shift to either side, as a share of the trial.
    p : float, default=0.5
        Probability for each trial.

    Examples
    --------
    >>> generator = torch.Generator().manual_seed(0)
    >>> batch, _ = TimeShift(p=1.0)(torch.arange(6.0).reshape(1, 1, 6), None, generator)
    >>> batch.sort().values
    tensor([[[0., 1., 2., 3., 4., 5.]]])
    """

    fraction: float = 1 / 3
    p: float = 0.5

    def __call__(
        self, batch: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        n_times = batch.shape[-1]
        most = int(self.fraction * n_times)
        shift = integers((len(batch),), -most, most, batch, generator)
        shift = shift * chosen(batch, self.p, generator).reshape(-1)
        index = (torch.arange(n_times, device=batch.device) - shift[:, None]) % n_times
        index = index.reshape(len(batch), *[1] * (batch.ndim - 2), n_times).expand(batch.shape)
        return batch.gather(-1, index), labels
