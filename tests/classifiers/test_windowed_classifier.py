import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils import get_tags

from sklearn_eeg.classifiers import WindowedClassifier


@pytest.fixture
def gappy(sequences):
    """Trials whose last windows are missing, as padded arrays and as a list."""
    X, y = sequences
    lengths = 3 + np.arange(24) % 4
    padded = X.data.astype(float)
    for trial, n in zip(padded, lengths, strict=True):
        trial[n:] = np.nan
    listed = [trial[:n] for trial, n in zip(padded, lengths, strict=True)]
    return padded, listed, lengths, y


def test_is_the_classifier_on_windows_with_their_trials_label(sequences):
    X, y = sequences
    model = WindowedClassifier(LogisticRegression(C=0.1)).fit(X, y)
    windows, labels = X.data.reshape(24 * 6, -1), np.repeat(y, 6)
    plain = LogisticRegression(C=0.1).fit(windows, labels)
    shares = plain.predict_proba(windows).reshape(24, 6, 2).mean(axis=1)
    assert_allclose(model.predict_proba(X), shares)
    assert_array_equal(model.predict(X), plain.classes_[shares.argmax(axis=1)])
    assert_array_equal(model.predict_windows(X), plain.predict(windows).reshape(24, 6))
    assert model.score_windows(X, y) == plain.score(windows, labels)


def test_votes_are_labels_as_often_as_they_were_cast(sequences):
    X, y = sequences
    votes = pd.DataFrame(
        {"none": 0, "tense": 1 + 2 * (y == "tense"), "calm": 3 - 2 * (y == "tense")}
    )
    model = WindowedClassifier(LogisticRegression(C=0.4, tol=1e-8)).fit(X, votes)
    # Each window four times, with a label for each vote, and a quarter of the weight.
    labels = np.concatenate([np.repeat(["tense", "calm"], row) for row in votes.to_numpy()[:, 1:]])
    windows = X.data.reshape(24, 6, -1).repeat(4, axis=0)
    plain = LogisticRegression(C=0.1, tol=1e-8)
    plain.fit(windows.reshape(24 * 4 * 6, -1), labels.repeat(6))
    assert model.classes_.tolist() == ["calm", "tense"]
    expected = plain.predict_proba(X.data.reshape(24 * 6, -1)).reshape(24, 6, 2).mean(axis=1)
    assert_allclose(model.predict_proba(X), expected, rtol=1e-4)


def test_votes_of_one_voice_are_labels(gappy):
    padded, _, _, y = gappy
    votes = 3 * (y[:, None] == ["calm", "tense"])
    weight = np.arange(24) % 4
    by_votes = WindowedClassifier().fit(padded, votes, sample_weight=weight)
    by_labels = WindowedClassifier().fit(padded, y, sample_weight=weight)
    assert by_votes.classes_.tolist() == [0, 1]
    assert_allclose(by_votes.predict_proba(padded), by_labels.predict_proba(padded), rtol=1e-3)


def test_votes_need_a_classifier_that_takes_weights(sequences):
    X, y = sequences
    votes = 3 * (y[:, None] == ["calm", "tense"]) + 1
    with pytest.raises(TypeError, match=r"WindowedClassifier: .*KNeighbors.*in place of votes"):
        WindowedClassifier(KNeighborsClassifier()).fit(X, votes)
    with pytest.raises(ValueError, match=r"WindowedClassifier: .*votes of zero or more"):
        WindowedClassifier().fit(X, votes - 2)


def test_missing_windows_have_no_say(gappy):
    padded, listed, lengths, y = gappy
    model = WindowedClassifier().fit(padded, y)
    same = WindowedClassifier().fit(listed, y)
    assert_array_equal(model.predict_proba(padded), same.predict_proba(listed))
    assert model.score_windows(padded, y) == same.score_windows(listed, y)
    by_window = model.predict_windows(padded)
    assert_array_equal(np.ma.getmaskarray(by_window).sum(axis=1), 6 - lengths)
    assert [len(labels) for labels in same.predict_windows(listed)] == lengths.tolist()
    for row, labels in zip(by_window, same.predict_windows(listed), strict=True):
        assert_array_equal(row.compressed(), labels)


def test_a_classifier_without_probabilities_votes(sequences):
    X, y = sequences
    model = WindowedClassifier(SVC()).fit(X, y)
    votes = (model.predict_windows(X)[:, :, None] == model.classes_).mean(axis=1)
    assert_allclose(model.predict_proba(X), votes)


def test_weights_reach_windows(sequences):
    X, y = sequences
    weight = np.arange(24) % 3
    weighted = WindowedClassifier(LogisticRegression(tol=1e-8)).fit(X, y, sample_weight=weight)
    copied = WindowedClassifier(LogisticRegression(tol=1e-8))
    copied.fit(X.data.repeat(weight, axis=0), y.repeat(weight))
    assert_allclose(weighted.predict_proba(X), copied.predict_proba(X.data), atol=1e-4)
    with pytest.raises(TypeError, match="takes sample_weight, got KNeighborsClassifier"):
        WindowedClassifier(KNeighborsClassifier()).fit(X, y, sample_weight=weight)


def test_who_takes_nan_gets_nan(gappy):
    padded, _, _, y = gappy
    padded[0, 0, 0, 0] = np.nan
    tolerant = WindowedClassifier(HistGradientBoostingClassifier(max_iter=3))
    assert get_tags(tolerant).input_tags.allow_nan
    assert tolerant.fit(padded, y).predict(padded).shape == (24,)
    with pytest.raises(ValueError, match="contains NaN in a part of trial 0"):
        WindowedClassifier().fit(padded, y)


def test_a_pipeline_is_a_classifier_and_pickles(sequences):
    X, y = sequences
    model = WindowedClassifier(make_pipeline(StandardScaler(), SVC())).fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    assert_array_equal(again.predict(X), model.predict(X))


def test_three_axes_are_one_window_a_trial(sequences):
    X, y = sequences
    model = WindowedClassifier().fit(X.data[:, 0], y)
    plain = LogisticRegression().fit(X.data[:, 0].reshape(24, -1), y)
    assert_array_equal(
        model.predict_proba(X.data[:, 0]), plain.predict_proba(X.data[:, 0].reshape(24, -1))
    )


def test_other_channels_are_refused(sequences):
    X, y = sequences
    model = WindowedClassifier().fit(X, y)
    with pytest.raises(ValueError, match=r"expected 4 channels as in fit, got 3 .missing O2."):
        model.predict(X.replace(data=X.data[:, :, :3], ch_names=X.ch_names[:3]))
