"""Signals in each of several bands at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from sklearn_eeg import _filters
from sklearn_eeg import _validation as v
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import N_JOBS, Choice, Number
from sklearn_eeg._parallel import map_rows
from sklearn_eeg._twins import Recursion
from sklearn_eeg.bands import get_bands


class FilterBank(SignalTransformer, auto_wrap_output_keys=None):
    """Band-pass signals by each filter of a bank.

    Chebyshev filters of type II: flat within a band, and a fixed attenuation from the stop edges
    outwards. The defaults are FBCNet's bank.

    Parameters
    ----------
    bands : str or mapping of str to (float, float), default="fbcnet"
        Edges of each band, in hertz; a string names a table in :mod:`sklearn_eeg.bands`.
    order : int, default=4
        Of the design; filtering both ways for zero phase doubles it.
    attenuation : float, default=30.0
        Of the stop bands, in decibels; filtering both ways doubles it.
    transition : float, default=2.0
        From an edge of a band to its stop band, in hertz.
    phase : {"causal", "zero"}, default="causal"
        ``"causal"`` sees no later sample, and delays; ``"zero"`` filters forth and back.
    start : {"rest", "zero"}, default="rest"
        What came before the first sample for a causal filter: that sample, so that no offset
        rings, or zero, as for ``scipy.signal.sosfilt`` and in the authors' code.
    sfreq : float, default=None
        Sampling rate in hertz, if the data do not carry it.
    n_jobs : int, default=None
        Threads.

    Attributes
    ----------
    bands_ : dict
        Name and edges of each band.
    sos_ : ndarray of shape (n_bands, n_sections, 6)
        The second-order sections.

    Raises
    ------
    ValueError
        A band or its stop edges reach zero or half the sampling rate.

    See Also
    --------
    BandpassNotch : One band.
    Windower : Cuts what comes out into windows; filtered before, they do not begin with transients.

    Notes
    -----
    Returns of ``transform``:

    (n_trials, n_bands, n_channels, n_times), and (n_trials, n_windows, n_bands, n_channels,
    n_times) of windowed signals. A channel lost for a whole trial, all NaN, stays NaN. Of an offset
    the ripple of the stop bands remains, -30 dB by default; a high-pass before leaves none.

    References
    ----------
    Mane et al. (2021), FBCNet: a multi-view convolutional neural network for brain-computer
    interface, https://doi.org/10.48550/arXiv.2104.01233

    Examples
    --------
    >>> X = np.random.default_rng(0).standard_normal((3, 62, 1000))
    >>> FilterBank(sfreq=250).fit_transform(X).shape
    (3, 9, 62, 1000)
    """

    # Mirroring the ends takes two samples.
    _min_samples = 2
    _takes = "window? channel? time"
    _stateless = True
    _pointwise = ("window",)
    _instead = "use phase='causal'"
    _arguments: ClassVar = {
        "order": Number(least=1, whole=True),
        "attenuation": Number(above=0),
        "transition": Number(least=0),
        "phase": Choice(("causal", "zero")),
        "start": Choice(("rest", "zero")),
        "n_jobs": N_JOBS,
    }

    def __init__(
        self,
        bands: str | Mapping[str, tuple[float, float]] = "fbcnet",
        *,
        order: int = 4,
        attenuation: float = 30.0,
        transition: float = 2.0,
        phase: str = "causal",
        start: str = "rest",
        sfreq: float | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.bands = bands
        self.order = order
        self.attenuation = attenuation
        self.transition = transition
        self.phase = phase
        self.start = start
        self.sfreq = sfreq
        self.n_jobs = n_jobs

    def _fit(self, signals):
        v.require_sfreq(signals.sfreq)
        if self.phase == "zero" and self.start != "rest":
            raise ValueError(
                f"expected start='rest' with phase='zero', got {self.start!r}; both of its ends "
                f"are extended by mirroring."
            )
        self.bands_ = get_bands(self.bands)
        v.check_bands(self.bands_, signals.sfreq)
        self.sos_ = np.stack([self._design(name) for name in self.bands_])

    def _design(self, band):
        low, high = self.bands_[band]
        stop = low - self.transition, high + self.transition
        if not 0 < stop[0] < stop[1] < self.sfreq_ / 2:
            raise ValueError(
                f"expected stop edges between 0 and {self.sfreq_ / 2:g} Hz, half the sampling "
                f"rate, got {stop[0]:g} and {stop[1]:g} Hz for band {band!r}; lower transition."
            )
        return _filters.design_chebyshev(stop, self.order, self.attenuation, self.sfreq_)

    def _transform(self, signals):
        place = len(signals.axes) - 1 - ("channel" in signals.axes)
        axes = (*signals.axes[:place], "band", *signals.axes[place:])

        def filter_all(x):
            lead, rest = x.shape[: 1 + place], x.shape[1 + place :]
            out = np.empty((*lead, len(self.sos_), *rest), dtype=x.dtype)
            for band, sos in enumerate(self.sos_):
                out[(slice(None),) * len(lead) + (band,)] = self._filter(sos, x)
            return out

        return signals.map(filter_all, axes=axes, bands=self.bands_)

    def _stream(self, along, calibration):
        if along == "time" and self.phase == "causal":
            return Recursion(self, self._go_on)
        return super()._stream(along, calibration)

    def _go_on(self, block, states):
        rows = block.data.reshape(-1, block.data.shape[-1])
        parts = [
            _filters.filter_forward(sos, rows, state, self.start)
            for sos, state in zip(self.sos_, states or [None] * len(self.sos_), strict=True)
        ]
        data = np.stack([y for y, _ in parts]).reshape(1, len(parts), *block.data.shape[1:])
        facts = {"axes": ("band", *block.axes), "bands": self.bands_}
        return block.derive(data=data, **facts), [state for _, state in parts]

    def _filter(self, sos, x):
        if self.phase == "zero":
            return map_rows(lambda rows: _filters.filter_both_ways(sos, rows), x, self.n_jobs)
        return map_rows(
            lambda rows: _filters.filter_forward(sos, rows, start=self.start)[0], x, self.n_jobs
        )

    def _names_out(self, names):
        if len(self.layout_) == 1:
            return list(self.bands_)
        return [f"{name}_{band}" for name in names for band in self.bands_]
