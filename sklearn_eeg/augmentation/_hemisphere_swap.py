"""Left-right swap of the electrodes."""

import re
from dataclasses import dataclass

import torch

from sklearn_eeg.augmentation._random import chosen


@dataclass(frozen=True)
class HemisphereSwap:
    """Exchange each electrode with its mirror image.

    Parameters
    ----------
    ch_names : tuple of str
        Channels along ``axis``; odd numbers lie left and even ones right, so F3 and F4 change
        places, Fz stays, and the derivation Fp1-F7 takes that of Fp2-F8.
    axis : int, default=-2
        Axis of the channels, from the end: -2 for signals and band features, -3 for spectrograms.
    p : float, default=0.5
        Probability for each trial.

    Raises
    ------
    ValueError
        A channel's mirror image is not among the channels.

    Examples
    --------
    >>> swap = HemisphereSwap(("F3", "Fz", "F4"), p=1.0)
    >>> swap(torch.tensor([[[1.0], [2.0], [3.0]]]), None, torch.Generator())[0].flatten()
    tensor([3., 2., 1.])
    """

    ch_names: tuple[str, ...]
    axis: int = -2
    p: float = 0.5

    def __post_init__(self):
        object.__setattr__(self, "ch_names", tuple(self.ch_names))
        for name in self.ch_names:
            if mirror(name) not in self.ch_names:
                raise ValueError(
                    f"HemisphereSwap: expected the mirror image {mirror(name)!r} of {name!r} among "
                    f"the channels, got none; drop {name!r} or leave the swap out."
                )

    def __call__(self, batch, labels, generator):
        order = [self.ch_names.index(mirror(name)) for name in self.ch_names]
        swapped = batch.index_select(self.axis, torch.tensor(order, device=batch.device))
        return torch.where(chosen(batch, self.p, generator), swapped, batch), labels


def mirror(name):
    """Name of the electrode, or derivation, on the other side: F3 -> F4, Fz -> Fz."""
    return re.sub(r"\d+", lambda number: str(((int(number[0]) - 1) ^ 1) + 1), name)
