"""ConfusionMatrixDisplay: counts and shares of each class."""

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
    HALF,
    PLAIN,
    dress_ticks,
    in_our_look,
    ink_on,
    new_axes,
    shorten,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

    from sklearn_eeg.evaluation._evaluation import Evaluation


# Axes that a share is of.
WHOLES = {"true": 1, "pred": 0, "all": None}
WORDS = {"true": "the true class", "pred": "the predicted class", "all": "all trials"}


class ConfusionMatrixDisplay(FromPredictions):
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
    colorbar_ : matplotlib.colorbar.Colorbar or None

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

    def __init__(
        self,
        confusion_matrix: ArrayLike,
        display_labels: Sequence[Any] | None = None,
        *,
        normalize: str = "true",
    ) -> None:
        if normalize not in WHOLES:
            raise ValueError(
                f"ConfusionMatrixDisplay: expected normalize to be one of {', '.join(WHOLES)}, "
                f"got {normalize!r}; counts are shown beside the shares."
            )
        self.confusion_matrix = np.asarray(confusion_matrix)
        n_names = len(self.confusion_matrix) if display_labels is None else len(display_labels)
        if not n_names or self.confusion_matrix.shape != (n_names, n_names):
            raise ValueError(
                f"ConfusionMatrixDisplay: expected a row, a column and a name of each class, got "
                f"shape {self.confusion_matrix.shape} and {n_names} names."
            )
        self.display_labels = display_labels
        self.normalize = normalize

    @classmethod
    def from_evaluation(
        cls, evaluation: Evaluation, ax: Axes | None = None, *, normalize: str | None = "true"
    ) -> Self:
        """Plot the out-of-fold predictions of an :class:`~.Evaluation`."""
        counts = evaluation.confusion_matrix()
        return cls(counts, evaluation.classes, normalize=normalize).plot(ax)

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        labels: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        normalize: str = "true",
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

    @in_our_look
    def plot(
        self,
        ax: Axes | None = None,
        *,
        cmap: str | Colormap = "Blues",
        xticks_rotation: str | float = "horizontal",
        colorbar: bool = True,
    ) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.
        cmap : str or matplotlib.colors.Colormap, default="Blues"
        xticks_rotation : {"horizontal", "vertical"} or float, default="horizontal"
            How names of predicted classes are turned.
        colorbar : bool, default=True
            Whether a bar tells the shares of the colours.

        Returns
        -------
        self
        """
        counts = self.confusion_matrix
        n = len(counts)
        if ax is None:
            side = max(HALF, 1.3 + 0.42 * n)
            ax = new_axes(side, 0.8 * side)
        totals = counts.sum(axis=WHOLES[self.normalize], keepdims=True)
        shares = counts / np.where(totals > 0, totals, 1)
        self.im_ = ax.imshow(shares, cmap=cmap, vmin=0, vmax=1)
        self.text_ = self._write_cells(ax, shares)
        labels = range(n) if self.display_labels is None else self.display_labels
        names = shorten(labels)
        ax.set_xticks(range(n), names, rotation=xticks_rotation, **PLAIN)
        ax.set_yticks(range(n), names, **PLAIN)
        ax.set(xlabel="Predicted class", ylabel="True class")
        dress_ticks(ax, length=0)
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)
        self.colorbar_ = self._plot_bar(ax) if colorbar else None
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _write_cells(self, ax, shares):
        texts = np.empty(shares.shape, dtype=object)
        for place, share in np.ndenumerate(shares):
            count = self.confusion_matrix[place]
            text = f"{count:g}" if self.confusion_matrix.dtype.kind == "f" else str(count)
            look = {"ha": "center", "va": "center", "color": ink_on(self.im_.to_rgba(share))}
            texts[place] = ax.text(*place[::-1], f"{text}\n{100 * share:.0f} %", **look)
        return texts

    def _plot_bar(self, ax):
        bar = ax.figure.colorbar(self.im_, ax=ax, fraction=0.046, pad=0.04, ticks=[0, 0.5, 1])
        bar.ax.set_yticklabels(["0 %", "50 %", "100 %"])
        bar.set_label(f"Share of {WORDS[self.normalize]}")
        bar.outline.set_visible(False)
        dress_ticks(bar.ax)
        return bar
