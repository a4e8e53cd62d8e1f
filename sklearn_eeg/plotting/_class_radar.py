"""ClassRadarDisplay: which classes are recognised."""

import numpy as np
from sklearn.metrics import confusion_matrix
from sklearn.utils.multiclass import unique_labels

from sklearn_eeg._labels import read_labels
from sklearn_eeg._speaker import speaking
from sklearn_eeg.plotting._style import BLUE, GREY, INK, ORANGE, PALE, PLAIN, as_text, new_axes

# Columns of Evaluation.by_class, and what the rim stands for.
STATISTICS = {"accuracy": "recall", "sd": "sd"}
RIMS = {"accuracy": 1.0, "sd": 0.5}


class ClassRadarDisplay:
    r"""Accuracy on the trials of each class, a spoke a class, with a ring at chance.

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
    ax_ : matplotlib.projections.polar.PolarAxes
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> display = ClassRadarDisplay([0.9, 0.4, 0.7], ["happy", "sad", "fear"]).plot()
    >>> [label.get_text() for label in display.ax_.get_xticklabels()]
    ['happy\n90 %', 'sad\n40 %', 'fear\n70 %']
    """

    def __init__(self, accuracy, display_labels, *, statistic="accuracy"):
        if statistic not in STATISTICS:
            raise ValueError(
                f"ClassRadarDisplay: expected statistic to be one of {', '.join(STATISTICS)}, got "
                f"{statistic!r}."
            )
        self.accuracy = np.asarray(accuracy, dtype=float)
        self.display_labels = display_labels
        self.statistic = statistic

    @classmethod
    def from_evaluation(cls, evaluation, ax=None, *, statistic="accuracy"):
        """Plot the out-of-fold predictions of an :class:`~.Evaluation`.

        Parameters
        ----------
        evaluation : Evaluation
        ax : matplotlib.projections.polar.PolarAxes, default=None
            Where; ``None`` makes a figure.
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
    def from_estimator(cls, estimator, X, y, **settings):
        """Plot what a fitted classifier makes of trials.

        Parameters
        ----------
        estimator : fitted classifier or Pipeline
        X : Trials, array or list
        y : array-like of shape (n_trials,), or votes
            True labels.
        **settings
            As of :meth:`from_predictions`.

        Returns
        -------
        ClassRadarDisplay
        """
        return cls.from_predictions(y, estimator.predict(X), **settings)

    @classmethod
    def from_predictions(
        cls, y_true, y_pred, *, labels=None, sample_weight=None, display_labels=None, ax=None
    ):
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
        ax : matplotlib.projections.polar.PolarAxes, default=None
            Where; ``None`` makes a figure.

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

    def plot(self, ax=None):
        """Draw.

        Parameters
        ----------
        ax : matplotlib.projections.polar.PolarAxes, default=None
            Where; ``None`` makes a figure.

        Returns
        -------
        self
        """
        if ax is None:
            ax = new_axes(figsize=(4.6, 4.6), subplot_kw={"projection": "polar"})
        n = len(self.display_labels)
        angle = 2 * np.pi * np.arange(n) / n
        ax.set_theta_zero_location("N")
        ax.set_theta_direction(-1)
        if self.statistic == "accuracy":
            ring, label = np.linspace(0, 2 * np.pi, 200), f"chance {1 / n:.2f}"
            ax.plot(ring, np.full(200, 1 / n), color=ORANGE, linestyle="--", label=label)
        closed = [*range(n), 0]
        ax.fill(angle[closed], self.accuracy[closed], color=BLUE, alpha=0.15, linewidth=0)
        ax.plot(angle[closed], self.accuracy[closed], color=BLUE, linewidth=1.5)
        ax.vlines(angle, 0, self.accuracy, color=BLUE, linewidth=1.5)
        ax.plot(angle, self.accuracy, "o", color=BLUE)
        names = zip(self.display_labels, self.accuracy, strict=True)
        texts = [f"{as_text(label)}\n{100 * share:.0f} %" for label, share in names]
        ax.set_xticks(angle, texts, **PLAIN)
        rim = max(RIMS[self.statistic], *self.accuracy)
        ticks = ["", f"{50 * rim:.0f} %", "", f"{100 * rim:.0f} %"]
        ax.set_yticks(rim * np.array([0.25, 0.5, 0.75, 1]), ticks, color=GREY, fontsize=8)
        ax.set_rlabel_position(180 / n)
        ax.set_ylim(0, rim)
        ax.tick_params(axis="x", labelcolor=INK, pad=12)
        ax.grid(color=PALE)
        ax.spines["polar"].set_color(PALE)
        if self.statistic == "accuracy":
            ax.legend(
                frameon=False, loc="lower right", bbox_to_anchor=(1.15, -0.12), labelcolor=INK
            )
        self.ax_, self.figure_ = ax, ax.figure
        return self
