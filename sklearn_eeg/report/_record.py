"""The record of an evaluation: every number of its page, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from sklearn_eeg._fitted import last_step
from sklearn_eeg.evaluation._plain import plain
from sklearn_eeg.report._manifest import (
    FORMAT,
    as_setting,
    describe_estimator,
    describe_machine,
    versions,
)
from sklearn_eeg.report._numbers import (
    compare_scores,
    describe_calibration,
    describe_scores,
)

if TYPE_CHECKING:
    from sklearn_eeg.evaluation._audit._finding import Audit
    from sklearn_eeg.evaluation._evaluation import Evaluation


def describe_evaluation(
    evaluation: Evaluation,
    *,
    title: str = "Evaluation by subject",
    source: str | None = None,
    run: Mapping[str, Any] | None = None,
    audit: Audit | None = None,
    confounds: Sequence[str] = (),
    command: str | None = None,
) -> dict[str, Any]:
    """Return the record of an evaluation, from which its page can be made again.

    Parameters
    ----------
    evaluation : Evaluation
    title, source, run, audit, confounds, command
        As of :func:`write_report`.

    Returns
    -------
    dict
        Plain values, valid by ``evaluation.schema.json`` of this package. What differs from run to
        run stands under ``execution`` and nowhere else.
    """
    asked = {str(name): as_setting(value) for name, value in dict(run or {}).items()}
    found = evaluation.to_dict()
    for name, other in evaluation.references.items():
        found["references"][name] |= _describe_reference(other)
    record = {
        "kind": "evaluation",
        "format": FORMAT,
        "title": title,
        "source": source,
        "run": asked,
        "model": str(asked.get("model", type(last_step(evaluation.estimator)).__name__)),
        "dataset": str(asked.get("dataset", "the data")),
        "metric": str(evaluation.scores.columns[0]),
        **found,
        **_describe_results(evaluation, found["metrics"]),
        "estimator": describe_estimator(evaluation.estimator),
        "audit": None if audit is None else audit.to_dict(),
        "confounds": [str(one) for one in confounds],
        "versions": versions(),
        "execution": _describe_execution(evaluation, command),
    }
    return plain(record)


def _describe_results(evaluation, metrics):
    rows, first, classes = evaluation.predictions, evaluation.of_first_seed(), evaluation.classes
    metric = evaluation.scores.columns[0]
    trials = first.drop_duplicates("trial")
    counts = trials["true"].value_counts().reindex(classes, fill_value=0)
    return {
        "n_subjects": len(evaluation.scores),
        "n_trials": len(trials),
        "n_tested": len(rows),
        "trials_of_classes": counts.tolist(),
        "baseline": None
        if evaluation.baseline is None
        else describe_scores(evaluation.baseline[metric]),
        "comparisons": _compare(evaluation, metric, metrics[metric]["chance"]),
        "by_class": evaluation.by_class().reset_index(names="class").to_dict("records"),
        "confusion_matrix": evaluation.confusion_matrix().tolist(),
        "calibration": describe_calibration(rows, classes),
        "curves": _describe_curves(evaluation.history),
    }


def _compare(evaluation, metric, chance):
    """What the first metric is compared with, chance last."""
    others = {name: other.scores[metric] for name, other in evaluation.references.items()}
    if evaluation.baseline is not None:
        others[evaluation.protocol["baseline"]] = evaluation.baseline[metric]
    if chance is not None:
        others["chance"] = chance
    return compare_scores(evaluation.scores[metric], others)


def _describe_reference(other):
    metric = other.scores.columns[0]
    return {
        "estimator": describe_estimator(other.estimator),
        "transductive": bool(other.protocol["transductive"]),
        **describe_scores(other.scores[metric]),
    }


def _describe_curves(history):
    """Losses and accuracies of each fold by epoch; ``None`` without a network."""
    known = [f"{part}_{what}" for what in ("loss", "acc") for part in ("train", "valid")]
    columns = [name for name in known if name in history]
    if not columns:
        return None
    keep = history[["fold", "epoch", *columns]]
    # As fine as a figure shows.
    return {name: [_short(value) for value in keep[name]] for name in keep}


def _short(value):
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _describe_execution(evaluation, command):
    """What differs from run to run."""
    seconds = evaluation.folds[["fit_time", "predict_time"]]
    others = {name: one.folds for name, one in evaluation.references.items()}
    return {
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "machine": describe_machine(),
        "seconds": {
            "fit": round(float(seconds["fit_time"].sum()), 3),
            "predict": round(float(seconds["predict_time"].sum()), 3),
            "references": {
                name: round(float(folds[["fit_time", "predict_time"]].to_numpy().sum()), 3)
                for name, folds in others.items()
            },
            "folds": pd.DataFrame(seconds.round(3)).rename(index=str).to_dict("index"),
        },
    }
