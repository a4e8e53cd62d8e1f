"""RecordingDisplay: what a model says while a recording goes on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._speaker import speaking
from sklearn_eeg.plotting._style import (
    FULL,
    GREY,
    INK,
    PLAIN,
    add_legend,
    dress_ticks,
    in_our_look,
    new_axes,
    sequence_colors,
    shorten,
    tidy,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


LINES = ("-", "--", "-.", ":")
# From how many seconds on time is counted in these, and how many each has.
UNITS = ((3 * 3600, "h", 3600), (600, "min", 60), (0, "s", 1))


class RecordingDisplay:
    """Probability of each class over a recording, with what is known to have happened.

    A curve keeps its value until the next answer; where there is none, it has a gap. The strip
    below has the colour of the likeliest class. Of two classes the second alone has a curve.

    Parameters
    ----------
    times : array-like of shape (n,)
        When each answer begins to hold, in seconds, ascending.
    probabilities : array-like of shape (n, n_classes), or (n,)
        NaN is no answer; of one number a time, that of the second class.
    classes : sequence of length n_classes
    events : array-like of shape (n_events, 2), default=()
        Beginnings and ends of what is shaded, in seconds.
    end : float, default=None
        When the last answer ends; ``None``: after the median step.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    lines_ : dict of matplotlib.lines.Line2D
        Curve of each class that has one.
    strip_ : matplotlib.image.AxesImage or matplotlib.collections.QuadMesh
    events_ : list of matplotlib.patches.Rectangle

    Raises
    ------
    ValueError
        Times, probabilities and classes do not line up, times do not ascend, a probability is
        not in [0, 1], or an event ends before it begins.

    Examples
    --------
    >>> display = RecordingDisplay(
    ...     [0, 2, 4, 6], [0.1, 0.2, 0.9, 0.3], ["rest", "seizure"], events=[(3.5, 6.0)]
    ... ).plot()
    >>> display.predicted.tolist(), display.ax_.get_xlabel()
    (['rest', 'rest', 'seizure', 'rest'], 'Time (s)')
    """

    def __init__(
        self,
        times: ArrayLike,
        probabilities: ArrayLike,
        classes: Sequence[Any],
        *,
        events: ArrayLike = (),
        end: float | None = None,
    ) -> None:
        with speaking(type(self).__name__):
            self.classes = np.asarray(list(classes))
            self.times = np.asarray(times, dtype=float)
            self.probabilities = _read(probabilities, self.times, self.classes)
            self.events = _read_events(events)
            steps = np.diff(self.times)
            last = self.times[-1] + (np.median(steps) if len(steps) else 1.0)
            self.end = last if end is None else float(end)
            if not self.end > self.times[-1]:
                raise ValueError(f"expected an end after {self.times[-1]:g} s, got {end!r}.")

    @classmethod
    def from_table(
        cls,
        table: pd.DataFrame,
        *,
        trial: int | None = None,
        events: ArrayLike = (),
        end: float | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Plot the table of :func:`~sklearn_eeg.evaluation.predict_table`.

        Parameters
        ----------
        table : DataFrame
            Columns ``onset`` and ``p(<class>)``, a row a window.
        trial : int, default=None
            Which trial of the table; ``None``: all, one after the other in one recording.
        events, end, ax
            As of the class and of :meth:`plot`.

        Returns
        -------
        RecordingDisplay

        Raises
        ------
        ValueError
            The table has no such columns, or no row of the trial.

        Examples
        --------
        >>> import pandas as pd
        >>> columns = {"onset": [0, 4], "p(a)": [0.7, 0.2], "p(b)": [0.3, 0.8]}
        >>> table = pd.DataFrame({"trial": 0} | columns)
        >>> RecordingDisplay.from_table(table).predicted.tolist()
        ['a', 'b']
        """
        names = [found[1] for name in table if (found := re.fullmatch(r"p\((.*)\)", str(name)))]
        with speaking(cls.__name__):
            if "onset" not in table or len(names) < 2:
                raise ValueError(
                    f"expected columns 'onset' and 'p(<class>)', got {', '.join(map(str, table))}; "
                    f"predict_table makes such a table."
                )
            if trial is not None:
                table = table[table["trial"] == trial]
            if not len(table):
                raise ValueError(f"expected rows of trial {trial!r}, got none.")
            if trial is None and table["onset"].duplicated().any():
                raise ValueError(
                    "expected windows of one recording, got several that begin at the same time; "
                    "choose a trial by trial=, or name when trials began in their column 'onset'."
                )
        table = table.sort_values("onset", kind="stable")
        probabilities = table[[f"p({name})" for name in names]].to_numpy()
        return cls(table["onset"], probabilities, names, events=events, end=end).plot(ax)

    @classmethod
    def from_stream(
        cls,
        results: Sequence[Any],
        classes: Sequence[Any],
        *,
        window: float,
        events: ArrayLike = (),
        ax: Axes | None = None,
    ) -> Self:
        """Plot what a :class:`~sklearn_eeg.streaming.Stream` said.

        Parameters
        ----------
        results : sequence of StreamResult or None
            Of each ``push`` and ``close``.
        classes : sequence of length n_classes
            ``stream.classes``.
        window : float
            Length of the windows that answers are about, in seconds: a result has their ends.
        events, ax
            As of the class and of :meth:`plot`.

        Returns
        -------
        RecordingDisplay

        Raises
        ------
        ValueError
            There is no answer among the results.
        """
        known = [r for r in results if r is not None and r.probabilities is not None]
        if not known:
            raise ValueError(f"{cls.__name__}: expected results with probabilities, got none.")
        ends = np.concatenate([result.times for result in known])
        probabilities = np.concatenate([result.probabilities for result in known])
        display = cls(ends - window, probabilities, classes, events=events, end=ends[-1])
        return display.plot(ax)

    @property
    def predicted(self) -> np.ndarray:
        """Likeliest class at each time; ``None`` without an answer."""
        known = ~np.isnan(self.probabilities).any(axis=1)
        best = np.where(np.isnan(self.probabilities), -1, self.probabilities).argmax(axis=1)
        labels = self.classes.astype(object)[best]
        labels[~known] = None
        return labels

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
        ax = new_axes(FULL, 1.8) if ax is None else ax
        tidy(ax)
        span = self.end - self.times[0]
        unit, seconds = next((name, n) for least, name, n in UNITS if span >= least)
        edges = np.append(self.times, self.end) / seconds
        self.events_ = [
            ax.axvspan(*event / seconds, color=GREY, alpha=0.2, linewidth=0, zorder=0)
            for event in self.events
        ]
        if self.events_:
            self.events_[0].set_label("event")
        colors = sequence_colors(len(self.classes), 0.0, 0.72)
        self.lines_ = self._plot_curves(ax, edges, colors)
        self.strip_ = self._plot_strip(ax, edges, colors)
        ax.set(xlim=edges[[0, -1]], ylim=(-0.12, 1.0), yticks=[0, 0.5, 1])
        ax.set_xlabel(f"Time ({unit})")
        ax.set_ylabel("Probability", **PLAIN)
        ax.spines["left"].set_bounds(0, 1)
        dress_ticks(ax)
        add_legend(ax, ncols=min(2 + len(self.classes), 6))
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _plot_curves(self, ax, edges, colors):
        lines, first = {}, 1 if len(self.classes) == 2 else 0
        if first:
            ax.axhline(0.5, color=GREY, linestyle=":", linewidth=1)
        for place in range(first, len(self.classes)):
            values = self.probabilities[:, place]
            (label,) = shorten(self.classes[[place]])
            look = {"linestyle": LINES[place % 4], "linewidth": 1.2, "color": colors[place]}
            if first:
                look = {"linewidth": 0.8, "color": INK}
            look |= {"drawstyle": "steps-post", "label": f"p({label})"}
            (lines[label],) = ax.plot(edges, [*values, values[-1]], **look)
        return lines

    def _plot_strip(self, ax, edges, colors):
        from matplotlib.colors import ListedColormap

        known = ~np.isnan(self.probabilities).any(axis=1)
        best = np.where(np.isnan(self.probabilities), -1, self.probabilities).argmax(axis=1)
        look = {"cmap": ListedColormap(colors), "vmin": -0.5, "vmax": len(self.classes) - 0.5}
        strip = np.ma.masked_array(best, ~known)[None]
        # Of more classes, the curves tell the colours.
        for label, color in zip(self.classes, colors, strict=True) if len(colors) == 2 else ():
            ax.fill_between([], [], color=color, label=shorten([label])[0])
        return ax.pcolormesh(edges, [-0.1, -0.03], strip, rasterized=True, **look)


def _read(probabilities, times, classes):
    table = np.asarray(probabilities, dtype=float)
    if table.ndim == 1:
        table = np.column_stack([1 - table, table])
    if times.ndim != 1 or not len(times) or table.shape != (len(times), len(classes)):
        raise ValueError(
            f"expected a probability of each of {len(classes)} classes at each of "
            f"{times.size} times, got shape {np.shape(probabilities)}."
        )
    if not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        raise ValueError(
            "expected times that ascend, in seconds, got others; sort them, once each."
        )
    if ((table < 0) | (table > 1)).any() or np.isinf(table).any():
        raise ValueError("expected probabilities in [0, 1], got others.")
    return table


def _read_events(events):
    table = np.asarray(events, dtype=float) if len(events) else np.empty((0, 2))
    if table.ndim != 2 or table.shape[1] != 2 or not (table[:, 0] <= table[:, 1]).all():
        raise ValueError("expected events as beginnings and ends, in seconds, got others.")
    return table
