"""From a fitted pipeline to a file that answers as it does, and what is refused on the way."""

import json
import logging
import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_eeg.classifiers import LSTMClassifier, WindowedClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.export import _export_onnx, describe, export_onnx
from sklearn_eeg.export._agreement import compare, open_session
from sklearn_eeg.export._example import read_example
from sklearn_eeg.features import (
    ConnectivityExtractor,
    DEExtractor,
    EntropyExtractor,
    FractalExtractor,
    HjorthExtractor,
    LDSSmoother,
    MeanAmplitudeExtractor,
    StatisticsExtractor,
)
from sklearn_eeg.preprocessing import BandpassNotch, ChannelScaler, Flatten, SequencePadder
from sklearn_eeg.regressors import Conv2DLSTMRegressor
from sklearn_eeg.trials import Trials


def features(n_trials=24, seed=0):
    """Trials of different numbers of windows, at most eight, as a list."""
    rng = np.random.default_rng(seed)
    y = np.arange(n_trials) % 3
    data = [rng.normal(size=(5 + i % 4, 4, 2)) + y[i] - 1 for i in range(n_trials)]
    names = ["Fp1", "Fp2", "O1", "O2"]
    return Trials(data, ch_names=names, bands={"low": (1, 8), "high": (8, 30)}), y


@pytest.fixture(scope="module")
def from_signals(tmp_path_factory):
    """Pipeline on signals with a linear model, its file, and trials that it has not seen."""
    trials, y = make_emotion_trials(n_subjects=3, n_stimuli=6, duration=3.0, random_state=0)
    seen, unseen = trials[:12], trials[12:]
    model = make_pipeline(
        DEExtractor(1.0), LDSSmoother("filter"), ChannelScaler(), WindowedClassifier()
    ).fit(seen, y[:12])
    path = tmp_path_factory.mktemp("modèle à porter") / "sur l'oreiller.onnx"
    return model, export_onnx(model, path, unseen), unseen


@pytest.fixture(scope="module")
def from_sequences(tmp_path_factory):
    """Search over a network on sequences that differ in length, its file, and unseen trials."""
    trials, y = features()
    network = LSTMClassifier(n_hidden=8, max_epochs=4, random_state=0)
    model = make_pipeline(LDSSmoother(), SequencePadder(7), ChannelScaler(), network)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search = GridSearchCV(model, {"lstmclassifier__lr": [0.02]}, cv=2).fit(trials, y)
    unseen, _ = features(9, seed=1)
    return search, export_onnx(search, tmp_path_factory.mktemp("it") / "it.onnx", unseen), unseen


ALONE = """
import json, sys
import numpy as np, onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
facts = {k: json.loads(v) for k, v in session.get_modelmeta().custom_metadata_map.items()}
(answers,) = session.run(None, {"trials": np.load(sys.argv[2])})
np.save(sys.argv[3], answers)
assert not {"torch", "sklearn", "scipy", "mne", "pandas", "sklearn_eeg"} & set(sys.modules)
print(json.dumps(facts["channels"]))
"""


def run_alone(file, data, folder):
    """Answers and channels of a file, in a process of numpy and onnxruntime."""
    np.save(folder / "in.npy", data.astype(np.float32))
    command = [sys.executable, "-c", ALONE, file, folder / "in.npy", folder / "out.npy"]
    done = subprocess.run(
        list(map(str, command)), check=True, capture_output=True, text=True, env=dict(os.environ)
    )
    return np.load(folder / "out.npy"), json.loads(done.stdout)


def test_a_file_answers_alone_as_the_pipeline_does(from_signals, tmp_path):
    model, file, unseen = from_signals
    found, channels = run_alone(file, unseen.data, tmp_path)
    assert_allclose(found, model.predict_proba(unseen), atol=1e-5)
    assert channels == list(unseen.ch_names)


def test_a_shorter_trial_is_padded_with_nan(from_sequences, tmp_path):
    model, file, unseen = from_sequences
    padded = np.full((9, 8, 4, 2), np.nan)
    for row, trial in zip(padded, unseen.data, strict=True):
        row[: len(trial)] = trial
    found, _ = run_alone(file, padded, tmp_path)
    assert_allclose(found, model.predict_proba(unseen), atol=1e-5)
    # Gaps that no comparison has seen.
    padded[0, 2] = np.nan
    padded[1, 3:6, 1] = np.nan
    padded[2] = np.nan
    found, _ = run_alone(file, padded, tmp_path)
    assert np.isnan(found[2]).all()
    assert_allclose(found[:2], model.predict_proba(unseen.derive(data=padded)[:2]), atol=1e-5)


def test_a_file_says_what_it_is_of(from_signals, from_sequences):
    _, file, unseen = from_signals
    facts = describe(file)
    assert facts["steps"] == ["DEExtractor", "LDSSmoother", "ChannelScaler", "WindowedClassifier"]
    assert facts["channels"] == list(unseen.ch_names)
    assert (facts["sfreq"], facts["unit"]) == (unseen.sfreq, "uV")
    assert facts["axes"] == ["channel", "time"] and facts["shape"] == list(unseen.shape[1:])
    assert facts["batches"] == [1, 2, 7, 33] and facts["n_trials"] == len(unseen)
    assert 0 < facts["largest_difference"] <= facts["tolerance"] == 1e-5
    assert facts["missing"] == {
        "without times at the end": "as the pipeline",
        "without a channel": "NaN",
    }
    facts = describe(str(from_sequences[1]))
    assert facts["missing"]["without windows at the end"] == "as the pipeline"
    assert facts["classes"] == [0, 1, 2] and facts["shape"] == [8, 4, 2]


def test_signals_in_volts_are_those_in_microvolts(from_signals):
    model, file, unseen = from_signals
    volts = unseen.replace(data=unseen.data * 1e-6, unit="V")
    example = read_example(volts, model[0])
    assert_allclose(example.data, unseen.data, rtol=1e-5)
    facts = compare(file.read_bytes(), model, example, 1e-5)
    assert facts["largest_difference"] <= 1e-5


def test_a_file_with_other_answers_is_refused(from_signals):
    model, file, unseen = from_signals
    other = make_pipeline(*[step for _, step in model.steps[:-1]], WindowedClassifier())
    other.fit(unseen, np.arange(len(unseen)) % 3)
    example = read_example(unseen, model[0])
    with pytest.raises(ValueError, match=r"within 1e-05 of the pipeline's.* nothing was written"):
        compare(file.read_bytes(), other, example, 1e-5)


def test_answers_that_are_all_the_same_compare_nothing(from_signals):
    model, file, unseen = from_signals
    with pytest.raises(ValueError, match=r"answers differ, got .* for each of 2"):
        compare(file.read_bytes(), model, read_example(unseen[[0, 0]], model[0]), 1e-5)


def test_batches_are_of_any_size(from_signals):
    _, file, unseen = from_signals
    session = open_session(file.read_bytes())
    many = np.concatenate([unseen.data] * 20).astype(np.float32)
    (found,) = session.run(None, {"trials": many})
    (one,) = session.run(None, {"trials": many[:1]})
    assert found.shape == (len(many), 3)
    assert_allclose(found[:1], one, atol=1e-6)


@pytest.mark.parametrize("kind", ["empty", "text", "cut", "other"])
def test_other_files_are_no_graphs_of_ours(kind, from_signals, tmp_path):
    onnx = pytest.importorskip("onnx")
    content = from_signals[1].read_bytes()
    graph = onnx.load_model_from_string(content)
    graph.producer_name = "somebody"
    content = {
        "empty": b"",
        "text": b"What is this?",
        "cut": content[: len(content) // 2],
        "other": graph.SerializeToString(),
    }[kind]
    file = tmp_path / "it.onnx"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="describe: expected a file written by export_onnx"):
        describe(file)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"describe: .* none at .*nowhere\.onnx"):
        describe(tmp_path / "nowhere.onnx")


def test_a_filter_is_refused_by_name_and_the_old_file_stays(tmp_path):
    trials, y = make_emotion_trials(n_subjects=2, n_stimuli=4, duration=2.0, random_state=0)
    front = BandpassNotch(1, 45, method="iir")
    model = make_pipeline(front, DEExtractor(1.0), ChannelScaler(), WindowedClassifier())
    model.fit(trials, y)
    file = tmp_path / "model.onnx"
    file.write_bytes(b"older")
    with pytest.raises(ValueError, match=r"export_onnx: .*BandpassNotch.*behind it"):
        export_onnx(model, file, trials)
    assert file.read_bytes() == b"older" and list(tmp_path.iterdir()) == [file]


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 6))
    return X, (X[:, 0] > 0).astype(int)


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        (lambda X: X[:1], ValueError, "two trials or more"),
        (lambda X: X[:, :, None], ValueError, "expected trials of the axes"),
        (lambda X: X[:0], ValueError, "two trials or more"),
    ],
)
def test_examples_that_cannot_be_compared(rows, change, error, match, tmp_path):
    X, y = rows
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    with pytest.raises(error, match=match):
        export_onnx(model, tmp_path / "it.onnx", change(X))
    assert not list(tmp_path.iterdir())


def test_what_gives_no_answers_is_refused(tmp_path):
    X = np.random.default_rng(0).normal(size=(6, 3, 4, 5))
    with pytest.raises(TypeError, match="a classifier or a regressor, got ChannelScaler"):
        export_onnx(ChannelScaler().fit(X), tmp_path / "it.onnx", X)


@pytest.mark.parametrize("sequence_length", [None, 3])
@pytest.mark.parametrize("shape", [(), (2, 3)])
def test_values_of_a_network_are_given_as_it_gives_them(shape, sequence_length, tmp_path):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 5, 2, 6, 6))
    level = 100 * X[..., 0, 2, 2].mean(1)
    y = level.reshape(-1, *[1] * len(shape)) * np.ones(shape)
    model = Conv2DLSTMRegressor(
        max_epochs=8,
        n_filters=(3, 4),
        n_hidden=6,
        lr=0.01,
        sequence_length=sequence_length,
        random_state=0,
    ).fit(X[:14], y[:14])
    file = export_onnx(model, tmp_path / "it.onnx", X[14:])
    facts = describe(file)
    assert facts["output"] == "values" and "classes" not in facts
    assert facts["missing"] == {"without windows at the end": "as the pipeline"}
    padded = X[14:].copy()
    padded[0, 3:] = np.nan
    (found,) = open_session(file.read_bytes()).run(["values"], {"trials": padded.astype("float32")})
    assert_allclose(found, model.predict(padded), rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize(
    "extractor",
    [
        StatisticsExtractor(window=1.0),
        HjorthExtractor(window=1.0),
        EntropyExtractor(["spectral", "permutation"], window=1.0),
        FractalExtractor(["higuchi", "katz", "petrosian"], window=1.0),
        MeanAmplitudeExtractor(5),
        ConnectivityExtractor("plv", window=3.0),
        ConnectivityExtractor("correlation", window=3.0),
    ],
    ids=repr,
)
def test_features_and_a_line_are_one_graph(extractor, tmp_path):
    trials, y = make_emotion_trials(n_subjects=3, n_stimuli=6, duration=6.0, random_state=0)
    seen, unseen = trials[:12], trials[12:]
    model = make_pipeline(extractor, Flatten(), StandardScaler(), LogisticRegression())
    facts = describe(export_onnx(model.fit(seen, y[:12]), tmp_path / "a.onnx", unseen))
    assert facts["largest_difference"] <= 1e-5 and facts["batches"] == [1, 2, 7, 33]
    value = np.asarray(seen.data)[:, 0].std(-1)
    line = make_pipeline(extractor, Flatten(), StandardScaler(), Ridge()).fit(seen, value)
    facts = describe(export_onnx(line, tmp_path / "b.onnx", unseen))
    assert facts["largest_difference"] <= facts["tolerance"] and facts["output"] == "values"


class InPairs(torch.nn.Module):
    """Treats two rows of a batch at a time."""

    def forward(self, x):
        return torch.cat([2 * part for part in x.split(2)])


class Branches(torch.nn.Module):
    """Looks at values."""

    def forward(self, x):
        return x if x.sum() > 0 else -x


class Eigenvalues(torch.nn.Module):
    """Calls what ONNX has no operator for."""

    def forward(self, x):
        return torch.linalg.eigvalsh(x.unsqueeze(-1) * x.unsqueeze(-2))


@pytest.mark.parametrize(
    ("module", "match"),
    [
        (InPairs(), "for batches of any size, got Constraints violated"),
        (Branches(), "branch on no value.* got Could not guard"),
        (Eigenvalues(), "operators that ONNX has, got No ONNX function.*eigh"),
    ],
)
def test_a_module_that_no_graph_can_hold_is_refused(module, match):
    with pytest.raises(ValueError, match=match):
        _export_onnx.make_graph(module, (4,))


def test_nothing_global_is_left_changed(rows):
    before = [logging.getLogger(name).level for name in ("torch.onnx", "onnxscript", "onnx_ir")]
    filters = list(warnings.filters)
    with pytest.raises(RuntimeError, match="inside"), _export_onnx._quiet():
        raise RuntimeError("inside")
    after = [logging.getLogger(name).level for name in ("torch.onnx", "onnxscript", "onnx_ir")]
    assert before == after and filters == list(warnings.filters)


def test_without_the_extra_a_sentence_says_what_to_install(rows, tmp_path, monkeypatch):
    X, y = rows
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(ImportError, match=r"onnxscript.* pip install 'sklearn-eeg\[export\]'"):
        export_onnx(LogisticRegression().fit(X, y), tmp_path / "it.onnx", X)
