"""The same trial under two subjects' names is one trial, and may stand on one side only."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier

from sklearn_eeg import Trials
from sklearn_eeg.evaluation import _copies, evaluate
from sklearn_eeg.evaluation._copies import find_copies

SUBJECTS, Y = np.repeat(np.arange(4), 6), np.tile([0, 1], 12)


def make_signals(kind, folder):
    x = np.random.default_rng(0).standard_normal((24, 3, 50))
    if kind == "float32":
        return x.astype(np.float32)
    if kind == "turned":
        return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 0, -1)), -1, 0)
    if kind == "ragged":
        return [trial[:, : 40 + i % 3] for i, trial in enumerate(x)]
    if kind == "mapped":
        mapped = np.memmap(folder / "x", dtype=x.dtype, mode="w+", shape=x.shape)
        mapped[:] = x
        return mapped
    return np.round(100 * x).astype(np.int16) if kind == "integers" else x


KINDS = ["array", "float32", "turned", "ragged", "mapped", "integers"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_under_another_name_is_found_in_data_of_every_kind(kind, tmp_path):
    x = make_signals(kind, tmp_path)
    assert_array_equal(find_copies(x), -1)
    x[21] = x[3]
    copies = find_copies(x)
    assert_array_equal(np.flatnonzero(copies >= 0), [3, 21])
    assert copies[3] == copies[21]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("as_trials", [False, True])
def test_an_evaluation_refuses_copies_on_both_sides(kind, as_trials, tmp_path):
    class AnyShape(ClassifierMixin, BaseEstimator):
        def fit(self, X, y):
            self.classes_ = np.unique(y)
            return self

        def predict(self, X):
            return np.repeat(self.classes_[:1], len(X))

    x = make_signals(kind, tmp_path)
    X = Trials(x, metadata={"subject": SUBJECTS}) if as_trials else x
    groups = None if as_trials else SUBJECTS
    assert len(evaluate(AnyShape(), X, Y, groups=groups, cv=4, baseline=None).scores) == 4
    x[21] = x[3]
    with pytest.raises(
        ValueError, match=r"evaluate: .*got trial (3|21) of subject .* in test as trial (3|21)"
    ):
        evaluate(AnyShape(), X, Y, groups=groups, cv=4, baseline=None)


def test_a_copy_on_the_same_side_is_no_leak():
    x = make_signals("array", None)
    x[1] = x[0]  # of one subject
    sites = SUBJECTS // 2
    x[7] = x[2]  # of two subjects that splits keep together
    trials = Trials(x.reshape(24, -1), metadata={"subject": SUBJECTS})
    assert len(evaluate(DummyClassifier(), trials, Y, groups=sites, cv=2).scores) == 4


def test_trials_that_differ_in_one_sample_are_not_copies():
    x = make_signals("array", None)
    x[21] = x[3]
    x[21, 1, 17] += 1e-9
    assert_array_equal(find_copies(x), -1)


@pytest.mark.parametrize("value", [0.0, -3.5, np.nan])
def test_a_constant_trial_says_nothing_of_whose_it_is(value):
    x = make_signals("array", None)
    x[[0, 6, 12]] = value
    assert_array_equal(find_copies(x), -1)


def test_a_code_of_two_whole_numbers_is_equal_to_others_by_chance():
    assert_array_equal(find_copies(np.eye(2)[Y]), -1)
    assert_array_equal(find_copies(np.eye(2)[Y] + 0.1) >= 0, True)


def test_words_are_no_samples():
    assert_array_equal(find_copies(np.array([["a", "b"]] * 3, dtype=object)), -1)


def test_equal_bytes_of_another_shape_are_no_copy():
    samples = np.random.default_rng(0).standard_normal(12)
    assert_array_equal(find_copies([samples.reshape(3, 4), samples.reshape(4, 3)]), -1)


def test_only_candidates_are_read_in_full(monkeypatch):
    read = []
    digest = _copies._digest
    monkeypatch.setattr(_copies, "_digest", lambda trial: read.append(trial.size) or digest(trial))
    x = make_signals("array", None)
    x[21] = x[3]
    assert np.count_nonzero(find_copies(x) >= 0) == 2
    assert read == [150, 150]
