"""Sequences of the last windows of a stream."""

import numpy as np

from sklearn_eeg._twins import Twin


class SequenceTwin(Twin):
    """Of a step that makes sequences of windows; each comes out as a trial.

    Parameters
    ----------
    step : SignalTransformer
    n_windows : int
        Windows of a sequence.
    hop : int
        From one sequence's start to the next.
    least : int
        Windows of the first sequence.
    """

    def __init__(self, step, n_windows, hop, least):
        super().__init__(step, "trial")
        self.n_windows, self.hop, self.least = n_windows, hop, least
        self.windows, self.n_seen = [], 0

    def push(self, block):
        """Sequences that these windows complete."""
        sequences = []
        for window in block.data[0]:
            self.windows = [*self.windows, window.copy()][-self.n_windows :]
            self.n_seen += 1
            if self.n_seen >= self.least and (self.n_seen - self.least) % self.hop == 0:
                sequences.append(np.stack(self.windows))
        if not sequences:
            return None
        whole = len({len(sequence) for sequence in sequences}) == 1
        return self.apply(block.derive(data=np.stack(sequences) if whole else sequences))

    def origin(self, index):
        """Last window of a sequence."""
        return index * self.hop + self.least - 1

    def beginning(self, index):
        """First window of a sequence."""
        return np.maximum(0, self.origin(index) - self.n_windows + 1)
