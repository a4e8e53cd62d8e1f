"""A network built by name: sizes of axes, facts of the data and settings, as its signature asks."""

import inspect
from math import prod

import torch

from sklearn_eeg import _validation as v
from sklearn_eeg._axes import FEATURES, without
from sklearn_eeg._lazy import load
from sklearn_eeg.montage import MONTAGES

# What other libraries of EEG call the same.
SPELLINGS = {"n_chans": "n_channels", "n_classes": "n_outputs"}
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def read_sizes(axes, shape):
    """Size of each axis of an instance by the name modules ask for it.

    Examples
    --------
    >>> read_sizes(("window", "channel", "band"), (60, 62, 5))
    {'n_windows': 60, 'n_channels': 62, 'n_bands': 5, 'n_features': 310}
    """
    words = ["band" if axis in FEATURES else axis for axis in axes]
    sizes = {f"n_{word}s": n for word, n in zip(words, shape, strict=True)}
    of_a_window = without(axes, "window", "segment")
    return sizes | {"n_features": prod(shape[axes.index(axis)] for axis in of_a_window)}


def build(model, settings, offer):
    """Build ``model`` from those of its parameters that are settings or on offer.

    Parameters
    ----------
    model : callable
        A module's class, or a function that returns a module.
    settings : dict
        Of the network, by the name of the parameter. ``None`` for a fact leaves it to the data.
    offer : dict
        Sizes and facts; ``None`` is one that is not known.
    """
    settings = {k: value for k, value in settings.items() if value is not None or k not in offer}
    offer = offer | {theirs: offer[ours] for theirs, ours in SPELLINGS.items() if ours in offer}
    known = {key: value for key, value in offer.items() if value is not None} | settings
    given = {}
    for key, parameter in _parameters(model).items():
        if key in known:
            given[key] = known[key]
        elif parameter.default is parameter.empty:
            _refuse(key, known)
    return model(**given)


def build_entry(entry, **settings):
    """Build the network of an entry of the catalogue, for the instance it states.

    Parameters
    ----------
    entry : Architecture
    **settings
        Of the estimator, over those of the entry.
    """
    estimator = load(entry.estimator)(**{**entry.settings, **settings})
    facts = {"n_outputs": entry.n_outputs, "sfreq": entry.sfreq, "n_domains": entry.n_domains}
    facts["ch_names"] = entry.montage and MONTAGES[entry.montage]
    offer = read_sizes(tuple(entry.instance), tuple(entry.instance.values())) | facts
    return build(estimator._model, estimator._own_settings, offer)


def _parameters(model):
    # What a partial has set stays as it is set.
    fixed = getattr(model, "keywords", {})
    parameters = inspect.signature(model).parameters
    return {k: p for k, p in parameters.items() if p.kind not in _VARIADIC and k not in fixed}


def _refuse(parameter, known):
    if parameter == "sfreq":
        v.require_sfreq(None)
    raise ValueError(
        f"expected the network to ask for what is known of it and the data, got its "
        f"parameter {parameter!r} without a default; on offer are {', '.join(sorted(known))}."
    )


def check_extra(module, extra):
    """Refuse a module whose ``forward`` does not take these blocks by name."""
    taken = inspect.signature(module.forward).parameters
    for block in extra:
        if block not in taken:
            raise ValueError(
                f"expected a module with a forward that takes {block}=, got "
                f"{type(module).__name__}; add the argument, or leave {block!r} out of extra."
            )


def check_output(module, axes, shape, n_outputs):
    """Refuse a module whose answer to two instances is not (2, n_outputs), or no logits."""
    with torch.no_grad():
        try:
            output = module.eval()(torch.zeros(2, *shape))
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            named = ", ".join(f"{axis}={n}" for axis, n in zip(axes, shape, strict=True))
            raise ValueError(
                f"expected a module that takes (batch, {named}), got from its forward: "
                f"{str(error).removesuffix('.')}; reshape there, or set axes=."
            ) from error
    module.train()
    found = tuple(output.shape) if isinstance(output, torch.Tensor) else type(output).__name__
    if found != (2, n_outputs):
        raise ValueError(
            f"expected a module that returns (batch, {n_outputs}), one logit a class or "
            f"one value a target, got {found} for a batch of 2; change its last layer."
        )
    if n_outputs > 1 and (output >= 0).all() and torch.allclose(output.sum(1), torch.ones(2)):
        raise ValueError(
            "expected a module that returns logits, got rows that sum to one; leave its "
            "last softmax out, which the loss and predict_proba bring."
        )
