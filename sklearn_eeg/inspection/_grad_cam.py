"""Grad-CAM: where along its axes a convolution finds what speaks for the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch.nn.modules.conv import _ConvNd

from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data
from sklearn_eeg.inspection._attribution import Attribution
from sklearn_eeg.inspection._gradients import COUNT
from sklearn_eeg.inspection._network_view import NetworkView
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
        convolution whose maps lie along some axis of the input.
    axes : sequence of str, default=None
        Axes of the network's input that the layer's maps lie along. ``None``: for each axis of a
        map, that along which its first place and its last see different inputs, as gradients tell.
        Along channels and bands a map must have as many entries as the input, or a multiple where
        channels are stacked, since between two of them there is nothing; else it is averaged over
        them.

    Returns
    -------
    Attribution
        Along these axes alone, none of it below zero. It tells where, not which band. Of a network
        that convolves each window or each channel by itself, windows or channels are an axis; of
        sequences that a network cuts trials into, each adds its part to its windows.

    Raises
    ------
    ValueError
        The network has no such layer, or none whose maps lie along an axis of the input.

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
        view = NetworkView(estimator, X, apart=True)
        codes, labels = view.read_target(target)
        values, outputs = [], []
        with view.running():
            places = view.parts(batch_size)
            maps = _find_maps(view, layer, axes, places[0][:4])
            for part in places:
                own = torch.as_tensor(codes[view.owner[part]])
                found, output = _weigh(view, maps, part, own)
                kept, found = _stretch(view, found, maps.along)
                values.append(found.double().cpu().numpy())
                outputs.append(output.double().cpu().numpy())
        values, kept = _read_cells(view, np.concatenate(values), kept)
        return Attribution(
            view.gather(values, kept),
            "grad_cam",
            view.quantity,
            labels,
            view.by_trial(np.concatenate(outputs)),
            explain=partial(grad_cam, layer=maps.name, axes=axes, batch_size=batch_size),
            signed=False,
        )


@dataclass(frozen=True)
class _Maps:
    """A layer's maps: axes of the network's input they lie along, ``None`` for none.

    ``stacked`` is the place of an axis in which each channel has several entries, and the number of
    channels.
    """

    name: str
    layer: torch.nn.Module
    along: tuple = ()
    stacked: tuple | None = None

    def arrange(self, output, n_instances):
        """Output of the layer as (instance, map, *places), or ``None`` where it is none.

        A layer that sees windows or channels one by one has them among its rows.
        """
        if not isinstance(output, torch.Tensor) or output.ndim < 3 or len(output) % n_instances:
            return None
        if getattr(self.layer, "maps_last", False):
            output = output.movedim(-1, 1)
        if len(output) > n_instances:
            output = output.unflatten(0, (n_instances, -1)).movedim(2, 1)
        if self.stacked is None:
            return output
        dim, n_channels = self.stacked
        return output.unflatten(dim, (n_channels, -1))


def _find_maps(view, layer, axes, places):
    """Maps of a layer, or of the last convolution whose maps lie along the network's input."""
    modules = dict(view.last.module_.named_modules())
    convolutions = [name for name, own in modules.items() if isinstance(own, _ConvNd)]
    if isinstance(layer, torch.nn.Module):
        names = [name for name, own in modules.items() if own is layer][:1]
    else:
        names = convolutions if layer is None else [name for name in modules if name == layer]
    if not names:
        raise ValueError(
            f"expected a layer whose output has places, got {layer!r}; the convolutions of "
            f"{type(view.last.module_).__name__} are {convolutions or 'none: use another method'}."
        )
    outputs, seen = _trace(view, {name: modules[name] for name in names}, places)
    shapes = []
    for name, output in reversed(outputs.items()):
        maps = _Maps(name, modules[name])
        arranged = maps.arrange(output, len(seen))
        if arranged is not None and max(arranged.shape[2:]) > 1 and _are_apart(arranged, seen):
            maps = _read_axes(view, maps, output, seen, axes)
            if any(maps.along):
                return maps
            shapes.append(tuple(arranged.shape[2:]))
    if layer is not None and not shapes:
        raise ValueError(
            f"expected a layer that gives (batch, map, places, ...), got "
            f"{type(modules[names[0]]).__name__}, which does not."
        )
    raise ValueError(
        f"expected maps whose places lie along the network's input, {view.seen}, got maps of "
        f"{' and '.join(map(str, dict.fromkeys(shapes))) or 'single'} places, all of which see the "
        f"same, or several channels or bands at once; choose another "
        f"{'layer, or say axes=' if layer is not None else 'method'}."
    )


def _trace(view, layers, places):
    """Output of each layer that is called, the last one last, and the input of the network."""
    x, outputs = view.tensor(places), {}
    seen = view.lay_out(x).detach().requires_grad_()

    def note(name, output):
        outputs.pop(name, None)
        outputs[name] = output

    hooks = [
        layer.register_forward_hook(lambda layer, inputs, output, name=name: note(name, output))
        for name, layer in layers.items()
    ]
    try:
        with view.differentiable():
            view.infer(seen, places)
    finally:
        for hook in hooks:
            hook.remove()
    return outputs, seen


def _are_apart(maps, seen):
    """Whether the first maps are those of the first instance alone."""
    if len(maps) == 1:
        return True
    of_instance = _gradient(maps[0], seen).flatten(1).sum(1)
    return bool(of_instance[1:].sum() <= 1e-3 * of_instance[0])


def _read_axes(view, maps, output, seen, axes):
    """The same maps, with the axes that they lie along."""
    arranged, sizes = maps.arrange(output, len(seen)), _sizes(view)
    if axes is not None:
        return _keep(maps, _check_axes(arranged, axes, view.seen), arranged, sizes)
    along = _find_axes(arranged, seen, view.seen)
    dim = 2 + along.index("channel") if "channel" in along else 0
    n_channels = sizes.get("channel", 1)
    if dim and arranged.shape[dim] > n_channels > 1 and not arranged.shape[dim] % n_channels:
        apart = replace(maps, stacked=(dim, n_channels))
        arranged = apart.arrange(output, len(seen))
        split = _find_axes(arranged, seen, view.seen)
        return _keep(apart, split, arranged, sizes)
    return _keep(maps, along, arranged, sizes)


def _keep(maps, along, arranged, sizes):
    """The same, averaged where there is nothing between two entries."""
    kept = tuple(
        axis if axis in ORDERED or (axis is not None and size == sizes[axis]) else None
        for axis, size in zip(along, arranged.shape[2:], strict=True)
    )
    return replace(maps, along=kept)


def _check_axes(maps, axes, known):
    n = maps.ndim - 2
    if len(axes) != n or not set(axes) <= set(known):
        raise ValueError(
            f"expected {n} axes of the network's input, {tuple(known)}, for maps of {n}, got "
            f"{tuple(axes)}."
        )
    return tuple(axes)


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
    size = _gradient(values, seen).sum(0)
    size = size / size.sum().clamp(min=1e-300)
    return [size.movedim(i, 0).flatten(1).sum(1) for i in range(size.ndim)]


def _gradient(values, seen):
    """Size of the gradient of values by the input."""
    gradient = torch.autograd.grad(values.abs().sum(), seen, retain_graph=True, allow_unused=True)
    return torch.zeros_like(seen) if gradient[0] is None else gradient[0].nan_to_num().abs()


def _weigh(view, maps, places, codes):
    """Maps of a layer weighed by their mean gradient: (batch, *places), and the output."""
    kept = []
    hook = maps.layer.register_forward_hook(lambda layer, inputs, output: kept.append(output))
    # A layer whose weights are frozen has a gradient by its input alone.
    x = view.tensor(places).requires_grad_()
    try:
        with view.differentiable():
            output = view.picked(x, places, codes)
            gradient = torch.autograd.grad(output.sum(), kept[-1], allow_unused=True)[0]
    finally:
        hook.remove()
    if gradient is None:
        raise ValueError(
            f"expected a layer that the output depends on, got {type(maps.layer).__name__}, of "
            f"which nothing is used."
        )
    found, gradient = (maps.arrange(part.detach(), len(places)) for part in (kept[-1], gradient))
    summed = torch.einsum("bm...,bm->b...", found, gradient.flatten(2).mean(-1))
    return F.relu(summed), output.detach()


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
