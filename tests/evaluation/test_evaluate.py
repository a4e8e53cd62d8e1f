import json
import re

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    LeaveOneGroupOut,
    cross_val_predict,
    cross_val_score,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import EEGNetClassifier, WindowedClassifier
from sklearn_eeg.evaluation import EvaluationFailed, evaluate
from sklearn_eeg.model_selection import SubjectSplit, permute_labels


def make_study(n_subjects=6, n_trials=20, effect=1.0, seed=0):
    rng = np.random.default_rng(seed)
    subjects = np.repeat([f"s{i}" for i in range(n_subjects)], n_trials)
    y = np.tile(["rest", "task"], n_subjects * n_trials // 2)
    X = rng.standard_normal((len(y), 5)) + effect * (y == "task")[:, None]
    return Trials(X, metadata={"subject": subjects}), y


class Network(ClassifierMixin, BaseEstimator):
    """Says what networks say: windows, and a history; or is interrupted."""

    def __init__(self, interrupt_on=None, keeps_what_it_has=False):
        self.interrupt_on = interrupt_on
        self.keeps_what_it_has = keeps_what_it_has

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.history_ = [
            {"epoch": i + 1, "train_loss": 1 / (i + 1), "batches": [{}]} for i in range(3)
        ]
        # The fold is known by the subject it does not train on.
        if self.interrupt_on is not None and self.interrupt_on not in X.subject:
            if not self.keeps_what_it_has:
                raise KeyboardInterrupt
            self.interrupted_ = True
        return self

    def predict_windows(self, X):
        """The first window of a trial says task, the second rest, the third is missing."""
        labels = np.ma.masked_all((len(X), 3), dtype=self.classes_.dtype)
        labels[:, 0], labels[:, 1] = self.classes_[1], self.classes_[0]
        return labels

    def predict(self, X):
        return np.repeat(self.classes_[1], len(X))


def test_a_network_is_asked_once_for_all_its_answers(monkeypatch):
    rng, passes = np.random.default_rng(0), []
    trials = Trials(rng.standard_normal((24, 4, 3, 64)), sfreq=64, axes=[
        "window", "channel", "time"], metadata={"subject": np.arange(24) // 4})  # fmt: skip
    y, real = np.tile(["rest", "task"], 12), EEGNetClassifier._window_probabilities

    def count(model, X):
        passes.append(len(X))
        return real(model, X)

    monkeypatch.setattr(EEGNetClassifier, "_window_probabilities", count)
    model = EEGNetClassifier(max_epochs=1, random_state=0)
    result = evaluate(model, trials, y, cv=2)
    assert passes == [12, 12]
    train, test = next(iter(GroupKFold(2).split(trials, y, trials.subject)))
    model = model.fit(trials[train], y[train])
    rows = result.predictions.query("fold == 1").set_index("trial").loc[test]
    assert_array_equal(rows["predicted"], model.predict(trials[test]))
    assert_array_equal(rows[["p(rest)", "p(task)"]], model.predict_proba(trials[test]))
    right = model.predict_windows(trials[test]) == y[test][:, None]
    assert_array_equal(rows["windows_right"], right.sum(axis=1))


def test_a_subclass_with_an_answer_of_its_own_is_asked_for_it():
    class Contrary(EEGNetClassifier):
        def predict(self, X):
            return np.repeat(self.classes_[1], len(X))

    signals = np.random.default_rng(0).standard_normal((12, 3, 64))
    trials = Trials(signals, sfreq=64, metadata={"subject": np.arange(12) // 4})
    result = evaluate(Contrary(max_epochs=1, random_state=0), trials, [0, 1] * 6, cv=3)
    assert (result.predictions["predicted"] == 1).all() and "p(0)" in result.predictions


def test_predictions_equal_cross_val_predict():
    trials, y = make_study()
    result = evaluate(LogisticRegression(), trials, y, cv=3)
    expected = cross_val_predict(
        LogisticRegression(), trials.data, y, groups=trials.subject, cv=GroupKFold(3)
    )
    rows = result.predictions.set_index("trial").sort_index()
    assert_array_equal(rows["predicted"], expected)
    assert_array_equal(rows["true"], y)
    assert_array_equal(rows["subject"], trials.subject)
    p = cross_val_predict(
        LogisticRegression(),
        trials.data,
        y,
        groups=trials.subject,
        cv=GroupKFold(3),
        method="predict_proba",
    )
    assert_allclose(rows[["p(rest)", "p(task)"]], p)


def test_scores_are_of_subjects_and_mean_and_sd_over_them():
    trials, y = make_study(effect=0.3)
    result = evaluate(LogisticRegression(), trials, y, cv=LeaveOneGroupOut())
    rows = result.predictions
    accuracy, f1 = [], []
    for subject in result.scores.index:
        own = rows[rows["subject"] == subject]
        accuracy.append((own["true"] == own["predicted"]).mean())
        f1.append(f1_score(own["true"], own["predicted"], average="macro"))
    assert_allclose(result.scores["accuracy"], accuracy)
    assert_allclose(result.scores["f1_macro"], f1)
    centre = sum(accuracy) / 6
    assert_allclose(result.mean["accuracy"], centre)
    assert_allclose(result.std["accuracy"], (sum((a - centre) ** 2 for a in accuracy) / 5) ** 0.5)


def test_confusion_matrix_counts_true_by_predicted():
    trials, y = make_study(effect=0.5)
    result = evaluate(LogisticRegression(), trials, y)
    rows = result.predictions
    counts = result.confusion_matrix()
    assert counts.sum() == len(y)
    missed = (rows["true"] == "task") & (rows["predicted"] == "rest")
    assert counts[1, 0] == missed.sum()
    assert_allclose(result.confusion_matrix("true").sum(1), 1)


def test_majority_is_fitted_on_the_training_subjects():
    trials, y = make_study()
    # Subject s0 alone has mostly rest; for the others' folds, and for its own, task is commonest.
    y = np.where(trials.subject == "s0", "rest", np.where(np.arange(len(y)) % 4, "task", "rest"))
    result = evaluate(LogisticRegression(), trials, y, scoring="accuracy", cv=6)
    assert result.baseline.loc["s0", "accuracy"] == 0
    assert_allclose(result.baseline["accuracy"].drop("s0"), 0.75)


def test_baseline_may_be_any_classifier_or_none():
    trials, y = make_study()
    result = evaluate(DummyClassifier(), trials, y, baseline=LogisticRegression(), cv=3)
    alone = evaluate(LogisticRegression(), trials, y, baseline=None, cv=3)
    assert_allclose(result.baseline, alone.scores)
    assert alone.baseline is None
    assert "baseline" not in alone.summary()


def test_chance_is_one_over_the_number_of_classes_where_that_is_true():
    trials, y = make_study()
    scoring = ["accuracy", "balanced_accuracy", "f1_macro", "roc_auc"]
    y3 = np.where(np.arange(len(y)) % 3 == 0, "other", y)
    assert (
        evaluate(LogisticRegression(), trials, y3, scoring="accuracy").chance["accuracy"] == 1 / 3
    )
    chance = evaluate(LogisticRegression(), trials, y, scoring=scoring).chance
    assert_allclose(chance, [0.5, 0.5, np.nan, 0.5])


def test_permuted_labels_are_at_chance():
    trials, y = make_study(n_subjects=30, effect=2.0)
    assert evaluate(LogisticRegression(), trials, y).mean["accuracy"] > 0.95
    result = evaluate(
        LogisticRegression(), trials, permute_labels(y, trials.subject, random_state=0)
    )
    standard_error = result.std["accuracy"] / np.sqrt(30)
    assert abs(result.mean["accuracy"] - 0.5) < 2 * standard_error


def test_scorers_of_every_kind_agree_with_scikit_learn():
    trials, y = make_study(effect=0.4)
    scoring = {"auc": "roc_auc", "loss": "neg_log_loss", "accuracy": "accuracy"}
    result = evaluate(LogisticRegression(), trials, y, scoring=scoring, cv=LeaveOneGroupOut())
    for name, scorer in scoring.items():
        expected = cross_val_score(
            LogisticRegression(),
            trials.data,
            y,
            groups=trials.subject,
            cv=LeaveOneGroupOut(),
            scoring=scorer,
        )
        assert_allclose(result.scores[name], expected)


def test_a_classifier_without_probabilities_is_scored_by_its_decisions():
    trials, y = make_study(effect=0.4)
    result = evaluate(
        LinearSVC(), trials, y, scoring="roc_auc", cv=LeaveOneGroupOut(), baseline=None
    )
    expected = cross_val_score(
        LinearSVC(),
        trials.data,
        y,
        groups=trials.subject,
        cv=LeaveOneGroupOut(),
        scoring="roc_auc",
    )
    assert_allclose(result.scores["roc_auc"], expected)
    assert "p(rest)" not in result.predictions


def test_windows_are_counted_without_the_missing_ones():
    trials, y = make_study()
    y[trials.subject == "s0"] = "task"
    result = evaluate(Network(), trials, y, cv=3)
    assert (result.predictions["windows"] == 2).all()
    assert_allclose(result.scores["window_accuracy"], 0.5)
    assert_allclose(result.scores["accuracy"], [1, 0.5, 0.5, 0.5, 0.5, 0.5])
    assert result.chance["window_accuracy"] == 0.5


@pytest.mark.parametrize("ragged", [False, True])
def test_windows_of_a_windowed_classifier_are_judged_each(ragged):
    rng = np.random.default_rng(0)
    y, groups = np.tile([0, 1], 30), np.repeat([1, 2, 3], 20)
    data = 0.7 * y[:, None, None, None] + rng.standard_normal((60, 6, 2, 3))
    data[::3, 4:] = np.nan
    X = [trial[~np.isnan(trial[:, 0, 0])] for trial in data] if ragged else data
    result = evaluate(WindowedClassifier(), X, y, groups=groups, cv=3)
    for subject in (1, 2, 3):
        train, test = groups != subject, groups == subject
        model = WindowedClassifier().fit(data[train], y[train])
        share = model.score_windows(data[test], y[test])
        assert_allclose(result.scores.loc[subject, "window_accuracy"], share)
    assert result.predictions["windows"].sum() == 60 * 6 - 20 * 2


def test_learning_curves_of_each_fold_are_kept():
    trials, y = make_study()
    for model in (
        Network(),
        make_pipeline(StandardScaler(), DummyClassifier()).set_params(dummyclassifier=Network()),
        GridSearchCV(Network(), {"keeps_what_it_has": [False]}, cv=2),
    ):
        if hasattr(model, "steps"):
            model.steps[0] = ("same", "passthrough")
        history = evaluate(model, trials, y, cv=3).history
        assert_array_equal(history["fold"], np.repeat([1, 2, 3], 3))
        assert_array_equal(history["epoch"], np.tile([1, 2, 3], 3))
        assert list(history) == ["fold", "epoch", "train_loss"]
    assert evaluate(LogisticRegression(), trials, y, cv=3).history.empty


def test_few_steps_of_the_optimizer_are_told():
    class Stepping(Network):
        def fit(self, X, y):
            self.n_steps_ = 299 if "s0" in X.subject else 300
            return super().fit(X, y)

    trials, y = make_study()
    text = repr(evaluate(Stepping(), trials, y, cv=3))
    assert "\n\nFew steps: the optimizer made 299 in a fold, and after less than 300" in text
    kept = trials.subject != "s0"
    assert "Few steps" not in repr(evaluate(Stepping(), trials[kept], y[kept], cv=3))
    assert "Few steps" not in repr(evaluate(Network(), trials, y, cv=3))


def test_steps_before_the_last_transform_each_test_trial_once():
    calls = []

    class Counting(StandardScaler):
        def transform(self, X):
            calls.append(len(X))
            return super().transform(X)

    trials, y = make_study()
    evaluate(make_pipeline(Counting(), LogisticRegression()), trials, y, cv=3)
    assert sum(calls) == len(y) + 2 * len(y)  # each test trial once, each training trial in a fit


def test_arrays_lists_and_trials_give_the_same():
    trials, y = make_study()
    expected = evaluate(LogisticRegression(), trials, y).scores
    groups = trials.subject
    given = evaluate(LogisticRegression(), trials.data, y, groups=groups)
    assert_array_equal(given.scores, expected)
    unnamed = Trials(trials.data)
    assert_array_equal(evaluate(LogisticRegression(), unnamed, y, groups=groups).scores, expected)
    listed = evaluate(LogisticRegression(), trials.data.tolist(), y, groups=groups)
    assert_array_equal(listed.scores, expected)


def test_steps_find_subjects_and_ragged_trials_stay_ragged():
    rng = np.random.default_rng(0)
    data = [rng.standard_normal((rng.integers(2, 5), 3)) for _ in range(24)]
    groups, y = np.repeat([1, 2, 3], 8), np.tile([0, 1], 12)

    class Mean(BaseEstimator):
        def fit(self, X, y=None):
            self.n_fitted_ = len(X)
            return self

        def transform(self, X):
            assert X.is_ragged
            assert set(X.subject) <= {1, 2, 3}
            return np.stack([trial.mean(0) for trial in X.data])

    result = evaluate(make_pipeline(Mean(), LogisticRegression()), data, y, groups=groups, cv=3)
    assert len(result.scores) == 3


def test_votes_are_scored_by_their_largest():
    class SoftNetwork(Network):
        def fit(self, X, y):
            assert y.shape == (len(X), 2)
            super().fit(X, ["rest", "task"])
            return self

    trials, y = make_study()
    votes = pd.DataFrame({"rest": 3.0 * (y == "rest") + 1, "task": 3.0 * (y == "task") + 1})
    result = evaluate(SoftNetwork(), trials, votes, cv=3)
    assert_array_equal(result.predictions.set_index("trial").sort_index()["true"], y)
    assert_allclose(result.scores["accuracy"], 0.5)


def test_a_subject_tested_twice_counts_once():
    trials, y = make_study(effect=0.4)
    cv = GroupShuffleSplit(20, test_size=2, random_state=0)
    result = evaluate(LogisticRegression(), trials, y, cv=cv)
    assert len(result.scores) == 6
    assert len(result.predictions) == 20 * 40
    own = result.predictions.query("subject == 's0'")
    assert_allclose(result.scores.loc["s0", "accuracy"], (own["true"] == own["predicted"]).mean())


def test_one_split_of_subjects_is_enough():
    trials, y = make_study(n_subjects=10)
    cv = SubjectSplit(0.6, 0.2, 0.2, random_state=0)
    result = evaluate(LogisticRegression(), trials, y, cv=cv)
    assert set(result.scores.index) == set(trials.subject[cv.parts(trials, y)[2]])


def test_two_processes_find_the_same_as_one():
    trials, y = make_study(effect=0.5)
    one, two = (evaluate(LogisticRegression(), trials, y, n_jobs=n) for n in (1, 2))
    assert_array_equal(one.scores, two.scores)
    assert one.to_dict() == two.to_dict()


def test_a_signature_of_each_recording_is_a_leak_that_a_shuffled_kfold_shows():
    # Random labels a recording: there is nothing to learn but which recording a piece is from.
    rng = np.random.default_rng(0)
    subject, n_recordings, n_pieces = np.repeat(np.arange(12), 120), 12 * 6, 20
    recording = np.repeat(np.arange(n_recordings), n_pieces)
    y = rng.integers(0, 2, n_recordings)[recording]
    signature = 3 * rng.standard_normal((n_recordings, 10))
    X = signature[recording] + rng.standard_normal((len(y), 10))
    nearest = KNeighborsClassifier(1)
    leak = cross_val_score(nearest, X, y, cv=KFold(5, shuffle=True, random_state=0)).mean()
    honest = evaluate(nearest, X, y, groups=subject, cv=6)
    assert leak > 0.95
    assert abs(honest.mean["accuracy"] - 0.5) < 2 * honest.std["accuracy"] / np.sqrt(12)
    with pytest.raises(ValueError, match="got subject 0 in training and test"):
        evaluate(nearest, X, y, groups=subject, cv=KFold(5, shuffle=True, random_state=0))


def test_groups_finer_than_subjects_do_not_open_the_door_to_a_leak():
    trials, y = make_study()
    halves = np.arange(len(y)) // 10
    with pytest.raises(ValueError, match="a subject's trials lie in several groups"):
        evaluate(LogisticRegression(), trials, y, groups=halves, cv=3)


def test_groups_coarser_than_subjects_are_kept_together():
    trials, y = make_study()
    site = np.char.translate(trials.subject.astype(str), str.maketrans("s012345", " aabbcc"))
    result = evaluate(LogisticRegression(), trials, y, groups=site, cv=3)
    assert sorted(result.folds["test_subjects"]) == [["s0", "s1"], ["s2", "s3"], ["s4", "s5"]]
    assert len(result.scores) == 6


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"groups": np.ones(120)}, "at least two subjects, got one, 1.0"),
        ({"groups": None}, "neither groups= nor Trials"),
        ({"y": np.zeros(119)}, "one label a trial, 120, got 119"),
        ({"cv": 7}, "at most 6 folds for 6 subjects, got 7; give cv=6"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(change, sentence):
    trials, y = make_study()
    settings = {"X": trials.data, "y": y, "groups": trials.subject} | change
    with pytest.raises(ValueError, match=sentence):
        evaluate(LogisticRegression(), **settings)


def test_the_estimator_given_is_not_fitted():
    trials, y = make_study()
    model = LogisticRegression()
    result = evaluate(model, trials, y)
    assert not hasattr(model, "classes_")
    assert result.estimator is not model
    assert not hasattr(result.estimator, "classes_")


def test_the_dict_is_json_and_knows_the_data():
    trials, y = make_study()
    facts = [evaluate(LogisticRegression(), t, y).to_dict() for t in (trials, trials[:], trials[:])]
    assert json.loads(json.dumps(facts[0], allow_nan=False)) == facts[1]
    assert facts[0]["folds"]["1"]["n_test"] == 40
    assert len(facts[0]["data"]["sha256"]) == 64


@pytest.mark.parametrize("what", ["a sample", "a label", "a subject", "the rate"])
def test_the_fingerprint_changes_with_what_is_learned_from(what):
    trials, y = make_study()
    before = evaluate(DummyClassifier(), trials, y).data["sha256"]
    data, metadata, y, sfreq = trials.data.copy(), trials.metadata.copy(), y.copy(), None
    if what == "a sample":
        data[3, 2] += 1e-12
    elif what == "a label":
        y[:2] = y[1::-1]
    elif what == "a subject":
        metadata["subject"] = metadata["subject"].replace("s0", "s9")
    else:
        sfreq = 128
    after = evaluate(DummyClassifier(), Trials(data, sfreq=sfreq, metadata=metadata), y).data[
        "sha256"
    ]
    assert before != after


def test_the_table_has_subjects_mean_sd_baseline_and_chance():
    trials, y = make_study()
    text = repr(evaluate(LogisticRegression(), trials, y, cv=3))
    assert text.startswith("GroupKFold(3): 6 subjects, 120 trials, 2 classes")
    lines = text.splitlines()
    assert re.match(r"\s+s0\s+20\s+[01]\.\d{3}", lines[2])
    assert re.search(r"mean ± SD\s+\d\.\d\d ± \d\.\d\d", text)
    assert re.search(r"majority\s+0\.50 ± 0\.00\s+0\.33 ± 0\.00", text)
    assert re.search(r"chance\s+0\.50\s+–", text)


def test_to_frame_has_a_row_a_subject():
    trials, y = make_study()
    table = evaluate(LogisticRegression(), trials, y, scoring="accuracy").to_frame()
    assert list(table) == ["n_trials", "accuracy", "baseline_accuracy"]
    assert (table["n_trials"] == 20).all()


def test_no_bar_is_drawn_where_there_is_no_terminal(capsys):
    trials, y = make_study()
    evaluate(DummyClassifier(), trials, y)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_rows_are_called_by_the_column_that_was_given_as_groups():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((24, 3)), np.tile([0, 1], 12)
    table = pd.DataFrame({"run": np.repeat(np.arange(4), 6)})
    lines = repr(evaluate(LogisticRegression(), X, y, groups=table["run"], cv=2)).splitlines()
    assert lines[0] == "GroupKFold(2): 4 runs, 24 trials, 2 classes"
    assert lines[1].split()[:2] == ["run", "trials"]
    named = Trials(X, metadata={"subject": table["run"]})
    lines = repr(evaluate(LogisticRegression(), named, y, groups=table["run"], cv=2)).splitlines()
    assert "4 subjects" in lines[0] and lines[1].split()[0] == "subject"


def test_a_fold_that_trains_on_one_class_says_so_with_its_subjects():
    X = np.random.default_rng(0).standard_normal((24, 2, 3, 4))
    subjects = np.repeat(list("abcd"), 6)
    y = np.where(subjects == "a", np.tile(["rest", "task"], 12), "rest")
    with pytest.raises(
        EvaluationFailed,
        match="fold 1, which tests a and trains on trials of one class, rest, of b, c, d, to run",
    ):
        evaluate(WindowedClassifier(), X, y, groups=subjects, cv=LeaveOneGroupOut())
