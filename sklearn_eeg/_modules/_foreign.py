"""Scikit-learn's own steps as modules, which have no method for it."""

from functools import partial, singledispatch

import numpy as np
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.feature_selection import SelectorMixin
from sklearn.linear_model import (
    BayesianRidge,
    ElasticNet,
    ElasticNetCV,
    HuberRegressor,
    Lasso,
    LassoCV,
    LinearRegression,
    LogisticRegression,
    Perceptron,
    Ridge,
    RidgeClassifier,
    RidgeClassifierCV,
    RidgeCV,
    SGDClassifier,
    SGDRegressor,
)
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVC, LinearSVC, LinearSVR

from sklearn_eeg._modules._arithmetic import Arithmetic


@singledispatch
def foreign(step, shape):
    """Module of a fitted step of another library: rows to rows, probabilities or values.

    A classifier without ``predict_proba`` gives its label all of the probability.
    """
    raise ValueError(
        f"{type(step).__name__}: expected steps that a graph can hold, of scikit-learn's "
        f"{known_names()}, got {step!r}; choose one of those, or run it before the graph."
    )


def known_names():
    """Names of the classes that have a module."""
    classes = (known for known in foreign.registry if known is not object)
    return ", ".join(sorted(known.__name__ for known in classes))


def _scale(x, center, gain):
    return (x - center) * gain


@foreign.register(StandardScaler)
def _(step, shape):
    center = step.mean_ if step.with_mean else np.zeros(shape)
    return Arithmetic(_scale, center=center, gain=1 / _or_ones(step.scale_, shape))


@foreign.register(RobustScaler)
def _(step, shape):
    center = step.center_ if step.with_centering else np.zeros(shape)
    scale = step.scale_ if step.with_scaling else None
    return Arithmetic(_scale, center=center, gain=1 / _or_ones(scale, shape))


@foreign.register(MaxAbsScaler)
def _(step, shape):
    return Arithmetic(_limit_scaled(step, (-1, 1)), center=np.zeros(shape), gain=1 / step.scale_)


@foreign.register(MinMaxScaler)
def _(step, shape):
    # In this order the large numbers cancel first.
    low = step.data_min_ - step.feature_range[0] / step.scale_
    return Arithmetic(_limit_scaled(step, step.feature_range), center=low, gain=step.scale_)


def _limit_scaled(step, limits):
    return partial(_scale_within, limits=limits) if step.clip else _scale


def _scale_within(x, center, gain, limits):
    scaled = _scale(x, center, gain)
    # A graph's minimum and maximum may lose NaN.
    return scaled.clamp(*limits).where(~x.isnan(), x)


def _or_ones(scale, shape):
    return np.ones(shape) if scale is None else scale


@foreign.register(PCA)
def _(step, shape):
    gain = 1 / np.sqrt(step.explained_variance_) if step.whiten else 1.0
    return Arithmetic(_project, center=step.mean_, axes=(step.components_.T * gain))


def _project(x, center, axes):
    return (x - center) @ axes


@foreign.register(SelectorMixin)
def _(step, shape):
    return Arithmetic(_select, places=step.get_support(indices=True))


def _select(x, places):
    return x[:, places]


@foreign.register(FunctionTransformer)
def _(step, shape):
    if step.func is not None:
        raise ValueError(
            f"FunctionTransformer: expected no function of Python in a graph, got {step.func!r}; "
            f"run it before the graph."
        )
    return Arithmetic(_same)


def _same(x):
    return x


@foreign.register(LogisticRegression)
def _(step, shape):
    return Arithmetic(_softmax if len(step.classes_) > 2 else _sigmoid, **_weights(step))


@foreign.register(LinearDiscriminantAnalysis)
def _(step, shape):
    return Arithmetic(_softmax if len(step.classes_) > 2 else _sigmoid, **_weights(step))


@foreign.register(LinearSVC)
@foreign.register(Perceptron)
@foreign.register(RidgeClassifier)
@foreign.register(RidgeClassifierCV)
def _(step, shape):
    return Arithmetic(_winner if len(step.classes_) > 2 else _sign, **_weights(step))


@foreign.register(SGDClassifier)
def _(step, shape):
    if step.loss == "modified_huber":
        raise ValueError(
            "SGDClassifier: expected loss='hinge' or 'log_loss' in a graph, got 'modified_huber'."
        )
    if step.loss != "log_loss":
        return Arithmetic(_winner if len(step.classes_) > 2 else _sign, **_weights(step))
    return Arithmetic(_one_against_rest if len(step.classes_) > 2 else _sigmoid, **_weights(step))


@foreign.register(SVC)
def _(step, shape):
    if step.kernel != "linear" or step.probability not in (False, "deprecated"):
        raise ValueError(
            f"SVC: expected kernel='linear' without probabilities in a graph, got {step!r}; "
            f"choose that, LinearSVC or LogisticRegression."
        )
    if len(step.classes_) == 2:
        return Arithmetic(_sign, **_weights(step))
    wins = _who_wins(len(step.classes_))
    return Arithmetic(_most_wins, **_weights(step), first=wins[0], second=wins[1])


@foreign.register(BayesianRidge)
@foreign.register(ElasticNet)
@foreign.register(ElasticNetCV)
@foreign.register(HuberRegressor)
@foreign.register(Lasso)
@foreign.register(LassoCV)
@foreign.register(LinearRegression)
@foreign.register(LinearSVR)
@foreign.register(Ridge)
@foreign.register(RidgeCV)
@foreign.register(SGDRegressor)
def _(step, shape):
    several = step.coef_.ndim > 1
    bias = step.intercept_ if several else np.ravel(step.intercept_)[0]
    return Arithmetic(_plane, weight=step.coef_.T, bias=bias)


def _plane(x, weight, bias):
    return x @ weight + bias


def _who_wins(n_classes):
    """Class of each pair that a positive and a negative decision is for: (2, pair, class)."""
    first, second = np.triu_indices(n_classes, k=1)
    return np.eye(n_classes)[[first, second]]


def _weights(step):
    """Weights of a linear model, (feature, decision), and its biases."""
    coef = step.coef_
    bias = np.broadcast_to(step.intercept_, len(np.atleast_2d(coef)))
    return {"weight": np.atleast_2d(coef).T, "bias": bias}


def _softmax(x, weight, bias):
    return (x @ weight + bias).softmax(-1)


def _sigmoid(x, weight, bias):
    decision = x @ weight + bias
    return (decision * decision.new_tensor([-1.0, 1.0])).sigmoid()


def _one_against_rest(x, weight, bias):
    share = (x @ weight + bias).sigmoid()
    return share / share.sum(-1, keepdim=True)


def _sign(x, weight, bias):
    return _one_of(((x @ weight + bias) > 0).squeeze(-1).long(), 2, x)


def _winner(x, weight, bias):
    return _one_of((x @ weight + bias).argmax(-1), weight.shape[1], x)


def _most_wins(x, weight, bias, first, second):
    won = (x @ weight + bias) > 0
    votes = won.to(x.dtype) @ first + (~won).to(x.dtype) @ second
    return _one_of(votes.argmax(-1), first.shape[1], x)


def _one_of(codes, n_classes, x):
    """All probability for one class; NaN of rows with NaN."""
    shares = (codes.unsqueeze(-1) == codes.new_tensor(range(n_classes))).to(x.dtype)
    return shares.masked_fill(x.isnan().any(-1, keepdim=True), float("nan"))
