"""The weights of the epoch with the best score."""

import math


class BestWeights:
    """A copy of the weights that scored best so far, and when that was."""

    def __init__(self):
        self.score, self.epoch, self.weights = -math.inf, 0, None

    def keep(self, module, score, epoch):
        """Copy the module's weights if they are better than those before, and say if they are."""
        is_best = score > self.score
        if is_best:
            self.score, self.epoch = score, epoch
            self.weights = {name: value.clone() for name, value in module.state_dict().items()}
        return is_best

    def state_dict(self):
        """All three, by their names."""
        return dict(vars(self))

    def load_state_dict(self, state):
        """Take them from :meth:`state_dict`."""
        vars(self).update(state)
