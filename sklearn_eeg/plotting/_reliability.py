"""ReliabilityDisplay: whether a probability of 0.8 is right in eight of ten cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import _safe_indexing

from sklearn_eeg._labels import read_labels
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data
from sklearn_eeg.metrics import reliability_curve
from sklearn_eeg.plotting._predictions import ask_folds
from sklearn_eeg.plotting._style import (
    BLUE,
    GREY,
    HALF,
    add_legend,
    in_our_look,
    new_axes,
    tidy,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sklearn_eeg.evaluation._evaluation import Evaluation


# Of the standard normal, for 95 %.
Z = 1.959964


class ReliabilityDisplay:
    """How often predictions are right against how sure they are, and the calibration error.

    A point is a bin of predictions, of an area that grows with their number; its bar is Wilson's
    interval of 95 % of the accuracy. Points below the diagonal are of a model that is too sure.

    Parameters
    ----------
    accuracy, confidence : array-like of shape (n_bins,)
        Means of each bin.
    counts : array-like of int of shape (n_bins,)
        Predictions in each.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    diagonal_, line_ : matplotlib.lines.Line2D
    bars_ : matplotlib.collections.LineCollection
    points_ : matplotlib.collections.PathCollection

    References
    ----------
    Guo et al. (2017), On calibration of modern neural networks, ICML, eq. 3 and figure 1.
    Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA
    22:209-212.

    Examples
    --------
    >>> display = ReliabilityDisplay([0.5, 0.6, 0.8], [0.55, 0.75, 0.95], [10, 20, 30]).plot()
    >>> round(display.calibration_error, 3)
    0.133
    """

    def __init__(self, accuracy: ArrayLike, confidence: ArrayLike, counts: ArrayLike) -> None:
        self.accuracy = np.asarray(accuracy, dtype=float)
        self.confidence = np.asarray(confidence, dtype=float)
        self.counts = np.asarray(counts)
        shapes = {array.shape for array in (self.accuracy, self.confidence, self.counts)}
        if (
            len(shapes) > 1
            or self.counts.ndim != 1
            or not (self.counts.size and self.counts.min() > 0)
        ):
            raise ValueError(
                f"ReliabilityDisplay: expected accuracy, confidence and count of each bin that "
                f"has any, got "
                f"shapes {self.accuracy.shape}, {self.confidence.shape} and {self.counts.shape}."
            )

    @classmethod
    def from_evaluation(
        cls, evaluation: Evaluation, ax: Axes | None = None, **settings: Any
    ) -> Self:
        """Plot the out-of-fold probabilities of an :class:`~.Evaluation`.

        Of trials that were tested several times, such as by several seeds, the first counts.

        Parameters
        ----------
        evaluation : Evaluation
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.
        **settings
            ``n_bins`` and ``strategy`` of :meth:`from_predictions`.

        Returns
        -------
        ReliabilityDisplay

        Raises
        ------
        ValueError
            What was evaluated has no probabilities.
        """
        table, classes = evaluation.predictions.drop_duplicates("trial"), evaluation.classes
        columns = [f"p({label})" for label in classes]
        if not set(columns) <= set(table):
            raise ValueError(
                f"{cls.__name__}: expected an evaluation of a classifier with probabilities, got "
                f"one without; of a support vector machine, evaluate CalibratedClassifierCV."
            )
        probabilities = table[columns].to_numpy()
        return cls.from_predictions(
            table["true"].to_numpy(), probabilities, classes=classes, ax=ax, **settings
        )

    @classmethod
    def from_estimator(cls, estimator: Any, X: Data, y: ArrayLike, **settings: Any) -> Self:
        """Plot how far the probabilities of a fitted classifier hold.

        Parameters
        ----------
        estimator : fitted classifier or Pipeline
            With ``predict_proba``.
        X : Trials, array or list
            Of subjects that it was not fitted on.
        y : array-like of shape (n_trials,), or votes
            True labels.
        **settings
            As of :meth:`from_predictions`.

        Returns
        -------
        ReliabilityDisplay
        """
        probabilities = estimator.predict_proba(X)
        return cls.from_predictions(y, probabilities, classes=estimator.classes_, **settings)

    @classmethod
    def from_cv_results(
        cls, cv_results: dict[str, Any], X: Data, y: ArrayLike, **settings: Any
    ) -> Self:
        """Plot how far the probabilities hold that each fold's classifier gave to its test trials.

        Parameters
        ----------
        cv_results : dict
            Of :func:`sklearn.model_selection.cross_validate` with ``return_estimator=True`` and
            ``return_indices=True``.
        X : Trials, array or list
            What was cross-validated.
        y : array-like of shape (n_trials,), or votes
            True labels.
        **settings
            As of :meth:`from_predictions`.

        Returns
        -------
        ReliabilityDisplay

        Raises
        ------
        ValueError
            The results have no estimators or no indices, or folds know different classes.
        """
        with speaking(cls.__name__):
            classes = _shared_classes(cv_results.get("estimator", ()))
            rows, probabilities = ask_folds(
                cv_results, X, lambda model, part: model.predict_proba(part)
            )
        return cls.from_predictions(
            _safe_indexing(y, rows), probabilities, classes=classes, **settings
        )

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_proba: ArrayLike,
        *,
        classes: ArrayLike | None = None,
        n_bins: int = 10,
        strategy: str = "uniform",
        ax: Axes | None = None,
    ) -> Self:
        """Plot probabilities against the truth.

        Parameters
        ----------
        y_true : array-like of shape (n_trials,), or votes
        y_proba : array-like of shape (n_trials, n_classes), or (n_trials,)
            Probability of each class; of one number a trial, that of the second class.
        classes : array-like of shape (n_classes,), default=None
            Labels of the columns; ``None``: those that occur, sorted.
        n_bins : int, default=10
        strategy : {"uniform", "quantile"}, default="uniform"
            Bins of equal width, or of equal number.
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.

        Returns
        -------
        ReliabilityDisplay

        Raises
        ------
        ValueError
            Probabilities are not in [0, 1], do not line up with the trials or with the classes.

        Examples
        --------
        >>> display = ReliabilityDisplay.from_predictions([0, 1, 1, 0], [0.1, 0.9, 0.7, 0.7])
        >>> display.accuracy.tolist(), display.counts.tolist()
        ([0.5, 1.0], [2, 2])
        """
        with speaking(cls.__name__):
            probabilities = np.asarray(y_proba, dtype=float)
            if probabilities.ndim == 1:
                probabilities = np.column_stack([1 - probabilities, probabilities])
            truth = read_labels(y_true, len(probabilities))[1]
            classes = np.unique(truth) if classes is None else np.asarray(classes)
            if probabilities.shape != (len(truth), len(classes)):
                raise ValueError(
                    f"expected a probability of each of {len(classes)} classes, got shape "
                    f"{np.shape(y_proba)}; give classes=, the labels of the columns."
                )
            correct = classes[probabilities.argmax(axis=1)] == truth
            curve = reliability_curve(
                correct, probabilities.max(axis=1), n_bins=n_bins, strategy=strategy
            )
        return cls(*curve).plot(ax)

    @property
    def calibration_error(self) -> float:
        """Mean over predictions of how far bins are from the diagonal (ECE)."""
        return float(np.average(np.abs(self.accuracy - self.confidence), weights=self.counts))

    @in_our_look
    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.

        Returns
        -------
        self
        """
        ax = new_axes(HALF, 3.1) if ax is None else ax
        tidy(ax)
        look = {"color": GREY, "linestyle": "--", "linewidth": 1, "label": "calibrated"}
        (self.diagonal_,) = ax.plot([0, 1], [0, 1], **look)
        low, high = wilson_interval(self.accuracy, self.counts)
        self.bars_ = ax.vlines(self.confidence, low, high, color=BLUE, linewidth=0.9)
        label = f"ECE {self.calibration_error:.3f}, {self.counts.sum()} predictions"
        (self.line_,) = ax.plot(self.confidence, self.accuracy, color=BLUE, label=label)
        area = 12 + 90 * self.counts / self.counts.max()
        look = {"color": BLUE, "edgecolors": "white", "linewidths": 0.6, "zorder": 3}
        self.points_ = ax.scatter(self.confidence, self.accuracy, area, clip_on=False, **look)
        ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="Confidence", ylabel="Accuracy")
        ax.set_aspect("equal")
        add_legend(ax, ncols=1)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _shared_classes(models):
    """Classes that all know."""
    known = {tuple(model.classes_.tolist()): model.classes_ for model in models}
    if len(known) > 1:
        words = " and ".join(", ".join(map(str, classes)) for classes in known)
        raise ValueError(
            f"expected folds trained on the same classes, got {words}; stratify the split."
        )
    return next(iter(known.values()), None)


def wilson_interval(share, n):
    """Interval of 95 % of a share of n.

    Examples
    --------
    >>> low, high = wilson_interval(np.array([0.5, 1.0]), np.array([10, 10]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.237, 0.722], [0.763, 1.0])
    """
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return middle - half, middle + half
