"""ModuleClassifier: a torch module of the user's as a classifier."""

from collections.abc import Callable
from dataclasses import dataclass

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier


@dataclass(kw_only=True, eq=False, repr=False)
class ModuleClassifier(NeuralClassifier):
    """Any torch module as a classifier, with all settings of :class:`NeuralClassifier`.

    Takes trials of any shape, (n_trials, ...). Unless ``instance_ndim`` says otherwise, what the
    module sees is a batch of whole trials.

    Parameters
    ----------
    module : callable
        (shape, n_classes) -> torch module; ``shape`` is that of one instance. The module takes
        (batch, ...) and returns logits (batch, n_classes). A class will do, or a function; one at
        the top of a module can be pickled.
    instance_ndim : int, default=None
        Axes of one instance. Trials with one axis more are cut into windows, which train with
        their trial's label and whose probabilities are averaged.
    sequence : bool, default=False
        Whether the first axis of an instance is a sequence of any length, shorter ones padded
        with NaN.
    masks : bool, default=False
        Whether the module masks NaN; if its ``forward`` takes ``missing=``, it is told of missing
        steps as the modules of :mod:`sklearn_eeg.nn` are. Else NaN is refused, but for windows that
        are missing as a whole.
    **settings
        All others as in :class:`NeuralClassifier`.

    Examples
    --------
    >>> import numpy as np
    >>> from torch import nn
    >>> def linear(shape, n_classes):
    ...     return nn.Sequential(nn.Flatten(), nn.LazyLinear(n_classes))
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 20)
    >>> X = rng.normal(size=(40, 6, 10)) + y[:, None, None]
    >>> model = ModuleClassifier(module=linear, max_epochs=20, lr=0.01, random_state=0)
    >>> model.fit(X, y).score(X, y)
    1.0
    """

    module: Callable | None = None
    instance_ndim: int | None = None
    sequence: bool = False
    masks: bool = False

    @property
    def _axes(self):
        if self.instance_ndim is None:
            return ("...",)
        first = "window" if self.sequence else "*"
        return (" ".join([first, *["*"] * (self.instance_ndim - 1)]),)

    @property
    def _free(self):
        return ("segment", "window") if self.sequence or self.instance_ndim else ("segment",)

    @property
    def _masks(self):
        return self.masks

    def _module(self, shape, n_outputs):
        return self.module(shape, n_outputs)

    def _check_settings(self, name):
        super()._check_settings(name)
        if not callable(self.module):
            raise ValueError(
                f"{name}: expected module to be callable, (shape, n_classes) -> torch module, "
                f"got {self.module!r}."
            )
