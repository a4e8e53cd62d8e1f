"""compare: several models on several data sets, by several seeds, resumed where it was cut off."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
from sklearn.base import clone

from sklearn_eeg import __version__
from sklearn_eeg._typing import PathLike
from sklearn_eeg._whole_file import write_whole
from sklearn_eeg.evaluation._comparison import Cell, Comparison
from sklearn_eeg.evaluation._evaluate import evaluate
from sklearn_eeg.evaluation._seeds import random_states, seeded
from sklearn_eeg.evaluation._stops import EvaluationFailed, EvaluationInterrupted
from sklearn_eeg.evaluation._study import fingerprint, read_study
from sklearn_eeg.evaluation._target import check_way, transductive_steps, uses_target


def compare(
    models: Mapping[str, Any],
    datasets: Mapping[str, tuple[Any, Any]],
    *,
    seeds: int = 3,
    cv: Any = 5,
    transductive: bool | str = False,
    folder: PathLike | None = None,
    store: PathLike | None = None,
    n_jobs: int | None = None,
    on_result: Callable[..., Any] | None = None,
) -> Comparison:
    """Evaluate every model on every data set, each by several seeds, on the same folds.

    Parameters
    ----------
    models : mapping of str to classifier or Pipeline
        What :func:`evaluate` takes, by name.
    datasets : mapping of str to (X, y)
        Trials that know their subjects, and labels, by name.
    seeds : int, default=3
        Runs of a model that has a ``random_state``, which is 0, 1, …; others run once.
    cv : int, splitter or iterable of (train, test), default=5
        As in :func:`evaluate`.
    transductive : bool or "subject", default=False
        Whether models that learn from a target are given the test subjects' trials without labels,
        as in :func:`evaluate`; the others are not, and the table says which was which.
    folder : path-like, default=None
        Where each run's result is kept as soon as it is there, one file a run. A run whose file is
        there is not run again: its name holds a digest of model, data, seed, ``cv`` and version.
    store : path-like, default=None
        Where each fold is kept as soon as it is there, as in :func:`evaluate`: a run that was
        stopped in its middle goes on from there too.
    n_jobs : int, default=None
        Folds at a time.
    on_result : callable, default=None
        Called with the :class:`Comparison` so far after every run.

    Returns
    -------
    Comparison
        A model that failed has no result on that data set, and an entry in ``failures``.

    Raises
    ------
    EvaluationInterrupted
        After Ctrl-C or SIGTERM; its ``partial`` is the Comparison so far.
    TypeError, ValueError
        What is given cannot be evaluated; see :func:`evaluate`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from sklearn_eeg.trials import Trials
    >>> rng = np.random.default_rng(0)
    >>> y = np.tile(["rest", "task"], 30)
    >>> X = rng.standard_normal((60, 4)) + (y == "task")[:, None]
    >>> trials = Trials(X, metadata={"subject": np.repeat(np.arange(6), 10)})
    >>> models = {"logistic": LogisticRegression(), "bayes": GaussianNB()}
    >>> result = compare(models, {"simulated": (trials, y)}, seeds=1, cv=3)
    >>> print(result.table()[["simulated"]])
                simulated
    model
    chance           0.50
    majority         0.50
    logistic  0.75 ± 0.14
    bayes     0.75 ± 0.10
    """
    check_way(transductive, "compare")
    result = Comparison()
    for run, X, y in _plan(models, datasets, seeds, cv, transductive):
        try:
            result = _add(result, run, X, y, folder, store, n_jobs)
        except KeyboardInterrupt as stop:
            said = f"compare: interrupted at {run.words}; finished {len(result.cells)} runs."
            signum = getattr(stop, "signum", signal.SIGINT)
            raise EvaluationInterrupted(said, result, signum) from None
        if on_result is not None:
            on_result(result)
    return result


def _plan(models, datasets, seeds, cv, transductive):
    for dataset, (X, y) in datasets.items():
        data = fingerprint(read_study(X, y, None))
        for model, estimator in models.items():
            way = transductive if uses_target(estimator) else False
            settings = {"cv": cv, "transductive": way}
            for seed in _seeds_of(estimator, seeds):
                yield _Run(dataset, model, seed, seeded(estimator, seed), data, settings), X, y


def _add(result, run, X, y, folder, store, n_jobs):
    cell = run.read(folder)
    if cell is None:
        try:
            how = {"logistic": False, "confounds": False, "store": store, "n_jobs": n_jobs}
            found = evaluate(run.estimator, X, y, **how, **run.settings)
        except EvaluationFailed as failure:
            return result.fail(run.dataset, run.model, str(failure))
        cell = run.cell(found)
        run.write(folder, cell)
    return result.add(cell)


class _Run:
    """One model on one data set by one seed, and the file of its result."""

    def __init__(self, dataset, model, seed, estimator, data, settings):
        self.dataset, self.model, self.seed = dataset, model, seed
        self.estimator, self.settings = estimator, settings
        self.digest = joblib.hash((joblib.hash(clone(estimator)), data, settings, __version__))

    @property
    def words(self):
        seed = "" if self.seed is None else f", seed {self.seed}"
        return f"{self.model} on {self.dataset}{seed}"

    def cell(self, found):
        columns = found.folds[["fit_time", "n_parameters"]]
        seconds, n_parameters = columns.mean()
        return Cell(
            dataset=self.dataset,
            model=self.model,
            seed=self.seed,
            scores={str(k): row for k, row in found.scores.to_dict("index").items()},
            baseline=found.baseline.mean().to_dict(),
            chance=found.chance.to_dict(),
            seconds=float(seconds),
            n_parameters=None if pd.isna(n_parameters) else round(n_parameters),
            transductive=bool(self.settings["transductive"] or transductive_steps(self.estimator)),
        )

    def path(self, folder):
        name = f"{self.dataset}-{self.model}-{self.seed}-{self.digest}.json"
        return Path(folder) / "".join(c if c.isalnum() or c in "-_." else "_" for c in name)

    def read(self, folder):
        if folder is None or not self.path(folder).exists():
            return None
        try:
            return Cell(**json.loads(self.path(folder).read_text(encoding="utf-8")))
        except (TypeError, ValueError):
            # Damaged: it is run again.
            return None

    def write(self, folder, cell):
        if folder is not None:
            write_whole(self.path(folder), json.dumps(vars(cell)).encode())


def _seeds_of(estimator, seeds):
    return range(seeds) if random_states(estimator) else [None]
