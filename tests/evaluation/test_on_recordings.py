"""Rest against mental arithmetic on the EEGMAT recordings, where SKLEARN_EEG_DATA has them."""

import os
import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.datasets import load_eegmat
from sklearn_eeg.evaluation import audit, evaluate
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.model_selection import permute_labels
from sklearn_eeg.preprocessing import Resample, SubjectScaler

HERE = "SKLEARN_EEG_DATA" in os.environ and list(
    Path(os.environ["SKLEARN_EEG_DATA"]).rglob("Subject??_1.edf")
)


@pytest.fixture(scope="module")
def study():
    if not HERE:
        pytest.skip("the recordings are not there; SKLEARN_EEG_DATA names their folder")
    trials, y = load_eegmat(trial=20)
    extractor = DEExtractor(window=4.0, taper="hann")
    features = make_pipeline(Resample(128), extractor).fit_transform(trials)
    return features, y


@pytest.fixture
def logistic():
    return WindowedClassifier(make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)))


@pytest.fixture
def scaled_logistic(logistic):
    return make_pipeline(SubjectScaler(), logistic)


# An independent computation on the 18 subjects of even number: 0.68 and 0.77 of windows, 0.67 and
# 0.87 of trials.
def test_without_subject_statistics_two_windows_in_three_are_recognised(study, logistic):
    mean = evaluate(logistic, *study, cv=6).mean
    assert 0.62 < mean["window_accuracy"] < 0.74
    assert 0.60 < mean["accuracy"] < 0.76


def test_with_subject_statistics_it_is_three_in_four(study, scaled_logistic):
    mean = evaluate(scaled_logistic, *study, cv=6).mean
    assert 0.72 < mean["window_accuracy"] < 0.84
    assert 0.80 < mean["accuracy"] < 0.92


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("model", ["logistic", "scaled_logistic"])
def test_permuted_labels_are_at_chance(model, seed, study, request):
    X, y = study
    permuted = permute_labels(y, X.subject, random_state=seed)
    result = evaluate(request.getfixturevalue(model), X, permuted, cv=6)
    standard_errors = result.std / np.sqrt(len(result.scores))
    distance = (result.mean - 0.5) / standard_errors
    assert abs(distance["window_accuracy"]) < 2
    assert abs(distance["accuracy"]) < 2


def test_a_shuffled_kfold_is_a_leak_of_ten_points(study, logistic):
    X, y = study
    honest = evaluate(logistic, X, y, cv=6).mean["window_accuracy"]
    shares = [
        logistic.fit(X[train], y[train]).score_windows(X[test], y[test])
        for train, test in KFold(6, shuffle=True, random_state=0).split(X)
    ]
    assert np.mean(shares) > honest + 0.05
    with (
        pytest.warns(UserWarning, match="ignored by KFold"),
        pytest.raises(ValueError, match="in training and test"),
    ):
        evaluate(logistic, X, y, cv=KFold(6, shuffle=True, random_state=0))


def test_the_audit_passes_whole_subjects_and_convicts_a_shuffle_of_their_trials(study, logistic):
    whole = audit(logistic, *study, cv=6, n_permutations=1)
    assert whole.passes and whole["subjects"].verdict == whole["canary"].verdict == "clean"
    mixed = audit(logistic, *study, cv=KFold(6, shuffle=True, random_state=0), n_permutations=1)
    assert not mixed.passes and mixed["subjects"].verdict == "convicted"
    told = r"(shuffled trials|these splits) score 0\.\d+, whole subjects 0\.\d+; \+0\.\d+, 95% "
    assert all(re.match(told, found["inflation"].evidence) for found in (whole, mixed))
