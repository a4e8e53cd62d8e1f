import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.testing import assert_close

import sklearn_eeg
from sklearn_eeg.nn._chains import LONGITUDINAL
from sklearn_eeg.nn.models import SpectrogramCNN

SMALL = {"n_fft": 256, "n_mels": 16, "hop_length": 100}
TIMM = {
    "mixnet_s": (1536, 2_597_318),
    "mixnet_m": (1536, 3_476_950),
    "mixnet_l": (1536, 5_791_676),
    "mixnet_xl": (1536, 10_359_048),
    "efficientnet_b0": (1280, 4_006_972),
    "resnet18": (512, 11_170_240),
    "resnet34d": (512, 21_303_328),
    "resnet50": (2048, 23_501_760),
}


# A process of its own: where torchvision's native part does not fit torch, two of its operators
# must be declared before it can be imported, and that stays for the life of the process.
IN_TIMM = """
import json, sys, torch
from torch import library as operators_of

try:
    import torchvision
except RuntimeError:
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    operators = operators_of.Library("torchvision", "FRAGMENT")
    for operator in ("nms", "qnms"):
        operators.define(operator + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from sklearn_eeg.nn.models import SpectrogramCNN

count = lambda module: sum(p.numel() for p in module.parameters())
counts = {}
for name in sys.argv[1:]:
    model = SpectrogramCNN(16, 6, n_mels=16, hop_length=200, backbone=name)
    counts[name] = model.backbone.num_features, count(model.backbone), count(model)
assert model.eval()(torch.randn(2, 16, 2000)).shape == (2, 6)
json.dump(counts, sys.stdout)
"""


class Heights(nn.Module):
    """A backbone whose two features are the image itself and its rows' numbers."""

    num_features = 2

    def __init__(self, n_planes):
        super().__init__()
        self.n_planes = n_planes

    def forward(self, x):
        rows = torch.arange(x.shape[2], dtype=x.dtype)[:, None].expand(x.shape[2:])
        return torch.stack([x[:, 0] + 200, rows.expand(len(x), -1, -1)], 1)


def test_signals_and_their_spectrograms_give_the_same_logits():
    model = SpectrogramCNN(16, 6, **SMALL).eval()
    x = torch.randn(2, 16, 1000)
    assert_close(model(model.spectrogram(x)), model(x))


def test_a_lost_channel_is_silent_in_either_form():
    model = SpectrogramCNN(16, 6, **SMALL).eval()
    x = torch.randn(2, 16, 1000)
    spectrograms = model.spectrogram(x)
    x[0, 3] = spectrograms[0, 3] = torch.nan
    logits = model(x)
    assert_close(model(spectrograms), logits)
    x[0, 3] = 0
    assert_close(model(x), logits)


def test_channels_are_stacked_along_the_height():
    model = SpectrogramCNN(5, 6, backbone=Heights)
    spectrograms = torch.randn(2, 5, 3, 7)
    image = model.stack(spectrograms)
    assert image.shape == (2, 1, 15, 7)
    assert torch.equal(image[:, 0, 6:9], spectrograms[:, 2])


def test_planes_are_differences_from_the_others_and_the_neighbours():
    model = SpectrogramCNN(16, 6, contrasts="longitudinal", backbone=Heights)
    assert model.backbone.n_planes == 3
    x = torch.randn(2, 16, 3, 7)
    plain, others, neighbours = model.stack(x).unflatten(2, (16, 3)).unbind(1)
    assert_close(plain, x)
    assert_close(others, x - (x.sum(1, keepdim=True) - x) / 15)
    first, second, third, _ = LONGITUDINAL[1]
    assert_close(neighbours[:, first], x[:, first] - x[:, second])
    assert_close(neighbours[:, second], x[:, second] - (x[:, first] + x[:, third]) / 2)


def test_chains_decide_about_neighbours():
    model = SpectrogramCNN(3, 2, contrasts=[[2, 0], [1]], backbone=Heights)
    x = torch.randn(1, 3, 4, 5)
    neighbours = model.stack(x).unflatten(2, (3, 4))[:, 2]
    assert_close(neighbours, torch.stack([x[:, 0] - x[:, 2], x[:, 1], x[:, 2] - x[:, 0]], 1))


def test_the_view_of_the_centre_sees_the_centre_only():
    model = SpectrogramCNN(4, 3, sfreq=100, centre=2.0, h_freq=30.0, **SMALL).eval()
    x = torch.randn(1, 4, 1000)
    before = model._views(x)
    x[..., :390] = x[..., 610:] = 0
    whole, central = model._views(x)
    assert_close(central, before[1])
    assert central.shape == (1, 4, 8, 1 + 200 // 8)
    assert (whole != before[0]).any()
    x[..., 500] += 100
    assert (model._views(x)[1] != central).any()


def test_the_centre_of_a_shorter_signal_is_the_whole():
    model = SpectrogramCNN(4, 3, sfreq=100, centre=20.0, h_freq=30.0, **SMALL).eval()
    assert model(torch.randn(2, 4, 300)).isfinite().all()


def test_spectrograms_have_no_finer_centre():
    with pytest.raises(ValueError, match=r"got spectrograms of shape \(1, 4, 16, 9\)"):
        SpectrogramCNN(4, 3, centre=2.0, **SMALL)(torch.zeros(1, 4, 16, 9))


@pytest.mark.parametrize("contrasts", ["longitudinal", "transverse", 3, [[0, 1]], [0, 1, 2, 3]])
def test_contrasts_are_chains_of_all_channels(contrasts):
    with pytest.raises(ValueError, match="SpectrogramCNN: expected chains that hold each of the 4"):
        SpectrogramCNN(4, 3, contrasts=contrasts)


def test_a_backbone_tells_its_features():
    with pytest.raises(TypeError, match=r"num_features.*got Identity without"):
        SpectrogramCNN(4, 3, backbone=lambda n_planes: nn.Identity())


@pytest.mark.parametrize("error", [ImportError, RuntimeError, OSError])
def test_a_broken_timm_is_named(error, monkeypatch):
    class Broken:
        def find_spec(self, name, path=None, target=None):
            if name == "timm":
                raise error("no such operator")

    monkeypatch.delitem(sys.modules, "timm", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(ImportError, match=r"'mixnet_s' needs timm.*\(no such operator\)"):
        SpectrogramCNN(4, 3, backbone="mixnet_s")


def test_timms_backbones_have_their_published_sizes():
    if importlib.util.find_spec("timm") is None:
        pytest.skip("timm, whose backbones are counted, is not installed")
    package = Path(sklearn_eeg.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", IN_TIMM, *TIMM],
        env={**os.environ, "PYTHONPATH": str(package)},
        capture_output=True,
        check=True,
    )
    counts = json.loads(done.stdout)
    for name, (n_features, n_parameters) in TIMM.items():
        # GeM has one parameter, the head a weight for each feature and a bias.
        whole = n_parameters + 1 + 6 * (n_features + 1)
        assert counts[name] == [n_features, n_parameters, whole], name
    assert counts["mixnet_xl"][2] == 10_368_271
