"""What a fit learns from: instances, and what belongs to the trial of each."""

from dataclasses import dataclass

import numpy as np
import torch

from sklearn_eeg._engine.batches import Batches, make_source
from sklearn_eeg._engine.instances import Instances
from sklearn_eeg._subjects import number


@dataclass(frozen=True)
class Samples:
    """Instances with a target and a weight for each trial: ``counts`` copies, ``factors`` of loss.

    ``held`` says which trials are held out of training; ``factors`` is ``None`` where all weigh
    the same; ``domain`` is the code of each trial's subject, -1 where it is not trained on;
    ``group`` that of near copies, of which an epoch sees one, ``None`` where it sees all.
    """

    instances: Instances
    target: np.ndarray
    weight: np.ndarray
    counts: np.ndarray
    factors: np.ndarray | None
    held: np.ndarray
    domain: np.ndarray
    group: np.ndarray | None = None

    def mass(self):
        """What each trial weighs in training, all its instances together."""
        return self.weight * ~self.held * self.instances.count()

    def batches(self, sources, sizes, **settings):
        """Batches to train on, and in order those held out, or ``None``.

        ``sources`` is what :func:`make_sources` makes of the instances.
        """
        rows, owner = self.instances.rows, self.instances.trial[self.instances.rows]
        rows = np.repeat(rows, self.counts[owner])
        is_held = self.held[self.instances.trial[rows]]
        known = self.domain, self.group
        train = self._gather(sources, rows[~is_held], sizes[0], *known, **settings)
        if not self.held.any():
            return train, None
        return train, self._gather(sources, rows[is_held], sizes[1])

    def _gather(self, sources, rows, size, domain=None, group=None, **settings):
        (source, extra), owner = sources, self.instances.trial[rows]

        def of_rows(values):
            if values is None:
                return None
            tensor = torch.as_tensor(values[owner], device=source.device)
            return tensor.to(source.dtype) if tensor.is_floating_point() else tensor

        facts = map(of_rows, (self.target, self.factors, domain, group))
        return Batches(source, rows, size, *facts, extra=extra, **settings)


def make_sources(instances, dtype, device):
    """Where batches come from: the instances, and what is extra by name."""
    extra = {k: make_source(block, dtype, device) for k, block in instances.extra.items()}
    return make_source(instances.data, dtype, device), extra


def find_copies(signals):
    """Number of the original of each trial, by the column ``copy_of``; ``None`` where it is not."""
    if not signals.has("copy_of"):
        return None
    group = number(signals.metadata["copy_of"])
    alone = np.flatnonzero(group < 0)
    group[alone] = group.max() + 1 + np.arange(len(alone))
    return group
