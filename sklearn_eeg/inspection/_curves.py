"""What a model says while its input goes, or comes back, in the order of an explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from sklearn_eeg._constraints import Number
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data, RandomState
from sklearn_eeg.inspection._gradients import read_baseline
from sklearn_eeg.inspection._views import view_of

if TYPE_CHECKING:
    import pandas as pd

    from sklearn_eeg.inspection._attribution import Attribution


def perturbation_curves(
    attribution: Attribution,
    estimator: Any,
    X: Data,
    *,
    baseline: ArrayLike = 0.0,
    n_points: int = 11,
    n_random: int = 5,
    batch_size: int = 256,
    random_state: RandomState = None,
) -> pd.DataFrame:
    """Deletion and insertion: the target's output while entries go or come by their attribution.

    Where an explanation is right, deleting what it calls largest lets the output fall sooner than
    deleting at random, and inserting it into a baseline lets it rise sooner.

    Parameters
    ----------
    attribution : Attribution
        Of these trials by this model.
    estimator, X
        As it was made with.
    baseline : float or array-like, default=0.0
        What stands where something is deleted.
    n_points : int, default=11
        Shares of the entries, from none to all.
    n_random : int, default=5
        Random orders.
    batch_size : int, default=256
    random_state : int, RandomState or None, default=None
        Of these orders.

    Returns
    -------
    DataFrame
        Indexed by ``share``; columns ``deletion``, ``insertion``, ``random deletion``,
        ``random insertion``: the mean over windows or trials, in the unit of the output.

    Raises
    ------
    ValueError
        The attribution is of other trials or axes.

    References
    ----------
    Petsiuk, Das & Saenko (2018), RISE: randomized input sampling for explanation of black-box
    models, BMVC.

    Examples
    --------
    >>> from sklearn_eeg.inspection import saliency
    >>> from sklearn_eeg.classifiers import DGCNNClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 20)
    >>> X = rng.normal(size=(40, 4, 5)).astype("float32")
    >>> X[:, 2, 3] += 4 * (y == "tense") - 2
    >>> model = DGCNNClassifier(lr=1e-2, max_epochs=10, random_state=0).fit(X, y)
    >>> curves = perturbation_curves(saliency(model, X), model, X, random_state=0)
    >>> bool(curves["deletion"].mean() < curves["random deletion"].mean())
    True
    """
    with speaking("perturbation_curves"):
        Number(least=2, whole=True).check("n_points", n_points)
        Number(least=1, whole=True).check("n_random", n_random)
        view = view_of(estimator, X)
        values = spread_out(attribution, view)
        start = np.broadcast_to(read_baseline(view, baseline), view.shape)
        codes, _ = view.read_target(attribution.target)
        rng = check_random_state(random_state)
        shares = np.linspace(0, 1, n_points)
        sums = {kind: np.zeros(n_points) for kind in ("deletion", "insertion")}
        sums |= {f"random {kind}": np.zeros(n_points) for kind in list(sums)}
        with view.running():
            for places in view.parts(batch_size):
                own = codes[view.owner[places]]
                orders = {"": [_ranks(values[places])]}
                orders["random "] = [
                    _ranks(rng.random(values[places].shape)) for _ in range(n_random)
                ]
                for word, ranks in orders.items():
                    for rank in ranks:
                        told = _follow(view, places, own, rank, start, shares)
                        for kind, curve in told.items():
                            sums[word + kind] += curve / len(ranks)
    import pandas as pd

    index = pd.Index(shares, name="share")
    return pd.DataFrame({kind: total / len(view.rows) for kind, total in sums.items()}, index)


def spread_out(attribution, view):
    """Attributions of each instance, over all its axes: (n_rows, *shape).

    Along an axis that a method does not tell apart, all entries have the same.
    """
    lost = [axis for axis in attribution.axes if axis not in view.trials.axes]
    if lost or len(attribution) != len(view.trials.data):
        raise ValueError(
            f"expected an attribution of {len(view.trials.data)} trials along axes of "
            f"{view.trials.axes}, got {len(attribution)} along {attribution.axes}."
        )
    rows = []
    for values in attribution.values:
        shape = [
            values.shape[attribution.axes.index(axis)] if axis in attribution.axes else 1
            for axis in view.trials.axes
        ]
        rows.append(values.reshape(shape))
    flat = np.concatenate(rows) if view.is_cut else np.stack(rows)
    flat = (
        flat[view.rows]
        if len(flat) == len(view.instances.data)
        else np.repeat(flat, np.bincount(view.instances.trial), axis=0)[view.rows]
    )
    flat = flat.reshape(len(flat), *_shape_of(flat, view))
    return np.nan_to_num(np.broadcast_to(flat, (len(flat), *view.shape)))


def _shape_of(flat, view):
    # Rows of numbers have axes of length one before them, which a network lends them.
    own = flat.shape[1:]
    return (*[1] * (len(view.shape) - len(own)), *own)


def _ranks(values):
    """Place of each entry, the largest first, as a share: (n, ...)."""
    flat = values.reshape(len(values), -1)
    order = np.argsort(-flat, axis=1, kind="stable")
    ranks = np.empty(order.shape)
    np.put_along_axis(ranks, order, np.arange(order.shape[1])[None] / order.shape[1], axis=1)
    return ranks.reshape(values.shape)


def _follow(view, places, codes, rank, start, shares):
    x = view.take(places)
    blank = np.where(np.isnan(x), np.nan, start).astype(x.dtype)
    told = {"deletion": [], "insertion": []}
    for share in shares:
        chosen = rank < share
        told["deletion"].append(view.score(np.where(chosen, blank, x), places, codes).sum())
        told["insertion"].append(view.score(np.where(chosen, x, blank), places, codes).sum())
    return {kind: np.array(curve) for kind, curve in told.items()}
