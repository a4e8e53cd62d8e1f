"""SubjectScoresDisplay: how persons differ."""

from itertools import cycle

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, get_scorer
from sklearn.utils import _safe_indexing

from sklearn_eeg._labels import read_labels
from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import rows_of, subjects_of
from sklearn_eeg.metrics import chance_level
from sklearn_eeg.plotting._style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PLAIN,
    as_text,
    new_axes,
    readable,
    tidy,
)

# Of references, hollow.
MARKS = "sD^v"


class SubjectScoresDisplay:
    """Score of each subject, sorted, with mean, SD and chance.

    Parameters
    ----------
    scores : Series or mapping
        Score by subject.
    metric : str, default="score"
        What the score is.
    chance : float, default=None
        Score of a guess, where stems begin; ``None`` or NaN: zero, and no line.
    baseline : float, default=None
        Mean score of a baseline.
    references : mapping of str to Series or mapping, default=None
        Scores of the same subjects by other models, by name.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> display = SubjectScoresDisplay({"s1": 0.6, "s2": 0.8}, "accuracy", chance=0.5).plot()
    >>> [label.get_text() for label in display.ax_.get_xticklabels()]
    ['s2', 's1']
    """

    def __init__(self, scores, metric="score", chance=None, baseline=None, references=None):
        self.scores = pd.Series(scores)
        self.metric = metric
        self.chance = None if pd.isna(chance) else chance
        self.baseline = baseline
        self.references = {name: pd.Series(own) for name, own in (references or {}).items()}

    @classmethod
    def from_evaluation(cls, evaluation, metric=None, ax=None):
        """Plot a metric of an :class:`~.Evaluation`; ``None`` is its first."""
        metric = evaluation.scores.columns[0] if metric is None else metric
        baseline = None if evaluation.baseline is None else evaluation.baseline[metric].mean()
        chance = evaluation.chance[metric]
        references = {
            name: other.scores[metric]
            for name, other in evaluation.references.items()
            if metric in other.scores
        }
        return cls(evaluation.scores[metric], metric, chance, baseline, references).plot(ax)

    @classmethod
    def from_estimator(cls, estimator, X, y, groups=None, *, scoring="accuracy", ax=None):
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
        scores = {
            subject: scorer(estimator, _safe_indexing(X, rows), labels[rows])
            for subject, rows in _rows_by_subject(subjects)
        }
        name = scoring if isinstance(scoring, str) else "score"
        return cls(scores, name, chance_level(name, len(np.unique(labels)))).plot(ax)

    @classmethod
    def from_predictions(cls, y_true, y_pred, groups, *, metric=accuracy_score, ax=None):
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
        scores = {
            subject: metric(labels[rows], y_pred[rows])
            for subject, rows in _rows_by_subject(subjects)
        }
        name = getattr(metric, "__name__", "score").removesuffix("_score") or "score"
        return cls(scores, name, chance_level(name, len(np.unique(labels)))).plot(ax)

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
        scores = self.scores.sort_values(ascending=False, kind="stable")
        n, mean, sd = len(scores), scores.mean(), scores.std(ddof=1)
        ax = new_axes(figsize=(max(5, 2.5 + 0.25 * n), 3.6)) if ax is None else ax
        tidy(ax)
        ax.axhspan(mean - sd, mean + sd, color=BLUE, alpha=0.1, linewidth=0)
        ax.axhline(mean, color=BLUE, linewidth=1.5, label=f"mean {mean:.2f}, SD {sd:.2f}")
        if self.baseline is not None and self.baseline != self.chance:
            label = f"baseline {self.baseline:.2f}"
            ax.axhline(self.baseline, color=GREY, linestyle=":", label=label)
        if self.chance is not None:
            label = f"chance {self.chance:.2f}"
            ax.axhline(self.chance, color=ORANGE, linestyle="--", label=label)
        ax.vlines(range(n), self.chance or 0, scores, color=INK, linewidth=1.2)
        ax.plot(range(n), scores, "o", color=INK, markersize=6)
        for (name, own), mark in zip(self.references.items(), cycle(MARKS), strict=False):
            label = f"{as_text(name)} {own.mean():.2f}"
            style = {"color": INK, "fillstyle": "none", "markersize": 9, "label": label}
            ax.plot(range(n), own.reindex(scores.index), mark, linestyle="none", **style)
        names = [as_text(subject) for subject in scores.index]
        ax.set_xticks(range(n), names, rotation=90 if n > 16 else 0, **PLAIN)
        ax.set_ylabel(readable(self.metric).capitalize(), **PLAIN)
        ax.set(xlabel="Subject", xlim=(-0.7, n - 0.3))
        low, high = ax.get_ylim()
        ax.set_ylim(max(low, 0) if scores.min() >= 0 else low, max(high, 1) if high > 0.5 else high)
        place = {"loc": "lower left", "bbox_to_anchor": (0, 1)}
        for text in ax.legend(frameon=False, ncols=3, labelcolor=INK, **place).get_texts():
            text.set(**PLAIN)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _rows_by_subject(subjects):
    return [(subjects[rows[0]], rows) for rows in rows_of(subjects)]
