import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.streaming import to_stream
from tests.streaming.cases import (
    OF_SEQUENCES,
    OF_WINDOWS,
    TRANSFORMERS,
    fit_classifier,
    fit_transformer,
)
from tests.streaming.conftest import make_signal, make_trials

AXES = {"time": -1, "window": 1, "trial": 0}
# Numbers of samples in each block, none and one among them.
CUTS = st.lists(st.one_of(st.integers(0, 3), st.integers(0, 150)), min_size=4, max_size=25)
FEW = settings(deadline=None, max_examples=4)


def push_all(stream, x, cuts):
    """Results of blocks of so many samples, the rest being one block, and how much was pushed."""
    edges = np.minimum(np.cumsum([0, *cuts]), x.shape[-1]).tolist()
    for start, stop in zip(edges, [*edges[1:], x.shape[-1]], strict=True):
        result = stream.push(x[:, start:stop], time=start / stream.sfreq)
        if result is not None:
            yield result, stop


def growing(trials):
    """The axis along which a transformer's answers follow each other: samples or windows."""
    return trials.ndim - 1 if trials.axes[0] != "window" else 1


def joined(results):
    return np.concatenate([r.trials.data for r in results], axis=growing(results[0].trials))


@pytest.mark.parametrize("name", TRANSFORMERS)
@FEW
@given(cuts=CUTS, n_times=st.integers(400, 700))
def test_what_is_known_is_that_of_the_whole_signal_at_any_cuts(name, cuts, n_times):
    model, x = fit_transformer(name), make_signal(n_times, seed=9)
    whole = model.transform(make_trials(1).replace(data=x[None]))
    axis = growing(whole)
    stream = to_stream(model)
    results = [result for result, _ in push_all(stream, x, cuts)]
    known = joined(results)
    so_far = np.take(whole.data, range(known.shape[axis]), axis)
    assert known.shape[axis] > 0
    assert_allclose(known, so_far, rtol=1e-9, atol=1e-9 * np.abs(so_far).max())

    rest = stream.close()
    every = joined([*results, *([rest] if rest else [])])
    assert every.shape == whole.shape
    assert_allclose(every, whole.data, rtol=1e-9, atol=1e-9 * np.abs(whole.data).max())
    assert results[0].trials.axes == whole.axes
    assert results[0].trials.ch_names == whole.ch_names
    assert results[0].trials.features == whole.features
    assert results[0].trials.unit == whole.unit
    assert results[0].trials.sfreq == whole.sfreq


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_answers_come_within_the_stated_delay_and_say_when_their_signal_ends(name):
    stream, x = to_stream(fit_transformer(name)), make_signal(600, seed=9)
    waits, times = [], []
    for result, pushed in push_all(stream, x, [1] * 599):
        waits += (pushed / stream.sfreq - result.times).tolist()
        times += result.times.tolist()
    assert min(waits) >= -1e-9
    # The next sample of a faster rate may end before the one that makes it known.
    assert max(waits) <= stream.delay + 1e-9
    assert max(waits) > stream.delay - 2 / stream.sfreq
    assert (np.diff(times) > 0).all()
    rest = stream.close()
    if rest is not None:
        assert rest.times[0] > times[-1]


def test_windows_end_where_their_onsets_say():
    model, x = fit_transformer("PSD"), make_signal(600)
    whole = model.transform(make_trials(1).replace(data=x[None]))
    result = to_stream(model).push(x)
    assert_allclose(result.times, np.array(whole.window_onsets) + 0.5)


@pytest.mark.parametrize("name", OF_SEQUENCES)
@FEW
@given(cuts=CUTS, n_times=st.integers(200, 500))
def test_the_last_answer_is_the_pipelines_for_the_signal_so_far(name, cuts, n_times):
    model, x = fit_classifier(name), make_signal(n_times, seed=9)
    facts, answers = make_trials(1), []
    for result, pushed in push_all(to_stream(model), x, cuts):
        so_far = model.predict_proba(facts.replace(data=x[None, :, :pushed]))
        assert_allclose(result.probabilities[-1], so_far[0], atol=1e-6)
        answers += result.probabilities.tolist()
    assert np.ptp(answers, axis=0).min() > 2e-5
    assert len(answers) == (n_times - 50) // 25 + 1


@pytest.mark.parametrize("name", OF_WINDOWS)
@FEW
@given(cuts=CUTS, n_times=st.integers(200, 500))
def test_answers_about_windows_are_those_of_the_pipeline(name, cuts, n_times):
    model, x = fit_classifier(name), make_signal(n_times, seed=9)
    whole = make_trials(1).replace(data=x[None])
    features = model[:-1].transform(whole)
    expected = model[-1].predict_proba_windows(features)[0]
    results = [result for result, _ in push_all(to_stream(model), x, cuts)]
    found = np.concatenate([result.probabilities for result in results])
    assert_allclose(found, expected, atol=1e-6)
    assert_allclose(found.mean(0), model.predict_proba(whole)[0], atol=1e-6)
    assert np.ptp(found, axis=0).min() > 2e-5


@pytest.mark.parametrize("name", ["chain", "fixed lag", "stack"])
def test_no_later_sample_changes_what_was_said(name):
    model, x = fit_transformer(name), make_signal(600, seed=9)
    later = x.copy()
    later[:, 400:] = 1e3 * np.random.default_rng(1).standard_normal((len(x), 200))
    streams = [to_stream(model), to_stream(model)]
    before = [joined([stream.push(x[:, :400])]) for stream in streams]
    kept = before[0].copy()
    streams[0].push(x[:, 400:])
    streams[1].push(later[:, 400:])
    assert_array_equal(before[0], kept)
    whole = [model.transform(make_trials(1).replace(data=s[None])).data for s in (x, later)]
    for data in whole:
        assert_allclose(data[:, : kept.shape[1]], kept, rtol=1e-9, atol=1e-9)
    assert np.abs(whole[0] - whole[1]).max() > 1e-3


def test_a_block_that_is_written_over_later_was_taken():
    model, x = fit_transformer("chain"), make_signal(600)
    place, results = np.empty((len(x), 30)), []
    stream = to_stream(model)
    for start in range(0, 600, 30):
        place[:] = x[:, start : start + 30]
        results.append(stream.push(place))
    found = joined([result for result in results if result])
    assert_array_equal(found, joined([r for r, _ in push_all(to_stream(model), x, [30] * 19)]))


def test_two_streams_of_a_pipeline_know_nothing_of_each_other():
    model, x = fit_transformer("chain"), make_signal(600)
    one, other = to_stream(model), to_stream(model)
    other.push(make_signal(333, seed=1))
    assert_array_equal(joined([one.push(x)]), joined([to_stream(model).push(x)]))
