"""Modules from elsewhere: plugged in by name, tuned, and refused where they cannot answer."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.model_selection import GridSearchCV
from torch import nn

from sklearn_eeg.classifiers import ModuleClassifier

Y = np.tile([0, 1, 2], 6)


class Foreign(nn.Module):
    """With the argument names of other libraries of EEG."""

    def __init__(self, n_chans, n_outputs, n_times, n_filters=4, extra=0, last=None):
        super().__init__()
        self.n_filters = n_filters
        self.mix = nn.Conv1d(n_chans, n_filters, 1)
        self.head = nn.Linear(n_filters * n_times, n_outputs + extra)
        self.last = nn.Identity() if last is None else last

    def forward(self, x):
        return self.last(self.head(self.mix(x).flatten(1)))


@pytest.fixture
def signals():
    rng = np.random.default_rng(0)
    return (rng.standard_normal((18, 4, 20)) + Y[:, None, None]).astype(np.float32)


def make(**settings):
    return ModuleClassifier(module=Foreign, max_epochs=2, random_state=0, **settings)


def test_a_module_that_asks_for_samples_reads_an_array_as_signals(signals):
    model = make().fit(signals, Y)
    assert model.axes_ == ("channel", "time")
    windows = np.stack([signals, signals], axis=1)
    assert make().fit(windows, Y).axes_ == ("window", "channel", "time")


def test_arguments_of_the_module_are_tuned_under_its_name(signals):
    search = GridSearchCV(make(), {"module__n_filters": [2, 3]}, cv=3).fit(signals, Y)
    chosen = search.best_params_["module__n_filters"]
    assert search.best_estimator_.module_.n_filters == chosen
    both = make(settings={"extra": 0}).set_params(module__n_filters=5, lr=0.1)
    assert both.settings == {"extra": 0, "n_filters": 5} and both.lr == 0.1


@pytest.mark.parametrize("last", [nn.Softmax(1), nn.Sequential(nn.ReLU(), nn.Softmax(1))])
def test_a_softmax_at_the_end_is_refused(last, signals):
    with pytest.raises(ValueError, match="expected a module that returns logits, got rows that"):
        make(settings={"last": last}).fit(signals, Y)


def test_logarithms_of_probabilities_are_logits(signals):
    model = make(settings={"last": nn.LogSoftmax(1)}).fit(signals, Y)
    plain = make().fit(signals, Y)
    assert_array_equal(model.predict(signals), plain.predict(signals))


def test_an_output_of_another_width_is_refused(signals):
    with pytest.raises(ValueError, match=r"returns \(batch, 3\), .* got \(2, 4\)"):
        make(settings={"extra": 1}).fit(signals, Y)


def test_a_module_that_is_built_already_is_refused(signals):
    with pytest.raises(ValueError, match="got Foreign as an object; give the class, and its"):
        make().set_params(module=Foreign(4, 3, 20)).fit(signals, Y)


class Images(nn.Module):
    """Of trials with one axis more than there is."""

    def __init__(self, n_channels, n_outputs):
        super().__init__()
        self.layer = nn.Conv1d(n_channels, n_outputs, 3)

    def forward(self, x):
        return self.layer(x[:, None]).mean(-1)


def test_what_a_module_says_of_its_input_comes_with_the_shape_that_it_got():
    model = ModuleClassifier(module=Images, axes=("channel", "time"), max_epochs=1)
    with pytest.raises(ValueError, match=r"takes \(batch, channel=3, time=20\), got .* conv1d"):
        model.fit(np.ones((4, 3, 20)), [0, 1, 0, 1])


def test_axes_are_a_tuple_of_words():
    model = ModuleClassifier(module=Images, axes="channel time")
    with pytest.raises(TypeError, match=r"such as \('channel', 'time'\), got 'channel time'"):
        model.fit(np.ones((4, 3, 20)), [0, 1, 0, 1])
