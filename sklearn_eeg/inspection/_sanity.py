"""Whether an explanation is about what the model has learnt."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from scipy.stats import rankdata
from sklearn.utils import check_random_state

from sklearn_eeg._constraints import Number
from sklearn_eeg._engine.isolation import isolated
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data, RandomState
from sklearn_eeg.inspection._attribution import Check
from sklearn_eeg.inspection._curves import perturbation_curves
from sklearn_eeg.inspection._view import take_apart

if TYPE_CHECKING:
    from sklearn_eeg.inspection._attribution import Attribution


# Rank correlation above which an explanation hardly depends on what was learnt.
SIMILAR = 0.5
CURVES = ("deletion", "insertion")


def sanity_check(
    attribution: Attribution,
    estimator: Any,
    X: Data,
    *,
    baseline: ArrayLike = 0.0,
    n_random: int = 5,
    random_state: RandomState = None,
) -> Attribution:
    """Test an explanation of a network: twice, and write the findings into it.

    - **Randomised weights.** The network is built anew, untrained, and explained again. Where both
      explanations rank a trial's inputs alike (mean correlation above 0.5), the method shows the
      data, not what was learnt.
    - **Deletion** and **insertion** of inputs in the order of the explanation must change the
      output more than in random order, by the areas of :func:`perturbation_curves`. Not of bands
      of signals, which are no entries of the input.

    Parameters
    ----------
    attribution : Attribution
        By a function of this module that explains single trials.
    estimator, X
        As it was made with.
    baseline : float or array-like, default=0.0
        What stands where something is deleted.
    n_random : int, default=5
        Untrained networks, and random orders.
    random_state : int, RandomState or None, default=None
        Fixes both.

    Returns
    -------
    Attribution
        The same, with ``checks``. Displays print those that fail.

    Raises
    ------
    ValueError
        The attribution cannot be made again: permutation importance, or means.

    References
    ----------
    Adebayo et al. (2018), Sanity checks for saliency maps, NeurIPS.

    Examples
    --------
    >>> from sklearn_eeg.inspection import saliency
    >>> from sklearn_eeg.classifiers import DGCNNClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 20)
    >>> X = rng.normal(size=(40, 4, 5)).astype("float32")
    >>> X[:, 2, 3] += 4 * (y == "tense") - 2
    >>> model = DGCNNClassifier(lr=1e-2, max_epochs=10, random_state=0).fit(X, y)
    >>> checked = sanity_check(saliency(model, X), model, X, random_state=0)
    >>> [(check.name, check.passes) for check in checked.checks]
    [('randomised weights', True), ('deletion', True), ('insertion', True)]
    """
    with speaking("sanity_check"):
        Number(least=1, whole=True).check("n_random", n_random)
        if attribution.explain is None:
            raise ValueError(
                f"expected an attribution of single trials that can be made again, got "
                f"{attribution!r}."
            )
        rng = check_random_state(random_state)
        checks = [_compare_untrained(attribution, estimator, X, n_random, rng)]
        # Of bands of signals there are no entries that could be deleted.
        if attribution.explain.keywords.get("bands") is None:
            settings = {"baseline": baseline, "n_random": n_random, "random_state": rng}
            curves = perturbation_curves(attribution, estimator, X, **settings)
            checks += [_compare_random(curves, kind, attribution) for kind in CURVES]
        own = {check.name for check in checks}
        before = tuple(check for check in attribution.checks if check.name not in own)
        return replace(attribution, checks=(*before, *checks))


def randomise(estimator, seed):
    """Copy of a fitted model whose network is as before any training."""
    twin = copy.deepcopy(estimator)
    last = take_apart(twin)[1]
    if not hasattr(last, "net_"):
        raise ValueError(f"expected a network to build anew, got {type(last).__name__}.")
    device = torch.device(last.net_.device)
    with isolated(last._runtime.n_threads, device, seed):
        fresh = last._build(*last._instance)
    last.module_.load_state_dict(fresh.state_dict())
    return twin


def rank_correlation(one, other):
    """Mean over trials of Spearman's correlation of what both have."""
    found = []
    for a, b in zip(one.values, other.values, strict=True):
        a, b = np.ravel(a), np.ravel(b)
        seen = ~(np.isnan(a) | np.isnan(b))
        a, b = rankdata(a[seen]), rankdata(b[seen])
        if len(a) > 1 and np.ptp(a) and np.ptp(b):
            found.append(np.corrcoef(a, b)[0, 1])
    return float(np.mean(found)) if found else 0.0


def _compare_untrained(attribution, estimator, X, n_random, rng):
    alike = []
    for seed in rng.randint(np.iinfo(np.int32).max, size=n_random).tolist():
        other = attribution.explain(randomise(estimator, seed), X, attribution.target)
        alike.append(rank_correlation(attribution, other))
    mean = float(np.mean(alike))
    text = f"an untrained network is explained alike, rank correlation {mean:.2f}"
    if mean <= SIMILAR:
        text = f"an untrained network is explained otherwise, rank correlation {mean:.2f}"
    return Check("randomised weights", mean <= SIMILAR, text)


def _compare_random(curves, kind, attribution):
    own, chance = curves[kind].mean(), curves[f"random {kind}"].mean()
    passes = bool(own < chance if kind == "deletion" else own > chance)
    # Attention is to inputs, and what changes without them is the output.
    what = "output" if attribution.quantity == "attention" else attribution.quantity
    text = f"mean {what} {own:.2f} by the explanation, {chance:.2f} at random"
    return Check(kind, passes, text)
