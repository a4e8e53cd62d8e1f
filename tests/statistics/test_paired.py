"""Two models on the same subjects, against SciPy and worked examples."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from sklearn.datasets import make_moons
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.svm import SVC

from sklearn_eeg.statistics import chance_threshold, compare_paired
from sklearn_eeg.statistics._paired import _generator
from tests.statistics.test_ranks import PRINTED

RNG = np.random.default_rng(0)
ONE, OTHER = RNG.normal(0.7, 0.1, 18), RNG.normal(0.65, 0.1, 18)


def test_wilcoxon_as_published():
    """Columns 1 and 2 of Demšar's table 2: R- is 12, below the critical 21."""
    found = compare_paired(PRINTED[:, 1], PRINTED[:, 0])
    assert found.statistic == 12
    assert found.p_value == pytest.approx(0.01097, abs=5e-5)


@pytest.mark.parametrize("level", [0.5, 0.95])
def test_t_and_its_interval_are_scipys(level):
    found = compare_paired(ONE, OTHER, test="t", level=level)
    expected = stats.ttest_rel(ONE, OTHER)
    assert_allclose([found.statistic, found.p_value], [expected.statistic, expected.pvalue])
    assert_allclose(found.interval, expected.confidence_interval(level))


def test_permutation_is_exact_for_few_subjects():
    gaps = np.array([1.0, 2, 3, 4, 5])
    assert compare_paired(gaps, 0 * gaps, test="permutation").p_value == 2 / 2**5
    for _ in range(2):
        found = compare_paired(ONE, OTHER, test="permutation", n_resamples=500, random_state=3)
        assert (
            found.p_value
            == compare_paired(
                ONE, OTHER, test="permutation", n_resamples=500, random_state=3
            ).p_value
        )
    assert found.p_value == pytest.approx(stats.ttest_rel(ONE, OTHER).pvalue, abs=0.05)


@pytest.mark.parametrize("n", [2, 9, 14, 60])
def test_flips_of_signs_are_scipys(n):
    gaps = np.random.default_rng(n).normal(0.3, 1, size=n)
    settings = {"n_resamples": 999, "random_state": 3}
    found = compare_paired(gaps, 0 * gaps, test="permutation", **settings).p_value
    expected = stats.permutation_test(
        (gaps,),
        lambda x, axis: x.mean(axis=axis),
        permutation_type="samples",
        n_resamples=999,
        rng=_generator(3),
    )
    assert found == expected.pvalue


def test_overlapping_training_sets_widen_the_variance():
    found = compare_paired(
        [0.02, 0.01, 0.03, 0, 0.04], np.zeros(5), test="corrected t", test_share=1 / 4
    )
    assert found.statistic == pytest.approx(1.8856, abs=5e-5)
    assert found.p_value == pytest.approx(0.1324, abs=5e-5)
    plain = compare_paired([0.02, 0.01, 0.03, 0, 0.04], np.zeros(5), test="t")
    assert plain.statistic == pytest.approx(2.8284, abs=5e-5)


def test_the_example_of_scikit_learn():
    X, y = make_moons(noise=0.352, random_state=1, n_samples=100)
    cv = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0)
    rbf, linear = (
        cross_val_score(SVC(kernel=kernel, random_state=0), X, y, cv=cv, scoring="roc_auc")
        for kernel in ("rbf", "linear")
    )
    found = compare_paired(rbf, linear, test="corrected t", test_share=1 / 9, rope=0.01)
    assert found.statistic == pytest.approx(0.750, abs=5e-4)
    assert found.p_value / 2 == pytest.approx(0.227, abs=5e-4)
    # That page's posterior: 0.772 that the first is better at all; 0.432 within a hundredth.
    assert sum(found.probabilities) == pytest.approx(1)
    assert found.probabilities[1] == pytest.approx(0.432, abs=5e-4)


def test_the_effect_and_its_interval():
    found = compare_paired(ONE, OTHER)
    gaps = ONE - OTHER
    assert found.effect == pytest.approx(gaps.mean() / gaps.std(ddof=1))
    low, high = found.effect_interval
    t = found.effect * np.sqrt(18)
    assert stats.nct.sf(t, 17, low * np.sqrt(18)) == pytest.approx(0.025)
    assert stats.nct.cdf(t, 17, high * np.sqrt(18)) == pytest.approx(0.025)


@pytest.mark.parametrize("t", [0.3, 6.0, 28.756220908444615, 127.78383765250456, 3511.615574509002])
def test_an_effect_of_two_subjects_has_its_interval(t):
    """Given the spread s, which is half-normal, t is normal; SciPy's distribution has gaps."""
    found = compare_paired(np.array([t - 1, t + 1]), np.zeros(2), test="t")
    assert found.statistic == pytest.approx(t)
    s = np.linspace(0, 10, 1_000_001)
    weight = stats.halfnorm.pdf(s) * (s[1] - s[0])
    for effect, share in zip(found.effect_interval, (0.975, 0.025), strict=True):
        below = weight @ stats.norm.cdf(t * s - effect * np.sqrt(2))
        assert below == pytest.approx(share, abs=2e-4)


@pytest.mark.parametrize("test", ["wilcoxon", "permutation", "t"])
def test_no_difference_is_found_in_five_of_a_hundred(test):
    rng, n = np.random.default_rng(0), 600
    settings = {"n_resamples": 400, "random_state": 0} if test == "permutation" else {}
    found = [
        compare_paired(rng.normal(size=14), rng.normal(size=14), test=test, **settings).p_value
        for _ in range(n)
    ]
    # At most five: ranks of 14 subjects are discrete.
    assert 0.02 < np.mean(np.array(found) < 0.05) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / n)


def test_series_are_matched_by_subject():
    one = pd.Series([0.9, 0.5, 0.7], index=["a", "b", "c"])
    other = pd.Series([0.6, 0.8, 0.4], index=["c", "a", "b"])
    found = compare_paired(one, other)
    assert found.difference == pytest.approx(0.1)
    assert (found.n_better, found.n_worse) == (3, 0)
    with pytest.raises(ValueError, match="same subjects on both sides"):
        compare_paired(one, other.rename({"a": "d"}))


@pytest.mark.parametrize("test", ["wilcoxon", "permutation", "t"])
def test_equal_scores_do_not_differ(test):
    found = compare_paired(ONE, ONE, test=test, rope=0.01)
    assert (found.difference, found.effect, found.p_value) == (0, 0, 1)
    assert found.interval == (0, 0) and found.probabilities == (0, 1, 0)
    assert "+0.000" in str(found)
    # Neither do those that rounding parts.
    assert compare_paired(ONE, ONE + 1e-16, test=test).p_value == 1


def test_gaps_that_differ_by_rounding_alone_are_ties():
    # In twelfths: as floats, equal gaps between them are not all equal.
    one, other = np.array([5, 9, 4, 3, 9, 10]), np.array([1, 1, 8, 4, 7, 2])
    found = compare_paired(one / 12, other / 12)
    assert found.p_value == stats.wilcoxon(one - other, zero_method="zsplit").pvalue


@pytest.mark.parametrize("apart", [0.01, 0.02, 0.05])
def test_two_subjects_who_are_nearly_alike_can_be_compared(apart):
    found = compare_paired([0.9, 0.9 + apart], [0.4, 0.4], test="t")
    assert np.isfinite([found.effect, *found.interval]).all()
    assert found.effect < found.effect_interval[1]


def test_the_same_gap_everywhere():
    found = compare_paired(ONE + 0.5, ONE, test="t", rope=0.1)
    assert found.difference == pytest.approx(0.5)
    assert found.probabilities[2] == pytest.approx(1)


@pytest.mark.parametrize(
    ("one", "other", "settings", "sentence"),
    [
        ([1], [2], {}, "at least two scores"),
        ([1, 2], [1, 2, 3], {}, r"shapes \(2,\) and \(3,\)"),
        ([1, np.nan], [1, 2], {}, "a finite score of every subject, got none at 1"),
        ([1, 2], [3, 4], {"test": "z"}, "test to be one of wilcoxon"),
        ([1, 2], [3, 4], {"level": 95}, "level between 0 and 1, got 95"),
        ([1, 2], [3, 4], {"rope": -1}, "rope of 0 or more, got -1"),
        ([1, 2], [3, 4], {"test_share": 0.1}, "test_share with test='corrected t'"),
        ([1, 2], [3, 4], {"test": "corrected t"}, "test_share with test='corrected t'"),
    ],
)
def test_what_cannot_be_compared_is_a_sentence(one, other, settings, sentence):
    with pytest.raises(ValueError, match=f"compare_paired: expected .*{sentence}"):
        compare_paired(one, other, **settings)


@pytest.mark.parametrize(
    ("alpha", "n_classes", "n_trials", "percent"),
    [
        *[
            (0.05, 2, n, p)
            for n, p in zip(
                [20, 40, 60, 80, 100, 200, 500], [70, 62.5, 60, 58.75, 58, 56, 53.6], strict=True
            )
        ],
        *[
            (0.01, 2, n, p)
            for n, p in zip(
                [20, 40, 60, 80, 100, 200, 500], [75, 67.5, 65, 62.5, 62, 58, 55.2], strict=True
            )
        ],
        *[
            (0.001, 2, n, p)
            for n, p in zip(
                [20, 40, 60, 80, 100, 200, 500], [85, 75, 70, 67.5, 65, 61, 57], strict=True
            )
        ],
        *[(a, 3, 45, p) for a, p in zip([0.05, 0.01, 0.001], [44.4, 51.1, 55.6], strict=True)],
        *[(a, 4, 72, p) for a, p in zip([0.05, 0.01, 0.001], [33.3, 37.5, 41.7], strict=True)],
        *[(a, 7, 80, p) for a, p in zip([0.05, 0.01, 0.001], [21.25, 23.75, 27.5], strict=True)],
    ],
)
def test_the_published_table_of_chance(alpha, n_classes, n_trials, percent):
    assert 100 * chance_threshold(n_trials, n_classes, alpha=alpha) == pytest.approx(
        percent, abs=0.05
    )


def test_naming_the_commonest_class_is_a_guess_too():
    assert chance_threshold(60, [40, 20]) == chance_threshold(60, [2 / 3, 1 / 3])
    assert chance_threshold(60, [30, 30]) == chance_threshold(60, 2)
    n_right = np.random.default_rng(0).binomial(60, 2 / 3, 100_000)
    assert np.mean(n_right / 60 > chance_threshold(60, [40, 20])) < 0.05


@pytest.mark.parametrize(
    ("n_trials", "classes", "alpha"),
    [(0, 2, 0.05), (2.5, 2, 0.05), (20, 1, 0.05), (20, [1, -1], 0.05), (20, 2, 5), (20, 0, 0.05)],
)
def test_what_has_no_chance_is_a_sentence(n_trials, classes, alpha):
    with pytest.raises(ValueError, match=r"chance_threshold: expected .* got"):
        chance_threshold(n_trials, classes, alpha=alpha)
