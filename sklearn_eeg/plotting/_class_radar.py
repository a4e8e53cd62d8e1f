"""ClassRadarDisplay: which classes are recognised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import confusion_matrix
from sklearn.utils.multiclass import unique_labels

from sklearn_eeg._labels import read_labels
from sklearn_eeg._speaker import speaking
from sklearn_eeg.plotting._predictions import FromPredictions
from sklearn_eeg.plotting._style import (
    BLUE,
    GREY,
    HALF,
    ORANGE,
    PALE,
    PLAIN,
    add_legend,
    dress_ticks,
    in_our_look,
    new_axes,
    shorten,
    tidy,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sklearn_eeg.evaluation._evaluation import Evaluation


# Columns of Evaluation.by_class, and what they are.
STATISTICS = {"accuracy": "recall", "sd": "sd"}
AXES = {"accuracy": "Accuracy", "sd": "SD over subjects"}


class ClassRadarDisplay(FromPredictions):
    r"""Accuracy on the trials of each class, a spoke a class, with a ring at chance.

    Two spokes enclose nothing: of one or two classes there are bars in its place.

    Parameters
    ----------
    accuracy : array-like of shape (n_classes,)
        Share of each class's trials that was recognised; or how these shares vary.
    display_labels : sequence of length n_classes
        Names of the classes.
    statistic : {"accuracy", "sd"}, default="accuracy"
        Which of the two it is; the second has no chance.

    Attributes
    ----------
    ax_ : matplotlib.projections.polar.PolarAxes, or matplotlib.axes.Axes of bars
    figure_ : matplotlib.figure.Figure
    points_ : matplotlib.lines.Line2D or None
        Ends of the spokes.
    outline_ : matplotlib.lines.Line2D or None
    bars_ : matplotlib.container.BarContainer or None
        In place of both.
    chance_ : matplotlib.lines.Line2D or None

    Examples
    --------
    >>> display = ClassRadarDisplay([0.9, 0.4, 0.7], ["happy", "sad", "fear"]).plot()
    >>> [label.get_text() for label in display.ax_.get_xticklabels()]
    ['happy\n90 %', 'sad\n40 %', 'fear\n70 %']
    """

    def __init__(
        self, accuracy: ArrayLike, display_labels: Sequence[Any], *, statistic: str = "accuracy"
    ) -> None:
        if statistic not in STATISTICS:
            raise ValueError(
                f"ClassRadarDisplay: expected statistic to be one of {', '.join(STATISTICS)}, got "
                f"{statistic!r}."
            )
        self.accuracy = np.asarray(accuracy, dtype=float)
        if not self.accuracy.size or self.accuracy.shape != (len(display_labels),):
            raise ValueError(
                f"ClassRadarDisplay: expected a share and a name of each class, got shape "
                f"{self.accuracy.shape} and {len(display_labels)} names."
            )
        self.display_labels = display_labels
        self.statistic = statistic

    @classmethod
    def from_evaluation(
        cls, evaluation: Evaluation, ax: Axes | None = None, *, statistic: str = "accuracy"
    ) -> Self:
        """Plot the out-of-fold predictions of an :class:`~.Evaluation`.

        Parameters
        ----------
        evaluation : Evaluation
        ax : matplotlib.axes.Axes, default=None
            As of :meth:`plot`.
        statistic : {"accuracy", "sd"}, default="accuracy"
            Share of each class's trials that was recognised, of all subjects together; or the
            standard deviation of that share over subjects.

        Returns
        -------
        ClassRadarDisplay
        """
        shares = evaluation.by_class()[STATISTICS.get(statistic, "recall")].fillna(0)
        return cls(shares, evaluation.classes, statistic=statistic).plot(ax)

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        labels: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        display_labels: Sequence[Any] | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Plot predictions against the truth.

        Parameters
        ----------
        y_true : array-like of shape (n_trials,), or votes
        y_pred : array-like of shape (n_trials,)
        labels : array-like of shape (n_classes,), default=None
            Classes, in the order to show; ``None``: all that occur, sorted.
        sample_weight : array-like of shape (n_trials,), default=None
            What each trial counts.
        display_labels : sequence of length n_classes, default=None
            Names of the classes; ``None``: the labels.
        ax : matplotlib.axes.Axes, default=None
            As of :meth:`plot`.

        Returns
        -------
        ClassRadarDisplay

        Examples
        --------
        >>> y_true, y_pred = ["sad", "sad", "fear", "joy"], ["sad", "joy", "fear", "joy"]
        >>> ClassRadarDisplay.from_predictions(y_true, y_pred).accuracy
        array([1. , 1. , 0.5])
        """
        with speaking(cls.__name__):
            y_true = read_labels(y_true, len(y_pred))[1]
        labels = unique_labels(y_true, y_pred) if labels is None else labels
        shares = confusion_matrix(
            y_true, y_pred, labels=labels, sample_weight=sample_weight, normalize="true"
        )
        return cls(np.diag(shares), labels if display_labels is None else display_labels).plot(ax)

    @in_our_look
    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure. Axes of pyplot that are not polar are replaced by such
            as are, in the same place, and polar ones where bars are drawn: ``ax_`` is what was
            drawn in.

        Returns
        -------
        self
        """
        is_radar = len(self.display_labels) > 2
        shape = "polar" if is_radar else "rectilinear"
        if ax is None:
            size = (HALF, 3.0) if is_radar else (HALF, 1.6)
            ax = new_axes(*size, subplot_kw={"projection": shape})
        elif ax.name != shape:
            ax = _replace(ax, shape)
        self.points_ = self.outline_ = self.bars_ = self.chance_ = None
        if is_radar:
            self._plot_spokes(ax)
        else:
            self._plot_bars(ax)
        if self.chance_ is not None:
            # Below the names.
            place = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.16)} if is_radar else {}
            add_legend(ax, ncols=1, **place)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _plot_spokes(self, ax):
        n = len(self.display_labels)
        angle = 2 * np.pi * np.arange(n) / n
        ax.set_theta_zero_location("N")
        ax.set_theta_direction(-1)
        if self.statistic == "accuracy":
            look = {"color": ORANGE, "linestyle": "--", "label": f"chance {1 / n:.2f}"}
            (self.chance_,) = ax.plot(np.linspace(0, 2 * np.pi, 200), np.full(200, 1 / n), **look)
        closed = [*range(n), 0]
        ax.fill(angle[closed], self.accuracy[closed], color=BLUE, alpha=0.15, linewidth=0)
        (self.outline_,) = ax.plot(angle[closed], self.accuracy[closed], color=BLUE, linewidth=1.2)
        ax.vlines(angle, 0, self.accuracy, color=BLUE, linewidth=1.2)
        look = {"color": BLUE, "markersize": 4, "clip_on": False}
        (self.points_,) = ax.plot(angle, self.accuracy, "o", **look)
        rim = self._rim
        ticks = ["", f"{50 * rim:.0f} %", "", f"{100 * rim:.0f} %"]
        ax.set_yticks(rim * np.array([0.25, 0.5, 0.75, 1]), ticks, color=GREY)
        ax.set_rlabel_position(180 / n)
        ax.set_ylim(0, rim)
        dress_ticks(ax)
        ax.set_xticks(angle, self._texts("\n"), **PLAIN)
        ax.tick_params(axis="x", pad=4)
        for label, where in zip(ax.get_xticklabels(), angle, strict=True):
            # Away from the rim, however long a name is.
            side = round(np.sin(where), 6)
            label.set_horizontalalignment("left" if side > 0 else "right" if side < 0 else "center")
        ax.grid(color=PALE)
        ax.spines["polar"].set_color(PALE)

    def _plot_bars(self, ax):
        n, rim = len(self.display_labels), self._rim
        tidy(ax, grid="x")
        self.bars_ = ax.barh(range(n), self.accuracy, height=0.5, color=BLUE)
        if self.statistic == "accuracy":
            look = {"color": ORANGE, "linestyle": "--", "label": f"chance {1 / n:.2f}"}
            self.chance_ = ax.axvline(1 / n, **look)
        ax.set_yticks(range(n), self._texts("  "), **PLAIN)
        ax.set(xlim=(0, rim), ylim=(n - 0.4, -0.6), xlabel=AXES[self.statistic])

    @property
    def _rim(self):
        if self.statistic == "accuracy":
            return max(1.0, self.accuracy.max())
        # A whole number of tenths.
        return max(np.ceil(round(10 * self.accuracy.max(), 6)), 1) / 10

    def _texts(self, between):
        names = zip(shorten(self.display_labels, 14), self.accuracy, strict=True)
        return [f"{name}{between}{100 * share:.0f} %" for name, share in names]


def _replace(ax, shape):
    """Axes of another shape in the place of some."""
    figure, spec, place = ax.figure, ax.get_subplotspec(), ax.get_position()
    ax.remove()
    if spec is None:
        return figure.add_axes(place, projection=shape)
    return figure.add_subplot(spec, projection=shape)
