"""The Kalman filter of features window by window, and its look ahead."""

import numpy as np

from sklearn_eeg._twins import Twin


class KalmanTwin(Twin):
    """Of an :class:`LDSSmoother` that does not see the whole trial; holds ``lag`` windows."""

    def __init__(self, step):
        super().__init__(step, "window")
        self.lag = step.lag or 0
        self.state, self.predicted = None, step.p0
        # Of each window that is not yet given: its state, and how far that moves to the next one.
        self.held: list = []

    def push(self, block):
        """Windows that have seen ``lag`` more."""
        known = [self._look_ahead() for window in block.data[0] if self._take(window)]
        self.facts = block
        return self._give(known)

    def close(self):
        """Windows that saw fewer."""
        n_held = min(self.lag, len(self.held))
        self.held = self.held[len(self.held) - n_held :]
        known = []
        while self.held:
            known.append(self._look_ahead())
            del self.held[0]
        return self._give(known)

    def _give(self, known):
        return self.facts.derive(data=np.array([known])) if known else None

    def _take(self, window):
        """Take the next window; whether one is known then."""
        seen = ~np.isnan(window)
        if self.state is None:
            self.state = np.full_like(window, np.nan)
        gain = seen * self.predicted / (self.predicted + self.step.r_)
        variance = (1 - gain) * self.predicted
        self.predicted = variance + self.step.q_
        # The first state is the first observation, which a window before it may know by its lag.
        first = np.where(seen, window, np.nan)
        state = np.where(np.isnan(self.state), first, self.state)
        self.state = state + gain * np.where(seen, window - state, 0)
        self.held = self.held[-self.lag :] if self.lag else []
        self.held.append((self.state, variance / self.predicted, first, bool(seen.any())))
        return len(self.held) > self.lag

    def _look_ahead(self):
        """State of the first window held, as far as the last one tells."""
        state = self.held[-1][0]
        first = _first_of([window for _, _, window, _ in self.held])
        for filtered, back, _, _ in self.held[-2::-1]:
            filtered = np.where(np.isnan(filtered), first, filtered)
            state = filtered + back * (state - filtered)
        return state if self.held[0][3] else np.full_like(state, np.nan)


def _first_of(windows):
    """First value of each series that is not NaN."""
    first = windows[0]
    for window in windows[1:]:
        first = np.where(np.isnan(first), window, first)
    return first
