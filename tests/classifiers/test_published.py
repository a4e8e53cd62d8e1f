"""Weights as others publish them: whole pickled modules, state dicts; and files that mean harm."""

import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch import nn

from sklearn_eeg.classifiers import ResAttentioNetClassifier, Runtime
from sklearn_eeg.nn.models import ResAttentioNet

load = ResAttentioNetClassifier.load_published

# Classes of a training script, of layers of torch's own, saved as such scripts save: as a whole.
SCRIPT = """
import sys
import numpy as np
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, n_in, n_out, stride=1):
        super().__init__()
        self.conv1 = nn.Conv1d(n_in, n_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm1d(n_out)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv1d(n_out, n_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm1d(n_out)
        self.shortcut = nn.Sequential()
        if stride != 1 or n_in != n_out:
            self.shortcut = nn.Sequential(
                nn.Conv1d(n_in, n_out, 1, stride, bias=False), nn.BatchNorm1d(n_out)
            )

    def forward(self, x):
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(out + self.shortcut(x))


class Encoder(nn.Module):
    def __init__(self, n_features, width):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv1d(n_features, width, 7, 2, 3, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.MaxPool1d(3, 2, 1),
        )
        widths = [(width, 1), (2 * width, 2), (4 * width, 2), (8 * width, 2)]
        self.layers = nn.ModuleList()
        for n_out, stride in widths:
            self.layers.append(nn.Sequential(Block(width, n_out, stride), Block(n_out, n_out)))
            width = n_out

    def forward(self, x):
        x = self.stem(x)
        for layer in self.layers:
            x = layer(x)
        return x


class Pooling(nn.Module):
    def __init__(self, width, n_heads):
        super().__init__()
        self.attention = nn.MultiheadAttention(width, n_heads, batch_first=True)
        self.query = nn.Parameter(torch.randn(1, 1, width))

    def forward(self, x):
        return self.attention(self.query.expand(len(x), -1, -1), x, x)[0].squeeze(1)


class EmotionNet(nn.Module):
    def __init__(self, n_features, n_classes, width):
        super().__init__()
        self.encoder = Encoder(n_features, width)
        self.dropout = nn.Dropout(0.5)
        self.pooling = Pooling(8 * width, 2)
        self.classifier = nn.Sequential(
            nn.Linear(8 * width, 8 * width),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(8 * width, n_classes),
        )

    def forward(self, x):
        steps = self.dropout(self.encoder(x.transpose(1, 2)).transpose(1, 2))
        return self.classifier(self.pooling(steps))


torch.manual_seed(0)
model = EmotionNet(20, 3, 4)
model(torch.randn(8, 60, 20))
model.eval()
x = torch.randn(6, 60, 20)
np.savez(sys.argv[2], x=x, probabilities=model(x).softmax(1).detach())
what = {"module": model, "in a mapping": {"model": model, "epoch": 3}, "state": model.state_dict()}
torch.save(what[sys.argv[3]], sys.argv[1], _use_new_zipfile_serialization=sys.argv[4] == "zip")
"""


@pytest.mark.parametrize("archive", ["zip", "legacy"])
@pytest.mark.parametrize("what", ["module", "in a mapping", "state"])
def test_a_published_file_predicts_what_its_module_did(what, archive, tmp_path):
    path, answers = tmp_path / "best_model.pth", tmp_path / "answers.npz"
    command = [sys.executable, "-c", SCRIPT, path, answers, what, archive]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    expected = np.load(answers)
    model = load(path, classes=["sad", "calm", "glad"])
    assert_allclose(model.predict_proba(expected["x"]), expected["probabilities"], atol=2e-6)


def make(shape, n_classes=4):
    X = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    return X, np.arange(len(X)) % n_classes


class Evil:
    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.fixture
def harm(tmp_path):
    """A folder that a file would make if anything in it were executed."""
    yield tmp_path / "executed"
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize(
    "place",
    [
        lambda evil: evil,
        lambda evil: {"state": evil},
        lambda evil: {"weight": torch.zeros(2, 2, 2), "x": [evil]},
    ],
)
def test_a_file_that_calls_is_refused_and_nothing_is_called(place, legacy, harm, tmp_path):
    path = tmp_path / "evil.pt"
    for evil in (Evil(os.mkdir, str(harm)), Evil(eval, f"__import__('os').mkdir({str(harm)!r})")):
        torch.save(place(evil), path, _use_new_zipfile_serialization=not legacy)
        with pytest.raises(ValueError, match=r"^ResAtt.*got evil.pt, of which nothing was"):
            load(path)


def test_attributes_of_what_is_allowed_are_not_reached(harm, tmp_path):
    # A dotted name would walk from an allowed module to what it imports.
    def text(content):
        return b"\x8c" + bytes([len(content)]) + content

    named = text(b"torch._utils") + text(b"torch.os.mkdir") + b"\x93"
    raw = b"\x80\x04" + named + text(str(harm).encode()) + b"\x85R."
    (tmp_path / "dotted.pt").write_bytes(raw)
    with pytest.raises(ValueError, match="of which nothing was executed"):
        load(tmp_path / "dotted.pt")


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_a_program_is_refused(tmp_path):
    torch.jit.script(nn.Linear(2, 2)).save(tmp_path / "program.pt")
    with pytest.raises(ValueError, match="TorchScript program"):
        load(tmp_path / "program.pt")


@pytest.mark.parametrize("content", [b"", b"hello", pickle.dumps([1, 2]), bytes(range(256))])
def test_what_holds_no_network_is_one_sentence(content, tmp_path):
    (tmp_path / "file.pt").write_bytes(content)
    with pytest.raises(ValueError, match=r"^ResAttentioNetClassifier: expected a file with the"):
        load(tmp_path / "file.pt")


def test_a_list_of_tensors_is_no_network(tmp_path):
    torch.save([torch.zeros(2, 2, 2)], tmp_path / "list.pt")
    with pytest.raises(ValueError, match="got list without one"):
        load(tmp_path / "list.pt")


class TestPublished:
    @pytest.fixture
    def network(self):
        torch_state = torch.get_rng_state()
        network = ResAttentioNet(20, 3, base_width=4).eval()
        torch.set_rng_state(torch_state)
        return network

    @staticmethod
    def save(network, path, wrap):
        # Other names, the same order.
        state = {f"theirs.{i}": v for i, v in enumerate(network.state_dict().values())}
        torch.save({"model_state_dict": state} if wrap else state, path)

    @pytest.mark.parametrize("wrap", [False, True])
    def test_weights_are_taken_by_position(self, wrap, network, tmp_path):
        self.save(network, tmp_path / "net.pt", wrap)
        model = load(tmp_path / "net.pt", classes=["sad", "calm", "glad"], shape=(4, 5))
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
        model = load(tmp_path / "net.pt", **settings)
        X, y = make((9, 9, 20), 3)
        model.fit(X, y)
        for ours, theirs in zip(model.module_.parameters(), network.parameters(), strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)

    def test_what_is_no_such_network_is_refused(self, network, tmp_path):
        torch.save(nn.Linear(3, 2).state_dict(), tmp_path / "linear.pt")
        with pytest.raises(ValueError, match="expected a file with the module or the state dict"):
            load(tmp_path / "linear.pt")
        torch.save(nn.Conv1d(3, 2, 7).state_dict(), tmp_path / "conv.pt")
        with pytest.raises(ValueError, match="tensors of a ResAttentioNet of that width, got 2"):
            load(tmp_path / "conv.pt")
        self.save(network, tmp_path / "net.pt", False)
        with pytest.raises(ValueError, match="expected 20 features and 3 classes as in the file"):
            load(tmp_path / "net.pt", shape=(62, 5))
