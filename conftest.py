"""What holds for every test, doctests of the package among them."""

import sys

import pytest


@pytest.fixture(autouse=True)
def _no_figure_is_left_open():
    """Close what pyplot holds: it warns of the twenty-first figure."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
