"""What trials tell of their label without any signal stands beside the scores."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis as LDA
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.evaluation import audit, evaluate
from sklearn_eeg.evaluation._alone import FactClassifier, lengths
from sklearn_eeg.metrics import neg_kl_divergence
from sklearn_eeg.model_selection import By, Within

SUBJECTS, Y = np.repeat(np.arange(6), 12), np.tile(["rest", "task"], 36)
NOISE = np.random.default_rng(0).standard_normal((72, 5))


def run(trials, y=Y, model=None, **settings):
    model = LogisticRegression() if model is None else model
    return evaluate(model, trials, y, **{"cv": LeaveOneGroupOut()} | settings)


def with_lengths(of_labels):
    """Noise of features in windows, whose number follows the label."""
    rng = np.random.default_rng(0)
    data = [rng.standard_normal((of_labels[label], 2, 3)) for label in Y]
    axes = ["window", "channel", "band"]
    return Trials(data, axes=axes, metadata={"subject": SUBJECTS})


def test_the_length_of_a_trial_tells_its_label():
    result = run(with_lengths({"rest": 4, "task": 6}), model=WindowedClassifier())
    told = result.references["length alone"]
    assert told.mean["accuracy"] == 1
    assert result.protocol["confounds"] == ["length alone"]
    assert "length alone" in repr(result)
    assert result.summary().loc["accuracy", "length alone"] == 1
    plain = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert plain["references"]["length alone"]["summary"]["accuracy"]["mean"] == 1


def test_lengths_that_say_nothing_score_at_chance():
    rng = np.random.default_rng(1)
    data = [rng.standard_normal((int(n), 2, 3)) for n in rng.integers(3, 9, 72)]
    trials = Trials(data, axes=["window", "channel", "band"], metadata={"subject": SUBJECTS})
    told = run(trials, model=WindowedClassifier()).references["length alone"]
    assert 0.3 < told.mean["accuracy"] < 0.7


def test_trials_of_one_length_leave_it_out():
    result = run(Trials(NOISE, metadata={"subject": SUBJECTS}))
    assert result.references == {} and result.protocol["confounds"] == []


@pytest.mark.parametrize("padding", [0.0, np.nan])
def test_padding_does_not_hide_a_length(padding):
    data = np.random.default_rng(0).standard_normal((4, 6, 2, 3))
    data[1, 4:] = data[3, 2:] = padding
    trials = Trials(data, axes=["window", "channel", "band"])
    assert lengths(trials).tolist() == [6, 4, 6, 2]
    signals = Trials(np.moveaxis(data[..., 0], 1, -1), sfreq=6)
    assert lengths(signals).tolist() == [6, 4, 6, 2]


def test_padded_windows_of_signals_are_counted_as_windows():
    data = np.random.default_rng(0).standard_normal((3, 4, 2, 8))
    data[1, 2:] = np.nan
    trials = Trials(data, axes=["window", "channel", "time"], sfreq=8)
    assert lengths(trials).tolist() == [4, 2, 4]


def test_features_without_time_have_no_length():
    data = np.random.default_rng(0).standard_normal((72, 5))
    data[Y == "rest", -1] = 0
    for axes in (None, ["feature"], ["channel"]):
        trials = Trials(data, axes=axes, metadata={"subject": SUBJECTS})
        assert run(trials).references == {}


def test_a_trial_of_nothing_has_no_length():
    assert lengths(Trials(np.zeros((2, 3, 5)), sfreq=5)).tolist() == [0, 0]


def test_stimuli_that_were_trained_on_tell_their_label():
    stimuli = np.tile(np.arange(12), 6)
    trials = Trials(NOISE, metadata={"subject": SUBJECTS, "stimulus": stimuli})
    result = run(trials)
    assert result.references["stimulus alone"].mean["accuracy"] == 1
    assert result.protocol["confounds"] == ["stimulus alone"]
    # With stimuli kept whole, too, it knows none of those that are tested.
    assert run(trials, cv=Within("subject", By("stimulus", GroupKFold(3)))).references == {}


def test_stimuli_are_names_and_no_numbers():
    rng = np.random.default_rng(0)
    films = rng.permutation(12)
    label = np.where(np.isin(films, [1, 4, 6, 9, 10, 3]), "rest", "task")
    trials = Trials(NOISE, metadata={"subject": SUBJECTS, "stimulus": np.tile(films, 6)})
    result = run(trials, np.tile(label, 6))
    assert result.references["stimulus alone"].mean["accuracy"] == 1


def test_simulated_films_are_told_by_their_number():
    trials, y = make_emotion_trials(n_subjects=4, n_stimuli=6, duration=4.0, random_state=0)
    powers = np.log(trials.data.var(axis=-1))
    features = trials.replace(data=powers, axes=["channel"], sfreq=None, unit=None)
    assert run(features, y, LDA()).references["stimulus alone"].mean["accuracy"] == 1


def test_one_stimulus_says_nothing():
    trials = Trials(NOISE, metadata={"subject": SUBJECTS, "stimulus": 1})
    assert run(trials).references == {}


def test_it_can_be_left_out():
    trials = Trials(NOISE, metadata={"subject": SUBJECTS, "stimulus": np.tile(np.arange(12), 6)})
    assert run(trials, confounds=False).references == {}


def test_references_of_ones_own_stay_and_may_not_take_the_name():
    trials = Trials(NOISE, metadata={"subject": SUBJECTS, "stimulus": np.tile(np.arange(12), 6)})
    result = run(trials, references={"line": LogisticRegression(C=0.1)})
    assert list(result.references) == ["line", "stimulus alone"]
    with pytest.raises(ValueError, match=r"none of .*stimulus alone"):
        run(trials, references={"stimulus alone": LogisticRegression()})


def test_it_is_asked_for_probabilities_and_kept(tmp_path):
    trials = Trials(NOISE, metadata={"subject": SUBJECTS, "stimulus": np.tile(np.arange(12), 6)})
    model = FactClassifier("stimulus")
    first, again = (
        evaluate(model, trials, Y, scoring=["neg_log_loss", "roc_auc"], cv=3, store=tmp_path)
        for _ in range(2)
    )
    assert first.references["stimulus alone"].mean["roc_auc"] == 1
    assert first.to_dict() == again.to_dict()


def test_it_is_scored_by_votes_too():
    votes = np.eye(2)[(Y == "task").astype(int)] * 3 + 1
    trials = Trials(NOISE, metadata={"subject": SUBJECTS, "stimulus": np.tile(np.arange(12), 6)})
    scoring = {"kl": neg_kl_divergence}
    model = DummyClassifier(strategy="uniform", random_state=0)

    class OfVotes(ClassifierMixin, BaseEstimator):
        def fit(self, X, y):
            self.classes_ = np.arange(2)
            self.share_ = (y / y.sum(axis=1, keepdims=True)).mean(axis=0)
            return self

        def predict(self, X):
            return np.repeat(self.share_.argmax(), len(X))

        def predict_proba(self, X):
            return np.tile(self.share_, (len(X), 1))

    result = evaluate(OfVotes(), trials, votes, cv=3, scoring=scoring, baseline=model)
    # Sure of one class where four of five voted for it.
    sure = 0.8 * np.log(0.8) + 0.2 * np.log(0.2 / 1e-15)
    assert_allclose(-result.references["stimulus alone"].mean["kl"], sure)
    told = result.metrics().loc["kl_divergence"]
    assert_allclose(told["mean"], -result.mean["kl"])


def test_the_audit_says_the_same_of_lengths():
    trials = with_lengths({"rest": 4, "task": 6})
    found = audit(WindowedClassifier(), trials, Y, cv=LeaveOneGroupOut())
    told = run(trials, model=WindowedClassifier()).references["length alone"].mean["accuracy"]
    assert found["length"].verdict == "suspect"
    assert f"label of {told:.2f} of the tested trials" in found["length"].evidence
    assert_allclose(told, 1)
