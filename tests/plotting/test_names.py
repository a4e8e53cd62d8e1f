"""Displays by names: whoever knows scikit-learn's finds its methods under the same name."""

import pytest
import sklearn.calibration
import sklearn.inspection
import sklearn.metrics
import sklearn.model_selection
from matplotlib import pyplot as plt

from sklearn_eeg import plotting

MODULES = (sklearn.calibration, sklearn.inspection, sklearn.metrics, sklearn.model_selection)
THEIRS = {
    name: getattr(module, name)
    for module in MODULES
    for name in dir(module)
    if name.endswith("Display")
}
SHARED = sorted(set(plotting.__all__) & set(THEIRS))
# Of what every evaluation has: predictions, or scores of them.
OF_PREDICTIONS = ("ClassRadar", "ConfusionMatrix", "Reliability", "SubjectScores")


def test_one_name_is_scikit_learns():
    assert SHARED == ["ConfusionMatrixDisplay"]


@pytest.mark.parametrize("name", SHARED)
def test_a_display_of_the_same_name_has_the_same_methods_and_leaves_the_same(name):
    ours, theirs = getattr(plotting, name), THEIRS[name]
    assert {each for each in dir(theirs) if not each.startswith("_")} <= set(dir(ours))
    y = [0, 1, 1, 0], [0, 1, 0, 0]
    left = [set(vars(kind.from_predictions(*y))) for kind in (theirs, ours)]
    plt.close("all")
    assert left[0] <= left[1]


@pytest.mark.parametrize("name", OF_PREDICTIONS)
def test_what_shows_predictions_is_made_of_all_that_has_them(name):
    display = getattr(plotting, f"{name}Display")
    for source in ("estimator", "predictions", "evaluation", "cv_results"):
        assert callable(getattr(display, f"from_{source}"))


@pytest.mark.parametrize("name", plotting.__all__)
def test_every_display_is_made_of_something_and_drawn(name):
    display = getattr(plotting, name)
    assert any(each.startswith("from_") for each in dir(display))
    assert callable(display.plot)
