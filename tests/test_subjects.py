"""One function finds whose trial is whose; what is missing or contradictory is refused by all."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.linear_model import LogisticRegression

from sklearn_eeg import Trials
from sklearn_eeg._subjects import rows_of, subjects_of
from sklearn_eeg.classifiers import ResAttentioNetClassifier
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.model_selection import SubjectSplit
from sklearn_eeg.preprocessing import EuclideanAlignment, SubjectScaler

Y = np.tile([0, 1], 6)
SUBJECTS = np.repeat(["ann", "ben", "cem"], 4)


def make(subjects):
    rng = np.random.default_rng(0)
    data = rng.standard_normal((12, 3, 4, 5))
    axes = ("window", "channel", "feature")
    return Trials(data, axes=axes, metadata=None if subjects is None else {"subject": subjects})


def fit_network(trials, groups):
    model = ResAttentioNetClassifier(max_epochs=1, validation=0.4, random_state=0)
    return model.fit(trials, Y, groups=groups)


USERS = {
    "SubjectScaler": lambda trials, groups: SubjectScaler().fit(trials, groups=groups),
    "SubjectSplit": lambda trials, groups: SubjectSplit(0.4, 0.3, 0.3).parts(trials, Y, groups),
    "ResAttentioNetClassifier": fit_network,
    "evaluate": lambda trials, groups: evaluate(
        LogisticRegression(), trials, Y, groups=groups, cv=3, verbose=False
    ),
}


@pytest.mark.parametrize("name", USERS)
@pytest.mark.parametrize(
    ("carried", "groups", "sentence"),
    [
        (
            [np.nan, *SUBJECTS[1:]],
            None,
            "expected the subject of every trial, got none for trial 0",
        ),
        ([None, *SUBJECTS[1:]], None, "expected the subject of every trial, got none for trial 0"),
        (
            None,
            [*SUBJECTS[:-1], None],
            "expected the subject of every trial, got none for trial 11",
        ),
        ([np.nan, *SUBJECTS[1:]], SUBJECTS, "expected the subject of every trial"),
        (SUBJECTS, np.arange(12) % 4, "expected groups= to be the subjects"),
        (None, SUBJECTS[:5], "expected one group a trial, 12, got 5"),
        (
            None,
            np.array([1, "1"] * 6, dtype=object),
            "expected subjects of one type, got int and str",
        ),
    ],
)
def test_missing_and_contradictory_subjects_are_refused(name, carried, groups, sentence):
    with pytest.raises(ValueError, match=f"{name}: {sentence}"):
        USERS[name](make(carried), groups)


def test_groups_that_name_the_subjects_otherwise_agree():
    numbers = np.repeat([7, 3, 5], 4)
    assert_array_equal(subjects_of(make(SUBJECTS), numbers), numbers)


def test_a_site_may_hold_several_subjects_where_splits_are_made_but_is_no_subject():
    sites = np.repeat([0, 1], [8, 4])
    trials = make(SUBJECTS)
    assert_array_equal(subjects_of(trials, sites, may_join=True), sites)
    with pytest.raises(ValueError, match="expected groups= to be the subjects"):
        subjects_of(trials, sites)


def test_unknown_subjects_are_none_or_refused():
    assert subjects_of(np.zeros((3, 2)), required=False) is None
    with pytest.raises(ValueError, match="expected to know each trial's subject"):
        subjects_of(np.zeros((3, 2)))


def test_rows_of_subjects_come_in_order_of_appearance():
    assert [rows.tolist() for rows in rows_of(np.array(list("baab")))] == [[0, 3], [1, 2]]


def test_a_step_of_signals_asks_as_the_others_do():
    signals = Trials(np.ones((12, 3, 50)), sfreq=50, metadata={"subject": [None, *SUBJECTS[1:]]})
    with pytest.raises(ValueError, match="EuclideanAlignment: expected the subject of every trial"):
        EuclideanAlignment().fit(signals)


def test_the_columns_that_there_are_stand_in_the_refusal():
    trials = make(None).replace(metadata={"Subject": SUBJECTS, "age": 30})
    with pytest.raises(ValueError, match=r"a 'subject' column \(they have Subject, age\); pass"):
        subjects_of(trials)
