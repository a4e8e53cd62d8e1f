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
        self.held, self.n_seen = None, 0

    def push(self, block):
        """Sequences that these windows complete."""
        windows = block.data[0]
        held = windows if self.held is None else np.concatenate([self.held, windows])
        numbers = range(self.n_seen + 1, self.n_seen + len(windows) + 1)
        self.n_seen = numbers[-1]
        n_forgotten = self.n_seen - len(held)
        stops = [n - n_forgotten for n in numbers if self._ends_with(n)]
        self.held = held[-self.n_windows :].copy()
        if not stops:
            return None
        sequences = [held[max(0, stop - self.n_windows) : stop] for stop in stops]
        whole = len({len(sequence) for sequence in sequences}) == 1
        return self.apply(block.derive(data=np.stack(sequences) if whole else sequences))

    def _ends_with(self, n):
        """Whether a sequence is complete after so many windows."""
        return n >= self.least and (n - self.least) % self.hop == 0

    def origin(self, index):
        """Last window of a sequence."""
        return index * self.hop + self.least - 1

    def beginning(self, index):
        """First window of a sequence."""
        return np.maximum(0, self.origin(index) - self.n_windows + 1)
