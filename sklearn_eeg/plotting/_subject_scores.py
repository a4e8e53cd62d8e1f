"""SubjectScoresDisplay: how persons differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import cycle
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.metrics import accuracy_score, get_scorer
from sklearn.utils import _safe_indexing

from sklearn_eeg._labels import read_labels
from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import rows_of, subjects_of
from sklearn_eeg._typing import Data
from sklearn_eeg.metrics import chance_level
from sklearn_eeg.plotting._bootstrap import (
    OF_COUNTS,
    interval_over_subjects,
    interval_over_trials,
)
from sklearn_eeg.plotting._predictions import ask_folds
from sklearn_eeg.plotting._style import (
    BLUE,
    FULL,
    GREY,
    HALF,
    INK,
    ORANGE,
    PLAIN,
    add_legend,
    as_text,
    dress_ticks,
    in_our_look,
    new_axes,
    readable,
    shorten,
    tidy,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sklearn_eeg.evaluation._evaluation import Evaluation


# Of references, hollow.
MARKS = "sD^v"


class SubjectScoresDisplay:
    """Score of each subject, sorted, with its interval, the mean and its interval, and chance.

    The bar of a subject is the bootstrap interval of 95 % over its trials, of metrics that the
    confusion matrix tells: accuracy, balanced accuracy and macro F1. The band is that of the mean
    over subjects.

    Parameters
    ----------
    scores : Series or mapping
        Score by subject.
    metric : str, default="score"
        What the score is.
    chance : float, default=None
        Score of a guess; ``None`` or NaN: not known, and no line.
    baseline : float, default=None
        Mean score of a baseline.
    references : mapping of str to Series or mapping, default=None
        Scores of the same subjects by other models, by name.
    intervals : mapping of subject to (float, float), default=None
        Ends of each subject's bar; ``None``: stems from chance, or from zero.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    points_, mean_ : matplotlib.lines.Line2D
    band_ : matplotlib.patches.Rectangle or None
        Interval of the mean; ``None`` of a single subject.
    bars_ : matplotlib.collections.LineCollection
        Intervals of the subjects, or stems.
    chance_ : matplotlib.lines.Line2D or None
    references_ : list of matplotlib.lines.Line2D

    Examples
    --------
    >>> display = SubjectScoresDisplay({"s1": 0.6, "s2": 0.8}, "accuracy", chance=0.5).plot()
    >>> [label.get_text() for label in display.ax_.get_xticklabels()]
    ['s2', 's1']
    """

    def __init__(
        self,
        scores: pd.Series | Mapping[Any, float],
        metric: str = "score",
        chance: float | None = None,
        baseline: float | None = None,
        references: Mapping[str, Any] | None = None,
        intervals: Mapping[Any, tuple[float, float]] | None = None,
    ) -> None:
        self.scores = pd.Series(scores, dtype=float)
        if not len(self.scores):
            raise ValueError("SubjectScoresDisplay: expected the score of a subject, got none.")
        self.metric = metric
        self.chance = None if pd.isna(chance) else chance
        self.baseline = baseline
        self.references = {name: pd.Series(own) for name, own in (references or {}).items()}
        self.intervals = intervals
        if intervals is not None and (lacking := set(self.scores.index) - set(intervals)):
            raise ValueError(
                f"SubjectScoresDisplay: expected the interval of every subject, got none of "
                f"{', '.join(sorted(map(str, lacking)))}."
            )

    @classmethod
    def from_evaluation(
        cls, evaluation: Evaluation, metric: str | None = None, ax: Axes | None = None
    ) -> Self:
        """Plot a metric of an :class:`~.Evaluation`; ``None`` is its first.

        References that see no signal are left out: they are no models.
        """
        metric = evaluation.scores.columns[0] if metric is None else metric
        baseline = None if evaluation.baseline is None else evaluation.baseline[metric].mean()
        references = {
            name: other.scores[metric]
            for name, other in evaluation.references.items()
            if metric in other.scores and name not in evaluation.protocol.get("confounds", ())
        }
        table = evaluation.predictions.groupby("subject")
        # A trial that was tested several times, such as by each seed, is one all the same.
        answers = {
            who: (rows["true"], rows["predicted"], rows["trial"].nunique()) for who, rows in table
        }
        chance, intervals = evaluation.chance[metric], _intervals(answers, metric)
        scores = evaluation.scores[metric]
        return cls(scores, metric, chance, baseline, references, intervals).plot(ax)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Data,
        y: ArrayLike,
        groups: ArrayLike | None = None,
        *,
        scoring: Any = "accuracy",
        ax: Axes | None = None,
    ) -> Self:
        """Plot how well a fitted classifier does for each subject.

        Parameters
        ----------
        estimator : fitted classifier or Pipeline
        X : Trials, array or list
            Of subjects that it was not fitted on.
        y : array-like of shape (n_trials,), or votes
            True labels.
        groups : array-like of shape (n_trials,), default=None
            Subject of each trial; ``None``: those that ``X`` carries.
        scoring : str or callable, default="accuracy"
            scikit-learn's scorer, by name or as ``scorer(estimator, X, y)``.
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.

        Returns
        -------
        SubjectScoresDisplay
        """
        with speaking(cls.__name__):
            subjects, (_, labels) = subjects_of(X, groups), read_labels(y, len(X))
        scorer = get_scorer(scoring)
        parts = {
            who: (_safe_indexing(X, rows), labels[rows]) for who, rows in _by_subject(subjects)
        }
        scores = {who: scorer(estimator, part, true) for who, (part, true) in parts.items()}
        name, intervals = scoring if isinstance(scoring, str) else "score", None
        if name in OF_COUNTS:
            answers = {who: (true, estimator.predict(part)) for who, (part, true) in parts.items()}
            intervals = _intervals(answers, name)
        chance = _chance(name, labels)
        return cls(scores, name, chance, intervals=intervals).plot(ax)

    @classmethod
    def from_cv_results(
        cls,
        cv_results: dict[str, Any],
        X: Data,
        y: ArrayLike,
        groups: ArrayLike | None = None,
        *,
        metric: Callable[..., Any] = accuracy_score,
        ax: Axes | None = None,
    ) -> Self:
        """Plot how well the classifiers of a cross-validation do for subjects they were tested on.

        Parameters
        ----------
        cv_results : dict
            Of :func:`sklearn.model_selection.cross_validate` with ``return_estimator=True`` and
            ``return_indices=True``.
        X : Trials, array or list
            What was cross-validated.
        y : array-like of shape (n_trials,), or votes
            True labels.
        groups : array-like of shape (n_trials,), default=None
            Subject of each trial; ``None``: those that ``X`` carries.
        metric : callable, default=accuracy_score
            As of :meth:`from_predictions`.
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.

        Returns
        -------
        SubjectScoresDisplay

        Raises
        ------
        ValueError
            The results have no estimators or no indices, or subjects are unknown.
        """
        with speaking(cls.__name__):
            subjects, (_, labels) = subjects_of(X, groups), read_labels(y, len(X))
            rows, predicted = ask_folds(cv_results, X, lambda model, part: model.predict(part))
        return cls.from_predictions(labels[rows], predicted, subjects[rows], metric=metric, ax=ax)

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        groups: ArrayLike,
        *,
        metric: Callable[..., Any] = accuracy_score,
        ax: Axes | None = None,
    ) -> Self:
        """Plot a metric of each subject's predictions, such as those of ``cross_val_predict``.

        Parameters
        ----------
        y_true : array-like of shape (n_trials,), or votes
        y_pred : array-like of shape (n_trials,)
        groups : array-like of shape (n_trials,)
            Subject of each trial.
        metric : callable, default=accuracy_score
            (y_true, y_pred) -> float, such as those of :mod:`sklearn.metrics`.
        ax : matplotlib.axes.Axes, default=None
            Where; ``None`` makes a figure.

        Returns
        -------
        SubjectScoresDisplay

        Examples
        --------
        >>> display = SubjectScoresDisplay.from_predictions(
        ...     [0, 1, 0, 1], [0, 1, 1, 1], groups=["s1", "s1", "s2", "s2"]
        ... )
        >>> display.scores.tolist()
        [1.0, 0.5]
        """
        y_pred = np.asarray(y_pred)
        with speaking(cls.__name__):
            subjects, (_, labels) = subjects_of(y_pred, groups), read_labels(y_true, len(y_pred))
        answers = {who: (labels[rows], y_pred[rows]) for who, rows in _by_subject(subjects)}
        scores = {who: metric(true, predicted) for who, (true, predicted) in answers.items()}
        name = getattr(metric, "__name__", "score").removesuffix("_score") or "score"
        chance = _chance(name, labels)
        return cls(scores, name, chance, intervals=_intervals(answers, name)).plot(ax)

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
        scores = self.scores.sort_values(ascending=False, kind="stable")
        n = len(scores)
        ax = new_axes(float(np.clip(0.7 + 0.14 * n, HALF, FULL)), 2.5) if ax is None else ax
        tidy(ax)
        self._plot_mean(ax, scores)
        self._plot_lines(ax)
        self.bars_ = ax.vlines(range(n), *self._bars(scores), color=INK, linewidth=1)
        (self.points_,) = ax.plot(range(n), scores, "o", color=INK, markersize=4)
        self.references_ = [
            self._plot_reference(ax, scores.index, *reference)
            for reference in zip(self.references.items(), cycle(MARKS), strict=False)
        ]
        _name_subjects(ax, shorten(scores.index))
        ax.set_ylabel(readable(self.metric), **PLAIN)
        ax.set_xlim(-0.7, n - 0.3)
        low, high = ax.get_ylim()
        ends = scores.max() <= 1 and high > 0.5
        ax.set_ylim(max(low, 0) if scores.min() >= 0 else low, 1.0 if ends else high)
        for artist in (self.points_, self.bars_, *self.references_):
            artist.set_clip_on(False)
        add_legend(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _plot_mean(self, ax, scores):
        low, high = interval_over_subjects(scores.to_numpy(dtype=float))
        label = f"mean {scores.mean():.2f}"
        if len(scores) > 1 and np.isfinite(scores).all():
            label += f", SD {scores.std(ddof=1):.2f}"
        self.mean_ = ax.axhline(scores.mean(), color=BLUE, linewidth=1.5, label=label)
        self.band_ = None
        if np.isfinite(low):
            label = f"95 %: {low:.2f} to {high:.2f}"
            look = {"color": BLUE, "alpha": 0.18, "linewidth": 0}
            self.band_ = ax.axhspan(low, high, label=label, **look)

    def _plot_lines(self, ax):
        self.chance_ = None
        if self.baseline is not None and self.baseline != self.chance:
            label = f"baseline {self.baseline:.2f}"
            ax.axhline(self.baseline, color=GREY, linestyle=":", label=label)
        if self.chance is not None:
            look = {"color": ORANGE, "linestyle": "--", "label": f"chance {self.chance:.2f}"}
            self.chance_ = ax.axhline(self.chance, **look)

    def _bars(self, scores):
        if self.intervals is None:
            return self.chance or 0, scores
        return np.array([self.intervals[subject] for subject in scores.index], dtype=float).T

    def _plot_reference(self, ax, subjects, reference, mark):
        name, own = reference
        label = f"{as_text(name)} {own.mean():.2f}"
        look = {"color": INK, "fillstyle": "none", "markersize": 6, "label": label}
        return ax.plot(range(len(subjects)), own.reindex(subjects), mark, linestyle="none", **look)[
            0
        ]


def _chance(metric, labels):
    n_classes = len(np.unique(labels))
    return chance_level(metric, n_classes) if n_classes else None


def _by_subject(subjects):
    return [(subjects[rows[0]], rows) for rows in rows_of(subjects)]


def _intervals(answers, metric):
    """Interval of each subject, ``None`` of a metric that counts do not tell."""
    if metric not in OF_COUNTS:
        return None
    return {
        who: interval_over_trials(true, predicted, metric, *n_trials)
        for who, (true, predicted, *n_trials) in answers.items()
    }


def _name_subjects(ax, names):
    """Names below the points: upright where there is room, else turned, else none."""
    dress_ticks(ax)
    size = ax.xaxis.get_tick_params()["labelsize"]
    room = ax.get_window_extent().width / ax.figure.dpi * 72 / max(len(names), 1)
    turned = room < 0.75 * size * max(map(len, names))
    if turned and room < 5:
        ax.set_xticks([])
        ax.set_xlabel(f"{len(names)} subjects, from best to worst")
        return
    look = {"rotation": 90 if turned else 0, "fontsize": min(size, room) if turned else size}
    ax.set_xticks(range(len(names)), names, **look, **PLAIN)
    ax.set_xlabel("Subject")
