"""ClassRadarDisplay: which classes are recognised."""

import numpy as np

from sklearn_eeg.plotting._style import BLUE, GREY, INK, ORANGE, PALE, PLAIN, as_text, new_axes


class ClassRadarDisplay:
    r"""Accuracy on the trials of each class, a spoke a class, with a ring at chance.

    Parameters
    ----------
    accuracy : array-like of shape (n_classes,)
        Share of each class's trials that was recognised.
    labels : sequence of length n_classes
        Names of the classes.

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

    def __init__(self, accuracy, labels):
        self.accuracy = np.asarray(accuracy, dtype=float)
        self.labels = labels

    @classmethod
    def from_evaluation(cls, evaluation, ax=None):
        """Plot the out-of-fold predictions of an :class:`~.Evaluation`, all subjects together."""
        recall = np.diag(evaluation.confusion_matrix("true"))
        return cls(recall, evaluation.classes).plot(ax)

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
        n = len(self.labels)
        angle = 2 * np.pi * np.arange(n) / n
        ax.set_theta_zero_location("N")
        ax.set_theta_direction(-1)
        ring = np.linspace(0, 2 * np.pi, 200)
        ax.plot(
            ring, np.full(200, 1 / n), color=ORANGE, linestyle="--", label=f"chance {1 / n:.2f}"
        )
        closed = [*range(n), 0]
        ax.fill(angle[closed], self.accuracy[closed], color=BLUE, alpha=0.15, linewidth=0)
        ax.plot(angle[closed], self.accuracy[closed], color=BLUE, linewidth=1.5)
        ax.vlines(angle, 0, self.accuracy, color=BLUE, linewidth=1.5)
        ax.plot(angle, self.accuracy, "o", color=BLUE)
        names = zip(self.labels, self.accuracy, strict=True)
        texts = [f"{as_text(label)}\n{100 * share:.0f} %" for label, share in names]
        ax.set_xticks(angle, texts, **PLAIN)
        ax.set_yticks([0.25, 0.5, 0.75, 1], ["", "50 %", "", "100 %"], color=GREY, fontsize=8)
        ax.set_rlabel_position(180 / n)
        ax.set_ylim(0, 1)
        ax.tick_params(axis="x", labelcolor=INK, pad=12)
        ax.grid(color=PALE)
        ax.spines["polar"].set_color(PALE)
        ax.legend(frameon=False, loc="lower right", bbox_to_anchor=(1.15, -0.12), labelcolor=INK)
        self.ax_, self.figure_ = ax, ax.figure
        return self
