"""ScalpMapDisplay: a value of each electrode, seen from above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._speaker import speaking
from sklearn_eeg.montage import positions, spline_matrix
from sklearn_eeg.montage._positions import head_centre
from sklearn_eeg.plotting._style import (
    FULL,
    HALF,
    INK,
    PLAIN,
    as_text,
    dress_ticks,
    in_our_look,
    new_axes,
)
from sklearn_eeg.trials import Trials

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap


# Angle from the vertex to the outline of the head, and how far from an electrode is shown.
RIM, REACH = np.radians(110), np.radians(35)
# Through the values, also of weights that leap from one electrode to the next.
SPLINE = {"stiffness": 2, "alpha": 1e-7}
N_PIXELS, N_CONTOURS, A_ROW = 129, 6, 6
# Pixels to either side, so that nose and ears fit.
STEPS = np.linspace(-1.25, 1.25, N_PIXELS)


class ScalpMapDisplay:
    """Maps of values on the scalp from above, nose up, interpolated between the electrodes.

    Values in between are those of a spherical spline through the electrodes, and where no electrode
    is near there are none. Dots are electrodes, crosses those whose value is missing. Where values
    have both signs, colours are alike around zero and lines of negative height are dashed, which
    also tells them apart in print.

    Parameters
    ----------
    values : array-like of shape (n_channels,) or (n_maps, n_channels)
        Of anything: power, a weight, a p-value. NaN is missing.
    ch_names : sequence of str of length n_channels
        Electrodes, in any spelling.
    titles : sequence of str of length n_maps, default=None
        Such as names of bands.
    quantity : str, default="Value"
        What is shown, with its unit.

    Attributes
    ----------
    axes_ : list of matplotlib.axes.Axes
        One a map.
    images_ : list of matplotlib.image.AxesImage
    contours_ : list of matplotlib.contour.ContourSet or None
        ``None`` of a map that is flat.
    electrodes_ : list of matplotlib.collections.PathCollection
        One of each map: the electrodes with a value.
    colorbar_ : matplotlib.colorbar.Colorbar
        One for all maps, which share their colours.
    figure_ : matplotlib.figure.Figure
    directions_ : ndarray of shape (n_channels, 3)
        Of the electrodes, x to the right, y to the front, z up; Cz is above the middle.

    Raises
    ------
    ValueError
        Values and names do not line up, values are infinite, or a name is no electrode of the 10-05
        system.

    References
    ----------
    Perrin, Pernier, Bertrand & Echallier (1989), Electroencephalography and Clinical
    Neurophysiology 72(2).

    Examples
    --------
    >>> display = ScalpMapDisplay(
    ...     [[1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 1.0, 1.0]],
    ...     ["Fz", "C3", "C4", "Pz"],
    ...     titles=["alpha", "beta"],
    ...     quantity="Power (dB)",
    ... ).plot()
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
    ) -> None:
        with speaking(type(self).__name__):
            self.ch_names = tuple(map(str, ch_names))
            self.values = _read(values, len(self.ch_names))
            self.titles = _read_titles(titles, len(self.values))
            self.directions_ = _directions(self.ch_names)
        self.quantity = quantity

    @classmethod
    def from_trials(
        cls,
        trials: Trials,
        *,
        quantity: str = "Value",
        ax: Axes | Sequence[Axes] | None = None,
        **settings: Any,
    ) -> Self:
        """Plot the mean of features over trials and windows, a map a band; NaN is left out.

        Parameters
        ----------
        trials : Trials
            Features with named channels, such as ``DEExtractor`` returns; a part of them, such as
            the trials of one class, is ``trials[y == "sad"]``.
        quantity : str, default="Value"
            What it is; the unit of the trials is added.
        ax : matplotlib.axes.Axes or sequence of them, default=None
            As of :meth:`plot`.
        **settings
            As of :meth:`plot`.

        Returns
        -------
        ScalpMapDisplay

        Raises
        ------
        ValueError
            The trials are no features, or have no named channels.

        Examples
        --------
        >>> from sklearn_eeg.datasets import make_emotion_trials
        >>> from sklearn_eeg.features import DEExtractor
        >>> trials, y = make_emotion_trials(2, n_stimuli=3, random_state=0)
        >>> entropies = DEExtractor(window=4.0).fit_transform(trials)
        >>> display = ScalpMapDisplay.from_trials(entropies, quantity="Entropy")
        >>> display.titles, display.values.shape == (5, len(trials.ch_names))
        (('delta', 'theta', 'alpha', 'beta', 'gamma'), True)
        """
        with speaking(cls.__name__):
            values = _average(trials)
        unit = f" ({trials.unit})" if trials.unit not in (None, "1") else ""
        maps = cls(values, trials.ch_names, titles=trials.features, quantity=quantity + unit)
        return maps.plot(ax, **settings)

    @in_our_look
    def plot(
        self,
        ax: Axes | Sequence[Axes] | None = None,
        *,
        cmap: str | Colormap | None = None,
        limits: tuple[float, float] | None = None,
        names: bool = False,
    ) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or sequence of them, default=None
            One for each map; ``None`` makes a figure.
        cmap : str or matplotlib.colors.Colormap, default=None
            ``None``: "cividis", or "RdBu_r" where values have both signs.
        limits : (float, float), default=None
            Values at the ends of the colours; ``None``: the least and the largest, or as far on
            either side of zero where values have both signs.
        names : bool, default=False
            Whether electrodes are named.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            There are not as many axes as maps, or limits do not ascend.
        """
        n = len(self.values)
        axes = _new_axes(n) if ax is None else np.ravel(ax)
        if len(axes) != n:
            raise ValueError(
                f"ScalpMapDisplay: expected one axes a map, {n}, got {len(axes)}; leave ax out for "
                f"a figure of them all."
            )
        signed = bool((self.values < 0).any() and (self.values > 0).any())
        low, high = self._limits(signed) if limits is None else limits
        if not low < high:
            raise ValueError(
                f"ScalpMapDisplay: expected limits of which the second is higher, got {limits!r}."
            )
        style = {"cmap": cmap or ("RdBu_r" if signed else "cividis"), "vmin": low, "vmax": high}
        self.axes_, self.figure_ = list(axes), axes[0].figure
        self.images_, self.contours_, self.electrodes_ = [], [], []
        for ax, title, values in zip(axes, self.titles, self.values, strict=True):
            self._plot_map(ax, values, style)
            ax.set_title(as_text(title), color=INK, **PLAIN)
            if names:
                self._name_electrodes(ax)
        self.colorbar_ = self._plot_bar(low, high)
        return self

    @property
    def places(self) -> np.ndarray:
        """Where electrodes are in a picture whose head has radius 1, (n_channels, 2)."""
        return flatten(self.directions_)

    def interpolate(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Interpolate values over the picture of a map.

        Parameters
        ----------
        values : ndarray of shape (n_channels,)

        Returns
        -------
        picture : ndarray of shape (N_PIXELS, N_PIXELS)
            Rows from back to front, columns from left to right.
        inside : ndarray of the same shape
            Above zero where the map is: on the head, and near an electrode with a value.
        """
        known = ~np.isnan(values)
        wanted, radius = _pixels()
        if not known.any():
            return np.full(radius.shape, np.nan), np.full(radius.shape, -1.0)
        near = (wanted @ self.directions_[known].T).max(axis=-1) - np.cos(REACH)
        rim = max(1, np.linalg.norm(self.places, axis=1).max() + 0.04)
        weights = spline_matrix(self.directions_[known], wanted.reshape(-1, 3), **SPLINE)
        picture = weights @ values[known]
        return picture.reshape(radius.shape), np.minimum(near, rim - radius)

    def _limits(self, signed):
        if np.isnan(self.values).all():
            return 0.0, 1.0
        low, high = np.nanmin(self.values), np.nanmax(self.values)
        if signed:
            return -max(-low, high), max(-low, high)
        # Colours of a constant, but for rounding, are those of the middle.
        size = max(abs(low), abs(high))
        room = max(0.5, 1e-6 * size)
        return (low, high) if high - low > 1e-12 * size else (low - room, high + room)

    def _plot_map(self, ax, values, style):
        ax.set_axis_off()
        ax.set_aspect("equal")
        ends = STEPS[[0, -1]]
        ax.set(xlim=ends, ylim=ends)
        picture, inside = self.interpolate(values)
        look = {"extent": (*ends, *ends), "origin": "lower", "interpolation": "bilinear"}
        image = ax.imshow(picture, **look, **style)
        self.images_.append(image)
        self.contours_.append(_plot_contours(ax, picture, style))
        edge = _outline(ax, inside)
        for artist in (image, self.contours_[-1]):
            if artist is not None:
                artist.set_clip_path(edge, ax.transData)
        _plot_outline(ax)
        known = ~np.isnan(values)
        size = 5 if len(values) > 40 else 9
        look = {"s": size, "color": INK, "edgecolors": "white", "linewidths": 0.4, "zorder": 4}
        self.electrodes_.append(ax.scatter(*self.places[known].T, **look))
        ax.scatter(*self.places[~known].T, s=14, color=INK, marker="x", linewidths=0.8, zorder=4)

    def _name_electrodes(self, ax):
        from matplotlib.patheffects import withStroke

        for name, place in zip(self.ch_names, self.places, strict=True):
            look = {"textcoords": "offset points", "ha": "center", "color": INK, "zorder": 5}
            text = ax.annotate(as_text(name), place, (0, 2.5), fontsize=6, **look, **PLAIN)
            text.set_path_effects([withStroke(linewidth=1.5, foreground="white")])

    def _plot_bar(self, low, high):
        several = len(self.axes_) > 1
        bar = self.figure_.colorbar(
            self.images_[-1],
            ax=self.axes_,
            fraction=0.05 if not several else 0.15 / len(self.axes_),
            shrink=0.75,
            pad=0.02,
            ticks=[low, (low + high) / 2, high],
            format=lambda value, _: _tell(value, high - low),
        )
        bar.outline.set_visible(False)
        bar.set_label(self.quantity, **PLAIN)
        dress_ticks(bar.ax)
        return bar


def flatten(directions):
    """Where directions are in a picture: as far from the middle as they are from the vertex.

    Parameters
    ----------
    directions : ndarray of shape (n, 3)
        Vectors of length one.

    Returns
    -------
    ndarray of shape (n, 2)
        To the right, to the front; the outline of the head has radius 1.

    Examples
    --------
    >>> flatten(np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])).round(3).tolist()
    [[0.0, 0.0], [0.818, 0.0]]
    """
    angle = np.arccos(np.clip(directions[:, 2], -1, 1))
    length = np.hypot(directions[:, 0], directions[:, 1])
    return directions[:, :2] * (angle / RIM / np.where(length > 0, length, 1))[:, None]


def _directions(ch_names):
    """Directions of electrodes as a picture has them: Cz is the middle."""
    points = positions([*ch_names, "Cz"]) - head_centre()
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    *_, cz = points
    # Around the axis through the ears, so that left stays left.
    cosine, sine = cz[[2, 1]] / np.hypot(cz[2], cz[1])
    turn = np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
    return points[:-1] @ turn.T


def _pixels():
    """Direction of each pixel, and its distance from the middle."""
    x, y = np.meshgrid(STEPS, STEPS)
    radius = np.hypot(x, y)
    angle = RIM * radius
    along = np.sin(angle) / np.where(radius > 0, radius, 1)
    return np.stack([x * along, y * along, np.cos(angle)], axis=-1), radius


def _plot_contours(ax, picture, style):
    # An even number, of which none is zero, where noise alone would draw.
    levels = np.linspace(style["vmin"], style["vmax"], N_CONTOURS + 2)[1:-1]
    levels = levels[(levels > picture.min()) & (levels < picture.max())]
    if not len(levels):
        return None
    lines = ["dashed" if level < 0 else "solid" for level in levels]
    look = {"colors": INK, "linewidths": 0.5, "linestyles": lines, "alpha": 0.7}
    return ax.contour(STEPS, STEPS, picture, levels=levels, **look)


def _outline(ax, inside):
    """Path around where a picture has a map."""
    from matplotlib.path import Path

    if inside.max() <= 0:
        return Path(np.empty((0, 2)))
    edge = ax.contour(STEPS, STEPS, inside, levels=[0.0])
    edge.remove()
    return edge.get_paths()[0]


def _plot_outline(ax):
    """Head, nose and ears."""
    turn = np.linspace(0, 2 * np.pi, 200)
    look = {"color": INK, "linewidth": 0.9, "zorder": 3}
    ax.plot(np.cos(turn), np.sin(turn), **look)
    ax.plot([-0.12, 0, 0.12], [0.993, 1.14, 0.993], **look)
    ear = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 40)
    for side in (-1, 1):
        ax.plot(side * (0.985 + 0.09 * np.cos(ear)), 0.2 * np.sin(ear), **look)


def _new_axes(n):
    n_columns = min(n, A_ROW)
    n_rows = -(-n // n_columns)
    width = HALF if n < 3 else FULL
    height = min(2.6, 0.88 * width / n_columns + 0.15) * n_rows
    axes = np.ravel(new_axes(width, height, nrows=n_rows, ncols=n_columns, squeeze=False))
    for spare in axes[n:]:
        spare.remove()
    return axes[:n]


def _tell(value, span):
    """A number as a tick has it."""
    text = f"{value:.3g}" if abs(value) > span / 1000 else "0"
    return text.replace("-", "\N{MINUS SIGN}")


def _read(values, n_channels):
    table = np.atleast_2d(np.asarray(values, dtype=float))
    if table.ndim != 2 or table.shape[1] != n_channels or not table.size:
        raise ValueError(
            f"expected a value of each of {n_channels} channels, or rows of them, got shape "
            f"{np.shape(values)}; average over what else there is."
        )
    if np.isinf(table).any():
        raise ValueError("expected finite values, got infinity; mark what is missing as NaN.")
    return table


def _read_titles(titles, n_maps):
    titles = ("",) * n_maps if titles is None else tuple(map(str, titles))
    if len(titles) != n_maps:
        raise ValueError(f"expected a title a map, {n_maps}, got {len(titles)}.")
    return titles


def _average(trials):
    """Mean of each feature and channel over all else, (n_features, n_channels)."""
    if not isinstance(trials, Trials) or trials.features is None or "channel" not in trials.axes:
        raise ValueError(
            f"expected Trials of features of each channel, such as DEExtractor returns, got "
            f"{trials if isinstance(trials, Trials) else type(trials).__name__}."
        )
    if trials.ch_names is None:
        raise ValueError(
            "expected Trials with ch_names, got none; replace(ch_names=[…]) adds them."
        )
    place = trials.axes.index("channel")
    rows = [
        np.moveaxis(trial, place, -2).reshape(-1, *_ends(trial, place)) for trial in trials.data
    ]
    table = np.concatenate(rows)
    known = np.count_nonzero(~np.isnan(table), axis=0)
    # Of nothing there is no mean.
    return np.where(known, np.nansum(table, axis=0) / np.where(known, known, 1), np.nan).T


def _ends(trial, place):
    return trial.shape[place], trial.shape[-1]
