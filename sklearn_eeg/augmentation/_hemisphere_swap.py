"""Left-right swap of the electrodes."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch

from sklearn_eeg.augmentation._random import chosen
from sklearn_eeg.montage import locate, mirror_name
from sklearn_eeg.montage._arrays import refuse_array


@dataclass(frozen=True)
class HemisphereSwap:
    """Exchange each electrode with its mirror image.

    Parameters
    ----------
    axis : int, default=-2
        Axis of the channels, from the end: -2 for signals and band features, -3 for spectrograms.
    p : float, default=0.5
        Probability for each trial.
    ch_names : sequence of str
        Channels along ``axis``, in any spelling. F3 and F4 change places, Fz stays, the derivation
        Fp1-F7 takes that of Fp2-F8; what is no electrode stays.

    Raises
    ------
    ValueError
        A channel's mirror image is not among the channels, or their names are not of the 10-20
        system.

    Examples
    --------
    >>> swap = HemisphereSwap(p=1.0, ch_names=["F3", "Fz", "F4"])
    >>> swap(torch.tensor([[[1.0], [2.0], [3.0]]]), None, torch.Generator())[0].flatten()
    tensor([3., 2., 1.])
    """

    axis: int = -2
    p: float = 0.5
    ch_names: tuple[str, ...] = field(kw_only=True)

    def __post_init__(self):
        object.__setattr__(self, "ch_names", tuple(self.ch_names))
        refuse_array(self.ch_names, "HemisphereSwap")
        for name, place in zip(self.ch_names, self._order(), strict=True):
            if place < 0:
                raise ValueError(
                    f"HemisphereSwap: expected the mirror image {mirror_name(name)!r} of {name!r} "
                    f"among the channels, got none; drop {name!r} or leave the swap out."
                )

    def __call__(
        self, batch: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        order = torch.tensor(self._order(), device=batch.device)
        swapped = batch.index_select(self.axis, order)
        return torch.where(chosen(batch, self.p, generator), swapped, batch), labels

    def _order(self):
        """Where each channel's mirror image stands, -1 where it is missing."""
        return locate([mirror_name(name) for name in self.ch_names], self.ch_names)
