"""The founding architectures as classifiers: sizes, recipes, missing data."""

import inspect

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from torch import nn

from sklearn_eeg.classifiers import (
    Conv2DLSTMClassifier,
    ConvLSTMClassifier,
    GroupedCNN1DClassifier,
    ResAttentioNetClassifier,
    Runtime,
    SpectrogramCNNClassifier,
)
from sklearn_eeg.nn.models import ResAttentioNet
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


def test_published_size_of_the_forecaster():
    X, _ = make((4, 5, 3, 48, 28))
    model = Conv2DLSTMRegressor(padding="valid", max_epochs=1, random_state=0)
    assert n_parameters(model.fit(X, X[:, -1, 0])) == 946_752
    assert model.predict(X).shape == (4, 48, 28)


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


class TestRegressor:
    def test_learns_a_mean(self):
        X, _ = make((64, 3, 1, 4, 4))
        X += np.linspace(-2, 2, 64, dtype=np.float32)[:, None, None, None, None]
        target = X.mean(axis=(1, 2, 3, 4))
        model = Conv2DLSTMRegressor(lr=0.01, max_epochs=30, random_state=0).fit(X, target)
        assert model.score(X, target) > 0.95
        assert model.predict(X).shape == (64,)

    def test_constant_targets_are_met(self):
        X, _ = make((16, 3, 1, 4, 4))
        fields = np.broadcast_to(np.arange(6.0).reshape(2, 3), (16, 2, 3))
        model = Conv2DLSTMRegressor(lr=0.01, max_epochs=200, random_state=0).fit(X, fields)
        assert_allclose(model.predict(X), fields, atol=0.1)

    def test_words_are_refused(self):
        X, _ = make((4, 3, 1, 4, 4))
        with pytest.raises(ValueError, match="Conv2DLSTMRegressor: expected numbers as targets"):
            Conv2DLSTMRegressor().fit(X, ["a", "b", "c", "d"])

    def test_validation_by_subject(self):
        X, y = make((12, 3, 1, 4, 4))
        model = Conv2DLSTMRegressor(max_epochs=3, validation=0.3, random_state=0)
        model.fit(X, y, groups=np.repeat([1, 2, 3], 4))
        assert len(model.validation_trials_) == 4


class TestAttention:
    def test_weights_of_heads_sum_to_one(self):
        X, y = make((6, 70, 4, 5), 2)
        model = ResAttentioNetClassifier(base_width=2, max_epochs=1, n_heads=4, random_state=0)
        weights = model.fit(X, y).attention_weights(X)
        assert weights.shape == (6, 4, 3)
        assert_allclose(weights.sum(axis=2), 1, rtol=1e-5)

    def test_steps_without_windows_have_no_weight(self):
        X, y = make((6, 70, 4, 5), 2)
        model = ResAttentioNetClassifier(base_width=2, max_epochs=1, random_state=0).fit(X, y)
        X[2, 32:] = np.nan
        weights = model.attention_weights(X)
        assert_array_equal(weights[2], [[1, 0, 0]] * 2)
        assert (weights[0] > 0).all()


class TestPublished:
    @pytest.fixture
    def network(self):
        torch_state = torch.get_rng_state()
        network = ResAttentioNet(20, 3, base_width=4).eval()
        torch.set_rng_state(torch_state)
        return network

    @staticmethod
    def save(network, path, wrap):
        # Other names, the same order: what a published file looks like to us.
        state = {f"theirs.{i}": v for i, v in enumerate(network.state_dict().values())}
        torch.save({"model_state_dict": state} if wrap else state, path)

    @pytest.mark.parametrize("wrap", [False, True])
    def test_weights_are_taken_by_position(self, wrap, network, tmp_path):
        self.save(network, tmp_path / "net.pt", wrap)
        model = ResAttentioNetClassifier.load_published(
            tmp_path / "net.pt", classes=["sad", "calm", "glad"], shape=(4, 5)
        )
        X, _ = make((6, 9, 4, 5))
        with torch.inference_mode():
            logits = network(torch.from_numpy(X).flatten(2))
        assert_allclose(model.predict_proba(X), logits.softmax(1).numpy(), rtol=1e-5)
        assert set(model.predict(X)) <= {"sad", "calm", "glad"}

    def test_training_can_go_on(self, network, tmp_path):
        self.save(network, tmp_path / "net.pt", False)
        settings = {
            "runtime": Runtime(warm_start=True),
            "max_epochs": 1,
            "lr": 1e-12,
            "random_state": 0,
        }
        model = ResAttentioNetClassifier.load_published(tmp_path / "net.pt", **settings)
        X, y = make((9, 9, 20), 3)
        model.fit(X, y)
        for ours, theirs in zip(model.module_.parameters(), network.parameters(), strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)

    def test_what_is_no_such_network_is_refused(self, network, tmp_path):
        torch.save(nn.Linear(3, 2).state_dict(), tmp_path / "linear.pt")
        with pytest.raises(ValueError, match="expected a file with the state dict of a ResAtten"):
            ResAttentioNetClassifier.load_published(tmp_path / "linear.pt")
        torch.save(nn.Conv1d(3, 2, 7).state_dict(), tmp_path / "conv.pt")
        with pytest.raises(ValueError, match="tensors of a ResAttentioNet of width 2, got 2"):
            ResAttentioNetClassifier.load_published(tmp_path / "conv.pt")
        self.save(network, tmp_path / "net.pt", False)
        with pytest.raises(ValueError, match="expected 20 features and 3 classes as in the file"):
            ResAttentioNetClassifier.load_published(tmp_path / "net.pt", shape=(62, 5))

    def test_nothing_in_the_file_is_executed(self, tmp_path):
        class Evil:
            def __reduce__(self):
                return (print, ("executed",))

        torch.save({"state": Evil()}, tmp_path / "evil.pt")
        with pytest.raises(Exception, match="Weights only load failed"):
            ResAttentioNetClassifier.load_published(tmp_path / "evil.pt")
