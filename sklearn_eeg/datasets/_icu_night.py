"""A simulated night of intensive care: hours, artifacts, dropouts, and a few seizures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, overload

import numpy as np
import pandas as pd
from scipy.fft import irfft, next_fast_len, rfftfreq

from sklearn_eeg._constraints import Number
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import RandomState
from sklearn_eeg.trials import Trials

CHANNELS = ("Fp1", "Fp2", "C3", "C4", "T7", "T8", "O1", "O2")
BACKGROUND_UV = 12.0
# What the amplifier can tell, to either side.
RAIL_UV = 800.0
SHARED = 0.5  # of a channel's power
TIDE_SECONDS = 1200.0  # in which depth of sleep and sedation change
APART = 60.0  # seconds of signal as usual before and after an event
BOUNDS = {
    "hours": Number(above=0, most=72),
    "n_events": Number(least=0, whole=True),
    "artifacts": Number(least=0),
    "dropouts": Number(least=0),
    "strength": Number(least=0),
    "sfreq": Number(least=50),
}


@overload
def make_icu_night(
    hours: float = 8.0,
    n_events: int = 6,
    *,
    ch_names: Sequence[str] = CHANNELS,
    sfreq: float = 64.0,
    strength: float = 1.0,
    artifacts: float = 12.0,
    dropouts: float = 1.0,
    subject: Any = 1,
    random_state: RandomState | np.random.Generator = None,
    return_truth: Literal[False] = False,
) -> tuple[Trials, np.ndarray]: ...


@overload
def make_icu_night(
    hours: float = 8.0,
    n_events: int = 6,
    *,
    ch_names: Sequence[str] = CHANNELS,
    sfreq: float = 64.0,
    strength: float = 1.0,
    artifacts: float = 12.0,
    dropouts: float = 1.0,
    subject: Any = 1,
    random_state: RandomState | np.random.Generator = None,
    return_truth: Literal[True],
) -> tuple[Trials, np.ndarray, pd.DataFrame]: ...


def make_icu_night(
    hours: float = 8.0,
    n_events: int = 6,
    *,
    ch_names: Sequence[str] = CHANNELS,
    sfreq: float = 64.0,
    strength: float = 1.0,
    artifacts: float = 12.0,
    dropouts: float = 1.0,
    subject: Any = 1,
    random_state: RandomState | np.random.Generator = None,
    return_truth: bool = False,
) -> tuple[Any, ...]:
    """Simulate a night at the bedside: rare seizures, among much that is none.

    A 1/f background whose strength comes and goes with the depth of sleep. A seizure is a rhythm
    that begins small and fast and becomes large and slow, strongest over one side of the head.

    Parameters
    ----------
    hours : float, default=8.0
        Length of the recording.
    n_events : int, default=6
        Seizures, of 20 to 120 s, spread over the night; a minute and more apart.
    ch_names : sequence of str, default=CHANNELS
        Electrodes; odd numbers are left.
    sfreq : float, default=64.0
        Sampling rate, in hertz, 50 or more.
    strength : float, default=1.0
        Multiplies the seizures' amplitude, of 30 to 60 microvolts at its height. 0: there are none
        to be seen.
    artifacts : float, default=12.0
        An hour, of any kind; see the notes.
    dropouts : float, default=1.0
        An hour, of 5 to 60 s in which nothing is recorded, NaN; never in a seizure.
    subject : object, default=1
        Whose night it is, for the metadata; each seed is another person.
    random_state : int, numpy Generator or None, default=None
        Fixes the result.
    return_truth : bool, default=False
        Whether to return the table too.

    Returns
    -------
    trials : Trials
        One trial, (1, n_channels, n_times), float32, in microvolts.
    events : ndarray of shape (n_events, 2)
        Start and end of each seizure, in seconds.
    truth : DataFrame
        Only with ``return_truth``: ``kind``, ``start`` and ``end`` in seconds, ``channels`` by
        commas, of seizures, artifacts and dropouts, in their order.

    Raises
    ------
    TypeError, ValueError
        A number is out of its range, or the night is too short for so many seizures.

    Notes
    -----
    Artifacts: ``movement``, slow waves of all channels, some beyond what the amplifier can tell,
    ±800 microvolts; ``muscle``, of 20 Hz and more, on some channels; ``patting``, a rhythm like a
    seizure's that neither grows nor slows; ``pop``, a jump of one electrode that fades; ``off``, an
    electrode that is flat. They may fall into a seizure.

    The first night is simulated in about a second, and takes 60 MB.

    Examples
    --------
    >>> night, events, truth = make_icu_night(1.0, 2, random_state=0, return_truth=True)
    >>> night
    <Trials | 1 trial of 1 subject, each (channel=8, time=230400), float32, 64 Hz, uV>
    >>> events.round().tolist()
    [[125.0, 209.0], [1887.0, 1934.0]]
    >>> sorted(truth["kind"].unique())
    ['dropout', 'movement', 'muscle', 'off', 'patting', 'pop', 'seizure']
    """
    with speaking("make_icu_night"):
        numbers = (hours, n_events, artifacts, dropouts, strength, sfreq)
        for (name, bound), number in zip(BOUNDS.items(), numbers, strict=True):
            bound.check(name, number)
        names = tuple(ch_names)
        if not names or len(set(names)) < len(names):
            raise ValueError(f"expected electrodes, each once, got ch_names={names!r}.")
    rng = np.random.default_rng(random_state)
    n_times, seconds = round(hours * 3600 * sfreq), hours * 3600.0
    events = _place_events(n_events, seconds, rng)
    data = _background(len(names), n_times, sfreq, rng)
    rows = [_add(data, "seizure", *span, names, sfreq, rng, strength) for span in events]
    for _ in range(rng.poisson(artifacts * hours)):
        kind = str(rng.choice(list(LENGTHS)))
        start = rng.uniform(0, seconds)
        rows.append(_add(data, kind, start, start + _length(kind, rng), names, sfreq, rng))
    np.clip(data, -RAIL_UV, RAIL_UV, out=data)
    for _ in range(rng.poisson(dropouts * hours)):
        start = rng.uniform(0, seconds)
        end = min(start + rng.uniform(5, 60), seconds)
        if not ((events[:, 0] - APART < end) & (start < events[:, 1] + APART)).any():
            data[:, round(start * sfreq) : round(end * sfreq)] = np.nan
            rows.append({"kind": "dropout", "start": start, "end": end, "channels": names})
    trials = Trials(data[None], sfreq=sfreq, ch_names=names, metadata={"subject": [subject]})
    if not return_truth:
        return trials, events
    table = pd.DataFrame(rows, columns=["kind", "start", "end", "channels"])
    table["end"] = table["end"].clip(upper=seconds)
    table["channels"] = table["channels"].map(",".join)
    return trials, events, table.sort_values("start", ignore_index=True)


def _place_events(n_events, seconds, rng):
    """One in each of as many equal parts of the night."""
    part = seconds / max(1, n_events)
    if n_events and part < 2 * APART + 30:
        raise ValueError(
            f"make_icu_night: expected {2 * APART + 30:.0f} s of the night for each event, got "
            f"{part:.0f} s; have fewer events, or more hours."
        )
    longest = min(120.0, part - 2 * APART)
    lengths = rng.uniform(20.0, longest, n_events)
    starts = part * np.arange(n_events) + rng.uniform(APART, part - APART - lengths)
    return np.column_stack([starts, starts + lengths])


def _background(n_channels, n_times, sfreq, rng):
    """Coloured noise, (channel, time), that goes up and down with the hours."""
    size = next_fast_len(n_times, real=True)
    freqs = rfftfreq(size, 1 / sfreq)
    slope, alpha = rng.uniform(1.0, 1.6), rng.uniform(8.5, 10.5)
    power = np.maximum(freqs, 0.5) ** -slope + 0.1 * np.exp(-((freqs - alpha) ** 2) / 2)
    power[freqs < 0.5] = 0
    shape = np.sqrt(power).astype(np.float32)
    tide = np.exp(0.3 * _slow(n_times, sfreq, rng))
    common = _noise(shape, size, rng)[:n_times]
    data = np.empty((n_channels, n_times), dtype=np.float32)
    for row in data:
        own = _noise(shape, size, rng)[:n_times]
        row[:] = np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * own
        row *= BACKGROUND_UV * rng.uniform(0.8, 1.25) * tide
    return data


def _noise(shape, size, rng):
    """Noise of a spectrum, of variance one."""
    parts = rng.standard_normal((2, len(shape)), dtype=np.float32)
    noise = irfft((parts[0] + 1j * parts[1]) * shape, size)
    return noise / noise.std()


def _slow(n_times, sfreq, rng):
    """A line through a random value each so many seconds."""
    n_knots = int(n_times / sfreq / TIDE_SECONDS) + 2
    at = np.arange(n_times, dtype=np.float32) / (sfreq * TIDE_SECONDS)
    return np.interp(at, np.arange(n_knots), rng.standard_normal(n_knots)).astype(np.float32)


def _add(data, kind, start, end, names, sfreq, rng, *settings):
    """Add one of them in place, and tell what it was."""
    first, stop = round(start * sfreq), min(round(end * sfreq), data.shape[1])
    times = np.arange(stop - first) / sfreq
    weights, wave = KINDS[kind](times, names, rng, *settings)
    part = data[:, first:stop]
    if kind == "off":
        part[weights > 0] = 0
    else:
        part += (weights[:, None] * wave).astype(np.float32)
    touched = tuple(name for name, weight in zip(names, weights, strict=True) if weight)
    return {"kind": kind, "start": start, "end": end, "channels": touched}


def _length(kind, rng):
    return rng.uniform(*LENGTHS[kind])


def _some(names, rng, most):
    """Weight one for some of the channels."""
    n_some = rng.integers(1, max(2, round(most * len(names))), endpoint=True)
    weights = np.zeros(len(names))
    weights[rng.permutation(len(names))[:n_some]] = 1
    return weights


def _is_left(name):
    return name.rstrip("'")[-1:] in "13579"


def _rhythm(times, first, last):
    """A spiky wave whose frequency goes from one to another, in hertz."""
    end = max(times[-1] if len(times) else 0.0, 1e-9)
    phase = 2 * np.pi * (first * times + (last - first) * times**2 / (2 * end))
    return np.sin(phase) + 0.4 * np.sin(2 * phase + 1)


def _seizure(times, names, rng, strength):
    side = rng.integers(2)
    weights = np.array([1.0 if _is_left(name) == bool(side) else 0.35 for name in names])
    weights *= rng.uniform(0.7, 1.0, len(names))
    height = strength * rng.uniform(30, 60) * np.minimum(1, 0.2 + times / 15)
    return weights, height * _rhythm(times, rng.uniform(4, 6), rng.uniform(1.5, 2.5))


def _movement(times, names, rng):
    height, rate = rng.uniform(150, 1200), rng.uniform(0.3, 0.9)
    wave = np.hanning(len(times)) * np.sin(2 * np.pi * rate * times + rng.uniform(0, 6))
    return rng.uniform(0.4, 1.0, len(names)) * rng.choice([-1, 1], len(names)), height * wave


def _muscle(times, names, rng):
    # The difference of neighbours lifts what is fast.
    noise = np.diff(rng.standard_normal(len(times) + 2), n=2)
    return _some(names, rng, 0.6), rng.uniform(8, 25) * np.hanning(len(times)) * noise


def _patting(times, names, rng):
    rate = rng.uniform(1.2, 3.0)
    return _some(names, rng, 0.4), rng.uniform(20, 50) * _rhythm(times, rate, rate)


def _pop(times, names, rng):
    weights = _some(names, rng, 0.0)
    return weights, rng.choice([-1, 1]) * rng.uniform(200, 700) * np.exp(-times / 0.7)


def _off(times, names, rng):
    return _some(names, rng, 0.0), np.zeros(len(times))


# Seconds, from the shortest to the longest.
LENGTHS = {
    "movement": (2.0, 8.0),
    "muscle": (4.0, 30.0),
    "patting": (8.0, 40.0),
    "pop": (3.0, 5.0),
    "off": (20.0, 180.0),
}
KINDS = {
    "seizure": _seizure,
    "movement": _movement,
    "muscle": _muscle,
    "patting": _patting,
    "pop": _pop,
    "off": _off,
}
