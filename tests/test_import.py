import importlib
import importlib.metadata
import importlib.resources
import pkgutil
import subprocess
import sys

import pytest

import sklearn_eeg

MODULES = [
    info.name
    for info in pkgutil.walk_packages(sklearn_eeg.__path__, "sklearn_eeg.")
    if "._" not in info.name
]


def loaded_after(statement):
    code = f"{statement}; import sys; print(*sys.modules)"
    return set(
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout.split()
    )


def test_importing_the_package_loads_nothing_heavy():
    loaded = loaded_after("import sklearn_eeg")
    assert "sklearn_eeg" in loaded
    heavy = {"torch", "mne", "pandas", "numpy", "scipy", "sklearn", "matplotlib", "skorch"}
    assert not heavy & loaded


@pytest.mark.parametrize("stage", ["preprocessing", "features", "montage", "spectrogram"])
def test_stages_load_no_torch_and_no_mne(stage):
    assert not {"torch", "skorch", "mne"} & loaded_after(f"import sklearn_eeg.{stage}")


@pytest.mark.parametrize("module", ["sklearn_eeg", *MODULES])
def test_every_public_name_is_there(module):
    module = importlib.import_module(module)
    for name in getattr(module, "__all__", ()):
        assert getattr(module, name) is not None


def test_no_public_name_is_listed_twice():
    for module in map(importlib.import_module, MODULES):
        names = getattr(module, "__all__", [])
        assert len(names) == len(set(names))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = sklearn_eeg.nonsense


def test_version_is_the_installed_one():
    assert sklearn_eeg.__version__ == importlib.metadata.version("sklearn-eeg")


def test_package_declares_its_types():
    assert (importlib.resources.files(sklearn_eeg) / "py.typed").is_file()
