"""What is wrong with the signal, and when a result is no decision."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_eeg import features as f
from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.conformal import SubjectConformalClassifier
from sklearn_eeg.preprocessing import BandpassNotch, Flatten, Resample, SequencePadder
from sklearn_eeg.streaming import SignalGate, to_stream
from tests.streaming.cases import BANDS, causal, fit_classifier, fit_transformer, windowed_de
from tests.streaming.conftest import SFREQ, make_signal, make_trials

FEW = settings(deadline=None, max_examples=8)
X = make_signal(600, seed=9)
FAULTS = {
    "flat": lambda x: np.full_like(x, 3.0),
    "gap": lambda x: np.where(np.arange(x.shape[-1]) % 20 < 3, np.nan, x),
    "lost": lambda x: np.full_like(x, np.nan),
    "peak_to_peak": lambda x: x + 600 * (np.arange(x.shape[-1]) % 50 > 25),
    "clipped": lambda x: np.clip(200 * np.sin(np.arange(x.shape[-1])), -100, 100),
}


def with_fault(name, first=200, stop=300, channel=4):
    x = X.copy()
    x[channel, first:stop] = FAULTS[name](x[channel, first:stop])
    return x


def follow(model, x, cuts=(50,) * 12, **settings):
    stream = to_stream(model, **settings)
    edges = np.minimum(np.cumsum([0, *cuts]), x.shape[-1]).tolist()
    parts = zip(edges, [*edges[1:], x.shape[-1]], strict=True)
    results = [stream.push(x[:, start:stop]) for start, stop in parts]
    return [result for result in results if result]


@pytest.fixture(scope="module")
def windows():
    """Windows of half a second, one after the other."""
    last = WindowedClassifier(LogisticRegression(C=1e-3))
    return make_pipeline(windowed_de(), last).fit(make_trials(), ["calm", "tense"] * 3)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_of_its_windows_by_name_and_channel(windows, fault):
    results = follow(windows, with_fault(fault), gaps="hold")
    quality = [each for result in results for each in result.quality]
    bad = [flag for result in results for flag in result.is_bad]
    assert [bool(each) for each in quality] == bad == [2 * 2 <= i < 3 * 2 for i in range(12)]
    assert all(each[fault] == ("T7",) for each in quality if each)
    labels = np.concatenate([result.labels for result in results])
    assert [label is None for label in labels] == bad


def test_a_good_signal_has_nothing_wrong_and_labels_are_those_of_the_pipeline(windows):
    (result,) = follow(windows, X, cuts=())
    assert result.quality == ({},) * 12 and not result.is_bad.any()
    facts = make_trials(1).replace(data=X[None])
    expected = windows[-1].predict_windows(windows[:-1].transform(facts))[0]
    assert_array_equal(result.labels.astype(str), expected)


@pytest.mark.parametrize("fault", FAULTS)
@FEW
@given(cuts=st.lists(st.integers(0, 90), max_size=20))
def test_it_is_told_the_same_wherever_blocks_are_cut(fault, cuts):
    model, x = fit_classifier("padder behind the scaler"), with_fault(fault, 230, 310)
    whole = follow(model, x, cuts=(), gaps="hold")
    parts = follow(model, x, cuts, gaps="hold")
    assert [q for r in parts for q in r.quality] == [q for r in whole for q in r.quality]
    assert [b for r in parts for b in r.is_bad] == whole[0].is_bad.tolist()
    found = np.concatenate([result.probabilities for result in parts])
    assert_allclose(found, whole[0].probabilities, atol=1e-6)


def test_an_answer_is_about_all_of_its_sequence():
    # Seven windows of half a second, one each quarter: two seconds.
    model, x = fit_classifier("padder behind the scaler"), with_fault("peak_to_peak", 200, 250)
    (result,) = follow(model, x, cuts=())
    ends = np.round(result.times * SFREQ).astype(int)
    starts = np.maximum(0, ends - 200)
    assert_array_equal(result.is_bad, (starts // 50 * 50 < 250) & (ends > 226))


def test_a_gate_may_be_wider_or_shut():
    x = with_fault("peak_to_peak")
    model = fit_classifier("windowed")
    assert follow(model, x, cuts=())[0].is_bad.any()
    for gate in (SignalGate(max_bad_channels=1 / 8), SignalGate(peak_to_peak=None)):
        assert not follow(model, x, cuts=(), gate=gate)[0].is_bad.any()
    assert follow(model, X, cuts=(), gate=SignalGate(peak_to_peak=1e-9))[0].is_bad.all()


def test_probabilities_are_the_pipelines_however_bad_the_signal():
    model, x = fit_classifier("windowed"), with_fault("peak_to_peak")
    shut = SignalGate(peak_to_peak=1e-9)
    for one, other in zip(follow(model, x), follow(model, x, gate=shut), strict=True):
        assert_array_equal(one.probabilities, other.probabilities)


def test_a_channel_lost_from_the_start_is_known_to_the_model_and_no_reason():
    x = X.copy()
    x[2] = np.nan
    (result,) = follow(fit_transformer("chain"), x, cuts=())
    assert set(result.quality[0]) == {"lost"} and result.quality[0]["lost"] == ("F7",)
    assert not result.is_bad.any()
    # Where it is held in its place, the model does not know.
    (held,) = follow(fit_transformer("chain"), x, cuts=(), gaps="hold")
    assert held.is_bad.all()


def test_a_gap_is_held_and_the_stream_goes_on():
    model = make_pipeline(causal(), windowed_de(), WindowedClassifier())
    model.fit(make_trials(), [0, 1] * 3)
    x = X.copy()
    x[:, 230:260] = np.nan
    with pytest.raises(ValueError, match=r"hold the last value through a gap, by gaps='hold'"):
        to_stream(model).push(x)
    held = x.copy()
    held[:, 230:260] = x[:, 229:230]
    expected = to_stream(model).push(held).probabilities
    for cuts in ((), (230, 10, 10, 5), (50,) * 12):
        results = follow(model, x, cuts, gaps="hold")
        found = np.concatenate([result.probabilities for result in results])
        assert_allclose(found, expected, atol=1e-9)
        assert [each for r in results for each in r.is_bad] == [i in (4, 5) for i in range(12)]


def test_where_gaps_are_held_what_is_flat_ends_nothing():
    strict = make_pipeline(f.FeatureStack([("de", f.DEExtractor(0.5, bands=BANDS))]))
    model = make_pipeline(strict, WindowedClassifier()).fit(make_trials(), [0, 1] * 3)
    x = with_fault("flat")
    with pytest.raises(ValueError, match="expected signals that vary"):
        to_stream(model).push(x)
    result = to_stream(model, gaps="hold").push(x)
    assert np.isnan(result.probabilities).all(1).tolist() == result.is_bad.tolist()
    assert result.is_bad.tolist() == [i in (4, 5) for i in range(12)]
    # The model is as it was.
    assert model[0][0].transformers_[0][1].flat == "raise"


def test_before_the_first_value_there_is_zero():
    x = X.copy()
    x[3, :120] = np.nan
    model = make_pipeline(causal(), Resample(50)).fit(make_trials())
    filled = np.nan_to_num(x)
    expected = to_stream(model).push(filled).trials.data
    assert_allclose(to_stream(model, gaps="hold").push(x).trials.data, expected)


def test_samples_are_not_judged():
    model = make_pipeline(BandpassNotch(1, 40, method="iir", phase="causal")).fit(make_trials())
    result = to_stream(model).push(X)
    assert result.quality is None and result.is_bad is None and result.labels is None


def test_a_set_of_several_classes_is_no_decision():
    trials = make_trials(40, metadata={"subject": np.arange(40)})
    y = np.arange(40) % 2
    gain = np.random.default_rng(0).uniform(0.4, 1.6, 40) * (1 + 0.5 * y)
    trials = trials.replace(data=trials.data * gain[:, None, None])
    steps = windowed_de(), SequencePadder(12, keep="last"), Flatten()
    model = make_pipeline(*steps, SubjectConformalClassifier(alpha=0.2, cv=4)).fit(trials, y)
    stream, several = to_stream(model), 0
    for scale in (0.3, 1.0, 1.2, 2.0):
        result = to_stream(model, gate=SignalGate(max_bad_channels=1.0)).push(scale * X)
        whole = model[:-1].transform(make_trials(1).replace(data=scale * X[None]))
        assert_array_equal(result.sets[-1], model[-1].predict_set(whole)[0])
        for row, label in zip(result.sets, result.labels, strict=True):
            assert (label is None) == (row.sum() != 1)
            several += row.sum() != 1
            if label is not None:
                assert row.tolist() == (stream.classes == label).tolist()
    assert 0 < several


def test_one_channel_without_an_axis_is_judged():
    x = make_signal(600, n_channels=4)
    model = make_pipeline(windowed_de().set_params(sfreq=SFREQ)).fit(x)
    signal = x[0].copy()
    signal[100:200] = 1.0
    assert [each for each in to_stream(model).push(signal).quality if each] == [{"flat": (0,)}] * 2


@pytest.mark.parametrize(
    ("settings", "error", "sentence"),
    [
        ({"gate": "strict"}, TypeError, "to_stream: expected gate to be a SignalGate"),
        ({"gaps": "fill"}, ValueError, "to_stream: expected gaps"),
    ],
)
def test_other_gates_are_refused(settings, error, sentence):
    with pytest.raises(error, match=sentence):
        to_stream(fit_transformer("chain"), **settings)


@pytest.mark.parametrize(
    "wrong", [{"flat": 0}, {"peak_to_peak": "high"}, {"clipped": -1}, {"max_bad_channels": 2}]
)
def test_thresholds_out_of_range_are_refused(wrong):
    with pytest.raises((TypeError, ValueError), match=f"SignalGate: expected {next(iter(wrong))}"):
        SignalGate(**wrong)
