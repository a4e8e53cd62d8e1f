"""Several augmentations, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


class Compose:
    """Apply augmentations in the order given.

    Parameters
    ----------
    *steps : callable
        (batch, labels, generator) -> (batch, labels).

    Examples
    --------
    >>> import torch
    >>> from sklearn_eeg.augmentation import PolarityFlip
    >>> twice = Compose(PolarityFlip(p=1.0), PolarityFlip(p=1.0))
    >>> batch, labels = twice(torch.ones(2, 3, 4), torch.eye(2), torch.Generator())
    >>> bool((batch == 1).all())
    True
    """

    def __init__(self, *steps: Callable[..., Any]) -> None:
        self.steps = steps

    def __call__(
        self, batch: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        for step in self.steps:
            batch, labels = step(batch, labels, generator)
        return batch, labels

    def __repr__(self):
        return f"Compose({', '.join(map(repr, self.steps))})"
