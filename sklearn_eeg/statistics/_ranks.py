"""Several models on several subjects or data sets: their ranks, and which of them differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sklearn_eeg._speaker import speaking


@dataclass(frozen=True)
class RankComparison:
    """What :func:`compare_ranks` found.

    Attributes
    ----------
    ranks : Series
        Mean rank of each model, 1 being best, from the best.
    n : int
        Subjects or data sets that they are over.
    statistic, p_value : float
        Friedman's chi-squared, and what it says of all models being alike.
    f_statistic, f_p_value : float
        Iman and Davenport's, which is less conservative.
    critical_difference : float
        Two models whose mean ranks are further apart than this differ, at the level ``alpha``.
    alpha : float
    post_hoc : str
    """

    ranks: pd.Series
    n: int
    statistic: float
    p_value: float
    f_statistic: float
    f_p_value: float
    critical_difference: float
    alpha: float
    post_hoc: str

    @property
    def groups(self) -> list[list[Any]]:
        """Longest runs of models that cannot be told apart, from the best.

        Returns
        -------
        list of list
        """
        ranks = self.ranks
        found: list[tuple[int, int]] = []
        for first in range(len(ranks)):
            reach = ranks.to_numpy() <= ranks.iloc[first] + self.critical_difference
            last = np.flatnonzero(reach)[-1]
            if last > first and (not found or last > found[-1][1]):
                found.append((first, last))
        return [ranks.index[first : last + 1].tolist() for first, last in found]


def compare_ranks(
    scores: pd.DataFrame | ArrayLike,
    *,
    alpha: float = 0.05,
    post_hoc: str = "nemenyi",
    correct_ties: bool = True,
) -> RankComparison:
    r"""Compare several models by their ranks: Friedman's test and a critical difference.

    Parameters
    ----------
    scores : DataFrame or array-like of shape (n, n_models)
        One row a subject or data set, one column a model; higher is better.
    alpha : float, default=0.05
        Level of the critical difference.
    post_hoc : {"nemenyi", "bonferroni-dunn"}, default="nemenyi"
        Every model with every other; or all of them with one that was chosen beforehand.
    correct_ties : bool, default=True
        Whether Friedman's statistic allows for ties, as SciPy's does. Demšar's (2006) formula does
        not: to reproduce published figures, ``False``.

    Returns
    -------
    RankComparison

    Raises
    ------
    ValueError
        Fewer than three models or two rows, or a score that is missing.

    Notes
    -----
    Equal scores share the mean of their ranks. Round them alike, or not at all: Demšar's table 6
    prints .975 twice in one row and ranks the two apart, so printed numbers give other ranks than
    the published ones.

    .. math::

        \chi^2_F = \frac{12 N}{k (k + 1)} \left[\sum_j R_j^2 - \frac{k (k + 1)^2}{4}\right],
        \quad F_F = \frac{(N - 1) \chi^2_F}{N (k - 1) - \chi^2_F},
        \quad CD = q_\alpha \sqrt{\frac{k (k + 1)}{6 N}}

    References
    ----------
    Demšar (2006), Statistical comparisons of classifiers over multiple data sets, JMLR 7:1-30.

    Examples
    --------
    >>> scores = {"line": [0.8, 0.7, 0.9, 0.6], "net": [0.7, 0.6, 0.8, 0.5], "guess": [0.5] * 4}
    >>> found = compare_ranks(scores)
    >>> found.ranks.to_dict(), round(found.p_value, 3)
    ({'line': 1.0, 'net': 2.125, 'guess': 2.875}, 0.022)
    >>> found.groups
    [['line', 'net'], ['net', 'guess']]
    """
    from scipy import stats

    with speaking("compare_ranks"):
        table = _check(scores, alpha, post_hoc)
    n, k = table.shape
    ranks = stats.rankdata(-table.to_numpy(), axis=1)
    means = ranks.mean(axis=0)
    chi2 = 12 * n / (k * (k + 1)) * ((means**2).sum() - k * (k + 1) ** 2 / 4)
    untied = 1 - _ties(ranks) / (n * k * (k**2 - 1))
    # All models equal everywhere: there is nothing to divide, and nothing to tell apart.
    if correct_ties and untied:
        chi2 = chi2 / untied
    room = n * (k - 1) - chi2
    f = (n - 1) * chi2 / room if room > 1e-9 else np.inf
    return RankComparison(
        ranks=pd.Series(means, table.columns, name="rank").sort_values(kind="stable"),
        n=n,
        statistic=float(chi2),
        p_value=float(stats.chi2.sf(chi2, k - 1)),
        f_statistic=float(f),
        f_p_value=float(stats.f.sf(f, k - 1, (k - 1) * (n - 1))),
        critical_difference=float(_quantile(k, alpha, post_hoc) * np.sqrt(k * (k + 1) / (6 * n))),
        alpha=alpha,
        post_hoc=post_hoc,
    )


def _check(scores, alpha, post_hoc):
    table = pd.DataFrame(scores).astype(float)
    n, k = table.shape
    if k < 3 or n < 2:
        raise ValueError(
            f"expected at least 3 models and 2 rows of scores, got {k} and {n}; two models are "
            f"compared by compare_paired."
        )
    if not np.isfinite(table.to_numpy()).all():
        model = table.columns[~np.isfinite(table.to_numpy()).all(axis=0)][0]
        raise ValueError(f"expected a score in every row of every model, got none of {model}.")
    if not 0 < alpha < 1:
        raise ValueError(f"expected alpha between 0 and 1, got {alpha!r}.")
    if post_hoc not in ("nemenyi", "bonferroni-dunn"):
        raise ValueError(f"expected post_hoc 'nemenyi' or 'bonferroni-dunn', got {post_hoc!r}.")
    return table


def _ties(ranks):
    """Sum of t^3 - t over groups of t equal scores in a row."""
    sizes = np.concatenate([np.unique(row, return_counts=True)[1] for row in ranks])
    return float((sizes**3 - sizes).sum())


def _quantile(n_models, alpha, post_hoc):
    """Of the studentised range, by root 2; or of the normal, for as many comparisons less one."""
    from scipy import stats

    if post_hoc == "nemenyi":
        return stats.studentized_range.ppf(1 - alpha, n_models, np.inf) / np.sqrt(2)
    return stats.norm.isf(alpha / (2 * (n_models - 1)))
