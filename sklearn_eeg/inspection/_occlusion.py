"""What a model's answer loses when a part of the input is taken away."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._constraints import Number
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data
from sklearn_eeg.inspection._attribution import Attribution
from sklearn_eeg.inspection._gradients import COUNT, band_split, read_baseline
from sklearn_eeg.inspection._views import view_of

# Axes that are covered as a whole where nobody gives a length: they have no entries of their own.
WHOLE = ("segment", "window", "time", "frame")


def occlusion(
    estimator: Any,
    X: Data,
    target: Any = None,
    *,
    patch: Mapping[str, int] | None = None,
    bands: str | Mapping[str, tuple[float, float]] | None = None,
    baseline: ArrayLike = 0.0,
    batch_size: int = 256,
) -> Attribution:
    """How far the answer falls when a patch of the input is replaced by a baseline.

    Parameters
    ----------
    estimator : fitted classifier or regressor, or a Pipeline or search that ends in one
        Of a network the logits are explained, of any other classifier the probability, of a
        regressor the value. The steps before run once, up to where channels have names for the last
        time and no later step asks who a trial belongs to.
    X : Trials, array, list of arrays or mne.BaseEpochs
    target : label, or array-like of shape (n_trials,), default=None
        What is explained; ``None``: the class that is predicted for the trial. Of a regressor the
        number of the output.
    patch : mapping of str to int, default=None
        Length of a patch along axes, such as ``{"time": 32}``; the last patch may be shorter.
        Without it an axis of windows, times or frames is covered from end to end, and of others
        each entry by itself.
    bands : str or mapping of str to (float, float), default=None
        Of signals: take a band out of a channel, in place of the channel. What is in no band is
        ``"rest"``.
    baseline : float or array-like, default=0.0
        What stands in the patch, as of :func:`integrated_gradients`.
    batch_size : int, default=256
        Windows, or trials that are read as a whole, in one pass.

    Returns
    -------
    Attribution
        Answer before less answer after, at each entry of a patch. Axes that are covered from end
        to end are gone.

    Raises
    ------
    ValueError
        A patch is no length, names no axis, or there are no signals to take bands of.

    References
    ----------
    Zeiler & Fergus (2014), Visualizing and understanding convolutional networks, ECCV, section 4.2.

    Examples
    --------
    >>> from sklearn_eeg.classifiers import WindowedClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 20)
    >>> X = rng.normal(size=(40, 6, 4, 5))
    >>> X[:, :, 2, 3] += 2 * (y == "tense")[:, None]
    >>> model = WindowedClassifier().fit(X, y)
    >>> fall = occlusion(model, X, target=y, baseline=X.mean((0, 1)))
    >>> fall.axes, [int(place) for place in fall.share().idxmax()]
    (('window', 'channel', 'feature'), [2, 3])
    """
    with speaking("occlusion"):
        COUNT.check("batch_size", batch_size)
        view = view_of(estimator, X)
        lengths = _read_patch(patch, view, bands is not None)
        split = None if bands is None else band_split(view, bands)
        start = read_baseline(view, baseline)
        codes, labels = view.read_target(target)
        values, outputs = [], []
        with view.running():
            for places in view.parts(batch_size):
                x, own = view.take(places), codes[view.owner[places]]
                before = view.score(x, places, own)
                ask = partial(_fall, view, places, own, before)
                values.append(_cover(ask, x, start, lengths, split))
                outputs.append(before)
        axes = tuple(a for a, n in zip(view.axes, lengths, strict=True) if n is not None)
        facts = {}
        if split is not None:
            axes, facts = (*axes, "band"), {"features": split.names}
        settings = {"patch": patch, "bands": bands, "baseline": baseline, "batch_size": batch_size}
        return Attribution(
            view.gather(np.concatenate(values), axes, **facts),
            "occlusion",
            view.quantity,
            labels,
            view.by_trial(np.concatenate(outputs)),
            explain=partial(occlusion, **settings),
        )


def _fall(view, places, codes, before, x):
    return before - view.score(x, places, codes)


def _read_patch(patch, view, has_bands):
    """Length of a patch along each axis of an instance, ``None`` from end to end."""
    patch = dict(patch or {})
    strange = sorted(set(patch) - set(view.axes))
    if strange:
        raise ValueError(
            f"expected patch to have some of the axes {view.axes}, got {strange[0]!r}."
        )
    if has_bands and "time" in patch:
        raise ValueError("expected a patch in time or bands, got both; leave one of them out.")
    for axis, length in patch.items():
        Number(least=1, whole=True).check(f"patch[{axis!r}]", length)
    return [patch.get(axis, None if axis in WHOLE else 1) for axis in view.axes]


def _cover(ask, x, start, lengths, split):
    """Fall of the answer for each patch, at each of its entries: (batch, *axes that are kept)."""
    kept = [n for n, length in zip(x.shape[1:], lengths, strict=True) if length is not None]
    cuts = [
        [slice(None)] if length is None else [slice(i, i + length) for i in range(0, n, length)]
        for n, length in zip(x.shape[1:], lengths, strict=True)
    ]
    parts = [None] if split is None else list(split.parts(x - start))
    values = np.empty((len(x), *kept, len(parts)))
    for index, part in enumerate(parts):
        for patch in product(*cuts):
            place = (slice(None), *patch)
            covered = x.copy()
            if part is None:
                covered[place] = np.where(
                    np.isnan(x[place]), np.nan, np.broadcast_to(start, x.shape)[place]
                )
            else:
                covered[place] -= part[place]
            inner = tuple(p for p, n in zip(patch, lengths, strict=True) if n is not None)
            fall = ask(covered)
            values[(slice(None), *inner, index)] = fall.reshape(-1, *[1] * len(inner))
    return values[..., 0] if split is None else values
