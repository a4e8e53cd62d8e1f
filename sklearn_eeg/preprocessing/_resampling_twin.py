"""Resampling by branches, each sample as soon as what it is made of is there."""

from sklearn_eeg._resampling import N_CROSSINGS, by_branches
from sklearn_eeg._twins import Twin, join


class ResamplingTwin(Twin):
    """Of a :class:`Resample`; holds the reach of its low-pass on both sides."""

    def __init__(self, step):
        super().__init__(step, "time")
        self.up, self.down = step.ratio_.as_integer_ratio()
        # At the rate at which both others are whole.
        self.reach = 0 if step.ratio_ == 1 else N_CROSSINGS * max(self.up, self.down)
        self.lag = self.reach / self.up + (1 - self.down / self.up)
        # Samples held, the number of the first, and the number of the next one out.
        self.held, self.first, self.next = None, 0, 0

    def push(self, block):
        """Samples whose neighbours are there."""
        self.held = join(self.held, block, "time")
        end = self.first + self.held.size("time")
        return self._give((end * self.up - self.reach - 1) // self.down + 1)

    def close(self):
        """Samples near the end, which is mirrored."""
        if self.held is None or self.first + self.held.size("time") < 2:
            return None
        end = self.first + self.held.size("time")
        return self._give(-(-end * self.up // self.down))

    def origin(self, index):
        """End of the sample out, in samples in."""
        return (index + 1) * self.down / self.up - 1

    def beginning(self, index):
        """Start of the sample out, in samples in."""
        return index * self.down / self.up

    def _give(self, stop):
        if stop <= self.next:
            return None
        x, start = self.held.data, self.first // self.down * self.up
        rows = by_branches(x.reshape(-1, x.shape[-1]), self.step.ratio_)
        known = rows.reshape(*x.shape[:-1], -1)[..., self.next - start : stop - start]
        facts = {"data": known, "sfreq": float(self.step.sfreq_out)}
        known, self.next = self.held.derive(**facts), stop
        self._forget()
        return known

    def _forget(self):
        """Drop what no later sample is made of; a whole number of both rates' samples stays in."""
        needed = (self.next * self.down - self.reach) // self.up // self.down * self.down
        # The mirrored start is made of what follows it.
        if needed > self.first:
            self.held = self.held.derive(data=self.held.data[..., needed - self.first :].copy())
            self.first = needed
