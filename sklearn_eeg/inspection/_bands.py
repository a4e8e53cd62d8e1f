"""Signals as sums of their bands."""

import numpy as np
from array_api_compat import array_namespace

from sklearn_eeg import _validation as v
from sklearn_eeg._spectral import like
from sklearn_eeg.bands import get_bands

REST = "rest"


class BandSplit:
    """Parts of a signal in each band, and what is in none: they add up to the signal.

    Parameters
    ----------
    bands : str or mapping of str to (float, float)
        Bands that do not overlap.
    sfreq : float
    n_times : int

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(2, 128))
    >>> split = BandSplit({"alpha": (8, 13)}, 128, 128)
    >>> split.names, bool(np.allclose(sum(split.parts(x)), x))
    (('alpha', 'rest'), True)
    """

    def __init__(self, bands, sfreq, n_times):
        edges = get_bands(bands)
        v.require_sfreq(sfreq)
        v.check_bands(edges, sfreq)
        freqs = np.fft.rfftfreq(n_times, 1 / sfreq)
        inside = [(low <= freqs) & (freqs < high) for low, high in edges.values()]
        if max(np.sum(inside, axis=0)) > 1:
            raise ValueError(f"expected bands that do not overlap, got {edges}.")
        empty = [name for name, mask in zip(edges, inside, strict=True) if not mask.any()]
        if empty:
            raise ValueError(
                f"expected signals long enough to have a frequency in each band, got {n_times} "
                f"samples at {sfreq:g} Hz, which have none in {empty[0]!r}; use longer windows."
            )
        self.names = (*edges, REST)
        self.n_times = n_times
        self.masks = [*inside, ~np.any(inside, axis=0)]

    def parts(self, x):
        """Iterate over (..., time) -> (..., time), one a band."""
        xp = array_namespace(x)
        spectrum = xp.fft.rfft(x)
        for mask in self.masks:
            part = xp.fft.irfft(spectrum * like(mask.astype(float), x), n=self.n_times)
            yield xp.astype(part, x.dtype)
