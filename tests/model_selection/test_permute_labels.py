import numpy as np
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
