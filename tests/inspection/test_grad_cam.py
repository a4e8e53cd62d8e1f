import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline
from torch import nn

from sklearn_eeg.classifiers import EEGNetClassifier, ModuleClassifier, ResAttentioNetClassifier
from sklearn_eeg.inspection import grad_cam, saliency
from sklearn_eeg.montage import GridMapper
from sklearn_eeg.trials import Trials
from tests.inspection.conftest import EXACT


class MapNet(nn.Module):
    def __init__(self, n_bands, n_outputs):
        super().__init__()
        self.conv = nn.Conv2d(n_bands, 5, 3, padding=1)
        self.head = nn.Linear(5, n_outputs)

    def forward(self, x):
        return self.head(torch.relu(self.conv(x)).mean((2, 3)))


class OverElectrodes(nn.Module):
    """Takes the electrodes together first, as EEGNet does."""

    def __init__(self, n_channels, n_times, n_outputs):
        super().__init__()
        self.space = nn.Conv2d(1, 4, (n_channels, 1))
        self.time = nn.Conv2d(4, 4, (1, 9), stride=(1, 4))
        self.head = nn.Linear(4, n_outputs)

    def forward(self, x):
        return self.head(torch.relu(self.time(self.space(x.unsqueeze(1)))).mean((2, 3)))


@pytest.fixture(scope="module")
def burst():
    """A burst in the last quarter of the signal tells the class."""
    rng = np.random.default_rng(0)
    y = np.tile([0, 1], 16)
    X = rng.normal(size=(32, 4, 128))
    X[:, :, 96:] += 2 * y[:, None, None]
    return X, y


def test_captum_gives_the_same(smooth, signals):
    from captum.attr import LayerAttribution, LayerGradCam

    X, y = signals
    codes = torch.as_tensor(np.searchsorted(smooth.classes_, y))
    module = smooth.module_
    cam = LayerGradCam(module, module.first).attribute(smooth.module_input(X), codes)
    theirs = torch.relu(cam).detach()[:, 0]
    found = grad_cam(smooth, X, y, layer="first")
    assert found.axes == ("time",) and theirs.max() > 0
    assert_allclose(found.values, theirs)

    cam = LayerGradCam(module, module.second).attribute(smooth.module_input(X), codes)
    theirs = LayerAttribution.interpolate(torch.relu(cam), 64, "linear").detach()[:, 0]
    assert_allclose(grad_cam(smooth, X, y).values, theirs)


def test_it_finds_when_something_happens(burst):
    X, y = burst
    net = ModuleClassifier(module=OverElectrodes, max_epochs=30, lr=0.02, **EXACT).fit(X, y)
    found = grad_cam(net, X[y == 1])
    # Of the layer's two axes, that of the electrodes has one entry left.
    assert found.axes == ("time",)
    assert found.values[:, 96:].sum() > 0.6 * found.values.sum()


def test_what_a_network_is_padded_with_gets_nothing(burst):
    X, y = burst
    trials = Trials(X[..., :40], sfreq=64)
    model = EEGNetClassifier(max_epochs=2, random_state=0).fit(trials, y)
    assert model.module_input(trials).shape[-1] >= 40
    assert grad_cam(model, trials).values.shape == (32, 40)
    assert saliency(model, trials).values.shape == (32, 4, 40)


def test_a_layer_that_is_not_used_is_refused(burst):
    X, y = burst

    class Idle(OverElectrodes):
        def forward(self, x):
            self.space(x.unsqueeze(1))
            return self.head(x[..., 0])

    model = ModuleClassifier(module=Idle, max_epochs=1, **EXACT).fit(X, y)
    with pytest.raises(ValueError, match="a layer that the output depends on, got Conv2d"):
        grad_cam(model, X, layer="space", axes=("channel", "time"))


def test_a_layer_may_be_named_or_given(burst):
    X, y = burst
    net = ModuleClassifier(module=OverElectrodes, max_epochs=2, **EXACT).fit(X, y)
    default = grad_cam(net, X).values
    assert_allclose(grad_cam(net, X, layer="time").values, default)
    assert_allclose(grad_cam(net, X, layer=net.module_.time).values, default)


def test_cells_of_a_grid_are_read_as_their_channels(features):
    X, y = features
    mapper = GridMapper("positions", shape=(3, 3))
    net = ModuleClassifier(
        module=MapNet, axes=("band", "row", "column"), max_epochs=20, lr=0.02, **EXACT
    )
    model = make_pipeline(mapper, net).fit(X, y)
    found = grad_cam(model, X, y)
    assert found.axes == ("window", "channel")
    maps = grad_cam(net, mapper.transform(X), y)
    assert maps.axes == ("window", "row", "column")
    row, column = divmod(mapper.cells_[1], 3)
    assert_allclose(found.values[..., 1], maps.values[..., row, column])


def test_a_network_without_convolutions_is_refused(line, features):
    with pytest.raises(ValueError, match=r"grad_cam: .*are none: use another method"):
        grad_cam(line, features[0])


def test_a_strange_layer_or_axis_is_refused(smooth, signals):
    X, _ = signals
    with pytest.raises(ValueError, match="got 'third'; the convolutions of SmoothNet are"):
        grad_cam(smooth, X, layer="third")
    with pytest.raises(ValueError, match=r"expected a layer that gives .*, got Linear"):
        grad_cam(smooth, X, layer="head")
    with pytest.raises(ValueError, match="expected 1 axes of the network's input"):
        grad_cam(smooth, X, axes=("channel", "time"))


def test_no_hook_stays_on_the_network(smooth, signals):
    grad_cam(smooth, signals[0])
    assert not any(module._forward_hooks for module in smooth.module_.modules())


def test_maps_that_lie_last_are_found_along_the_windows(features):
    X, y = features
    data = np.concatenate([X.data] * 50, axis=1)
    data[:, :, 1, 2] = 0.1 * data[:, :, 1, 2]
    data[:, 64:96, 1, 2] += 3 * (y == "tense")[:, None]
    model = ResAttentioNetClassifier(lr=1e-2, max_epochs=8, random_state=0)
    trials = X.replace(data=data.astype("float32"), window_onsets=None)
    model.fit(trials, y)
    found = grad_cam(model, trials[y == "tense"], layer="layer1.0.conv1")
    assert found.axes == ("window",) and found.values.shape == (12, 100)


def test_maps_along_joined_electrodes_are_refused(signals):
    # Each place of the map has seen other electrodes, of which three are one.
    def net(n_times, n_outputs):
        joined = nn.Sequential(nn.Unflatten(1, (1, 4)), nn.Conv2d(1, 3, (3, 64)), nn.Flatten())
        return nn.Sequential(joined, nn.Linear(6, n_outputs))

    X, y = signals
    model = ModuleClassifier(module=net, max_epochs=2, **EXACT).fit(X, y)
    with pytest.raises(ValueError, match="several channels or bands at once"):
        grad_cam(model, X)
