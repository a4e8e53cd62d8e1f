"""A fitted network taken apart into plain values and arrays, and put together again."""

import torch
from torch.nn.parameter import is_lazy

from sklearn_eeg._engine.isolation import isolated
from sklearn_eeg._engine.losses import ClassificationLoss
from sklearn_eeg._engine.settings import find_device
from sklearn_eeg._engine.training_state import plain_row


def take_apart(model):
    """What rebuilds the network of a fitted estimator: its instance, history and weights.

    Returns
    -------
    facts : dict
        Plain values.
    weights : dict of str to ndarray
    """
    axes, shape = model._instance
    facts = {
        "axes": list(axes),
        "shape": list(shape),
        "history": [_without_time(plain_row(row)) for row in model.net_.history],
    }
    state = model.module_.state_dict()
    return facts, {name: value.detach().cpu().numpy() for name, value in state.items()}


def put_together(model, facts, weights):
    """Give an estimator, whose facts are set, the network that :func:`take_apart` took apart.

    Raises
    ------
    ValueError
        The weights are not those of the network that the settings describe, or not finite. That is
        found before anything of the network's size is allocated.
    """
    axes, shape = tuple(facts["axes"]), tuple(facts["shape"])
    _compare(model, axes, shape, weights)
    device = find_device(model.device)
    with isolated(model._runtime.n_threads, device, 0):
        # What a training minimised is no matter for predictions, and a new one makes its own.
        net = model._make_net(axes, shape, ClassificationLoss("cross_entropy"), device)
    tensors = {name: torch.from_numpy(value) for name, value in weights.items()}
    net.module_.load_state_dict(tensors)
    net.module_.eval()
    for row in facts["history"]:
        net.history.new_epoch()
        for name, value in row.items():
            net.history.record(name, value)
    net.optimizer_ = None
    if model._classifies and not hasattr(model, "temperature_"):
        # Files of before there was one.
        model.temperature_ = 1.0
    model.net_ = net


def _compare(model, axes, shape, weights):
    try:
        with torch.device("meta"):
            planned = model._build(axes, shape).state_dict()
    except (RuntimeError, NotImplementedError):
        # Not every module of users' own can be built without numbers.
        planned = model._build(axes, shape).state_dict()
    found = {name: value.shape for name, value in weights.items()}
    # What has no shape before its first batch takes that of its weights.
    expected = {
        name: found.get(name) if is_lazy(value) else tuple(value.shape)
        for name, value in planned.items()
    }
    if expected != found:
        name = next(name for name in (*expected, *found) if expected.get(name) != found.get(name))
        raise ValueError(
            f"expected weights of the network that the settings describe, got {name!r} of shape "
            f"{found.get(name)} in place of {expected.get(name)}."
        )
    for name, value in weights.items():
        if value.dtype.kind == "f" and not torch.from_numpy(value).isfinite().all():
            raise ValueError(f"expected finite weights, got NaN or infinity in {name!r}.")


def _without_time(row):
    """What is the same whenever the same is trained."""
    return {name: value for name, value in row.items() if name != "dur"}
