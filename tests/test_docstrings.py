"""Every argument of every estimator is described on its own page, as it is."""

import inspect
import math
from ast import literal_eval

import pytest
from numpydoc.docscrape import ClassDoc

from sklearn_eeg.classifiers import DANN, MLDG, Aligned, NeuralClassifier, Runtime
from sklearn_eeg.regressors import NeuralRegressor
from tests.test_common import ESTIMATORS

OTHERS = (NeuralClassifier, NeuralRegressor, Runtime, Aligned, DANN, MLDG)
CLASSES = {**ESTIMATORS, **{cls.__name__: cls for cls in OTHERS}}


def described(cls):
    """Type, default and text of each argument, as its docstring has them."""
    for entry in ClassDoc(cls)["Parameters"]:
        kind, _, default = entry.type.partition(", default=")
        names = entry.name.split(", ")
        defaults = default.split(", ") if len(names) > 1 and default else [default] * len(names)
        for name, told in zip(names, defaults, strict=True):
            yield name, kind, told, " ".join(entry.desc)


def means(told, value, text):
    """Whether a default in words is this value."""
    if told == "all":
        return all(f'"{word}"' in text for word in value)
    if callable(value):
        return told == getattr(value, "__name__", repr(value))
    if isinstance(value, float) and math.isnan(value):
        return told == "nan"
    return type(literal_eval(told)) is type(value) and literal_eval(told) == value


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
def test_all_arguments_are_described_in_order(cls):
    assert [name for name, *_ in described(cls)] == list(inspect.signature(cls).parameters)


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
def test_types_and_defaults_are_told_as_they_are(cls):
    parameters = inspect.signature(cls).parameters
    for name, kind, told, text in described(cls):
        assert kind, name
        if parameters[name].default is inspect.Parameter.empty:
            assert told == "", name
        else:
            assert means(told, parameters[name].default, text), name
