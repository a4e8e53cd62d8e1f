import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg.model_selection import permute_labels


def test_each_subject_keeps_its_labels_in_another_order():
    rng = np.random.default_rng(0)
    y, subjects = rng.integers(0, 3, 300), rng.integers(0, 10, 300)
    shuffled = permute_labels(y, subjects, random_state=0)
    for subject in range(10):
        own = subjects == subject
        assert_array_equal(np.sort(shuffled[own]), np.sort(y[own]))
    assert not np.array_equal(shuffled, y)


def test_labels_given_are_not_changed_and_random_state_fixes_the_order():
    y, subjects = np.arange(20), np.repeat([1, 2], 10)
    first = permute_labels(y, subjects, random_state=5)
    assert_array_equal(y, np.arange(20))
    assert_array_equal(first, permute_labels(y, subjects, random_state=5))


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        ([1.0, np.nan, 2.0, 2.0], "got none for trial 1"),
        (np.array([1, "1", 2, 2], dtype=object), "subjects of one type, got int and str"),
        ([1, 1, 2], "one group a trial, 4, got 3"),
        (None, "to know each trial's subject"),
    ],
)
def test_unknown_subjects_are_refused(groups, sentence):
    with pytest.raises(ValueError, match=f"^permute_labels: expected .*{sentence}"):
        permute_labels([0, 1, 0, 1], groups)


def test_a_column_of_labels_stays_a_column_and_votes_stay_rows():
    votes = np.arange(24).reshape(12, 2)
    shuffled = permute_labels(votes, np.repeat([1, 2], 6), random_state=0)
    assert set(map(tuple, shuffled[:6])) == set(map(tuple, votes[:6]))
    column = permute_labels(votes[:, :1], np.repeat([1, 2], 6), random_state=0)
    assert_array_equal(column, shuffled[:, :1])
