"""A fitted network for one instance at a time: what a training and a batch need is left out."""

import copy
import inspect

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd
from torch.nn.utils import fusion

from sklearn_eeg._engine.isolation import isolated
from sklearn_eeg._engine.net import DTYPES
from sklearn_eeg.nn.layers._row_conv1d import RowConv1d

# Largest difference of outputs, relative and absolute, with which a fusion is one.
CLOSE = 1e-5


class QuickNet:
    """Outputs of a fitted network for whole instances of the shape it was built for.

    Parameters
    ----------
    model : NeuralEstimator
        Fitted, on a CPU, without blocks of ``extra`` and without a description of people.
    """

    def __init__(self, model):
        self.name = type(model).__name__
        self.axes, self.shape = model._instance
        self.n_threads = model._runtime.n_threads
        self.dtype = DTYPES[model._runtime.precision]
        module = model.module_.eval()
        asked = inspect.signature(module.forward).parameters
        self.told = {"missing": False} if "missing" in asked else {}
        generator = torch.Generator().manual_seed(0)
        example = torch.randn(2, *self.shape, generator=generator, dtype=self.dtype)
        with isolated(self.n_threads, example.device), torch.inference_mode():
            self.module = fuse(module, example, self.told)

    @classmethod
    def of(cls, model):
        """One of a model, or ``None`` where only the engine knows how."""
        ours = model.net_.device == "cpu" and model._runtime.precision != "bf16"
        asked = inspect.signature(model.module_.forward).parameters
        if not ours or model._extra or getattr(model, "transductive", False) or "domain" in asked:
            return None
        return cls(model)

    def takes(self, axes, rows):
        """Whether these are such instances, nothing of which is missing."""
        return axes == self.axes and rows.shape[1:] == self.shape and bool(np.isfinite(rows).all())

    def __call__(self, rows):
        """Outputs, a row each."""
        if self.n_threads in (None, torch.get_num_threads()):
            outputs = self._run(rows)
        else:
            with isolated(self.n_threads, torch.device("cpu")):
                outputs = self._run(rows)
        return check_outputs(outputs, self.name)

    def _run(self, rows):
        with torch.inference_mode():
            # Not torch.tensor, which would look at every value.
            return self.module(torch.from_numpy(rows).to(self.dtype), **self.told).numpy()


def check_outputs(outputs, name):
    """Refuse outputs of a network that are not finite."""
    if not np.isfinite(outputs).all():
        raise FloatingPointError(
            f"{name}: expected finite outputs of the network, got NaN or infinity; scale the data "
            f"as in fit."
        )
    return outputs


def fuse(module, example, told):
    """Copy of a module whose batch normalisations are part of the layers before them.

    Found by what each layer sees of an example, and used only if the outputs stay what they were.
    """
    try:
        fused = copy.deepcopy(module)
        pairs = find_pairs(fused, example, told)
    except (RuntimeError, TypeError, ValueError):
        # One that cannot be copied, or that such an example says nothing to.
        return module
    places = {
        child: (parent, name)
        for parent in fused.modules()
        for name, child in parent.named_children()
    }
    for layer, norm in pairs:
        _fold(layer, norm)
        parent, name = places[norm]
        setattr(parent, name, Passed())
    for layer, (parent, name) in places.items():
        if isinstance(layer, RowConv1d):
            setattr(parent, name, RowProduct(layer))
    for parameter in fused.parameters():
        parameter.requires_grad_(False)
    expected, found = (_outputs(each, example, told) for each in (module, fused))
    same = torch.allclose(expected, found, rtol=CLOSE, atol=CLOSE)
    return fused if same else module


class Passed(nn.Module):
    """What is left of a layer that has become part of another."""

    def forward(self, x, *args):
        """Give what came."""
        return x


class RowProduct(nn.Module):
    """A :class:`~sklearn_eeg.nn.layers.RowConv1d` whose weights lie as one product takes them.

    Parameters
    ----------
    layer : RowConv1d
    """

    def __init__(self, layer):
        super().__init__()
        self.n_taps, self.stride, self.padding = (
            each[0] for each in (layer.kernel_size, layer.stride, layer.padding)
        )
        self.weight, self.bias = layer.weight.detach().flatten(1), layer.bias

    def forward(self, x):
        """Convolve (batch, time, channel) in time."""
        if self.n_taps == 1 and self.padding == 0:
            return F.linear(x[:, :: self.stride], self.weight, self.bias)
        if self.padding:
            x = F.pad(x, (0, 0, self.padding, self.padding))
        rows = x.unfold(1, self.n_taps, self.stride)
        return F.linear(rows.flatten(2), self.weight, self.bias)


def find_pairs(module, example, told):
    """Layers with weights whose outputs go straight into a batch normalisation, with that."""
    made, pairs, hooks = {}, [], []

    def keep(layer, args, output):
        made[id(output)] = layer, output

    def look(norm, args):
        layer, output = made.get(id(args[0]), (None, None))
        if output is args[0] and len(layer.weight) == norm.num_features:
            pairs.append((layer, norm))

    for layer in module.modules():
        if isinstance(layer, (_ConvNd, nn.Linear)) and not getattr(layer, "transposed", False):
            hooks.append(layer.register_forward_hook(keep))
        elif isinstance(layer, _BatchNorm) and layer.track_running_stats and layer.affine:
            hooks.append(layer.register_forward_pre_hook(look))
    _outputs(module, example, told)
    for hook in hooks:
        hook.remove()
    layers = [layer for layer, _ in pairs]
    norms = [norm for _, norm in pairs]
    # One that is used twice has two that follow it.
    return [(a, b) for a, b in pairs if layers.count(a) == norms.count(b) == 1]


def _fold(layer, norm):
    wide = [
        value if value is None else value.double()
        for value in (layer.weight, layer.bias, norm.running_mean, norm.running_var)
    ]
    weight, bias = fusion.fuse_conv_bn_weights(
        *wide, norm.eps, norm.weight.double(), norm.bias.double()
    )
    layer.weight = nn.Parameter(weight.to(layer.weight.dtype), requires_grad=False)
    layer.bias = nn.Parameter(bias.to(layer.weight.dtype), requires_grad=False)


def _outputs(module, example, told):
    output = module(example, **told)
    return output[0] if isinstance(output, tuple) else output
