"""Labels are read by one function: shapes that are alike give the same, what is none is refused."""

import mne
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.linear_model import LogisticRegression

from sklearn_eeg import Trials
from sklearn_eeg._labels import read_labels
from sklearn_eeg.classifiers import WideDeepClassifier, WindowedClassifier
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.metrics import neg_kl_divergence
from sklearn_eeg.model_selection import SubjectSplit

WORDS = np.tile(["calm", "glad"], 20)
SUBJECTS = np.repeat(np.arange(5), 8)

SHAPES = {
    "list": WORDS.tolist(),
    "tuple": tuple(WORDS),
    "array": WORDS,
    "objects": WORDS.astype(object),
    "column": WORDS[:, None],
    "list of columns": WORDS[:, None].tolist(),
    "Series": pd.Series(WORDS, index=np.arange(100, 140)),
    "frame": pd.DataFrame({"mood": WORDS}),
    "categorical": pd.Series(pd.Categorical(WORDS)),
}


def make_trials():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((40, 3)) + (WORDS == "glad")[:, None]
    return Trials(X, metadata={"subject": SUBJECTS})


@pytest.mark.parametrize("shape", SHAPES)
def test_labels_in_every_shape_are_the_same_labels(shape):
    fitted, labels = read_labels(SHAPES[shape], 40)
    assert_array_equal(fitted, WORDS)
    assert_array_equal(labels, WORDS)
    assert labels.dtype == WORDS.dtype


@pytest.mark.parametrize("shape", SHAPES)
def test_an_evaluation_does_not_depend_on_the_shape_of_labels(shape):
    trials = make_trials()
    expected = evaluate(LogisticRegression(), trials, WORDS)
    result = evaluate(LogisticRegression(), trials, SHAPES[shape])
    assert_array_equal(result.scores, expected.scores)
    assert_array_equal(result.predictions["true"], expected.predictions["true"])
    split = SubjectSplit(0.6, 0.2, 0.2, random_state=0)
    for part, same in zip(
        split.parts(trials, SHAPES[shape]), split.parts(trials, WORDS), strict=True
    ):
        assert_array_equal(part, same)


@pytest.mark.parametrize("kind", [int, float, bool, "Int64"])
def test_numbers_of_every_type_are_labels(kind):
    y = np.tile([0, 1], 20)
    given = pd.array(y, dtype=kind) if kind == "Int64" else y.astype(kind)
    assert_array_equal(read_labels(given, 40)[1], y)


def test_votes_stay_votes_and_the_most_voted_class_is_the_label():
    votes = pd.DataFrame({"glad": [2, 0, 1], "calm": [1, 3, 0]})
    fitted, labels = read_labels(votes, 3)
    assert fitted is votes
    assert_array_equal(labels, ["glad", "calm", "glad"])
    fitted, labels = read_labels(votes.to_numpy().tolist(), 3)
    assert_array_equal(fitted, votes)
    assert_array_equal(labels, [0, 1, 0])


NO_LABELS = [
    ([None, "a"] * 20, "got none for trial 0"),
    (np.array([1.0, np.nan] * 20), "got none for trial 1"),
    (pd.array([1, None] * 20, dtype="Int64"), "got none for trial 1"),
    (np.ma.array([0, 1] * 20, mask=[False, True] * 20), "got none for trial 1"),
    ([1, "a"] * 20, "labels of one type, got int and str"),
    (np.array([1, "a"] * 20, dtype=object), "labels of one type, got int and str"),
    ([0.5, 1.5] * 20, "continuous numbers such as 0.5"),
    ([1.0, np.inf] * 20, "continuous numbers such as inf"),
    (np.array([["a", "b"]] * 40), "numeric votes for each class, got <U1 of shape"),
    (np.ones((40, 2, 2)), r"got float64 of shape \(40, 2, 2\)"),
    (np.array([[1, -1]] * 40), "votes of zero or more"),
    (np.zeros((40, 2)), "at least one a trial"),
    (np.full((40, 2), np.nan), "missing or negative"),
    ([0, 1] * 10, "one label a trial, 40, got 20"),
    (None, "one label a trial, 40, got None"),
]


@pytest.mark.parametrize(("y", "sentence"), NO_LABELS)
def test_what_is_no_label_is_refused_before_any_fold(y, sentence):
    class Never(LogisticRegression):
        def fit(self, X, y):
            raise AssertionError("a fold began")

    with pytest.raises(ValueError, match=f"evaluate: expected .*{sentence}"):
        evaluate(Never(), make_trials(), y)


@pytest.mark.parametrize(("y", "sentence"), NO_LABELS[:-1])
def test_a_splitter_refuses_the_same(y, sentence):
    with pytest.raises(ValueError, match=f"SubjectSplit: expected .*{sentence}"):
        SubjectSplit().parts(make_trials(), y)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_scorer_of_votes_takes_labels_in_every_shape(shape):
    model = LogisticRegression().fit(make_trials().data, WORDS)
    X = make_trials().data
    expected = np.log(model.predict_proba(X)[np.arange(40), np.tile([0, 1], 20)]).mean()
    assert np.isclose(neg_kl_divergence(model, X, SHAPES[shape]), expected)


def mne_events(n_events):
    """Events of a recording as MNE finds them."""
    info = mne.create_info(1, 100.0, "stim")
    pulses = np.zeros((1, 100 * (n_events + 1)))
    pulses[0, 100::100] = np.resize([1, 2], n_events)
    return mne.find_events(mne.io.RawArray(pulses, info, verbose="error"), verbose="error")


def test_events_of_mne_are_no_votes():
    events = mne_events(40)
    for fit in (
        lambda: evaluate(LogisticRegression(), make_trials(), events),
        lambda: WindowedClassifier().fit(make_trials().data, events),
        lambda: WideDeepClassifier(max_epochs=1).fit(make_trials().data[:, None], events),
    ):
        with pytest.raises(
            ValueError, match=r"MNE's events, of shape \(40, 3\); pass events\[:, 2"
        ):
            fit()


def test_votes_of_three_classes_pass():
    votes = np.zeros((40, 3), dtype=int)
    votes[:, 0], votes[:, 2] = np.arange(40) % 7 + 1, 3
    assert WindowedClassifier().fit(make_trials().data, votes).classes_.tolist() == [0, 2]


def test_a_label_that_is_nan_is_named():
    y = np.tile([0.0, 1.0], 20)
    y[7] = np.nan
    with pytest.raises(ValueError, match="got none for trial 7: Input y contains NaN; leave such"):
        WindowedClassifier().fit(make_trials().data, y)
