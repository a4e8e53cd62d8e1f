"""Classifiers that read electrodes by hemisphere and region, from named trials to labels."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import (
    BiDANNClassifier,
    BiHDMClassifier,
    HSLTClassifier,
    R2GSTNNClassifier,
)
from sklearn_eeg.montage import DEAP_32
from sklearn_eeg.preprocessing import SequenceCutter
from sklearn_eeg.trials import Trials, Unlabelled

SMALL = {
    BiDANNClassifier: {"n_hidden": 8, "n_steps": 2, "n_local": (8, 4)},
    R2GSTNNClassifier: {"n_regional": (6, 4), "n_dense": (16, 8)},
    HSLTClassifier: {"n_blocks": (1, 1), "n_inner": 16, "n_heads": 4},
    BiHDMClassifier: {"n_hidden": 8},
}
SEQUENCES = [BiDANNClassifier, R2GSTNNClassifier]
ADAPTING = [*SEQUENCES, BiHDMClassifier]


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    y = np.arange(16) % 2
    X = rng.normal(size=(16, 12, 32, 5)) + y[:, None, None, None]
    return Trials(X, axes=("window", "channel", "band"), ch_names=DEAP_32), y


def make(cls, **settings):
    return cls(**SMALL[cls], max_epochs=3, lr=0.01, random_state=0, **settings)


@pytest.mark.parametrize("cls", SMALL)
def test_channels_in_another_order_give_the_same_model(cls, data):
    X, y = data
    order = np.random.default_rng(0).permutation(32)
    other = X.replace(data=X.data[:, :, order], ch_names=[DEAP_32[place] for place in order])
    found = make(cls).fit(other, y).predict_proba(other)
    assert_allclose(found, make(cls).fit(X, y).predict_proba(X), rtol=1e-5)


@pytest.mark.parametrize("cls", SEQUENCES)
def test_longer_trials_are_cut_and_answers_averaged(cls, data):
    X, y = data
    model = make_pipeline(SequenceCutter(9, step=3), make(cls)).fit(X, y)
    answers = model[-1].predict_proba_windows(model[0].transform(X))
    assert answers.shape == (16, 2, 2)
    assert_allclose(model.predict_proba(X), answers.mean(1))


@pytest.mark.parametrize("cls", SEQUENCES)
def test_shorter_sequences_than_in_fit_are_padded_with_nothing(cls, data):
    X, y = data
    model = make(cls).fit(X, y)
    short = X.replace(data=X.data[:, :7])
    padded = X.data.copy()
    padded[:, 7:] = np.nan
    found = model.predict_proba(short)
    assert_allclose(found, model.predict_proba(X.replace(data=padded)), rtol=1e-5)


def test_bidann_takes_no_longer_sequences_than_in_fit(data):
    X, y = data
    model = make(BiDANNClassifier).fit(X.replace(data=X.data[:, :7]), y)
    with pytest.raises(ValueError, match=r"expected up to 7 windows.*got 12; cut trials by a Seq"):
        model.predict(X)


@pytest.mark.parametrize("cls", ADAPTING)
def test_a_target_is_adapted_to(cls, data):
    X, y = data
    target = Unlabelled(X.replace(data=X.data + 3))
    adapted = make(cls).fit(X, y, X_target=target).predict_proba(X)
    assert not np.array_equal(adapted, make(cls).fit(X, y).predict_proba(X))
    assert_array_equal(adapted, make(cls).fit(X, y, X_target=target).predict_proba(X))


def test_hslt_has_no_loss_between_domains(data):
    X, y = data
    with pytest.raises(ValueError, match="expected an alignment where X_target is given"):
        make(HSLTClassifier).fit(X, y, X_target=Unlabelled(X))


@pytest.mark.parametrize("cls", SMALL)
def test_channels_without_names_are_refused(cls, data):
    X, y = data
    with pytest.raises(ValueError, match=rf"^{cls.__name__}: expected channel names, which"):
        make(cls).fit(X.data, y)
