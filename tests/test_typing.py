"""What a type checker knows of the library, as one who uses it sees it."""

import functools
import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sklearn_eeg

ROOT = Path(sklearn_eeg.__file__).parent

# Protocols of Python, pickle and scikit-learn, which nobody calls by hand.
PROTOCOLS = {
    "__array_function__",
    "__getstate__",
    "__init_subclass__",
    "__post_init__",
    "__repr__",
    "__setattr__",
    "__setstate__",
    "__sklearn_tags__",
    "__str__",
}
# Networks are torch modules, tensors in and tensors out, which torch calls by __call__; the
# estimators around them are what is constructed by hand, and these are typed.
UNTYPED = ("sklearn_eeg.nn",)

LINES = """
import numpy as np

from sklearn_eeg import Trials, recipes
from sklearn_eeg.classifiers import HeldOut, ResAttentioNetClassifier, Runtime, WindowedClassifier
from sklearn_eeg.datasets import load_recordings, make_emotion_trials
from sklearn_eeg.evaluation import audit, evaluate
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.persistence import load, save
from sklearn_eeg.plotting import SubjectScoresDisplay
from sklearn_eeg.preprocessing import BandpassNotch, SubjectScaler
from sklearn_eeg.streaming import to_stream

trials, y = make_emotion_trials(n_subjects=15, random_state=0)
clean = BandpassNotch(0.5, 50, notch=50, resample=100).fit_transform(trials)
features = SubjectScaler().fit_transform(LDSSmoother().fit_transform(DEExtractor().fit(clean)))
network = ResAttentioNetClassifier(max_epochs=2, runtime=Runtime(), validation=HeldOut(0.2))
model = recipes.make("logistic", sfreq=200)
result = evaluate(model, trials, y, cv=5, references={"network": network})
print(result.scores, audit(model, trials, y).passes, WindowedClassifier(None).fit(features, y))
save(model, "model.safetensors")
stream = to_stream(load("model.safetensors"))
answer = stream.push(np.zeros((19, 20)))
own = Trials(np.zeros((3, 4, 100)), sfreq=100, ch_names=["a", "b", "c", "d"])
some: Trials = own[own.subject != 3]
print(some.shape, some.sfreq, len(own), Trials.concat([own, some]).metadata)
SubjectScoresDisplay.from_evaluation(result).plot()
files, labels = load_recordings("folder", duration=2.0)
"""
# Each of these is refused, by its kind.
WRONG = """
import numpy as np

from sklearn_eeg.features import DEExtractor
from sklearn_eeg.trials import Trials

DEExtractor(window="long")  # arg-type
DEExtractor(windows=2.0)  # call-arg
Trials(np.zeros((3, 4, 100)), sfreq="100 Hz")  # arg-type
Trials(np.zeros((3, 4, 100))).sfrq  # attr-defined
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Lines of mypy's about two files of a user's."""
    pytest.importorskip("mypy", reason="needs mypy")
    folder = tmp_path_factory.mktemp("user")
    (folder / "right.py").write_text(LINES, encoding="utf-8")
    (folder / "wrong.py").write_text(WRONG, encoding="utf-8")
    # As of an installed package: only the user's own files are judged.
    options = ["--strict", "--no-error-summary", "--follow-imports=silent"]
    options += ["--python-executable", sys.executable, "--cache-dir", str(folder / "cache")]
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "right.py", "wrong.py"],
        cwd=folder,
        env=os.environ | {"MYPYPATH": str(ROOT.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    return ran.stdout.splitlines()


def test_a_users_lines_are_strictly_typed(told):
    assert [line for line in told if line.startswith("right.py")] == []


def test_what_does_not_fit_is_refused(told):
    lines = enumerate(WRONG.splitlines(), 1)
    wrong = [(number, line.partition("  # ")[2]) for number, line in lines if "  # " in line]
    errors = [re.match(r"wrong\.py:(\d+): error: .*\[(.*)\]$", line) for line in told]
    assert [(int(error[1]), error[2]) for error in errors if error] == wrong


def public_objects():
    """Functions and classes in ``__all__`` of each public module."""
    for info in pkgutil.walk_packages(sklearn_eeg.__path__, "sklearn_eeg."):
        if "._" not in info.name and not info.name.startswith(UNTYPED):
            module = importlib.import_module(info.name)
            for name in getattr(module, "__all__", ()) or public_names(module):
                yield getattr(module, name)


def public_names(module):
    """What a module without ``__all__`` defines itself."""
    return [
        name
        for name, found in vars(module).items()
        if not name.startswith("_") and getattr(found, "__module__", None) == module.__name__
    ]


def functions_of(found):
    """Functions of ours that a public object leads to: itself, or methods, inherited ones too."""
    if inspect.isclass(found):
        members = [
            member
            for cls in found.__mro__
            for name, member in vars(cls).items()
            if name not in PROTOCOLS and (not name.startswith("_") or name.endswith("__"))
        ]
    else:
        members = [found]
    for member in members:
        function = getattr(member, "__func__", None) or getattr(member, "fget", None) or member
        if isinstance(member, functools.cached_property):
            function = member.func
        function = inspect.unwrap(function) if callable(function) else None
        if inspect.isfunction(function) and is_written_here(function):
            yield function


def is_written_here(function):
    """Whether a function is in a file of ours; a dataclass's constructor is in none."""
    return Path(function.__code__.co_filename).is_relative_to(ROOT)


def lacking(function):
    """Names of arguments without a type, and ``return``."""
    names = list(inspect.signature(function, follow_wrapped=False).parameters)
    if "." in function.__qualname__ and names[:1] in (["self"], ["cls"]):
        names = names[1:]
    return [name for name in [*names, "return"] if name not in function.__annotations__]


FUNCTIONS = {
    f"{function.__module__}:{function.__qualname__}": function
    for found in public_objects()
    for function in functions_of(found)
}


def test_every_public_signature_is_typed():
    untyped = {name: lacking(function) for name, function in FUNCTIONS.items()}
    assert {name: names for name, names in untyped.items() if names} == {}


@pytest.mark.parametrize(
    "name",
    [
        "trials:Trials.__init__",
        "trials:Trials.subject",
        "_base:SignalTransformer.fit",
        "features._de:DEExtractor.__init__",
        "evaluation._evaluate:evaluate",
        "datasets.testing._deap:write_deap",
    ],
)
def test_the_walk_finds(name):
    assert f"sklearn_eeg.{name}" in FUNCTIONS
