"""What a fitted model shows of itself, whatever is wrapped around it."""

import numpy as np

# On some hundred trials, a network made of steps at 1e-3 gained until about as many.
FEW_STEPS = 300


def last_step(model):
    """Return what decides: the last step of a pipeline, or of the best one of a search."""
    if hasattr(model, "best_estimator_"):
        return last_step(model.best_estimator_)
    return last_step(model[-1]) if hasattr(model, "steps") else model


def reach(model, X):
    """What decides, and the data as it sees them: steps before it run once."""
    if hasattr(model, "best_estimator_"):
        return reach(model.best_estimator_, X)
    if hasattr(model, "steps"):
        return reach(model[-1], model[:-1].transform(X) if len(model.steps) > 1 else X)
    return model, X


def history_of(model):
    """Learning curves of the model's network, one row an epoch; an empty table without one."""
    import pandas as pd

    model = last_step(model)
    records = getattr(model, "history_", getattr(getattr(model, "net_", None), "history", None))
    return pd.DataFrame(
        [{k: v for k, v in epoch.items() if np.isscalar(v)} for epoch in records or ()]
    )


def count_steps(model):
    """Number of steps that the network's optimizer made; ``None`` without one."""
    return getattr(last_step(model), "n_steps_", None)


def count_parameters(model):
    """Number of trained parameters of the model's network; ``None`` without one."""
    network = getattr(last_step(model), "module_", None)
    if network is None:
        return None
    return sum(p.numel() for p in network.parameters() if p.requires_grad)
