"""Weights of groups against worked numbers, and against what they promise."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklearn_eeg.conformal import group_p_values, group_threshold

GROUPS = [(0.1, 0.2, 0.3, 0.4), (0.5, 0.7), (0.05, 0.9, 0.15), (0.6,), (0.35, 0.25)]
SCORES = np.concatenate(GROUPS)
OWNERS = np.repeat(np.arange(5), [4, 2, 3, 1, 2])


@pytest.mark.parametrize(
    ("alpha", "expected"), [(0.5, 0.5), (0.4, 0.6), (0.3, 0.7), (0.2, 0.9), (0.1, np.inf)]
)
def test_the_worked_example(alpha, expected):
    assert group_threshold(SCORES, OWNERS, alpha) == expected


@pytest.mark.parametrize(
    ("alpha", "expected"), [(0.5, 0.5), (0.2, 0.8), (0.1, 0.9), (0.05, np.inf)]
)
def test_groups_of_one_are_ordinary_conformal_prediction(alpha, expected):
    assert group_threshold(np.arange(1, 10) / 10, np.arange(9), alpha) == expected


def test_thresholds_and_p_values_say_the_same():
    new = np.linspace(0, 1, 201)
    p = group_p_values(SCORES, OWNERS, new)
    for alpha in (0.2, 0.3, 0.4, 0.45, 0.5):
        kept = p > alpha + 1e-12
        assert_allclose(kept, new <= group_threshold(SCORES, OWNERS, alpha))


def test_the_mean_over_all_draws_is_what_they_are():
    """One score a group, in every way there is: 4 x 2 x 3 x 1 x 2 draws."""
    draws = np.stack([d.ravel() for d in np.meshgrid(*GROUPS)], axis=1)
    for s in (0.3, 0.33, 0.9, 1.0):
        p = (1 + (draws >= s).sum(axis=1)) / 6
        assert group_p_values(SCORES, OWNERS, [s])[0] == pytest.approx(p.mean())


def test_coverage_of_a_new_group_is_what_was_promised():
    """Subjects differ by 2 SD; by their trials alone, the threshold would be too low."""
    rng, alpha = np.random.default_rng(0), 0.2
    held = {"groups": [], "trials": []}
    for _ in range(1500):
        sizes = rng.integers(1, 60, 15)
        owners = np.repeat(np.arange(15), sizes)
        scores = (2 * rng.standard_normal(15))[owners] + rng.standard_normal(len(owners))
        new = 2 * rng.standard_normal() + rng.standard_normal()
        held["groups"].append(new <= group_threshold(scores, owners, alpha))
        held["trials"].append(new <= group_threshold(scores, np.arange(len(scores)), alpha))
    error = 3 * np.sqrt(alpha * (1 - alpha) / 1500)
    assert np.mean(held["groups"]) > 1 - alpha - error
    assert np.mean(held["groups"]) == pytest.approx(0.844, abs=error)
    assert np.mean(held["trials"]) == pytest.approx(0.793, abs=error)
