"""Events against worked numbers: those that the public scorers give, where they are right."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sklearn_eeg.metrics import EventScores, events_from_mask, score_events

HOUR, DAY = 3600.0, 86400.0
# The example in the read-me of the scorer published with SzCORE, 66 minutes.
REFERENCE = [(480, 720), (1800, 2100), (2880, 3000)]
HYPOTHESIS = [(480, 720), (1680, 1920), (3030, 3060), (3600, 3720)]


def szcore(reference, hypothesis, duration=HOUR, **settings):
    return score_events(reference, hypothesis, duration, rule="szcore", **settings)


def per_day(found):
    return 24 * found.false_alarms_per_hour


@pytest.mark.parametrize(
    ("settings", "hits", "false", "scores", "daily"),
    [
        ({}, 3, 1, (1, 0.75, 0.857), 21.82),
        ({"tolerance": (0, 0)}, 2, 2, (0.667, 0.5, 0.571), 43.64),
        ({"rule": "seconds"}, 360, 270, (0.545, 0.571, 0.558), 5890.9),
    ],
)
def test_the_published_example(settings, hits, false, scores, daily):
    found = score_events(REFERENCE, HYPOTHESIS, 3960, **settings)
    assert (found.n_hits, found.n_false) == (hits, false)
    assert_allclose((found.sensitivity, found.precision, found.f1), scores, atol=5e-4)
    assert per_day(found) == pytest.approx(daily, abs=0.05)


def test_an_alarm_apart_from_the_event_is_false():
    found = szcore([(40, 60)], [(10, 20), (42, 65)], tolerance=(0, 10), merge=0)
    assert (found.sensitivity, found.precision, per_day(found)) == (1, 0.5, 24)


def test_what_is_too_long_is_cut():
    found = szcore([(40, 60)], [(42, 425)])
    assert (found.precision, per_day(found)) == (0.5, 24)
    # 300.1 - 0.1 is a little more than 300.
    assert szcore([(0.1, 300.1)], []).n_missed == 1
    assert szcore([(0.1, 900.2)], []).n_missed == 4
    assert szcore([(40, 60)], [(42, 425)], longest=np.inf).precision == 1


def test_a_gap_of_just_ninety_seconds_parts():
    assert szcore([(0, 10), (99.9, 110)], []).n_missed == 1
    assert szcore([(0, 10), (100, 110)], []).n_missed == 2
    near = [(100, 120), (180, 200)]
    assert szcore(near, [(100, 110)]).sensitivity == 1
    assert szcore(near, [(100, 110)], merge=0).sensitivity == 0.5


def test_an_alarm_may_come_before():
    found = szcore([(100, 120)], [(75, 80)])
    assert found.sensitivity == 1 and found.delays == (-25,)


def test_the_least_overlap_is_of_the_extended_event():
    settings = {"reference": [(100, 120)], "hypothesis": [(101, 119)], "duration": HOUR}
    assert score_events(**settings, min_overlap=0.16).n_hits == 1
    assert score_events(**settings, min_overlap=0.17).n_hits == 0


def test_an_event_inside_another_does_not_shorten_it():
    assert szcore([(0, 100), (10, 20)], [(150, 160)], tolerance=(0, 60)).n_hits == 1
    found = score_events([(0, 100), (10, 20)], [(0, 100)], HOUR, rule="seconds")
    assert found.n_hits == 100


def test_events_need_no_order():
    found = score_events([(300, 310), (0, 10)], [(0, 10)], HOUR, rule="seconds")
    assert (found.n_hits, found.n_missed) == (10, 10)
    assert szcore([(300, 310), (0, 10)], [(305, 308)]).n_hits == 1


def test_any_overlap():
    found = score_events([(100, 120), (200, 220)], [(110, 130), (250, 270)], HOUR, rule="overlap")
    assert (found.n_hits, found.n_missed, found.n_false) == (1, 1, 1)
    assert score_events([(0, 10)], [(10, 20)], HOUR, rule="overlap").n_hits == 0


@pytest.mark.parametrize(
    ("reference", "hypothesis", "expected"),
    [
        ([(100, 120)], [(105, 125)], (0.75, 0.25, 0.25)),
        ([(100, 120)], [(90, 110)], (0.5, 0.5, 0.5)),
        ([(100, 120)], [(90, 140)], (1, 1, 0)),
        ([(100, 120)], [(105, 110)], (0.25, 0, 0.75)),
        ([(100, 120)], [(102, 107), (110, 115)], (0.5, 0, 0.5)),
        ([(0, 10), (20, 30)], [(5, 25)], (0.5, 1, 1.5)),
        ([(0, 10), (20, 30)], [], (0, 0, 2)),
        ([], [(0, 5), (7, 9)], (0, 2, 0)),
    ],
)
def test_time_aligned_scores(reference, hypothesis, expected):
    found = score_events(reference, hypothesis, HOUR, rule="taes")
    assert_allclose((found.n_hits, found.n_false, found.n_missed), expected)


def test_nothing_to_find():
    found = szcore([], [(10, 20)])
    assert np.isnan(found.sensitivity) and found.precision == 0 and np.isnan(found.median_delay)
    assert np.isnan(szcore([], []).f1)


def test_recordings_together_count_every_event_once():
    parts = [szcore([(40, 60)], [(45, 50)]), szcore([(10, 20), (900, 950)], [(300, 310)], 2 * HOUR)]
    found = EventScores.pool(parts)
    assert found.sensitivity == pytest.approx(1 / 3)
    assert found.false_alarms_per_hour == pytest.approx(1 / 3)
    assert found.delays == (5,)
    other = score_events([], [], HOUR, rule="overlap")
    with pytest.raises(ValueError, match="scores by one rule, got overlap and szcore"):
        EventScores.pool([*parts, other])
    with pytest.raises(ValueError, match="by one rule, got none"):
        EventScores.pool([])


@given(st.lists(st.booleans(), max_size=60), st.lists(st.booleans(), min_size=60, max_size=60))
def test_seconds_are_counted_as_masks_count_them(one, other):
    """Whatever the events: as many as the true values of two masks."""
    one = np.array(one + [False] * (60 - len(one)))
    other = np.array(other)
    found = score_events(events_from_mask(one, 1), events_from_mask(other, 1), 60, rule="seconds")
    counts = (one & other).sum(), (~one & other).sum(), (one & ~other).sum()
    assert_allclose((found.n_hits, found.n_false, found.n_missed), counts)
    for rule in ("szcore", "overlap"):
        same = score_events(events_from_mask(one, 1), events_from_mask(one, 1), 60, rule=rule)
        assert same.n_false == same.n_missed == 0


def test_masks_begin_where_they_are_said_to():
    assert events_from_mask([1, 1, 0, 1], 0.5, start=10).tolist() == [[10, 11], [11.5, 12]]
    assert events_from_mask([], 1).shape == (0, 2)
    with pytest.raises(ValueError, match="events_from_mask: expected one row"):
        events_from_mask([0.5, 1], 1)


@pytest.mark.parametrize(
    ("reference", "settings", "sentence"),
    [
        ([(20, 10)], {}, "start before they end, within 0 to 3600 s, got 20 to 10 s"),
        ([(-1, 10)], {}, "got -1 to 10 s"),
        ([(0, 4000)], {}, "got 0 to 4000 s"),
        ([(np.nan, 10)], {}, "got nan to 10 s"),
        ([1, 2, 3], {}, r"a start and an end of each event, got shape \(3,\)"),
        ([], {"rule": "best"}, "rule to be one of szcore, overlap, taes, seconds, got 'best'"),
        ([], {"tolerance": 5}, "got tolerance=5"),
        ([], {"merge": -5}, "got merge=-5"),
        ([], {"longest": 0}, "got longest=0"),
        ([], {"min_overlap": 1}, "got min_overlap=1"),
        ([], {"rule": "taes", "merge": 5}, "merge with rule='szcore', got it with 'taes'"),
        ([], {"duration": 0}, "a duration above 0 s, got 0"),
    ],
)
def test_what_are_no_events_is_a_sentence(reference, settings, sentence):
    with pytest.raises(ValueError, match=f"score_events: expected .*{sentence}"):
        score_events(reference, [], **({"duration": HOUR} | settings))
