"""Learning rates over a training: what each schedule multiplies the rate by."""

import math


def cosine(progress):
    """Half a cosine from one to zero, as training goes from zero to one."""
    return 0.5 * (1 + math.cos(math.pi * progress))


def linear(progress):
    """A straight line from one to zero."""
    return 1 - progress


CURVES = {"cosine": cosine, "linear": linear}
NAMES = (None, "plateau", *CURVES)


class Schedule:
    """Sets an optimizer's rates, before a step by progress and after an epoch by the loss.

    Parameters
    ----------
    kind : None, "plateau", "cosine", "linear" or callable
        A callable takes the share of training done, from 0 to 1, and returns a factor.
    warmup : float
        Epochs in which the rate rises from zero in a straight line, before the curve begins.
    n_epochs : int
        Length of the training.

    Notes
    -----
    Plateau: halves the rate when the loss has not fallen by a factor of 1e-4 for more than five
    epochs, down to 1e-6.
    """

    FACTOR, PATIENCE, THRESHOLD, MIN_LR = 0.5, 5, 1e-4, 1e-6

    def __init__(self, kind, warmup, n_epochs):
        self.curve = CURVES.get(kind) if isinstance(kind, str) else kind
        self.on_plateau = kind == "plateau"
        self.warmup = warmup
        self.n_epochs = n_epochs
        self.state = {"factor": 1.0, "best": math.inf, "n_bad": 0}

    @property
    def moves(self):
        """Whether the rate changes with every step."""
        return self.curve is not None or self.warmup > 0

    def factor(self, epoch):
        """What the rate is multiplied by after so many epochs, which may be broken."""
        if epoch < self.warmup:
            return epoch / self.warmup
        curve = 1.0
        if self.curve is not None:
            curve = self.curve((epoch - self.warmup) / max(self.n_epochs - self.warmup, 1e-9))
        return curve * self.state["factor"]

    def set_rates(self, optimizer, epoch):
        """Set each group's rate for the step after so many epochs."""
        factor = self.factor(epoch)
        for group in optimizer.param_groups:
            group["lr"] = max(group["base_lr"] * factor, self._floor(group))

    def _floor(self, group):
        return min(self.MIN_LR, group["base_lr"]) if self.on_plateau and not self.warmup else 0.0

    def end_epoch(self, optimizer, loss, epoch):
        """Look at the loss; lower the rate when it has been on a plateau for long."""
        if not self.on_plateau:
            return
        state = self.state
        if loss < state["best"] * (1 - self.THRESHOLD):
            state.update(best=loss, n_bad=0)
        else:
            state["n_bad"] += 1
        if state["n_bad"] > self.PATIENCE:
            state.update(factor=state["factor"] * self.FACTOR, n_bad=0)
            self.set_rates(optimizer, epoch)
