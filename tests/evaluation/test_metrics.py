"""Every metric that kept predictions allow, and how sure its mean is."""

import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    cohen_kappa_score,
    f1_score,
    log_loss,
    roc_auc_score,
)
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut
from sklearn.svm import LinearSVC

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.evaluation._luck import guess
from sklearn_eeg.metrics import calibration_error, kl_divergence_loss
from sklearn_eeg.statistics import chance_threshold


def make_study(n_classes=2, n_subjects=6, n_trials=24, effect=1.0, seed=0):
    rng = np.random.default_rng(seed)
    subjects = np.repeat([f"s{i}" for i in range(n_subjects)], n_trials)
    y = rng.integers(n_classes, size=len(subjects))
    X = rng.standard_normal((len(y), 5)) + effect * np.eye(5)[y]
    return Trials(X, metadata={"subject": subjects}), np.array(["calm", "glad", "sad"])[y]


def oracle(rows, classes):
    true, predicted = rows["true"], rows["predicted"]
    p = rows[[f"p({label})" for label in classes]].to_numpy()
    scores = p[:, 1] if len(classes) == 2 else p
    return {
        "accuracy": accuracy_score(true, predicted),
        "balanced_accuracy": balanced_accuracy_score(true, predicted),
        "f1_macro": f1_score(true, predicted, average="macro", zero_division=0),
        "cohen_kappa": cohen_kappa_score(true, predicted),
        "roc_auc": roc_auc_score(true, scores, multi_class="ovr", labels=classes),
        "log_loss": log_loss(true, p, labels=classes),
        "brier_score": brier_score_loss(
            true, scores, labels=classes, **({"pos_label": classes[1]} if len(classes) == 2 else {})
        ),
    }


@pytest.mark.parametrize("n_classes", [2, 3])
def test_metrics_are_scikit_learns_for_each_subject(n_classes):
    trials, y = make_study(n_classes)
    result = evaluate(LogisticRegression(), trials, y, cv=3)
    told = result.metrics()
    by_subject = pd.DataFrame(
        {s: oracle(rows, result.classes) for s, rows in result.predictions.groupby("subject")}
    ).T
    assert set(told.index) == {*by_subject, "calibration_error"}
    for name, scores in by_subject.items():
        assert_allclose(told.loc[name, "mean"], scores.mean())
        assert_allclose(told.loc[name, "sd"], scores.std(ddof=1))
    rows = result.predictions
    sure = rows.filter(like="p(").max(axis=1)
    expected = calibration_error(rows["true"] == rows["predicted"], sure)
    assert_allclose(told.loc["calibration_error", "mean"], expected)
    assert_allclose(told.loc["accuracy", "mean"], result.mean["accuracy"])
    assert (told["n_subjects"] == 6).all()


def test_without_probabilities_there_are_those_of_labels_alone():
    trials, y = make_study()
    told = evaluate(LinearSVC(), trials, y, cv=3, scoring="f1_macro").metrics()
    assert list(told.index) == ["f1_macro", "accuracy", "balanced_accuracy", "cohen_kappa"]


def test_votes_are_compared_with_probabilities():
    rng = np.random.default_rng(0)
    votes = pd.DataFrame(rng.integers(1, 9, size=(48, 3)), columns=["a", "b", "c"])
    X = Trials(rng.standard_normal((48, 2)), metadata={"subject": np.repeat(np.arange(6), 8)})

    class Prior(DummyClassifier):
        """Answers with the shares of the classes that most experts named."""

        def fit(self, X, y):
            return super().fit(X, y.idxmax(axis=1).to_numpy(dtype=str))

    result = evaluate(Prior(strategy="prior"), X, votes, cv=3, baseline=None)
    rows = result.predictions
    p = rows[["p(a)", "p(b)", "p(c)"]].to_numpy()
    expected = [
        kl_divergence_loss(votes.to_numpy()[part["trial"]], p[part.index])
        for _, part in rows.groupby("subject")
    ]
    assert_allclose(result.metrics().loc["kl_divergence", "mean"], np.mean(expected))


def test_windows_have_a_share_that_was_right():
    rng = np.random.default_rng(0)
    y = np.tile(["rest", "task"], 24)
    X = rng.standard_normal((48, 5, 2, 3)) + (y == "task")[:, None, None, None]
    trials = Trials(X, axes=["window", "channel", "band"], metadata={"subject": np.arange(48) // 8})
    told = evaluate(WindowedClassifier(), trials, y, cv=3).metrics()
    assert 0.5 < told.loc["window_accuracy", "mean"] < 1
    assert told.loc["window_accuracy", "chance"] == 0.5
    assert np.isnan(told.loc["window_accuracy", "chance_high"])


def test_an_area_of_one_class_is_undefined_and_left_out():
    trials, y = make_study()
    y = np.where(trials.subject == "s0", "calm", y)
    told = evaluate(LogisticRegression(), trials, y, cv=3, scoring="accuracy").metrics()
    assert told.loc["roc_auc", "n_subjects"] == 5
    assert told.loc["accuracy", "n_subjects"] == 6
    assert np.isfinite(told.loc["log_loss", "mean"])


def test_the_interval_is_scipys_bootstrap():
    trials, y = make_study(n_subjects=10)
    result = evaluate(LogisticRegression(), trials, y, cv=5)
    scores = result.scores["accuracy"].to_numpy()
    found = stats.bootstrap(
        (scores,), np.mean, method="percentile", n_resamples=9999, rng=np.random.default_rng(1)
    ).confidence_interval
    told = result.metrics().loc["accuracy"]
    assert_allclose([told["low"], told["high"]], found, atol=0.01)
    assert_allclose(
        result.metrics(level=0.5).loc["accuracy", "low"],
        np.quantile(np.random.default_rng(2).choice(scores, (4000, 10)).mean(axis=1), 0.25),
        atol=0.01,
    )


def test_chance_is_the_binomial_distribution_where_subjects_have_as_many_trials():
    trials, y = make_study(n_subjects=6, n_trials=20)
    told = evaluate(LogisticRegression(), trials, y, cv=3).metrics().loc["accuracy"]
    low, high = stats.binom.interval(0.95, 120, 0.5)
    assert told["chance"] == 0.5
    assert_allclose([told["chance_low"], told["chance_high"]], [low / 120, high / 120], atol=0.012)
    assert_allclose(told["chance_high"], chance_threshold(120, 2, alpha=0.025), atol=0.02)


def test_chance_of_an_area_has_the_spread_of_mann_and_whitney():
    rows = pd.DataFrame({"fold": 1, "subject": "a", "true": ["calm"] * 30 + ["glad"] * 20})
    rows = rows.assign(**{"p(calm)": 0.5, "p(glad)": 0.5}, predicted="calm")
    drawn = guess(rows, np.array(["calm", "glad"]), 0)
    assert_allclose(drawn["roc_auc"].mean(), 0.5, atol=0.01)
    assert_allclose(drawn["roc_auc"].std(), np.sqrt(51 / (12 * 30 * 20)), rtol=0.1)
    assert_allclose(drawn["cohen_kappa"].mean(), 0, atol=0.02)
    assert_allclose(drawn["log_loss"], np.log(2))


def test_few_trials_let_a_guess_reach_more():
    many, few = (make_study(n_trials=n) for n in (60, 6))
    high = [
        evaluate(LogisticRegression(), *study, cv=3).metrics().loc["accuracy", "chance_high"]
        for study in (many, few)
    ]
    assert 0.5 < high[0] < high[1] < 1


def test_the_p_value_is_that_of_all_flips():
    trials, y = make_study()
    result = evaluate(LogisticRegression(), trials, y, cv=3)
    gaps = result.scores["accuracy"] - 0.5
    flips = 1 - 2 * ((np.arange(64)[:, None] >> np.arange(6)) & 1)
    means = np.abs(flips @ gaps.to_numpy())
    expected = np.mean(means >= means[0] - 1e-12)
    assert_allclose(result.metrics().loc["accuracy", "p_chance"], expected)


def test_labels_that_say_nothing_are_called_above_chance_as_often_as_promised():
    rng, below = np.random.default_rng(0), 0
    for seed in range(40):
        trials, _ = make_study(effect=0, n_subjects=8, n_trials=12, seed=seed)
        y = np.where(rng.random(96) < 0.5, "calm", "glad")
        result = evaluate(LogisticRegression(), trials, y, cv=GroupKFold(4), baseline=None)
        below += result.metrics(n_resamples=999).loc["accuracy", "p_chance"] < 0.05
    # 2 expected of 40; 7 are 3.6 SDs above.
    assert below < 7


def test_spreads_over_folds_are_those_of_means_of_folds():
    trials, y = make_study()
    result = evaluate(LogisticRegression(), trials, y, cv=3)
    of_folds = result.fold_scores["accuracy"].groupby("fold").mean()
    told = result.metrics().loc["accuracy"]
    assert_allclose(told["sd_folds"], of_folds.std(ddof=1))
    assert np.isnan(told["sd_seeds"])
    # With a fold a subject, both are the same.
    told = (
        evaluate(LogisticRegression(), trials, y, cv=LeaveOneGroupOut()).metrics().loc["accuracy"]
    )
    assert_allclose(told["sd_folds"], told["sd"])


def test_one_tested_subject_has_no_interval():
    trials, y = make_study(n_subjects=3)
    splits = [(np.flatnonzero(trials.subject != "s0"), np.flatnonzero(trials.subject == "s0"))]
    told = evaluate(LogisticRegression(), trials, y, cv=splits).metrics()
    assert told[["low", "high", "sd", "sd_folds", "p_chance"]].isna().all(axis=None)
    assert np.isfinite(told.loc["accuracy", "chance_high"])


def test_the_same_evaluation_tells_the_same():
    trials, y = make_study(3)
    one, two = (evaluate(LogisticRegression(), trials, y, cv=3) for _ in range(2))
    pd.testing.assert_frame_equal(one.metrics(), two.metrics())
    plain = json.loads(json.dumps(one.to_dict(), allow_nan=False))["metrics"]
    assert_allclose(plain["cohen_kappa"]["mean"], one.metrics().loc["cohen_kappa", "mean"])


@pytest.mark.parametrize("level", [0, 1, 1.5, -0.2])
def test_a_level_is_a_share(level):
    trials, y = make_study()
    with pytest.raises(ValueError, match="expected level between 0 and 1"):
        evaluate(LogisticRegression(), trials, y, cv=3).metrics(level=level)
