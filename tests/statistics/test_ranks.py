"""Ranks of several models, against Demšar's worked example, SciPy and the normal tables."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sklearn_eeg.plotting import CriticalDifferenceDisplay
from sklearn_eeg.statistics import compare_ranks, holm

# Table 6 of Demšar (2006): AUC of four settings of C4.5 on 14 data sets, as printed.
NAMES = ["C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf"]
PRINTED = np.array(
    """.763 .768 .771 .798  .599 .591 .590 .569  .954 .971 .968 .967  .628 .661 .654 .657
    .882 .888 .886 .898  .936 .931 .916 .931  .661 .668 .609 .685  .583 .583 .563 .625
    .775 .838 .866 .875  1 1 1 1  .940 .962 .965 .962  .619 .666 .614 .669
    .972 .981 .975 .975  .957 .978 .946 .970""".split(),
    dtype=float,
).reshape(14, 4)
# The row "voting", whose two .975 the paper ranks apart, by numbers that it did not print.
RANKED = PRINTED.copy()
RANKED[12, 2] = 0.9751


def demsar(scores, **settings):
    return compare_ranks(pd.DataFrame(scores, columns=NAMES), correct_ties=False, **settings)


def test_the_published_ranks_and_statistics():
    found = demsar(RANKED)
    assert_allclose(found.ranks[NAMES], [3.143, 2.000, 2.893, 1.964], atol=5e-4)
    assert found.statistic == pytest.approx(9.28, abs=5e-3)
    assert found.p_value == pytest.approx(0.0258, abs=5e-5)
    assert found.f_statistic == pytest.approx(3.69, abs=5e-3)
    assert stats.f.isf(0.05, 3, 39) == pytest.approx(2.85, abs=5e-3)
    assert found.critical_difference == pytest.approx(1.25, abs=5e-3)
    assert demsar(RANKED, alpha=0.10).critical_difference == pytest.approx(1.12, abs=5e-3)
    dunn = demsar(RANKED, post_hoc="bonferroni-dunn").critical_difference
    assert dunn == pytest.approx(1.168, abs=5e-4)


def test_the_ranks_of_the_printed_numbers_differ():
    found = demsar(PRINTED)
    assert_allclose(found.ranks[NAMES], [3.143, 2, 2.929, 1.929], atol=5e-4)
    assert found.statistic == pytest.approx(9.857, abs=5e-4)
    assert found.f_statistic == pytest.approx(3.987, abs=5e-4)


def test_ties_are_corrected_as_in_scipy():
    found = compare_ranks(PRINTED)
    expected = stats.friedmanchisquare(*PRINTED.T)
    assert_allclose([found.statistic, found.p_value], expected)
    assert found.statistic == pytest.approx(10.952, abs=5e-4)


@pytest.mark.parametrize(
    ("post_hoc", "alpha", "table"),
    [
        ("nemenyi", 0.05, [2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164]),
        ("nemenyi", 0.10, [2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920]),
        ("bonferroni-dunn", 0.05, [2.241, 2.394, 2.498, 2.576, 2.638, 2.690, 2.724, 2.773]),
    ],
)
def test_critical_values_are_those_of_the_published_tables(post_hoc, alpha, table):
    rng, n = np.random.default_rng(0), 30
    for k, q in enumerate(table, start=3):
        found = compare_ranks(rng.random((n, k)), alpha=alpha, post_hoc=post_hoc)
        # The tables were rounded; one of Dunn's, for nine models, is off by 0.01.
        assert found.critical_difference / np.sqrt(k * (k + 1) / (6 * n)) == pytest.approx(
            q, abs=0.011
        )


def test_three_comparisons_with_a_control_as_published():
    z = np.array([2.416, 2.342, 0.512])
    assert_allclose(holm(2 * stats.norm.sf(z)), [0.0470, 0.0470, 0.608], atol=1e-3)


def test_holm_keeps_the_family():
    """Of forty true null hypotheses, one or more is rejected in five of a hundred families."""
    p = np.random.default_rng(0).random((4000, 40))
    rejected = np.mean([(holm(row) <= 0.05).any() for row in p])
    assert rejected == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 4000))
    given = pd.Series([0.04, 0.01], index=["a", "b"])
    assert holm(given).to_dict() == {"a": 0.04, "b": 0.02}


@pytest.mark.parametrize(
    ("ranks", "groups"),
    [
        ([1, 2, 3, 4], [["0", "1"], ["1", "2"], ["2", "3"]]),
        ([1, 1.5, 2, 9], [["0", "1", "2"]]),
        ([1, 3, 5, 7], []),
        ([1, 2, 2.3, 3.1], [["0", "1"], ["1", "2", "3"]]),
    ],
)
def test_runs_of_models_that_do_not_differ(ranks, groups):
    from dataclasses import replace

    found = replace(
        compare_ranks(np.random.default_rng(0).random((5, 4))),
        ranks=pd.Series(ranks, index=list("0123"), dtype=float),
        critical_difference=1.2,
    )
    assert found.groups == groups


def test_models_that_are_alike_are_told_apart_in_five_of_a_hundred():
    rng = np.random.default_rng(0)
    p = [compare_ranks(rng.random((12, 5))).f_p_value < 0.05 for _ in range(1500)]
    assert np.mean(p) == pytest.approx(0.05, abs=0.017)


@pytest.mark.parametrize(
    ("scores", "settings", "sentence"),
    [
        (np.ones((5, 2)), {}, "at least 3 models and 2 rows .* got 2 and 5"),
        (np.ones((1, 3)), {}, "got 3 and 1"),
        (np.full((3, 3), np.nan), {}, "a score in every row of every model, got none of 0"),
        (np.ones((3, 3)), {"alpha": 5}, "alpha between 0 and 1, got 5"),
        (np.ones((3, 3)), {"post_hoc": "tukey"}, "'nemenyi' or 'bonferroni-dunn', got 'tukey'"),
    ],
)
def test_what_cannot_be_ranked_is_a_sentence(scores, settings, sentence):
    with pytest.raises(ValueError, match=f"compare_ranks: expected .*{sentence}"):
        compare_ranks(scores, **settings)


def test_models_that_are_all_the_same_do_not_differ():
    found = compare_ranks(np.ones((4, 3)))
    assert found.p_value == 1 and found.groups == [[0, 1, 2]]


def test_the_diagram_shows_ranks_and_what_does_not_differ():
    display = CriticalDifferenceDisplay.from_ranks(demsar(RANKED))
    texts = [text.get_text() for text in display.ax_.texts]
    assert {"C4.5+m+cf  1.96", "C4.5+m  2.00", "2.89  C4.5+cf", "3.14  C4.5", "CD 1.25"} <= set(
        texts
    )
    thick = [line for line in display.ax_.lines if line.get_linewidth() == 4]
    assert len(thick) == len(display.groups) == 1 or len(thick) == len(display.groups)


@pytest.mark.parametrize("seed", range(3))
def test_who_differs_is_what_scikit_posthocs_says(seed):
    posthocs = pytest.importorskip("scikit_posthocs", reason="scikit-posthocs is not installed")
    rng = np.random.default_rng(seed)
    scores = rng.standard_normal((20, 5)) + np.array([0.0, 0.2, 0.6, 0.8, 1.4])
    theirs = posthocs.posthoc_nemenyi_friedman(scores).to_numpy()
    found = compare_ranks(scores)
    by_column = found.ranks.sort_index().to_numpy()
    gaps = np.abs(np.subtract.outer(by_column, by_column))
    apart = ~np.eye(5, dtype=bool)
    assert ((gaps > found.critical_difference) == (theirs < 0.05))[apart].all()
