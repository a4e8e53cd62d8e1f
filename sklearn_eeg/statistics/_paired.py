"""Two models on the same subjects: how far apart, how sure, and whether it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import RandomState

if TYPE_CHECKING:
    import pandas as pd


# Flips at a time; their number changes no result.
BATCH = 200
TESTS = ("wilcoxon", "permutation", "t", "corrected t")


@dataclass(frozen=True)
class PairedComparison:
    """What :func:`compare_paired` found; differences are the first less the second.

    Attributes
    ----------
    difference : float
        Mean over subjects.
    interval : (float, float)
        Of the mean, by Student's t.
    effect : float
        Cohen's d of paired samples: the mean difference by the SD of the differences.
    effect_interval : (float, float)
        By the noncentral t.
    n : int
        Subjects.
    n_better, n_worse : int
        Subjects on whom the first is better, and worse; ties are neither.
    test : str
    statistic, p_value : float
        Of the two-sided test that there is no difference.
    probabilities : (float, float, float) or None
        Where a ``rope`` was given, that the mean difference is below it, in it, and above it.
    level : float
        Of the intervals.
    """

    difference: float
    interval: tuple[float, float]
    effect: float
    effect_interval: tuple[float, float]
    n: int
    n_better: int
    n_worse: int
    test: str
    statistic: float
    p_value: float
    probabilities: tuple[float, float, float] | None = None
    level: float = 0.95

    def __str__(self):
        low, high = self.interval
        text = (
            f"{self.difference:+.3f}, {self.level:.0%} interval {low:+.3f} to {high:+.3f}, over "
            f"{self.n} subjects (better on {self.n_better}, worse on {self.n_worse}); d "
            f"{self.effect:+.2f}; p {_p(self.p_value)} by {self.test}"
        )
        if self.probabilities is not None:
            below, same, above = self.probabilities
            text += f"; worse {below:.2f}, practically the same {same:.2f}, better {above:.2f}"
        return text


def compare_paired(
    one: ArrayLike,
    other: ArrayLike,
    *,
    test: str = "wilcoxon",
    level: float = 0.95,
    rope: float | None = None,
    test_share: float | None = None,
    n_resamples: int = 9999,
    random_state: RandomState = None,
) -> PairedComparison:
    """Compare the scores of two models on the same subjects.

    Parameters
    ----------
    one, other : array-like of shape (n_subjects,) or Series
        Scores, higher being better. Two Series are matched by their index, which must be the same.
    test : {"wilcoxon", "permutation", "t", "corrected t"}, default="wilcoxon"
        Signed ranks, ties split between the sides; signs of the differences flipped at random, all
        of them where there are no more than ``n_resamples``; Student's t of the differences; or
        that of Nadeau and Bengio for the folds of a resampling, whose training sets overlap.
    level : float, default=0.95
        Of the intervals.
    rope : float, default=None
        Difference that makes none in practice. Then the probabilities of a mean difference below,
        within and above ± ``rope`` are given too, by the posterior of a t test with a flat prior.
    test_share : float, default=None
        Trials tested by trials trained on in a fold, for ``"corrected t"``: 1 / (k - 1) of k folds.
    n_resamples : int, default=9999
        Of the permutation test.
    random_state : int, RandomState or None, default=None
        Of the permutation test where it draws.

    Returns
    -------
    PairedComparison

    Raises
    ------
    ValueError
        Fewer than two scores, a missing one, or other subjects on one side.

    Notes
    -----
    Subjects are independent of each other, folds and windows are not: give one score a subject. For
    folds, ``"corrected t"`` widens the variance by ``test_share``: an approximation.

    References
    ----------
    Demšar (2006), JMLR 7:1-30. Nadeau & Bengio (2003), Machine Learning 52:239-281,
    doi:10.1023/A:1024068626366. Benavoli et al. (2017), JMLR 18(77):1-36.

    Examples
    --------
    >>> print(compare_paired([0.8, 0.7, 0.9, 0.75, 0.85], [0.7, 0.65, 0.7, 0.75, 0.7]))
    +0.100, 95% interval +0.002 to +0.198, over 5 subjects (better on 4, worse on 0); d +1.26; \
p 0.12 by wilcoxon
    """
    with speaking("compare_paired"):
        gaps = _differences(one, other)
        if test not in TESTS:
            raise ValueError(f"expected test to be one of {', '.join(TESTS)}, got {test!r}.")
        if not 0 < level < 1:
            raise ValueError(f"expected level between 0 and 1, got {level!r}.")
        if (test == "corrected t") != (test_share is not None):
            raise ValueError(
                f"expected test_share with test='corrected t' and with no other, got "
                f"test_share={test_share!r} with {test!r}."
            )
        if rope is not None and not rope >= 0:
            raise ValueError(f"expected rope of 0 or more, got {rope!r}.")
        error = _standard_error(gaps, test_share or 0)
        statistic, p_value = _run(test, gaps, error, n_resamples, random_state)
    mean, n = gaps.mean(), len(gaps)
    # Gaps that are equal but for rounding have none.
    spread = gaps.std(ddof=1) * bool(np.ptp(gaps) > 1e-12)
    return PairedComparison(
        difference=float(mean),
        interval=_around(mean, error, n, level),
        effect=float(mean / spread) if spread else float(np.sign(mean) * np.inf if mean else 0),
        effect_interval=_effect_interval(mean, spread, n, level),
        n=n,
        n_better=int((gaps > 0).sum()),
        n_worse=int((gaps < 0).sum()),
        test=test,
        statistic=float(statistic),
        p_value=float(p_value),
        probabilities=None if rope is None else _practical(mean, error, n, rope),
        level=level,
    )


def holm(p_values: ArrayLike | pd.Series) -> np.ndarray | pd.Series:
    """Holm's adjusted p values of several comparisons.

    Parameters
    ----------
    p_values : array-like of shape (n_comparisons,) or Series

    Returns
    -------
    ndarray of shape (n_comparisons,), or Series
        Each is to be compared with the level that the whole family is to keep.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6:65-70.

    Examples
    --------
    >>> holm([0.016, 0.019, 0.607]).round(3).tolist()
    [0.048, 0.048, 0.607]
    """
    given = np.asarray(p_values, dtype=float)
    if given.ndim != 1 or not ((given >= 0) & (given <= 1)).all():
        raise ValueError("holm: expected p values between 0 and 1 in one row, got others.")
    order = np.argsort(given, kind="stable")
    raised = np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1))
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(raised, 1)
    if hasattr(p_values, "index") and hasattr(p_values, "to_numpy"):
        series: Any = p_values
        return type(series)(adjusted, series.index)
    return adjusted


def _differences(one, other):
    """One difference a subject."""
    if hasattr(one, "index") and hasattr(other, "index") and hasattr(one, "reindex"):
        if set(one.index) != set(other.index) or not one.index.is_unique:
            raise ValueError(
                "expected scores of the same subjects on both sides, each once, got "
                f"{list(one.index)} and {list(other.index)}."
            )
        other = other.reindex(one.index)
    one, other = (np.asarray(scores, dtype=float) for scores in (one, other))
    if one.shape != other.shape or one.ndim != 1 or len(one) < 2:
        raise ValueError(
            f"expected two rows of at least two scores, one a subject, got shapes {one.shape} and "
            f"{other.shape}."
        )
    gaps = one - other
    if not np.isfinite(gaps).all():
        raise ValueError(
            f"expected a finite score of every subject, got none at "
            f"{int(np.flatnonzero(~np.isfinite(gaps))[0])}; leave that subject out of both."
        )
    return round_gaps(gaps)


def round_gaps(gaps):
    """Differences of shares: what differs by rounding alone does not differ, nor do equal ones."""
    return np.round(gaps, 12) + 0.0


def _standard_error(gaps, test_share):
    return np.sqrt((1 / len(gaps) + test_share) * gaps.var(ddof=1))


def _run(test, gaps, error, n_resamples, random_state):
    """Statistic and two-sided p value."""
    from scipy import stats

    if not gaps.any():
        return 0.0, 1.0
    if test == "wilcoxon":
        # Exact where it can be: few subjects without ties.
        found = stats.wilcoxon(gaps, zero_method="zsplit")
        return found.statistic, found.pvalue
    if test == "permutation":
        return gaps.mean(), float(flip_signs(gaps, n_resamples, random_state))
    t = gaps.mean() / error if error else np.sign(gaps.mean()) * np.inf
    return t, 2 * stats.t.sf(abs(t), len(gaps) - 1)


def flip_signs(gaps, n_resamples, random_state):
    """Two-sided p of means along the last axis, by flips of signs: the same ones for all.

    SciPy's ``permutation_test`` of samples, which has the same numbers, flips value by value.
    """
    n = gaps.shape[-1]
    is_exact = 2**n <= n_resamples
    flips = _all_flips(n) if is_exact else _draw_flips(n, n_resamples, random_state)
    sums, below, above, n_flips = gaps.sum(axis=-1), 0, 0, 0
    # Of the order in which is added.
    rounding = 1e-14 * np.abs(gaps).sum(axis=-1)
    for flipped in flips:
        drawn = (1.0 - 2.0 * flipped) @ gaps.T
        below += (drawn <= sums + rounding).sum(axis=0)
        above += (drawn >= sums - rounding).sum(axis=0)
        n_flips += len(flipped)
    # The flip that was observed is one of those that were not drawn.
    extremes = np.minimum(below, above) + (not is_exact)
    return np.minimum(2 * extremes / (n_flips + (not is_exact)), 1)


def _all_flips(n):
    yield np.arange(2**n)[:, None] >> np.arange(n) & 1


def _draw_flips(n, n_resamples, random_state):
    rng = _generator(random_state)
    for start in range(0, n_resamples, BATCH):
        pairs = np.tile([0, 1], (BATCH, n, 1))
        yield rng.permuted(pairs, axis=-1)[: n_resamples - start, :, 0]


def _generator(random_state):
    from sklearn.utils import check_random_state

    return np.random.default_rng(check_random_state(random_state).randint(2**31))


def _around(mean, error, n, level):
    from scipy import stats

    half = stats.t.ppf((1 + level) / 2, n - 1) * error
    return float(mean - half), float(mean + half)


def _effect_interval(mean, spread, n, level):
    """Noncentralities of which t is the upper and the lower tail, by root n."""
    if not spread:
        return float("nan"), float("nan")
    t = mean / spread * np.sqrt(n)
    low, high = (_noncentrality(t, n - 1, share) for share in ((1 + level) / 2, (1 - level) / 2))
    return float(low / np.sqrt(n)), float(high / np.sqrt(n))


def _noncentrality(t, df, share):
    """Noncentrality of which ``share`` lies below t."""
    from scipy import optimize

    def excess(nc):
        return _below(t, df, nc) - share

    # Far out there is nothing but rounding, so the far end is sought from near t.
    step = np.sqrt(1 + t**2 / (2 * df)) * (1 if share < 0.5 else -1)
    for reach in (1, 2, 4, 8, 16):
        if excess(t) * excess(t + reach * step) < 0:
            try:
                return optimize.brentq(excess, *sorted((t, t + reach * step)))
            except ValueError:
                # Between the ends too, of two subjects who are nearly alike.
                break
    return float("nan")


def _below(t, df, nc):
    """Share of a noncentral t distribution below t."""
    from scipy import special, stats

    share = stats.nct.cdf(t, df, nc)
    if not np.isnan(share):
        return share
    # SciPy has gaps, of few degrees of freedom most. Given the spread, t is normal: averaged over
    # as many spreads of equal probability, it is right to a ten-thousandth.
    spreads = stats.chi.ppf((np.arange(20_000) + 0.5) / 20_000, df) / np.sqrt(df)
    return special.ndtr(t * spreads - nc).mean()


def _practical(mean, error, n, rope):
    from scipy import stats

    if not error:
        return tuple(map(float, (mean < -rope, abs(mean) <= rope, mean > rope)))
    below = stats.t.cdf(-rope, n - 1, mean, error)
    above = stats.t.sf(rope, n - 1, mean, error)
    return float(below), float(1 - below - above), float(above)


def _p(value):
    return "< 0.001" if value < 0.001 else f"{value:.2g}"
