"""Mean amplitudes in windows of latency: features of event-related potentials."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from numbers import Real

import numpy as np
from array_api_compat import array_namespace

from sklearn_eeg import _validation as v
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import Number


def mean_between(x, edges):
    """Means from one sample to another: (..., time), pairs of samples -> (..., pair)."""
    xp = array_namespace(x)
    return xp.stack([xp.mean(x[..., start:stop], axis=-1) for start, stop in edges], axis=-1)


def equal_parts(n_times, n_parts):
    """First sample of each part and that after its last, as equal as samples allow.

    >>> equal_parts(10, 4)
    [(0, 2), (2, 5), (5, 8), (8, 10)]
    """
    edges = np.linspace(0, n_times, n_parts + 1).round().astype(int).tolist()
    return list(pairwise(edges))


class MeanAmplitudeExtractor(SignalTransformer):
    """Mean amplitude of each channel in windows of latency.

    Parameters
    ----------
    latencies : mapping of str to (float, float), or int
        Name of each window, its start and its end, in seconds from the first sample of a trial; the
        sample at the end belongs to what follows. An integer: as many parts of equal length, which
        tile each trial, ``mean0`` and so on.
    sfreq : float, default=None
        Sampling rate in hertz, of data that carry none; equal parts need none.

    Raises
    ------
    TypeError
        A window is no pair of numbers.
    ValueError
        A window is reversed, less than a sample, or reaches beyond a trial.

    Notes
    -----
    Takes signals (n_trials, n_channels, n_times), windowed or not, and gives (n_trials, n_channels,
    n_latencies) in the signals' unit. Epochs of MNE that begin before their event are counted from
    their beginning. A baseline is not subtracted: put a high-pass before. A latency window with NaN
    in it is missing.

    References
    ----------
    Blankertz, Lemm, Treder, Haufe & Müller (2011), Single-trial analysis and classification of ERP
    components: a tutorial, NeuroImage 56.

    Examples
    --------
    >>> X = np.repeat([0.0, 1, 2, 3], 25)[None, None]
    >>> MeanAmplitudeExtractor({"N2": (0.25, 0.5), "P3": (0.4, 0.8)}, sfreq=100).fit_transform(X)
    array([[[1.   , 1.875]]])
    >>> MeanAmplitudeExtractor(2).fit_transform(X)
    array([[[0.5, 2.5]]])
    """

    _allow_nan = "any"
    _accepts_tensors = True
    _takes = "window? channel? time"
    _stateless = True
    _pointwise = ("window",)
    _instead = "put a Windower before it"

    def __init__(
        self, latencies: Mapping[str, tuple[float, float]] | int, *, sfreq: float | None = None
    ) -> None:
        self.latencies = latencies
        self.sfreq = sfreq

    def _fit(self, signals):
        if isinstance(self.latencies, Mapping):
            v.require_sfreq(signals.sfreq)
            for name, span in self.latencies.items():
                self._check_span(name, span)
            self.features_ = tuple(map(str, self.latencies))
        else:
            Number(least=1, whole=True).check("latencies", self.latencies)
            self.features_ = tuple(f"mean{part}" for part in range(self.latencies))
        if not self.features_:
            raise ValueError("expected at least one window of latency, got none.")
        self._check_lengths(signals)

    def _check_span(self, name, span):
        are_numbers = isinstance(span, (tuple, list)) and all(isinstance(s, Real) for s in span)
        if not are_numbers or len(span) != 2 or not 0 <= span[0] < span[1] < np.inf:
            raise (ValueError if are_numbers else TypeError)(
                f"expected the latencies {name!r} as two numbers of seconds, 0 <= start < end, got "
                f"{span!r}."
            )
        if not np.diff(self._to_samples(span)).all():
            raise ValueError(
                f"expected the latencies {name!r} to hold a sample at {self.sfreq_:g} Hz, got "
                f"{span!r}; widen them."
            )

    def _to_samples(self, span):
        return tuple(round(seconds * self.sfreq_) for seconds in span)

    def _edges(self, n_times):
        if isinstance(self.latencies, Mapping):
            return [self._to_samples(span) for span in self.latencies.values()]
        return equal_parts(n_times, self.latencies)

    def _shortest(self):
        """Samples that a trial needs."""
        if isinstance(self.latencies, Mapping):
            return max(stop for _, stop in self._edges(0))
        return self.latencies

    def _check_lengths(self, signals):
        needed = self._shortest()
        for index, trial in enumerate(signals.data):
            n_times = trial.shape[-1]
            if n_times < needed:
                raise ValueError(
                    f"expected trials of at least {needed} samples for these latencies, got "
                    f"{n_times} in trial {index} (an array of n_features={n_times}); give longer "
                    f"trials or earlier latencies."
                )

    def _transform(self, signals):
        self._check_lengths(signals)
        return signals.map(
            lambda x: mean_between(x, self._edges(x.shape[-1])),
            axes=(*signals.axes[:-1], "feature"),
            features=self.features_,
        )

    def _to_torch(self, shape):
        return self._arithmetic(partial(mean_between, edges=self._edges(shape[-1])))

    def _names_out(self, names):
        if len(self.layout_) == 1:
            return list(self.features_)
        return [f"{name}_{feature}" for name in names for feature in self.features_]
