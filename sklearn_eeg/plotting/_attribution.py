"""Displays of attributions: maps of the scalp, images along two axes, means over subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._speaker import speaking
from sklearn_eeg.plotting._scalp_map import ScalpMapDisplay
from sklearn_eeg.plotting._style import (
    BLUE,
    FULL,
    GREY,
    HALF,
    INK,
    ORANGE,
    PLAIN,
    as_text,
    dress_ticks,
    in_our_look,
    new_axes,
    readable,
    tidy,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sklearn_eeg.inspection._attribution import Attribution
    from sklearn_eeg.trials import Trials


# What an axis is called, and how many of its names fit beside an image.
UNITS = {"time": "Time (s)", "window": "Window onset (s)", "frame": "Frame"}
N_NAMES = 24


class AttributionMapDisplay(ScalpMapDisplay):
    """Attributions on the scalp, a map a band: the mean over windows and trials, then subjects.

    Tests that the attribution has failed are printed below, so that nobody takes the picture for
    more than it is.

    Parameters
    ----------
    values : array-like of shape (n_channels,) or (n_maps, n_channels)
    ch_names : sequence of str of length n_channels
    titles : sequence of str of length n_maps, default=None
    quantity : str, default="Value"
    warnings : sequence of str, default=()
        What is printed below.

    Attributes
    ----------
    axes_ : list of matplotlib.axes.Axes
        One a map.
    warning_ : matplotlib.text.Text or None
    figure_ : matplotlib.figure.Figure

    See Also
    --------
    ScalpMapDisplay : Maps of other values.

    Examples
    --------
    >>> from sklearn_eeg.inspection import Attribution
    >>> from sklearn_eeg.trials import Trials
    >>> values = np.random.default_rng(0).normal(size=(6, 4, 2))
    >>> trials = Trials(values, ch_names=["Fz", "C3", "C4", "Pz"], features=["alpha", "beta"])
    >>> display = AttributionMapDisplay.from_attribution(Attribution(trials, "saliency", "logit"))
    >>> [ax.get_title() for ax in display.axes_]
    ['alpha', 'beta']
    """

    def __init__(
        self,
        values: ArrayLike,
        ch_names: Sequence[str],
        *,
        titles: Sequence[str] | None = None,
        quantity: str = "Value",
        warnings: Sequence[str] = (),
    ) -> None:
        super().__init__(values, ch_names, titles=titles, quantity=quantity)
        self.warnings = tuple(warnings)

    @classmethod
    def from_attribution(
        cls, attribution: Attribution, *, ax: Axes | Sequence[Axes] | None = None, **settings: Any
    ) -> Self:
        """Plot an :class:`~sklearn_eeg.inspection.Attribution` along channels.

        Parameters
        ----------
        attribution : Attribution
            With named channels. Part of it, such as the trials of one class, is
            ``attribution[y == "sad"]``.
        ax : matplotlib.axes.Axes or sequence of them, default=None
            One for each band; ``None`` makes a figure.
        **settings
            Of :meth:`plot`.

        Returns
        -------
        AttributionMapDisplay

        Raises
        ------
        ValueError
            It is not along channels, or they have no names.
        """
        with speaking(cls.__name__):
            if "channel" not in attribution.axes or attribution.trials.ch_names is None:
                raise ValueError(
                    f"expected an attribution along channels with names, got {attribution!r}."
                )
            feature = _feature_axis(attribution)
            table = mean_table(attribution, [feature] if feature else [], "channel")
        return cls(
            table.to_numpy(),
            table.columns,
            titles=None if feature is None else table.index,
            quantity=_quantity(attribution).replace(" (", "\n("),
            warnings=failures(attribution),
        ).plot(ax, **settings)

    def plot(self, ax: Axes | Sequence[Axes] | None = None, **settings: Any) -> Self:
        """Draw; arguments are those of :meth:`ScalpMapDisplay.plot`.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or sequence of them, default=None
        **settings

        Returns
        -------
        self
        """
        if settings.get("limits") is None and np.nanmin(self.values, initial=0) >= 0:
            # Of sizes, which begin at nothing.
            settings["limits"] = (0, np.nanmax(self.values, initial=0) or 1.0)
        super().plot(ax, **settings)
        self.warning_ = None
        if self.warnings:
            text = _warn(self.warnings)
            self.warning_ = self.figure_.supxlabel(text, color=ORANGE, fontsize=8, **PLAIN)
        return self


class AttributionImageDisplay:
    """Attributions along two axes, such as time and channel: the mean over all else.

    Over a picture of the data, such as a spectrogram, they are what is coloured in it.

    Parameters
    ----------
    table : DataFrame
        Values; rows from top to bottom.
    x, y : str
        What columns and rows are.
    quantity : str, default="Value"
        What is shown.
    background : DataFrame, default=None
        The data, of the same shape, in grey below.
    warnings : sequence of str, default=()
        What is printed above.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    image_ : matplotlib.image.AxesImage
    warning_ : matplotlib.text.Text or None
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from sklearn_eeg.inspection import Attribution
    >>> from sklearn_eeg.trials import Trials
    >>> values = np.random.default_rng(0).normal(size=(6, 2, 128))
    >>> trials = Trials(values, ch_names=["Fz", "Pz"], sfreq=128)
    >>> attribution = Attribution(trials, "saliency", "logit")
    >>> display = AttributionImageDisplay.from_attribution(attribution)
    >>> display.ax_.get_xlabel(), [label.get_text() for label in display.ax_.get_yticklabels()]
    ('Time (s)', ['Fz', 'Pz'])
    """

    def __init__(
        self,
        table: pd.DataFrame,
        x: str,
        y: ArrayLike,
        quantity: str = "Value",
        background: pd.DataFrame | None = None,
        warnings: Sequence[str] = (),
    ) -> None:
        self.table = table
        self.x = x
        self.y = y
        self.quantity = quantity
        self.background = background
        self.warnings = tuple(warnings)

    @classmethod
    def from_attribution(
        cls,
        attribution: Attribution,
        x: str | None = None,
        y: ArrayLike | None = None,
        *,
        over: Trials | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Plot an :class:`~sklearn_eeg.inspection.Attribution`.

        Parameters
        ----------
        attribution : Attribution
        x, y : str, default=None
            Its axes to keep; ``None``: the last for ``x``, and for ``y`` the one before.
        over : Trials, default=None
            What was explained, shown below: its mean along the same axes. In it an axis that the
            attribution does not have is averaged over.
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.

        Returns
        -------
        AttributionImageDisplay

        Raises
        ------
        ValueError
            There are no two such axes.
        """
        with speaking(cls.__name__):
            axes = attribution.axes
            x = axes[-1] if x is None else x
            y = next((axis for axis in reversed(axes) if axis != x), None) if y is None else y
            if x == y or not {x, y} <= set(axes):
                raise ValueError(f"expected two of the axes {axes}, got x={x!r} and y={y!r}.")
            table = mean_table(attribution, [y], x)
            background = None if over is None else _background(attribution, over, x, y, table)
        return cls(table, x, y, _quantity(attribution), background, failures(attribution)).plot(ax)

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
        if ax is None:
            ax = new_axes(FULL, min(6.0, 1.2 + 0.13 * min(len(self.table), 40)))
        values = self.table.to_numpy()
        size = np.nanmax(np.abs(values), initial=0) or 1.0
        signed = np.nanmin(values, initial=0) < 0
        place = {"aspect": "auto", "origin": "upper", "extent": self._extent()}
        style = {"cmap": "RdBu_r" if signed else "Oranges", "vmin": -size if signed else 0}
        if self.background is not None:
            ax.imshow(self.background, cmap="gray", interpolation="nearest", **place)
            style["alpha"] = 0.75 * np.nan_to_num(np.abs(values) / size)
        self.image_ = ax.imshow(values, vmax=size, interpolation="nearest", **place, **style)
        self._label(ax)
        if self.y == "frequency":
            ax.invert_yaxis()
        bar = ax.figure.colorbar(self.image_, ax=ax, pad=0.01)
        bar.set_label(self.quantity, **PLAIN)
        bar.outline.set_visible(False)
        bar.solids.set_alpha(1)
        self.warning_ = _put_warning(ax, self.warnings)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _extent(self):
        n_rows, n_columns = self.table.shape
        left, right = -0.5, n_columns - 0.5
        if self.x in UNITS and n_columns > 1:
            first, *_, last = self.table.columns
            step = (last - first) / (n_columns - 1)
            left, right = first, last + step
        return left, right, n_rows - 0.5, -0.5

    def _label(self, ax):
        dress_ticks(ax)
        if self.x not in UNITS:
            names = [as_text(name) for name in self.table.columns]
            every = -(-len(names) // N_NAMES)
            ax.set_xticks(range(0, len(names), every), names[::every], **PLAIN)
        names = [_short(name) for name in self.table.index]
        every = -(-len(names) // N_NAMES)
        ax.set_yticks(range(0, len(names), every), names[::every], **PLAIN)
        ax.set_xlabel(UNITS.get(self.x, self.x.capitalize()))
        ax.set_ylabel(UNITS.get(self.y, self.y.capitalize()))


class ImportanceDisplay:
    """Attributions by subject: a dot each, and the mean with its standard deviation.

    Parameters
    ----------
    table : DataFrame
        A row a subject, or a trial, and a column for what is attributed to, in the order of the
        picture.
    quantity : str, default="Value"
        What is shown.
    warnings : sequence of str, default=()
        What is printed above.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    warning_ : matplotlib.text.Text or None
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from sklearn_eeg.inspection import Attribution
    >>> from sklearn_eeg.trials import Trials
    >>> values = np.array([[0.1, 0.3], [0.0, 0.2]])
    >>> trials = Trials(values, axes=("channel",), ch_names=["Fz", "T7"])
    >>> importance = Attribution(trials, "permutation_importance", "accuracy")
    >>> display = ImportanceDisplay.from_attribution(importance)
    >>> [label.get_text() for label in display.ax_.get_yticklabels()]
    ['T7', 'Fz']
    """

    def __init__(
        self, table: pd.DataFrame, quantity: str = "Value", warnings: Sequence[str] = ()
    ) -> None:
        self.table = table
        self.quantity = quantity
        self.warnings = tuple(warnings)

    @classmethod
    def from_attribution(
        cls, attribution: Attribution, *axes: str, n_most: int = 20, ax: Axes | None = None
    ) -> Self:
        """Plot an :class:`~sklearn_eeg.inspection.Attribution`, the largest means first.

        Parameters
        ----------
        attribution : Attribution
            Of single trials, which are averaged by subject where subjects are known; or of
            subjects, such as of :func:`~sklearn_eeg.inspection.permutation_importance`.
        *axes : str
            Its axes to keep; without any, all but windows and times.
        n_most : int, default=20
            How many to show.
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.

        Returns
        -------
        ImportanceDisplay
        """
        with speaking(cls.__name__):
            own = tuple(axis for axis in attribution.axes if axis not in UNITS)
            kept = axes or own or attribution.axes
            frame = by_rows(attribution, kept).to_frame()
        table = frame.pivot_table(index="trial", columns=list(kept), values="value", sort=False)
        order = table.mean().abs().sort_values(ascending=False, kind="stable").index[:n_most]
        return cls(table[order], _quantity(attribution), failures(attribution)).plot(ax)

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
        n = self.table.shape[1]
        ax = new_axes(HALF, 0.8 + 0.17 * n) if ax is None else ax
        tidy(ax, grid="x")
        mean, sd = self.table.mean(), self.table.std(ddof=1)
        ax.axvline(0, color=GREY, linewidth=0.8)
        for place, column in enumerate(self.table):
            values = self.table[column].dropna()
            ax.plot(values, [place + 0.22] * len(values), "o", color=GREY, markersize=2.5)
        ax.errorbar(
            mean, range(n), xerr=sd.fillna(0), fmt="s", color=BLUE, markersize=4, linewidth=1.4
        )
        ax.set_yticks(range(n), [_joined(name) for name in self.table], **PLAIN)
        ax.set_ylim(n - 0.4, -0.6)
        ax.set_xlabel(self.quantity, color=INK, **PLAIN)
        self.warning_ = _put_warning(ax, self.warnings)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def failures(attribution):
    """What the tests say that an attribution has failed."""
    return [check.text for check in attribution.checks if not check.passes]


def mean_table(attribution, rows, column):
    """Mean over all else, as (rows, column): over windows and trials first, then over subjects."""
    table = by_rows(attribution, [*rows, column]).summary(*rows, column)["mean"]
    return table.unstack(column, sort=False) if rows else table.to_frame().T


def by_rows(attribution, kept):
    """Attribution along some axes alone: a row a subject where subjects are known."""
    strange = [axis for axis in kept if axis not in attribution.axes]
    if strange:
        raise ValueError(f"expected some of the axes {attribution.axes}, got {strange[0]!r}.")
    few = attribution.average(*(axis for axis in attribution.axes if axis not in kept))
    return few.by_subject() if few.trials.has("subject") else few


def _feature_axis(attribution):
    words = ("band", "feature", "frequency", "plane")
    return next((axis for axis in attribution.axes if axis in words), None)


def _background(attribution, trials, x, y, table):
    own = replace(attribution, trials=trials, sd=None)
    values = mean_table(own, [y], x)
    if values.shape != table.shape:
        raise ValueError(
            f"expected trials of the same lengths to lie below, {table.shape}, got {values.shape}."
        )
    return values


def _quantity(attribution):
    what = "Grad-CAM" if attribution.method == "grad_cam" else readable(attribution.method)
    unit = {"grad_cam": "", "attention": ""}.get(attribution.method, attribution.quantity)
    return f"{what} ({unit.replace('_', ' ')})" if unit else what


def _warn(warnings):
    return "Fails its test: " + "; ".join(map(as_text, warnings))


def _put_warning(ax, warnings):
    if not warnings:
        return None
    return ax.set_title(
        _warn(warnings), color=ORANGE, loc="left", fontsize="small", wrap=True, **PLAIN
    )


def _short(name):
    return f"{name:g}" if isinstance(name, float) else as_text(name)


def _joined(name):
    return " ".join(map(_short, name)) if isinstance(name, tuple) else _short(name)
