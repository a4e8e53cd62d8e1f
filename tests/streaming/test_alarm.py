import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from sklearn_eeg.metrics import events_from_mask, score_events
from sklearn_eeg.streaming import Alarm, choose_alarm

ROWS = st.lists(st.one_of(st.floats(0, 1), st.just(np.nan)), max_size=40)


@given(row=ROWS, cuts=st.lists(st.integers(0, 6), max_size=12), n=st.integers(1, 7))
def test_it_sounds_where_k_of_the_last_n_are_above_at_any_cuts(row, cuts, n):
    k = (n + 1) // 2
    alarm = Alarm(0.5, k, n)
    expected = [sum(p > 0.5 for p in row[max(0, i - n + 1) : i + 1]) >= k for i in range(len(row))]
    assert_array_equal(alarm.find(row), np.array(expected, dtype=bool))
    stream, edges = alarm.stream(), np.minimum(np.cumsum([0, *cuts]), len(row)).tolist()
    parts = [stream.push(row[i:j]) for i, j in zip(edges, [*edges[1:], len(row)], strict=True)]
    assert_array_equal(np.concatenate(parts), np.array(expected, dtype=bool))


def test_no_later_answer_changes_an_earlier_one():
    rng = np.random.default_rng(0)
    row = rng.uniform(size=50)
    later = np.r_[row[:30], rng.uniform(size=20)]
    assert_array_equal(Alarm().find(row)[:30], Alarm().find(later)[:30])


@pytest.mark.parametrize("wrong", [{"k": 4, "n": 3}, {"k": 0}, {"n": 2.5}, {"threshold": 1.5}])
def test_settings_that_are_none_are_refused(wrong):
    with pytest.raises((TypeError, ValueError), match="Alarm: expected"):
        Alarm(**wrong)


def make_nights(n_nights=3, seed=0):
    """Probabilities a second apart, high in events and for a while elsewhere."""
    rng, nights, events = np.random.default_rng(seed), [], []
    for _ in range(n_nights):
        night = rng.uniform(0, 0.5, 3600)
        spans = [(500.0, 560.0), (2000.0, 2080.0)]
        for start, end in spans:
            night[int(start) : int(end)] = rng.uniform(0.7, 1.0, int(end - start))
        for start in (1200, 2900):
            night[start : start + 20] = rng.uniform(0.5, 0.65, 20)
        nights.append(night)
        events.append(spans)
    return nights, events


def test_the_threshold_finds_all_that_is_allowed():
    nights, events = make_nights()
    alarm = choose_alarm(nights, events, 1.0, most_false_alarms=0.0)
    assert 0.5 < alarm.threshold < 0.8
    for night, spans in zip(*make_nights(seed=5), strict=True):
        found = score_events(spans, events_from_mask(alarm.find(night), 1.0), 3600)
        assert (found.sensitivity, found.n_false) == (1, 0)


def test_it_is_the_threshold_and_not_the_chosen_events_of_anybody_else():
    nights, events = make_nights()
    scale = [0.5 * night for night in nights]
    one, other = (choose_alarm(each, events, 1.0) for each in (nights, scale))
    assert np.isclose(other.threshold, 0.5 * one.threshold, rtol=0.05)


@pytest.mark.parametrize(
    ("nights", "events", "sentence"),
    [
        ([np.zeros(100)], [], "events of each of 1 nights"),
        ([np.zeros(100)], [[]], "one event at least"),
        ([np.full(100, np.nan)], [[(1, 9)]], "nothing but NaN"),
        ([np.tile([0.0, 1.0], 50)], [[(1, 9)]], "expected a threshold that finds an event"),
    ],
)
def test_nights_that_say_nothing_are_refused(nights, events, sentence):
    with pytest.raises(ValueError, match=sentence):
        choose_alarm(nights, events, 1.0, k=5, n=5)
