from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from sklearn.model_selection import GridSearchCV
from torch import nn

from sklearn_eeg._engine.construction import build, read_sizes
from sklearn_eeg._engine.net import Padding
from sklearn_eeg.classifiers import ModuleClassifier, NeuralClassifier
from sklearn_eeg.trials import Trials

module = partial(ModuleClassifier, max_epochs=2, random_state=0)


class Foreign(nn.Module):
    """Asks for sizes by the words of another library, and for arguments of its own."""

    def __init__(self, n_chans, n_outputs, n_times, n_filters=4, sfreq=None, **others):
        super().__init__()
        self.seen = n_chans, n_outputs, n_times, n_filters, sfreq, others
        self.layers = nn.Sequential(
            nn.Conv1d(n_chans, n_filters, 3, padding=1),
            nn.Flatten(),
            nn.Linear(n_filters * n_times, n_outputs),
        )

    def forward(self, x):
        return self.layers(x)


@pytest.fixture
def signals():
    rng = np.random.default_rng(0)
    y = np.arange(12) % 2
    return (rng.normal(size=(12, 3, 40)) + y[:, None, None]).astype(np.float32), y


@pytest.mark.parametrize(
    ("axes", "shape", "expected"),
    [
        (("channel", "time"), (3, 40), {"n_channels": 3, "n_times": 40, "n_features": 120}),
        (("window", "feature"), (6, 5), {"n_windows": 6, "n_bands": 5, "n_features": 5}),
        (
            ("segment", "window", "frequency", "row", "column"),
            (2, 6, 5, 4, 3),
            {"n_segments": 2, "n_windows": 6, "n_bands": 5, "n_rows": 4, "n_columns": 3}
            | {"n_features": 60},
        ),
        (
            ("channel", "frequency", "frame"),
            (3, 8, 9),
            {"n_channels": 3, "n_bands": 8, "n_frames": 9, "n_features": 216},
        ),
    ],
)
def test_sizes_have_the_names_of_their_axes(axes, shape, expected):
    assert read_sizes(axes, shape) == expected


def test_a_module_from_elsewhere_plugs_in(signals):
    X, y = signals
    model = module(module=Foreign, axes=("channel", "time")).fit(Trials(X, sfreq=200), y)
    assert model.module_.seen == (3, 2, 40, 4, 200.0, {})
    windowed = X.reshape(12, 3, 2, 20).swapaxes(1, 2)
    model.fit(windowed, y)
    assert model.module_.seen == (3, 2, 20, 4, None, {})
    assert model.predict_proba(windowed).shape == (12, 2)


def test_a_fact_that_a_setting_leaves_open_is_that_of_the_data():
    sizes = {"n_channels": 3, "n_outputs": 2, "n_times": 40}
    for setting, fact, expected in [(None, 200.0, 200.0), (128.0, None, 128.0)]:
        network = build(Foreign, {"sfreq": setting}, {**sizes, "sfreq": fact})
        assert network.seen == (3, 2, 40, 4, expected, {})


def test_settings_of_a_module_can_be_searched(signals):
    X, y = signals
    model = module(module=Foreign, axes=("channel", "time"))
    grid = GridSearchCV(model, {"settings": [{"n_filters": 2}, {"n_filters": 6}]}, cv=2)
    best = grid.fit(X, y).best_estimator_.module_.seen[3]
    assert {"n_filters": best} == grid.best_params_["settings"]
    with pytest.raises(ValueError, match=r"each of settings to be one of .*got 'filters'"):
        model.set_params(settings={"filters": 2}).fit(X, y)


def test_what_a_partial_fixes_stays():
    built = build(partial(Foreign, n_times=7), {}, {"n_channels": 3, "n_outputs": 2, "n_times": 9})
    assert built.seen[2] == 7


def test_a_parameter_nobody_knows_is_named():
    def strange(shape, n_outputs):
        raise AssertionError

    with pytest.raises(ValueError, match=r"^expected .*'shape' .*on offer are n_classes, n_out"):
        build(strange, {}, {"n_outputs": 2})


def test_an_unknown_rate_is_asked_for(signals):
    def needs_rate(n_features, n_outputs, sfreq):
        raise AssertionError

    with pytest.raises(ValueError, match=r"^ModuleClassifier: expected a sampling rate"):
        module(module=needs_rate).fit(*signals)


@pytest.mark.parametrize(
    ("last", "found"),
    [
        (lambda n: nn.Linear(120, n + 1), r"\(2, 3\)"),
        (lambda n: nn.Linear(120, n - 1), r"\(2, 1\)"),
        (lambda n: nn.Unflatten(1, (n, 60)), r"\(2, 2, 60\)"),
    ],
)
def test_an_output_of_another_shape_is_refused(last, found, signals):
    def wrong(n_outputs):
        return nn.Sequential(nn.Flatten(), last(n_outputs))

    with pytest.raises(ValueError, match=rf"^ModuleClassifier: .*\(batch, 2\).*got {found}"):
        module(module=wrong).fit(*signals)


def test_an_instance_is_no_class(signals):
    with pytest.raises(ValueError, match="expected module to be a class, or a function"):
        module(module=nn.Linear(2, 2)).fit(*signals)


def test_words_that_name_no_axis_are_refused(signals):
    with pytest.raises(ValueError, match=r"each of axes to be one of .*got 'electrode'"):
        module(module=Foreign, axes=("electrode", "time")).fit(*signals)


class Watch(nn.Module):
    """Keeps what comes in."""

    def __init__(self, n_channels, n_times, n_outputs):
        super().__init__()
        self.sizes = n_channels, n_times
        self.weight = nn.Parameter(torch.zeros(n_outputs))

    def forward(self, x):
        self.seen = x
        return x.nan_to_num().mean((1, 2)).unsqueeze(1) + self.weight


@dataclass(kw_only=True, eq=False, repr=False)
class Long(NeuralClassifier):
    _model = Watch
    _axes = ("channel time",)
    _least = {"time": 64, "channel": 4}  # noqa: RUF012


@dataclass(kw_only=True, eq=False, repr=False)
class Masked(Long):
    _masks = True


@pytest.mark.parametrize(("cls", "fill"), [(Long, 0.0), (Masked, np.nan)])
def test_short_axes_are_padded_at_the_end(cls, fill, signals):
    X, y = signals
    model = cls(max_epochs=1, batch_size=12, random_state=0).fit(X, y)
    model.predict(X)
    seen = model.module_.seen.numpy()
    assert model.module_.sizes == (4, 64)
    assert_array_equal(seen[:, :3, :40], X)
    assert_array_equal(seen[:, 3:], np.full((12, 1, 64), fill))
    assert_array_equal(seen[:, :, 40:], np.full((12, 4, 24), fill))


def test_long_axes_are_left_alone():
    x = torch.randn(2, 5, 70)
    assert Padding((4, 64))(x) is x


def test_flat_instances_are_one_row_of_the_last_axis(signals):
    X, y = signals
    model = Long(max_epochs=1, batch_size=12, random_state=0).fit(X[:, 0], y)
    model.predict(X[:, 0])
    assert_array_equal(model.module_.seen[:, 0, :40], X[:, 0])
    assert model.module_.sizes == (4, 64)


def test_names_of_channels_are_on_offer(signals):
    X, y = signals

    def named(ch_names, n_features, n_outputs):
        assert ch_names == ("Fz", "Cz", "Pz")
        return nn.Sequential(nn.Flatten(), nn.Linear(n_features, n_outputs))

    trials = Trials(X, sfreq=100, ch_names=["Fz", "Cz", "Pz"])
    assert module(module=named).fit(trials, y).predict(trials).shape == (12,)
