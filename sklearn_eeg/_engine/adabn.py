"""AdaBN: statistics of the batch normalisations are those of the target."""

import copy
from dataclasses import dataclass

from sklearn_eeg._engine.objectives import Alignment, adapted
from sklearn_eeg.nn._batch_norms import batch_norms, measure_batch_norms


@dataclass(frozen=True)
class AdaBN(Alignment):
    """The network as it is, whose batch normalisations learn the target's statistics at the end.

    All weights are those of a training without a target.

    References
    ----------
    Li et al. (2018), Adaptive batch normalization for practical domain adaptation, Pattern
    Recognition 80, algorithm 1.
    """

    ends_with_target = True

    def check(self, net, batches, target):
        """Refuse a network without batch normalisations, and a target without variance."""
        if not batch_norms(net.module_):
            raise ValueError(
                f"expected a network with batch normalisations, whose statistics 'adabn' "
                f"measures, got {type(net.module_).__name__} without; set another alignment."
            )
        if len(target) == 1:
            # Whether one is enough depends on the network: some have many values of it.
            measure(net, copy.deepcopy(net.module_), target)

    def begin(self, net, batches):
        """The objective of the network alone."""
        return adapted

    def end(self, net, objective, target):
        """Measure the target."""
        # One row alone has no variance.
        target.size = max(2, target.size)
        measure(net, net.module_, target)


def measure(net, module, target):
    """Statistics of the target, in the module of a net or a copy of it."""

    def run():
        for batch in target:
            net.infer(batch, module)

    try:
        measure_batch_norms(module, run)
    except ValueError as error:
        # The words of torch's batch normalisation.
        if "more than 1 value per channel" not in str(error):
            raise
        raise ValueError(
            "expected two instances of the target or more, of which 'adabn' takes means and "
            "variances, got one; give more trials as X_target."
        ) from error
