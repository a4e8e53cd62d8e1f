"""What an architecture's one entry says holds, and everything that reads it finds it."""

import ast
import importlib
import inspect
import pickle
from dataclasses import fields
from pathlib import Path

import pytest
import torch

from sklearn_eeg import classifiers, decomposition, regressors
from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._engine.construction import build_entry
from sklearn_eeg._engine.settings import TargetSettings
from sklearn_eeg._lazy import load
from sklearn_eeg.nn import models
from tests.test_import import loaded_after

PACKAGES = {
    "classifiers": classifiers,
    "regressors": regressors,
    "decomposition": decomposition,
    "nn.models": models,
}


@pytest.fixture(params=ARCHITECTURES)
def architecture(request):
    return ARCHITECTURES[request.param]


@pytest.fixture
def network(architecture):
    return build_entry(architecture)


def test_parameters_are_as_many_as_published(architecture, network):
    assert sum(p.numel() for p in network.parameters()) == architecture.n_parameters


def test_network_is_the_one_named_and_takes_the_instance(architecture, network):
    assert type(network) is load(architecture.network)
    x = torch.randn(2, *architecture.instance.values())
    with torch.inference_mode():
        assert network.eval()(x).shape == (2, architecture.n_outputs)


def test_instance_has_the_axes_of_the_estimator(architecture):
    estimator = load(architecture.estimator)(**architecture.settings)
    words = ["feature" if axis == "band" else axis for axis in architecture.instance]
    assert " ".join(words) in estimator._axes


def test_settings_have_the_defaults_of_the_network(architecture):
    cls, asked = load(architecture.estimator), inspect.signature(load(architecture.network))
    general = {field.name for field in fields(TargetSettings)}
    own = {field.name: field.default for field in fields(cls) if field.name not in general}
    for name in set(own) & set(asked.parameters):
        assert own[name] == asked.parameters[name].default, name


def test_settings_of_the_catalogue_are_arguments(architecture):
    arguments = set(inspect.signature(load(architecture.estimator)).parameters)
    for settings in ("settings", "small", "recipe_settings", "tuned"):
        assert set(getattr(architecture, settings)) <= arguments


@pytest.mark.parametrize("kind", ["estimator", "network"])
def test_classes_are_public_and_pickle(architecture, kind):
    path = getattr(architecture, kind)
    package, _, name = path.partition(":")
    public = PACKAGES[package.removeprefix("sklearn_eeg.").rpartition(".")[0]]
    cls = getattr(public, name)
    assert name in public.__all__
    assert name in dir(public)
    assert pickle.loads(pickle.dumps(cls)) is cls


def test_names_cost_no_torch():
    loaded = loaded_after(
        "import sklearn_eeg.classifiers as c, sklearn_eeg.regressors as r; dir(c), dir(r)"
    )
    assert "sklearn_eeg._catalogue" in loaded
    assert not {"torch", "skorch", "sklearn", "numpy", "mne"} & loaded


@pytest.mark.parametrize(
    "package", ["classifiers", "regressors", "decomposition", "datasets", "nn.models"]
)
def test_what_editors_see_is_there(package):
    public = importlib.import_module(f"sklearn_eeg.{package}")
    source = Path(public.__file__).read_text(encoding="utf-8")
    block = next(node for node in ast.parse(source).body if isinstance(node, ast.If))
    seen = {(node.module, alias.name) for node in block.body for alias in node.names}
    assert seen
    for module, name in seen:
        assert getattr(public, name) is load(f"{module}:{name}")
