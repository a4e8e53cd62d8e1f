"""How sure a mean is: SDs over subjects, folds and seeds kept apart, intervals, tests."""

from functools import cache

import numpy as np
import pandas as pd

from sklearn_eeg.evaluation._luck import guess
from sklearn_eeg.evaluation._metrics import calibration_gaps, has_probabilities, score_all
from sklearn_eeg.metrics import chance_level
from sklearn_eeg.statistics._paired import flip_signs, round_gaps

COLUMNS = (
    "mean", "low", "high", "sd", "sd_folds", "sd_seeds", "n_subjects", "chance", "chance_low",
    "chance_high", "p_chance", "p_baseline",
)  # fmt: skip


def tell_metrics(evaluation, level, n_resamples, random_state):
    """One row a metric, as :meth:`Evaluation.metrics` describes it."""
    found, classes = evaluation.fold_scores, evaluation.classes
    every = score_all(evaluation.predictions, classes)
    every = found.join(every.drop(columns=found.columns, errors="ignore"))
    table = pd.DataFrame(index=pd.Index(every.columns, name="metric"), columns=COLUMNS, dtype=float)
    runs = runs_of(evaluation.folds)
    subjects = every.groupby("subject").mean()
    table["mean"], table["sd"] = subjects.mean(), _sd(subjects)
    table["n_subjects"] = subjects.count()
    table["sd_folds"] = _sd(every.groupby("fold").mean().groupby(runs["split"]).mean())
    table["sd_seeds"] = _sd(_of_seeds(every, runs))
    draw = resamples(n_resamples, random_state)
    table[["low", "high"]] = bootstrap(subjects, level, draw)
    _add_chance(table, subjects, evaluation, level, n_resamples, random_state)
    _add_baseline(table, subjects, evaluation, n_resamples, random_state)
    if has_probabilities(evaluation.predictions, classes):
        row = _calibration(evaluation, runs, level, draw)
        table.loc["calibration_error"] = pd.Series(row).reindex(COLUMNS)
    return table.astype({"n_subjects": int})


def runs_of(folds):
    """Seed and split of each fold, by its number."""
    if "seed" in folds:
        return folds[["seed", "split"]]
    return pd.DataFrame({"seed": 0, "split": folds.index}, folds.index)


def bootstrap(subjects, level, draw):
    """Percentiles of each column's mean over subjects drawn anew; NaN of fewer than two."""
    spans = pd.DataFrame(np.nan, subjects.columns, ["low", "high"])
    known = {name: scores[np.isfinite(scores)].to_numpy() for name, scores in subjects.items()}
    for n in {len(scores) for scores in known.values()} - {0, 1}:
        names = [name for name in known if len(known[name]) == n]
        scores = np.column_stack([known[name] for name in names])
        means = draw(n) @ scores / n
        spans.loc[names] = _percentiles(means, level).T
    return spans


def resamples(n_resamples, random_state):
    """Return what tells how often each of n subjects is in a sample of n: (n_resamples, n)."""

    # Drawing takes the time, so that all means over as many subjects share it.
    @cache
    def draw(n):
        rng = np.random.default_rng(random_state)
        return rng.multinomial(n, np.full(n, 1 / n), size=n_resamples).astype(float)

    return draw


def _percentiles(values, level):
    return np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=0)


def _sd(scores):
    with np.errstate(invalid="ignore"):
        return scores.std(ddof=1)


def _of_seeds(scores, runs):
    """Mean over subjects by each seed."""
    seeds = runs["seed"].reindex(scores.index.get_level_values("fold")).to_numpy()
    by_subject = scores.groupby([seeds, scores.index.get_level_values("subject")]).mean()
    return by_subject.groupby(level=0).mean()


def _add_chance(table, subjects, evaluation, level, n_resamples, random_state):
    # Seeds are asked about the same trials, of which a guess guesses once.
    drawn = guess(evaluation.of_first_seed(), evaluation.classes, random_state)
    for name, means in drawn.items():
        if name in table.index:
            table.loc[name, ["chance_low", "chance_high"]] = _percentiles(means, level)
            table.loc[name, "chance"] = means.mean()
    for name in table.index:
        if np.isfinite(known := chance_level(name, len(evaluation.classes))):
            table.loc[name, "chance"] = known
    gaps = subjects - table["chance"]
    table["p_chance"] = _p_values(gaps, n_resamples, random_state)


def _add_baseline(table, subjects, evaluation, n_resamples, random_state):
    if evaluation.baseline is not None:
        names = table.index.intersection(evaluation.baseline.columns)
        gaps = (subjects - evaluation.baseline)[names]
        table["p_baseline"] = _p_values(gaps, n_resamples, random_state)


def _p_values(gaps, n_resamples, random_state):
    """Of each column of subjects' differences, with their signs flipped."""
    found, finite, alike = pd.Series(np.nan, gaps.columns), np.isfinite(gaps), {}
    # Flipping takes the time, so that columns of the same subjects share it.
    for name in gaps:
        alike.setdefault(finite[name].to_numpy().tobytes(), []).append(name)
    for names in alike.values():
        known = gaps.loc[finite[names[0]], names].to_numpy().T
        if known.shape[1] > 1:
            found[names] = flip_signs(round_gaps(known), n_resamples, random_state)
    return found


def _calibration(evaluation, runs, level, draw):
    """Of all trials together: of one subject's, it is mostly luck."""
    rows = evaluation.predictions
    gaps = pd.DataFrame(calibration_gaps(rows, evaluation.classes)).assign(n=1)
    seed, split = (runs[key].reindex(rows["fold"]).to_numpy() for key in ("seed", "split"))
    of_folds = _error(gaps.groupby([seed, split]).sum()).groupby(level=1).mean()
    of_seeds = _error(gaps.groupby(seed).sum())
    # One sum a seed and subject; a subject that is drawn is drawn of all seeds.
    sums = gaps.groupby([seed, rows["subject"].to_numpy()]).sum()
    subjects, low, high = rows["subject"].unique(), np.nan, np.nan
    if (n := len(subjects)) > 1:
        parts = [sums.loc[one].reindex(subjects, fill_value=0) for one in of_seeds.index]
        means = [_error(pd.DataFrame(draw(n) @ part.to_numpy())) for part in parts]
        low, high = _percentiles(np.nanmean(means, axis=0), level)
    row = {"mean": of_seeds.mean(), "low": low, "high": high, "n_subjects": n}
    return row | {"sd_folds": of_folds.std(), "sd_seeds": of_seeds.std()}


def _error(sums):
    """Expected calibration error from sums of gaps, the last column being their number."""
    return sums.iloc[:, :-1].abs().sum(axis=1) / sums.iloc[:, -1]
