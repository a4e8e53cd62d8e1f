"""The skorch net that a fit leaves behind: module, optimizer, history, callbacks."""

import inspect

import torch
from skorch import NeuralNet
from skorch.callbacks import EpochTimer

from sklearn_eeg._engine.batches import Batches


class Net(NeuralNet):
    """A skorch net over :class:`Batches`; :class:`~.Training` runs its epochs.

    Parameters
    ----------
    module, criterion : torch.nn.Module
        Instances, ready for the device.
    precision : str
        ``"bf16"`` runs the forward pass under autocast.
    n_classes : int or None
        ``None`` for regression.
    settings
        Of :class:`skorch.NeuralNet`.
    """

    def __init__(self, module, criterion, precision="float32", n_classes=None, **rest):
        super().__init__(module, criterion, train_split=None, **rest)
        self.precision = precision
        self.n_classes = n_classes

    @property
    def _default_callbacks(self):
        return [("epoch_timer", EpochTimer())]

    def infer(self, x, run=None, has_nan=True, **fit_params):
        """Output of the module, in float32 or better; ``run`` is a compiled stand-in for it."""
        run = run or self.module_
        kwargs = fit_params
        if "missing" in inspect.signature(self.module_.forward).parameters:
            # A mask, if only of nothing, or the word that nothing is missing: either saves the
            # network a look at all values, for which a GPU would have to be waited for.
            kwargs = {"missing": has_nan and x.new_zeros(x.shape[:2], dtype=torch.bool)}
        if self.precision != "bf16":
            return run(x, **kwargs)
        with torch.autocast(torch.device(self.device).type, torch.bfloat16):
            output = run(x, **kwargs)
        return output.float()

    def predict(self, X):
        """Codes of the classes, or values; what scikit-learn's scorers ask of a callback's net."""
        output = self.forward(X)
        return (output if self.n_classes is None else output.argmax(1)).numpy()

    def get_iterator(self, dataset, training=False):
        """Pairs (x, target), in order; this is how skorch's callbacks come to predictions."""
        if not isinstance(dataset, Batches):
            return super().get_iterator(dataset, training)
        return ((x, y) for x, y, _ in dataset.in_order())
