"""CriticalDifferenceDisplay: mean ranks of several models, and which cannot be told apart."""

from sklearn_eeg.plotting._style import BLUE, GREY, INK, PLAIN, as_text, new_axes
from sklearn_eeg.statistics import compare_ranks


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

    def __init__(self, ranks, critical_difference, groups=(), n=None):
        self.ranks = ranks
        self.critical_difference = critical_difference
        self.groups = groups
        self.n = n

    @classmethod
    def from_scores(cls, scores, ax=None, **settings):
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
    def from_ranks(cls, comparison, ax=None):
        """Plot a :class:`~sklearn_eeg.statistics.RankComparison`."""
        groups = comparison.groups if comparison.post_hoc == "nemenyi" else ()
        return cls(comparison.ranks, comparison.critical_difference, groups, comparison.n).plot(ax)

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
        ranks = self.ranks.sort_values(kind="stable")
        n_models, n_left = len(ranks), (len(ranks) + 1) // 2
        depth = 0.6 + 0.22 * len(self.groups)
        height = depth + 0.42 * n_left
        ax = new_axes(figsize=(6.4, 0.9 + 0.62 * height)) if ax is None else ax
        ax.set_axis_off()
        ax.set_xlim(0.4 - 0.22 * n_models, n_models + 0.6 + 0.22 * n_models)
        ax.set_ylim(height + 0.2, -1.3)
        self._draw_scale(ax, n_models)
        for row, (model, rank) in enumerate(ranks.items()):
            left = row < n_left
            level = depth + 0.42 * (row if left else n_models - 1 - row)
            end = 0.7 if left else n_models + 0.3
            ax.plot([rank, rank, end], [0, level, level], color=INK, linewidth=0.9)
            ax.text(
                end + (-0.06 if left else 0.06),
                level,
                f"{as_text(model)}  {rank:.2f}" if left else f"{rank:.2f}  {as_text(model)}",
                ha="right" if left else "left",
                va="center",
                color=INK,
                **PLAIN,
            )
        for row, group in enumerate(self.groups):
            places = ranks[list(group)]
            level = 0.3 + 0.22 * row
            ax.plot(
                [places.min() - 0.04, places.max() + 0.04],
                [level, level],
                color=BLUE,
                linewidth=4,
                solid_capstyle="round",
            )
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _draw_scale(self, ax, n_models):
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
        ax.text(n_models, -0.85, f"mean rank{over}", ha="right", va="center", color=GREY)
