"""AttentionDisplay: when a network looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._fitted import reach
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data
from sklearn_eeg.plotting._style import (
    BLUE,
    GREY,
    HALF,
    PLAIN,
    add_legend,
    as_text,
    dress_ticks,
    in_our_look,
    new_axes,
    tidy,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


LINES = ("-", "--", "-.", ":")


class AttentionDisplay:
    """Attention over time: of many trials as a picture, of a few rows as steps.

    The dotted line is the weight of each step if all had the same. Weights tell what a network
    used, not what a brain did.

    Parameters
    ----------
    weights : array-like of shape (n_steps,) or (n_rows, n_steps)
        Each row sums to one.
    edges : array-like of shape (n_steps + 1,), default=None
        Where steps begin and the last one ends, in seconds; ``None`` numbers them.
    names : sequence of str of length n_rows, default=None
        What rows are, such as heads, which are drawn as steps; ``None``: they are trials, which are
        drawn as a picture if there are several.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    image_ : matplotlib.collections.QuadMesh or None
    steps_ : list of matplotlib.patches.StepPatch
        In place of the picture.
    colorbar_ : matplotlib.colorbar.Colorbar or None

    Raises
    ------
    ValueError
        Rows, edges and names do not line up.

    Examples
    --------
    >>> display = AttentionDisplay([0.1, 0.7, 0.2], [0, 8, 16, 24]).plot()
    >>> display.ax_.get_xlabel(), display.steps_[0].get_data().values.tolist()
    ('Time (s)', [0.1, 0.7, 0.2])
    """

    def __init__(
        self,
        weights: ArrayLike,
        edges: ArrayLike | None = None,
        *,
        names: Sequence[str] | None = None,
    ) -> None:
        self.weights = np.atleast_2d(np.asarray(weights, dtype=float))
        self.edges = None if edges is None else np.asarray(edges, dtype=float)
        self.names = None if names is None else tuple(map(str, names))
        n_rows, n_steps = self.weights.shape if self.weights.ndim == 2 else (0, 0)
        if edges is not None and not (np.diff(self.edges, axis=0) > 0).all():
            raise ValueError(
                "AttentionDisplay: expected edges that ascend, in seconds, got others."
            )
        fits = n_steps and (self.names is None or len(self.names) == n_rows)
        if not fits or (self.edges is not None and self.edges.shape != (n_steps + 1,)):
            raise ValueError(
                f"AttentionDisplay: expected rows of weights, a name a row and an edge more than "
                f"steps, got weights of shape {np.shape(weights)}, "
                f"{'no' if names is None else len(self.names)} names and "
                f"{'no' if edges is None else len(self.edges)} edges."
            )

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Data,
        *,
        trial: int | None = None,
        head: int | None = None,
        windows_per_step: int = 32,
        ax: Axes | None = None,
    ) -> Self:
        """Plot where a fitted network looks in trials.

        Parameters
        ----------
        estimator : fitted classifier, Pipeline or search
            Whose last step has ``attention_weights``, such as
            :class:`~sklearn_eeg.classifiers.ResAttentioNetClassifier`.
        X : Trials, array or list
            As for ``predict``. Times are those of windows, if the network is given Trials that know
            their ``window_onsets``.
        trial : int, default=None
            One trial, a curve a head; ``None``: all trials, a row each.
        head : int, default=None
            Of several heads; ``None``: their mean, or of one trial each of them.
        windows_per_step : int, default=32
            Windows that a step of the network stands for.
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.

        Returns
        -------
        AttentionDisplay

        Raises
        ------
        ValueError
            The estimator has no attention.
        """
        network, seen = reach(estimator, X)
        if not hasattr(network, "attention_weights"):
            raise ValueError(
                f"{cls.__name__}: expected a network with attention_weights, got "
                f"{type(network).__name__}; ResAttentioNetClassifier has them."
            )
        weights = network.attention_weights(seen)
        edges = step_edges(seen, weights.shape[-1], windows_per_step)
        if head is not None:
            weights = weights[:, [head]]
        if trial is None:
            return cls(weights.mean(axis=1), edges).plot(ax)
        n_heads = weights.shape[1]
        names = [f"head {n + 1}" for n in range(n_heads)] if head is None else [f"head {head + 1}"]
        return cls(weights[trial], edges, names=names).plot(ax)

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
        n_rows, n_steps = self.weights.shape
        edges = np.arange(n_steps + 1) if self.edges is None else self.edges
        is_picture = n_rows > 1 and self.names is None
        ax = new_axes(HALF, 2.4 if is_picture else 1.9) if ax is None else ax
        tidy(ax, grid=None if is_picture else "y")
        self.image_, self.colorbar_, self.steps_ = None, None, []
        if is_picture:
            self._plot_picture(ax, edges)
        else:
            self._plot_steps(ax, edges)
        ax.set(xlim=(edges[0], edges[-1]), xlabel="Step" if self.edges is None else "Time (s)")
        dress_ticks(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _plot_picture(self, ax, edges):
        rows = np.arange(len(self.weights) + 1) + 0.5
        look = {"cmap": "Blues", "vmin": 0, "rasterized": True}
        self.image_ = ax.pcolormesh(edges, rows, self.weights, **look)
        ax.set(ylim=rows[[-1, 0]], ylabel="Trial")
        ax.yaxis.get_major_locator().set_params(integer=True)
        self.colorbar_ = ax.figure.colorbar(self.image_, ax=ax, label="Attention", pad=0.02)
        self.colorbar_.outline.set_visible(False)
        dress_ticks(self.colorbar_.ax)

    def _plot_steps(self, ax, edges):
        n_rows, n_steps = self.weights.shape
        ax.axhline(1 / n_steps, color=GREY, linestyle=":", linewidth=1)
        names = [None] * n_rows if self.names is None else self.names
        for row, (weights, name) in enumerate(zip(self.weights, names, strict=True)):
            look = {"color": BLUE if row % 2 == 0 else "black", "linestyle": LINES[row % 4]}
            label = None if name is None else as_text(name)
            self.steps_.append(ax.stairs(weights, edges, baseline=None, label=label, **look))
            if n_rows == 1:
                ax.stairs(weights, edges, fill=True, color=BLUE, alpha=0.18, linewidth=0)
        ax.set_ylim(0, min(1.0, 1.1 * max(self.weights.max(), 1 / n_steps)))
        ax.set_ylabel("Attention", **PLAIN)
        if n_rows > 1:
            add_legend(ax, ncols=4)


def step_edges(trials, n_steps, windows_per_step):
    """Where steps of a number of windows begin and the last one ends, in seconds; else ``None``.

    Examples
    --------
    >>> from sklearn_eeg import Trials
    >>> onsets = [0.5 * n for n in range(5)]
    >>> trials = Trials(np.zeros((1, 5, 2)), axes=["window", "band"], window_onsets=onsets)
    >>> step_edges(trials, 3, 2).tolist()
    [0.0, 1.0, 2.0, 2.5]
    """
    onsets = getattr(trials, "window_onsets", None)
    if onsets is None or len(onsets) < 2:
        return None
    begins = np.asarray(onsets)[::windows_per_step]
    with speaking("AttentionDisplay"):
        if len(begins) != n_steps:
            raise ValueError(
                f"expected windows_per_step such that {len(onsets)} windows are {n_steps} steps, "
                f"got {windows_per_step}."
            )
    # As long as the step between the windows before it.
    return np.append(begins, 2 * onsets[-1] - onsets[-2])
