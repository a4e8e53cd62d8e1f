"""Segmentation and reconstruction: new trials out of pieces of others of the same class."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from sklearn_eeg.augmentation._random import chosen


@dataclass(frozen=True)
class SegmentRecombination:
    """Replace trials by ones put together from pieces of trials of the same class in the batch.

    Each piece is the same stretch of the last axis, taken from a trial drawn for it; pieces keep
    their place in time. A trial's class is its likeliest; the new label is the mean of those of
    its pieces, by their number.

    Parameters
    ----------
    n_segments : int, default=8
        Pieces of a trial, as long as each other but for a sample.
    p : float, default=0.5
        Probability for each trial. With 0.5, as many trials are new as are recorded.

    References
    ----------
    Lotte (2015), Signal processing approaches to minimize or suppress calibration time in
    oscillatory activity-based brain-computer interfaces, Proceedings of the IEEE 103(6).
    Song et al. (2023), EEG Conformer, IEEE TNSRE 31 (in training batches).

    Examples
    --------
    >>> generator = torch.Generator().manual_seed(0)
    >>> batch, labels = torch.arange(4.0)[:, None].expand(4, 8), torch.eye(2)[[0, 0, 1, 1]]
    >>> new, _ = SegmentRecombination(p=1.0)(batch, labels, generator)
    >>> (new[:2] < 2).all() and (new[2:] >= 2).all()
    tensor(True)
    """

    n_segments: int = 8
    p: float = 0.5

    def __call__(
        self, batch: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if labels.ndim != 2:
            raise ValueError(
                f"SegmentRecombination: expected labels as probabilities of shape (batch, "
                f"n_classes), got shape {tuple(labels.shape)}; one-hot encode them."
            )
        donors = self._draw_donors(labels.argmax(1), batch, generator)
        time = torch.arange(batch.shape[-1], device=batch.device)
        segment = time * self.n_segments // batch.shape[-1]
        pieces = batch.movedim(-1, 1)[donors[:, segment], time]
        return pieces.movedim(1, -1), labels[donors].mean(1)

    def _draw_donors(self, kind, batch, generator):
        """Trial that each piece comes from: (batch, segment)."""
        shape = (len(kind), self.n_segments, len(kind))
        order = torch.rand(shape, generator=generator, device=batch.device)
        same = (kind[:, None] == kind)[:, None]
        donors = order.masked_fill(~same, -1).argmax(-1)
        own = torch.arange(len(kind), device=batch.device)[:, None]
        new = chosen(batch, self.p, generator).reshape(-1, 1)
        return torch.where(new, donors, own)
