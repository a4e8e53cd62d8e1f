"""Grad-CAM: where along its axes a convolution finds what speaks for the target."""

from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch.nn.modules.conv import _ConvNd

from sklearn_eeg._speaker import speaking
from sklearn_eeg.inspection._attribution import Attribution
from sklearn_eeg.inspection._gradients import COUNT
from sklearn_eeg.inspection._views import NetworkView
from sklearn_eeg.montage import GridMapper

# Axes of a network's input that a layer's maps lie along, by the number of their axes.
PLACES = {
    1: (("time",), ("frame",), ("window",)),
    2: (("row", "column"), ("channel", "time"), ("frequency", "frame"), ("window", "channel")),
}
# Their entries lie side by side, so that between two of them there is something.
ORDERED = ("time", "frame", "frequency", "window", "row", "column")


def grad_cam(estimator, X, target=None, *, layer=None, axes=None, batch_size=64):
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
        Axes of the network's input that the layer's maps lie along. ``None``: rows and columns;
        channels and time; frequencies and frames; or time, frames or windows alone. Along channels
        and bands a map must have as many entries as the input, else it is averaged over them, and
        so are maps of one entry.

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
            for part in places:
                x, extra = view.tensors(part)
                own = torch.as_tensor(codes[view.owner[part]])
                maps, output = _weigh(view, module, name, x, extra, own)
                kept, maps = _stretch(view, maps, axes)
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
    if len(output) == n_instances and max(output.shape[2:]) > 1:
        called.append(name)


def _weigh(view, module, name, x, extra, codes):
    """Maps of a layer weighed by their mean gradient: (batch, *places), and the output."""
    kept = []
    hook = module.register_forward_hook(lambda layer, inputs, output: kept.append(output))
    try:
        with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
            output = view.picked(x, extra, codes)
            maps = kept[-1] if kept else None
            if not isinstance(maps, torch.Tensor) or len(maps) != len(x) or maps.ndim < 3:
                shape = tuple(maps.shape) if isinstance(maps, torch.Tensor) else type(maps).__name__
                raise ValueError(
                    f"expected a layer that gives (batch, map, places, ...), got {name!r}, which "
                    f"gives {shape} for a batch of {len(x)}."
                )
            gradient = torch.autograd.grad(output.sum(), maps)[0]
    finally:
        hook.remove()
    weights = gradient.flatten(2).mean(-1)
    summed = torch.einsum("bm...,bm->b...", maps.detach(), weights)
    return F.relu(summed), output.detach()


def _stretch(view, maps, axes):
    """Axes that maps lie along, and the maps as long as the input along them."""
    sizes = dict(zip(view.seen_axes, view.last._instance[1], strict=True))
    n = maps.ndim - 1
    if axes is None:
        known = (a for a in PLACES.get(n, ()) if set(a) <= set(sizes))
        axes = next(known, tuple(view.seen_axes[-n:]))
    if len(axes) != n or not set(axes) <= set(sizes):
        raise ValueError(
            f"expected {n} axes of the network's input, {tuple(sizes)}, for maps of {n}, got "
            f"{tuple(axes)}."
        )
    kept = [a for a, m in zip(axes, maps.shape[1:], strict=True) if m > 1 or sizes[a] == 1]
    kept = [a for a in kept if a in ORDERED or maps.shape[1 + axes.index(a)] == sizes[a]]
    lost = [1 + i for i, axis in enumerate(axes) if axis not in kept]
    if lost:
        maps = maps.mean(lost)
    for place, axis in enumerate(kept, start=1):
        if maps.shape[place] != sizes[axis]:
            moved = maps.movedim(place, -1)
            flat = moved.reshape(1, -1, moved.shape[-1])
            long = F.interpolate(flat, sizes[axis], mode="linear", align_corners=False)
            maps = long.reshape(*moved.shape[:-1], -1).movedim(-1, place)
    return tuple(kept), maps


def _read_cells(view, values, kept):
    """Values of channels, of those on a grid that a step before has made."""
    mapper = next((step for step in view.steps if isinstance(step, GridMapper)), None)
    if mapper is None or not {"row", "column"} <= set(kept):
        return values, kept
    rest = values.reshape(*values.shape[:-2], -1)
    return rest[..., mapper.cells_], (*kept[:-2], "channel")
