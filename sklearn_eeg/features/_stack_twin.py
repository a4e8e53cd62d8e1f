"""Features of several kinds on a stream, put together where all are known."""

from sklearn_eeg._speaker import speaking
from sklearn_eeg._twins import Chain, Twin, find_twin, join


class StackTwin(Twin):
    """Of a :class:`FeatureStack`; a kind that is known earlier waits for the others."""

    def __init__(self, step, along, calibration):
        self.branches = [find_twin(t, along, calibration) for _, t in step.transformers_]
        super().__init__(step, self.branches[0].along)
        self.waiting = [None] * len(self.branches)

    @property
    def lag(self):
        """That of the slowest branch."""
        return max(branch.lag for branch in self.branches)

    def push(self, block):
        """Push into all branches."""
        self.facts = block
        return self._join([Chain([branch], None).push(block) for branch in self.branches])

    def close(self):
        """Close all branches."""
        return self._join([Chain([branch], None).close() for branch in self.branches])

    def signal_steps(self):
        """Steps of all branches too."""
        return [self.step, *(s for b in self.branches for s in Chain([b], None).signal_steps())]

    def origin(self, index):
        """As of the first branch, since all have the same windows."""
        return self.branches[0].origin(index)

    def beginning(self, index):
        """As of the first branch."""
        return self.branches[0].beginning(index)

    def _join(self, blocks):
        waiting = zip(self.waiting, blocks, strict=True)
        self.waiting = [join(held, block, self.along) for held, block in waiting]
        if any(block is None for block in self.waiting):
            return None
        n_windows = min(block.data.shape[1] for block in self.waiting)
        known = [block.data[:, :n_windows] for block in self.waiting]
        rest = [block.derive(data=block.data[:, n_windows:]) for block in self.waiting]
        self.waiting = [block if block.data.shape[1] else None for block in rest]
        with speaking(self.name):
            return self.facts.derive(data=self.step._join(known), **self.step._facts)
