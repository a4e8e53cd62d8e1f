"""Grad-CAM: where along its axes a convolution finds what speaks for the target."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch.nn.modules.conv import _ConvNd

from sklearn_eeg._engine.batches import Batch
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data
from sklearn_eeg.inspection._attribution import Attribution
from sklearn_eeg.inspection._gradients import COUNT
from sklearn_eeg.inspection._views import NetworkView
from sklearn_eeg.montage import GridMapper

# Their entries lie side by side, so that between two of them there is something.
ORDERED = ("time", "frame", "frequency", "window", "row", "column")
# How far what the first and the last place of a map see must lie apart along an axis, of one; and
# how many times as far as along any other.
APART, CLEARLY = 0.1, 2


def grad_cam(
    estimator: Any,
    X: Data,
    target: Any = None,
    *,
    layer: Any = None,
    axes: Sequence[str] | None = None,
    batch_size: int = 64,
) -> Attribution:
    """Where a convolution finds what speaks for the target.

    A layer's maps are weighed by the mean gradient of the target's output by each, added up, what
    is below zero left out, and stretched to the length of the input. On a grid of the electrodes,
    the value of a channel is that of its cell.

    Parameters
    ----------
    estimator, X, target, batch_size
        As of :func:`saliency`.
    layer : str or torch.nn.Module, default=None
        Convolution, or what is behind it, by its name in ``module_``. ``None``: the last
        convolution whose maps have more than one place.
    axes : sequence of str, default=None
        Axes of the network's input that the layer's maps lie along. ``None``: for each axis of a
        map, that along which its first place and its last see different inputs, as gradients tell.
        Along channels and bands a map must have as many entries as the input, since between two of
        them there is nothing; else it is averaged over them.

    Returns
    -------
    Attribution
        Along these axes alone, none of it below zero. It tells where, not which band.

    Raises
    ------
    ValueError
        The network has no such layer, or its maps have no places.

    References
    ----------
    Selvaraju et al. (2017), Grad-CAM: visual explanations from deep networks via gradient-based
    localization, ICCV.

    Examples
    --------
    >>> from sklearn_eeg.classifiers import EEGNetClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 20)
    >>> X = rng.normal(size=(40, 4, 256)).astype("float32")
    >>> X[:, 2, 128:] *= 1 + 4 * (y == "tense")[:, None]
    >>> from sklearn_eeg.trials import Trials
    >>> trials = Trials(X, sfreq=128)
    >>> model = EEGNetClassifier(lr=1e-2, max_epochs=15, random_state=0).fit(trials, y)
    >>> grad_cam(model, trials).axes
    ('time',)
    """
    with speaking("grad_cam"):
        COUNT.check("batch_size", batch_size)
        view = NetworkView(estimator, X)
        codes, labels = view.read_target(target)
        values, outputs = [], []
        with view.running():
            places = view.parts(batch_size)
            name, module = _find_layer(view, layer, places[0])
            along = _read_axes(view, module, places[0][:8], axes)
            for part in places:
                x, extra = view.tensors(part)
                own = torch.as_tensor(codes[view.owner[part]])
                maps, output = _weigh(view, module, x, extra, own)
                kept, maps = _stretch(view, maps, along)
                values.append(maps.double().cpu().numpy())
                outputs.append(output.double().cpu().numpy())
        values, kept = _read_cells(view, np.concatenate(values), kept)
        return Attribution(
            view.gather(values, kept),
            "grad_cam",
            view.quantity,
            labels,
            view.by_trial(np.concatenate(outputs)),
            explain=partial(grad_cam, layer=name, axes=axes, batch_size=batch_size),
            signed=False,
        )


def _find_layer(view, layer, places):
    module = view.last.module_
    if isinstance(layer, torch.nn.Module):
        name = next((name for name, own in module.named_modules() if own is layer), None)
    elif layer is None:
        name = _last_convolution(view, places)
    else:
        name = layer if layer in dict(module.named_modules()) else None
    if name is None:
        known = [name for name, own in module.named_modules() if isinstance(own, _ConvNd)]
        raise ValueError(
            f"expected a layer whose output has places, got {layer!r}; the convolutions of "
            f"{type(module).__name__} are {known or 'none: use another method'}."
        )
    return name, dict(module.named_modules())[name]


def _last_convolution(view, places):
    """Name of the last convolution that is called whose maps of an instance have places."""
    called, hooks = [], []
    for name, layer in view.last.module_.named_modules():
        if isinstance(layer, _ConvNd):
            note = partial(_note, called, name, len(places))
            hooks.append(layer.register_forward_hook(note))
    try:
        with torch.inference_mode():
            view.outputs(*view.tensors(places))
    finally:
        for hook in hooks:
            hook.remove()
    return called[-1] if called else None


def _note(called, name, n_instances, layer, inputs, output):
    maps = _as_maps(layer, output)
    if len(maps) == n_instances and max(maps.shape[2:]) > 1:
        called.append(name)


def _as_maps(layer, output):
    """Output of a layer as (batch, map, *places); some convolutions here have their maps last."""
    n_maps = getattr(layer, "out_channels", None)
    last = n_maps is not None and output.shape[1] != n_maps == output.shape[-1]
    return output.movedim(-1, 1) if last else output


def _weigh(view, module, x, extra, codes):
    """Maps of a layer weighed by their mean gradient: (batch, *places), and the output."""
    kept = []
    hook = module.register_forward_hook(lambda layer, inputs, output: kept.append(output))
    try:
        with view.differentiable():
            output = view.picked(x, extra, codes)
            gradient = torch.autograd.grad(output.sum(), kept[-1], allow_unused=True)[0]
    finally:
        hook.remove()
    if gradient is None:
        raise ValueError(
            f"expected a layer that the output depends on, got {type(module).__name__}, of which "
            f"nothing is used."
        )
    maps, gradient = (_as_maps(module, each.detach()) for each in (kept[-1], gradient))
    weights = gradient.flatten(2).mean(-1)
    summed = torch.einsum("bm...,bm->b...", maps, weights)
    return F.relu(summed), output.detach()


def _read_axes(view, module, places, axes):
    """Axis of the network's input that each axis of a map lies along, ``None`` for none."""
    maps, seen = _trace(view, module, places)
    if maps is None:
        raise ValueError(
            f"expected a layer that gives (batch, map, places, ...), got "
            f"{type(module).__name__}, which does not."
        )
    told = _find_axes(maps, seen, view.seen) if axes is None else _check_axes(maps, axes, view.seen)
    sizes = _sizes(view)
    kept = tuple(
        axis if axis in ORDERED or (axis is not None and size == sizes[axis]) else None
        for axis, size in zip(told, maps.shape[2:], strict=True)
    )
    if not any(kept):
        raise ValueError(
            f"expected maps whose places lie along the network's input, {view.seen}, got maps of "
            f"{tuple(maps.shape[2:])} places, all of which see the same, or several channels or "
            f"bands at once; choose another layer, or say axes=."
        )
    return kept


def _check_axes(maps, axes, known):
    n = maps.ndim - 2
    if len(axes) != n or not set(axes) <= set(known):
        raise ValueError(
            f"expected {n} axes of the network's input, {tuple(known)}, for maps of {n}, got "
            f"{tuple(axes)}."
        )
    return tuple(axes)


def _trace(view, module, places):
    """Maps of a layer, or ``None`` where it gives none, and the input of the network."""
    x, extra = view.tensors(places)
    seen, kept = view.lay_out(x).detach().requires_grad_(), []
    hook = module.register_forward_hook(lambda layer, inputs, output: kept.append(output))
    try:
        with view.differentiable():
            view.last.net_.infer(Batch(seen, extra=extra), has_nan=view.instances.has_nan)
    finally:
        hook.remove()
    maps = kept[-1] if kept else None
    if not isinstance(maps, torch.Tensor) or len(maps) != len(x) or maps.ndim < 3:
        return None, seen
    return _as_maps(module, maps), seen


def _find_axes(maps, seen, axes):
    found = []
    for dim in range(2, maps.ndim):
        first, last = (_reach(maps.select(dim, place), seen) for place in (0, -1))
        apart = {axis: float(abs(first[i] - last[i]).sum() / 2) for i, axis in enumerate(axes)}
        best, *others = sorted(apart, key=lambda axis: -apart[axis])
        least = max([APART, *(CLEARLY * apart[axis] for axis in others)])
        found.append(best if apart[best] >= least and best not in found else None)
    return tuple(found)


def _reach(values, seen):
    """How much of what values see lies at each entry of each axis: a tensor an axis."""
    gradient = torch.autograd.grad(values.abs().sum(), seen, retain_graph=True)[0]
    size = gradient.nan_to_num().abs().sum(0)
    size = size / size.sum().clamp(min=1e-300)
    return [size.movedim(i, 0).flatten(1).sum(1) for i in range(size.ndim)]


def _sizes(view):
    """Lengths of the network's input, padded where it was short."""
    return dict(zip(view.seen, view.last._instance[1], strict=True))


def _stretch(view, maps, along):
    """Axes that maps lie along, and the maps as long as the input along them."""
    sizes = _sizes(view)
    lost = [1 + i for i, axis in enumerate(along) if axis is None]
    if lost:
        maps = maps.mean(lost)
    kept = [axis for axis in along if axis is not None]
    for place, axis in enumerate(kept, start=1):
        if maps.shape[place] != sizes[axis]:
            moved = maps.movedim(place, -1)
            flat = moved.reshape(1, -1, moved.shape[-1])
            long = F.interpolate(flat, sizes[axis], mode="linear", align_corners=False)
            maps = long.reshape(*moved.shape[:-1], -1).movedim(-1, place)
        maps = maps.narrow(place, 0, min(maps.shape[place], view.seen[axis]))
    return tuple(kept), maps


def _read_cells(view, values, kept):
    """Values of channels, of those on a grid that a step before has made."""
    mapper = next((step for step in view.steps if isinstance(step, GridMapper)), None)
    if mapper is None or not {"row", "column"} <= set(kept):
        return values, kept
    rest = values.reshape(*values.shape[:-2], -1)
    return rest[..., mapper.cells_], (*kept[:-2], "channel")
