"""Classifiers of scikit-learn's, on the band features of each window."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Classic:
    """A classifier that scikit-learn has.

    Parameters
    ----------
    estimator : str
        Path of the class.
    summary : str
        What it is, in one line.
    settings : mapping, default={}
        Where they are not its defaults.
    """

    estimator: str
    summary: str
    settings: Mapping[str, Any] = field(default_factory=dict)


CLASSIC = {
    "logistic": Classic(
        estimator="sklearn.linear_model:LogisticRegression",
        summary="logistic regression on the band features of each window",
        settings={"max_iter": 1000},
    ),
    "svm": Classic(
        estimator="sklearn.svm:SVC",
        summary="support vector machine on the band features of each window",
    ),
    "knn": Classic(
        estimator="sklearn.neighbors:KNeighborsClassifier",
        summary="five nearest neighbours among the band features of all windows",
    ),
    "random-forest": Classic(
        estimator="sklearn.ensemble:RandomForestClassifier",
        summary="random forest on the band features of each window",
        settings={"n_estimators": 300},
    ),
    "naive-bayes": Classic(
        estimator="sklearn.naive_bayes:GaussianNB",
        summary="Gaussian naive Bayes on the band features of each window",
    ),
    "lda": Classic(
        estimator="sklearn.discriminant_analysis:LinearDiscriminantAnalysis",
        summary="linear discriminant analysis with shrinkage on the band features of each window",
        settings={"solver": "lsqr", "shrinkage": "auto"},
    ),
    "mlp": Classic(
        estimator="sklearn.neural_network:MLPClassifier",
        summary="one hidden layer of 100 units on the band features of each window",
        settings={"max_iter": 300},
    ),
}
