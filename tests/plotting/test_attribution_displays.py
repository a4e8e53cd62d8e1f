from dataclasses import replace

import numpy as np
import pytest
from matplotlib import pyplot as plt
from numpy.testing import assert_allclose

from sklearn_eeg.inspection import Attribution, Check
from sklearn_eeg.plotting import (
    AttributionImageDisplay,
    AttributionMapDisplay,
    ImportanceDisplay,
)
from sklearn_eeg.trials import Trials

NAMES = ["Fz", "C3", "C4", "Pz"]
FAILED = Check("randomised weights", False, "an untrained network is explained alike, $0.9$")
PASSED = Check("deletion", True, "well")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def features():
    rng = np.random.default_rng(0)
    trials = Trials(
        rng.normal(size=(9, 2, 4, 3)),
        ch_names=NAMES,
        bands={"theta": (4, 8), "alpha": (8, 13), "beta": (13, 30)},
        metadata={"subject": [1] * 6 + [2] * 3},
    )
    return Attribution(trials, "integrated_gradients", "logit", checks=(PASSED,))


@pytest.fixture
def signals():
    values = np.abs(np.random.default_rng(0).normal(size=(3, 4, 128)))
    trials = Trials(values, sfreq=64, ch_names=NAMES)
    return Attribution(trials, "saliency", "logit", signed=False)


def failed(attribution):
    return replace(attribution, checks=(PASSED, FAILED))


def test_each_subject_counts_as_much_however_many_trials(features):
    display = AttributionMapDisplay.from_attribution(features)
    values = features.values.mean(1)
    people = np.stack([values[:6].mean(0), values[6:].mean(0)])
    assert_allclose(display.values, people.mean(0).T)
    assert display.titles == ("theta", "alpha", "beta")
    assert display.colorbar_.ax.get_ylabel() == "Integrated gradients\n(logit)"


def test_colours_of_sizes_begin_at_zero(signals):
    display = AttributionMapDisplay.from_attribution(signals)
    assert len(display.axes_) == 1
    assert display.images_[0].get_clim()[0] == 0


@pytest.mark.parametrize(
    "display", [AttributionMapDisplay, AttributionImageDisplay, ImportanceDisplay]
)
def test_a_failed_test_stands_on_the_figure(display, features):
    assert display.from_attribution(features).warning_ is None
    drawn = display.from_attribution(failed(features))
    drawn.figure_.canvas.draw()
    told = "Fails its test: an untrained network is explained alike, $0.9$"
    assert drawn.warning_.get_text() == told
    assert drawn.warning_.get_visible()


def test_an_image_has_seconds_below_and_channels_beside(signals):
    display = AttributionImageDisplay.from_attribution(signals)
    assert_allclose(display.image_.get_array(), signals.values.mean(0))
    assert display.image_.get_extent() == [0, 2, 3.5, -0.5]
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == NAMES
    assert display.image_.get_cmap().name == "Oranges"


def test_axes_may_be_chosen_and_the_rest_is_averaged_over(features):
    display = AttributionImageDisplay.from_attribution(features, x="window", y="band")
    assert display.table.index.tolist() == ["theta", "alpha", "beta"]
    assert display.table.shape == (3, 2)
    with pytest.raises(ValueError, match="AttributionImageDisplay: expected two of the axes"):
        AttributionImageDisplay.from_attribution(features, x="time")


def test_a_spectrogram_lies_below(features):
    rng = np.random.default_rng(0)
    spectrogram = Trials(
        rng.normal(size=(3, 4, 16, 20)), axes=("channel", "frequency", "frame"), ch_names=NAMES
    )
    cam = Trials(np.abs(rng.normal(size=(3, 16, 20))), axes=("frequency", "frame"))
    display = AttributionImageDisplay.from_attribution(
        Attribution(cam, "grad_cam", "logit", signed=False), over=spectrogram
    )
    below, above = display.ax_.images
    # Low frequencies below.
    assert display.ax_.get_ylim() == (-0.5, 15.5)
    assert_allclose(below.get_array(), spectrogram.data.mean((0, 1)))
    assert_allclose(above.get_alpha(), 0.75 * cam.data.mean(0) / cam.data.mean(0).max())
    with pytest.raises(ValueError, match=r"expected trials of the same lengths .*\(16, 20\)"):
        shorter = spectrogram.map(lambda x: x[..., :10])
        AttributionImageDisplay.from_attribution(display_of(cam), over=shorter)


def display_of(trials):
    return Attribution(trials, "grad_cam", "logit", signed=False)


def test_subjects_are_dots_and_the_largest_mean_comes_first(features):
    display = ImportanceDisplay.from_attribution(features, "channel", n_most=3)
    means = features.values.mean((1, 3))
    people = np.stack([means[:6].mean(0), means[6:].mean(0)])
    order = np.argsort(-np.abs(people.mean(0)))[:3]
    labels = [label.get_text() for label in display.ax_.get_yticklabels()]
    assert labels == [NAMES[i] for i in order]
    assert_allclose(display.table, people[:, order])


def test_a_strange_axis_is_refused(features):
    with pytest.raises(ValueError, match="ImportanceDisplay: expected some of the axes"):
        ImportanceDisplay.from_attribution(features, "time")


def test_pairs_are_named_together(features):
    display = ImportanceDisplay.from_attribution(features)
    assert display.table.shape == (2, 12)
    assert "C3 beta" in {label.get_text() for label in display.ax_.get_yticklabels()}


def test_no_map_without_named_channels(features):
    nameless = Trials(features.values.mean(-1), axes=("window", "channel"))
    with pytest.raises(ValueError, match="AttributionMapDisplay: expected an attribution along"):
        AttributionMapDisplay.from_attribution(Attribution(nameless, "saliency", "logit"))


def test_nothing_is_drawn_of_nothing_without_a_fall(features):
    zero = Attribution(features.trials.map(lambda x: 0 * x), "saliency", "logit", signed=False)
    for display in (AttributionMapDisplay, AttributionImageDisplay, ImportanceDisplay):
        display.from_attribution(zero).figure_.canvas.draw()
