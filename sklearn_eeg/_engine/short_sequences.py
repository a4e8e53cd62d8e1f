"""Trials that a network reads as short sequences of their windows."""

import warnings
from typing import ClassVar

from sklearn_eeg._engine.docstrings import Described
from sklearn_eeg.exceptions import SingleStepWarning
from sklearn_eeg.preprocessing import SequenceCutter


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

    # Windows that make one step of what the network remembers or attends to.
    _windows_a_step: ClassVar[int] = 1

    def _look_at(self, instances):
        # Who takes short sequences has been told.
        whole = self.sequence_length is None and not self._is_cut(self.axes_)
        n_windows, least = instances.shape[0], self._windows_a_step
        if whole and not self._is_flat(self.axes_) and n_windows <= least:
            shorter = ", or set sequence_length=8 on few trials" if least > 1 else ""
            warnings.warn(
                f"{type(self).__name__}: expected trials of {least + 1} windows or more, got "
                f"{n_windows}, which are one step in time, with no other to attend to or to "
                f"remember; give more windows, shorter ones or such that overlap{shorter}.",
                SingleStepWarning,
                stacklevel=4,
            )

    def _cut(self, signals):
        if self.sequence_length is None or self._is_flat(signals.axes):
            return super()._cut(signals)
        if self._is_cut(signals.axes):
            raise ValueError(
                f"expected whole trials, which sequence_length={self.sequence_length} cuts, got "
                f"trials that are in sequences already; set sequence_length=None."
            )
        return super()._cut(SequenceCutter(self.sequence_length).fit_transform(signals))
