"""The record of a comparison: models by data sets, their differences and their ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from sklearn_eeg.evaluation import Cell, Comparison
from sklearn_eeg.evaluation._plain import plain
from sklearn_eeg.report._manifest import FORMAT, describe_machine, versions
from sklearn_eeg.report._numbers import describe_pair, describe_scores
from sklearn_eeg.statistics import compare_ranks, holm


def describe_comparison(
    results: Comparison | Sequence[dict[str, Any]],
    *,
    title: str = "Comparison of models",
    metric: str = "accuracy",
    source: str | None = None,
    split: str | None = None,
    confounds: Mapping[str, Sequence[str]] | None = None,
    command: str | None = None,
) -> dict[str, Any]:
    """Return the record of a comparison, from which its page can be made again.

    Parameters
    ----------
    results : Comparison, or sequence of dict
        What :func:`~sklearn_eeg.evaluation.compare` found; or records of evaluations, as
        :func:`describe_evaluation` gives them, whose references are models of their own.
    title : str, default="Comparison of models"
    metric : str, default="accuracy"
        What is compared.
    source : str, default=None
        Where the data are from.
    split : str, default=None
        How trials were split, in words; ``None``: as the records say.
    confounds : mapping of str to sequence of str, default=None
        What is known to go along with the label, by data set; ``None``: as the records say.
    command : str, default=None
        The command line.

    Returns
    -------
    dict
        Plain values, valid by ``comparison.schema.json`` of this package. What differs from run to
        run stands under ``execution`` and nowhere else.

    Raises
    ------
    ValueError
        There is nothing to compare; the metric is unknown; or one name stands for two data sets.

    Notes
    -----
    Models are compared on the same subjects, each by the mean over its seeds. p is of Wilcoxon's
    signed ranks, adjusted by Holm for all pairs on a data set. Ranks are within subjects, and of
    several data sets within these too, and their critical difference is Nemenyi's, at 5 %.
    """
    splits: dict[str, Any] = {}
    hashes: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    if isinstance(results, Comparison):
        joined = results
    else:
        splits, hashes, facts = _read_facts(results)
        joined = _join(results)
    if not joined.cells:
        raise ValueError("describe_comparison: expected results to compare, got none.")
    told = facts.get("confounds", {}) if confounds is None else confounds
    tables = _scores_by_dataset(joined, metric)
    how = {name: [split] if split else splits.get(name, []) for name in tables}
    with np.errstate(invalid="ignore"):
        shown = joined.summary(metric)
    return plain(
        {
            "kind": "comparison",
            "format": FORMAT,
            "title": title,
            "source": source or "; ".join(facts.get("sources", ())) or None,
            "metric": metric,
            "models": shown["model"].drop_duplicates().tolist(),
            "datasets": [
                _describe_dataset(name, table, shown, how[name], hashes.get(name))
                for name, table in tables.items()
            ],
            "results": [
                _describe_result(row, tables)
                | facts.get("seeds", {}).get((row["dataset"], row["model"]), {})
                for row in shown.to_dict("records")
                if row["model"] in tables[row["dataset"]]
            ],
            "differences": [
                {"dataset": name} | row for name, table in tables.items() for row in _pairs(table)
            ],
            "ranks": {name: _rank(table) for name, table in tables.items()},
            "ranks_over_all": _rank_over_all(tables),
            "failures": [
                {"dataset": dataset, "model": model, "said": said}
                for dataset, model, said in joined.failures
            ],
            "confounds": {k: list(v) for k, v in told.items() if v},
            "versions": versions(),
            "execution": {
                "written": datetime.now(UTC).isoformat(timespec="seconds"),
                "command": command,
                "machine": describe_machine(),
                "seconds": [
                    {key: row[key] for key in ("dataset", "model", "seconds")}
                    for row in shown.to_dict("records")
                ],
            },
        }
    )


def _join(records):
    """Cells of records and of their references; a model that several tell alike is one."""
    cells = {}
    for cell in _named_apart([cell for record in records for cell in _cells(record)]):
        cells.setdefault((cell.dataset, cell.model, cell.seed), []).append(cell)
    return Comparison(tuple(cell for group in cells.values() for cell in _distinct(group)))


def _named_apart(cells):
    """Cells whose names say which are transductive, where a model is so beside one, not another."""
    ways = {}
    for cell in cells:
        ways.setdefault((cell.model, cell.dataset), set()).add(cell.transductive)
    mixed = {model for (model, _), found in ways.items() if len(found) > 1}
    return [
        replace(cell, model=f"{cell.model}, transductive")
        if cell.transductive and cell.model in mixed
        else cell
        for cell in cells
    ]


def _distinct(cells):
    """Cells of one model, data set and seed: one, unless their scores differ."""
    first = cells[0]
    if all(cell.scores == first.scores for cell in cells):
        return [first]
    raise ValueError(
        f"describe_comparison: expected one result of {first.model} on {first.dataset} by seed "
        f"{first.seed}, got {len(cells)} that differ; give models that differ names of their own, "
        f"by run={{'model': …}} of write_report, and evaluate all of them on the same folds."
    )


def _cells(record):
    rows, metrics = record["subjects"], list(record["summary"])
    seconds = record["execution"]["seconds"]
    n_folds = len(record["folds"])
    sizes = [fold["n_parameters"] for fold in record["folds"].values()]
    common = {
        "dataset": record["dataset"],
        "baseline": {k: _number(v.get("baseline")) for k, v in record["summary"].items()},
        "chance": {k: _number(v["chance"]) for k, v in record["summary"].items()},
    }
    yield Cell(
        model=record["model"],
        seed=_seed(record["estimator"]),
        scores={s: {m: row[m] for m in metrics if m in row} for s, row in rows.items()},
        seconds=seconds["fit"] / n_folds,
        n_parameters=sizes[0] if sizes else None,
        transductive=_uses_target(record),
        **common,
    )
    for name, other in record["references"].items():
        # What sees no signal is no model.
        if name in record["protocol"]["confounds"]:
            continue
        own = {s: _of_reference(row, name, metrics) for s, row in rows.items()}
        yield Cell(
            model=f"{record['model']}, inductive" if name == "inductive" else name,
            seed=_seed(other["estimator"]),
            scores=own,
            seconds=seconds["references"].get(name, np.nan) / n_folds,
            n_parameters=None,
            transductive=bool(other["transductive"] or other["estimator"]["transductive"]),
            **common,
        )


def _of_reference(row, name, metrics):
    return {m: row[f"{name}_{m}"] for m in metrics if f"{name}_{m}" in row}


def _uses_target(record):
    return bool(record["protocol"]["transductive"] or record["estimator"]["transductive"])


def _seed(estimator):
    """The seed that all random steps share, or ``None``."""
    seeds = {value for value in estimator["seeds"].values() if isinstance(value, int)}
    return seeds.pop() if len(seeds) == 1 else None


def _number(value):
    return np.nan if value is None else float(value)


def _read_facts(records):
    """What records say of their data sets: splits, hashes, sources, confounds."""
    splits, hashes, confounds = {}, {}, {}
    for record in records:
        name, sha256 = record["dataset"], record["data"]["sha256"]
        if hashes.setdefault(name, sha256) != sha256:
            raise ValueError(
                f"describe_comparison: expected one data set by the name {name!r}, got two whose "
                f"hashes differ; name them apart by run={{'dataset': …}} of write_report."
            )
        splits.setdefault(name, {})[record["protocol"]["cv"]] = None
        if record["confounds"]:
            confounds[name] = record["confounds"]
    sources = {record["source"]: None for record in records if record["source"]}
    facts = {"sources": sources, "confounds": confounds, "seeds": _read_seeds(records)}
    return {name: list(found) for name, found in splits.items()}, hashes, facts


def _read_seeds(records):
    """How many seeds, and their SD, of models whose scores are means over seeds already."""
    return {
        (record["dataset"], record["model"]): {
            "n_seeds": len(record["protocol"]["seeds"]),
            "sd_seeds": record["metrics"][record["metric"]]["sd_seeds"],
        }
        for record in records
        if record["protocol"]["seeds"]
    }


def _scores_by_dataset(results, metric):
    """Tables of subjects by models, each the mean over seeds."""
    scores = results.scores()
    if metric not in scores:
        known = [c for c in scores if c not in ("dataset", "model", "seed", "subject")]
        raise ValueError(
            f"describe_comparison: expected metric to be one of {', '.join(known)}, got {metric!r}."
        )
    scores["subject"] = scores["subject"].astype(str)
    values = pd.to_numeric(scores[metric], errors="coerce")
    # What is infinite has no mean, and no difference.
    scores[metric] = values.where(np.isfinite(values))
    return {
        name: rows.pivot_table(index="subject", columns="model", values=metric, sort=False)
        for name, rows in scores.groupby("dataset", sort=False)
    }


def _describe_dataset(name, table, shown, split, sha256):
    rows = shown[shown["dataset"] == name]
    return {
        "name": name,
        "n_subjects": len(table),
        "chance": rows["chance"].iloc[0],
        "majority": rows["majority"].iloc[0],
        "splits": split,
        "sha256": sha256,
    }


def _describe_result(row, tables):
    scores = tables[row["dataset"]][row["model"]].dropna()
    return {
        "dataset": row["dataset"],
        "model": row["model"],
        **describe_scores(scores),
        "n_seeds": int(row["seeds"]),
        "sd_seeds": row["sd_seeds"],
        "n_parameters": None if pd.isna(row["n_parameters"]) else int(row["n_parameters"]),
        "transductive": bool(row["transductive"]),
        "subjects": scores.to_dict(),
    }


def _pairs(table):
    """Differences of all pairs of models on one data set, the better one first."""
    order = table.mean().sort_values(ascending=False, kind="stable").index
    rows = []
    for one, other in combinations(order, 2):
        both = table[[one, other]].dropna()
        if len(both) > 1:
            rows.append({"one": one, "other": other} | describe_pair(both[one], both[other]))
    for row, adjusted in zip(rows, holm([row["p"] for row in rows]), strict=True):
        row["p_holm"] = adjusted
    return rows


def _rank_over_all(tables):
    """Ranks over data sets, and over all their subjects; ``None`` of one data set."""
    if len(tables) < 2:
        return None
    means = pd.DataFrame({name: table.mean() for name, table in tables.items()}).T
    return {"datasets": _rank(means), "subjects": _rank(pd.concat(tables))}


def _rank(table):
    """Mean ranks within rows; ``None`` of fewer than three models or two rows without a gap."""
    whole = table.dropna()
    if whole.shape[0] < 2 or whole.shape[1] < 3:
        return None
    found = compare_ranks(whole)
    return {
        "ranks": found.ranks.to_dict(),
        "n": found.n,
        "critical_difference": found.critical_difference,
        "groups": found.groups,
        "p": found.p_value,
        "f_p": found.f_p_value,
    }
