"""Attributions by the gradient of a network's outputs by its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from numbers import Integral
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from sklearn_eeg._constraints import Flag, Number
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data, RandomState
from sklearn_eeg.inspection._attribution import Attribution, Check
from sklearn_eeg.inspection._bands import BandSplit
from sklearn_eeg.inspection._network_view import NetworkView

COUNT = Number(least=1, whole=True)
# Of the difference of outputs that may be missing from a sum that should be all of it.
TOLERANCE = 0.05


def saliency(
    estimator: Any, X: Data, target: Any = None, *, absolute: bool = True, batch_size: int = 64
) -> Attribution:
    """How much a network's output for the target changes with each input: its gradient.

    Parameters
    ----------
    estimator : fitted network, or a Pipeline or search that ends in one
        The steps before the network run once. Attributed is what goes into the last step behind
        which channels have names: what the network takes, or what a GridMapper, Flatten or
        ChannelScaler before it takes; torch goes back through these.
    X : Trials, array, list of arrays or mne.BaseEpochs
        Of the shape seen in ``fit``.
    target : label, or array-like of shape (n_trials,), default=None
        What is explained: a class, or each trial's; of a regressor the number of the output.
        ``None``: the class that is predicted for the trial.
    absolute : bool, default=True
        Whether to give the size of the gradient without its sign.
    batch_size : int, default=64
        Windows, or trials that are read as a whole, in one pass; memory grows with it.

    Returns
    -------
    Attribution
        Logits a unit of the input. A window that is judged by itself explains its own logit.

    Raises
    ------
    TypeError
        The last step is no network, or has no gradient.
    ValueError
        The target is none of the classes, or the data are not as in ``fit``.

    References
    ----------
    Simonyan, Vedaldi & Zisserman (2014), Deep inside convolutional networks, ICLR workshop.

    Examples
    --------
    >>> from sklearn_eeg.classifiers import DGCNNClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 20)
    >>> X = rng.normal(size=(40, 4, 5)).astype("float32")
    >>> X[:, 2, 3] += 4 * (y == "tense")
    >>> model = DGCNNClassifier(lr=1e-2, max_epochs=10, random_state=0).fit(X, y)
    >>> share = saliency(model, X).share()
    >>> [int(place) for place in share.idxmax()]
    [2, 3]
    """
    with speaking("saliency"):
        Flag().check("absolute", absolute)
        view = NetworkView(estimator, X)
        gradients = _Slopes(view, target, batch_size).run(lambda x, slope: slope(x)[0])
        return gradients.result(
            np.abs if absolute else None,
            explain=partial(saliency, absolute=absolute, batch_size=batch_size),
            signed=not absolute,
        )


def integrated_gradients(
    estimator: Any,
    X: Data,
    target: Any = None,
    *,
    baseline: ArrayLike = 0.0,
    bands: str | Mapping[str, tuple[float, float]] | None = None,
    n_steps: int = 50,
    batch_size: int = 64,
) -> Attribution:
    r"""What each input adds to a network's output, counted from a baseline.

    .. math:: a_i = (x_i - b_i) \int_0^1 \partial_i f(b + t (x - b)) dt

    The values of a window, or of a trial that is read as a whole, add up to the difference of the
    outputs for it and for the baseline; ``gap`` of the result says how nearly.

    Parameters
    ----------
    estimator, X, target, batch_size
        As of :func:`saliency`.
    baseline : float or array-like, default=0.0
        What nothing looks like, in the shape of an instance or one that broadcasts to it. Zero is
        the mean where a scaler comes before.
    bands : str or mapping of str to (float, float), default=None
        Of signals, bands that each channel's values are shared out to, and ``"rest"`` for what is
        in none; so they still add up, but no more say when. ``None``: values of each sample.
    n_steps : int, default=50
        Points of the Gauss-Legendre rule on the way.

    Returns
    -------
    Attribution
        Logits. It says itself, as a failed check, where more than 5 % of a difference is lost;
        take more steps then.

    Raises
    ------
    TypeError
        The last step is no network, or has no gradient.
    ValueError
        The baseline has another shape, or there are no signals to take bands of.

    References
    ----------
    Sundararajan, Taly & Yan (2017), Axiomatic attribution for deep networks, ICML.

    Examples
    --------
    >>> from sklearn_eeg.classifiers import DGCNNClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 20)
    >>> X = rng.normal(size=(40, 4, 5)).astype("float32")
    >>> X[:, 2, 3] += 4 * (y == "tense")
    >>> model = DGCNNClassifier(lr=1e-2, max_epochs=10, random_state=0).fit(X, y)
    >>> attribution = integrated_gradients(model, X, target=y)
    >>> [int(place) for place in attribution.share().idxmax()]
    [2, 3]
    >>> [(check.name, check.passes) for check in attribution.checks]
    [('completeness', True)]
    """
    with speaking("integrated_gradients"):
        COUNT.check("n_steps", n_steps)
        view = NetworkView(estimator, X)
        split = None if bands is None else band_split(view, bands)
        start = torch.as_tensor(read_baseline(view, baseline)).to(view.device, view.dtype)
        points, weights = np.polynomial.legendre.leggauss(n_steps)

        def integrate(x, slope):
            way, total = x - start, torch.zeros_like(x)
            for point, weight in zip((points + 1) / 2, weights / 2, strict=True):
                total += weight * slope(start + point * way)[0]
            if split is None:
                return way * total
            return torch.stack([(part * total).sum(-1) for part in split.parts(way)], -1)

        slopes = _Slopes(view, target, batch_size, start).run(integrate)
        settings = {"baseline": baseline, "bands": bands, "n_steps": n_steps}
        found = slopes.result(
            explain=partial(integrated_gradients, **settings, batch_size=batch_size), split=split
        )
        return _with_completeness(found)


def smooth_grad(
    estimator: Any,
    X: Data,
    target: Any = None,
    *,
    noise: float = 0.1,
    n_draws: int = 25,
    absolute: bool = True,
    batch_size: int = 64,
    random_state: RandomState = None,
) -> Attribution:
    """Mean gradient over noisy copies of the inputs, which flickers less than one gradient.

    Parameters
    ----------
    estimator, X, target, absolute, batch_size
        As of :func:`saliency`.
    noise : float, default=0.1
        Standard deviation of the noise, as a share of an instance's range.
    n_draws : int, default=25
        Noisy copies.
    random_state : int, RandomState or None, default=None
        Fixes the noise.

    Returns
    -------
    Attribution
        Logits a unit of the input.

    Raises
    ------
    TypeError
        The last step is no network, or has no gradient.
    ValueError
        The target is none of the classes, or the data are not as in ``fit``.

    References
    ----------
    Smilkov, Thorat, Kim, Viégas & Wattenberg (2017), SmoothGrad: removing noise by adding noise,
    arXiv:1706.03825.

    Examples
    --------
    >>> from sklearn_eeg.classifiers import DGCNNClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 20)
    >>> X = rng.normal(size=(40, 4, 5)).astype("float32")
    >>> X[:, 2, 3] += 4 * (y == "tense")
    >>> model = DGCNNClassifier(lr=1e-2, max_epochs=10, random_state=0).fit(X, y)
    >>> share = smooth_grad(model, X, random_state=0).share()
    >>> [int(place) for place in share.idxmax()]
    [2, 3]
    """
    with speaking("smooth_grad"):
        Number(above=0).check("noise", noise)
        COUNT.check("n_draws", n_draws)
        Flag().check("absolute", absolute)
        view = NetworkView(estimator, X)
        seed = _read_seed(random_state)
        generator = torch.Generator(view.device).manual_seed(seed)

        def average(x, slope):
            spread = noise * _range(x)
            total = torch.zeros_like(x)
            for _ in range(n_draws):
                draw = torch.randn(x.shape, generator=generator, device=x.device, dtype=x.dtype)
                total += slope(x + spread * draw)[0]
            return total / n_draws

        settings = {"noise": noise, "n_draws": n_draws, "absolute": absolute}
        return (
            _Slopes(view, target, batch_size)
            .run(average)
            .result(
                np.abs if absolute else None,
                explain=partial(smooth_grad, **settings, batch_size=batch_size, random_state=seed),
                signed=not absolute,
            )
        )


def _read_seed(random_state):
    """A number that fixes the same noise whenever it is given again."""
    drawn = check_random_state(random_state).randint(np.iinfo(np.int32).max)
    return int(random_state if isinstance(random_state, Integral) else drawn)


class _Slopes:
    """Runs a method over the instances of a view, and makes an attribution of what it finds."""

    def __init__(self, view, target, batch_size, baseline=None):
        COUNT.check("batch_size", batch_size)
        self.view = view
        self.codes, self.target = view.read_target(target)
        self.batch_size = batch_size
        self.baseline = baseline

    def run(self, method):
        """Apply ``method(x, slope)`` to batches, ``slope(x)`` being the gradient and the output."""
        view, values, outputs, references = self.view, [], [], []
        with view.running():
            for places in view.parts(self.batch_size):
                x = view.tensor(places)
                codes = torch.as_tensor(self.codes[view.owner[places]])
                found = method(x, lambda z, p=places, c=codes: view.gradient(z, p, c))
                # What is missing has no part in anything.
                if found.shape == x.shape:
                    found = torch.where(x.isnan(), x, found)
                values.append(found.double().cpu().numpy())
                with torch.inference_mode():
                    outputs.append(view.picked(x, places, codes).double().cpu().numpy())
                    if self.baseline is not None:
                        start = torch.where(x.isnan(), x, self.baseline.expand_as(x))
                        references.append(view.picked(start, places, codes).double().cpu().numpy())
        self.values, self.outputs = np.concatenate(values), np.concatenate(outputs)
        self.references = np.concatenate(references) if references else None
        return self

    def result(self, change=None, split=None, **facts):
        """Return the attribution, its values changed by a function."""
        view = self.view
        axes, named = view.axes, {}
        if split is not None:
            axes, named = (*axes[:-1], "band"), {"features": split.names}
        values = self.values if change is None else change(self.values)
        method = facts["explain"].func.__name__
        return Attribution(
            view.gather(values, axes, **named),
            method,
            view.quantity,
            self.target,
            view.by_trial(self.outputs),
            None if self.references is None else view.by_trial(self.references),
            **facts,
        )


def read_baseline(view, baseline):
    """Baseline in the shape of an instance."""
    value = np.asarray(baseline, dtype=np.float64)
    try:
        value = np.broadcast_to(value, view.shape)
    except ValueError:
        raise ValueError(
            f"expected a baseline that fits into an instance of shape {view.shape}, got shape "
            f"{value.shape}."
        ) from None
    if not np.isfinite(value).all():
        raise ValueError("expected a finite baseline, got NaN or infinity.")
    return value.copy()


def band_split(view, bands):
    """Return the split of a view's instances into bands."""
    if view.axes[-1] != "time" or "band" in view.axes:
        raise ValueError(
            f"expected signals to take bands of, (..., channel, time), got "
            f"({', '.join(view.axes)}); leave bands out."
        )
    return BandSplit(bands, view.trials.sfreq, view.shape[-1])


def _range(x):
    flat = x.flatten(1)
    low = torch.where(flat.isnan(), torch.inf, flat).amin(1)
    high = torch.where(flat.isnan(), -torch.inf, flat).amax(1)
    return (high - low).reshape(-1, *[1] * (x.ndim - 1))


def _with_completeness(found):
    gap = found.gap
    scale = max(np.nanmax(np.abs(np.ravel(part))) for part in _differences(found))
    share = gap / scale if scale > 0 else 0.0
    text = f"{share:.1%} of a difference of outputs is missing from the sum"
    return replace(found, checks=(Check("completeness", bool(share <= TOLERANCE), text),))


def _differences(found):
    if isinstance(found.output, list):
        return [a - b for a, b in zip(found.output, found.reference, strict=True)]
    return [found.output - found.reference]
