"""Channels laid out as pictures of the scalp, and back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from array_api_compat import array_namespace, device
from scipy.interpolate import RBFInterpolator
from scipy.optimize import linear_sum_assignment
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg import _validation as v
from sklearn_eeg._axes import without
from sklearn_eeg._constraints import Flag
from sklearn_eeg._door import NOTHING_KNOWN, read
from sklearn_eeg._kinds import is_tensor
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data
from sklearn_eeg.montage._grids import GRIDS
from sklearn_eeg.montage._named import NamedChannels
from sklearn_eeg.montage._positions import unit_directions
from sklearn_eeg.trials import Trials

EMPTY = (".", "", None)


def spread(x, cells, n_cells, fill):
    """Put channels into their cells: (..., channel, band) -> (..., band, cell).

    Where all channels are NaN, empty cells are too: a missing window stays one.
    """
    xp = array_namespace(x)
    shape = (*x.shape[:-2], x.shape[-1], n_cells)
    maps = xp.full(shape, fill, dtype=x.dtype, device=device(x))
    maps[..., cells] = x.mT
    missing = xp.all(xp.isnan(x), axis=(-2, -1))
    maps[missing, ...] = xp.nan
    return maps


def _spread_tensors(x, sources, fill, grid):
    """As ``spread``, and in rows and columns, without writing in place."""
    missing = x.isnan().all(-1).all(-1)[..., None, None]
    rows = array_namespace(x).concat([x.mT, fill.expand(*x.shape[:-2], *fill.shape[-2:])], axis=-1)
    maps = rows[..., sources].masked_fill(missing, float("nan"))
    return maps.unflatten(-1, grid)


def surface_weights(points, known):
    """Weights (point, known) of a smooth surface through values at the points of index ``known``.

    A radial basis with the kernel r, which overshoots least where the surface leaves its data.
    """
    unit = np.eye(len(known))
    weights = RBFInterpolator(points[known], unit, kernel="linear", degree=0)(points)
    weights[known] = unit
    return weights


def project(directions):
    """Azimuthal equidistant projection from above: (n, 3) unit vectors -> (n, 2) as x, y."""
    angle = np.arccos(np.clip(directions[:, 2], -1, 1))
    plane = directions[:, :2]
    return plane * (angle / np.maximum(np.linalg.norm(plane, axis=1), 1e-12))[:, None]


def nearest_cells(xy, shape):
    """One cell for each point, none twice, so that the sum of squared distances is least."""
    n_rows, n_columns = shape
    x, y = xy.T
    column = (x / max(abs(x).max(), 1e-12) + 1) / 2 * (n_columns - 1)
    row = (y.max() - y) / max(np.ptp(y), 1e-12) * (n_rows - 1)
    centres = np.indices(shape).reshape(2, -1)
    distance = (row[:, None] - centres[0]) ** 2 + (column[:, None] - centres[1]) ** 2
    return linear_sum_assignment(distance)[1]


class GridMapper(NamedChannels):
    """Lay channels out on a grid, front of the head on top, left on the left.

    Parameters
    ----------
    grid : str or sequence of rows, default="seed-8x9"
        ``"seed-8x9"``, ``"seed-9x9"``, ``"deap-9x9"``, ``"10-20-5x5"``; or a table of names, each
        row a string or a sequence, ``"."`` for an empty cell; or ``"positions"``: each channel goes
        to a cell near its place on the head, seen from above, and no cell gets two.
    shape : tuple of (int, int), default=(9, 9)
        Rows and columns of the grid ``"positions"``.
    interpolate : bool, default=False
        Whether empty cells, and cells of missing (NaN) channels, get values of a smooth surface
        through the others instead of ``fill`` and NaN.
    fill : float, default=0.0
        Value of cells that have no channel, but for missing windows, all of whose cells are NaN.
    ch_names : sequence of str, default=None
        Names of the channels, for arrays; any spelling.

    Attributes
    ----------
    grid_ : ndarray of str, shape (n_rows, n_columns)
        Channel of each cell as the data name it, ``""`` where there is none.
    cells_ : ndarray of int, shape (n_channels,)
        Cell of each channel, counted row by row.

    Raises
    ------
    ValueError
        A channel has no cell, or names are unknown.

    See Also
    --------
    sklearn_eeg.montage.GRIDS : The tables.

    Notes
    -----
    (n_trials, n_windows, n_channels, n_bands) becomes (n_trials, n_windows, n_bands, n_rows,
    n_columns); without a window axis there is none in the output either. The last axis may be time:
    signals become pictures over time. Cells of the grid whose channel the data lack are empty.
    Torch tensors stay tensors on their device.

    Examples
    --------
    >>> from sklearn_eeg.montage import SEED_62
    >>> X = np.arange(62.0).reshape(1, 62, 1)
    >>> mapper = GridMapper("seed-8x9", ch_names=SEED_62).fit(X)
    >>> mapper.transform(X)[0, 0, 0]
    array([0., 0., 3., 0., 1., 2., 4., 0., 0.])
    >>> bool((mapper.inverse_transform(mapper.transform(X)) == X).all())
    True
    """

    _allow_nan = "any"
    _takes = "window? channel *"
    _stateless = True
    _any_rate = True
    _arguments: ClassVar = {"interpolate": Flag()}
    _accepts_tensors = True
    _pointwise = ("window", "time")

    def __init__(
        self,
        grid: str | Sequence[Any] = "seed-8x9",
        *,
        shape: tuple[int, int] = (9, 9),
        interpolate: bool = False,
        fill: float = 0.0,
        ch_names: Sequence[str] | None = None,
    ) -> None:
        self.grid = grid
        self.shape = shape
        self.interpolate = interpolate
        self.fill = fill
        self.ch_names = ch_names

    def inverse_transform(self, X: Data) -> Any:
        """Read the channels back from their cells.

        Parameters
        ----------
        X : array, tensor, list of arrays or Trials
            Maps, (..., n_bands, n_rows, n_columns).

        Returns
        -------
        The kind that came in, (..., n_channels, n_bands), channels as in ``fit``.
        """
        check_is_fitted(self)
        with speaking(type(self).__name__):
            signals = self._maps(X)
            for maps in signals.data:
                if tuple(maps.shape[-2:]) != self.grid_.shape:
                    raise ValueError(
                        f"expected maps of {self.grid_.shape} cells in the last axes, "
                        f"got shape {tuple(maps.shape)}; give what transform returned."
                    )
            facts = {"ch_names": self.ch_names_, "axes": self.axes_}
            signals = signals.map(
                lambda x: x.reshape(*x.shape[:-2], -1)[..., self.cells_].mT, **facts
            )
            return self._close(signals, X)

    def _maps(self, X):
        X = read(X)
        return X if isinstance(X, Trials) else NOTHING_KNOWN.derive(data=X)

    def _fit(self, signals):
        super()._fit(signals)
        if isinstance(self.grid, str) and self.grid == "positions":
            shape = self._check_room(signals.ch_names)
            self.cells_ = nearest_cells(project(unit_directions(signals.ch_names)), shape)
        else:
            table = self._table()
            shape = table.shape
            self.cells_ = self._find_cells(table, signals.ch_names)
        self.grid_ = np.full(shape, "", dtype=object)
        self.grid_.flat[self.cells_] = signals.ch_names

    def _check_room(self, ch_names):
        sizes = tuple(self.shape) if np.ndim(self.shape) == 1 else ()
        if len(sizes) != 2 or any(not isinstance(n, Integral) or n < 1 for n in sizes):
            raise ValueError(
                f"expected shape to be two whole numbers, rows and columns, got {self.shape!r}."
            )
        n_rows, n_columns = sizes
        if n_rows * n_columns < len(ch_names):
            raise ValueError(
                f"expected shape to hold {len(ch_names)} channels, "
                f"got {self.shape}; give a larger one."
            )
        return n_rows, n_columns

    def _table(self):
        if isinstance(self.grid, str):
            v.check_choice("grid", self.grid, [*GRIDS, "positions"])
            rows = GRIDS[self.grid]
        else:
            rows = [row.split() if isinstance(row, str) else list(row) for row in self.grid]
        if len({len(row) for row in rows}) != 1 or not rows[0]:
            raise ValueError(
                f"expected a grid with rows of one length, "
                f"got lengths {[len(row) for row in rows]}; mark empty cells by '.'."
            )
        return np.array([["" if cell in EMPTY else cell for cell in row] for row in rows], object)

    def _find_cells(self, table, ch_names):
        cells = np.flatnonzero(table != "")
        electrodes = table.flat[cells]
        self._locate((), electrodes)
        places = np.array(self._locate(electrodes, ch_names))
        lost = [name for place, name in enumerate(ch_names) if place not in places]
        if lost:
            raise ValueError(
                f"expected channels that have a cell in the grid, got "
                f"{', '.join(lost)}; drop them with a ChannelAligner or use grid='positions'."
            )
        present = places >= 0
        return cells[present][np.argsort(places[present])]

    def _transform(self, signals):
        axes = (*without(signals.axes, "channel"), "row", "column")
        return signals.map(self._map, ch_names=None, axes=axes)

    def _map(self, x):
        maps = self._interpolate(x) if self.interpolate else self._spread(x)
        return maps.reshape(*maps.shape[:-1], *self.grid_.shape)

    def _spread(self, x):
        return spread(x, self.cells_, self.grid_.size, self.fill)

    def _interpolate(self, x):
        """As ``_spread``, each window by the weights that suit the channels it has."""
        xp = array_namespace(x)
        windows = xp.reshape(x, (-1, *x.shape[-2:]))
        missing = xp.any(xp.isnan(windows), axis=-1)
        patterns, which = np.unique(_as_numpy(missing), axis=0, return_inverse=True)
        maps = self._spread(windows)
        points = np.indices(self.grid_.shape).reshape(2, -1).T
        for index, pattern in enumerate(patterns):
            rows = np.flatnonzero(which == index)
            if pattern.all():
                maps[rows] = xp.nan
                continue
            weights = surface_weights(points, self.cells_[~pattern])
            weights = xp.asarray(weights, dtype=x.dtype, device=device(x))
            maps[rows] = windows[rows][:, ~pattern].mT @ weights.mT
        return xp.reshape(maps, (*x.shape[:-2], *maps.shape[1:]))

    def _to_torch(self, shape):
        if self.interpolate:
            return super()._to_torch(shape)
        # Behind the channels of a window stands what fills the cells without one.
        sources = np.full(self.grid_.size, len(self.cells_))
        sources[self.cells_] = np.arange(len(self.cells_))
        fill = np.full((*[1] * (len(shape) - 1), shape[-1], 1), float(self.fill))
        function = partial(_spread_tensors, grid=self.grid_.shape)
        return self._arithmetic(function, sources=sources, fill=fill)

    @property
    def _outside(self):
        return "use interpolate=False, or " + NamedChannels._outside

    def _names_out(self, names):
        cells = [
            self.grid_[place] or f"row{place[0]}column{place[1]}"
            for place in np.ndindex(self.grid_.shape)
        ]
        if self.features_in_ is None:
            return cells
        return [f"{cell}_{band}" for band in self.features_in_ for cell in cells]


def _as_numpy(x):
    return x.detach().cpu().numpy() if is_tensor(x) else x
