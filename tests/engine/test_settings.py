import inspect
import math
from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from sklearn_eeg import classifiers, regressors
from sklearn_eeg.classifiers import (
    Conv2DLSTMClassifier,
    ResAttentioNetClassifier,
    Runtime,
    SpectrogramCNNClassifier,
)
from sklearn_eeg.spectrogram import MelSpectrogram

NETWORKS = [
    getattr(module, name)
    for module in (classifiers, regressors)
    for name in module.__all__
    if hasattr(getattr(module, name), "_find_optimizer")
]


@pytest.mark.parametrize("cls", NETWORKS)
def test_no_constructor_has_more_than_28_arguments(cls):
    assert len(inspect.signature(cls).parameters) <= 28


def test_a_runtime_is_cloned_and_searched_as_a_whole():
    model = ResAttentioNetClassifier(runtime=Runtime(precision="float64", n_threads=2))
    assert clone(model).runtime == model.runtime
    assert model.set_params(runtime=Runtime()).runtime.precision == "float32"


@pytest.mark.parametrize(
    "runtime",
    [
        {"n_threads": 0}, {"precision": "float16"}, {"compile": "fast"}, {"checkpoint_every": 0},
        {"warm_start": 1}, {"n_threads": math.nan},
    ],
)  # fmt: skip
def test_a_runtime_that_cannot_be_meant_is_refused(runtime, sequences):
    (setting,) = runtime
    with pytest.raises(ValueError, match=f"^ResAttentioNetClassifier: expected {setting} to be"):
        ResAttentioNetClassifier(runtime=Runtime(**runtime)).fit(*sequences)


def test_a_runtime_is_a_runtime(sequences):
    with pytest.raises(TypeError, match="expected runtime to be a Runtime, got 'fast'"):
        ResAttentioNetClassifier(runtime="fast").fit(*sequences)


BROKEN = [
    *[("lr", x) for x in (math.nan, math.inf, 0, -1, "1", True)],
    *[(name, x) for name in ("weight_decay", "warmup") for x in (math.nan, math.inf, -1, None)],
    *[("gradient_clip", x) for x in (math.nan, 0, "x")],
    *[("n_heads", x) for x in (0, 1.5, math.nan, None)],
    *[("dropout", x) for x in (math.nan, 1.0, -0.1, None)],
    ("ema", 1.0), ("validation", 0.0), ("verbose", -1), ("optimizer", None), ("optimizer", []),
    ("lr_schedule", 3), ("loss", None), ("augmentation", 3), ("augmentation", ["x"]),
    ("callbacks", 1.5), ("callbacks", "x"), ("random_state", 1.5), ("random_state", -1),
    ("class_weight", 3), ("class_weight", []),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "value"), BROKEN)
def test_a_setting_of_another_kind_is_one_sentence(setting, value, sequences):
    model = ResAttentioNetClassifier(**{setting: value})
    with pytest.raises(ValueError, match=f"^ResAttentioNetClassifier: expected {setting} to be"):
        model.fit(*sequences)


@pytest.mark.parametrize("spectrogram", ["mel", 3, MelSpectrogram(decibels=False)])
def test_a_spectrogram_is_none_ready_or_in_decibels(spectrogram):
    X, y = np.zeros((4, 2, 300)), [0, 1, 0, 1]
    with pytest.raises(ValueError, match=r"^SpectrogramCNNClassifier: expected spectrogram to be"):
        SpectrogramCNNClassifier(spectrogram=spectrogram).fit(X, y)


@pytest.mark.parametrize("setting", [{"n_fft": 16}, {"hop_length": 0}, {"h_freq": 200.0}])
def test_a_spectrogram_that_cannot_be_is_refused(setting):
    X, y = np.zeros((4, 2, 300)), [0, 1, 0, 1]
    mel = MelSpectrogram(sfreq=200).set_params(**setting)
    with pytest.raises(ValueError, match=r"^SpectrogramCNNClassifier: MelSpectrogram: expected "):
        SpectrogramCNNClassifier(spectrogram=mel).fit(X, y)


def test_settings_of_a_spectrogram_can_be_searched():
    X, y = np.random.default_rng(0).normal(size=(8, 2, 300)), np.arange(8) % 2
    mel = MelSpectrogram(128, n_mels=4, hop_length=30, sfreq=200)
    model = SpectrogramCNNClassifier(spectrogram=mel, max_epochs=1, random_state=0)
    grid = GridSearchCV(model, {"spectrogram__n_mels": [4, 8]}, cv=2, error_score="raise")
    best = grid.fit(X, y)
    found = best.best_estimator_.module_.spectrogram.filters.shape[1]
    assert found == best.best_params_["spectrogram__n_mels"]
    assert mel.n_mels == 4


def test_every_setting_of_a_spectrogram_is_used():
    X, y = np.random.default_rng(0).normal(size=(4, 2, 300)) * 10, [0, 1, 0, 1]
    mel = MelSpectrogram(128, None, 30, 8, 1.0, 60.0, amin=1e-3, top_db=25.0, sfreq=200)
    model = SpectrogramCNNClassifier(spectrogram=mel, max_epochs=1, random_state=0).fit(X, y)
    expected = mel.fit_transform(X)
    found = model.module_.spectrogram(torch.from_numpy(X))
    assert_allclose(found, expected, atol=1e-3)
    assert expected.min() > expected.max() - 60


def test_words_of_an_architecture_are_checked(sequences):
    with pytest.raises(ValueError, match=r"padding to be one of \['same', 'valid'\], got 'x'"):
        Conv2DLSTMClassifier(padding="x").fit(*sequences)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (32, "2 numbers"), ((32,), "2 numbers"), ((1, 2, 3), "2 numbers"), (None, "2 numbers"),
        ((32, 0), "a whole number, 1 or more"), ((32.0, 64), "a whole number, 1 or more"),
    ],
)  # fmt: skip
def test_a_setting_of_several_numbers_has_so_many_of_their_kind(value, what, sequences):
    with pytest.raises(ValueError, match=f"^Conv2DLSTMClassifier: expected n_filters to be {what}"):
        Conv2DLSTMClassifier(n_filters=value).fit(*sequences)


def test_groups_of_parameters_keep_rates_of_their_own(sequences):
    def two_rates(parameters, lr, **settings):
        first, *rest = parameters[0]["params"]
        groups = [{"params": [first], "lr": 0.01}, {"params": rest, "lr": 0.1}]
        return torch.optim.SGD(groups, lr=lr)

    make = partial(ResAttentioNetClassifier, base_width=2, lr=1e-3, max_epochs=2, random_state=0)
    flat = make(optimizer=two_rates, lr_schedule=None).fit(*sequences).net_.optimizer_
    assert [group["lr"] for group in flat.param_groups] == [0.01, 0.1]
    halved = make(optimizer=two_rates, lr_schedule=lambda done: 0.5, batch_size=6)
    rates = [group["lr"] for group in halved.fit(*sequences).net_.optimizer_.param_groups]
    assert rates == [0.005, 0.05]
