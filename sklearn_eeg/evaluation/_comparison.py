"""Comparison: a table of models by data sets, with what a guess and the commonest class reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sklearn_eeg.evaluation._plain import plain
from sklearn_eeg.statistics import RankComparison, compare_ranks


@dataclass(frozen=True)
class Cell:
    """Result of one model on one data set by one seed; plain values, as a file holds them.

    Attributes
    ----------
    scores : dict of str to dict of str to float
        Metrics of each subject.
    baseline, chance : dict of str to float
        Of each metric.
    seconds : float
        To fit, a fold.
    n_parameters : int or None
        That are trained, of a network.
    transductive : bool
        Whether the model uses the test subjects' trials, without labels: its training was given
        them, or a step, such as SubjectScaler, looks at them.
    """

    dataset: str
    model: str
    seed: int | None
    scores: dict
    baseline: dict
    chance: dict
    seconds: float
    n_parameters: int | None
    transductive: bool = False


@dataclass(frozen=True, repr=False)
class Comparison:
    """What :func:`compare` has found so far.

    Attributes
    ----------
    cells : tuple of Cell
    failures : tuple of (str, str, str)
        Data set, model and sentence of each that could not be evaluated.
    """

    cells: tuple = ()
    failures: tuple = ()

    def add(self, cell: dict[str, Any]) -> Comparison:
        """With one result more."""
        return replace(self, cells=(*self.cells, cell))

    def fail(self, dataset: str, model: str, sentence: str) -> Comparison:
        """With one failure more."""
        return replace(self, failures=(*self.failures, (dataset, model, sentence)))

    def join(self, other: Comparison) -> Comparison:
        """With the results and failures of another, such as of further data sets."""
        cells, failures = self.cells + other.cells, self.failures + other.failures
        return replace(self, cells=cells, failures=failures)

    def scores(self) -> pd.DataFrame:
        """One row a subject and run: ``dataset``, ``model``, ``seed``, ``subject``, metrics.

        Returns
        -------
        DataFrame
        """
        rows = [
            {"dataset": c.dataset, "model": c.model, "seed": c.seed, "subject": subject, **metrics}
            for c in self.cells
            for subject, metrics in c.scores.items()
        ]
        return pd.DataFrame(rows)

    def summary(self, metric: str = "accuracy") -> pd.DataFrame:
        """One row a model and data set.

        Parameters
        ----------
        metric : str, default="accuracy"

        Returns
        -------
        DataFrame
            ``mean`` and ``sd`` over subjects, of each subject's mean over seeds; ``seeds``, how
            many; ``sd_seeds``, of the seeds' means; ``chance`` and ``majority``; ``seconds`` to fit
            a fold; ``n_parameters``; ``transductive``, whether the model uses the test subjects'
            trials, without labels.
        """
        rows = []
        for (dataset, model), cells in self._runs().items():
            table = pd.DataFrame(
                [{s: metrics.get(metric) for s, metrics in c.scores.items()} for c in cells]
            ).astype(float)
            subjects, seeds = table.mean(), table.mean(axis=1)
            rows.append(
                {
                    "dataset": dataset,
                    "model": model,
                    "mean": subjects.mean(),
                    "sd": subjects.std(),
                    "seeds": len(cells),
                    "sd_seeds": seeds.std() if len(cells) > 1 else np.nan,
                    "chance": cells[0].chance[metric],
                    "majority": cells[0].baseline[metric],
                    "seconds": np.mean([c.seconds for c in cells]),
                    "n_parameters": cells[0].n_parameters,
                    "transductive": cells[0].transductive,
                }
            )
        return pd.DataFrame(rows)

    def table(self, metric: str = "accuracy") -> pd.DataFrame:
        """Mean ± SD over subjects in words, a row a model and a column a data set.

        Chance and majority are the first rows. Behind the data sets stand the SD over seeds, the
        seconds to fit a fold, and the number of parameters; and where some models are, a word for
        those that are transductive.

        Parameters
        ----------
        metric : str, default="accuracy"

        Returns
        -------
        DataFrame of str
        """
        summary = self.summary(metric)
        columns = {}
        for dataset, rows in summary.groupby("dataset", sort=False):
            rows = rows.set_index("model")
            first = rows.iloc[0]
            top = {"chance": _number(first["chance"]), "majority": _number(first["majority"])}
            columns[dataset] = pd.Series(
                top | {m: _spread(row["mean"], row["sd"]) for m, row in rows.iterrows()}
            )
            columns[f"{dataset}, seeds"] = rows["sd_seeds"].map(lambda x: f"± {x:.2f}")
            columns[f"{dataset}, seconds"] = rows["seconds"].map("{:.1f}".format)
        sizes = summary.groupby("model", sort=False)["n_parameters"].max()
        columns["parameters"] = sizes.map("{:,.0f}".format)
        if summary["transductive"].any():
            words = summary.groupby("model", sort=False)["transductive"].max()
            columns["target data"] = words.map({True: "transductive", False: "–"})
        order = ["chance", "majority", *summary["model"].drop_duplicates()]
        table = pd.DataFrame(columns).reindex(order).rename_axis("model")
        failed = {(m, d): "failed" for d, m, _ in self.failures}
        for (model, dataset), word in failed.items():
            table.loc[model, dataset] = word
        return table.replace({"± nan": "–", "nan": "–"}).fillna("–")

    def ranks(
        self, metric: str = "accuracy", *, over: str = "subjects", **settings: Any
    ) -> RankComparison:
        """Mean ranks of the models, which of them differ, and Friedman's test.

        Parameters
        ----------
        metric : str, default="accuracy"
            Of which higher is better.
        over : {"subjects", "datasets"}, default="subjects"
            What the models are ranked on: each subject of each data set; or each data set, by the
            mean over its subjects, as Demšar (2006) has it. Subjects of one data set have much in
            common, so that ranks over them say little of another data set.
        **settings
            Of :func:`~sklearn_eeg.statistics.compare_ranks`.

        Returns
        -------
        RankComparison

        Raises
        ------
        ValueError
            Fewer than three models, or two subjects or data sets; a model without a score.

        Examples
        --------
        >>> cell = {"seed": None, "baseline": {}, "chance": {}, "seconds": 0, "n_parameters": None}
        >>> table = {"line": (0.8, 0.7, 0.9), "net": (0.7, 0.6, 0.95), "guess": (0.5, 0.5, 0.5)}
        >>> cells = [
        ...     Cell(dataset=name, model=model, scores={"anna": {"accuracy": score}}, **cell)
        ...     for model, row in table.items() for name, score in zip("abc", row)
        ... ]
        >>> Comparison(tuple(cells)).ranks(over="datasets").ranks.round(2).to_dict()
        {'line': 1.33, 'net': 1.67, 'guess': 3.0}
        """
        if over not in ("subjects", "datasets"):
            raise ValueError(f"ranks: expected over 'subjects' or 'datasets', got {over!r}.")
        rows = self.scores()
        means = rows.groupby(["dataset", "subject", "model"], sort=False)[metric].mean()
        if over == "datasets":
            means = means.groupby(["dataset", "model"], sort=False).mean()
        return compare_ranks(means.unstack("model")[rows["model"].drop_duplicates()], **settings)

    def to_dict(self) -> dict[str, Any]:
        """Return what was found as plain numbers, strings, lists and dicts.

        The summaries are of the metrics that all runs have. Seconds are left out, so that the same
        comparison gives the same dict.
        """
        known = [cell.chance for cell in self.cells]
        metrics = [name for name in known[0] if all(name in one for one in known)] if known else []
        names = ("dataset", "model", "sentence")
        return {
            "summary": {
                metric: [
                    plain({k: v for k, v in row.items() if k != "seconds"})
                    for row in self.summary(metric).to_dict(orient="records")
                ]
                for metric in metrics
            },
            "runs": [
                plain({k: v for k, v in vars(cell).items() if k != "seconds"})
                for cell in self.cells
            ],
            "failures": [dict(zip(names, failure, strict=True)) for failure in self.failures],
        }

    def _runs(self):
        runs = {}
        for cell in self.cells:
            runs.setdefault((cell.dataset, cell.model), []).append(cell)
        return runs

    def __repr__(self):
        return self.table().to_string() if self.cells else "Comparison of nothing yet"


def _number(value):
    return "–" if np.isnan(value) else f"{value:.2f}"


def _spread(mean, sd):
    return f"{mean:.2f} ± {sd:.2f}"
