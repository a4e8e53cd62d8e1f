"""Where each person has one trial, the sets are those of other libraries."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from sklearn_eeg.conformal import SubjectConformalClassifier

FOLDS = KFold(4)


class Folds:
    """The same, deaf to groups."""

    def split(self, X, y=None, groups=None):
        yield from FOLDS.split(X)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=240)
    X = rng.standard_normal((240, 3)) + 1.2 * np.eye(3)[y]
    return X[:120], y[:120], X[120:], y[120:]


def test_p_values_are_those_of_crepes(data):
    crepes = pytest.importorskip("crepes", reason="crepes comes with the extra test")
    X, y, new, _ = data
    counts = np.zeros((len(new), 3))
    for train, rest in FOLDS.split(X):
        model = LogisticRegression().fit(X[train], y[train])
        known = 1 - model.predict_proba(X[rest])[np.arange(len(rest)), y[rest]]
        theirs = crepes.ConformalClassifier().fit(known)
        p = theirs.predict_p(1 - model.predict_proba(new), smoothing=False)
        # The p value of one fold is (1 + those as strange) / (1 + all).
        counts += p * (len(rest) + 1) - 1
    ours = SubjectConformalClassifier(cv=Folds()).fit(X, y)
    np.testing.assert_allclose(ours.p_values(new), (1 + counts) / (1 + len(X)), atol=1e-12)


@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.3])
def test_sets_are_those_of_mapie(data, alpha):
    mapie = pytest.importorskip("mapie.classification", reason="MAPIE comes with the extra test")
    X, y, new, _ = data
    theirs = mapie.CrossConformalClassifier(
        clone(LogisticRegression()), confidence_level=1 - alpha, conformity_score="lac", cv=FOLDS
    )
    theirs.fit_conformalize(X, y)
    _, sets = theirs.predict_set(new, agg_scores="crossval")
    ours = SubjectConformalClassifier(LogisticRegression(), alpha=alpha, cv=Folds()).fit(X, y)
    np.testing.assert_array_equal(ours.predict_set(new), sets[:, :, 0])
