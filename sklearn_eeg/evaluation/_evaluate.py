"""evaluate: from trials and an estimator to scores of subjects it has never seen."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.utils import get_tags
from sklearn.utils.parallel import Parallel, delayed
from tqdm.auto import tqdm

from sklearn_eeg._constraints import Flag
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data, PathLike
from sklearn_eeg.evaluation._alone import telling_facts
from sklearn_eeg.evaluation._evaluation import Evaluation
from sklearn_eeg.evaluation._fold import Failure, run_fold
from sklearn_eeg.evaluation._heard import listen, repeat
from sklearn_eeg.evaluation._inner_splits import check_inner_splits
from sklearn_eeg.evaluation._kept import FoldStore, run_kept
from sklearn_eeg.evaluation._keys import describe_run
from sklearn_eeg.evaluation._line import LINE, choose_line
from sklearn_eeg.evaluation._references import read_references
from sklearn_eeg.evaluation._scoring import read_scoring, warn_of_undefined
from sklearn_eeg.evaluation._seeds import by_seed, random_states, read_seeds, run_seed
from sklearn_eeg.evaluation._splits import make_splits
from sklearn_eeg.evaluation._stops import (
    EvaluationFailed,
    EvaluationInterrupted,
    describe_failure,
    interruption,
    sigterm_as_ctrl_c,
)
from sklearn_eeg.evaluation._study import fingerprint, read_study
from sklearn_eeg.evaluation._target import (
    check_uses_target,
    check_way,
    one_subject_each,
    uses_target,
)


def evaluate(
    estimator: Any,
    X: Data,
    y: ArrayLike,
    *,
    groups: pd.DataFrame | ArrayLike | None = None,
    cv: Any = 5,
    scoring: Any = ("accuracy", "f1_macro"),
    baseline: Any = "majority",
    references: Mapping[str, Any] | None = None,
    logistic: bool = True,
    confounds: bool = True,
    seeds: int | Sequence[int] | None = None,
    transductive: bool | str = False,
    store: PathLike | None = None,
    n_jobs: int | None = None,
    verbose: bool = True,
) -> Evaluation:
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
    y : array-like of shape (n_trials,), (n_trials, 1) or (n_trials, n_classes)
        Labels, also as a column; or votes or probabilities to fit on, of which the largest is the
        label to score; :func:`~sklearn_eeg.metrics.neg_kl_divergence` scores by the votes.
    groups : array-like of shape (n_trials,) or DataFrame, default=None
        What the splitter keeps together; ``None``: the subjects. Where no subjects are known they
        stand for them, a Series such as ``table["run"]`` by its name in what is printed. A table
        with a column ``subject`` becomes the metadata of the trials, of which splitters find
        theirs.
    cv : int, splitter or iterable of (train, test), default=5
        A number stands for ``GroupKFold``; the sides of given splits are trial numbers or masks.
        Subjects may be on both sides only of splitters that say so, such as
        :class:`~sklearn_eeg.model_selection.Within`, and then the result says it too.
    scoring : str, callable, sequence of str or mapping of str to scorer, \
            default=("accuracy", "f1_macro")
        scikit-learn's scorers, by name or as ``scorer(estimator, X, y)``. A metric that is
        undefined for a subject, such as the ROC AUC of one class, is NaN there, which is said in a
        warning, and left out of mean and SD.
    baseline : "majority", classifier or None, default="majority"
        What to compare with; ``"majority"`` answers with the training trials' commonest class.
    references : mapping of str to classifier or Pipeline, default=None
        What else to evaluate on the same folds, by name. Each is fitted on labels, an
        :class:`Evaluation` of its own in ``references`` of the result, and its difference from the
        estimator stands under the table.
    logistic : bool, default=True
        Whether logistic regression on band features joins the references, as ``"logistic"``, unless
        one of that name or such a model is there already: of Trials that are signals with their
        rate, on the differential entropy of their windows, by the recipe and windows of the command
        line's ``--model logistic``; or of those that are band features of channels, on these as
        they are. Where the estimator uses the test subjects' unlabelled trials, it is z-scored
        within each subject; else by the training trials. Data that do not say what they are get
        none; where there cannot be one, as of much more on disk than may fit into memory, the
        result says why.
    confounds : bool, default=True
        Whether what could tell the label without any signal joins the references, where the data
        have it: ``"length alone"``, a tree that is shown the length of each trial, where lengths
        differ; and ``"stimulus alone"``, one that is shown the column ``stimulus``, where tested
        stimuli are trained on too. What they reach needs no brain.
    seeds : int or sequence of int, default=None
        Runs of every fold, a number of them or the seeds themselves, to which each
        ``random_state`` of the estimator is set; the splits stay. Scores are means over seeds, and
        :meth:`Evaluation.metrics` has their SD apart from that over subjects. References and a
        baseline with a ``random_state`` run by every seed too. ``None``: one run, as it is.
    transductive : bool or "subject", default=False
        Whether each fold's training is given the trials of its test subjects too, without their
        labels: as ``X_target`` of a network with an ``alignment`` to a target, or of one that
        adapts by itself. Steps before it in a pipeline learn from the training trials alone, and
        transform both. The result says so. ``True``: the test subjects of a fold are one target
        together, and their number of trials is that of all. ``"subject"``: each of them is a target
        and a fold of their own, trained on the same others; as ``cv=LeaveOneGroupOut()``, but for
        who is trained on.
    store : path-like, default=None
        Folder in which each fold is kept as soon as it is there, one file a fold. A fold that is
        there is not run again: an evaluation that was stopped, however, goes on, and gives what it
        would have given. Any other data, label, subject, setting, split, metric, version or source
        of this package has folds of its own. The folder may be deleted.
    n_jobs : int, default=None
        Folds at a time, as everywhere in scikit-learn.
    verbose : bool, default=True
        Show a progress bar over folds if there is a terminal.

    Returns
    -------
    Evaluation

    Raises
    ------
    TypeError, ValueError
        Before any work: there is no classifier; subjects are unknown, missing or one only; a
        subject or the very same trial is on both sides of a split; labels are missing, of several
        types or continuous; a metric is unknown; a reference has no name or that of another row;
        inner splits part a subject; the estimator has no use for a target where ``transductive`` is
        set; nothing is random where there are ``seeds``; with ``store``, two runs that look alike
        could differ: a callable or a random generator is among the settings or metrics, or
        something random has ``random_state=None``.
    OSError
        The store cannot be written.
    EvaluationInterrupted
        After Ctrl-C or SIGTERM; its ``partial`` has the finished folds.
    EvaluationFailed
        After an error in a fold or the death of a worker process; likewise.

    Notes
    -----
    A search in the model, or whatever else has a ``cv``, splits by subject too: it is told the
    training subjects, without metadata routing. There a number of folds stands for ``GroupKFold``,
    as here, and a splitter that parts a subject is refused. So what is scored was chosen by others:
    ``choices`` of the result says what, fold by fold.

    The same trial under two subjects' names is found where all samples are equal, byte for byte. A
    copy that was scaled, filtered, cut otherwise or stored in another type goes unseen, and so does
    one whose zeros have another sign.

    The interval of a difference is Student's, over subjects, of 95 %. It knows nothing of a
    network's seed, nor that folds share most of their training, and is too narrow rather than too
    wide.

    What is kept in a ``store`` is values, from which nothing is executed; several processes may use
    one at a time, and who is first with a fold has it. Of a class of your own its file and those of
    its bases are looked at, not what they import. The machine, its processor and its number of
    threads are not looked at either: where sums in another order matter, use a store for each.

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
    references, runs = read_references(references), read_seeds(seeds, estimator)
    judge = DummyClassifier(strategy="most_frequent") if _is_majority(baseline) else baseline
    models = [estimator, *([] if judge is None else [judge]), *references.values()]
    for model in models:
        _check_classifier(model)
    scoring = read_scoring(scoring)
    check_way(transductive, "evaluate")
    with speaking("evaluate"):
        for name, value in (("logistic", logistic), ("confounds", confounds)):
            Flag().check(name, value)
    if transductive:
        check_uses_target(estimator)
    study = read_study(X, y, groups)
    splits, words, parts_subjects = make_splits(cv, study)
    if transductive == "subject":
        splits, words = one_subject_each(splits, study.subjects), f"{words}, one subject at a time"
    line, hindrance = {}, None
    if logistic:
        line, hindrance = choose_line(estimator, references, study.trials, transductive)
    told = telling_facts(study, splits) if confounds else {}
    references = {**references, **line, **told}
    for model in models:
        check_inner_splits(model, study, splits)
    named = baseline is None or isinstance(baseline, str)
    facts = {
        "classes": np.unique(study.labels),
        "n_folds": len(splits) * len(runs),
        "estimator": clone(estimator),
        "references": {name: clone(model) for name, model in references.items()},
        "protocol": {
            "cv": words,
            "groups": "subjects" if groups is None else "as given",
            "unit": study.unit,
            "subjects": "trained on too" if parts_subjects else "new",
            "scoring": list(scoring),
            "baseline": baseline if named else repr(baseline),
            "transductive": bool(transductive),
            "without_logistic": hindrance,
            "confounds": list(told),
            "seeds": None if runs == [None] else runs,
        },
        "data": {
            "description": repr(study.trials).strip("<>").removeprefix("Trials | "),
            "sha256": fingerprint(study),
        },
    }
    jobs: list[Any] = []
    for shift, (seed, *models) in enumerate(by_seed(runs, estimator, judge, references)):
        run = run_fold
        if store is not None:
            run = _keeping(store, models, study, splits, cv, scoring, transductive, facts)
        jobs += (
            delayed(listen)(
                os.getpid(),
                run_seed,
                run,
                seed,
                shift * len(splits),
                number,
                *models,
                study,
                *split,
                scoring,
                bool(transductive),
                tuple(line),
            )
            for number, split in enumerate(splits, start=1)
        )
    result = _gather(_run_all(jobs, len(jobs), n_jobs, verbose, facts), facts)
    warn_of_undefined(result.scores[list(scoring)])
    return result


def _keeping(store, models, study, splits, cv, scoring, transductive, facts):
    """What runs a fold, or finds it in a store that can be written."""
    estimator, judge, references = models
    named = {"estimator": estimator, "baseline": judge, **_named(references)}
    how = describe_run(named, study, cv, scoring, transductive, facts["data"]["sha256"])
    kept = FoldStore(store, how)
    kept.check(splits)
    return partial(run_kept, kept)


def _run_all(jobs, n_folds, n_jobs, verbose, facts):
    """Folds, all of them; whatever comes between is raised with those that are finished."""
    finished, place, said = [], "every fold", {}
    with sigterm_as_ctrl_c() as received:
        try:
            folds = Parallel(n_jobs, return_as="generator_unordered")(jobs)
            for fold, heard in tqdm(folds, "folds", n_folds, disable=None if verbose else True):
                repeat(heard, said)
                if isinstance(fold, Failure):
                    place = fold.place
                    if fold.error.__traceback__ is None:
                        # Lost between processes.
                        fold.error.add_note(fold.trace)
                    folds.throw(fold.error)
                finished.append(fold)
        except KeyboardInterrupt:
            how, signum = interruption(received, _count(finished, n_folds))
            raise EvaluationInterrupted(how, _gather(finished, facts), signum) from None
        except (Exception, SystemExit) as error:
            how = describe_failure(error, place, _count(finished, n_folds))
            raise EvaluationFailed(how, _gather(finished, facts)) from error
    return finished


def _named(references):
    return {f"reference {name}": model for name, model in references.items()}


def _count(finished, n_folds):
    return f"finished {len(finished)} of {n_folds} folds"


def _is_majority(baseline):
    return isinstance(baseline, str) and baseline == "majority"


def _check_classifier(model):
    tagged = hasattr(model, "__sklearn_tags__") and not isinstance(model, type)
    kind = get_tags(model).estimator_type if tagged else None
    # Some show predict only once they are fitted; a search that does not fit again never.
    predicts = kind == "classifier" or hasattr(model, "predict")
    if isinstance(model, type) or not predicts or getattr(model, "refit", True) is False:
        raise TypeError(
            f"evaluate: expected a classifier, or a pipeline that ends in one, which predicts "
            f"once it is fitted, got {model!r}."
        )
    if kind not in (None, "classifier"):
        raise TypeError(
            f"evaluate: expected a classifier, got {type(model).__name__}, a {kind}; score those "
            f"by cross_validate with groups and GroupKFold."
        )


def _gather(folds, facts):
    if not folds:
        return None
    folds = sorted(folds, key=lambda fold: fold.number)
    baselines = [fold.baseline for fold in folds if fold.baseline is not None]
    sides = pd.DataFrame([fold.sides for fold in folds], index=[fold.number for fold in folds])
    for fold in folds:
        facts = _without(facts, fold.failures)
    references = {
        name: _gather(
            [fold.references[name] for fold in folds if name in fold.references],
            _of_reference(facts, model),
        )
        for name, model in facts["references"].items()
    }
    scores = pd.concat({fold.number: fold.scores for fold in folds}, names=["fold"])
    return Evaluation(
        scores=scores.groupby(level="subject").mean(),
        fold_scores=scores,
        baseline=_by_subject(baselines) if baselines else None,
        predictions=pd.concat([fold.predictions for fold in folds], ignore_index=True),
        history=pd.concat([fold.history for fold in folds], ignore_index=True),
        choices=pd.concat([fold.choices for fold in folds], ignore_index=True),
        folds=sides.rename_axis("fold"),
        **facts | {"references": references},
    )


def _without(facts, failures):
    """Facts of an evaluation without what failed in a fold."""
    if not failures:
        return facts
    references = {k: model for k, model in facts["references"].items() if k not in failures}
    why = {"without_logistic": failures[LINE]}
    return facts | {"references": references, "protocol": facts["protocol"] | why}


def _of_reference(facts, model):
    adapts = facts["protocol"]["transductive"] and uses_target(model)
    protocol = facts["protocol"] | {"baseline": None, "transductive": adapts}
    protocol |= {"without_logistic": None, "confounds": []}
    n_folds = facts["n_folds"]
    if protocol["seeds"] and not random_states(model):
        n_folds, protocol["seeds"] = n_folds // len(protocol["seeds"]), None
    changes = {"estimator": model, "references": {}, "protocol": protocol, "n_folds": n_folds}
    return facts | changes


def _by_subject(tables):
    return pd.concat(tables).groupby(level="subject").mean()
