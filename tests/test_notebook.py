"""What a notebook shows of estimators, for which scikit-learn reads their docstrings."""

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from sklearn_eeg import Trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import BandpassNotch, Flatten, SubjectScaler
from tests.test_common import CASES


@pytest.mark.parametrize("make", CASES)
def test_estimators_are_shown_without_a_warning(make):
    estimator = make()
    assert type(estimator).__name__ in estimator._repr_html_()


def test_fitted_pipelines_and_searches_are_shown_without_a_warning():
    rng = np.random.default_rng(0)
    subjects = np.repeat([1, 2, 3, 4], 4)
    trials = Trials(rng.standard_normal((16, 2, 400)), sfreq=200, metadata={"subject": subjects})
    model = make_pipeline(
        BandpassNotch(1, 40, method="iir"),
        DEExtractor(window=1.0),
        SubjectScaler(),
        Flatten(),
        LinearSVC(),
    )
    for shown in (model, GridSearchCV(model, {"linearsvc__C": [0.1, 1]}, cv=2)):
        page = shown.fit(trials, np.tile([0, 1], 8))._repr_html_()
        assert all(type(step).__name__ in page for step in model)
