"""Test subjects' trials without their labels: as a target of the training, or of a step."""

import inspect

import numpy as np

from sklearn_eeg.preprocessing._per_subject import PerSubject
from sklearn_eeg.trials import Unlabelled


def uses_target(model):
    """Whether what decides in a model would learn from an ``X_target``."""
    if hasattr(model, "steps"):
        return uses_target(model.steps[-1][1])
    if hasattr(model, "refit"):
        # A search hands to its estimator what it is given, and to a pipeline in it no target.
        return not hasattr(model.estimator, "steps") and uses_target(model.estimator)
    takes = "X_target" in inspect.signature(model.fit).parameters
    return takes and bool(getattr(model, "_uses_target", True))


def check_way(transductive, owner):
    """Refuse what is no way to hand a target over."""
    if transductive not in (True, False, "subject"):
        raise ValueError(
            f"{owner}: expected transductive to be True, False or 'subject', got {transductive!r}."
        )


def check_uses_target(model):
    """Refuse, before any work, what has no use for a target."""
    if not uses_target(model):
        raise ValueError(
            f"evaluate: expected a network with an alignment to a target, or one that adapts by "
            f"itself, alone or as the last step of a pipeline, where transductive=True, got "
            f"{model!r}; set alignment='coral' or another, put a search into its pipeline, or "
            f"leave transductive=True out."
        )


def one_subject_each(splits, subjects):
    """Splits that test one subject at a time, each trained on whom its split trains on."""
    return [
        (train, test[subjects[test] == subject])
        for train, test in splits
        for subject in np.unique(subjects[test])
    ]


def fit_with_target(model, X, y, target):
    """Fit on trials and labels, with a target; steps before the last learn from ``X`` alone."""
    if not hasattr(model, "steps"):
        return model.fit(X, y, X_target=Unlabelled(target))
    name, last = model.steps[-1]
    if len(model.steps) > 1:
        before = model[:-1]
        X = before.fit_transform(X, y)
        target = before.transform(target)
        # With a memory, a pipeline fits copies of its steps.
        model.steps = [*before.steps, (name, last)]
    fit_with_target(last, X, y, target)
    return model


def transductive_steps(estimator):
    """Names of the steps that use the test subjects' own data, unlabelled."""
    parts = [estimator, *estimator.get_params(deep=True).values()]
    return sorted({type(part).__name__ for part in parts if _is_transductive(part)})


def _is_transductive(part):
    return isinstance(part, PerSubject) or getattr(part, "transductive", False) is True
