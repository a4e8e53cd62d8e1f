"""ComparisonDisplay: models side by side, with what a guess reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Self

from sklearn_eeg.plotting._style import (
    BLUE,
    GREY,
    HALF,
    INK,
    ORANGE,
    PLAIN,
    add_legend,
    in_our_look,
    new_axes,
    readable,
    shorten,
    tidy,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sklearn_eeg.evaluation._comparison import Comparison


class ComparisonDisplay:
    """Mean and SD of each model over subjects, and its seeds, sorted; with chance and majority.

    Parameters
    ----------
    summary : DataFrame
        Rows of one data set of :meth:`~sklearn_eeg.evaluation.Comparison.summary`.
    seeds : mapping of str to sequence of float, default={}
        Mean over subjects of each seed, by model.
    metric : str, default="accuracy"
        What the score is.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    points_ : matplotlib.lines.Line2D
        Means, from the lowest.
    bars_ : matplotlib.collections.LineCollection
        A SD to either side.
    seeds_ : list of matplotlib.lines.Line2D
        A mark a seed, in the same order.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"model": ["svm", "net"], "mean": [0.7, 0.6], "sd": [0.1, 0.2]}
    >>> summary = pd.DataFrame(rows | {"chance": 0.5, "majority": 0.5})
    >>> display = ComparisonDisplay(summary, {"net": [0.55, 0.65]}).plot()
    >>> [label.get_text() for label in display.ax_.get_yticklabels()]
    ['net', 'svm']
    """

    def __init__(
        self,
        summary: pd.DataFrame,
        seeds: Mapping[str, Sequence[float]] | None = None,
        metric: str = "accuracy",
    ) -> None:
        self.summary = summary
        self.seeds = seeds or {}
        self.metric = metric

    @classmethod
    def from_comparison(
        cls,
        comparison: Comparison,
        dataset: str | None,
        metric: str = "accuracy",
        ax: Axes | None = None,
    ) -> Self:
        """Plot one data set of a :class:`~sklearn_eeg.evaluation.Comparison`."""
        summary = comparison.summary(metric)
        rows = comparison.scores().query("dataset == @dataset")
        means = rows.groupby(["model", "seed"])[metric].mean()
        seeds = {model: part.tolist() for model, part in means.groupby(level="model")}
        return cls(summary[summary["dataset"] == dataset], seeds, metric).plot(ax)

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
        rows = self.summary.sort_values("mean", kind="stable")
        ax = new_axes(HALF, 1.1 + 0.2 * len(rows)) if ax is None else ax
        tidy(ax, grid="x")
        chance, majority = rows["chance"].iloc[0], rows["majority"].iloc[0]
        if majority != chance:
            ax.axvline(majority, color=GREY, linestyle=":", label=f"majority {majority:.2f}")
        ax.axvline(chance, color=ORANGE, linestyle="--", label=f"chance {chance:.2f}")
        places = range(len(rows))
        ends = rows["mean"] - rows["sd"], rows["mean"] + rows["sd"]
        self.bars_ = ax.hlines(places, *ends, color=GREY, linewidth=1)
        self.seeds_ = [
            self._plot_seeds(ax, place, model)
            for place, model in zip(places, rows["model"], strict=True)
        ]
        look = {"color": INK, "markersize": 4, "label": "mean ± SD"}
        (self.points_,) = ax.plot(rows["mean"], places, "o", **look)
        if any(map(len, self.seeds.values())):
            ax.plot([], [], "|", color=BLUE, markersize=8, label="one seed")
        ax.set_yticks(places, shorten(rows["model"]), **PLAIN)
        ax.set_xlabel(readable(self.metric), **PLAIN)
        ax.set_ylim(-0.7, len(rows) - 0.3)
        low, high = ax.get_xlim()
        if rows["mean"].max() <= 1 < high:
            ax.set_xlim(low, 1.0)
        add_legend(ax, loc="lower right", bbox_to_anchor=(1, 1))
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _plot_seeds(self, ax, place, model):
        found = self.seeds.get(model, [])
        # Without marks there is nothing to be drawn whole, and a layout would make room for it.
        look = {"color": BLUE, "markersize": 8, "clip_on": not len(found)}
        return ax.plot(found, [place] * len(found), "|", **look)[0]
