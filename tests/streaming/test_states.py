"""What a stream says of gaps, jumps, lost channels and its own end."""

import gc
import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.features import DEExtractor, LDSSmoother, MovingAverageSmoother
from sklearn_eeg.preprocessing import (
    BandpassNotch,
    ChannelScaler,
    Resample,
    SequencePadder,
    Windower,
)
from sklearn_eeg.streaming import to_stream
from sklearn_eeg.trials import Trials
from tests.streaming.cases import causal, fit_transformer, windowed_de
from tests.streaming.conftest import NAMES, SFREQ, make_signal, make_trials

X = make_signal(600, seed=9)


def with_gap(start, stop, channel=2):
    x = X.copy()
    x[channel, start:stop] = np.nan
    return x


@pytest.fixture
def stream():
    return to_stream(fit_transformer("chain"))


@pytest.mark.parametrize("kind", ["start", "middle", "end"])
def test_a_gap_is_refused_where_a_step_remembers_and_leaves_the_stream_as_it_was(stream, kind):
    start, stop = {"start": (0, 10), "middle": (40, 60), "end": (90, 100)}[kind]
    with pytest.raises(ValueError, match=r"push: expected channels that are there in all samples"):
        stream.push(with_gap(start, stop)[:, :100])
    found = stream.push(X)
    expected = to_stream(fit_transformer("chain")).push(X)
    assert_array_equal(found.trials.data, expected.trials.data)


def test_the_sentence_names_step_channel_and_sample(stream):
    stream.push(X[:, :100])
    with pytest.raises(
        ValueError, match=r"as BandpassNotch needs, got NaN in channel F7, sample 5"
    ):
        stream.push(with_gap(105, 110)[:, 100:200])


def test_a_channel_lost_from_the_start_stays_missing_as_offline(stream):
    x = with_gap(0, 600)
    expected = fit_transformer("chain").transform(make_trials(1).replace(data=x[None]))
    results = [stream.push(x[:, start : start + 50]) for start in range(0, 600, 50)]
    found = np.concatenate([r.trials.data for r in results if r], axis=1)
    assert np.isnan(found[:, :, 2]).all()
    assert_allclose(found, expected.data[:, : found.shape[1]], rtol=1e-9)


def test_a_gap_is_refused_where_a_step_in_a_stack_remembers():
    stream = to_stream(fit_transformer("filters in a stack"))
    with pytest.raises(ValueError, match="BandpassNotch needs, got NaN in channel F7, sample 40"):
        stream.push(with_gap(40, 60))
    assert stream.push(X) is not None


def test_a_gap_that_a_step_bridges_in_its_window_goes_no_further():
    model = fit_transformer("each window by itself")
    x = with_gap(140, 145)
    expected = model.transform(make_trials(1).replace(data=x[None]))
    assert_allclose(to_stream(model).push(x).trials.data, expected.data, rtol=1e-9, atol=1e-9)
    # Nor does one that none bridges come out as if it were a signal.
    steps = Windower(1.0), BandpassNotch(4, 30, method="iir")
    with pytest.raises(ValueError, match=r"BandpassNotch: .*NaN"):
        to_stream(make_pipeline(*steps).fit(make_trials())).push(x)


def test_a_lost_channel_that_comes_back_is_refused(stream):
    stream.push(with_gap(0, 100)[:, :100])
    with pytest.raises(ValueError, match="got values after NaN in channel F7, sample 0"):
        stream.push(X[:, 100:200])


def test_a_gap_passes_where_all_steps_take_it():
    model = make_pipeline(windowed_de(), MovingAverageSmoother(3, causal=True)).fit(make_trials())
    x = with_gap(120, 130)
    expected = model.transform(make_trials(1).replace(data=x[None]))
    found = to_stream(model).push(x).trials
    assert np.isnan(found.data).any() == np.isnan(expected.data).any()
    assert_allclose(found.data, expected.data, rtol=1e-9)


@pytest.mark.parametrize("settings", [{"kind": "filter"}, {"kind": "fixed_lag", "lag": 2}])
def test_gaps_in_features_are_bridged_as_offline(settings):
    model = make_pipeline(windowed_de(), LDSSmoother(**settings)).fit(make_trials())
    # Missing at first, in one channel, and altogether.
    x = with_gap(0, 120)
    x[:, 330:340] = np.nan
    x[5, 400:] = np.nan
    x[6] = np.nan
    expected = model.transform(make_trials(1).replace(data=x[None])).data
    stream = to_stream(model)
    results = [stream.push(x[:, start : start + 30]) for start in range(0, 600, 30)]
    found = np.concatenate([r.trials.data for r in [*results, stream.close()] if r], axis=1)
    assert np.isnan(expected).any()
    assert_allclose(found, expected, rtol=1e-9)


def classifier(n_windows=None, fill=np.nan):
    steps = [windowed_de()]
    if n_windows:
        steps.append(SequencePadder(n_windows, fill=fill, keep="last"))
    last = WindowedClassifier(LogisticRegression(C=1e-3))
    return make_pipeline(*steps, last).fit(make_trials(), [0, 1] * 3)


def test_a_missing_window_is_no_decision_and_the_next_is_one():
    x = X.copy()
    x[:, 110:140] = np.nan
    result = to_stream(classifier()).push(x)
    assert np.isnan(result.probabilities).all(axis=1).nonzero()[0].tolist() == [2]
    whole = to_stream(classifier()).push(X).probabilities
    assert_allclose(np.delete(result.probabilities, 2, 0), np.delete(whole, 2, 0))


def test_only_missing_windows_so_far_are_no_decision():
    for model in (classifier(), classifier(3)):
        stream = to_stream(model)
        result = stream.push(np.full((len(X), 100), np.nan))
        assert_array_equal(result.probabilities, np.full((2, 2), np.nan))
        assert np.isfinite(stream.push(X).probabilities).all()


@pytest.mark.parametrize("n_channels", [0, 7, 9])
def test_another_number_of_channels_is_refused_and_changes_nothing(stream, n_channels):
    stream.push(X[:, :300])
    with pytest.raises(ValueError, match=r"expected a block of shape \(8, 'n_times'\).*Fp1"):
        stream.push(np.zeros((n_channels, 20)))
    assert stream.push(X[:, 300:]) is not None


@pytest.mark.parametrize("block", [X[0], X[None], np.float64(3)])
def test_another_number_of_axes_is_refused(stream, block):
    with pytest.raises(ValueError, match="push"):
        stream.push(block)


@pytest.mark.parametrize(
    "block", [None, "signal", [["a"] * 3] * 8, np.full((8, 2), np.inf), np.ones((8, 2)) * 1j]
)
def test_what_is_no_signal_is_refused_in_a_sentence(stream, block):
    with pytest.raises((TypeError, ValueError), match="push: "):
        stream.push(block)
    assert stream.push(X) is not None


def test_integers_and_single_precision_are_signals(stream):
    counts = np.round(X * 10).astype(np.int16)
    found = stream.push(counts).trials.data
    other = to_stream(fit_transformer("chain")).push(counts.astype(np.float64)).trials.data
    assert_array_equal(found, other)
    assert to_stream(fit_transformer("chain")).push(X.astype(np.float32)).trials.dtype == float


@pytest.mark.parametrize("time", ["now", [0.0], X])
def test_a_time_that_is_no_number_is_refused(stream, time):
    with pytest.raises(TypeError, match="push: expected time in seconds"):
        stream.push(X, time=time)


@pytest.mark.parametrize("jump", [-0.5, -0.01, 0.01, 3, np.nan, np.inf])
def test_a_jump_in_time_is_refused(stream, jump):
    stream.push(X[:, :100], time=0.0)
    with pytest.raises(ValueError, match=r"push: expected a block that begins at 1 s"):
        stream.push(X[:, 100:120], time=1.0 + jump)
    # A clock reads no better than half a sample.
    stream.push(X[:, 100:120], time=1.004)


def test_no_samples_are_no_news(stream):
    for _ in range(3):
        assert stream.push(np.empty((8, 0))) is None
    assert stream.push(X) is not None
    assert stream.push(X[:, :0], time=6.0) is None


def test_a_closed_stream_stays_closed(stream):
    stream.push(X)
    assert stream.close() is not None
    for late in (lambda: stream.push(X), stream.close):
        with pytest.raises(ValueError, match="expected a stream that goes on, got one which was"):
            late()


@pytest.mark.parametrize("n_times", [0, 1, 5, 30])
def test_a_stream_closed_early_says_what_there_is(n_times):
    stream = to_stream(make_pipeline(Resample(50)).fit(make_trials()))
    results = [stream.push(X[:, :n_times]), stream.close()]
    if n_times < 2:
        assert results == [None, None]
    else:
        whole = Resample(50).fit_transform(make_trials(1).replace(data=X[None, :, :n_times]))
        found = np.concatenate([r.trials.data for r in results if r], axis=-1)
        assert_allclose(found, whole.data, rtol=1e-9)


def test_an_error_of_a_step_ends_the_stream_which_says_so():
    model = make_pipeline(DEExtractor(0.5, bands={"alpha": (8, 14)})).fit(make_trials())
    stream = to_stream(model)
    x = X.copy()
    x[1, 100:160] = 7.0
    with pytest.raises(ValueError, match="DEExtractor: expected signals that vary"):
        stream.push(x)
    with pytest.raises(ValueError, match=r"got one which ended with ValueError \(DEExtractor"):
        stream.push(X)


def test_trials_are_checked_for_channels_and_rate_and_converted(stream):
    facts = {"sfreq": SFREQ, "ch_names": NAMES}
    expected = to_stream(fit_transformer("chain")).push(X).trials.data
    volts = Trials(X[None] * 1e-6, unit="V", **facts)
    assert_allclose(stream.push(volts).trials.data, expected, rtol=1e-6)
    for wrong in (
        {**facts, "ch_names": NAMES[::-1]},
        {**facts, "sfreq": 128.0},
        {**facts, "axes": ("time", "channel"), "ch_names": None},
    ):
        shape = X.T[None] if "axes" in wrong else X[None]
        with pytest.raises(ValueError, match="push: expected"):
            stream.push(Trials(shape, **wrong))
    with pytest.raises(ValueError, match="expected Trials of one trial, got 2"):
        stream.push(Trials(np.stack([X, X]), **facts))


def test_one_channel_without_an_axis_is_followed():
    x = make_signal(800, n_channels=6)
    steps = causal(sfreq=SFREQ), Windower(0.5, sfreq=SFREQ)
    model = make_pipeline(*steps).fit(x)
    stream = to_stream(model)
    found = np.concatenate(
        [stream.push(x[0, i : i + 80]).trials.data for i in range(0, 800, 80)], 1
    )
    assert_allclose(found, model.transform(x[:1]), rtol=1e-9)


def test_arrays_without_names_are_followed_without_a_warning():
    data = make_trials().data
    model = make_pipeline(
        BandpassNotch(1, 40, method="iir", phase="causal", sfreq=SFREQ),
        DEExtractor(0.5, bands={"alpha": (8, 14)}, sfreq=SFREQ),
        ChannelScaler(),
        WindowedClassifier(),
    ).fit(data, [0, 1] * 3)
    stream = to_stream(model)
    assert (stream.ch_names, stream.sfreq, stream.classes.tolist()) == (None, SFREQ, [0, 1])
    found = stream.push(X).probabilities
    assert_allclose(found.mean(0), model.predict_proba(X[None])[0])


@pytest.mark.parametrize(
    ("n_blocks", "n_times"),
    [(300, 40), pytest.param(2_500, 400, marks=pytest.mark.slow)],
    ids=["short", "a million"],
)
def test_memory_stays_flat(n_blocks, n_times):
    names = ["chain", "fixed lag", "stack", "resample 16:25"]
    streams = [to_stream(fit_transformer(name)) for name in names]

    def follow(n_blocks):
        for _ in range(n_blocks):
            for stream in streams:
                stream.push(X[:, :n_times])
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        # NumPy and its friends keep what they free in small pieces, up to some of each size.
        before = follow(300)
        after = follow(n_blocks)
    finally:
        tracemalloc.stop()
    # Of blocks of 2,560 bytes and more into each stream not one sample stays.
    assert after - before < 40_000
