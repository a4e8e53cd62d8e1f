"""Displays look as they did; tests/plotting/baselines.py says how pictures are renewed."""

import matplotlib as mpl
import numpy as np
import pytest

from tests.plotting import baselines
from tests.plotting.baselines import FOLDER, difference, draw, path, read
from tests.plotting.examples import EXAMPLES

# Of 255. Text without hinting differs by up to 11; a legend, labels or colours that are lost by 16
# to 95. What is smaller, such as a line, is tested by the artists.
TOLERANCE = 13


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_display_looks_as_it_did(name):
    assert difference(draw(name), read(name)) < TOLERANCE


def test_baselines_are_those_of_the_examples_and_small():
    files = set(FOLDER.glob("*.png"))
    assert files == {path(name) for name in EXAMPLES}
    assert sum(file.stat().st_size for file in files) < 300_000


def test_text_that_is_drawn_otherwise_is_the_same_picture(monkeypatch):
    monkeypatch.setitem(mpl.rcParamsDefault, "text.hinting", "none")
    assert 0 < difference(draw("SubjectScoresDisplay"), read("SubjectScoresDisplay")) < TOLERANCE


def without_legend(display):
    display.ax_.get_legend().remove()


def without_names(display):
    display.ax_.set_xticks([])


def with_colours_reversed(display):
    display.ax_.images[0].set_cmap("Blues_r")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("SubjectScoresDisplay", without_legend),
        ("RecordingDisplay", without_legend),
        ("SubjectScoresDisplay", without_names),
        ("ConfusionMatrixDisplay", with_colours_reversed),
        ("ComparisonTableDisplay", with_colours_reversed),
    ],
)
def test_what_is_lost_is_seen(name, change, monkeypatch):
    class Changed:
        def plot(self):
            display = EXAMPLES[name]().plot()
            change(display)
            return display

    monkeypatch.setattr(baselines, "EXAMPLES", {name: Changed})
    assert difference(draw(name), read(name)) > TOLERANCE


def test_a_picture_of_another_size_is_another():
    assert difference(np.zeros((2, 3)), np.zeros((3, 2))) == np.inf
