"""Events of a continuous recording: how many are found, how soon, at how many false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._speaker import speaking

RULES = ("szcore", "overlap", "taes", "seconds")
SECONDS_PER_HOUR = 3600.0
SZCORE = {"tolerance": (30.0, 60.0), "merge": 90.0, "longest": 300.0, "min_overlap": 0.0}
# Of the extended event, that must be exceeded: touching is not overlapping.
LEAST_OVERLAP = 1e-6


@dataclass(frozen=True)
class EventScores:
    """What :func:`score_events` found in one recording, or several of them together.

    Attributes
    ----------
    rule : str
    n_hits, n_false, n_missed : float
        Events of the reference that were found, alarms that were false, events that were missed.
        Fractions by the rule ``"taes"``, seconds by ``"seconds"``.
    duration : float
        Of the recording, in seconds.
    delays : tuple of float
        From the start of each event that was found to the first alarm that found it, in seconds;
        negative where the alarm came first.
    """

    rule: str
    n_hits: float
    n_false: float
    n_missed: float
    duration: float
    delays: tuple[float, ...] = ()

    @property
    def sensitivity(self) -> float:
        """Share of the events that were found; NaN where there are none."""
        return _share(self.n_hits, self.n_hits + self.n_missed)

    @property
    def precision(self) -> float:
        """Events that were found by those and the false alarms; NaN where there are neither."""
        return _share(self.n_hits, self.n_hits + self.n_false)

    @property
    def f1(self) -> float:
        """Harmonic mean of sensitivity and precision, NaN where there is nothing to find."""
        return _share(2 * self.n_hits, 2 * self.n_hits + self.n_false + self.n_missed)

    @property
    def false_alarms_per_hour(self) -> float:
        """False alarms by the hours of the recording."""
        return self.n_false / (self.duration / SECONDS_PER_HOUR)

    @property
    def median_delay(self) -> float:
        """In seconds; NaN where nothing was found."""
        return float(np.median(self.delays)) if self.delays else float("nan")

    @classmethod
    def pool(cls, parts: Sequence[EventScores]) -> EventScores:
        """Scores of several recordings together: each event counts once, wherever it was.

        Parameters
        ----------
        parts : sequence of EventScores
            By one rule.
        """
        parts = list(parts)
        rules = {part.rule for part in parts}
        if len(rules) != 1:
            raise ValueError(
                f"EventScores.pool: expected scores by one rule, got "
                f"{' and '.join(sorted(rules)) or 'none'}."
            )
        counted = ("n_hits", "n_false", "n_missed", "duration")
        return cls(
            rule=parts[0].rule,
            delays=tuple(delay for part in parts for delay in part.delays),
            **{name: sum(getattr(part, name) for part in parts) for name in counted},
        )


def score_events(
    reference: ArrayLike,
    hypothesis: ArrayLike,
    duration: float,
    *,
    rule: str = "szcore",
    tolerance: tuple[float, float] | None = None,
    merge: float | None = None,
    longest: float | None = None,
    min_overlap: float | None = None,
) -> EventScores:
    """Score the alarms of one continuous recording against the events that were marked in it.

    Parameters
    ----------
    reference, hypothesis : array-like of shape (n_events, 2)
        Start and end of each event, and of each alarm, in seconds; in any order, and those that
        overlap are one.
    duration : float
        Of the recording, in seconds.
    rule : {"szcore", "overlap", "taes", "seconds"}, default="szcore"
        See the notes.
    tolerance : (float, float), default=None
        Of the rule ``"szcore"``, as all that follows: how much earlier and later than an event an
        alarm may be, in seconds; ``None``: 30 and 60.
    merge : float, default=None
        Events, and alarms, less than this apart are one, in seconds; ``None``: 90.
    longest : float, default=None
        What is longer is cut into pieces of this length, in seconds; ``None``: 300, and infinity
        cuts nothing.
    min_overlap : float, default=None
        Share of an event, extended by the tolerance, that alarms must exceed to find it; ``None``:
        0.

    Returns
    -------
    EventScores

    Raises
    ------
    ValueError
        An event that ends before it starts or lies outside the recording, settings that are none,
        or such with a rule that has none.

    Notes
    -----
    ``"szcore"``: merge, cut, extend the events by the tolerance; an event is found if alarms cover
    more than ``min_overlap`` of it, and an alarm is false if it touches no event that was found. A
    short event with the default tolerance is mostly tolerance: 18 of its 20 s are 0.18 of it.

    ``"overlap"``: an event is found by any overlap, and an alarm without any is false.

    ``"taes"``, time-aligned: an event is found by as much of it as alarms cover, an alarm is false
    by what it has beside the event, by the event's length, 1 at most; an alarm that goes on into
    further events misses each of them whole.

    ``"seconds"``: seconds of both, of one alone, of the other alone.

    Against the scorer published with SzCORE, events that lie inside others do not shorten them, and
    unsorted ones are sorted.

    References
    ----------
    Dan et al. (2024), SzCORE, Epilepsia, doi:10.1111/epi.18113. Shah et al. (2021), Objective
    evaluation metrics for automatic classification of EEG events, doi:10.1007/978-3-030-36844-9_6.

    Examples
    --------
    >>> found = score_events([(480, 720), (1800, 2100)], [(500, 600), (3000, 3060)], 3960)
    >>> found.sensitivity, found.precision, round(found.false_alarms_per_hour, 2)
    (0.5, 0.5, 0.91)
    >>> found.median_delay
    20.0
    """
    with speaking("score_events"):
        if rule not in RULES:
            raise ValueError(f"expected rule to be one of {', '.join(RULES)}, got {rule!r}.")
        if not 0 < duration < np.inf:
            raise ValueError(f"expected a duration above 0 s, got {duration!r}.")
        given = {
            "tolerance": tolerance,
            "merge": merge,
            "longest": longest,
            "min_overlap": min_overlap,
        }
        settings = _read_settings(rule, given)
        events = _read_events("reference", reference, duration)
        alarms = _read_events("hypothesis", hypothesis, duration)
    if rule == "szcore":
        return _by_szcore(events, alarms, duration, **settings)
    if rule == "overlap":
        return _by_overlap(rule, events, events, alarms, duration, 0.0)
    if rule == "taes":
        return _by_time(events, alarms, duration)
    both = _overlaps(events, alarms).sum()
    lengths = [(spans[:, 1] - spans[:, 0]).sum() for spans in (events, alarms)]
    return EventScores(rule, both, lengths[1] - both, lengths[0] - both, duration)


def events_from_mask(mask: ArrayLike, step: float, start: float = 0.0) -> np.ndarray:
    """Start and end of each run of true values.

    Parameters
    ----------
    mask : array-like of bool of shape (n,)
    step : float
        Time from one value to the next, in seconds.
    start : float, default=0.0
        Time at which the first one begins.

    Returns
    -------
    ndarray of shape (n_events, 2)
        In seconds; an event ends where its last value does.

    Examples
    --------
    >>> events_from_mask([0, 1, 1, 0, 1], step=2.0).tolist()
    [[2.0, 6.0], [8.0, 10.0]]
    """
    mask = np.asarray(mask)
    if mask.ndim != 1 or not np.isin(mask, (0, 1)).all() or not 0 < step < np.inf:
        raise ValueError(
            f"events_from_mask: expected one row of true and false values and a step above 0 s, "
            f"got shape {mask.shape} and step={step!r}."
        )
    edges = np.flatnonzero(np.diff(mask.astype(bool), prepend=False, append=False))
    return start + step * edges.reshape(-1, 2)


def _share(part, whole):
    return float(part / whole) if whole else float("nan")


def _read_settings(rule, given):
    """Settings of SzCORE, its own where none are given."""
    settings = SZCORE | {name: value for name, value in given.items() if value is not None}
    if rule != "szcore" and settings != SZCORE:
        name = next(name for name, value in given.items() if value is not None)
        raise ValueError(f"expected {name} with rule='szcore', got it with {rule!r}.")
    good = {
        "tolerance": np.shape(settings["tolerance"]) == (2,) and min(settings["tolerance"]) >= 0,
        "merge": settings["merge"] >= 0,
        "longest": settings["longest"] > 0,
        "min_overlap": 0 <= settings["min_overlap"] < 1,
    }
    if not all(good.values()):
        name = next(name for name, is_good in good.items() if not is_good)
        raise ValueError(
            f"expected two tolerances and merge of 0 s or more, longest above 0 s, and min_overlap "
            f"from 0 to below 1, got {name}={settings[name]!r}."
        )
    return settings


def _read_events(what, given, duration):
    """Events in order, those that overlap joined."""
    events = np.asarray(given, dtype=float)
    if events.size == 0:
        return np.empty((0, 2))
    if events.ndim != 2 or events.shape[1] != 2:
        raise ValueError(
            f"expected {what} as a start and an end of each event, got shape {events.shape}."
        )
    wrong = ~((events[:, 0] >= 0) & (events[:, 0] < events[:, 1]) & (events[:, 1] <= duration))
    if wrong.any():
        start, end = events[wrong][0]
        raise ValueError(
            f"expected {what} of events that start before they end, within 0 to {duration:g} s, "
            f"got {start:g} to {end:g} s."
        )
    return _join(events[np.lexsort((events[:, 1], events[:, 0]))], 0.0)


def _join(events, gap):
    """Events less than a gap apart as one; in order, as they came."""
    if not len(events):
        return events
    reach = np.maximum.accumulate(events[:, 1])
    first = np.r_[True, events[1:, 0] - reach[:-1] >= gap]
    last = np.r_[first[1:], True]
    return np.column_stack([events[first, 0], reach[last]])


def _cut(events, longest):
    """Pieces of events that are too long."""
    if not len(events):
        return events
    pieces = []
    for start, end in events:
        # What is longer by rounding alone is not cut.
        n_pieces = int(np.ceil(np.round((end - start) / longest, 9))) or 1
        edges = np.append(start + longest * np.arange(1, n_pieces), end)
        pieces.append(np.column_stack([np.append(start, edges[:-1]), edges]))
    return np.concatenate(pieces)


def _overlaps(events, alarms):
    """Seconds that each event shares with each alarm, (n_events, n_alarms)."""
    starts = np.maximum(events[:, None, 0], alarms[None, :, 0])
    ends = np.minimum(events[:, None, 1], alarms[None, :, 1])
    return np.maximum(ends - starts, 0)


def _by_szcore(events, alarms, duration, tolerance, merge, longest, min_overlap):
    events, alarms = (_cut(_join(spans, merge), longest) for spans in (events, alarms))
    extended = np.clip(events + np.array([-tolerance[0], tolerance[1]]), 0, duration)
    return _by_overlap("szcore", events, extended, alarms, duration, min_overlap + LEAST_OVERLAP)


def _by_overlap(rule, events, extended, alarms, duration, least):
    shared = _overlaps(extended, alarms)
    hit = shared.sum(axis=1) > least * (extended[:, 1] - extended[:, 0])
    false = ~(shared[hit] > 0).any(axis=0)
    firsts = (alarms[row > 0, 0].min() for row in shared[hit])
    return EventScores(
        rule,
        int(hit.sum()),
        int(false.sum()),
        int((~hit).sum()),
        duration,
        tuple(float(first - start) for first, start in zip(firsts, events[hit, 0], strict=True)),
    )


def _by_time(events, alarms, duration):
    shared = _overlaps(events, alarms)
    lengths = events[:, 1] - events[:, 0]
    hits = false = missed = 0.0
    delays, used, passed = [], np.zeros(len(alarms), bool), np.zeros(len(events), bool)
    for row, length in enumerate(lengths):
        mine = np.flatnonzero((shared[row] > 0) & ~used)
        if passed[row] or not len(mine):
            missed += 1
            continue
        used[mine] = True
        passed[row + 1 :] |= (shared[row + 1 :, mine] > 0).any(axis=1)
        found = shared[row, mine].sum() / length
        beside = (alarms[mine, 1] - alarms[mine, 0] - shared[row, mine]) / length
        hits += found
        missed += 1 - found
        false += np.minimum(beside, 1).sum()
        delays.append(float(alarms[mine, 0].min() - events[row, 0]))
    false += np.count_nonzero(~shared.any(axis=0))
    return EventScores("taes", hits, false, missed, duration, tuple(delays))
