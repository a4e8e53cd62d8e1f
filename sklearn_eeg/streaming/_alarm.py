"""Alarm: when so many of the last answers are above a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._constraints import Number, check_arguments
from sklearn_eeg._speaker import speaking
from sklearn_eeg.metrics import EventScores, events_from_mask, score_events


@dataclass(frozen=True)
class Alarm:
    """Sounds where ``k`` of the last ``n`` probabilities are above a threshold.

    One probability above it may be an artifact; an event goes on. What is missing, NaN, is not
    above.

    Parameters
    ----------
    threshold : float, default=0.5
        :func:`choose_alarm` finds one.
    k : int, default=3
    n : int, default=5

    Raises
    ------
    TypeError, ValueError
        A number is none, or out of its range.

    Examples
    --------
    >>> alarm = Alarm(threshold=0.5, k=2, n=3)
    >>> alarm.find([0.9, 0.2, 0.8, 0.9, 0.1, 0.1]).tolist()
    [False, False, True, True, True, False]
    >>> stream = alarm.stream()
    >>> [stream.push(p).tolist() for p in ([0.9, 0.2], [0.8, 0.9, 0.1], [0.1])]
    [[False, False], [True, True, True], [False]]
    """

    threshold: float = 0.5
    k: int = 3
    n: int = 5

    _bounds: ClassVar = {
        "threshold": Number(least=0, most=1),
        "k": Number(least=1, whole=True),
        "n": Number(least=1, whole=True),
    }

    def __post_init__(self):
        with speaking("Alarm"):
            check_arguments(self, self._bounds)
            if self.k > self.n:
                raise ValueError(f"expected k of n answers, got {self.k} of {self.n}.")

    def find(self, probabilities: ArrayLike) -> np.ndarray:
        """Where it sounds, in a recording that is over.

        Parameters
        ----------
        probabilities : array-like of shape (n_answers,)
            Of the event, in their order.

        Returns
        -------
        ndarray of bool of shape (n_answers,)
        """
        return self.stream().push(probabilities)

    def stream(self) -> AlarmStream:
        """Return what it is on a stream: ``push(probabilities)`` gives where it sounds.

        Returns
        -------
        AlarmStream
        """
        return AlarmStream(self)


class AlarmStream:
    """An :class:`Alarm` that follows a stream."""

    def __init__(self, alarm: Alarm) -> None:
        self.alarm = alarm
        self._last = np.zeros(alarm.n - 1, dtype=bool)

    def push(self, probabilities: ArrayLike) -> np.ndarray:
        """Take the next probabilities, (n,), and tell where it sounds, (n,)."""
        values = np.asarray(probabilities, dtype=float)
        if values.ndim != 1:
            raise ValueError(f"Alarm: expected a row of probabilities, got shape {values.shape}.")
        above = np.concatenate([self._last, values > self.alarm.threshold])
        self._last = above[len(above) - self.alarm.n + 1 :]
        counts = np.concatenate([[0], np.cumsum(above)])
        return counts[self.alarm.n :] - counts[: -self.alarm.n] >= self.alarm.k


def choose_alarm(
    probabilities: Sequence[ArrayLike],
    events: Sequence[ArrayLike],
    step: float,
    *,
    start: float = 0.0,
    k: int = 3,
    n: int = 5,
    most_false_alarms: float = 1.0,
    **scoring: Any,
) -> Alarm:
    """Choose the threshold by nights of people who are trained on.

    Of those that are false no more often than allowed the one that finds most, and of these the
    lowest: events of somebody new may be fainter.

    Parameters
    ----------
    probabilities : sequence of array-like of shape (n_answers,)
        Of each night, in their order, by models that have not seen its person: a model is sure of
        whom it knows, and a threshold chosen by that would be too high for anybody new.
    events : sequence of array-like of shape (n_events, 2)
        Of each night, start and end in seconds.
    step : float
        Time from one answer to the next, in seconds.
    start : float, default=0.0
        When the first answer is given, in seconds.
    k, n : int, default=3, 5
        Of the :class:`Alarm`.
    most_false_alarms : float, default=1.0
        An hour, over all nights together.
    **scoring
        Of :func:`~sklearn_eeg.metrics.score_events`, such as ``rule="overlap"``.

    Returns
    -------
    Alarm

    Raises
    ------
    ValueError
        Nights and events differ in number, no event is there, or nothing is below the highest
        probability that is seldom enough false.

    Examples
    --------
    >>> night = np.full(1800, 0.1)
    >>> night[900:930], night[300:310] = 0.8, 0.6
    >>> alarm = choose_alarm([night], [[(1800, 1860)]], step=2.0, most_false_alarms=0.0)
    >>> alarm
    Alarm(threshold=0.6, k=3, n=5)
    >>> events_from_mask(alarm.find(night), step=2.0).tolist()
    [[1804.0, 1864.0]]
    """
    nights = [np.asarray(night, dtype=float) for night in probabilities]
    with speaking("choose_alarm"):
        Number(above=0).check("step", step)
        Number(least=0).check("most_false_alarms", most_false_alarms)
        n_events = sum(len(np.asarray(of_night)) for of_night in events)
        if len(nights) != len(events) or not n_events:
            raise ValueError(
                f"expected the events of each of {len(nights)} nights, and one event at least, got "
                f"{n_events} in {len(events)} nights."
            )
        told = Alarm(k=k, n=n)
        known = np.unique(np.concatenate(nights))
        known = known[~np.isnan(known)]
        if not len(known):
            raise ValueError("expected probabilities, got none, or nothing but NaN.")
        # As many as can be told apart in a picture.
        known = known[np.unique(np.linspace(0, len(known) - 1, 201).round().astype(int))]

        alarms = [replace(told, threshold=float(threshold)) for threshold in known]
        scores = [_score(alarm, nights, events, step, start, scoring) for alarm in alarms]
    good = [
        (found.sensitivity, -alarm.threshold)
        for alarm, found in zip(alarms, scores, strict=True)
        if found.false_alarms_per_hour <= most_false_alarms and found.n_hits
    ]
    if not good:
        raise ValueError(
            f"choose_alarm: expected a threshold that finds an event at {most_false_alarms:g} "
            f"false alarms an hour or fewer, got none; allow more, or raise k."
        )
    return replace(told, threshold=-max(good)[1])


def _score(alarm, nights, events, step, start, scoring):
    """Scores of all nights together."""
    parts = []
    for night, spans in zip(nights, events, strict=True):
        end = max([start + step * len(night), *(stop for _, stop in spans)])
        sounds = events_from_mask(alarm.find(night), step, start)
        parts.append(score_events(spans, sounds, end, **scoring))
    return EventScores.pool(parts)
