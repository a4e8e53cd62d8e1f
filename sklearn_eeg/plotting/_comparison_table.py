"""ComparisonTableDisplay: models by data sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from sklearn_eeg.plotting._style import (
    FULL,
    HALF,
    PLAIN,
    dress_ticks,
    in_our_look,
    ink_on,
    new_axes,
    readable,
    shorten,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sklearn_eeg.evaluation._comparison import Comparison


class ComparisonTableDisplay:
    """Table of models by data sets: mean and SD over subjects, shaded by how far above chance.

    A cell is white at chance, or where chance is not known, and darkest at 1. The best model of a
    data set is bold; models stand in order of their mean shade. Cells without a result are empty.

    Parameters
    ----------
    summary : DataFrame
        Columns ``dataset``, ``model``, ``mean``, ``sd`` and ``chance``, a row a cell, as of
        :meth:`~sklearn_eeg.evaluation.Comparison.summary`.
    metric : str, default="accuracy"
        What the score is: one that ends at 1 and of which higher is better.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    im_ : matplotlib.image.AxesImage
    text_ : DataFrame of matplotlib.text.Text
        Models by data sets, in the order of the picture.
    colorbar_ : matplotlib.colorbar.Colorbar

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"dataset": ["one", "one", "two"], "model": ["svm", "net", "net"]}
    >>> summary = pd.DataFrame(rows | {"mean": [0.7, 0.8, 0.6], "sd": 0.1, "chance": 0.5})
    >>> display = ComparisonTableDisplay(summary).plot()
    >>> display.ax_.get_yticklabels()[0].get_text(), display.text_.loc["net", "two"].get_text()
    ('net', '0.60 ± 0.10')
    """

    def __init__(self, summary: pd.DataFrame, metric: str = "accuracy") -> None:
        lacking = {"dataset", "model", "mean", "sd", "chance"} - set(summary)
        if lacking or not len(summary):
            raise ValueError(
                f"ComparisonTableDisplay: expected a row a model and data set, of columns dataset, "
                f"model, mean, sd and chance, got {len(summary)} rows of "
                f"{', '.join(map(str, summary))}."
            )
        twice = summary[["model", "dataset"]].duplicated()
        if twice.any():
            model, dataset = summary.loc[twice, ["model", "dataset"]].iloc[0]
            raise ValueError(
                f"ComparisonTableDisplay: expected one row a model and data set, got several of "
                f"{model} on {dataset}."
            )
        self.summary = summary
        self.metric = metric

    @classmethod
    def from_comparison(
        cls, comparison: Comparison, metric: str = "accuracy", ax: Axes | None = None
    ) -> Self:
        """Plot a :class:`~sklearn_eeg.evaluation.Comparison`.

        Parameters
        ----------
        comparison : Comparison
        metric : str, default="accuracy"
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.

        Returns
        -------
        ComparisonTableDisplay
        """
        return cls(comparison.summary(metric), metric).plot(ax)

    @property
    def shares(self) -> pd.DataFrame:
        """How far cells are from chance to 1, models by data sets, as they are drawn."""
        rows = self.summary
        share = (rows["mean"] - rows["chance"]) / (1 - rows["chance"])
        table = self._unstack(share)
        return table.loc[table.mean(axis=1).sort_values(ascending=False, kind="stable").index]

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
        shares = self.shares
        n_models, n_sets = shares.shape
        if ax is None:
            width = min(max(HALF, 1.5 + 0.85 * n_sets), FULL)
            ax = new_axes(width, 0.75 + 0.24 * n_models)
        self.im_ = ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        self.text_ = self._write_cells(ax, shares)
        ax.set_xticks(range(n_sets), shorten(shares.columns), **PLAIN)
        ax.set_yticks(range(n_models), shorten(shares.index), **PLAIN)
        ax.xaxis.tick_top()
        dress_ticks(ax, length=0)
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)
        # Cells as of a table.
        ax.set_xticks(np.arange(n_sets + 1) - 0.5, minor=True)
        ax.set_yticks(np.arange(n_models + 1) - 0.5, minor=True)
        ax.grid(which="minor", color="white", linewidth=1.5)
        ax.tick_params(which="minor", length=0)
        self.colorbar_ = ax.figure.colorbar(self.im_, ax=ax, ticks=[0, 1], pad=0.02, aspect=12)
        self.colorbar_.ax.set_yticklabels(["chance", "1"])
        self.colorbar_.outline.set_visible(False)
        self.colorbar_.set_label(readable(self.metric), **PLAIN)
        dress_ticks(self.colorbar_.ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _write_cells(self, ax, shares):
        mean, sd = (
            self._unstack(self.summary[name]).reindex(shares.index) for name in ("mean", "sd")
        )
        texts = pd.DataFrame(None, shares.index, shares.columns, dtype=object)
        for (row, column), share in np.ndenumerate(shares.to_numpy()):
            if np.isnan(mean.iloc[row, column]):
                continue
            look = {"ha": "center", "va": "center", "color": ink_on(self.im_.to_rgba(share))}
            is_best = mean.iloc[row, column] == mean.iloc[:, column].max()
            look["fontweight"] = "bold" if is_best else "normal"
            text = f"{mean.iloc[row, column]:.2f} ± {sd.iloc[row, column]:.2f}".removesuffix(
                " ± nan"
            )
            texts.iat[row, column] = ax.text(column, row, text, **look)
        return texts

    def _unstack(self, column):
        keys = [self.summary["model"], self.summary["dataset"]]
        table = pd.Series(column.to_numpy(dtype=float), pd.MultiIndex.from_arrays(keys))
        return table.unstack()[list(dict.fromkeys(self.summary["dataset"]))]
