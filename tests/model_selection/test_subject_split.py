import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GridSearchCV, cross_validate

from sklearn_eeg import Trials
from sklearn_eeg.model_selection import SubjectSplit
from sklearn_eeg.model_selection._subject_split import part_sizes


@pytest.fixture
def cohort():
    subjects = np.repeat([f"s{i}" for i in range(20)], 6)
    y = np.tile(["calm", "tense", "glad"], 40)
    return Trials(np.zeros((120, 4)), metadata={"subject": subjects}), y


@settings(deadline=None, max_examples=60)
@given(n=st.integers(3, 60), train=st.integers(1, 50), val=st.integers(1, 50))
def test_sizes_are_within_one_of_the_shares_unless_a_part_would_be_empty(n, train, val):
    shares = np.array([train, val, 101 - train - val]) / 101
    sizes = part_sizes(n, shares)
    assert sizes.sum() == n
    assert sizes.min() >= 1
    if (n * shares >= 1).all():
        assert np.abs(sizes - n * shares).max() < 1


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), n_subjects=st.integers(12, 40))
def test_parts_hold_whole_subjects_and_every_class(seed, n_subjects):
    rng = np.random.default_rng(seed)
    # Half of the subjects have one class only, so a draw has to look after the classes.
    y = np.concatenate(
        [np.full(4, i % 3) if i % 2 else rng.permutation([0, 1, 2, 0]) for i in range(n_subjects)]
    )
    subjects = np.repeat(rng.permutation(n_subjects), 4)
    parts = SubjectSplit(0.5, 0.25, 0.25, random_state=seed).parts(subjects, y, subjects)
    assert_array_equal(np.sort(np.concatenate(parts)), np.arange(len(y)))
    owners = [set(subjects[part]) for part in parts]
    assert not (owners[0] & owners[1] or owners[1] & owners[2] or owners[0] & owners[2])
    for part in parts:
        assert set(y[part]) == {0, 1, 2}


def test_default_shares_of_twenty_subjects_are_14_3_3(cohort):
    trials, y = cohort
    parts = SubjectSplit(random_state=0).parts(trials, y)
    assert [len(np.unique(trials.subject[part])) for part in parts] == [14, 3, 3]


def test_split_joins_training_and_validation(cohort):
    trials, y = cohort
    splitter = SubjectSplit(random_state=0)
    train, val, test = splitter.parts(trials, y)
    ((both, held_out),) = splitter.split(trials, y)
    assert_array_equal(both, np.sort(np.concatenate([train, val])))
    assert_array_equal(held_out, test)
    assert splitter.get_n_splits() == 1


def test_random_state_fixes_the_split_and_another_moves_it(cohort):
    trials, y = cohort
    tests = [SubjectSplit(random_state=seed).parts(trials, y)[2] for seed in (0, 0, 1)]
    assert_array_equal(tests[0], tests[1])
    assert not np.array_equal(tests[0], tests[2])


def test_every_subject_is_as_likely_to_be_tested(cohort):
    trials, y = cohort
    tested = np.concatenate(
        [
            np.unique(trials.subject[SubjectSplit(random_state=s).parts(trials, y)[2]])
            for s in range(600)
        ]
    )
    counts = np.unique(tested, return_counts=True)[1]
    # 600 draws of 3 of 20: binomial with mean 90 and SD 8.7.
    assert len(counts) == 20
    assert np.abs(counts - 90).max() < 5 * 8.7


def test_it_works_in_scikit_learns_tools_without_groups(cohort):
    trials, y = cohort
    cv = SubjectSplit(random_state=0)
    scores = cross_validate(DummyClassifier(), trials, y, cv=cv, return_indices=True)
    (test,) = scores["indices"]["test"]
    assert_array_equal(test, cv.parts(trials, y)[2])
    grid = {"strategy": ["prior", "stratified"]}
    assert GridSearchCV(DummyClassifier(random_state=0), grid, cv=cv).fit(trials, y).n_splits_ == 1


def test_no_validation_leaves_two_parts(cohort):
    trials, y = cohort
    train, val, test = SubjectSplit(0.8, 0, 0.2).parts(trials, y)
    assert val.size == 0
    assert len(train) + len(test) == len(y)


def test_votes_count_by_their_largest(cohort):
    trials, y = cohort
    votes = (y[:, None] == np.unique(y)) + 0.1
    for a, b in zip(
        SubjectSplit(random_state=3).parts(trials, votes),
        SubjectSplit(random_state=3).parts(trials, y),
        strict=True,
    ):
        assert_array_equal(a, b)


def test_repr_and_clone_show_the_settings():
    splitter = SubjectSplit(0.6, 0.2, 0.2, random_state=1)
    assert "train=0.6" in repr(splitter)
    assert repr(clone(splitter, safe=False)) == repr(splitter)


def test_a_class_of_two_subjects_cannot_be_in_three_parts(cohort):
    trials, y = cohort
    y = np.where((y == "glad") & ~np.isin(trials.subject, ["s3", "s7"]), "calm", y)
    with pytest.raises(ValueError, match=r"class glad in every part, got it in 2 of 20.*s3, s7"):
        SubjectSplit(random_state=0).parts(trials, y)


def test_parts_too_small_for_the_classes_are_refused():
    subjects = np.arange(9)
    y = np.repeat([0, 1, 2], 3)  # one class a subject, so a part of one subject lacks two
    with pytest.raises(ValueError, match=r"into \[6, 2, 1\] with every class in every part"):
        SubjectSplit().parts(subjects, y, subjects)


@pytest.mark.parametrize(
    "shares", [(0.7, 0.2, 0.2), (0, 0.5, 0.5), (0.9, -0.1, 0.2), (0.8, 0.2, 0)]
)
def test_shares_that_do_not_sum_to_one_are_refused(shares, cohort):
    with pytest.raises(ValueError, match="shares of the subjects that sum to 1"):
        SubjectSplit(*shares).parts(*cohort)


def test_two_subjects_are_too_few_for_three_parts():
    with pytest.raises(ValueError, match="at least 3 subjects, one a part, got 2"):
        SubjectSplit().parts(np.zeros((4, 2)), [0, 1, 0, 1], groups=[1, 1, 2, 2])


def test_unknown_subjects_are_refused():
    with pytest.raises(ValueError, match="neither groups= nor Trials with a 'subject' column"):
        SubjectSplit().parts(np.zeros((4, 2)), [0, 1, 0, 1])


def test_labels_of_the_wrong_length_are_refused(cohort):
    trials, y = cohort
    with pytest.raises(ValueError, match="one label a trial, 120, got 119"):
        SubjectSplit().parts(trials, y[1:])


def test_groups_of_the_wrong_length_and_missing_groups_are_refused():
    with pytest.raises(ValueError, match="one group a trial, 4, got 2"):
        SubjectSplit().parts(np.zeros((4, 2)), groups=[1, 2])
    with pytest.raises(ValueError, match="none for trial 2"):
        SubjectSplit().parts(np.zeros((4, 2)), groups=[1, 2, np.nan, 3])


def test_groups_are_routed_without_a_request(cohort):
    trials, y = cohort
    cv = SubjectSplit(random_state=0)
    with config_context(enable_metadata_routing=True):
        scores = cross_validate(
            DummyClassifier(),
            trials.data,
            y,
            cv=cv,
            params={"groups": trials.subject},
            return_indices=True,
        )
    assert_array_equal(scores["indices"]["test"][0], cv.parts(trials, y)[2])
