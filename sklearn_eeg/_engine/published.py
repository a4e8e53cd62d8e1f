"""Weights out of files that others have published, of which nothing is executed."""

import pickle
import warnings
import zipfile
from collections import OrderedDict
from math import prod
from pathlib import Path
from types import ModuleType

import torch

from sklearn_eeg._axes import read_axes
from sklearn_eeg._engine.isolation import isolated
from sklearn_eeg._engine.losses import ClassificationLoss
from sklearn_eeg._engine.settings import find_device

# All that a file of tensors may name beside the classes of modules, for which stand-ins are made.
_TORCH = ("_rebuild_tensor_v2", "_rebuild_parameter")
ALLOWED = {
    **{("torch._utils", name): getattr(torch._utils, name) for name in _TORCH},
    **{(module, "set"): set for module in ("builtins", "__builtin__")},
    ("collections", "OrderedDict"): OrderedDict,
}
BROKEN = (
    pickle.UnpicklingError, RuntimeError, EOFError, KeyError, TypeError, AttributeError, IndexError,
    ValueError, zipfile.BadZipFile,
)  # fmt: skip


class StandIn:
    """Takes the place of a module's class: holds what the file says of it, and does nothing."""

    def __init__(self, *args, **kwargs):
        pass


class InertUnpickler(pickle.Unpickler):
    """Makes tensors, containers and stand-ins for modules; any other name is refused."""

    def find_class(self, module, name):
        """Look up what a file names."""
        if (module, name) in ALLOWED:
            return ALLOWED[module, name]
        if module == "__main__" or module.startswith("torch.nn."):
            return type(name, (StandIn,), {})
        raise pickle.UnpicklingError(f"it names {module}.{name}, which is no tensor or module")


def _load(file, **settings):
    return InertUnpickler(file, **settings).load()


# What torch.load asks of a module for pickles.
_INERT = ModuleType("inert")
vars(_INERT).update(Unpickler=InertUnpickler, load=_load)


def load_weights(path):
    """Tensors of a network in a file, in the order of its state dict.

    The file may hold a whole module as :func:`torch.save` writes one, a state dict, a mapping that
    has either, or be one of safetensors.

    Raises
    ------
    ValueError
        The file holds something else; whatever it was, it was not run.
    """
    path = Path(path)
    try:
        content = _read(path)
    except BROKEN as error:
        raise ValueError(
            f"expected a file with the tensors of a network, got {path.name}, of which "
            f"nothing was executed: {error}."
        ) from error
    for candidate in (content, *(content.values() if isinstance(content, dict) else ())):
        weights = list(_walk(candidate))
        if weights and weights[0].ndim == 3:
            return weights
    raise ValueError(
        f"expected a file with the module or the state dict of a ResAttentioNet, got "
        f"{type(content).__name__} without one."
    )


def adopt(model, shape, weights):
    """Give a classifier that knows its classes a network for such instances, of these weights."""
    model.layout_, model.n_features_in_ = (None, *shape[1:]), prod(shape[1:])
    model.sfreq_ = model.ch_names_ = model.features_in_ = model.domains_ = None
    model.axes_ = read_axes(model._axes, len(shape))
    model.temperature_ = 1.0
    device = find_device(model.device)
    with isolated(model._runtime.n_threads, device, 0):
        criterion = ClassificationLoss("cross_entropy")
        model.net_ = model._make_net(model.axes_, shape, criterion, device)
    own = model.module_.state_dict()
    found, expected = [tuple(w.shape) for w in weights], [tuple(w.shape) for w in own.values()]
    if found != expected:
        raise ValueError(
            f"expected the {len(expected)} tensors of a {type(model.module_).__name__} of "
            f"that width, got {len(found)} of other shapes or in another order."
        )
    model.module_.load_state_dict(dict(zip(own, weights, strict=True)))
    return model


def _read(path):
    if path.suffix == ".safetensors":
        return _read_safetensors(path)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            # A program, which torch would compile.
            if any(Path(member).name == "constants.pkl" for member in archive.namelist()):
                raise pickle.UnpicklingError("it is a TorchScript program")
    with warnings.catch_warnings():
        # In old files torch looks for the source of stand-ins, to compare it.
        warnings.simplefilter("ignore", UserWarning)
        return torch.load(path, map_location="cpu", pickle_module=_INERT, weights_only=False)


def _read_safetensors(path):
    try:
        from safetensors.torch import load_file
    except ImportError as error:
        raise ImportError(
            f"safetensors: expected the package that reads {path.name}, got none; install it."
        ) from error
    return load_file(path)


def _walk(content):
    """Tensors of a module's stand-in or of a state dict: own ones first, then those of parts."""
    if isinstance(content, dict):
        values = list(content.values())
        if all(isinstance(value, torch.Tensor) for value in values):
            yield from values
        return
    if not isinstance(content, StandIn):
        return
    state = vars(content)
    own = {**state.get("_parameters", {}), **state.get("_buffers", {})}
    unsaved = state.get("_non_persistent_buffers_set", ())
    yield from (v for k, v in own.items() if isinstance(v, torch.Tensor) and k not in unsaved)
    for part in state.get("_modules", {}).values():
        yield from _walk(part)
