"""Band-pass and notch filters, zero-phase or causal, with resampling in the same pass."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

import numpy as np
from scipy.signal import fftconvolve

from sklearn_eeg import _filters
from sklearn_eeg import _validation as v
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import N_JOBS, Choice, Number
from sklearn_eeg._parallel import BLOCK_BYTES, map_rows
from sklearn_eeg._resampling import by_branches, resample, resampled_names, resampling_ratio
from sklearn_eeg._twins import Recursion

TOO_SHORT = (
    "{}: the filter is {} samples long and a trial has {}, so all of it feels the ends; "
    "filter longer signals, raise l_freq, or use method='iir'."
)
# What other arguments a phase needs, and why.
NEEDS = {
    "zero": {"start": ("rest", "both of its ends are extended by mirroring")},
    "causal": {
        "method": ("iir", "the FIR filter is zero-phase by design"),
        "resample": (None, "the resampler looks ahead"),
    },
}


class BandpassNotch(SignalTransformer):
    """Keep a band of frequencies and take out the mains.

    The default is zero-phase: a FIR filter with the lengths, transition bands and Hamming window
    that MNE's ``raw.filter`` and ``raw.notch_filter`` choose, band-pass and notches folded into
    one. Away from the ends the result equals theirs. A trial shorter than the filter draws a
    warning.

    Parameters
    ----------
    l_freq : float or None
        Lower edge of the pass band, in hertz; ``None``: all low frequencies pass.
    h_freq : float or None
        Upper edge, in hertz; ``None``: all high frequencies pass.
    notch : float or sequence of float, default=None
        Frequencies to take out, in hertz, such as 50, or ``[50, 100]`` with the harmonic.
    method : {"fir", "iir"}, default="fir"
        ``"iir"``: Butterworth sections, shorter in memory; for short trials and for streams.
    phase : {"zero", "causal"}, default="zero"
        ``"causal"``: with ``"iir"`` only; sees no later sample, and delays; see ``filter_stream``.
    start : {"rest", "zero"}, default="rest"
        What came before the first sample for a causal filter: that sample, so that no offset
        rings, or zero, as for ``scipy.signal.sosfilt`` and in most published chains.
    order : int, default=4
        Of the Butterworth design; filtering both ways for zero phase doubles it.
    resample : float, default=None
        Rate to resample to in the same pass, in hertz: the numbers of a ``Resample`` step after
        this one, in a fraction of its time and memory where the ratio is of integers up to
        10,000. The filter is designed for the rate of ``fit``; other rates are refused.
    sfreq : float, default=None
        Sampling rate in hertz, if the data do not carry it.
    n_jobs : int, default=None
        Threads.

    Attributes
    ----------
    fir_ : ndarray
        The impulse response, symmetric around its middle; with ``method="fir"``.
    sos_ : ndarray of shape (n_sections, 6)
        The second-order sections; with ``method="iir"``.

    Raises
    ------
    ValueError
        The edges are not 0 < l_freq < h_freq < sfreq / 2, notches lie outside that range or on top
        of each other, or there is nothing to filter.

    Warns
    -----
    UserWarning
        The FIR filter is longer than a trial.

    See Also
    --------
    Resample : Change the sampling rate only.

    Notes
    -----
    Returns of ``transform``:

    Signals of the shape that came in; ``ceil(n_times * resample / sfreq)`` samples if resampled.
    A channel lost for a whole trial, all NaN, stays NaN. An offset comes out as one, or as zero
    where 0 Hz does not pass; a channel without any other signal, as none.

    References
    ----------
    Widmann, Schröger & Maess (2015), J. Neurosci. Methods 250 (design of filters for EEG).

    Examples
    --------
    >>> t = np.arange(5000) / 500
    >>> X = np.sin(2 * np.pi * 10 * t)[None, None] + np.sin(2 * np.pi * 50 * t)
    >>> clean = BandpassNotch(1, 40, notch=50, sfreq=500).fit_transform(X)
    >>> bool(abs(clean - np.sin(2 * np.pi * 10 * t))[..., 1000:-1000].max() < 0.01)
    True
    """

    # A resampler mirrors its input, which takes two samples.
    _min_samples = 2
    _takes = ("window? channel? time", "band channel time")
    _stateless = True
    _pointwise = ("window",)
    _instead = "use method='iir' with phase='causal'"
    _arguments: ClassVar = {
        "l_freq": Number(optional=True),
        "h_freq": Number(optional=True),
        "method": Choice(("fir", "iir")),
        "phase": Choice(("zero", "causal")),
        "start": Choice(("rest", "zero")),
        "order": Number(least=1, whole=True),
        "n_jobs": N_JOBS,
    }

    def __init__(
        self,
        l_freq: float | None,
        h_freq: float | None,
        notch: float | Sequence[float] | None = None,
        *,
        method: str = "fir",
        phase: str = "zero",
        start: str = "rest",
        order: int = 4,
        resample: float | None = None,
        sfreq: float | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.l_freq = l_freq
        self.h_freq = h_freq
        self.notch = notch
        self.method = method
        self.phase = phase
        self.start = start
        self.order = order
        self.resample = resample
        self.sfreq = sfreq
        self.n_jobs = n_jobs

    def filter_stream(
        self, x: np.ndarray, state: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Filter the next block of a stream, causally.

        Parameters
        ----------
        x : ndarray of shape (n_channels, n_times)
            The block, of any length.
        state : ndarray, default=None
            What the block before returned; ``None`` begins a stream.

        Returns
        -------
        y : ndarray of shape (n_channels, n_times)
            Blocks in a row equal the offline result, wherever they are cut.
        state : ndarray

        Raises
        ------
        ValueError
            The filter looks ahead.
        """
        if self.phase != "causal":
            raise ValueError(
                f"expected phase='causal' to filter a stream, "
                f"got {self.phase!r}, which looks ahead."
            )
        return _filters.filter_forward(self.sos_, x, state, self.start)

    def _stream(self, along, calibration):
        if along == "time" and self.phase == "causal":
            return Recursion(self, self._go_on)
        return super()._stream(along, calibration)

    def _go_on(self, block, state):
        x = block.data
        y, state = self.filter_stream(x.reshape(-1, x.shape[-1]), state)
        return block.derive(data=y.reshape(x.shape)), state

    def _fit(self, signals):
        v.require_sfreq(signals.sfreq)
        self._check_phase()
        notch = self._read_notches()
        self._check_edges(notch, signals.sfreq)
        self._ratio = Fraction(1)
        if self.resample is not None:
            self._ratio = resampling_ratio(self.resample, signals.sfreq)
        if self.method == "fir":
            self.fir_ = np.ones(1)
            for transitions in (
                _filters.band_transitions(self.l_freq, self.h_freq, signals.sfreq),
                _filters.notch_transitions(notch),
            ):
                if transitions:
                    part = _filters.design_fir(transitions, signals.sfreq)
                    self.fir_ = fftconvolve(self.fir_, part)
        else:
            self.sos_ = _filters.design_butterworth(
                self.l_freq, self.h_freq, notch, self.order, signals.sfreq
            )

    def _transform(self, signals):
        if self.method == "fir":
            shortest = min(trial.shape[-1] for trial in signals.data)
            if len(self.fir_) > shortest:
                message = TOO_SHORT.format(type(self).__name__, len(self.fir_), shortest)
                warnings.warn(message, stacklevel=3)

        def over_rows(x):
            block_bytes = max(BLOCK_BYTES, _filters.ROWS * x.shape[-1] * x.itemsize)
            return map_rows(self._plan(x), x, self.n_jobs, block_bytes)

        filtered = signals.map(over_rows)
        if self.resample is None:
            return filtered
        if not isinstance(self._ratio, Fraction):
            filtered = filtered.map(lambda x: resample(x, self._ratio, self.n_jobs))
        return filtered.derive(sfreq=float(self.resample))

    def _plan(self, x):
        # Weights of each instant serve all rows at once, and wait until all are filtered.
        ratio = self._ratio if isinstance(self._ratio, Fraction) else Fraction(1)
        if self.method == "fir":
            return _filters.plan_fir_resampler(self.fir_, x.shape[-1], x.dtype, ratio)
        if self.phase == "causal":
            return lambda rows: _filters.filter_forward(self.sos_, rows, start=self.start)[0]
        return lambda rows: by_branches(_filters.filter_both_ways(self.sos_, rows), ratio)

    def _read_notches(self):
        notches = () if self.notch is None else np.atleast_1d(self.notch).tolist()
        for freq in notches:
            Number().check("notch", freq)
        return tuple(map(float, notches))

    def _check_phase(self):
        for argument, (needed, reason) in NEEDS[self.phase].items():
            value = getattr(self, argument)
            if value != needed:
                raise ValueError(
                    f"expected {argument}={needed!r} with phase={self.phase!r}, got "
                    f"{value!r}; {reason}."
                )

    def _check_edges(self, notch, sfreq):
        if self.l_freq is None and self.h_freq is None and not notch:
            raise ValueError(
                "expected l_freq, h_freq or notch, got None for all; name what to filter."
            )
        edges = [edge for edge in (self.l_freq, self.h_freq) if edge is not None]
        inside = all(0 < edge < sfreq / 2 for edge in edges)
        if not inside or sorted(set(edges)) != edges:
            raise ValueError(
                f"expected 0 < l_freq < h_freq < {sfreq / 2:g} Hz, half the sampling "
                f"rate, got l_freq={self.l_freq} and h_freq={self.h_freq}."
            )
        reach = [_filters.notch_edges(freq) for freq in sorted(notch)]
        if any(low <= 0 or high >= sfreq / 2 for low, high in reach):
            raise ValueError(
                f"expected notches between 0 and {sfreq / 2:g} Hz, half the sampling "
                f"rate, with their flanks of {_filters.NOTCH_TRANSITION} Hz, got {list(notch)}."
            )
        if any(a[1] > b[0] for a, b in pairwise(reach)):
            raise ValueError(
                f"expected notches that do not overlap, got {list(notch)}; "
                f"leave one of the neighbours out."
            )

    def _names_out(self, names):
        if len(self.layout_) > 1 or self._ratio == 1:
            return names
        return resampled_names(names, self._ratio)
