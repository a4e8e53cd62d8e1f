"""From a recording to a table of what a model says, second by second."""

import mne
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import (
    GroupedCNN1DClassifier,
    ResAttentioNetClassifier,
    WindowedClassifier,
)
from sklearn_eeg.evaluation import predict_table
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import Flatten, SequencePadder, Windower

SFREQ = 128.0
NAMES = ["O1", "Oz", "O2"]


def simulate(change, duration, seed):
    """A recording whose alpha rises at a second, as where the eyes close."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(duration * SFREQ)) / SFREQ
    alpha = np.where(t < change, 2.0, 20.0) * np.sin(2 * np.pi * 10 * t)
    signals = (alpha + 5 * rng.standard_normal((len(NAMES), len(t)))) * 1e-6
    return mne.io.RawArray(signals, mne.create_info(NAMES, SFREQ, "eeg"), verbose="error")


def label(trials, change, length):
    """State of each trial by its middle."""
    return np.where(trials.metadata["onset"] + length / 2 < change, "open", "closed")


def learn(model, length=8.0):
    trials = Trials.from_raw(simulate(64, 128, seed=0), window=length)
    return model.fit(trials, label(trials, 64, length))


MODELS = {
    "windows of features": make_pipeline(DEExtractor(window=2.0, step=1.0), WindowedClassifier()),
    "windows of signals": make_pipeline(
        Windower(2.0), GroupedCNN1DClassifier(max_epochs=30, lr=1e-2, random_state=0)
    ),
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_recording_tells_when_its_state_changes(model):
    fitted = learn(model)
    trials = Trials.from_raw(simulate(90, 160, seed=1), window=8.0)
    table = predict_table(fitted, trials)
    closed = table["p(closed)"] > 0.5
    n_windows = 7 if "deextractor" in model.named_steps else 4
    assert len(table) == 20 * n_windows
    assert table["onset"].is_monotonic_increasing
    assert not closed[table["onset"] + 2 <= 90].any() and closed[table["onset"] >= 90].all()
    assert_allclose(table[["p(closed)", "p(open)"]].sum(axis=1), 1)


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(DEExtractor(), Flatten(), LogisticRegression()),
        GridSearchCV(make_pipeline(DEExtractor(), Flatten(), LogisticRegression()), {}, cv=2),
        GroupedCNN1DClassifier(max_epochs=40, batch_size=8, lr=1e-2, random_state=0),
    ],
    ids=["classifier", "search", "network"],
)
def test_a_model_of_whole_trials_answers_at_their_onsets(model):
    fitted = learn(model, 4.0)
    trials = Trials.from_raw(simulate(60, 120, seed=1), window=4.0, step=2.0)
    table = predict_table(fitted, trials)
    assert_array_equal(table["onset"], trials.metadata["onset"])
    assert_array_equal(table["trial"], np.arange(len(trials)))
    closed = table["p(closed)"] > 0.5
    assert not closed[table["onset"] + 4 <= 60].any() and closed[table["onset"] >= 60].all()


def test_a_sequence_that_is_read_as_a_whole_begins_with_its_first_window():
    network = ResAttentioNetClassifier(base_width=2, max_epochs=1, random_state=0)
    fitted = learn(make_pipeline(DEExtractor(window=1.0), network), 4.0)
    trials = Trials.from_raw(simulate(60, 120, seed=1), window=4.0, step=2.0)
    assert_array_equal(predict_table(fitted, trials)["onset"], trials.metadata["onset"])


def test_onsets_are_those_of_the_trial_and_of_its_window():
    trials = Trials.from_raw(simulate(30, 60, seed=1), window=6.0, step=20.0)
    fitted = learn(MODELS["windows of features"])
    table = predict_table(fitted, trials)
    assert table["onset"].tolist() == [start + k for start in (0.0, 20.0, 40.0) for k in range(5)]
    assert table["trial"].tolist() == np.repeat([0, 1, 2], 5).tolist()
    chosen = predict_table(fitted, trials[[2, 0]])
    assert chosen["onset"].tolist() == [start + k for start in (40.0, 0.0) for k in range(5)]
    assert chosen["trial"].tolist() == np.repeat([0, 1], 5).tolist()
    shares = fitted[-1].predict_proba_windows(fitted[:-1].transform(trials))
    assert_array_equal(table[["p(closed)", "p(open)"]], shares.reshape(-1, 2))


def test_missing_windows_have_no_row():
    fitted = learn(MODELS["windows of features"])
    trials = Trials.from_raw(simulate(30, 64, seed=1), window=8.0)
    padder = SequencePadder(9).fit(fitted[:-1].transform(trials))
    padded = make_pipeline(fitted[0], padder, fitted[-1])
    assert predict_table(padded, trials).equals(predict_table(fitted, trials))


def test_trials_of_different_length_have_as_many_rows_as_windows():
    fitted = learn(MODELS["windows of features"])
    trials = Trials.from_raw(simulate(30, 64, seed=1), window=8.0)
    ragged = trials.replace(data=[x[:, : 256 + 128 * i] for i, x in enumerate(trials.data[:7])],
                            metadata=trials.metadata[:7])  # fmt: skip
    table = predict_table(fitted, ragged)
    assert table.groupby("trial").size().tolist() == [1, 2, 3, 4, 5, 6, 7]
    whole = predict_table(fitted, trials[:7]).set_index("onset")
    assert_allclose(table["p(open)"], whole.loc[table["onset"], "p(open)"])


def test_trials_without_onsets_count_from_their_own_start():
    fitted = learn(MODELS["windows of features"])
    trials = Trials.from_raw(simulate(30, 64, seed=1), window=8.0).replace(metadata=None)
    assert predict_table(fitted, trials)["onset"].tolist() == list(map(float, range(7))) * 8


def test_windows_that_nobody_timed_are_refused():
    windows = np.random.default_rng(0).standard_normal((8, 3, 2, 5))
    y = np.tile([0, 1], 4)
    trials = Trials(windows, axes=("window", "channel", "feature"))
    model = WindowedClassifier().fit(trials, y)
    with pytest.raises(ValueError, match="when each of 3 windows of a trial begins"):
        predict_table(model, trials)
    with pytest.raises(TypeError, match="expected Trials, whose windows have times, got ndarray"):
        predict_table(model, windows)
    timed = trials.replace(window_onsets=[0.5, 1.5, 7.0])
    assert predict_table(model, timed)["onset"].tolist() == [0.5, 1.5, 7.0] * 8


def test_a_step_that_answers_nothing_is_told_apart_from_a_classifier():
    step = DEExtractor().fit(Trials(np.eye(4)[None], sfreq=200))
    with pytest.raises(
        TypeError, match=r"predict_table: expected a fitted classifier .*DEExtractor"
    ):
        predict_table(step, Trials(np.eye(4)[None], sfreq=200))
