"""SignalTransformer: what every step does around its own arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.utils import get_tags
from sklearn.utils._set_output import _wrap_data_with_container
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from sklearn_eeg import _on_disk as on_disk
from sklearn_eeg._axes import read_axes
from sklearn_eeg._constraints import check_arguments
from sklearn_eeg._door import NAMELESS, VOLTS, Door
from sklearn_eeg._kinds import is_epochs, is_list_of_epochs
from sklearn_eeg._mne import like_epochs
from sklearn_eeg._sklearn import BaseEstimator, TransformerMixin
from sklearn_eeg._speaker import speaking
from sklearn_eeg._twins import Pointwise
from sklearn_eeg._typing import Data
from sklearn_eeg._units import MICROVOLTS
from sklearn_eeg.trials import Trials, Unlabelled

if TYPE_CHECKING:
    import torch


class SignalTransformer(TransformerMixin, Door, BaseEstimator, auto_wrap_output_keys=None):
    """Base of every step: checks what comes in, returns the kind it got. Think before adding here.

    A subclass checks its arguments in ``_fit(trials)`` and applies in ``_transform(trials)``, both
    behind the door: Trials of finite floats, of the layout seen in ``fit``, with named axes.
    """

    # What each argument may be.
    _arguments: ClassVar[dict] = {}
    # Whether what becomes of a trial depends on it and on the arguments alone, not on the trials
    # of fit or those beside it; so trials may be treated some at a time, and before any split.
    _stateless = False
    # Whether what comes out of a stateless step is a view of what came in.
    _only_looks = False
    # Axes whose entries are treated each by itself, where trials may differ along them from fit.
    _pointwise: tuple[str, ...] = ()
    # Methods whose answers depend on their arguments alone, and which a stream asks once.
    _planned: tuple[str, ...] = ()
    # What a stream takes in place of the step.
    _instead = "leave it out"
    # What a graph takes in place of the step.
    _outside = "run it before the graph, and export the steps behind it"

    def fit(self, X: Data, y: Any = None) -> Self:
        """Check the arguments and record what the data are.

        Parameters
        ----------
        X : array, list of arrays, Trials or mne.BaseEpochs
            Trials, in the layout of the class's documentation.
        y : ignored

        Returns
        -------
        self
        """
        with speaking(type(self).__name__):
            check_arguments(self, self._arguments)
            # What learns nothing need not read all that lies on disk.
            one_is_enough = self._stateless and on_disk.lies_on_disk(X)
            self._fit(self._open(X[:1] if one_is_enough else X, reset=True))
        return self

    def transform(self, X: Data) -> Any:
        """Apply the step to each trial.

        Parameters
        ----------
        X : array, list of arrays, Trials, Unlabelled or mne.BaseEpochs
            Trials of the layout, rate and channels seen in ``fit``.

        Returns
        -------
        The kind that came in, one entry a trial, in the same order. Epochs stay epochs, with their
        events, while they are signals; after that they are Trials. One row of numbers a trial is a
        table where ``set_output`` asks for one.
        """
        check_is_fitted(self)
        with speaking(type(self).__name__):
            held = X.trials if isinstance(X, Unlabelled) else X
            if self._stateless and on_disk.lies_on_disk(held):
                return self._close(self._transform_on_disk(held), X)
            return self._close(self._transform(self._open(X, reset=False)), X)

    def stream(self, along: str = "time", calibration: Data = None) -> Any:
        """Return what the fitted step is on a stream, for :func:`sklearn_eeg.streaming.to_stream`.

        Parameters
        ----------
        along : {"time", "window", "trial"}, default="time"
            What comes in one after the other: samples, windows, or sequences of windows.
        calibration : Trials, default=None
            Trials of the person, as they come into this step, for steps that learn from them.

        Returns
        -------
        twin
            ``push(block)`` and ``close()`` return Trials, or ``None``.

        Raises
        ------
        ValueError
            The step needs what comes later.
        """
        check_is_fitted(self)
        with speaking(type(self).__name__):
            return self._stream(along, calibration)

    def _stream(self, along, calibration):
        apart = along == "trial" and not get_tags(self).non_deterministic
        if apart or (along in self._pointwise and along in self._free):
            return Pointwise(self, along)
        raise ValueError(
            f"expected a step that needs nothing later to follow a stream {along} by {along}, got "
            f"{self!r}, which sees a trial as a whole; {self._instead}."
        )

    def to_torch(self, shape: tuple[int, ...]) -> torch.nn.Module:
        """Return the fitted step as a torch module, for :func:`sklearn_eeg.export.export_onnx`.

        Parameters
        ----------
        shape : tuple of int
            Of one trial that comes in.

        Returns
        -------
        torch.nn.Module
            Tensors (batch, ...) to what ``transform`` makes of them, in single precision.
            Where ``transform`` would refuse a trial it may give NaN.

        Raises
        ------
        ValueError
            The step is no arithmetic that a graph can hold.
        """
        check_is_fitted(self)
        with speaking(type(self).__name__):
            return self._to_torch(self._check_shape(shape))

    def _check_shape(self, shape):
        shape = tuple(shape)
        layout = self.layout_ if len(self.layout_) == len(shape) else (None,) * len(shape)
        known = all(n in (None, found) for n, found in zip(layout, shape, strict=True))
        if len(shape) != len(self.layout_) or not known:
            raise ValueError(
                f"expected the shape of one trial as in fit, {self.layout_} where None may be any "
                f"length, got {shape}."
            )
        return shape

    def _to_torch(self, shape):
        raise ValueError(f"expected steps that a graph can hold, got {self!r}; {self._outside}.")

    @staticmethod
    def _arithmetic(function, **constants):
        """Module of a function of a tensor and of constants."""
        from sklearn_eeg._modules import Arithmetic

        return Arithmetic(function, **constants)

    def fit_transform(self, X: Data, y: Any = None) -> Any:
        """Fit, then transform the same trials; see ``fit`` and ``transform``."""
        return self.fit(X, y).transform(X)

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> np.ndarray:
        """Names of what comes out: channels, features, or both joined (``Fp1_delta``).

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of what went in, if the data carried none.

        Returns
        -------
        ndarray of str
        """
        check_is_fitted(self)
        if input_features is None and self.ch_names_ is not None:
            names = self._names_in()
        else:
            names = list(_check_feature_names_in(self, input_features))
        with speaking(type(self).__name__):
            return np.asarray(self._names_out(names), dtype=object)

    def _fit(self, trials):
        """Check the arguments; learn, if there is something to learn."""

    def _transform(self, trials):
        """Return the trials with new data and with what else changed."""
        raise NotImplementedError(f"{type(self).__name__} has no _transform.")

    def _transform_on_disk(self, trials):
        """Trials on disk, as views of theirs or some at a time."""
        shown = None
        if self._only_looks:
            shown = on_disk.view(trials, self._open(trials[:1], reset=False), self._transform)
        return shown or on_disk.transform_blocks(
            trials, lambda block: self._transform(self._open(block, reset=False))
        )

    def _names_in(self):
        if not self.features_in_:
            return list(self.ch_names_)
        return [f"{channel}_{name}" for channel in self.ch_names_ for name in self.features_in_]

    def _names_out(self, names):
        return names

    def _close(self, trials, X):
        if len(trials.axes) != trials.ndim - 1:
            raise RuntimeError(
                f"{type(self).__name__}: axes {trials.axes} of data of {trials.ndim - 1} axes."
            )
        if isinstance(X, Unlabelled):
            known = isinstance(X.trials, Trials)
            return Unlabelled(trials if known else self._close(trials, X.trials))
        if is_epochs(X) and _is_potential(trials):
            return like_epochs(trials, X)
        data = table = trials.data
        if trials.ndim == 2 and not trials.is_ragged and not trials.is_tensor:
            table = _wrap_data_with_container("transform", data, X, self)
        if isinstance(X, Trials) or is_epochs(X) or is_list_of_epochs(X):
            return trials if table is data else table
        if self._lacks_names(trials):
            NAMELESS.note(table)
        if X in VOLTS:
            VOLTS.note(table)
        return table

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = read_axes(self._takes, 1) is not None
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = self._allow_nan == "any"
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def is_stateless(step):
    """Whether a step, or each step of a pipeline, learns nothing and treats each trial alone."""
    if hasattr(step, "steps"):
        return all(is_stateless(each) for _, each in step.steps)
    return step is None or step == "passthrough" or getattr(step, "_stateless", False) is True


def check_stateless(step, remedy):
    """Refuse a step, or one of a pipeline, that learns from other trials; by its name."""
    if not is_stateless(step):
        steps = [each for _, each in step.steps] if hasattr(step, "steps") else [step]
        learning = next(each for each in steps if not is_stateless(each))
        raise TypeError(
            f"expected steps that treat each trial by itself, got {type(learning).__name__}, which "
            f"learns from other trials, or does not say that it does not; {remedy}."
        )


def clone_plain(transformer):
    """Clone that gives Trials for Trials, whatever table is asked for outside."""
    twin = clone(transformer)
    # A pipeline of steps of which some give no tables would refuse to pass this on to the others.
    for step in _steps_of(twin):
        if hasattr(step, "set_output"):
            step.set_output(transform="default")
    return twin


def _steps_of(transformer):
    if not hasattr(transformer, "steps"):
        return [transformer]
    return [each for _, step in transformer.steps for each in _steps_of(step)]


def _is_potential(trials):
    """Whether these are signals that MNE has a place for."""
    return trials.axes == ("channel", "time") and trials.unit in MICROVOLTS
