"""ConfusionMatrixDisplay: counts and shares of each true class."""

import numpy as np

from sklearn_eeg.plotting._style import GREY, INK, PLAIN, as_text, new_axes


class ConfusionMatrixDisplay:
    r"""Confusion matrix with the count and the share of the true class in each cell.

    scikit-learn's own display shows one of the two.

    Parameters
    ----------
    counts : array-like of shape (n_classes, n_classes)
        Trials by true (rows) and predicted class.
    labels : sequence of length n_classes
        Names of the classes.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> display = ConfusionMatrixDisplay([[8, 2], [5, 5]], ["rest", "task"]).plot()
    >>> [text.get_text() for text in display.ax_.texts]
    ['8\n80 %', '2\n20 %', '5\n50 %', '5\n50 %']
    """

    def __init__(self, counts, labels):
        self.counts = np.asarray(counts)
        self.labels = labels

    @classmethod
    def from_evaluation(cls, evaluation, ax=None):
        """Plot the out-of-fold predictions of an :class:`~.Evaluation`."""
        return cls(evaluation.confusion_matrix(), evaluation.classes).plot(ax)

    def plot(self, ax=None):
        """Draw.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.

        Returns
        -------
        self
        """
        n = len(self.labels)
        ax = new_axes(figsize=(2.2 + 0.85 * n, 1.6 + 0.85 * n)) if ax is None else ax
        totals = self.counts.sum(axis=1, keepdims=True)
        shares = self.counts / np.maximum(totals, 1)
        image = ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for (row, column), share in np.ndenumerate(shares):
            text = f"{self.counts[row, column]}\n{100 * share:.0f} %"
            color = "white" if share > 0.6 else INK
            ax.text(column, row, text, ha="center", va="center", color=color)
        names = [as_text(label) for label in self.labels]
        ax.set_xticks(range(n), names, **PLAIN)
        ax.set_yticks(range(n), names, **PLAIN)
        ax.set(xlabel="Predicted class", ylabel="True class")
        ax.tick_params(length=0, labelcolor=INK)
        ax.spines[:].set_visible(False)
        bar = ax.figure.colorbar(image, ax=ax, fraction=0.046, pad=0.04, ticks=[0, 0.5, 1])
        bar.ax.set_yticklabels(["0 %", "50 %", "100 %"])
        bar.set_label("Share of the true class")
        bar.outline.set_visible(False)
        bar.ax.tick_params(color=GREY, labelcolor=INK)
        self.ax_, self.figure_ = ax, ax.figure
        return self
