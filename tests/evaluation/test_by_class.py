"""Tables of classes, against counts and against scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report

from sklearn_eeg.evaluation import evaluate

RNG = np.random.default_rng(0)
SUBJECTS = np.repeat(np.arange(6), 20)
Y = RNG.choice(["calm", "glad", "sad"], len(SUBJECTS), p=[0.5, 0.3, 0.2])
X = RNG.standard_normal((len(Y), 3)) + (Y[:, None] == ["calm", "glad", "sad"])


@pytest.fixture(scope="module")
def result():
    return evaluate(LogisticRegression(), X, Y, groups=SUBJECTS, cv=3)


def test_classes_are_scored_as_scikit_learn_does(result):
    rows = result.predictions
    told = classification_report(rows["true"], rows["predicted"], output_dict=True)
    table = result.by_class()
    for label in ("calm", "glad", "sad"):
        expected = [told[label][name] for name in ("precision", "recall", "f1-score", "support")]
        assert_allclose(table.loc[label, ["precision", "recall", "f1", "n_trials"]], expected)


def test_recall_varies_over_subjects(result):
    rows = result.predictions
    for label, sd in result.by_class()["sd"].items():
        asked = rows[rows["true"] == label]
        shares = [(part["predicted"] == label).mean() for _, part in asked.groupby("subject")]
        assert_allclose(sd, np.std(shares, ddof=1))


def test_a_class_that_is_never_predicted_has_no_precision():
    commonest = DummyClassifier(strategy="most_frequent")
    table = evaluate(commonest, X, Y, groups=SUBJECTS, cv=3).by_class()
    assert table["precision"].isna().to_dict() == {"calm": False, "glad": True, "sad": True}
    assert table["recall"].to_dict() == {"calm": 1, "glad": 0, "sad": 0}
    assert_allclose(table.loc["calm", "precision"], np.mean(Y == "calm"))


def test_a_class_that_is_not_tested_has_no_recall():
    # The last two subjects, of whom one split tests the calm trials alone.
    train, test = np.flatnonzero(SUBJECTS < 4), np.flatnonzero((SUBJECTS >= 4) & (Y == "calm"))
    table = evaluate(LogisticRegression(), X, Y, groups=SUBJECTS, cv=[(train, test)]).by_class()
    assert table["n_trials"].tolist() == [len(test), 0, 0]
    assert pd.isna(table.loc["sad", "recall"]) and pd.isna(table.loc["sad", "sd"])
