"""Sequences that a network cuts trials into, which lie over one another."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from sklearn_eeg.inspection._attribution import named
from sklearn_eeg.preprocessing import SequenceCutter


@dataclass(frozen=True)
class Sequences:
    """Whose each sequence is, where it begins, and how a trial's answer is their mean.

    Attributes
    ----------
    length : int
        Windows of a sequence.
    module : torch.nn.Module
        (trial, window, ...) -> (trial, sequence, window, ...), of trials padded to one length.
    trial, start : ndarray of shape (n_sequences,)
        Of those that are not missing.
    present : ndarray of shape (n_trials, n_sequences)
        Which of a trial's sequences these are.
    """

    length: int
    module: nn.Module
    trial: np.ndarray
    start: np.ndarray
    present: np.ndarray

    @classmethod
    def of(cls, network, signals, seen):
        """Sequences of signals that a network has cut to instances, or ``None``."""
        length = getattr(network, "sequence_length", None)
        if length is None or network._is_flat(signals.axes):
            return None
        longest = max(len(trial) for trial in signals.data)
        module, *_ = network._cut_to_torch((longest, *signals.data[0].shape[1:]))
        first = np.searchsorted(seen.trial, seen.trial)
        trial, start = seen.trial[seen.rows], (np.arange(len(seen.trial)) - first)[seen.rows]
        present = np.zeros((seen.n_trials, max(1, longest - length + 1)), dtype=bool)
        present[trial, start] = True
        device = torch.device(network.net_.device)
        return cls(length, module.to(device), trial, start, present)

    def cut(self, trials):
        """Trials whose first axis is sequences."""
        return SequenceCutter(self.length).fit_transform(trials)

    def average(self, x, trials, infer):
        """Mean output of each trial's sequences: (trial, window, ...) -> (trial, n_outputs)."""
        present = self.present[trials]
        rows = torch.as_tensor(np.flatnonzero(present), device=x.device)
        outputs = infer(self.module(x).flatten(0, 1)[rows])
        owner = torch.as_tensor(np.nonzero(present)[0], device=x.device)
        total = outputs.new_zeros(len(x), outputs.shape[1]).index_add(0, owner, outputs)
        return total / torch.as_tensor(present.sum(1), device=x.device).unsqueeze(1)

    def gather(self, values, axes, trials, **facts):
        """Attributions of sequences as those of their trials, each of whose has an equal part."""
        count = self.present.sum(1)
        if "window" not in axes:
            total = np.zeros((len(count), *values.shape[1:]))
            np.add.at(total, self.trial, values)
            return named(total / _beside(count, total), axes, trials, **facts)
        place = 1 + axes.index("window")
        values = np.moveaxis(values, place, 1)
        longest = self.present.shape[1] + self.length - 1
        total = np.zeros((len(count), longest, *values.shape[2:]))
        for offset in range(self.length):
            np.add.at(total, (self.trial, self.start + offset), np.nan_to_num(values[:, offset]))
        total /= _beside(count, total)
        for row, trial in zip(total, trials.data, strict=True):
            row[len(trial) :] = np.nan
            row[: len(trial)][np.isnan(trial).reshape(len(trial), -1).all(1)] = np.nan
        shown = total[:, : max(map(len, trials.data))]
        return named(np.moveaxis(shown, 1, place), axes, trials, **facts)


def _beside(count, total):
    return count.reshape(-1, *[1] * (total.ndim - 1))
