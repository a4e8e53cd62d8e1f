"""LearningCurvesDisplay: how training went."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any, Self

from sklearn_eeg._fitted import history_of
from sklearn_eeg.plotting._style import (
    BLUE,
    FULL,
    HALF,
    ORANGE,
    add_legend,
    dress_ticks,
    end_at_one,
    in_our_look,
    new_axes,
    tidy,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sklearn_eeg.evaluation._evaluation import Evaluation


QUANTITIES = {"loss": "Loss", "acc": "Accuracy"}
# Colours and lines differ, for print without colour.
PARTS = {"train": ("training", BLUE, "-"), "valid": ("validation", ORANGE, "--")}


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
    lines_ : dict of str to matplotlib.lines.Line2D
        The thick curve of each column of the history.
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> import pandas as pd
    >>> history = pd.DataFrame({"fold": 1, "epoch": [1, 2], "train_loss": [0.7, 0.5]})
    >>> display = LearningCurvesDisplay(history).plot()
    >>> [ax.get_ylabel() for ax in display.axes_]
    ['Loss']
    """

    def __init__(self, history: pd.DataFrame) -> None:
        self.history = history if "fold" in history else history.assign(fold=1)

    @classmethod
    def from_evaluation(
        cls, evaluation: Evaluation, ax: Axes | Sequence[Axes] | None = None, **settings: Any
    ) -> Self:
        """Plot the history of an :class:`~.Evaluation`.

        Parameters
        ----------
        evaluation : Evaluation
            Of a network.
        ax : sequence of matplotlib.axes.Axes, default=None
            As of :meth:`plot`.
        **settings
            As of :meth:`plot`.

        Returns
        -------
        LearningCurvesDisplay

        Raises
        ------
        ValueError
            Nothing was recorded.
        """
        return cls(evaluation.history).plot(ax, **settings)

    @classmethod
    def from_estimator(
        cls, estimator: Any, ax: Axes | Sequence[Axes] | None = None, **settings: Any
    ) -> Self:
        """Plot the training of a fitted network, alone or as a pipeline's or search's last step.

        Parameters
        ----------
        estimator : fitted estimator
            With ``history_`` or ``net_.history``.
        ax : sequence of matplotlib.axes.Axes, default=None
            As of :meth:`plot`.
        **settings
            As of :meth:`plot`.

        Returns
        -------
        LearningCurvesDisplay

        Raises
        ------
        ValueError
            It has recorded nothing.
        """
        return cls(history_of(estimator)).plot(ax, **settings)

    @classmethod
    def from_cv_results(
        cls, cv_results: dict[str, Any], ax: Axes | Sequence[Axes] | None = None, **settings: Any
    ) -> Self:
        """Plot the training of the networks of a cross-validation, a fold each.

        Parameters
        ----------
        cv_results : dict
            Of :func:`sklearn.model_selection.cross_validate` with ``return_estimator=True``.
        ax : sequence of matplotlib.axes.Axes, default=None
            As of :meth:`plot`.
        **settings
            As of :meth:`plot`.

        Returns
        -------
        LearningCurvesDisplay

        Raises
        ------
        ValueError
            The results have no estimators, or those have recorded nothing.
        """
        import pandas as pd

        if "estimator" not in cv_results:
            raise ValueError(
                f"{cls.__name__}: expected results with the estimator of each fold, got none; call "
                f"cross_validate with return_estimator=True."
            )
        folds = enumerate(cv_results["estimator"], 1)
        history = pd.concat([history_of(model).assign(fold=fold) for fold, model in folds])
        return cls(history).plot(ax, **settings)

    @property
    def quantities(self) -> list[str]:
        """What was recorded: ``"loss"``, ``"acc"`` or both."""
        return [q for q in QUANTITIES if any(f"{part}_{q}" in self.history for part in PARTS)]

    @in_our_look
    def plot(self, ax: Axes | Sequence[Axes] | None = None, *, smoothing: int = 1) -> Self:
        """Draw.

        Parameters
        ----------
        ax : sequence of matplotlib.axes.Axes, default=None
            One for each of ``quantities``; ``None`` makes a figure.
        smoothing : int, default=1
            Epochs that the thick curves are averaged over, an odd number; half of them lie on
            either side, as far as there are any, so that curves are not late. The thin ones stay
            as they are.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            Nothing was recorded, the smoothing is no odd number, or there are not as many axes as
            quantities.
        """
        quantities = self.quantities
        if not quantities:
            raise ValueError(
                f"LearningCurvesDisplay: expected a history with losses or accuracies, got "
                f"columns {list(self.history)}; only networks have one."
            )
        if not isinstance(smoothing, Integral) or smoothing < 1 or smoothing % 2 != 1:
            raise ValueError(
                f"LearningCurvesDisplay: expected smoothing over an odd number of epochs, got "
                f"{smoothing!r}; 1 leaves curves as they are."
            )
        if ax is None:
            n = len(quantities)
            ax = new_axes(FULL if n > 1 else HALF, 2.3, ncols=n, squeeze=False).ravel()
        axes = [ax] if hasattr(ax, "plot") else list(ax)
        if len(axes) != len(quantities):
            raise ValueError(
                f"LearningCurvesDisplay: expected axes for {' and '.join(quantities)}, got "
                f"{len(axes)}; leave ax out for a figure of them."
            )
        self.lines_ = {}
        for one, quantity in zip(axes, quantities, strict=True):
            self._plot_quantity(one, quantity, smoothing)
        self.axes_, self.figure_ = axes, axes[0].figure
        return self

    def _plot_quantity(self, ax, quantity, smoothing):
        tidy(ax)
        for part, (label, color, line) in PARTS.items():
            column = f"{part}_{quantity}"
            if column not in self.history:
                continue
            curves = self.history.pivot(index="epoch", columns="fold", values=column)
            if curves.shape[1] > 1 or smoothing > 1:
                ax.plot(curves.index, curves, line, color=color, linewidth=0.6, alpha=0.5)
            mean = curves.mean(axis=1).rolling(smoothing, center=True, min_periods=1).mean()
            look = {"color": color, "linewidth": 1.8, "label": label}
            (self.lines_[column],) = ax.plot(mean.index, mean, line, **look)
        ax.set(xlabel="Epoch", ylabel=QUANTITIES[quantity])
        ax.xaxis.get_major_locator().set_params(integer=True)
        if quantity == "acc":
            end_at_one(ax)
        dress_ticks(ax)
        add_legend(ax)
