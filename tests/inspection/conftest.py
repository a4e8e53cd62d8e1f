import numpy as np
import pytest
import torch
from torch import nn

from sklearn_eeg.classifiers import ModuleClassifier, Runtime
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import SubjectScaler
from sklearn_eeg.trials import Trials

EXACT = {"random_state": 0, "runtime": Runtime(precision="float64")}
NAMES = ["Fz", "C3", "C4", "Pz"]


def linear(n_features, n_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(n_features, n_outputs))


class SmoothNet(nn.Module):
    """Convolutions without kinks, over (channel, time)."""

    def __init__(self, n_channels, n_times, n_outputs):
        super().__init__()
        self.first = nn.Conv1d(n_channels, 6, 7, padding=3)
        self.second = nn.Conv1d(6, 4, 5, stride=2)
        self.head = nn.Linear(4, n_outputs)

    def forward(self, x):
        return self.head(torch.tanh(self.second(torch.tanh(self.first(x)))).mean(-1))


@pytest.fixture(scope="session")
def features():
    """Trials of band features, two windows each, and labels that one entry knows."""
    rng = np.random.default_rng(0)
    y = np.tile(["calm", "tense"], 12)
    X = rng.normal(size=(24, 2, 4, 3))
    X[:, :, 1, 2] += 2 * (y == "tense")[:, None] - 1
    metadata = {"subject": np.repeat([1, 2, 3, 4], 6)}
    bands = {"theta": (4, 8), "alpha": (8, 13), "beta": (13, 30)}
    return Trials(X, ch_names=NAMES, bands=bands, metadata=metadata), y


@pytest.fixture(scope="session")
def signals():
    rng = np.random.default_rng(1)
    y = np.tile(["calm", "tense"], 8)
    X = rng.normal(size=(16, 4, 64))
    X[:, 2] += 3 * (y == "tense")[:, None] * np.sin(2 * np.pi * 10 * np.arange(64) / 64)
    return Trials(X, sfreq=64, ch_names=NAMES, metadata={"subject": np.repeat([1, 2], 8)}), y


@pytest.fixture(scope="session")
def line(features):
    """A network that is a line."""
    X, y = features
    model = ModuleClassifier(
        module=linear, axes=("channel", "band"), max_epochs=30, lr=0.05, **EXACT
    )
    return model.fit(X, y)


@pytest.fixture(scope="session")
def smooth(signals):
    X, y = signals
    return ModuleClassifier(module=SmoothNet, max_epochs=20, lr=0.02, **EXACT).fit(X, y)


@pytest.fixture(scope="session")
def planted():
    """Simulated people whose emotions are in known bands of known electrodes."""
    trials, y, truth = make_emotion_trials(
        n_subjects=8,
        n_stimuli=12,
        n_classes=2,
        separability=2,
        duration=12,
        random_state=0,
        return_truth=True,
    )
    X = SubjectScaler().fit_transform(DEExtractor(4.0).fit_transform(trials))
    gains = np.log(truth.gains)
    told = (gains.loc["positive"] - gains.loc["negative"]).abs() > 0
    held_out = X.subject > 6
    return X, y, told, held_out
