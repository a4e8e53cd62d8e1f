"""ConfusionMatrixDisplay: counts and shares of each class."""

import numpy as np
from sklearn.metrics import confusion_matrix
from sklearn.utils.multiclass import unique_labels

from sklearn_eeg._labels import read_labels
from sklearn_eeg._speaker import speaking
from sklearn_eeg.plotting._style import GREY, INK, PLAIN, as_text, new_axes

# Axes that a share is of.
WHOLES = {"true": 1, "pred": 0, "all": None}
WORDS = {"true": "the true class", "pred": "the predicted class", "all": "all trials"}


class ConfusionMatrixDisplay:
    r"""Confusion matrix with the count and a share in each cell.

    scikit-learn's own display shows one of the two.

    Parameters
    ----------
    confusion_matrix : array-like of shape (n_classes, n_classes)
        Trials by true (rows) and predicted class.
    display_labels : sequence of length n_classes, default=None
        Names of the classes; ``None`` numbers them.
    normalize : {"true", "pred", "all"}, default="true"
        What each cell's share, and its colour, is of.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    im_ : matplotlib.image.AxesImage
    text_ : ndarray of matplotlib.text.Text, of shape (n_classes, n_classes)

    Raises
    ------
    ValueError
        The share is of something else.

    Examples
    --------
    >>> display = ConfusionMatrixDisplay([[8, 2], [5, 5]], ["rest", "task"]).plot()
    >>> [text.get_text() for text in display.ax_.texts]
    ['8\n80 %', '2\n20 %', '5\n50 %', '5\n50 %']
    """

    def __init__(self, confusion_matrix, display_labels=None, *, normalize="true"):
        if normalize not in WHOLES:
            raise ValueError(
                f"ConfusionMatrixDisplay: expected normalize to be one of {', '.join(WHOLES)}, "
                f"got {normalize!r}; counts are shown beside the shares."
            )
        self.confusion_matrix = np.asarray(confusion_matrix)
        self.display_labels = display_labels
        self.normalize = normalize

    @classmethod
    def from_evaluation(cls, evaluation, ax=None, *, normalize="true"):
        """Plot the out-of-fold predictions of an :class:`~.Evaluation`."""
        counts = evaluation.confusion_matrix()
        return cls(counts, evaluation.classes, normalize=normalize).plot(ax)

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
        ConfusionMatrixDisplay

        Examples
        --------
        >>> from sklearn.dummy import DummyClassifier
        >>> X, y = np.zeros((4, 1)), ["rest", "task", "task", "task"]
        >>> model = DummyClassifier().fit(X, y)
        >>> ConfusionMatrixDisplay.from_estimator(model, X, y).confusion_matrix
        array([[0, 1],
               [0, 3]])
        """
        return cls.from_predictions(y, estimator.predict(X), **settings)

    @classmethod
    def from_predictions(
        cls,
        y_true,
        y_pred,
        *,
        labels=None,
        sample_weight=None,
        normalize="true",
        display_labels=None,
        ax=None,
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
        normalize : {"true", "pred", "all"}, default="true"
            What each cell's share is of.
        display_labels : sequence of length n_classes, default=None
            Names of the classes; ``None``: the labels.
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.

        Returns
        -------
        ConfusionMatrixDisplay

        Examples
        --------
        >>> display = ConfusionMatrixDisplay.from_predictions([0, 0, 1], [0, 1, 1])
        >>> display.confusion_matrix
        array([[1, 1],
               [0, 1]])
        """
        with speaking(cls.__name__):
            y_true = read_labels(y_true, len(y_pred))[1]
        labels = unique_labels(y_true, y_pred) if labels is None else labels
        counts = confusion_matrix(y_true, y_pred, labels=labels, sample_weight=sample_weight)
        names = labels if display_labels is None else display_labels
        return cls(counts, names, normalize=normalize).plot(ax)

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
        counts = self.confusion_matrix
        n = len(counts)
        ax = new_axes(figsize=(2.2 + 0.85 * n, 1.6 + 0.85 * n)) if ax is None else ax
        totals = counts.sum(axis=WHOLES[self.normalize], keepdims=True)
        shares = counts / np.where(totals > 0, totals, 1)
        self.im_ = ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        self.text_ = np.empty((n, n), dtype=object)
        for (row, column), share in np.ndenumerate(shares):
            count = counts[row, column]
            text = f"{count:g}" if counts.dtype.kind == "f" else str(count)
            text += f"\n{100 * share:.0f} %"
            color = "white" if share > 0.6 else INK
            self.text_[row, column] = ax.text(
                column, row, text, ha="center", va="center", color=color
            )
        labels = range(n) if self.display_labels is None else self.display_labels
        names = [as_text(label) for label in labels]
        ax.set_xticks(range(n), names, **PLAIN)
        ax.set_yticks(range(n), names, **PLAIN)
        ax.set(xlabel="Predicted class", ylabel="True class")
        ax.tick_params(length=0, labelcolor=INK)
        ax.spines[:].set_visible(False)
        self._plot_bar(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _plot_bar(self, ax):
        bar = ax.figure.colorbar(self.im_, ax=ax, fraction=0.046, pad=0.04, ticks=[0, 0.5, 1])
        bar.ax.set_yticklabels(["0 %", "50 %", "100 %"])
        bar.set_label(f"Share of {WORDS[self.normalize]}")
        bar.outline.set_visible(False)
        bar.ax.tick_params(color=GREY, labelcolor=INK)
