"""Windows of signals and their spectra: framing, tapers, power, and what share a band has of a bin.

Arrays and torch tensors alike; time is the last axis.
"""

import operator
from functools import reduce

import numpy as np
import scipy.fft
from array_api_compat import array_namespace
from scipy.signal import get_window
from scipy.signal.windows import dpss

from sklearn_eeg._kinds import is_tensor
from sklearn_eeg._parallel import BLOCK_BYTES, map_rows

# Slepian tapers that keep less of their energy inside the bandwidth leak: left out.
CONCENTRATION = 0.9


def frame(x, length, step):
    """Windows of a signal, as a view: (..., time) -> (..., window, time)."""
    if is_tensor(x):
        return x.unfold(-1, length, step)
    if x.shape[-1] == length:
        # As on a stream, where NumPy's view would take as long as a transform.
        return x[..., None, :]
    return np.lib.stride_tricks.sliding_window_view(x, length, axis=-1)[..., ::step, :]


def map_windows(function, x, length, step, n_jobs=None):
    """Apply a function of (..., length) to windows: (..., time) -> (..., window, *rest).

    Parameters
    ----------
    function : callable
        (row, window, length) -> (row, window, *rest), each window by itself.
    x : ndarray or tensor of shape (..., n_times)
    length, step : int
        Of a window and between windows, in samples.
    n_jobs : int, default=None
        Threads, in joblib's sense.
    """
    if is_tensor(x):
        return function(frame(x, length, step))
    return map_rows(lambda rows: _by_blocks(function, frame(rows, length, step)), x, n_jobs)


def _by_blocks(function, frames):
    # Spectra of windows that lie in a core's cache together: larger blocks are slower.
    n_rows, n_windows, length = frames.shape
    n_at_once = max(1, BLOCK_BYTES // (length * frames.itemsize))
    n_rows_at_once = max(1, n_at_once // n_windows)
    if n_windows <= n_at_once and n_rows <= n_rows_at_once:
        return function(frames)
    return np.concatenate(
        [
            np.concatenate(
                [
                    function(frames[row : row + n_rows_at_once, first : first + n_at_once])
                    for first in range(0, n_windows, n_at_once)
                ],
                axis=1,
            )
            for row in range(0, n_rows, n_rows_at_once)
        ]
    )


def make_taper(kind, length, *, periodic=True):
    """Taper of SciPy's name ("hann", "boxcar", …): periodic for spectra, or symmetric."""
    return get_window(kind, length, fftbins=periodic)


def slepian_tapers(length, half_bandwidth):
    """Tapers that keep their energy within ± half_bandwidth bins, and their shares of the power."""
    n_tapers = max(1, int(2 * half_bandwidth))
    tapers, concentrations = dpss(length, half_bandwidth, n_tapers, sym=False, return_ratios=True)
    kept = concentrations > min(CONCENTRATION, concentrations.max() * (1 - 1e-12))
    return tapers[kept], concentrations[kept] / concentrations[kept].sum()


def power_scale(taper):
    """Scale of each one-sided bin so that |X|² adds up to the window's variance (Parseval).

    The taper is corrected by its mean square; all bins but zero and Nyquist count twice.
    """
    length = len(taper)
    scale = np.full(length // 2 + 1, 2.0)
    scale[0] = 1
    if length % 2 == 0:
        scale[-1] = 1
    return scale / (length * np.sum(taper**2))


def band_shares(length, sfreq, bands):
    """Share of each bin inside each band: (bin, band), in 0…1.

    A bin stands for the frequencies nearest to it. So no bin counts twice in neighbouring bands,
    bands that tile the axis add up to the whole, and a band has bins however short the window.

    Examples
    --------
    >>> band_shares(8, 8.0, {"low": (0, 1.75), "high": (1.75, 4)}).T
    array([[1.  , 1.  , 0.25, 0.  , 0.  ],
           [0.  , 0.  , 0.75, 1.  , 1.  ]])
    """
    centres = np.arange(length // 2 + 1) * sfreq / length
    low = np.maximum(centres - sfreq / length / 2, 0)[:, None]
    high = np.minimum(centres + sfreq / length / 2, sfreq / 2)[:, None]
    edges = np.array(list(bands.values()), dtype=float)
    inside = np.minimum(high, edges[:, 1]) - np.maximum(low, edges[:, 0])
    return np.maximum(inside, 0) / (high - low)


def band_power(windows, taper, weights, *, centre=True, n_fft=None):
    """Weighted |X|² of each window, summed over bins into bands: (..., time) -> (..., band).

    Parameters
    ----------
    windows : ndarray or tensor of shape (..., length)
    taper : ndarray of shape (length,)
    weights : ndarray of shape (n_fft // 2 + 1, n_bands) or (n_fft // 2 + 1,)
        Without bands, each bin stays by itself.
    centre : bool, default=True
        Whether to subtract each window's mean first.
    n_fft : int, default=None
        Cut the tapered window to its first samples, or pad it with zeros, to this length.

    Returns
    -------
    ndarray or tensor of shape (..., n_bands) or (..., n_bins)
        Exactly zero where a window is flat.
    """
    # What overflows shows as infinite or missing, for the caller to judge.
    with np.errstate(over="ignore", invalid="ignore"):
        power = _weighted_squares(windows, taper, weights, centre, n_fft)
    flat = is_flat(windows)
    if flat.any():
        power[flat] = 0
    return power


def _weighted_squares(windows, taper, weights, centre, n_fft):
    used = np.flatnonzero(weights.reshape(len(weights), -1).any(axis=1))
    bins = slice(used[0], used[-1] + 1)
    # Real and imaginary parts lie side by side: square them in place, add both in one product.
    parts = _as_reals(window_spectrum(windows, taper, centre=centre, n_fft=n_fft)[..., bins])
    parts *= parts
    if weights.ndim == 1:
        return (parts[..., ::2] + parts[..., 1::2]) * like(weights[bins], windows)
    # All windows in one product: a stack of small ones is slow.
    table = like(np.repeat(weights[bins], 2, axis=0), windows)
    return (parts.reshape(-1, len(table)) @ table).reshape(*parts.shape[:-1], -1)


def mean_power(windows, tapers, weights, segment, hop):
    """Band power, averaged over tapers and segments: (..., time) -> (..., band).

    Parameters
    ----------
    windows : ndarray or tensor of shape (..., length)
    tapers : sequence of ndarray of shape (segment,)
    weights : sequence of ndarray
        Of each taper, times its share in the mean, as :func:`band_power` takes them.
    segment, hop : int
        Length of a segment and from one to the next, in samples.
    """
    if segment < windows.shape[-1]:
        whole = mean_power(frame(windows, segment, hop), tapers, weights, segment, hop)
        return array_namespace(whole).mean(whole, axis=-2)
    powers = (band_power(windows, *pair) for pair in zip(tapers, weights, strict=True))
    return reduce(operator.add, powers)


def window_spectrum(windows, taper, *, centre=True, n_fft=None):
    """Fourier transform of tapered windows: (..., time) -> (..., bin)."""
    if centre:
        windows = windows - array_namespace(windows).mean(windows, axis=-1, keepdims=True)
        windows *= like(taper, windows)
    else:
        windows = windows[..., :n_fft] * like(taper[:n_fft], windows)
    if is_tensor(windows):
        return array_namespace(windows).fft.rfft(windows, n=n_fft)
    # SciPy's transforms several windows at once; NumPy's goes one by one.
    return scipy.fft.rfft(windows, n_fft, overwrite_x=True)


def is_flat(windows):
    """Whether a window has no power beyond the rounding of its values: (..., time) -> (...).

    Its standard deviation is at most two of the machine's epsilons times its largest magnitude:
    what arithmetic leaves of a dead channel on an offset. Without an offset no signal is so small.

    Examples
    --------
    >>> is_flat(np.array([[4200, 4200 + 1e-12], [0, 1e-15]]))
    array([ True, False])
    """
    xp = array_namespace(windows)
    rounding = 2 * xp.finfo(windows.dtype).eps
    first = windows[..., :1]
    # Eight samples clear most windows: in a flat one none is further from another than this.
    reach = 3 * windows.shape[-1] ** 0.5 * rounding
    some = windows[..., :: max(1, windows.shape[-1] // 8)]
    flat = (abs(some - first) <= reach * abs(first)).all(-1)
    if flat.any():
        suspects = xp.nonzero(flat)
        few = windows[suspects]
        spread = xp.std(few - few[..., :1], axis=-1)
        flat[suspects] = spread <= rounding * xp.max(abs(few), axis=-1)
    return flat


def like(array, x):
    """Return the array as an array or tensor of the other's kind, type and device."""
    if is_tensor(x):
        return x.new_tensor(array)
    return np.asarray(array, dtype=x.dtype)


def _as_reals(spectrum):
    return spectrum.view(spectrum.real.dtype)
