"""LearningCurvesDisplay: how training went."""

import numpy as np

from sklearn_eeg._fitted import history_of
from sklearn_eeg.plotting._style import BLUE, INK, ORANGE, new_axes, tidy

QUANTITIES = {"loss": "Loss", "acc": "Accuracy"}
PARTS = {"train": ("training", BLUE), "valid": ("validation", ORANGE)}


class LearningCurvesDisplay:
    """Loss and accuracy over epochs, of training and validation: folds thin, their mean thick.

    The validation subjects are some of those trained on in other folds; test subjects appear in
    no learning curve.

    Parameters
    ----------
    history : DataFrame
        Columns ``epoch``, ``fold`` unless there is one only, and any of ``train_loss``,
        ``valid_loss``, ``train_acc``, ``valid_acc``.

    Attributes
    ----------
    axes_ : list of matplotlib.axes.Axes
        One for loss, one for accuracy, as far as they were recorded.
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> import pandas as pd
    >>> history = pd.DataFrame({"fold": 1, "epoch": [1, 2], "train_loss": [0.7, 0.5]})
    >>> display = LearningCurvesDisplay(history).plot()
    >>> [ax.get_ylabel() for ax in display.axes_]
    ['Loss']
    """

    def __init__(self, history):
        self.history = history if "fold" in history else history.assign(fold=1)

    @classmethod
    def from_evaluation(cls, evaluation, axes=None):
        """Plot the history of an :class:`~.Evaluation`."""
        return cls(evaluation.history).plot(axes)

    @classmethod
    def from_estimator(cls, estimator, axes=None):
        """Plot the training of a fitted network, alone or as a pipeline's or search's last step.

        Parameters
        ----------
        estimator : fitted estimator
            With ``history_`` or ``net_.history``.
        axes : sequence of matplotlib.axes.Axes, default=None
            As of :meth:`plot`.

        Returns
        -------
        LearningCurvesDisplay

        Raises
        ------
        ValueError
            It has recorded nothing.
        """
        return cls(history_of(estimator)).plot(axes)

    @property
    def quantities(self):
        """What was recorded: ``"loss"``, ``"acc"`` or both."""
        return [q for q in QUANTITIES if any(f"{part}_{q}" in self.history for part in PARTS)]

    def plot(self, axes=None):
        """Draw.

        Parameters
        ----------
        axes : sequence of matplotlib.axes.Axes, default=None
            One for each of ``quantities``; ``None`` makes a figure.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            Nothing was recorded.
        """
        quantities = self.quantities
        if not quantities:
            raise ValueError(
                f"LearningCurvesDisplay: expected a history with losses or accuracies, got "
                f"columns {list(self.history)}; only networks have one."
            )
        if axes is None:
            n = len(quantities)
            axes = np.ravel(new_axes(ncols=n, figsize=(0.6 + 4.2 * n, 3.4), squeeze=False))
        for ax, quantity in zip(axes, quantities, strict=True):
            self._plot_quantity(ax, quantity)
        self.axes_, self.figure_ = list(axes), axes[0].figure
        return self

    def _plot_quantity(self, ax, quantity):
        tidy(ax)
        for part, (label, color) in PARTS.items():
            column = f"{part}_{quantity}"
            if column not in self.history:
                continue
            curves = self.history.pivot(index="epoch", columns="fold", values=column)
            if curves.shape[1] > 1:
                ax.plot(curves.index, curves, color=color, linewidth=0.7, alpha=0.45)
            ax.plot(curves.index, curves.mean(axis=1), color=color, linewidth=2, label=label)
        ax.set(xlabel="Epoch", ylabel=QUANTITIES[quantity])
        ax.xaxis.get_major_locator().set_params(integer=True)
        if quantity == "acc":
            ax.set_ylim(0, 1.02)
        ax.legend(frameon=False, labelcolor=INK)
