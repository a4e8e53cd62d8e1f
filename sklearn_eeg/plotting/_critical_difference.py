"""CriticalDifferenceDisplay: mean ranks of several models, and which cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from sklearn_eeg.plotting._style import BLUE, GREY, HALF, INK, PLAIN, in_our_look, new_axes, shorten
from sklearn_eeg.statistics import compare_ranks

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sklearn_eeg.evaluation._comparison import Comparison
    from sklearn_eeg.statistics._ranks import RankComparison


class CriticalDifferenceDisplay:
    """Mean ranks on a line, bars over models that do not differ, and the critical difference.

    Parameters
    ----------
    ranks : Series
        Mean rank of each model, 1 being best.
    critical_difference : float
        Two models further apart than this differ.
    groups : sequence of sequence
        Models that cannot be told apart.
    n : int, default=None
        Subjects or data sets that the ranks are over.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    stems_ : list of matplotlib.lines.Line2D
        From each model's rank to its name, from the best.
    texts_ : list of matplotlib.text.Text
        Names and ranks, in the same order.
    bars_ : list of matplotlib.lines.Line2D
        One of each group.

    References
    ----------
    Demšar (2006), JMLR 7:1-30, figure 1.

    Examples
    --------
    >>> scores = {"line": [0.8, 0.7, 0.9, 0.6], "net": [0.7, 0.6, 0.8, 0.5], "guess": [0.5] * 4}
    >>> display = CriticalDifferenceDisplay.from_scores(scores)
    >>> [text.get_text() for text in display.ax_.texts if "CD" in text.get_text()]
    ['CD 1.66']
    """

    def __init__(
        self,
        ranks: pd.Series,
        critical_difference: float,
        groups: Sequence[Sequence[str]] = (),
        n: int | None = None,
    ) -> None:
        self.ranks = ranks
        self.critical_difference = critical_difference
        self.groups = groups
        self.n = n

    @classmethod
    def from_scores(cls, scores: pd.DataFrame, ax: Axes | None = None, **settings: Any) -> Self:
        """Rank and plot scores.

        Parameters
        ----------
        scores : DataFrame of shape (n, n_models)
            One row a subject or data set.
        ax : matplotlib.axes.Axes, default=None
        **settings
            Of :func:`~sklearn_eeg.statistics.compare_ranks`.
        """
        return cls.from_ranks(compare_ranks(scores, **settings), ax)

    @classmethod
    def from_comparison(
        cls,
        comparison: Comparison,
        metric: str = "accuracy",
        ax: Axes | None = None,
        *,
        over: str = "subjects",
        **settings: Any,
    ) -> Self:
        """Rank and plot the models of a :class:`~sklearn_eeg.evaluation.Comparison`.

        Parameters
        ----------
        comparison : Comparison
            Of three models or more, each of which has a score of every subject.
        metric : str, default="accuracy"
            Of which higher is better.
        ax : matplotlib.axes.Axes, default=None
        over : {"subjects", "datasets"}, default="subjects"
            What the ranks are over: the subjects of all data sets, or the data sets.
        **settings
            Of :func:`~sklearn_eeg.statistics.compare_ranks`.

        Returns
        -------
        CriticalDifferenceDisplay
            Ranks are of each subject's mean over seeds.
        """
        return cls.from_ranks(comparison.ranks(metric, over=over, **settings), ax)

    @classmethod
    def from_ranks(cls, comparison: RankComparison, ax: Axes | None = None) -> Self:
        """Plot a :class:`~sklearn_eeg.statistics.RankComparison`."""
        groups = comparison.groups if comparison.post_hoc == "nemenyi" else ()
        return cls(comparison.ranks, comparison.critical_difference, groups, comparison.n).plot(ax)

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
        ranks = self.ranks.sort_values(kind="stable")
        n_models, n_left = len(ranks), (len(ranks) + 1) // 2
        depth = 0.6 + 0.22 * len(self.groups)
        height = depth + 0.42 * n_left
        ax = new_axes(HALF, 0.36 * (height + 2)) if ax is None else ax
        ax.set_axis_off()
        ax.set(xlim=(0.6, n_models + 0.4), ylim=(height + 0.5, -1.5))
        self._draw_scale(ax, n_models, height + 0.5)
        self.stems_, self.texts_ = [], []
        for row, (model, rank) in enumerate(ranks.items()):
            left = row < n_left
            level = depth + 0.42 * (row if left else n_models - 1 - row)
            end = 0.7 if left else n_models + 0.3
            look = {"color": INK, "linewidth": 0.9}
            self.stems_ += ax.plot([rank, rank, end], [0, level, level], **look)
            words = shorten([model])[0], f"{rank:.2f}"
            look = {"ha": "right" if left else "left", "va": "center", "color": INK}
            words = "  ".join(words if left else words[::-1])
            self.texts_.append(_write(ax, words, (end, level), (-3 if left else 3, 0), look))
        self.bars_ = []
        for row, group in enumerate(self.groups):
            places, level = ranks[list(group)], 0.3 + 0.22 * row
            look = {"color": BLUE, "linewidth": 4, "solid_capstyle": "round"}
            ends = places.min() - 0.04, places.max() + 0.04
            self.bars_ += ax.plot(ends, [level, level], **look)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _draw_scale(self, ax, n_models, bottom):
        ax.plot([1, n_models], [0, 0], color=INK)
        for rank in range(1, n_models + 1):
            ax.plot([rank, rank], [0, -0.12], color=INK)
            ax.text(rank, -0.18, str(rank), ha="center", va="bottom", color=INK)
        end = 1 + self.critical_difference
        ax.plot([1, end], [-0.85, -0.85], color=GREY, linewidth=2)
        ax.plot([1, 1, None, end, end], [-0.75, -0.95, None, -0.75, -0.95], color=GREY)
        ax.text(
            (1 + end) / 2,
            -0.95,
            f"CD {self.critical_difference:.2f}",
            ha="center",
            va="bottom",
            color=INK,
        )
        over = "" if self.n is None else f" over {self.n}"
        look = {"ha": "center", "va": "bottom", "color": GREY}
        ax.text((1 + n_models) / 2, bottom, f"mean rank{over}", **look)


def _write(ax, text, place, offset, look):
    """Text some points beside a place."""
    return ax.annotate(text, place, offset, textcoords="offset points", **look, **PLAIN)
