"""The engine for trials with targets."""

from typing import TYPE_CHECKING, ClassVar, Self

from numpy.typing import ArrayLike

from sklearn_eeg._engine.alignments import check_alignment, find_alignment
from sklearn_eeg._engine.calibration import Calibration
from sklearn_eeg._engine.network_module import NetworkModule
from sklearn_eeg._engine.neural_estimator import NeuralEstimator
from sklearn_eeg._engine.settings import TargetSettings
from sklearn_eeg._engine.unlabelled import check_unlabelled, set_aside
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data

if TYPE_CHECKING:
    from sklearn_eeg.trials import Unlabelled


class SupervisedEstimator(Calibration, TargetSettings, NeuralEstimator):
    """What :class:`NeuralClassifier` and :class:`NeuralRegressor` share."""

    _losses: ClassVar[tuple[str, ...]] = ()

    def fit(
        self,
        X: Data,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        X_target: "Unlabelled | None" = None,
    ) -> Self:
        """Train on trials.

        Parameters
        ----------
        X : array, list of arrays or Trials
            In a shape of the class's documentation; with one axis more, its first axis is windows.
            Trials that their metadata mark as ``unlabelled`` are the target, whose ``y`` nobody
            reads; without anything that adapts they are left out.
        y : array-like
            A target for each trial.
        sample_weight : array-like of shape (n_trials,), default=None
            Whole numbers are counts: a weight of three is three copies, of zero none. Others
            multiply the loss.
        groups : array-like of shape (n_trials,), default=None
            Subject of each trial, for ``validation``; ``None``: what the trials carry.
        X_target : Unlabelled, default=None
            Of :mod:`sklearn_eeg.trials`: trials of the target domain, for ``alignment`` or for a
            network that adapts by itself; ``None``: those marked as ``unlabelled``.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            A setting, the data or the targets are not what is expected; the sentence says which.
        FloatingPointError
            The loss became infinite or NaN.
        """
        with speaking(type(self).__name__):
            self._check_settings()
            X, y, sample_weight, groups, marked = set_aside(X, y, sample_weight, groups)
            if marked is not None and X_target is not None:
                raise ValueError(
                    "expected one target, got X_target and trials marked as unlabelled; leave one "
                    "of them out."
                )
            X_target = marked if marked is not None and self._uses_target else X_target
            check_unlabelled(X_target, self.alignment, self._adapts, self._runtime.compile)
            return self._fit_network(X, y, sample_weight, groups, X_target)

    @property
    def _adapts(self):
        """Whether the network has a loss of its own between domains."""
        return hasattr(getattr(self._model, "func", self._model), "domain_loss")

    @property
    def _uses_target(self):
        """Whether trials of a target would change anything."""
        with speaking(type(self).__name__):
            check_alignment(self.alignment)
        return self._adapts or find_alignment(self.alignment).needs_target

    def _network_to_torch(self, shape, temperature=None):
        if self._extra:
            raise ValueError(
                f"expected one input in a graph, got a network that takes {self._extra} of the "
                f"trials' extra too; choose one of a single input."
            )
        flat = (*[1] * (len(self._main) - 1), *shape) if self._is_flat(self.axes_) else None
        return NetworkModule(self.module_, self.net_.padding, flat, temperature)

    def _objective(self, has_target):
        return find_alignment(self.alignment)
