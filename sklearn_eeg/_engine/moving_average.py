"""Moving average of a network's weights."""

from contextlib import contextmanager

import torch


class MovingAverage:
    """Exponential moving average of the floating-point state of a module; the rest is copied.

    The decay rises as ``(1 + n) / (10 + n)`` at first, so that the average forgets the start.
    """

    def __init__(self, module, decay):
        self.decay = decay
        self.n_updates = 0
        live = list(module.state_dict().values())
        self.average = [value.detach().clone() for value in live]

    @torch.no_grad()
    def update(self, module):
        """Take in the weights after a step."""
        self.n_updates += 1
        decay = min(self.decay, (1 + self.n_updates) / (10 + self.n_updates))
        live = list(module.state_dict().values())
        floats = [(a, b) for a, b in zip(self.average, live, strict=True) if a.is_floating_point()]
        averages, values = zip(*floats, strict=True)
        torch._foreach_lerp_(list(averages), list(values), 1 - decay)
        for average, value in zip(self.average, live, strict=True):
            if not average.is_floating_point():
                average.copy_(value)

    @torch.no_grad()
    def swap(self, module):
        """Exchange the module's weights and the averages."""
        for average, value in zip(self.average, module.state_dict().values(), strict=True):
            value_now = value.clone()
            value.copy_(average)
            average.copy_(value_now)

    def state_dict(self):
        """What continues the average."""
        return {"n_updates": self.n_updates, "average": self.average}

    def load_state_dict(self, state):
        """Continue the average."""
        self.n_updates, self.average = state["n_updates"], list(state["average"])

    @contextmanager
    def applied(self, module):
        """Within, the module has the averages."""
        self.swap(module)
        try:
            yield
        finally:
            self.swap(module)
