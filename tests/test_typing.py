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
# A network of one's own, tuned; each table of what was found; what comes after a fit.
MORE = """
from pathlib import Path

import numpy as np
import torch
from torch import nn

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import ModuleClassifier
from sklearn_eeg.datasets import load_recordings, load_seed, make_emotion_trials, make_icu_night
from sklearn_eeg.evaluation import compare, evaluate, predict_table
from sklearn_eeg.export import describe, export_onnx, to_torch
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.inspection import integrated_gradients, occlusion
from sklearn_eeg.metrics import reliability_curve
from sklearn_eeg.model_selection import Cross, SubjectSplit, make_protocol
from sklearn_eeg.nn.functional import fill_missing, last_state, reverse_gradient, sigmoid_ramp
from sklearn_eeg.nn.layers import GeM, Residual1d, TemporalAttentionPool
from sklearn_eeg.nn.models import EEGNet, ResAttentioNet
from sklearn_eeg.persistence import load, save
from sklearn_eeg.plotting import AttentionDisplay, ConfusionMatrixDisplay, ScalpMapDisplay
from sklearn_eeg.report import write_report
from sklearn_eeg.streaming import Alarm, to_stream


class Own(nn.Module):
    def __init__(self, n_features: int, n_outputs: int, width: int = 16) -> None:
        super().__init__()
        self.encoder = Residual1d(n_features, width)
        self.pool = TemporalAttentionPool(width, n_heads=2)
        self.head = nn.Linear(width, n_outputs)

    def forward(self, x: torch.Tensor, missing: torch.Tensor | None = None) -> torch.Tensor:
        steps, missing = self.encoder(*fill_missing(x.flatten(2), missing))
        pooled: torch.Tensor = self.pool(steps, missing)
        return self.head(reverse_gradient(pooled, sigmoid_ramp(0.5)))  # type: ignore[no-any-return]


published = ResAttentioNet(n_features=310, n_outputs=3, base_width=8)
weights: torch.Tensor = published.attention_weights(torch.zeros(2, 64, 310))
kernel = EEGNet(n_channels=19, n_times=256, n_outputs=2, sfreq=128.0).eval()
pooled: torch.Tensor = last_state(nn.GRU(3, 2, batch_first=True), torch.zeros(1, 3, 3))
print(GeM(p=2.0).extra_repr(), weights.shape, pooled.shape, kernel)
axes = ("window", "channel", "band")
model = ModuleClassifier(
    module=Own, settings={"width": 8}, axes=axes, masks=True, max_epochs=2, random_state=0
)

signals, y, truth = make_emotion_trials(n_subjects=4, return_truth=True)
trials: Trials = DEExtractor(window=1.0).fit_transform(signals)
print(truth.ceiling, y.shape, trials.ch_names)
night, events = make_icu_night(1.0, 2)
starts: np.ndarray = events[:, 0]
published_features, films = load_seed(Path("SEED"), kind="de_LDS")
found = load_recordings("folder", dry_run=True)
print(found["problem"], night.sfreq, films.tolist(), published_features.bands)

result = evaluate(model, trials, y, cv=2, scoring=["accuracy", "f1_macro"])
tables = [result.scores, result.summary(), result.predictions, result.metrics(), result.mean]
tables += [result.differences(), result.choices, result.history, result.to_frame()]
for fold in result.folds:
    print(fold, tables[0].shape, result.mean["accuracy"], result.is_complete)
write_report(result, "report")
board = compare({"own": model}, {"simulated": (trials, y)}, seeds=2, cv=2)
print(board.summary(), board.scores(), make_protocol("subjects"), Cross(None, None))

model.fit(trials, y)
shares: np.ndarray = model.predict_proba(trials)
windows = model.predict_proba_windows(trials)
save(model, Path("model.safetensors"), leave_out_code=True)
stream = to_stream(load("model.safetensors", code=Own))
answers = stream.push(np.zeros((19, 20)))
if answers is not None and answers.labels is not None:
    print(answers.labels.tolist(), Alarm(threshold=0.8).find(shares[:, 1]))
table = predict_table(model, trials)
export_onnx(model, "model.onnx", trials)
module: nn.Module = to_torch(model, trials.data.shape[1:])
print(sorted(describe("model.onnx")), table.columns)

why = integrated_gradients(model, trials, n_steps=8)
lost = occlusion(model, trials, patch={"channel": 1})
mean: Trials = why.trials
print(why.values.shape, lost.trials, mean.axes, reliability_curve([1, 0], [0.9, 0.6])[2])
ConfusionMatrixDisplay.from_evaluation(result, normalize="true")
display = ConfusionMatrixDisplay.from_predictions(y, model.predict(trials))
display.ax_.set_title("counts")
ScalpMapDisplay(np.zeros((1, 2)), ["Fz", "Cz"]).plot()
AttentionDisplay([[0.2, 0.8]]).plot()
"""
# Each of these is refused, by its kind.
WRONG = """
import numpy as np

from sklearn_eeg.classifiers import DGCNNClassifier
from sklearn_eeg.datasets import load_recordings, make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.nn.models import DGCNN
from sklearn_eeg.trials import Trials

DEExtractor(window="long")  # arg-type
DEExtractor(windows=2.0)  # call-arg
Trials(np.zeros((3, 4, 100)), sfreq="100 Hz")  # arg-type
Trials(np.zeros((3, 4, 100))).sfrq  # attr-defined
DGCNNClassifier(epochs=3)  # call-arg
DGCNNClassifier(variant="papre")  # arg-type
DGCNN(62, 5)  # call-arg
DGCNN(62, 5, "three")  # arg-type
one, two, three = make_emotion_trials()  # misc
some, labels = load_recordings("folder"), load_recordings("folder").columns  # attr-defined
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Lines of mypy's about files of a user's."""
    pytest.importorskip("mypy", reason="needs mypy")
    folder = tmp_path_factory.mktemp("user")
    files = {"right.py": LINES, "more.py": MORE, "wrong.py": WRONG, "constructors.py": reveal()}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    # As of an installed package: only the user's own files are judged.
    options = ["--strict", "--no-error-summary", "--follow-imports=silent"]
    options += ["--python-executable", sys.executable, "--cache-dir", str(folder / "cache")]
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", *options, *files],
        cwd=folder,
        env=os.environ | {"MYPYPATH": str(ROOT.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    return ran.stdout.splitlines()


@pytest.mark.parametrize("file", ["right.py", "more.py"])
def test_a_users_lines_are_strictly_typed(file, told):
    assert [line for line in told if line.startswith(file)] == []


def test_what_does_not_fit_is_refused(told):
    lines = enumerate(WRONG.splitlines(), 1)
    wrong = [(number, line.partition("  # ")[2]) for number, line in lines if "  # " in line]
    errors = [re.match(r"wrong\.py:(\d+): error: .*\[(.*)\]$", line) for line in told]
    assert [(int(error[1]), error[2]) for error in errors if error] == wrong


def test_editors_show_what_constructors_take(told):
    pattern = r'constructors\.py:(\d+): note: Revealed type is "def \((.*)\) -> .*"$'
    shown = [match for match in (re.match(pattern, line) for line in told) if match]
    lines = reveal().splitlines()
    takes = {lines[int(match[1]) - 1]: match[2] for match in shown}
    assert len(takes) == len(CLASSES)
    # Any arguments, by place or by name, which is what a class of an untyped base shows.
    vague = {line: took for line, took in takes.items() if re.search(r"\*\w+: Any\b", took)}
    assert vague == {}
    assert "n_terms: int =" in takes["reveal_type(sklearn_eeg.classifiers.DGCNNClassifier)"]
    assert "n_bands: int" in takes["reveal_type(sklearn_eeg.nn.models.DGCNN)"]


def reveal():
    """A file that asks what the constructor of each public class takes."""
    modules = sorted({name.rpartition(".")[0] for name in CLASSES})
    imports = [f"import {name}" for name in modules]
    return "\n".join([*imports, *(f"reveal_type({name})" for name in CLASSES)]) + "\n"


def public_members():
    """Functions and classes in ``__all__`` of each public module, by their full names."""
    for info in pkgutil.walk_packages(sklearn_eeg.__path__, "sklearn_eeg."):
        if "._" not in info.name:
            module = importlib.import_module(info.name)
            for name in getattr(module, "__all__", ()) or public_names(module):
                yield f"{info.name}.{name}", getattr(module, name)


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


CLASSES = [
    name
    for name, found in public_members()
    if inspect.isclass(found) and not issubclass(found, Exception)
]
FUNCTIONS = {
    f"{function.__module__}:{function.__qualname__}": function
    for _, found in public_members()
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
        "nn.functional:fill_missing",
        "nn.layers._graph_conv:GraphConv.forward",
        "nn.models._dgcnn:DGCNN.__init__",
    ],
)
def test_the_walk_finds(name):
    assert f"sklearn_eeg.{name}" in FUNCTIONS
