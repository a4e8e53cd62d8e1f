"""Every estimator of the package comes back in a fresh process, equal bit for bit."""

import os
import subprocess
import sys
import warnings

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import is_classifier, is_regressor
from sklearn.pipeline import make_pipeline

from sklearn_eeg.persistence import describe, load, save
from sklearn_eeg.preprocessing import ChannelScaler
from sklearn_eeg.testing._samples import SHAPES, make_samples
from sklearn_eeg.trials import Trials
from tests.instances import INSTANCES
from tests.test_common import ESTIMATORS

USER_CODE = {"ModuleClassifier": ["module"], "SpectrogramCNNClassifier": ["backbone"]}
CASES = [
    pytest.param(name, make, id=f"{name}-{index}")
    for name in ESTIMATORS
    for index, make in enumerate(INSTANCES[name])
]


def fitted(make):
    """On the first kind of trials that it takes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for kind in SHAPES:
            X, y = make_samples(kind)
            try:
                model = make()
                model.fit(X, np.arange(6.0) if is_regressor(model) else y)
            except (TypeError, ValueError):
                continue
            return model, X
    raise AssertionError("it takes no kind of trials")


def answers(model, X):
    for method in ("predict_proba", "predict", "transform"):
        if hasattr(model, method):
            return getattr(model, method)(X)
    raise AssertionError("it answers nothing")


def arrays(answer):
    data = answer.data if isinstance(answer, Trials) else answer
    return list(data) if isinstance(data, list) else [np.asarray(data)]


@pytest.mark.parametrize(("name", "make"), CASES)
def test_it_answers_as_it_did(name, make, tmp_path):
    model, X = fitted(make)
    holds = USER_CODE.get(name, [])
    code = {f"model.{setting}": getattr(model, setting) for setting in holds}
    file = save(model, tmp_path / "it.safetensors", leave_out_code=bool(holds))
    assert describe(file)["left_out"] == list(code)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = arrays(answers(model, X))
        found = arrays(answers(load(file, code=code), X))
    for one, other in zip(found, expected, strict=True):
        assert_array_equal(one, other)
    if is_classifier(model):
        assert_array_equal(load(file, code=code).classes_, model.classes_)
    if hasattr(model, "module_"):
        weights = model.module_.state_dict().values()
        n_bytes = sum(weight.numel() * weight.element_size() for weight in weights)
        assert file.stat().st_size <= n_bytes + 100_000


FRESH = """
import pickle, sys
import numpy as np, torch
from sklearn_eeg.persistence import load

def refuse(*args, **kwargs):
    raise AssertionError("a pickle was read")

data = dict(np.load(sys.argv[2]))
pickle.load = pickle.loads = torch.load = refuse
answer = load(sys.argv[1]).predict_proba(data["X"])
assert np.array_equal(answer, data["expected"])
"""


@pytest.mark.parametrize("name", ["WideDeepClassifier", "GRUClassifier", "WindowedClassifier"])
def test_a_fresh_process_answers_the_same_and_reads_no_pickle(name, tmp_path):
    X, y = make_samples("band features")
    data = np.asarray(X.data)
    model = make_pipeline(ChannelScaler(), INSTANCES[name][0]()).fit(data, y)
    file = save(model, tmp_path / "it.safetensors")
    np.savez(tmp_path / "data.npz", X=data, expected=model.predict_proba(data))
    done = subprocess.run(
        [sys.executable, "-c", FRESH, file, tmp_path / "data.npz"],
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_it_is_smaller_than_a_pickle_of_before(tmp_path):
    model, _ = fitted(INSTANCES["ResAttentioNetClassifier"][0])
    joblib.dump(model, tmp_path / "it.joblib")
    file = save(model, tmp_path / "it.safetensors")
    assert file.stat().st_size < 1.2 * (tmp_path / "it.joblib").stat().st_size + 20_000
