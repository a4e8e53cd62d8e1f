"""What continues a training that was cut off."""

import numpy as np
import torch


def read_state(training):
    """Everything of a training that continues it: tensors and plain values."""
    cuda = torch.device(training.net.device).type == "cuda"
    return {
        "epoch": training.done,
        "module": training.module.state_dict(),
        "optimizer": training.optimizer.state_dict(),
        "schedule": training.schedule.state,
        "objective": _learnt(training.objective),
        "average": None if training.average is None else training.average.state_dict(),
        "best": training.best.state_dict(),
        "history": [plain_row(row) for row in training.net.history],
        "generators": {name: g.get_state() for name, g in training.generators.items()},
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state(training.net.device) if cuda else None,
    }


def restore_state(training, state):
    """Continue a training from what :func:`read_state` has read."""
    training.done = state["epoch"]
    training.module.load_state_dict(state["module"])
    training.optimizer.load_state_dict(state["optimizer"])
    training.schedule.state = state["schedule"]
    if state["objective"] is not None:
        training.objective.load_state_dict(state["objective"])
    if training.average is not None:
        training.average.load_state_dict(state["average"])
    training.best.load_state_dict(state["best"])
    for row in state["history"]:
        training.net.history.new_epoch()
        for name, value in row.items():
            training.net.history.record(name, value)
    # A generator's state lives in main memory, whatever its device.
    for name, generator in training.generators.items():
        generator.set_state(state["generators"][name].cpu())
    torch.set_rng_state(state["torch"].cpu())
    if state["cuda"] is not None:
        torch.cuda.set_rng_state(state["cuda"].cpu(), training.net.device)


def _learnt(objective):
    return objective.state_dict() if isinstance(objective, torch.nn.Module) else None


def plain_row(row):
    """Numbers and texts of an epoch."""
    values = {k: v.item() if isinstance(v, np.generic) else v for k, v in row.items()}
    return {k: v for k, v in values.items() if isinstance(v, (bool, int, float, str))}
