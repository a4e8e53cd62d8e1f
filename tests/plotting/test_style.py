"""What is true of every display, found by walking the package."""

import inspect

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.testing import assert_allclose

from sklearn_eeg import plotting
from sklearn_eeg.plotting._style import BLUE, GREY, HALF, INK, ORANGE, ink_on, readable
from tests.plotting.examples import EXAMPLES

DISPLAYS = {name: getattr(plotting, name) for name in plotting.__all__}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def axes_of(display):
    return getattr(display, "axes_", None) or [display.ax_]


def test_every_display_has_an_example():
    assert {name.partition(" ")[0] for name in EXAMPLES} >= set(DISPLAYS)


@pytest.mark.parametrize("name", DISPLAYS)
def test_a_display_is_made_as_scikit_learns_are(name):
    display = DISPLAYS[name]
    assert any(method.startswith("from_") for method in vars(display) | vars(display.__mro__[1]))
    assert next(iter(list(inspect.signature(display.plot).parameters)[1:])) == "ax"
    theirs = getattr(__import__("sklearn.metrics", fromlist=[name]), name, None)
    # A name of scikit-learn's has its ways to be made.
    made = [method for method in dir(theirs) if method.startswith("from_")] if theirs else []
    assert all(hasattr(display, method) for method in made)


@pytest.mark.parametrize("name", EXAMPLES)
def test_drawing_returns_the_display_and_leaves_the_settings(name):
    before = dict(mpl.rcParams)
    display = EXAMPLES[name]()
    assert display.plot() is display
    assert display.figure_ is axes_of(display)[0].figure
    assert dict(mpl.rcParams) == before
    own = vars(display).keys() - inspect.signature(type(display)).parameters.keys()
    assert all(attribute.endswith("_") for attribute in own)


@pytest.mark.parametrize("name", EXAMPLES)
def test_text_of_a_figure_is_of_eight_points_at_least_six(name):
    figure = EXAMPLES[name]().plot().figure_
    figure.draw_without_rendering()
    sizes = {
        text.get_fontsize()
        for text in figure.findobj(mpl.text.Text)
        if text.get_text() and text.get_visible()
    }
    assert sizes and min(sizes) >= 6 and max(sizes) <= 8
    assert figure.get_figwidth() >= HALF


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_is_drawn_beyond_the_figure(name):
    figure = EXAMPLES[name]().plot().figure_
    figure.draw_without_rendering()
    drawn = figure.get_tightbbox()
    assert drawn.x0 >= -0.01 and drawn.x1 <= figure.get_figwidth() + 0.01
    assert drawn.y0 >= -0.01 and drawn.y1 <= figure.get_figheight() + 0.01


@pytest.mark.parametrize("name", EXAMPLES)
def test_axes_that_are_given_keep_the_sizes_of_their_owner(name):
    display = EXAMPLES[name]()
    n = len(axes_of(display.plot()))
    plt.close("all")
    with mpl.rc_context({"font.size": 13}):
        axes = Figure(figsize=(6 * n, 6), layout="constrained").subplots(ncols=n, squeeze=False)
        drawn = axes_of(display.plot(axes.ravel() if n > 1 else axes[0, 0]))
    assert plt.get_fignums() == []
    assert drawn[0].xaxis.label.get_fontsize() == 13


@pytest.mark.parametrize(
    "pair", [(BLUE, ORANGE), (INK, ORANGE), (BLUE, "#ffffff"), (GREY, "#ffffff")]
)
def test_colours_differ_in_grey_and_to_the_colour_blind(pair):
    one, two = (np.array(to_rgb(color)) ** 2.2 for color in pair)
    weights = [0.2126, 0.7152, 0.0722]
    light, dark = sorted([one @ weights, two @ weights], reverse=True)
    assert (light + 0.05) / (dark + 0.05) > 2.3


@pytest.mark.parametrize("grey", np.linspace(0, 1, 11))
def test_text_has_the_better_contrast(grey):
    back = grey**2.2 + 0.05
    ratios = {"white": 1.05 / back, INK: back / (np.array(to_rgb(INK)) ** 2.2).mean()}
    chosen = ink_on((grey, grey, grey))
    assert ratios[chosen] > 2.9


def test_names_of_metrics_are_words():
    assert [readable(name) for name in ("roc_auc", "f1_macro", "accuracy", "")] == [
        "ROC AUC",
        "F1 macro",
        "Accuracy",
        "",
    ]
    assert_allclose(len(readable("neg_log_loss")), 12)
