"""The founding architectures as classifiers: sizes, recipes, missing data."""

import inspect

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from sklearn_eeg.classifiers import (
    Conv2DLSTMClassifier,
    ConvLSTMClassifier,
    GroupedCNN1DClassifier,
    ResAttentioNetClassifier,
    SpectrogramCNNClassifier,
)
from sklearn_eeg.regressors import Conv2DLSTMRegressor
from sklearn_eeg.spectrogram import MelSpectrogram
from sklearn_eeg.trials import Trials


def n_parameters(model):
    return sum(p.numel() for p in model.module_.parameters() if p.requires_grad)


def make(shape, n_classes=4, seed=0):
    rng = np.random.default_rng(seed)
    y = np.arange(shape[0]) % n_classes
    return rng.normal(size=shape).astype(np.float32), y


SIZES = [
    (ResAttentioNetClassifier, (8, 60, 62, 5), 3, 359_811),
    (ResAttentioNetClassifier, (8, 60, 310), 4, 359_940),
    (ResAttentioNetClassifier, (10, 60, 310), 5, 360_069),
    (ResAttentioNetClassifier, (14, 60, 310), 7, 360_327),
]


@pytest.mark.parametrize(("cls", "shape", "n_classes", "size"), SIZES)
def test_published_sizes(cls, shape, n_classes, size):
    X, y = make(shape, n_classes)
    assert n_parameters(cls(max_epochs=1, random_state=0).fit(X, y)) == size


@pytest.mark.parametrize("cls", [Conv2DLSTMClassifier, Conv2DLSTMRegressor])
def test_counts_of_filters_reach_the_convolutions(cls):
    X, _ = make((8, 3, 15, 8, 9))
    model = cls(n_filters=[4, 6], max_epochs=1, random_state=0).fit(X, np.arange(8) % 2)
    shapes = [tuple(p.shape) for p in model.net_.module_.encoder.parameters() if p.ndim == 4]
    assert shapes == [(4, 15, 3, 3), (6, 4, 3, 3)]


RECIPES = [
    (
        ResAttentioNetClassifier,
        {
            "lr": 5e-5,
            "weight_decay": 1e-4,
            "lr_schedule": "plateau",
            "label_smoothing": 0.1,
            "class_weight": "balanced",
            "batch_size": 32,
            "max_epochs": 100,
            "optimizer": "adamw",
            "dropout": 0.5,
        },
    ),
    (ConvLSTMClassifier, {"optimizer": "adam", "lr": 1e-3, "dropout": 0.2}),
    (Conv2DLSTMClassifier, {"optimizer": "adam", "lr": 1e-3, "max_epochs": 50, "batch_size": 16}),
    (
        SpectrogramCNNClassifier,
        {
            "optimizer": "adam",
            "lr": 1e-3,
            "batch_size": 8,
            "accumulation": 4,
            "gradient_clip": 4.0,
            "lr_schedule": "cosine",
            "spectrogram": None,
            "backbone": "mixed",
        },
    ),
]


@pytest.mark.parametrize(("cls", "recipe"), RECIPES)
def test_published_recipes_are_the_defaults(cls, recipe):
    settings = inspect.signature(cls).parameters
    assert {name: settings[name].default for name in recipe} == recipe


LEARNERS = [
    (
        ResAttentioNetClassifier(base_width=4, dropout=0.0, lr=0.01, max_epochs=20, batch_size=8),
        (32, 4, 3, 5),
    ),
    (ConvLSTMClassifier(n_filters=4, n_hidden=16, lr=0.01, max_epochs=10), (32, 3, 2, 4, 5)),
    (Conv2DLSTMClassifier(n_hidden=16, lr=0.01, max_epochs=10), (32, 3, 2, 4, 5)),
    (GroupedCNN1DClassifier(lr=0.01, max_epochs=15, batch_size=8), (32, 4, 200)),
]


@pytest.mark.parametrize(("model", "shape"), LEARNERS)
def test_learns_what_differs(model, shape):
    X, y = make(shape, 2)
    X[y == 1] = X[y == 1] * 3 + 1
    assert clone(model).set_params(random_state=0).fit(X, y).score(X, y) > 0.95


def test_a_spectrogram_tells_rhythms_apart():
    X, y = make((24, 2, 400), 2)
    X += 3 * np.sin(2 * np.pi * np.where(y, 20, 8)[:, None, None] * np.arange(400) / 200)
    model = SpectrogramCNNClassifier(
        spectrogram=MelSpectrogram(128, n_mels=16, sfreq=200),
        max_epochs=20,
        accumulation=1,
        random_state=0,
    )
    assert model.fit(X, y).score(X, y) > 0.95


def test_the_rate_comes_with_the_trials():
    X, y = make((4, 2, 300), 2)

    def short(sfreq=None):
        mel = MelSpectrogram(128, n_mels=4, sfreq=sfreq)
        return SpectrogramCNNClassifier(spectrogram=mel, max_epochs=1, random_state=0)

    carried = short().fit(Trials(X, sfreq=200), y)
    assert_array_equal(carried.predict_proba(X), short(sfreq=200).fit(X, y).predict_proba(X))
    with pytest.raises(ValueError, match="SpectrogramCNNClassifier: expected a sampling rate"):
        short().fit(X, y)
    with pytest.raises(ValueError, match="expected 200 Hz as in fit, got 100 Hz"):
        carried.predict(Trials(X, sfreq=100))


@pytest.mark.parametrize("cls", [ConvLSTMClassifier, Conv2DLSTMClassifier])
def test_missing_windows_of_maps_change_nothing(cls):
    X, y = make((8, 3, 2, 5, 5), 2)
    longer = np.concatenate([X, np.full_like(X, np.nan)], axis=1)
    model = cls(max_epochs=2, random_state=0).fit(X, y)
    assert_allclose(model.predict_proba(longer), model.predict_proba(X), rtol=1e-5)
    ragged = [trial[: 1 + i % 3] for i, trial in enumerate(X)]
    assert np.isfinite(cls(max_epochs=2, random_state=0).fit(ragged, y).predict_proba(X)).all()


def test_small_maps_are_padded():
    X, y = make((8, 3, 2, 3, 6), 2)
    model = Conv2DLSTMClassifier(max_epochs=2, random_state=0).fit(X, y)
    longer = np.concatenate([X, np.full_like(X, np.nan)], axis=1)
    assert_allclose(model.predict_proba(longer), model.predict_proba(X), rtol=1e-5)


class TestAttention:
    def test_weights_of_heads_sum_to_one(self):
        X, y = make((6, 70, 4, 5), 2)
        model = ResAttentioNetClassifier(base_width=2, max_epochs=1, n_heads=4, random_state=0)
        weights = model.fit(X, y).attention_weights(X)
        assert weights.shape == (6, 4, 3)
        assert_allclose(weights.sum(axis=2), 1, rtol=1e-5)

    def test_one_step_has_nothing_to_choose_from_and_says_so(self):
        X, y = make((6, 32, 4, 5), 2)
        model = ResAttentioNetClassifier(base_width=2, max_epochs=1, random_state=0).fit(X, y)
        with pytest.warns(UserWarning, match="expected trials of more than 32 windows"):
            assert (model.attention_weights(X) == 1).all()

    def test_steps_without_windows_have_no_weight(self):
        X, y = make((6, 70, 4, 5), 2)
        model = ResAttentioNetClassifier(base_width=2, max_epochs=1, random_state=0).fit(X, y)
        X[2, 32:] = np.nan
        weights = model.attention_weights(X)
        assert_array_equal(weights[2], [[1, 0, 0]] * 2)
        assert (weights[0] > 0).all()
