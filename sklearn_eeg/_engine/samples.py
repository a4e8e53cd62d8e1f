"""What a fit learns from: instances, and what belongs to the trial of each."""

from dataclasses import dataclass

import numpy as np
import torch

from sklearn_eeg._engine.batches import Batches
from sklearn_eeg._engine.instances import Instances


@dataclass(frozen=True)
class Samples:
    """Instances with a target, a number of copies and a weight for each trial.

    ``held`` says which trials are held out of training; ``factors`` is ``None`` where all weigh
    the same.
    """

    instances: Instances
    target: np.ndarray
    counts: np.ndarray
    factors: np.ndarray | None
    held: np.ndarray

    def batches(self, source, sizes, dtype, shuffler):
        """Batches to train on, in another order each epoch, and those held out, or ``None``."""
        rows, owner = self.instances.rows, self.instances.trial[self.instances.rows]
        rows = np.repeat(rows, self.counts[owner])
        is_held = self.held[self.instances.trial[rows]]
        train = self._gather(source, rows[~is_held], sizes[0], dtype, shuffler)
        if not self.held.any():
            return train, None
        return train, self._gather(source, rows[is_held], sizes[1], dtype)

    def _gather(self, source, rows, size, dtype, generator=None):
        owner, device = self.instances.trial[rows], source.device
        truth = torch.as_tensor(self.target[owner], device=device)
        truth = truth.to(dtype) if truth.is_floating_point() else truth
        weight = None
        if self.factors is not None:
            weight = torch.as_tensor(self.factors[owner], dtype=dtype, device=device)
        return Batches(source, rows, truth, weight, size, generator)
