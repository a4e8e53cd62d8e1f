"""Audit: whether an evaluation measures what it claims to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike
from sklearn.utils import check_random_state
from tqdm import tqdm

from sklearn_eeg._typing import Data, RandomState
from sklearn_eeg.evaluation._audit import (
    _canary,
    _likeness,
    _nuisance,
    _overlaps,
    _perturbation,
)
from sklearn_eeg.evaluation._audit._case import Case
from sklearn_eeg.evaluation._audit._finding import Audit, Finding
from sklearn_eeg.evaluation._evaluate import _check_classifier
from sklearn_eeg.evaluation._splits import read_splits
from sklearn_eeg.evaluation._study import read_study

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["Audit", "Finding", "audit"]

# In the order in which they are told; those that train come last.
CHECKS = (
    _overlaps.subjects,
    _overlaps.recordings,
    _overlaps.trials,
    _overlaps.moments,
    _overlaps.stimuli,
    _likeness.copies,
    _likeness.names,
    _likeness.scaling,
    _nuisance.length,
    _nuisance.order,
    _nuisance.columns,
    _perturbation.belongings,
    _perturbation.preparation,
    _perturbation.alone,
    _perturbation.future,
    _perturbation.state,
    _canary.canary,
    _canary.inflation,
)


def audit(
    estimator: Any,
    X: Data,
    y: ArrayLike,
    *,
    groups: pd.DataFrame | ArrayLike | None = None,
    cv: Any = 5,
    prepare: Callable[..., Any] | None = None,
    n_permutations: int = 1,
    random_state: RandomState = 0,
    verbose: bool = True,
) -> Audit:
    """Look for leaks: ways in which an evaluation would score well without what it claims.

    Parameters
    ----------
    estimator : classifier or Pipeline
    X : Trials, mne.BaseEpochs, array or list of arrays
        The more the trials know of themselves, the more is looked into: ``subject``, ``session``,
        ``stimulus``, ``trial``, ``onset``, and any other column of the metadata.
    y : array-like of shape (n_trials,) or (n_trials, n_classes)
        Labels or votes.
    groups : array-like of shape (n_trials,) or DataFrame, default=None
        As of :func:`evaluate`.
    cv : int, splitter or iterable of (train, test), default=5
        As of :func:`evaluate`, which would refuse some of what is looked into here.
    prepare : callable, default=None
        What is done to all trials before they are split: ``prepare(X, y)`` returns what the
        estimator is given. It is run on changed copies, and its result is audited in place of X.
    n_permutations : int, default=1
        Evaluations of permuted labels.
    random_state : int, RandomState or None, default=0
        Of the permutations and changes.
    verbose : bool, default=True
        Show a progress bar over the checks if there is a terminal.

    Returns
    -------
    Audit
        One finding a check, with a verdict, evidence and a mend.

    Raises
    ------
    TypeError, ValueError
        What is given cannot be evaluated.

    Notes
    -----
    ============  ===============================================================================
    check         convicts, suspects or notes
    ============  ===============================================================================
    subjects      one person on both sides of a split
    recordings    one session of a person on both sides
    trials        pieces of one trial on both sides
    moments       trials that share time, or adjoin, in one recording
    stimuli       stimuli that were trained on, with other people
    copies        the same trial on both sides; one that was scaled, or got some noise
    names         one person under two names
    scaling       means and SDs, or ranges, over all trials, or over each subject's
    length        the length of a trial, or its padding, tells its label
    order         its place in the session does
    columns       another column of the table does: device, site, age, session, ...
    belongings    the estimator holds tested trials from the start
    preparation   what was done before the split knows the tested trials, or their labels
    alone         a trial is judged otherwise among others: transductive
    future        the beginning of a trial knows its end
    state         trainings are not the same twice
    canary        permuted labels score above chance
    inflation     what shuffled trials score, beside whole subjects
    ============  ===============================================================================

    What no data can show: a split drawn again until it pleased, an epoch or a setting chosen by the
    test elsewhere, mixtures of trials made before they came here, a cache that served another
    fold's features, filters that ran over joined recordings. Of these only ``prepare`` shows some.

    See Also
    --------
    evaluate : Refuses what is told by subjects and copies.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import KFold
    >>> rng = np.random.default_rng(0)
    >>> subjects, y = np.repeat(np.arange(6), 10), np.tile(["rest", "task"], 30)
    >>> X = rng.standard_normal((60, 4)) + (y == "task")[:, None]
    >>> audit(LogisticRegression(), X, y, groups=subjects, cv=3).passes
    True
    >>> leaky = audit(LogisticRegression(), X, y, groups=subjects, cv=KFold(4))
    >>> leaky["subjects"].verdict
    'convicted'
    """
    _check_classifier(estimator)
    if n_permutations != int(n_permutations) or n_permutations < 1:
        raise ValueError(f"audit: expected n_permutations of 1 or more, got {n_permutations!r}.")
    study = given = read_study(X, y, groups)
    if prepare is not None:
        prepared = prepare(given.trials, given.labels)
        study = read_study(prepared, y, given.trials.metadata)
    splits, words, parts_subjects = read_splits(cv, study)
    case = Case(
        estimator,
        study,
        splits,
        parts_subjects,
        check_random_state(random_state),
        n_permutations=int(n_permutations),
    )
    before = Case(estimator, given, splits, parts_subjects, case.rng, prepare)
    bar = tqdm(CHECKS, "checks", disable=None if verbose else True, leave=False)
    findings = [check(before if check is _perturbation.preparation else case) for check in bar]
    return Audit(tuple(findings), words)
