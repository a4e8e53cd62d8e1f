"""Evaluation: what an evaluation by subject found, and how it was done."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from sklearn_eeg.metrics import chance_level

# On some hundred trials, a network made of steps at 1e-3 gained until about as many.
FEW_STEPS = 300


def spread(scores):
    """Standard deviation over subjects (n - 1); NaN where a score is infinite."""
    with np.errstate(invalid="ignore"):
        return scores.std(ddof=1)


@dataclass(frozen=True, repr=False, eq=False)
class Evaluation:
    """Out-of-fold predictions and scores of each subject; made by :func:`evaluate`.

    Attributes
    ----------
    scores : DataFrame of shape (n_subjects, n_metrics)
        Score of each tested subject, NaN where a metric is undefined for one; indexed by subject.
    baseline : DataFrame or None
        The same for the baseline, on the same folds.
    predictions : DataFrame
        One row a tested trial and fold: ``fold``, ``trial`` (its row in the data), ``subject``,
        ``true``, ``predicted``, ``baseline``, ``p(<class>)`` where the estimator has
        probabilities, and ``windows``, ``windows_right`` where it judges windows.
    history : DataFrame
        Learning curves: ``fold``, ``epoch`` and what the network recorded; empty without one.
    folds : DataFrame
        Subjects and trials on each side, seconds to fit and predict, and of a network the number of
        trained parameters and of the optimizer's steps; indexed by fold.
    classes : ndarray
        Labels, in the order of the confusion matrix.
    n_folds : int
        How many folds were planned; an interrupted evaluation has fewer in ``folds``.
    estimator : estimator
        What was evaluated, unfitted.
    protocol : dict
        How: the splitter, what it kept together, which metrics, and whether the training was given
        the test subjects' trials without labels (``transductive``).
    data : dict
        On what: a description and its SHA-256.
    """

    scores: pd.DataFrame
    baseline: pd.DataFrame | None
    predictions: pd.DataFrame
    history: pd.DataFrame
    folds: pd.DataFrame
    classes: np.ndarray
    n_folds: int
    estimator: object
    protocol: dict = field(default_factory=dict)
    data: dict = field(default_factory=dict)

    @property
    def is_complete(self):
        """Whether every fold was finished."""
        return len(self.folds) == self.n_folds

    @property
    def mean(self):
        """Mean of each metric over subjects, each subject counting once."""
        return self.scores.mean()

    @property
    def std(self):
        """Standard deviation of each metric over subjects (n - 1)."""
        return spread(self.scores)

    @property
    def n_scored(self):
        """Number of subjects for which each metric is defined; mean and SD are over those."""
        return self.scores.count()

    @property
    def chance(self):
        """Score of a uniformly random guess; NaN where the metric alone does not tell."""
        names = self.scores.columns
        return pd.Series({name: chance_level(name, len(self.classes)) for name in names})

    def confusion_matrix(self, normalize=None):
        """Counts of trials, true class by predicted class.

        Parameters
        ----------
        normalize : {"true", "pred", "all"}, default=None
            What each count is a share of.

        Returns
        -------
        ndarray of shape (n_classes, n_classes)
        """
        rows = self.predictions
        return confusion_matrix(
            rows["true"], rows["predicted"], labels=self.classes, normalize=normalize
        )

    def by_class(self):
        """Precision, recall and F1 of each class, over the trials of all subjects.

        Returns
        -------
        DataFrame of shape (n_classes, 5)
            ``precision``, NaN of a class that was never predicted; ``recall`` and ``f1``, NaN of
            one that was never tested; ``sd``, that of the recall over subjects (n - 1); and
            ``n_trials``.

        Examples
        --------
        >>> from sklearn.linear_model import LogisticRegression
        >>> from sklearn_eeg.evaluation import evaluate
        >>> rng = np.random.default_rng(0)
        >>> subjects, y = np.repeat(np.arange(6), 10), np.tile(["rest", "task"], 30)
        >>> X = rng.standard_normal((60, 4)) + (y == "task")[:, None]
        >>> result = evaluate(LogisticRegression(), X, y, groups=subjects, cv=3)
        >>> print(result.by_class().round(2))
               precision  recall    f1   sd  n_trials
        class
        rest        0.76    0.73  0.75  0.3        30
        task        0.74    0.77  0.75  0.2        30
        """
        rows = self.predictions
        precision, recall, f1, n_trials = precision_recall_fscore_support(
            rows["true"], rows["predicted"], labels=self.classes, zero_division=np.nan
        )
        right, code = rows["true"] == rows["predicted"], np.searchsorted(self.classes, rows["true"])
        shares = right.groupby([rows["subject"], code]).mean().unstack()
        sd = shares.reindex(columns=range(len(self.classes))).std(ddof=1).to_numpy()
        columns = {"precision": precision, "recall": recall, "f1": f1, "sd": sd}
        index = pd.Index(self.classes, dtype=object, name="class")
        return pd.DataFrame(columns | {"n_trials": n_trials}, index=index)

    def summary(self):
        """Mean, SD, how many subjects they are over, baseline and chance of each metric.

        Returns
        -------
        DataFrame of shape (n_metrics, 5)
        """
        columns = {"mean": self.mean, "sd": self.std, "n_subjects": self.n_scored}
        if self.baseline is not None:
            columns["baseline"] = self.baseline.mean()
        return pd.DataFrame(columns | {"chance": self.chance})

    def to_frame(self):
        """One row a subject: how many trials, its scores, and the baseline's.

        Returns
        -------
        DataFrame
        """
        n_trials = self.predictions.groupby("subject")["trial"].nunique().rename("n_trials")
        tables = [n_trials, self.scores]
        if self.baseline is not None:
            tables.append(self.baseline.add_prefix("baseline_"))
        return pd.concat(tables, axis=1)

    def to_dict(self):
        """Return what was done and found as plain numbers, strings, lists and dicts.

        Times are left out, so the same evaluation gives the same dict; they stand in ``folds``.
        """
        sides = self.folds.drop(columns=["fit_time", "predict_time"])
        return {
            "complete": self.is_complete,
            "folds_finished": len(self.folds),
            "folds_planned": self.n_folds,
            "protocol": self.protocol,
            "data": self.data,
            "classes": [_plain(label) for label in self.classes],
            "summary": _plain_rows(self.summary()),
            "subjects": _plain_rows(self.to_frame()),
            "folds": _plain_rows(sides),
        }

    def __repr__(self):
        table = self.scores.map("{:.3f}".format)
        table.insert(0, "trials", self.to_frame()["n_trials"].astype(str))
        table.index = table.index.astype(str)
        table.loc["mean ± SD"] = ["", *map("{:.2f} ± {:.2f}".format, self.mean, self.std)]
        if self.scores.isna().any(axis=None):
            table.loc["of subjects"] = ["", *self.n_scored.astype(str)]
        if self.baseline is not None:
            name = self.protocol.get("baseline", "baseline")
            table.loc[name] = ["", *map("{:.2f} ± {:.2f}".format, *_mean_std(self.baseline))]
        table.loc["chance"] = ["", *("–" if np.isnan(c) else f"{c:.2f}" for c in self.chance)]
        table.index.name = "subject"
        return f"{self._headline()}\n{table.reset_index().to_string(index=False)}{self._note()}"

    def _headline(self):
        text = (
            f"{self.protocol.get('cv', 'Evaluation')}: {len(self.scores)} subjects, "
            f"{len(self.predictions)} trials, {len(self.classes)} classes"
        )
        if self.protocol.get("transductive"):
            text += "; transductive: trained on the test subjects' unlabelled trials too"
        if self.protocol.get("subjects") == "trained on too":
            text += "; subject-dependent: the people tested were trained on too"
        if not self.is_complete:
            text += f"; finished {len(self.folds)} of {self.n_folds} folds"
        return text

    def _note(self):
        steps = pd.to_numeric(self.folds["n_steps"]).min()
        if pd.isna(steps) or steps >= FEW_STEPS:
            return ""
        return (
            f"\n\nFew steps: the optimizer made {steps:.0f} in a fold, and after less than "
            f"{FEW_STEPS} a network has often learnt little yet; more epochs or smaller batches "
            f"make more."
        )


def _mean_std(scores):
    return scores.mean(), spread(scores)


def _plain_rows(table):
    return {
        str(key): {column: _plain(value) for column, value in row.items()}
        for key, row in table.to_dict(orient="index").items()
    }


def _plain(value):
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and not np.isfinite(value):
        # JSON has no word for infinity.
        return None if np.isnan(value) else str(value)
    return value
