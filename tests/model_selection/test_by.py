"""Splits that read the table of the trials, against what the published protocols say."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    LeaveOneGroupOut,
    StratifiedGroupKFold,
    cross_validate,
)

from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.model_selection import (
    PROTOCOLS,
    By,
    Cross,
    FirstTrials,
    TimeBlocks,
    VoteGroupKFold,
    Within,
    make_protocol,
)
from sklearn_eeg.trials import Trials

# As SEED: 15 films in each of three sessions, here of six subjects.
TABLE = pd.MultiIndex.from_product(
    [range(1, 7), [1, 2, 3], range(1, 16)], names=["subject", "session", "trial"]
).to_frame(index=False)
TABLE["stimulus"] = "film " + TABLE["trial"].astype(str)
TABLE["onset"] = 240.0 * (TABLE["trial"] - 1)
Y = np.array([1, 0, -1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 0, 1, -1] * 18)
RNG = np.random.default_rng(0)
DATA = RNG.standard_normal((len(TABLE), 4)) + Y[:, None]
TRIALS = Trials(DATA, metadata=TABLE)


def both_sides(splitter, column):
    for train, test in splitter.split(TRIALS, Y):
        yield set(TABLE[column].iloc[train]) & set(TABLE[column].iloc[test])


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_protocol_splits_what_it_says(name):
    trials, y, splitter = TRIALS, Y, make_protocol(name, random_state=0)
    if name == "seed-iv-16-8":
        # A session of 15 trials and one of 9, told as one.
        known = trials.metadata.assign(
            session=trials.session // 2, trial=trials.metadata["trial"] + 15 * (trials.session == 3)
        )
        kept = (known["trial"] <= 24).to_numpy() & (trials.session != 1)
        trials, y = trials.replace(metadata=known)[kept], y[kept]
    splits = list(splitter.split(trials, y))
    assert len(splits) == splitter.get_n_splits(trials, y)
    for train, test in splits:
        assert train.size and test.size and not np.intersect1d(train, test).size
    parts = any(set(trials.subject[train]) & set(trials.subject[test]) for train, test in splits)
    assert parts == getattr(splitter, "parts_subjects", False)
    assert parts == ("subject-dependent" in PROTOCOLS[name].description)


def test_by_is_the_splitter_it_is_given():
    expected = list(GroupKFold(3).split(DATA, Y, TABLE["stimulus"]))
    for (train, test), (a, b) in zip(
        By("stimulus", GroupKFold(3)).split(TRIALS, Y), expected, strict=True
    ):
        assert_array_equal(train, a)
        assert_array_equal(test, b)


def test_columns_together_tell_more_apart():
    splitter = By(("subject", "session"), LeaveOneGroupOut())
    assert splitter.get_n_splits(TRIALS) == 18
    _, test = next(splitter.split(TRIALS))
    assert len(test) == 15
    assert splitter.parts_subjects
    assert not By("subject").parts_subjects


def test_first_nine_films_of_each_session_train():
    splits = list(make_protocol("seed-9-6").split(TRIALS, Y))
    assert len(splits) == 18
    for train, test in splits:
        assert TABLE["trial"].iloc[train].tolist() == list(range(1, 10))
        assert TABLE["trial"].iloc[test].tolist() == list(range(10, 16))
        assert TABLE.iloc[[*train, *test]].groupby(["subject", "session"]).ngroups == 1


def test_sessions_of_a_subject_test_each_other():
    splits = list(make_protocol("session-to-session").split(TRIALS))
    assert len(splits) == 18
    for train, test in splits:
        assert TABLE["subject"].iloc[[*train, *test]].nunique() == 1
        assert TABLE["session"].iloc[train].nunique() == 2
        assert TABLE["session"].iloc[test].nunique() == 1


def test_unseen_people_meet_unseen_films():
    splitter = Cross(By("subject", GroupKFold(3)), By("stimulus", GroupKFold(5)))
    assert not any(both_sides(splitter, "subject"))
    assert not any(both_sides(splitter, "stimulus"))
    tested = np.concatenate([test for _, test in splitter.split(TRIALS)])
    assert_array_equal(np.sort(tested), np.arange(len(TABLE)))


def test_a_gap_keeps_neighbours_out():
    splitter = Within(("subject", "session"), TimeBlocks(3, gap=500.0))
    for train, test in splitter.split(TRIALS):
        onsets = TABLE["onset"].to_numpy()
        distance = np.abs(onsets[train][:, None] - onsets[test]).min()
        assert distance >= 500
    assert len(list(splitter.split(TRIALS))) == 54


def test_stratified_splitters_get_the_largest_vote():
    votes = np.eye(3)[Y + 1] * 3 + 0.5
    splitter = By("subject", StratifiedGroupKFold(3))
    for one, other in zip(splitter.split(TRIALS, votes), splitter.split(TRIALS, Y), strict=True):
        assert_array_equal(one[1], other[1])


@pytest.mark.filterwarnings("ignore:The groups parameter is ignored by KFold")
def test_a_splitter_that_knows_no_groups_is_refused():
    with pytest.raises(
        ValueError, match=r"By: expected each subject on one side .* by KFold; give"
    ):
        list(By("subject", KFold(4)).split(TRIALS))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: By("site"), "By: expected a column 'site' in what is known .* session"),
        (lambda: By("subject", GroupKFold(7)), "least 7 values of 'subject', one a fold, got 6"),
        (lambda: By("subject", StratifiedGroupKFold(7)), "least 7 values of 'subject'"),
        (lambda: Within("subject", By("subject")), "at least 2 values of 'subject', .* got 1"),
        (lambda: Within("subject", FirstTrials(15)), "Within: expected n_train between 1 and 14"),
        (lambda: Within("subject", FirstTrials(0)), "n_train between 1 and 14"),
        (lambda: TimeBlocks(1), "n_splits between 2 and 270"),
        (lambda: TimeBlocks(2, gap=-1), "a gap of 0 s or more, got -1"),
        (lambda: TimeBlocks(2, gap=1e9), "farther than gap=1e"),
        (lambda: Cross(By("subject"), By("subject")), "trials on both sides of each pair"),
        (lambda: VoteGroupKFold(7), "n_splits between 2 and 6, one subject a fold, got 7"),
    ],
)
def test_what_cannot_be_split_is_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        list(make().split(TRIALS, np.eye(3)[Y + 1]))


def test_what_is_missing_in_a_column_is_said_of_that_column():
    lacking = TRIALS.replace(metadata=TABLE.assign(onset=TABLE["onset"].where(TABLE.index > 1)))
    for column in ("onset", ["subject", "onset"]):
        with pytest.raises(
            ValueError, match="'onset' for every trial, got none for 2 of 270, trial 0 the first"
        ):
            list(By(column).split(lacking))


def test_splitters_that_draw_may_draw_more_often_than_there_are_subjects():
    drawn = GroupShuffleSplit(9, random_state=0)
    assert By("subject", drawn).get_n_splits(TRIALS) == 9


def test_arrays_without_a_table_are_a_sentence():
    with pytest.raises(
        ValueError, match=r"By: expected a column 'session' .* no columns; give Trials"
    ):
        list(By("session").split(DATA))
    with pytest.raises(ValueError, match="has subject; give"):
        list(By("session").split(DATA, groups=TABLE["subject"]))


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("groups", [None, TABLE])
def test_scikit_learn_splits_by_the_table(routing, groups):
    X = TRIALS if groups is None else DATA
    params = {} if groups is None else {"groups": groups}
    with config_context(enable_metadata_routing=routing):
        if routing:
            params = {"params": params}
        found = cross_validate(
            LogisticRegression(), X, Y, cv=By("session"), return_indices=True, **params
        )
    tested = [set(TABLE["session"].iloc[rows]) for rows in found["indices"]["test"]]
    assert tested == [{1}, {2}, {3}]


def test_searches_split_by_the_table():
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=By("stimulus", GroupKFold(3)))
    assert search.fit(TRIALS, Y).n_splits_ == 3


def test_votes_are_shared_evenly():
    """One class wins nowhere; its votes are in every fold all the same."""
    rng = np.random.default_rng(0)
    votes = rng.multinomial(12, [0.6, 0.3, 0.1], size=300).astype(float)
    votes[:, 2] *= rng.random(300) < 0.2
    owner = rng.integers(0, 40, 300)
    folds = [test for _, test in VoteGroupKFold(5).split(np.zeros((300, 2)), votes, owner)]
    shares = np.array([votes[test].sum(0) for test in folds]) / votes.sum(0)
    assert np.abs(shares - 0.2).max() < 0.05
    plain = [test for _, test in GroupKFold(5).split(votes, None, owner)]
    others = np.array([votes[test].sum(0) for test in plain]) / votes.sum(0)
    assert np.abs(shares - 0.2).max() < np.abs(others - 0.2).max()
    assert_array_equal(np.sort(np.concatenate(folds)), np.arange(300))


def test_labels_are_votes_of_one():
    folds = [test for _, test in VoteGroupKFold(3).split(TRIALS, Y)]
    for test in folds:
        assert_array_equal(np.unique(Y[test], return_counts=True)[1], [30, 30, 30])


def test_evaluate_takes_people_it_has_met_only_where_that_is_said():
    model = LogisticRegression()
    result = evaluate(model, TRIALS, Y, cv=make_protocol("seed-9-6"), verbose=False)
    assert result.protocol["subjects"] == "trained on too"
    assert "subject-dependent: the people tested were trained on too" in repr(result)
    assert len(result.predictions) == 18 * 6
    assert len(result.scores) == 6
    again = evaluate(model, DATA, Y, groups=TABLE, cv=make_protocol("seed-9-6"), verbose=False)
    assert_array_equal(again.scores, result.scores)
    with pytest.raises(ValueError, match="expected whole subjects on one side"):
        evaluate(model, TRIALS, Y, cv=list(By("session").split(TRIALS)), verbose=False)
    new = evaluate(model, TRIALS, Y, cv=By("subject", GroupKFold(3)), verbose=False)
    assert new.protocol["subjects"] == "new"
    assert "subject-dependent" not in repr(new)


def test_a_table_given_to_evaluate_names_the_subjects():
    with pytest.raises(ValueError, match="evaluate: expected a column 'subject' in the table"):
        evaluate(LogisticRegression(), DATA, Y, groups=TABLE[["session"]], cv=3, verbose=False)
