"""The skorch net that a fit leaves behind: module, optimizer, history, callbacks."""

import inspect
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.utils import ClassifierTags
from skorch import NeuralNet
from skorch.callbacks import EpochTimer

from sklearn_eeg._engine.batches import Batch, Batches

DTYPES = {"float32": torch.float32, "float64": torch.float64, "bf16": torch.float32}


def _softmax(logits):
    return logits.softmax(1)


class Padding(NamedTuple):
    """Shortest length of each axis of an instance, and what shorter ones are filled with."""

    least: tuple[int, ...] = ()
    fill: float = 0.0

    def __call__(self, x):
        """Instances with their short axes padded at the end."""
        short = [max(0, n - found) for n, found in zip(self.least, x.shape[1:], strict=False)]
        if not any(short):
            return x
        sides = [side for n in reversed(short) for side in (0, n)]
        return F.pad(x, sides, value=self.fill)


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
    padding : Padding or None
        What short instances go through before the module.
    settings
        Of :class:`skorch.NeuralNet`.

    Notes
    -----
    Pickled or copied, it keeps weights, history and settings; a training that goes on from there
    starts its optimizer anew.
    """

    def __init__(
        self, module, criterion, precision="float32", n_classes=None, padding=None, **rest
    ):
        rest["predict_nonlinearity"] = _softmax if n_classes else None
        super().__init__(module, criterion, train_split=None, **rest)
        self.precision = precision
        self.n_classes = n_classes
        self.padding = padding or Padding()
        self.watch()

    @property
    def _default_callbacks(self):
        return [("epoch_timer", EpochTimer())]

    def watch(self, run=None, has_nan=True):
        """Set what stands in for the module's ``forward``, and whether anything may be missing."""
        # Past skorch, which would take what is compiled for one more module to train.
        vars(self).update(_run=run, _has_nan=has_nan)

    def infer(self, x, run=None, has_nan=None, **fit_params):
        """Output of the module for a :class:`Batch` or its input, in float32 or better.

        ``run`` and ``has_nan`` as in :meth:`watch`, for this call.
        """
        batch = x if isinstance(x, Batch) else Batch(x)
        shape, x = batch.input.shape, self.padding(batch.input)
        kwargs = fit_params | batch.extra
        asked = inspect.signature(self.module_.forward).parameters
        if "domain" in asked:
            kwargs["domain"] = batch.domain
        if "missing" in asked:
            # A mask, if only of nothing, or the word that nothing is missing: either saves the
            # network a look at all values, for which a GPU would have to be waited for.
            look = (self._has_nan if has_nan is None else has_nan) or x.shape != shape
            kwargs["missing"] = look and x.new_zeros(x.shape[:2], dtype=torch.bool)
        run = run or self._run or self.module_
        if self.precision != "bf16":
            return run(x, **kwargs)
        with torch.autocast(torch.device(self.device).type, torch.bfloat16):
            output = run(x, **kwargs)
        return output.float()

    @property
    def classes_(self):
        """Codes of the classes, of which scikit-learn's scorers ask a classifier."""
        return np.arange(self.n_classes)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        if self.n_classes:
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
        return tags

    def predict(self, X):
        """Codes of the classes, or values; what scikit-learn's scorers ask of a callback's net."""
        output = self.forward(X)
        return (output if self.n_classes is None else output.argmax(1)).numpy()

    def __getstate__(self):
        # skorch would write the weights twice, and the optimizer's state, which is twice as large.
        lean = object.__new__(type(self))
        vars(lean).update(vars(self), module=None, criterion=None, optimizer_=None)
        return NeuralNet.__getstate__(lean)

    def __setstate__(self, state):
        super().__setstate__(state)
        vars(self).update(module=self.module_, criterion=self.criterion_)

    def get_iterator(self, dataset, training=False):
        """Pairs (batch, target), in order; this is how skorch's callbacks come to predictions."""
        if not isinstance(dataset, Batches):
            return super().get_iterator(dataset, training)
        return ((batch, batch.target) for batch in dataset.in_order())


def make_net(settings, module, criterion, device, padding, old=None):
    """Net of a module, ready to train, with the optimizer's state of an old net."""
    precision, optimizer = settings._runtime.precision, settings._find_optimizer()
    known = inspect.signature(optimizer).parameters
    rest = {}
    if settings.weight_decay or "weight_decay" in known:
        rest["optimizer__weight_decay"] = settings.weight_decay
    if "fused" in known and device.type in ("cpu", "cuda"):
        rest["optimizer__fused"] = True
    net = Net(
        module.to(DTYPES[precision]),
        criterion.to(DTYPES[precision]),
        precision=precision,
        n_classes=settings._n_outputs if settings._classifies else None,
        padding=padding,
        optimizer=optimizer,
        lr=settings.lr,
        max_epochs=settings.max_epochs,
        batch_size=settings.batch_size,
        callbacks=settings._all_callbacks(),
        device=str(device),
        verbose=int(settings.verbose > 1),
        **rest,
    ).initialize()
    # Unpickled, the old one has no optimizer, and training starts a new one.
    if old is not None and old.optimizer_ is not None:
        state = net.optimizer_.state_dict()
        state["state"] = old.optimizer_.state_dict()["state"]
        net.optimizer_.load_state_dict(state)
    return net
