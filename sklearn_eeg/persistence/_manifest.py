"""What a model is, in words and numbers that need no code to read."""

import numpy as np
from sklearn.pipeline import Pipeline

from sklearn_eeg._fitted import count_parameters


def make_manifest(model):
    """Steps, channels, rate, unit, bands, axes, classes, parameters, and how it was trained."""
    steps = [step for _, step in model.steps] if isinstance(model, Pipeline) else [model]
    first, last = steps[0], steps[-1]
    facts = {
        "steps": [type(step).__name__ for step in steps],
        "channels": _first(steps, "ch_names_"),
        "sfreq": _first(steps, "sfreq_"),
        "unit": _first(steps, "unit_"),
        "axes": _plain(getattr(first, "axes_", None)),
        "bands": _plain(_first(steps, "bands_")),
        "classes": _plain(getattr(last, "classes_", None)),
        "n_parameters": _plain(count_parameters(model)),
        "training": {
            name: _plain(getattr(last, f"{name}_", None))
            for name in ("n_iter", "n_steps", "best_epoch")
            if hasattr(last, f"{name}_")
        },
    }
    return {name: value for name, value in facts.items() if value not in (None, {}, [])}


def _first(steps, name):
    found = (getattr(step, name, None) for step in steps)
    return _plain(next((value for value in found if value is not None), None))


def _plain(value):
    if isinstance(value, (np.ndarray, list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return str(value)
