"""Evaluation: what an evaluation by subject found, and how it was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from sklearn_eeg._fitted import FEW_STEPS, last_step
from sklearn_eeg.evaluation._choices import tell_choices
from sklearn_eeg.evaluation._line import tell_absence
from sklearn_eeg.evaluation._plain import plain, plain_rows
from sklearn_eeg.evaluation._references import paired_differences, tell_differences
from sklearn_eeg.evaluation._spreads import tell_metrics
from sklearn_eeg.metrics import chance_level

WINDOWS = "window_accuracy"


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
    fold_scores : DataFrame of shape (n_tested, n_metrics)
        The scores of each subject in each fold that tests them, indexed by fold and subject; of
        several, ``scores`` has the mean.
    predictions : DataFrame
        One row a tested trial and fold: ``fold``, ``trial`` (its row in the data), ``subject``,
        ``true``, ``predicted``, ``baseline``, ``p(<class>)`` where the estimator has
        probabilities, ``kl_divergence`` of those from votes, in nats, where there are votes, and
        ``windows``, ``windows_right`` where it judges windows. With several seeds, ``seed``.
    history : DataFrame
        Learning curves: ``fold``, ``epoch`` and what the network recorded; empty without one.
    choices : DataFrame
        What searches inside the model chose, knowing the training subjects alone: ``fold``,
        ``search``, its ``inner_score`` and ``n_candidates``, and each setting; empty without one.
    folds : DataFrame
        Subjects and trials on each side, seconds to fit and predict, and of a network the number of
        trained parameters and of the optimizer's steps; indexed by fold. With several seeds each
        has folds of its own, and ``seed`` and ``split`` say which they are.
    classes : ndarray
        Labels, in the order of the confusion matrix.
    n_folds : int
        How many folds were planned, of all seeds together; an interrupted evaluation has fewer in
        ``folds``.
    estimator : estimator
        What was evaluated, unfitted.
    protocol : dict
        How: the splitter, what it kept together, which metrics, whether the training was given
        the test subjects' trials without labels (``transductive``), what stands for a subject where
        none is known (``unit``), which references see no signal
        (``confounds``), why logistic regression could not stand beside it, if it should
        (``without_logistic``), and the ``seeds``, ``None`` of a single run.
    data : dict
        On what: a description and its SHA-256.
    references : dict of str to Evaluation
        What else was evaluated on the same folds, by name.
    """

    scores: pd.DataFrame
    baseline: pd.DataFrame | None
    fold_scores: pd.DataFrame
    predictions: pd.DataFrame
    history: pd.DataFrame
    choices: pd.DataFrame
    folds: pd.DataFrame
    classes: np.ndarray
    n_folds: int
    estimator: object
    protocol: dict = field(default_factory=dict)
    data: dict = field(default_factory=dict)
    references: dict = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether every fold was finished."""
        return len(self.folds) == self.n_folds

    @property
    def mean(self) -> pd.Series:
        """Mean of each metric over subjects, each subject counting once."""
        return self.scores.mean()

    @property
    def std(self) -> pd.Series:
        """Standard deviation of each metric over subjects (n - 1)."""
        return spread(self.scores)

    @property
    def n_scored(self) -> pd.Series:
        """Number of subjects for which each metric is defined; mean and SD are over those."""
        return self.scores.count()

    @property
    def chance(self) -> pd.Series:
        """Score of a uniformly random guess; NaN where the metric alone does not tell."""
        names = self.scores.columns
        return pd.Series({name: chance_level(name, len(self.classes)) for name in names})

    def of_first_seed(self) -> Evaluation:
        """Return the predictions of one run: all of them, unless there are several seeds."""
        rows = self.predictions
        return rows[rows["seed"] == rows["seed"].min()] if "seed" in rows else rows

    def metrics(
        self, *, level: float = 0.95, n_resamples: int = 9999, random_state: int = 0
    ) -> pd.DataFrame:
        """Every metric that the predictions allow, how sure its mean is, and what luck reaches.

        Beside those of ``scoring``: accuracy of trials and of windows, balanced accuracy, macro-F1,
        Cohen's kappa; where there are probabilities the area under the ROC curve (of more than two
        classes the mean of each against the others), and, of which less is better, log loss, Brier
        score and expected calibration error; where there are votes the divergence from them. Each
        is computed for each subject, as the scores are, but for the calibration error, which is
        that of all trials together.

        Parameters
        ----------
        level : float, default=0.95
            Of all intervals.
        n_resamples : int, default=9999
            Samples of subjects for the intervals, and flips of signs for the tests.
        random_state : int, default=0

        Returns
        -------
        DataFrame of shape (n_metrics, 12)
            ``mean`` over subjects; ``low``, ``high``, its bootstrap interval, of subjects drawn
            anew; ``sd`` over subjects, ``sd_folds`` of the means of folds, ``sd_seeds`` of the
            means of seeds (n - 1 each); ``n_subjects`` for whom it is defined; ``chance``,
            ``chance_low``, ``chance_high``, the mean of uniformly random guesses of as many trials
            of as many subjects, and its interval; ``p_chance``, two-sided, that the mean is that of
            chance, by flips of the signs of the subjects' differences; ``p_baseline`` likewise.
            NaN where something cannot be said.

        Notes
        -----
        An interval over n subjects is too narrow where there are few of them; below about ten take
        it for a lower bound. Folds and subjects share most of their training, about which no
        resampling of subjects knows. Guesses take trials for independent; windows of a trial are
        not, so that their share of right ones has no interval of chance.

        Examples
        --------
        >>> from sklearn.linear_model import LogisticRegression
        >>> from sklearn_eeg.evaluation import evaluate
        >>> rng = np.random.default_rng(0)
        >>> subjects, y = np.repeat(np.arange(6), 10), np.tile(["rest", "task"], 30)
        >>> X = rng.standard_normal((60, 4)) + (y == "task")[:, None]
        >>> result = evaluate(LogisticRegression(), X, y, groups=subjects, cv=3)
        >>> columns = ["mean", "low", "high", "sd", "chance", "chance_high", "p_chance"]
        >>> print(result.metrics()[columns].round(2).head(4))
                           mean   low  high    sd  chance  chance_high  p_chance
        metric
        accuracy           0.75  0.65  0.85  0.14    0.50         0.63      0.03
        f1_macro           0.73  0.62  0.85  0.16    0.49         0.61      0.03
        balanced_accuracy  0.75  0.65  0.85  0.14    0.50         0.63      0.03
        cohen_kappa        0.50  0.30  0.70  0.28    0.00         0.27      0.03
        """
        if not 0 < level < 1:
            raise ValueError(f"metrics: expected level between 0 and 1, got {level!r}.")
        return tell_metrics(self, level, n_resamples, random_state)

    def confusion_matrix(self, normalize: str | None = None) -> np.ndarray:
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

    def by_class(self) -> pd.DataFrame:
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

    def differences(self) -> pd.DataFrame:
        """How far the estimator is ahead of each reference, on the same subjects.

        Returns
        -------
        DataFrame
            A row a reference and metric: ``mean``, Student's interval of 95 % over subjects from
            ``low`` to ``high``, and ``n_subjects``. The share of right windows is compared where
            both judged as many.
        """
        tables = {name: self._difference(other) for name, other in self.references.items()}
        if not tables:
            return pd.DataFrame(columns=["mean", "low", "high", "n_subjects"])
        return pd.concat(tables, names=["reference", "metric"])

    def _difference(self, other):
        return paired_differences(self.scores, other._scores_beside(self))

    def _scores_beside(self, other):
        """Scores that mean the same as those of another evaluation; windows may differ."""
        windows = [e.of_first_seed().get("windows") for e in (self, other)]
        alike = windows[0] is not None and windows[0].equals(windows[1])
        return self.scores if alike else self.scores.drop(columns=WINDOWS, errors="ignore")

    def summary(self) -> pd.DataFrame:
        """Mean, SD, how many subjects they are over, baseline, references, chance of each metric.

        Returns
        -------
        DataFrame of shape (n_metrics, 5 + n_references)
        """
        columns = {"mean": self.mean, "sd": self.std, "n_subjects": self.n_scored}
        if self.baseline is not None:
            columns["baseline"] = self.baseline.mean()
        for name, other in self.references.items():
            columns[name] = other._scores_beside(self).mean().reindex(self.scores.columns)
        return pd.DataFrame(columns | {"chance": self.chance})

    def to_frame(self) -> pd.DataFrame:
        """One row a subject: how many trials, its scores, the baseline's and the references'.

        Returns
        -------
        DataFrame
        """
        n_trials = self.predictions.groupby("subject")["trial"].nunique().rename("n_trials")
        tables = [n_trials, self.scores]
        if self.baseline is not None:
            tables.append(self.baseline.add_prefix("baseline_"))
        for name, other in self.references.items():
            tables.append(other._scores_beside(self).add_prefix(f"{name}_"))
        return pd.concat(tables, axis=1)

    def to_dict(self) -> dict[str, Any]:
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
            "classes": [plain(label) for label in self.classes],
            "summary": plain_rows(self.summary()),
            "subjects": plain_rows(self.to_frame()),
            "folds": plain_rows(sides),
            "metrics": plain_rows(self.metrics()),
            "choices": plain_rows(self.choices),
            "references": {
                name: {
                    "summary": plain_rows(other.summary()),
                    "difference": plain_rows(self._difference(other)),
                }
                for name, other in self.references.items()
            },
        }

    def __repr__(self):
        table = self.scores.map("{:.3f}".format)
        table.insert(0, "trials", self.to_frame()["n_trials"].astype(str))
        table.index = table.index.astype(str)
        # A subject may have the name of a row below.
        below = pd.DataFrame(self._below(), index=table.columns[1:]).T
        rows = pd.concat([table, below]).fillna("").rename_axis(self._unit()).reset_index()
        parts = [f"{self._headline()}\n{rows.to_string(index=False)}"]
        return "\n\n".join([*parts, *self.tell_differences(), *self._notes()])

    def _below(self):
        """Rows of the printed table below the subjects."""
        rows = {"mean ± SD": _in_words(self.scores)}
        if self.scores.isna().any(axis=None):
            rows["of subjects"] = self.n_scored.astype(str)
        if self.baseline is not None:
            rows[self.protocol.get("baseline", "baseline")] = _in_words(self.baseline)
        for name, other in self.references.items():
            own = other._scores_beside(self).reindex(columns=self.scores.columns)
            rows[name] = _in_words(own).where(own.notna().any(), "–")
        chance = self.chance.map("{:.2f}".format)
        return rows | {"chance": chance.where(self.chance.notna(), "–")}

    def tell_differences(self) -> list[str]:
        """Say in a sentence each how far the estimator is ahead of the references.

        Of those that see no signal nothing is said: to be ahead of them is not the question.

        Returns
        -------
        list of str
        """
        model = type(last_step(self.estimator)).__name__
        return [
            tell_differences(model, name, self._difference(other))
            for name, other in self.references.items()
            if name not in self.protocol.get("confounds", ())
        ]

    def _unit(self):
        return self.protocol.get("unit", "subject")

    def _headline(self):
        text = (
            f"{self.protocol.get('cv', 'Evaluation')}: {len(self.scores)} {self._unit()}s, "
            f"{len(self.of_first_seed())} trials, {len(self.classes)} classes"
        )
        if seeds := self.protocol.get("seeds"):
            text += f", mean of seeds {', '.join(map(str, seeds))}"
        if self.protocol.get("transductive"):
            text += "; transductive: trained on the test subjects' unlabelled trials too"
        if self.protocol.get("subjects") == "trained on too":
            text += "; subject-dependent: the people tested were trained on too"
        if not self.is_complete:
            text += f"; finished {len(self.folds)} of {self.n_folds} folds"
        return text

    def _notes(self):
        steps = pd.to_numeric(self.folds["n_steps"]).min()
        if steps < FEW_STEPS:
            yield (
                f"Few steps: the optimizer made {steps:.0f} in a fold, and after less than "
                f"{FEW_STEPS} a network has often learnt little yet; more epochs or smaller "
                f"batches make more."
            )
        yield from tell_choices(self.choices)
        if reason := self.protocol.get("without_logistic"):
            yield tell_absence(reason)
        for name in self.protocol.get("confounds", ()):
            metric = self.scores.columns[0]
            fact = name.removesuffix(" alone")
            yield (
                f"{name}: a tree that knows the {fact} and no signal reaches "
                f"{metric.replace('_', ' ')} {self.references[name].mean[metric]:.2f}, so the "
                f"model may have told {fact} for label; trials in which the two part would show."
            )


def _in_words(scores):
    """Mean ± SD of each metric."""
    words = map("{:.2f} ± {:.2f}".format, scores.mean(), spread(scores))
    return pd.Series(list(words), scores.columns)
