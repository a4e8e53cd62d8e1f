"""Unlabelled twins of trials, and splits that put those of the tested people into training."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.model_selection import GroupKFold, KFold, LeaveOneGroupOut, cross_validate

from sklearn_eeg._mapped import MappedRows
from sklearn_eeg.model_selection import SubjectSplit, TargetSplit, add_targets
from sklearn_eeg.trials import Trials, Unlabelled


@pytest.fixture
def trials():
    data = np.arange(24.0).reshape(12, 2)
    metadata = {"subject": np.repeat(["a", "b", "c"], 4), "session": np.tile([1, 2], 6)}
    return Trials(data, metadata=metadata), np.tile(["calm", "tense"], 6)


def test_twins_are_the_same_trials_without_a_label(trials):
    X, y = trials
    both, labels = add_targets(X, y)
    assert_array_equal(both.unlabelled, [False] * 12 + [True] * 12)
    assert_array_equal(both.data[12:], X.data)
    assert_array_equal(both.metadata[["subject", "session"]][12:], X.metadata)
    assert_array_equal(labels[:12], y)
    assert set(labels[12:]) == {"unlabelled"}


@pytest.mark.parametrize(
    ("y", "told"),
    [(np.arange(12), -1), (np.arange(12) / 2, np.nan), (np.eye(12)[:, :3], np.nan)],
)
def test_labels_that_nobody_reads_are_what_other_libraries_write_there(y, told, trials):
    labels = add_targets(trials[0], y)[1]
    assert labels.dtype == y.dtype
    assert_array_equal(labels[12:], np.full(y.shape, told))


def test_trials_on_disk_stay_there(tmp_path, monkeypatch):
    monkeypatch.setattr("sklearn_eeg._mapped.SMALL_BYTES", 1)
    data = np.lib.format.open_memmap(tmp_path / "x.npy", "w+", np.float32, (4, 3, 5))
    both, _ = add_targets(Trials(data, metadata={"subject": [1, 1, 2, 2]}), [0, 1, 0, 1])
    assert isinstance(both.data, MappedRows)
    assert both.shape == (8, 3, 5)


@pytest.mark.parametrize("cv", [3, GroupKFold(3), LeaveOneGroupOut()])
def test_training_has_the_tested_peoples_twins_and_nobody_elses(trials, cv):
    both, labels = add_targets(*trials)
    split = TargetSplit(cv)
    assert split.get_n_splits(both, labels, both.subject) == 3
    tested = []
    for train, test in split.split(both, labels):
        marked = both.unlabelled[train]
        assert not both.unlabelled[test].any()
        assert set(both.subject[train[marked]]) == set(both.subject[test])
        assert not set(both.subject[train[~marked]]) & set(both.subject[test])
        # Of those tested, all; of the others, all labels.
        assert marked.sum() == len(test) and len(train) == 12
        tested += test.tolist()
    assert sorted(tested) == list(range(12))


def test_a_new_person_without_any_label_is_in_every_training(trials):
    X, y = trials
    X = X.replace(metadata=X.metadata.assign(unlabelled=X.subject == "c"))
    for train, test in TargetSplit(2).split(X, y):
        assert_array_equal(np.sort(train[X.unlabelled[train]]), [8, 9, 10, 11])
        assert set(X.subject[test]) < {"a", "b"}


def test_a_splitter_that_asks_for_labels_sees_those_that_are_known(trials):
    both, labels = add_targets(*trials)
    inner = SubjectSplit(train=0.6, val=0, test=0.4, random_state=0)
    ((train, test),) = TargetSplit(inner).split(both, labels)
    assert set(labels[test]) == set(labels[train[~both.unlabelled[train]]]) == {"calm", "tense"}


class TestRefusals:
    def test_arrays(self, trials):
        with pytest.raises(TypeError, match=r"add_targets: expected Trials, whose metadata mark"):
            add_targets(trials[0].data, trials[1])
        with pytest.raises(ValueError, match=r"TargetSplit: expected Trials of which some are ma"):
            list(TargetSplit(2).split(trials[0].data))

    def test_trials_without_marks(self, trials):
        with pytest.raises(ValueError, match=r"TargetSplit: expected Trials of which some are ma"):
            list(TargetSplit(2).split(*trials))

    @pytest.mark.filterwarnings("ignore:The groups parameter is ignored")
    def test_a_splitter_that_parts_a_subject(self, trials):
        both, labels = add_targets(*trials)
        with pytest.raises(ValueError, match="TargetSplit: expected whole subjects on one side"):
            list(TargetSplit(KFold(5)).split(both, labels))

    def test_marks_that_are_none(self, trials):
        X, _ = trials
        odd = X.replace(metadata=X.metadata.assign(unlabelled=["no"] * 12))
        with pytest.raises(ValueError, match="expected True or False for every trial in the col"):
            odd.unlabelled  # noqa: B018


def test_marks_go_with_the_trials(trials):
    both, _ = add_targets(*trials)
    assert_array_equal(both[10:14].unlabelled, [False, False, True, True])
    assert not trials[0].unlabelled.any()
    assert not Unlabelled(both).trials.has("unlabelled")


def test_cross_validate_takes_it_as_it_is(trials):
    both, labels = add_targets(*trials)
    seen = []

    class Spy(BaseEstimator):
        def fit(self, X, y):
            seen.append((y == "unlabelled").tolist() == X.unlabelled.tolist())
            return self

        def score(self, X, y):
            return float((y != "unlabelled").all())

    scores = cross_validate(Spy(), both, labels, groups=both.subject, cv=TargetSplit(3))
    assert seen == [True] * 3
    assert_array_equal(scores["test_score"], 1)
