import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from torch import nn

from sklearn_eeg.classifiers import (
    DGCNNClassifier,
    LSTMClassifier,
    ModuleClassifier,
    ResAttentioNetClassifier,
    WindowedClassifier,
)
from sklearn_eeg.inspection import integrated_gradients, saliency, smooth_grad
from sklearn_eeg.montage import GridMapper
from sklearn_eeg.preprocessing import ChannelScaler, Flatten
from sklearn_eeg.regressors import Conv2DLSTMRegressor
from tests.inspection.conftest import EXACT, linear

METHODS = [saliency, integrated_gradients, smooth_grad]


def weights(model, shape=(4, 3)):
    return model.module_[-1].weight.detach().numpy().reshape(-1, *shape)


def test_the_gradient_of_a_line_is_its_coefficients(line, features):
    X, _ = features
    found = saliency(line, X, target="tense", absolute=False)
    assert found.axes == ("window", "channel", "band")
    assert_allclose(found.values, np.broadcast_to(weights(line)[1], found.values.shape))
    assert_allclose(saliency(line, X, target="tense").values, np.abs(found.values))


def test_a_line_adds_coefficient_times_distance_from_the_baseline(line, features):
    X, _ = features
    found = integrated_gradients(line, X, target="calm", baseline=0.5, n_steps=3)
    assert_allclose(found.values, weights(line)[0] * (X.data - 0.5))


def test_noise_changes_nothing_for_a_line(line, features):
    X, _ = features
    noisy = smooth_grad(line, X, target="calm", n_draws=2, absolute=False, random_state=0)
    assert_allclose(noisy.values, saliency(line, X, "calm", absolute=False).values)


def test_the_target_is_what_is_predicted_unless_told(line, features):
    X, y = features
    found = saliency(line, X, absolute=False)
    assert (found.target == line.predict(X)).all()
    assert_allclose(found.values, saliency(line, X, line.predict(X), absolute=False).values)
    own = saliency(line, X, y, absolute=False)
    codes = np.searchsorted(line.classes_, y)
    assert_allclose(own.values[:, 0], weights(line)[codes])


def test_values_add_up_to_the_difference_of_outputs(smooth, signals):
    X, y = signals
    found = integrated_gradients(smooth, X, target=y, baseline=0.1)
    x = smooth.module_input(X)
    codes = torch.as_tensor(np.searchsorted(smooth.classes_, y))
    with torch.no_grad():
        gap = smooth.module_(x) - smooth.module_(torch.full_like(x, 0.1))
    gap = gap[torch.arange(len(x)), codes].numpy()
    assert np.abs(gap).max() > 0.5
    assert_allclose(found.values.sum((1, 2)), gap, atol=1e-3)
    assert found.gap < 1e-3 and found.checks[0].passes


def test_a_sum_that_lacks_something_says_so(smooth, signals):
    X, y = signals
    rough = integrated_gradients(smooth, X.map(lambda x: 20 * x), target=y, n_steps=1)
    assert [check.name for check in rough.checks if not check.passes] == ["completeness"]
    assert "fails: completeness" in repr(rough)


def test_bands_share_out_what_samples_add_up_to(smooth, signals):
    X, y = signals
    plain = integrated_gradients(smooth, X, y)
    bands = {"low": (4, 8), "alpha": (8, 13)}
    shared = integrated_gradients(smooth, X, y, bands=bands)
    assert shared.names["band"] == ["low", "alpha", "rest"]
    assert_allclose(shared.values.sum(-1), plain.values.sum(-1), atol=1e-8)
    assert_allclose(shared.gap, plain.gap, atol=1e-8)
    assert shared.share("channel", "band").idxmax() == ("C4", "alpha")


def test_captum_gives_the_same(smooth, signals):
    from captum.attr import IntegratedGradients, Saliency

    X, y = signals
    x = smooth.module_input(X)
    codes = torch.as_tensor(np.searchsorted(smooth.classes_, y))
    theirs = Saliency(smooth.module_).attribute(x.clone().requires_grad_(), codes)
    assert_allclose(saliency(smooth, X, y).values, theirs.detach(), atol=1e-12)
    theirs = IntegratedGradients(smooth.module_).attribute(x, target=codes, n_steps=20)
    ours = integrated_gradients(smooth, X, y, n_steps=20)
    assert_allclose(ours.values, theirs.detach(), atol=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_batches_change_nothing_and_nothing_is_left_behind(method, smooth, signals):
    X, _ = signals
    settings = {"random_state": 0} if method is smooth_grad else {}
    if method is not smooth_grad:
        whole, parts = (method(smooth, X, batch_size=size) for size in (100, 3))
        assert_allclose(whole.values, parts.values, atol=1e-12)
    smooth.module_.zero_grad()
    method(smooth, X, **settings)
    assert all(p.grad is None for p in smooth.module_.parameters())
    assert not smooth.module_.training


def test_noise_follows_the_random_state_alone(smooth, signals):
    X, _ = signals
    before = torch.random.get_rng_state()
    one, two, other = (smooth_grad(smooth, X, random_state=seed).values for seed in (0, 0, 1))
    assert_allclose(one, two)
    assert not np.allclose(one, other)
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize("interpolate", [False, True])
def test_maps_are_read_back_to_channels(interpolate, features):
    X, y = features
    grid = GridMapper("positions", shape=(3, 3), interpolate=interpolate)
    axes = ("band", "row", "column")
    net = ModuleClassifier(module=linear, axes=axes, max_epochs=2, **EXACT)
    model = make_pipeline(grid, net).fit(X, y)
    found = saliency(model, X, "tense", absolute=False)
    assert found.axes == ("window", "channel", "band")

    def logit(data):
        x = net.module_input(grid.transform(X.replace(data=data)))
        return model[-1].module_(x)[:, 1].detach().numpy().reshape(24, 2)

    moved = X.data.copy()
    moved[:, :, 1, 2] += 1
    assert_allclose(logit(moved) - logit(X.data), found.values[:, :, 1, 2])


def test_flattened_features_come_back_with_their_names(features):
    X, y = features
    net = ModuleClassifier(module=linear, max_epochs=2, **EXACT)
    model = make_pipeline(Flatten(), net).fit(X, y)
    found = saliency(model, X, "tense", absolute=False)
    assert found.axes == ("window", "channel", "band")
    assert_allclose(found.values[0], weights(net, (2, 4, 3))[1])


def test_the_scale_of_a_scaler_behind_a_grid_is_seen(features):
    X, y = features
    axes = ("band", "row", "column")
    net = ModuleClassifier(module=linear, axes=axes, max_epochs=2, **EXACT)
    model = make_pipeline(GridMapper("positions", shape=(2, 2)), ChannelScaler(), net).fit(X, y)
    found = saliency(model, X, "tense", absolute=False).values[0, 0]
    slope = weights(net, (3, 4))[1] / model[1].scale_.reshape(3, 4)
    assert_allclose(found, slope[:, model[0].cells_].T)


def test_steps_before_run_on_arrays_too_and_names_come_along(features):
    X, y = features
    net = ModuleClassifier(module=linear, axes=("channel", "band"), max_epochs=2, **EXACT)
    model = make_pipeline(ChannelScaler(), net).fit(X, y)
    with pytest.warns(UserWarning, match="without names"):
        found = saliency(model, X.data)
    assert_allclose(found.values, saliency(model, X).values)
    assert found.names["channel"] == [0, 1, 2, 3]


def test_missing_windows_have_no_attribution(features):
    X, y = features
    data = np.concatenate([X.data] * 2, axis=1)
    data[:, 3] = np.nan
    data[0, 1:] = np.nan
    trials = X.replace(data=data)
    model = ResAttentioNetClassifier(max_epochs=1, random_state=0).fit(trials, y)
    for method in METHODS:
        found = method(model, trials).values
        assert (np.isnan(found) == np.isnan(data)).all()
    windows = ModuleClassifier(module=linear, axes=("channel", "band"), max_epochs=1, **EXACT)
    windows.fit(trials, y)
    assert (np.isnan(saliency(windows, trials).values) == np.isnan(data)).all()


def test_trials_of_different_length_come_back_as_they_are(line, features):
    X, _ = features
    ragged = X.replace(data=[trial[: 1 + row % 2] for row, trial in enumerate(X.data)])
    found = integrated_gradients(line, ragged)
    assert [len(values) for values in found.values] == [1, 2] * 12
    few = found[:5].average("window", "band")
    assert few.values.shape == (5, 4) and few.output is None
    assert [len(output) for output in found[1:3].output] == [2, 1]
    assert found.gap < 1e-6


def test_an_output_of_a_regression_is_explained():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(12, 3, 2, 4, 4)).astype("float32"), rng.normal(size=12)
    model = Conv2DLSTMRegressor(max_epochs=1, random_state=0).fit(X, y)
    found = saliency(model, X)
    assert found.quantity == "value" and found.values.shape == X.shape
    assert (found.target == 0).all()


def test_what_has_no_gradient_is_refused(features):
    X, y = features
    model = WindowedClassifier(LogisticRegression()).fit(X, y)
    with pytest.raises(TypeError, match=r"saliency: expected a network.*got WindowedClassifier"):
        saliency(model, X)

    class Steps(nn.Module):
        def __init__(self, n_outputs):
            super().__init__()
            self.shift = nn.Parameter(torch.zeros(n_outputs))

        def forward(self, x):
            return torch.stack([x.mean((1, 2)), -x.mean((1, 2))], 1).sign().detach() + self.shift

    step = ModuleClassifier(module=Steps, axes=("channel", "band"), max_epochs=1, **EXACT).fit(X, y)
    with pytest.raises(TypeError, match="outputs have a gradient by its inputs, got Steps"):
        saliency(step, X)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"target": [None] * 24}, "expected target to be of .* got None"),
        ({"target": "sad"}, "expected target to be of .'calm', 'tense'., got 'sad'"),
        ({"target": ["calm"]}, "one for each of 24 trials, got shape .1,."),
        ({"batch_size": 0}, "expected batch_size to be a whole number of 1 or more, got 0"),
        ({"baseline": np.zeros((3, 3))}, "fits into an instance of shape .4, 3., got shape .3, 3."),
        ({"baseline": np.nan}, "expected a finite baseline"),
        ({"n_steps": 0}, "expected n_steps"),
        ({"bands": "seed"}, "expected signals to take bands of"),
    ],
)
def test_absurd_settings_are_refused(settings, sentence, line, features):
    with pytest.raises(ValueError, match=f"integrated_gradients: .*{sentence}"):
        integrated_gradients(line, features[0], **settings)


@pytest.mark.parametrize("nothing", [None, "trials", 3])
def test_what_is_no_data_is_refused(nothing, line):
    with pytest.raises(TypeError, match="saliency: expected Trials, an array or a list of arrays"):
        saliency(line, nothing)


def test_bands_need_a_rate_and_room(smooth, signals):
    X, y = signals
    with pytest.raises(ValueError, match="none in 'narrow'"):
        integrated_gradients(smooth, X, bands={"narrow": (4.1, 4.2)})
    with pytest.raises(ValueError, match="do not overlap"):
        integrated_gradients(smooth, X, bands={"a": (4, 9), "b": (8, 12)})
    without = X.replace(sfreq=None, axes=X.axes)
    # A model knows the rate of its training, where there was one.
    known = integrated_gradients(smooth, without[:2], bands={"a": (4, 9)})
    assert known.share().equals(integrated_gradients(smooth, X[:2], bands={"a": (4, 9)}).share())
    with pytest.raises(ValueError, match="sfreq"):
        integrated_gradients(clone(smooth).fit(without, y), without, bands={"a": (4, 9)})


def test_a_graph_network_is_explained_where_it_was_taught(features):
    X, y = features
    model = DGCNNClassifier(lr=1e-2, max_epochs=20, random_state=0).fit(X, y)
    for method in (saliency, integrated_gradients):
        assert method(model, X, y).share().idxmax() == ("C3", "beta")


@pytest.mark.gpu
def test_recurrent_layers_of_a_gpu_have_gradients_in_evaluation_too(features):
    X, y = features
    model = LSTMClassifier(max_epochs=2, device="cuda", random_state=0).fit(X, y)
    for method in METHODS:
        values = method(model, X, y).values
        assert np.isfinite(values).all() and np.abs(values).max() > 0
    assert torch.backends.cudnn.enabled
