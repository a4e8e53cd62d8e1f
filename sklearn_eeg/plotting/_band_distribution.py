"""BandDistributionDisplay: how the features of each band are distributed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sklearn_eeg._labels import read_labels
from sklearn_eeg._speaker import speaking
from sklearn_eeg.plotting._style import (
    FULL,
    HALF,
    INK,
    PLAIN,
    add_legend,
    as_text,
    in_our_look,
    ink_on,
    new_axes,
    sequence_colors,
    tidy,
)
from sklearn_eeg.trials import Trials

if TYPE_CHECKING:
    from matplotlib.axes import Axes


# Ends of the whiskers, ends of the box, and the line in it.
QUANTILES = {"whislo": 0.05, "q1": 0.25, "med": 0.5, "q3": 0.75, "whishi": 0.95}
# Share of the room between two bands that the boxes of one fill.
FILLED = 0.8


class BandDistributionDisplay:
    """Distribution of the values of each band, of classes side by side.

    A box holds the middle half of the values with a line at the median, its whiskers nine tenths.

    Parameters
    ----------
    quantiles : DataFrame
        Rows by band and class, columns 0.05, 0.25, 0.5, 0.75 and 0.95.
    quantity : str, default="Value"
        What is distributed.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    boxes_ : dict of list of matplotlib.patches.PathPatch
        Of each class, a box a band.

    Examples
    --------
    >>> from sklearn_eeg.datasets import make_emotion_trials
    >>> from sklearn_eeg.features import DEExtractor
    >>> trials, y = make_emotion_trials(2, n_stimuli=3, random_state=0)
    >>> entropies = DEExtractor(window=4.0).fit_transform(trials)
    >>> display = BandDistributionDisplay.from_trials(entropies, y, quantity="Entropy")
    >>> [label.get_text() for label in display.ax_.get_xticklabels()]
    ['delta', 'theta', 'alpha', 'beta', 'gamma']
    >>> display.ax_.get_ylabel()
    'Entropy (nat)'
    """

    def __init__(self, quantiles: pd.DataFrame, quantity: str = "Value") -> None:
        self.quantiles = quantiles
        self.quantity = quantity

    @classmethod
    def from_trials(
        cls,
        trials: Trials,
        y: ArrayLike | None = None,
        *,
        quantity: str = "Value",
        ax: Axes | None = None,
    ) -> Self:
        """Plot features over trials, windows and channels; what is missing (NaN) is left out.

        Parameters
        ----------
        trials : Trials
            Features, of which the last axis is that of bands.
        y : array-like of shape (n_trials,), or votes, default=None
            Labels; ``None``: one box a band.
        quantity : str, default="Value"
            What is distributed; the unit of the trials is added.
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.

        Returns
        -------
        BandDistributionDisplay

        Raises
        ------
        ValueError
            The trials are no features with names, or the labels do not line up with them.
        """
        with speaking(cls.__name__):
            if not isinstance(trials, Trials) or trials.features is None:
                raise ValueError(
                    f"expected Trials of band features, such as DEExtractor returns, got "
                    f"{trials if isinstance(trials, Trials) else type(trials).__name__}."
                )
            labels = np.full(len(trials), "") if y is None else read_labels(y, len(trials))[1]
        rows = {
            (band, label): _quantiles(trials.data, np.flatnonzero(labels == label), column)
            for column, band in enumerate(trials.features)
            for label in np.unique(labels)
        }
        table = pd.DataFrame.from_dict(rows, orient="index", columns=list(QUANTILES.values()))
        table.index = pd.MultiIndex.from_tuples(rows, names=["band", "class"])
        unit = f" ({trials.unit})" if trials.unit not in (None, "1") else ""
        return cls(table, quantity + unit).plot(ax)

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
        bands, classes = (self.quantiles.index.unique(level) for level in (0, 1))
        width = FILLED / len(classes)
        if ax is None:
            ax = new_axes(min(max(HALF, 0.8 + 0.15 * len(self.quantiles)), FULL), 2.5)
        tidy(ax)
        self.boxes_ = {}
        colors = sequence_colors(len(classes), 0.3, 0.95)
        for place, (label, color) in enumerate(zip(classes, colors, strict=True)):
            rows = self.quantiles.xs(label, level=1).reindex(bands)
            boxes = ax.bxp(
                [{key: row[q] for key, q in QUANTILES.items()} for _, row in rows.iterrows()],
                positions=np.arange(len(bands)) + width * (place + 0.5) - FILLED / 2,
                widths=0.8 * width,
                showfliers=False,
                patch_artist=True,
                whiskerprops={"color": INK, "linewidth": 0.8},
                capprops={"color": INK, "linewidth": 0.8},
                boxprops={"facecolor": color, "edgecolor": INK, "linewidth": 0.8},
                medianprops={"color": ink_on(color), "linewidth": 1.2},
                manage_ticks=False,
            )
            boxes["boxes"][0].set_label(as_text(label))
            self.boxes_[label] = boxes["boxes"]
        ax.set_xticks(range(len(bands)), [as_text(band) for band in bands], **PLAIN)
        ax.set_ylabel(self.quantity, **PLAIN)
        ax.set_xlim(-0.6, len(bands) - 0.4)
        if len(classes) > 1:
            add_legend(ax, ncols=min(len(classes), 4))
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _quantiles(data, rows, column):
    values = np.concatenate([np.ravel(data[row][..., column]) for row in rows])
    known = values[~np.isnan(values)]
    # Of nothing there is no quantile.
    return np.quantile(known, list(QUANTILES.values())) if len(known) else [np.nan] * len(QUANTILES)
