"""evaluate: from trials and an estimator to scores of subjects it has never seen."""

import hashlib

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GroupKFold
from sklearn.utils.parallel import Parallel, delayed
from tqdm.auto import tqdm

from sklearn_eeg._door import read
from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import subjects_of
from sklearn_eeg.evaluation._evaluation import Evaluation
from sklearn_eeg.evaluation._fold import run_fold
from sklearn_eeg.model_selection._labels import check_labels, hard_labels, refuse_leak
from sklearn_eeg.trials import Trials


class EvaluationInterrupted(KeyboardInterrupt):
    """Ctrl-C during :func:`evaluate`; what was finished is kept.

    Attributes
    ----------
    partial : Evaluation or None
        The finished folds; ``None`` if there were none.
    """

    def __init__(self, message, partial):
        super().__init__(message)
        self.partial = partial


def evaluate(
    estimator,
    X,
    y,
    *,
    groups=None,
    cv=5,
    scoring=("accuracy", "f1_macro"),
    baseline="majority",
    n_jobs=None,
    verbose=True,
):
    """Evaluate a classifier on subjects it has not seen.

    Each fold fits a clone on some subjects and predicts the trials of the others; nothing is
    chosen by looking at a test subject. Metrics are computed for each subject, then averaged, so
    the SD is over subjects. The baseline is fitted on the same folds.

    Parameters
    ----------
    estimator : classifier or Pipeline
        Its last step may offer ``predict_proba``, ``predict_windows`` (a label for each window of
        a trial, masked where it is missing) and ``history_`` or ``net_.history``; each is used
        where it is there.
    X : Trials, mne.BaseEpochs, array or list of arrays
        Trials. Steps that ask for subjects find them in Trials; anything else is wrapped into
        Trials whose subjects are ``groups``.
    y : array-like of shape (n_trials,) or (n_trials, n_classes)
        Labels; or votes or probabilities to fit on, of which the largest is the label to score.
    groups : array-like of shape (n_trials,), default=None
        What the splitter keeps together; ``None``: the subjects.
    cv : int or splitter, default=5
        A number stands for ``GroupKFold``.
    scoring : str, sequence of str or mapping of str to scorer, default=("accuracy", "f1_macro")
        scikit-learn's scorers, by name or as ``scorer(estimator, X, y)``.
    baseline : "majority", classifier or None, default="majority"
        What to compare with; ``"majority"`` answers with the training trials' commonest class.
    n_jobs : int, default=None
        Folds at a time, as everywhere in scikit-learn.
    verbose : bool, default=True
        Show a progress bar over folds if there is a terminal.

    Returns
    -------
    Evaluation

    Raises
    ------
    ValueError
        Subjects are unknown, there is only one, a subject is on both sides of a split, or labels
        do not line up with trials.
    EvaluationInterrupted
        After Ctrl-C; its ``partial`` has the finished folds.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> rng = np.random.default_rng(0)
    >>> subjects, y = np.repeat(np.arange(6), 10), np.tile(["rest", "task"], 30)
    >>> X = rng.standard_normal((60, 4)) + (y == "task")[:, None]
    >>> evaluate(LogisticRegression(), X, y, groups=subjects, cv=3)
    GroupKFold(3): 6 subjects, 60 trials, 2 classes
      subject trials    accuracy    f1_macro
            0     10       0.900       0.899
            1     10       0.600       0.524
            2     10       0.800       0.800
            3     10       0.900       0.899
            4     10       0.700       0.697
            5     10       0.600       0.583
    mean ± SD        0.75 ± 0.14 0.73 ± 0.16
     majority        0.50 ± 0.00 0.33 ± 0.00
       chance               0.50           –
    """
    trials, subjects, together = _with_subjects(X, groups)
    check_labels(trials, y, "evaluate")
    hard = hard_labels(y)
    splits = _splits(cv, trials, hard, together, subjects)
    scoring = _by_name(scoring)
    judge = DummyClassifier(strategy="most_frequent") if baseline == "majority" else baseline
    y = y if hasattr(y, "iloc") else np.asarray(y)
    jobs = (
        delayed(run_fold)(number, estimator, judge, trials, y, hard, subjects, *split, scoring)
        for number, split in enumerate(splits, start=1)
    )
    named = baseline is None or isinstance(baseline, str)
    facts = {
        "classes": np.unique(hard),
        "n_folds": len(splits),
        "estimator": clone(estimator),
        "protocol": {
            "cv": f"GroupKFold({cv})" if isinstance(cv, int) else repr(cv),
            "groups": "subjects" if groups is None else "as given",
            "scoring": list(scoring),
            "baseline": baseline if named else repr(baseline),
        },
        "data": {
            "description": repr(trials).strip("<>").removeprefix("Trials | "),
            "sha256": fingerprint(trials, y),
        },
    }
    finished = []
    try:
        folds = Parallel(n_jobs, return_as="generator_unordered")(jobs)
        for fold in tqdm(folds, "folds", len(splits), disable=None if verbose else True):
            finished.append(fold)
    except KeyboardInterrupt:
        raise EvaluationInterrupted(
            f"evaluate: interrupted; finished {len(finished)} of {len(splits)} folds.",
            _gather(finished, **facts) if finished else None,
        ) from None
    return _gather(finished, **facts)


def fingerprint(trials, y):
    """SHA-256 of what was learned from: samples, labels, subjects, rate and channel names."""
    digest = hashlib.sha256()
    for array in (*trials.data, np.asarray(y)):
        array = np.ascontiguousarray(array)
        samples = array if array.dtype.kind in "biuf" else array.astype(str)
        digest.update(f"{samples.dtype.str}{samples.shape}".encode())
        digest.update(samples.tobytes() if samples.dtype.kind == "U" else samples.data)
    digest.update(repr((trials.sfreq, trials.ch_names, trials.metadata.to_csv())).encode())
    return digest.hexdigest()


def _with_subjects(X, groups):
    """Trials that carry their subjects, those, and what the splitter keeps together."""
    X = read(X, "evaluate")
    if not isinstance(X, Trials):
        X = X if isinstance(X, list) and isinstance(X[0], np.ndarray) else np.asarray(X)
    with speaking("evaluate"):
        groups = subjects_of(X, groups, may_join=True)
    if not isinstance(X, Trials):
        X = Trials(X, metadata={"subject": groups})
    elif not X.has("subject"):
        X = X.replace(metadata=X.metadata.assign(subject=groups))
    return X, X.subject, groups


def _splitter(cv):
    return GroupKFold(cv) if isinstance(cv, int) else cv


def _splits(cv, trials, hard, groups, subjects):
    n_subjects = len(np.unique(subjects))
    if n_subjects < 2:
        raise ValueError(
            f"evaluate: expected at least two subjects, got one, {subjects[0]}; "
            f"a score across subjects needs subjects to compare."
        )
    if isinstance(cv, int) and cv > n_subjects:
        raise ValueError(
            f"evaluate: expected at most {n_subjects} folds for {n_subjects} subjects, got {cv}."
        )
    splits = list(_splitter(cv).split(trials, hard, groups))
    for train, test in splits:
        refuse_leak(train, test, subjects, "evaluate")
    return splits


def _by_name(scoring):
    if isinstance(scoring, str):
        return {scoring: scoring}
    return dict(scoring) if hasattr(scoring, "items") else {name: name for name in scoring}


def _gather(folds, **facts):
    folds = sorted(folds, key=lambda fold: fold.number)
    baselines = [fold.baseline for fold in folds if fold.baseline is not None]
    sides = pd.DataFrame([fold.sides for fold in folds], index=[fold.number for fold in folds])
    return Evaluation(
        scores=_by_subject([fold.scores for fold in folds]),
        baseline=_by_subject(baselines) if baselines else None,
        predictions=pd.concat([fold.predictions for fold in folds], ignore_index=True),
        history=pd.concat([fold.history for fold in folds], ignore_index=True),
        folds=sides.rename_axis("fold"),
        **facts,
    )


def _by_subject(tables):
    return pd.concat(tables).groupby(level="subject").mean()
