"""SignalGate: what is wrong with the signal that an answer is about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sklearn_eeg._constraints import Number, check_arguments
from sklearn_eeg._speaker import speaking

REASONS = ("lost", "gap", "flat", "clipped", "peak_to_peak")
# What is judged at a time, from the first sample of a stream on, in seconds.
STRETCH = 0.5
# Below this a signal of whole numbers may well stand at its highest value, in microvolts.
LEAST_CLIPPED = 50.0
POSITIVE = Number(above=0, optional=True)


@dataclass(frozen=True)
class SignalGate:
    """When the signal is too bad for a decision.

    Each half second of each channel is judged by itself, as it comes in, before any filter. A
    criterion is off with ``None``.

    Parameters
    ----------
    peak_to_peak : float, default=500.0
        Largest difference between the highest and the lowest sample, in microvolts.
    flat : float, default=0.5
        Peak-to-peak amplitude that must be reached, in microvolts.
    clipped : float, default=0.02
        For how long a signal may stand at its very highest or lowest value, in seconds, where it
        swings by more than 50 microvolts.
    max_bad_channels : float, default=0.0
        Share of the channels that may be bad. What is lost from the first sample on, and missing in
        the model's eyes too, does not count.

    Raises
    ------
    TypeError, ValueError
        A threshold is none, or out of its range.

    Notes
    -----
    The names of what is found: ``"lost"``, NaN for all of a half second; ``"gap"``, for a part of
    it; ``"flat"``, ``"clipped"``, ``"peak_to_peak"``. Flat and clipped are told of whole half
    seconds alone. The first and the last threshold are those of
    :class:`~sklearn_eeg.preprocessing.ArtifactRejector`, whose other criteria take a high-pass.

    Examples
    --------
    >>> SignalGate(peak_to_peak=300.0, max_bad_channels=0.1).flat
    0.5
    """

    peak_to_peak: float | None = 500.0
    flat: float | None = 0.5
    clipped: float | None = 0.02
    max_bad_channels: float = 0.0

    def __post_init__(self):
        limits = dict.fromkeys(("peak_to_peak", "flat", "clipped"), POSITIVE)
        share = {"max_bad_channels": Number(least=0, most=1)}
        with speaking("SignalGate"):
            check_arguments(self, limits | share)

    def judge(self, x: np.ndarray, n_clipped: int, is_whole: bool) -> np.ndarray:
        """Judge a stretch of samples: (channel, time) -> (channel, reason)."""
        found = np.zeros((len(x), len(REASONS)), dtype=bool)
        high, low = x.max(-1), x.min(-1)
        if np.isnan(high).any():
            missing = np.isnan(x)
            found[:, 0] = missing.all(-1)
            found[:, 1] = missing.any(-1) & ~found[:, 0]
        swing = high - low
        if self.peak_to_peak is not None:
            found[:, 4] = swing > self.peak_to_peak
        if is_whole and self.flat is not None:
            found[:, 2] = swing < self.flat
        if is_whole and self.clipped is not None:
            stands = (x == high[:, None]).sum(-1), (x == low[:, None]).sum(-1)
            found[:, 3] = (np.maximum(*stands) >= n_clipped) & (swing > LEAST_CLIPPED)
        return found

    def is_bad(self, found: np.ndarray, known_lost: np.ndarray) -> bool:
        """Whether too many channels are bad: (channel, reason), (channel,) -> bool."""
        return bool((found.any(-1) & ~known_lost).mean() > self.max_bad_channels)


class GateKeeper:
    """Judges the signal of a stream, however it is cut into blocks.

    Parameters
    ----------
    gate : SignalGate
    n_channels : int
    sfreq : float
    """

    def __init__(self, gate, n_channels, sfreq):
        self.gate = gate
        self.length = max(2, round(STRETCH * sfreq))
        # One sample more than so long: from its first to its last.
        self.n_clipped = max(3, round((gate.clipped or 0) * sfreq) + 1)
        # Samples that were not judged, and the number of the first of the tail before them.
        self.pending, self.first = [np.empty((n_channels, 0))], 0
        self.stretches = []

    def push(self, x):
        """Take samples, (channel, time)."""
        self.pending.append(x)

    def look(self, start, stop):
        """What is wrong from one sample to before another: (channel, reason).

        Neither is ever before that of an earlier look.
        """
        held = self.pending[0] if len(self.pending) == 1 else np.concatenate(self.pending, -1)
        while self.first + self.length <= stop:
            self.stretches.append(self.gate.judge(held[:, : self.length], self.n_clipped, True))
            held, self.first = held[:, self.length :], self.first + self.length
        # A copy, so that what was judged is forgotten.
        self.pending = [held.copy()]
        n_needed = (self.first - start // self.length * self.length) // self.length
        self.stretches = self.stretches[max(0, len(self.stretches) - n_needed) :]
        parts = list(self.stretches)
        if stop > self.first:
            rest = held[:, : stop - self.first]
            parts.append(self.gate.judge(rest, self.n_clipped, False))
        return np.any(parts, axis=0)
