"""Blocks beside the data: eye movements, say, cut into instances as the data are."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from torch import nn

from sklearn_eeg._engine.instances import cut_trials
from sklearn_eeg.classifiers import ModuleClassifier


class Gaze(nn.Module):
    """Judges by the block alone."""

    def __init__(self, n_outputs):
        super().__init__()
        self.head = nn.Linear(2, n_outputs)

    def forward(self, x, eye):
        assert len(x) == len(eye)
        return self.head(eye.flatten(1)[:, :2])


class Carrying(ModuleClassifier):
    """Its data come with the block ``eye``."""

    eye = None

    def _open(self, X, reset):
        signals = super()._open(X, reset)
        object.__setattr__(signals, "extra", {} if self.eye is None else {"eye": self.eye})
        return signals


gaze = partial(Carrying, module=Gaze, extra=("eye",), max_epochs=40, lr=0.1, random_state=0)


def test_a_network_sees_the_block_of_its_instances(sequences):
    X, y = sequences
    model = gaze(batch_size=7)
    model.eye = np.stack([y == "tense", y == "calm"], 1) * 5.0
    silent = np.zeros_like(X.data)
    assert model.fit(silent, y).score(silent, y) == 1
    model.eye = model.eye[::-1].copy()
    assert_array_equal(model.predict(silent), y[::-1])


def test_blocks_have_the_windows_of_the_data(sequences):
    X, y = sequences
    model = gaze(axes=("channel", "band"))
    model.eye = np.repeat(np.stack([y == "tense", y == "calm"], 1)[:, None] * 5.0, 6, axis=1)
    assert model.fit(X, y).score(X, y) == 1
    model.eye = model.eye[:, :4]
    with pytest.raises(ValueError, match=r"a row of extra\['eye'\] for each of 144 .*got 96"):
        model.fit(X, y)


def test_blocks_of_ragged_trials_are_cut_alike():
    rng = np.random.default_rng(0)
    data = [rng.normal(size=(n, 3)) for n in (2, 4, 3)]
    eyes = [trial[:, :1] for trial in data]
    signals = SimpleNamespace(data=data, axes=("window", "band"), extra={"eye": eyes})
    windows = cut_trials(signals, "T", windowed=True, masks=True, extra=("eye",))
    assert_array_equal(windows.extra["eye"], windows.data[:, :1])
    whole = cut_trials(signals, "T", windowed=False, masks=True, extra=("eye",))
    assert_array_equal(whole.extra["eye"], whole.data[:, :, :1])


def test_a_missing_block_is_one_sentence(sequences):
    with pytest.raises(ValueError, match=r"^Carrying: expected trials with the block 'eye' .*\[\]"):
        gaze().fit(*sequences)


def test_a_module_that_cannot_take_the_block_says_so(sequences):
    X, y = sequences
    model = gaze(module=lambda n_outputs: nn.Sequential(nn.Flatten(), nn.LazyLinear(n_outputs)))
    model.eye = np.zeros((24, 2))
    with pytest.raises(ValueError, match=r"forward that takes eye=, got Sequential"):
        model.fit(X, y)


def test_single_precision_reaches_the_network(sequences):
    X, y = sequences
    model = gaze(max_epochs=1)
    model.eye = np.zeros((24, 2), dtype=np.float64)
    assert next(model.fit(X, y).module_.parameters()).dtype == torch.float32
