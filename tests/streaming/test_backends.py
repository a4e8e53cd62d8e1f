"""A network that onnxruntime runs says what torch says, sooner."""

import sys
from time import thread_time

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline
from torch import nn

from sklearn_eeg.classifiers import ModuleClassifier, Runtime, WideDeepClassifier
from sklearn_eeg.preprocessing import ChannelScaler
from sklearn_eeg.streaming import _onnx_net, to_stream
from tests.export.networks import classifiers, trained
from tests.streaming.cases import NET, fit_classifier, windowed_de
from tests.streaming.conftest import make_signal, make_trials

pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

X = make_signal(430, seed=9)
CUTS = [0, 1, 3, 76, 20, 20, 0, 140, 20]
LENGTHS = st.lists(st.integers(0, 90), min_size=5, max_size=15).filter(lambda cuts: sum(cuts) < 430)
FEW = settings(deadline=None, max_examples=5)


def fit_small(**settings):
    model = make_pipeline(windowed_de(), ChannelScaler(), WideDeepClassifier(**NET | settings))
    return model.fit(make_trials(), [0, 1] * 3)


def fast(model):
    """Function that makes a stream of a model by onnxruntime, whose graph is made once."""
    net = to_stream(model, backend="onnx")._answers.quick.net
    assert isinstance(net, _onnx_net.OnnxNet)

    def make():
        stream = to_stream(model)
        stream._answers.quick.net = net
        return stream

    return make


@pytest.fixture(scope="module")
def attention():
    model = fit_classifier("attention")
    return model, fast(model)


@pytest.fixture(scope="module")
def small():
    return fit_small()


def follow(stream, x, cuts):
    """Results, each with the number of samples after which it came."""
    edges = np.cumsum([0, *cuts]).tolist()
    for start, stop in zip(edges, [*edges[1:], x.shape[-1]], strict=True):
        result = stream.push(x[:, start:stop])
        if result is not None:
            yield result, stop


@FEW
@given(cuts=LENGTHS)
def test_sequences_are_answered_as_by_the_pipeline_for_the_signal_so_far(attention, cuts):
    model, make = attention
    facts, answers = make_trials(1), []
    for result, pushed in follow(make(), X, cuts):
        so_far = model.predict_proba(facts.replace(data=X[None, :, :pushed]))
        assert_allclose(result.probabilities[-1], so_far[0], atol=1e-6)
        answers += result.probabilities.tolist()
    assert len(answers) == (430 - 50) // 25 + 1
    assert np.ptp(answers, axis=0).min() > 2e-5


def test_windows_are_answered_as_by_the_pipeline_one_or_several_at_a_time():
    model = fit_classifier("EEGNet")
    whole = model[:-1].transform(make_trials(1).replace(data=X[None]))
    expected = model[-1].predict_proba_windows(whole)[0]
    stream = to_stream(model, backend="onnx")
    found = np.concatenate([result.probabilities for result, _ in follow(stream, X, CUTS)])
    assert_allclose(found, expected, atol=1e-6)
    assert np.ptp(found, axis=0).min() > 2e-5


def test_what_is_missing_in_part_is_answered_as_by_the_pipeline(attention):
    (model, make), x = attention, X.copy()
    x[3] = np.nan
    result = make().push(x)
    expected = model.predict_proba(make_trials(1).replace(data=x[None]))
    assert_allclose(result.probabilities[-1], expected[0], atol=1e-6)


def test_one_instance_is_answered_sooner_than_by_torch(attention):
    model, make = attention
    row = np.random.default_rng(0).standard_normal((1, *model[-1]._instance[1]))
    by_onnx, by_torch = (s._answers.quick.net for s in (make(), to_stream(model)))
    assert least_time(by_onnx, row) < least_time(by_torch, row)


def least_time(net, row):
    took = []
    for _ in range(100):
        began = thread_time()
        net(row)
        took.append(thread_time() - began)
    return min(took)


def test_the_model_and_other_streams_of_it_stay_with_torch(small):
    kinds = [type(module) for module in small[-1].module_.modules()]
    fast(small)
    assert kinds == [type(module) for module in small[-1].module_.modules()]
    assert not isinstance(to_stream(small)._answers.quick.net, _onnx_net.OnnxNet)


def test_outputs_that_are_not_finite_are_an_error_as_by_torch(small):
    net = to_stream(small, backend="onnx")._answers.quick.net
    with pytest.raises(FloatingPointError, match="WideDeepClassifier: expected finite outputs"):
        net(np.full((1, *small[-1]._instance[1]), 1e300))


def test_a_graph_that_answers_otherwise_is_refused(small, monkeypatch):
    forward = _onnx_net.Outputs.forward
    monkeypatch.setattr(_onnx_net.Outputs, "forward", lambda self, x: 1.001 * forward(self, x))
    with pytest.raises(ValueError, match=r"to_stream: expected answers of the graph within 1e-06"):
        to_stream(small, backend="onnx")


class Branching(nn.Module):
    """Goes one way or the other by what comes in."""

    def __init__(self, n_channels, n_bands, n_outputs):
        super().__init__()
        self.head = nn.Linear(n_channels * n_bands, n_outputs)

    def forward(self, x):
        x = x.flatten(1)
        return self.head(-x if x.sum() > 0 else x)


def test_a_network_without_a_graph_is_refused_and_follows_by_torch():
    network = ModuleClassifier(module=Branching, axes=("channel", "band"), **NET)
    model = make_pipeline(windowed_de(), ChannelScaler(), network).fit(make_trials(), [0, 1] * 3)
    with pytest.raises(ValueError, match="to_stream: expected modules that branch on no value"):
        to_stream(model, backend="onnx")
    assert np.isfinite(to_stream(model).push(X).probabilities).all()


@pytest.mark.parametrize(
    ("model", "found"),
    [
        (lambda: fit_classifier("windowed"), "WindowedClassifier"),
        (lambda: make_pipeline(windowed_de()).fit(make_trials()), "no classifier"),
        (lambda: fit_small(runtime=Runtime(precision="bf16")), "WideDeepClassifier"),
    ],
)
def test_what_has_no_network_of_its_kind_is_refused(model, found):
    with pytest.raises(ValueError, match=rf"to_stream: expected a network .*got {found}; leave"):
        to_stream(model(), backend="onnx")


def test_double_precision_is_refused():
    model = fit_small(runtime=Runtime(precision="float64"))
    with pytest.raises(ValueError, match="precision='float32' with backend='onnx', got WideDeep"):
        to_stream(model, backend="onnx")


def test_another_word_is_refused(small):
    with pytest.raises(ValueError, match=r"expected backend to be one of \['torch', 'onnx'\]"):
        to_stream(small, backend="tensorrt")


def test_without_the_extra_it_says_how_to_get_it(small, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ImportError, match=r"pip install 'sklearn-eeg\[export\]'"):
        to_stream(small, backend="onnx")


@pytest.mark.slow
@pytest.mark.parametrize("name", classifiers())
def test_every_network_is_answered_by_its_graph_as_in_a_batch(name, monkeypatch):
    # Rounding in single precision may be more than a stream allows, which then refuses the graph.
    monkeypatch.setattr(_onnx_net, "TOLERANCE", 1e-5)
    model, unseen = trained(name)
    quick = model._quick_probabilities()
    if quick is None:
        assert model._extra or "domain" in model.module_.forward.__code__.co_varnames
        return
    rows = np.asarray(unseen.data).reshape(-1, *model._instance[1])
    expected = np.asarray(model.predict_proba_windows(unseen)).reshape(len(rows), -1)
    quick.net = _onnx_net.OnnxNet(quick.net)
    with torch.inference_mode():
        found = np.concatenate([quick(row[None]) for row in rows])
    assert_allclose(found, expected, atol=1e-5)
