"""ModuleClassifier: a torch module of the user's as a classifier."""

import inspect
from collections.abc import Callable
from typing import Any, Self

from torch import nn

from sklearn_eeg import _validation as v
from sklearn_eeg._axes import WORDS
from sklearn_eeg._engine.construction import check_extra, check_output
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier


class ModuleClassifier(NeuralClassifier):
    """Any torch module as a classifier, with all settings of :class:`NeuralClassifier`.

    Takes trials of any shape, (n_trials, ...). Unless ``axes`` says otherwise, what the module sees
    is a batch of whole trials.

    Parameters
    ----------
    module : callable, default=None
        Must be given: a module's class, or a function that returns a module; one at the top of a
        Python module can be pickled. It is given those of its parameters that are in ``settings``
        or known: ``n_outputs``; the sizes of an instance, ``n_channels``, ``n_times``,
        ``n_windows``, ``n_bands``, ``n_rows``, ``n_columns``, ``n_frames``, where there are such
        axes, and ``n_features``, all values of a window; ``sfreq`` and ``ch_names``, where they are
        known. ``n_chans`` and ``n_classes`` are other spellings. The module takes (batch, ...) and
        returns logits, (batch, n_outputs).
    settings : dict, default=None
        Arguments of the module's own, such as ``{"n_filters": 8}``; in a grid also
        ``module__n_filters``.
    axes : tuple of str, default=None
        Names of the axes of one instance, such as ``("channel", "time")``. Trials with one axis
        more are cut into windows, which train with their trial's label and whose probabilities are
        averaged. A first axis ``"window"`` is a sequence of any length, shorter ones padded with
        NaN. ``None``: a module that asks for ``n_times`` sees signals, (channel, time), another one
        whole trials of any axes.
    extra : tuple of str, default=()
        Blocks of the trials' ``extra`` that the module's ``forward`` takes by name.
    masks : bool, default=False
        Whether the module masks NaN; if its ``forward`` takes ``missing=``, it is told of missing
        steps as the modules of :mod:`sklearn_eeg.nn` are. Else NaN is refused, but for windows that
        are missing as a whole.

    Examples
    --------
    >>> import numpy as np
    >>> from torch import nn
    >>> def linear(n_channels, n_times, n_outputs):
    ...     return nn.Sequential(nn.Flatten(), nn.Linear(n_channels * n_times, n_outputs))
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 20)
    >>> X = rng.normal(size=(40, 6, 10)) + y[:, None, None]
    >>> model = ModuleClassifier(module=linear, axes=("channel", "time"), max_epochs=20, lr=0.01)
    >>> model.set_params(random_state=0).fit(X, y).score(X, y)
    1.0
    """

    module: Callable | None = None
    settings: dict | None = None
    axes: tuple | None = None
    extra: tuple = ()
    masks: bool = False

    @property
    def _model(self):
        return self.module

    def set_params(self, **params: Any) -> Self:
        """Set arguments; ``module__n_filters`` is ``n_filters`` among ``settings``.

        Parameters
        ----------
        **params

        Returns
        -------
        self
        """
        of_module = [name for name in params if name.startswith("module__")]
        own = {name.removeprefix("module__"): params.pop(name) for name in of_module}
        if own:
            params["settings"] = {**(params.get("settings", self.settings) or {}), **own}
        return super().set_params(**params)

    @property
    def _axes(self):
        if self.axes is not None:
            return (" ".join(self.axes),)
        return ("channel time",) if self._asks_for_samples else ("...",)

    @property
    def _asks_for_samples(self):
        # Who asks how many samples there are reads signals.
        return callable(self.module) and "n_times" in inspect.signature(self.module).parameters

    @property
    def _free(self):
        whole = self.axes is None and not self._asks_for_samples
        return ("segment",) if whole else ("segment", "window")

    @property
    def _masks(self):
        return self.masks

    @property
    def _extra(self):
        return self.extra

    @property
    def _own_settings(self):
        return self.settings or {}

    def _build(self, axes, shape):
        module = super()._build(axes, shape)
        check_extra(module, self.extra)
        if not self.extra:
            check_output(module, axes, shape, self._n_outputs)
        return module

    def _check_settings(self):
        super()._check_settings()
        if not callable(self.module) or isinstance(self.module, nn.Module):
            raise ValueError(
                f"expected module to be a class, or a function that returns a torch "
                f"module, got {type(self.module).__name__} as an object; give the class, and its "
                f"arguments by settings={{...}}."
            )
        if isinstance(self.axes, str):
            raise TypeError(
                f"expected axes as a tuple of words, such as {tuple(self.axes.split())}, got "
                f"{self.axes!r}."
            )
        for axis in self.axes or ():
            v.check_choice("each of axes", axis, WORDS)
        known = inspect.signature(self.module).parameters
        for setting in self.settings or ():
            v.check_choice("each of settings", setting, tuple(known))
