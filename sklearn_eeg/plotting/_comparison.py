"""ComparisonDisplay: models side by side, with what a guess reaches."""

from sklearn_eeg.plotting._style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PALE,
    PLAIN,
    as_text,
    new_axes,
    readable,
    tidy,
)


class ComparisonDisplay:
    """Mean of each model over subjects, its SD, and its seeds, sorted; with chance and majority.

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

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"model": ["svm", "net"], "mean": [0.7, 0.6], "sd": [0.1, 0.2]}
    >>> summary = pd.DataFrame(rows | {"chance": 0.5, "majority": 0.5})
    >>> display = ComparisonDisplay(summary, {"net": [0.55, 0.65]}).plot()
    >>> [label.get_text() for label in display.ax_.get_yticklabels()]
    ['net', 'svm']
    """

    def __init__(self, summary, seeds=None, metric="accuracy"):
        self.summary = summary
        self.seeds = seeds or {}
        self.metric = metric

    @classmethod
    def from_comparison(cls, comparison, dataset, metric="accuracy", ax=None):
        """Plot one data set of a :class:`~sklearn_eeg.evaluation.Comparison`."""
        summary = comparison.summary(metric)
        rows = comparison.scores().query("dataset == @dataset")
        means = rows.groupby(["model", "seed"])[metric].mean()
        seeds = {model: part.tolist() for model, part in means.groupby(level="model")}
        return cls(summary[summary["dataset"] == dataset], seeds, metric).plot(ax)

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
        rows = self.summary.sort_values("mean", kind="stable")
        ax = new_axes(figsize=(6.4, 1.4 + 0.28 * len(rows))) if ax is None else ax
        tidy(ax)
        ax.grid(visible=False, axis="y")
        ax.grid(visible=True, axis="x", color=PALE, linewidth=0.8)
        chance, majority = rows["chance"].iloc[0], rows["majority"].iloc[0]
        if majority != chance:
            ax.axvline(majority, color=GREY, linestyle=":", label=f"majority {majority:.2f}")
        ax.axvline(chance, color=ORANGE, linestyle="--", label=f"chance {chance:.2f}")
        places = range(len(rows))
        ax.hlines(places, rows["mean"] - rows["sd"], rows["mean"] + rows["sd"], color=GREY)
        for place, model in zip(places, rows["model"], strict=True):
            found = self.seeds.get(model, [])
            ax.plot(found, [place] * len(found), "|", color=BLUE, markersize=11)
        ax.plot(rows["mean"], places, "o", color=INK, markersize=6, label="mean, SD over subjects")
        if any(map(len, self.seeds.values())):
            ax.plot([], [], "|", color=BLUE, markersize=11, label="one seed")
        ax.set_yticks(places, [as_text(model) for model in rows["model"]], **PLAIN)
        ax.set_xlabel(readable(self.metric).capitalize(), **PLAIN)
        ax.set_ylim(-0.7, len(rows) - 0.3)
        ax.legend(frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0, 1), labelcolor=INK)
        self.ax_, self.figure_ = ax, ax.figure
        return self
