"""Trials that a network reads as short sequences of their windows."""

import numpy as np

from sklearn_eeg._engine.docstrings import Described
from sklearn_eeg.preprocessing import SequenceCutter
from sklearn_eeg.trials import Trials


class ShortSequences(Described):
    """What networks on sequences of windows can be told beside.

    Parameters
    ----------
    sequence_length : int, default=None
        Windows of the sequences that trials are cut into, each a window after the one before, which
        train with their trial's label and whose answers are averaged: what a
        :class:`~sklearn_eeg.preprocessing.SequenceCutter` before the network does, which can take
        larger steps. ``None``: trials are read as a whole.
    """

    sequence_length: int | None = None

    def _is_whole(self, axes):
        return self.sequence_length is None and super()._is_whole(axes)

    def _cut(self, signals):
        if self.sequence_length is None or self._is_flat(signals.axes):
            return super()._cut(signals)
        if self._is_cut(signals.axes):
            raise ValueError(
                f"expected whole trials, which sequence_length={self.sequence_length} cuts, got "
                f"trials that are in sequences already; set sequence_length=None."
            )
        return super()._cut(SequenceCutter(self.sequence_length).fit_transform(signals))

    def _cut_to_torch(self, shape):
        if self.sequence_length is None or self._is_flat(self.axes_):
            return super()._cut_to_torch(shape)
        cutter = SequenceCutter(self.sequence_length)
        sequences = cutter.fit_transform(Trials(np.zeros((1, *shape)), axes=self.axes_))
        return cutter.to_torch(shape), sequences.shape[1:], True
