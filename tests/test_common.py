"""Every estimator of the package, found by walking it, against both batteries."""

import importlib
import inspect
import pkgutil
import warnings
from collections import Counter

import pytest
from sklearn.base import BaseEstimator
from sklearn.utils.estimator_checks import check_estimator as check_sklearn_estimator

import sklearn_eeg
from sklearn_eeg import testing
from sklearn_eeg.exceptions import FewStepsWarning, SingleStepWarning
from tests.instances import INSTANCES


def find_estimators():
    found = {}
    for info in pkgutil.walk_packages(sklearn_eeg.__path__, "sklearn_eeg."):
        if "._" in info.name:
            continue
        module = importlib.import_module(info.name)
        names = getattr(module, "__all__", None) or [
            name for name in vars(module) if name[0] != "_"
        ]
        for name in names:
            thing = getattr(module, name)
            if inspect.isclass(thing) and thing.__module__.startswith(info.name):
                found[name] = thing
    return {
        name: thing
        for name, thing in sorted(found.items())
        if issubclass(thing, BaseEstimator) and not inspect.isabstract(thing)
    }


ESTIMATORS = find_estimators()
CASES = [
    pytest.param(make, id=f"{name}-{index}")
    for name in ESTIMATORS
    for index, make in enumerate(INSTANCES.get(name, []))
]


def test_every_estimator_has_an_instance_to_check():
    assert set(ESTIMATORS) == set(INSTANCES)


@pytest.mark.parametrize("make", CASES)
def test_scikit_learn_finds_no_failure(make, record_property):
    estimator = make()
    if estimator.__sklearn_tags__().no_validation or estimator.__sklearn_tags__()._skip_test:
        assert estimator._check_estimator_reason
        return
    with warnings.catch_warnings():
        # Some checks feed data (constant, tiny, in the wrong shape) that rightly draw warnings.
        warnings.simplefilter("ignore")
        # What draws none, since nobody knows whose these rows are, is said of a study's data.
        for category in (FewStepsWarning, SingleStepWarning):
            warnings.simplefilter("error", category)
        results = check_sklearn_estimator(estimator, on_fail=None)
    record_property("checks", dict(Counter(result["status"] for result in results)))
    failed = [(r["check_name"], r["exception"]) for r in results if r["status"] == "failed"]
    assert not failed
    assert sum(result["status"] == "passed" for result in results) > 30


@pytest.mark.parametrize("make", CASES)
@pytest.mark.filterwarnings("error::sklearn_eeg.exceptions.FewStepsWarning")
def test_the_data_contract_holds(make, record_property):
    results = testing.check_estimator(make(), on_fail=None)
    record_property("checks", dict(Counter(result["status"] for result in results)))
    failed = [(r["kind"], r["check"], r["exception"]) for r in results if r["status"] == "failed"]
    assert not failed
