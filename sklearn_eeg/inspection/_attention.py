"""Where a network looks: its attention, by the names of what it attends to."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

import numpy as np
import torch

from sklearn_eeg._constraints import Flag
from sklearn_eeg._fitted import reach
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data
from sklearn_eeg.exceptions import SingleStepWarning
from sklearn_eeg.inspection._attribution import Attribution
from sklearn_eeg.inspection._gradients import COUNT
from sklearn_eeg.inspection._network_view import NetworkView
from sklearn_eeg.inspection._view import as_trials


def attention(
    estimator: Any, X: Data, of: str | None = None, *, heads: bool = False, batch_size: int = 16
) -> Attribution:
    """How much a network attends to each window, channel, feature or time.

    ================  ======================================================================
    network           what attends to what
    ================  ======================================================================
    ResAttentioNet    ``"windows"``: one query to the steps of its encoder
    GTN               ``"windows"``: windows to those before; ``"features"``: features to all
    HSLT              ``"electrodes"``: to those of their region; ``"regions"``: to each other
    DAEEGViT          ``"patches"``: stretches of a window's values to each other
    EEG-Conformer     ``"times"``: stretches of a signal to each other
    ACRNN             ``"channels"``: a gate to the electrodes
    R2G-STNN          ``"regions"``: mixtures to the regions, window by window
    DMMR              ``"features"``: a gate to the features of each window
    ================  ======================================================================

    A network of your own is read if its module has a method ``attends(shape)``, which returns an
    :class:`~sklearn_eeg.nn.attention.Attention` by its name.

    Parameters
    ----------
    estimator : fitted network that attends, or a Pipeline or search that ends in one
    X : Trials, array, list of arrays or mne.BaseEpochs
    of : str, default=None
        Which attention of a network that has several; ``None``: the first.
    heads : bool, default=False
        Whether heads stay apart, as the last axis; else their mean is given.
    batch_size : int, default=16
        Windows, or trials that are read as a whole, in one pass.

    Returns
    -------
    Attribution
        The mean over layers and over what asks, along what is asked. It adds up to one, of each
        head, over all axes but those of windows that are attended to one by one. What a token
        stands for shares its weight equally; what is missing is NaN; what a learned token of the
        network has for itself is left out. Of sequences that a network cuts trials into, each adds
        its part to its windows. It says where the network looks, not what for.

    Raises
    ------
    TypeError
        The network does not attend, or says not to what.
    ValueError
        It has no attention of this name.

    Warns
    -----
    SingleStepWarning
        There is one token to attend to, whose weight is one.

    References
    ----------
    Jain & Wallace (2019), Attention is not explanation, NAACL.

    Examples
    --------
    >>> from sklearn_eeg.classifiers import HSLTClassifier
    >>> from sklearn_eeg.trials import Trials
    >>> X = np.random.default_rng(0).normal(size=(6, 4, 5)).astype("float32")
    >>> trials = Trials(X, ch_names=["Fz", "F3", "Pz", "P3"], axes=("channel", "band"))
    >>> model = HSLTClassifier(max_epochs=1, random_state=0).fit(trials, [0, 1] * 3)
    >>> read = attention(model, trials, of="regions", heads=True)
    >>> read.axes, read.values.sum(1).round(3).shape
    (('channel', 'head'), (6, 16))
    """
    with speaking("attention"):
        Flag().check("heads", heads)
        COUNT.check("batch_size", batch_size)
        last, trials = reach(estimator, as_trials(X))
        view = NetworkView(last, trials, apart=True)
        shape = view.last.net_.padding(view.tensor(np.arange(1))).shape[1:]
        look = _find(last.module_, of, tuple(shape))
        if len(look.entries) == 1:
            warnings.warn(
                f"attention: expected tokens to attend to, got one a trial of "
                f"{type(last.module_).__name__}, whose weight is 1.",
                SingleStepWarning,
                stacklevel=3,
            )
        with view.running(), torch.inference_mode():
            found = [_read(view, look, part, heads) for part in view.parts(batch_size)]
        first = 0 if look.one_by_one else look.start
        axes = view.axes[first : look.start + look.entries.ndim - 1]
        axes = (*axes, "head") if heads else axes
        return Attribution(
            view.gather(np.concatenate(found), axes),
            "attention",
            "attention",
            explain=partial(_again, of=of, heads=heads, batch_size=batch_size),
            signed=False,
        )


def _again(estimator, X, target, **settings):
    """As any explanation is asked again; attention is to nothing in particular."""
    return attention(estimator, X, **settings)


def _find(module, of, shape):
    """What the module says of its attention to instances of a shape."""
    if not hasattr(module, "attends"):
        raise TypeError(
            f"expected a network that says where it attends, got {type(module).__name__}; use "
            f"saliency or occlusion."
        )
    known = module.attends(shape)
    if of is not None and of not in known:
        raise ValueError(f"expected of to be one of {list(known)}, got {of!r}.")
    return known[next(iter(known)) if of is None else of]


def _read(view, look, places, heads):
    """Attention to the entries of instances: (batch, *axes), of heads apart (batch, *axes, head).

    NaN where nothing is there.
    """
    x = view.tensor(places)
    first, last = 1 + look.start, look.start + look.entries.ndim
    present = ~x.isnan()
    if x.ndim > last:
        present = present.flatten(last).any(-1)
    if first > 1 and not look.one_by_one:
        present, first = present.flatten(1, look.start).any(1), 1
    shape = present.shape[first:]
    entries = look.entries.to(x.device)[(slice(None), *map(slice, shape))]
    # (row, key, *entries): what each token stands for, of what is there.
    stands = entries & present.flatten(0, first - 1).unsqueeze(1)
    weights = _listen(view, look, x, places, stands.flatten(2).any(-1))
    each = stands.flatten(2).to(weights)
    each = each / each.sum(-1, keepdim=True).clamp(min=1)
    values = torch.einsum("rhk,rke->reh", weights, each)
    values = values / values.sum(1, keepdim=True)
    values = values if heads else values.mean(-1, keepdim=True)
    values = values.reshape(*present.shape, -1).masked_fill(~present.unsqueeze(-1), torch.nan)
    return (values if heads else values.squeeze(-1)).double().cpu().numpy()


def _listen(view, look, x, places, present):
    """Weights of each key, summed over layers and over what asks: (row, head, key)."""
    heard, hooks = [], []
    learnt = look.learnt.to(x.device) if look.learnt is not None else False

    def listen(layer, args, kwargs):
        weights = layer.weights(*args, **kwargs)
        if weights.ndim > 3:
            asks = present | learnt
            if weights.shape[2] == asks.shape[1]:
                weights = weights * asks[:, None, :, None]
            weights = weights.sum(2)
        heard.append(weights)

    for layer in look.layers:
        hooks.append(layer.register_forward_pre_hook(listen, with_kwargs=True))
    try:
        view.outputs(x, places)
    finally:
        for hook in hooks:
            hook.remove()
    return torch.stack(heard).sum(0)
