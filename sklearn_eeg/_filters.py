"""Linear filters: FIR design by MNE's rules, recursive sections, and how both are applied.

Time is the last axis; a filter that is applied has rows of samples, (n_rows, n_samples).
"""

from fractions import Fraction

import numpy as np
import scipy.fft
from scipy.signal import butter, cheby2, firwin, sosfilt, sosfiltfilt

from sklearn_eeg._resampling import N_CROSSINGS, by_branches, design_resampler

# Length, in samples, times transition band, in cycles a sample, of a Hamming-windowed FIR filter.
HAMMING_LENGTH = 3.3
# Transition bands of a notch, in hertz, and its stop band as a share of its frequency.
NOTCH_TRANSITION = 0.5
NOTCH_WIDTH = 1 / 200
# Rows filtered together: as many as the processor transforms at once.
ROWS = 4
# Samples of a row above which a longer transform costs more in cache misses than it saves.
MAX_FFT = 2**18


def band_transitions(l_freq, h_freq, sfreq):
    """Where a pass band begins and ends: (centre, width, step of the gain), in hertz.

    The widths are MNE's: a quarter of the edge, at least 2 Hz, and no more than there is room for.
    """
    transitions = []
    if l_freq is not None:
        width = min(max(0.25 * l_freq, 2.0), l_freq)
        transitions.append((l_freq - width / 2, width, 1))
    if h_freq is not None:
        width = min(max(0.25 * h_freq, 2.0), sfreq / 2 - h_freq)
        transitions.append((h_freq + width / 2, width, -1))
    return transitions


def notch_edges(freq):
    """Where a notch's flanks begin and end, in hertz, by MNE's widths."""
    half = freq * NOTCH_WIDTH / 2 + NOTCH_TRANSITION
    return freq - half, freq + half


def notch_transitions(freqs):
    """Where the gain falls and rises again around each frequency."""
    half = NOTCH_TRANSITION / 2
    edges = [notch_edges(freq) for freq in freqs]
    falls = [(low + half, NOTCH_TRANSITION, -1) for low, _ in edges]
    rises = [(high - half, NOTCH_TRANSITION, 1) for _, high in edges]
    return falls + rises


def design_fir(transitions, sfreq):
    """Zero-phase FIR filter as a sum of Hamming-windowed low-passes, one a transition.

    Parameters
    ----------
    transitions : list of (float, float, int)
        Centre and width in hertz, and whether the gain there rises (1) or falls (-1).
    sfreq : float

    Returns
    -------
    ndarray of odd length, symmetric around its middle.
    """
    lengths = [_odd(HAMMING_LENGTH * sfreq / width) for _, width, _ in transitions]
    h = np.zeros(max(lengths))
    middle = len(h) // 2
    gain_at_zero = min(transitions)[2] < 0
    h[middle] = gain_at_zero + sum(step for *_, step in transitions)
    for (centre, _, step), length in zip(transitions, lengths, strict=True):
        part = slice(middle - length // 2, middle + length // 2 + 1)
        h[part] -= step * firwin(length, centre, fs=sfreq)
    return h


def _odd(length):
    # As MNE rounds: to the nearest integer, then up to an odd one.
    nearest = round(length)
    return nearest + 1 - nearest % 2


def plan_fir_resampler(h, n_times, dtype, ratio=Fraction(1)):
    """Return a function that filters rows by a zero-phase FIR, then resamples them, in one pass.

    Parameters
    ----------
    h : ndarray of odd length, symmetric
    n_times : int
        Samples in each row.
    dtype : dtype
    ratio : Fraction
        Samples out for each one in. A decimation is one with the filter and costs less than none.

    Returns
    -------
    callable
        (n_rows, n_times) -> (n_rows, ceil(n_times * ratio)).
    """
    # One gain for all parts: what it leaves of an offset is the same to the last digit.
    gain = float(h.sum())
    # Further from its middle a filter meets nothing but what lies beyond the mirrored ends.
    middle, reach = len(h) // 2, min(len(h) // 2, 2 * n_times - 2)
    h = h[middle - reach : middle + reach + 1]
    up, down = ratio.as_integer_ratio()
    margin = N_CROSSINGS * down
    if up > 1 or down == 1 or n_times < len(h) + 4 * margin:
        every_sample = plan_fir(h, range(n_times), dtype, gain)
        return lambda x: by_branches(every_sample(x), ratio)

    low_pass = design_resampler(ratio)
    body = plan_fir(np.convolve(h, low_pass), range(0, n_times, down), dtype, gain)
    # Near the ends the resampler sees the filtered signal mirrored, not the mirrored one filtered.
    first_of_tail = (n_times - 1 - margin) // down + 1
    head = plan_fir(h, range(2 * margin + 1), dtype, gain)
    tail = plan_fir(h, range(first_of_tail * down - margin, n_times), dtype, gain)

    def apply(x):
        y = body(x)
        y[:, :N_CROSSINGS] = by_branches(head(x), ratio)[:, :N_CROSSINGS]
        y[:, first_of_tail:] = by_branches(tail(x), ratio)[:, N_CROSSINGS:]
        return y

    return apply


def plan_fir(h, at, dtype, gain=None):
    """Return a function that filters rows by a zero-phase FIR, at some positions only.

    Overlap-save. With every ``step``-th position asked for, signal and filter are taken apart into
    ``step`` phases whose spectra are multiplied at the low rate. Ends are extended as by MNE's
    ``reflect_limited``, measured from a row's first sample.

    Parameters
    ----------
    h : ndarray of odd length, symmetric
    at : range
        Positions, in samples of a row.
    dtype : dtype
    gain : float, default=None
        Of the whole filter at 0 Hz, if ``h`` is a part of it.

    Returns
    -------
    callable
        (n_rows, n_times) -> (n_rows, len(at)).
    """
    n_taps = -(-len(h) // at.step)
    n_fft = _best_fft_length(len(at), n_taps, at.step)
    n_good = n_fft - n_taps + 1
    phases = np.zeros((n_taps, at.step))
    phases.flat[: len(h)] = h
    response = np.conj(scipy.fft.rfft(phases.T, n_fft)).astype(np.result_type(dtype, np.complex64))
    gain = float(h.sum()) if gain is None else gain

    def apply(x):
        # Without its offset a signal of direct-coupled amplifiers keeps its digits in float32.
        offset = x[:, :1]
        y = np.empty((len(x), len(at)), dtype=dtype)
        for first in range(0, len(at), n_good):
            start = at.start + first * at.step - len(h) // 2
            piece = extend(x, start, start + n_fft * at.step) - offset
            spectra = scipy.fft.rfft(piece.reshape(len(x), n_fft, at.step).swapaxes(1, 2))
            spectra *= response
            good = scipy.fft.irfft(spectra.sum(axis=1), n_fft)[:, :n_good]
            y[:, first : first + n_good] = good[:, : len(at) - first]
        y += gain * offset
        return y

    return apply


def extend(x, start, stop):
    """Samples ``start`` to ``stop`` of rows that go on, mirrored through their ends, then still.

    Still at their first sample: an offset has no end.

    >>> extend(np.array([[1.0, 2, 4]]), -3, 7)
    array([[ 1., -2.,  0.,  1.,  2.,  4.,  6.,  7.,  1.,  1.]])
    """
    n_times = x.shape[-1]
    if 0 <= start and stop <= n_times:
        return x[:, start:stop]
    piece = np.repeat(x[:, :1], stop - start, axis=1)
    inside = slice(max(start, 0), min(stop, n_times))
    piece[:, _shift(inside, -start)] = x[:, inside]
    before = slice(max(start, 1 - n_times), min(stop, 0))
    if before.start < before.stop:
        mirrored = x[:, 1 - before.stop : 1 - before.start][:, ::-1]
        piece[:, _shift(before, -start)] = 2 * x[:, :1] - mirrored
    after = slice(max(start, n_times), min(stop, 2 * n_times - 1))
    if after.start < after.stop:
        last = 2 * n_times - 1
        mirrored = x[:, last - after.stop : last - after.start][:, ::-1]
        piece[:, _shift(after, -start)] = 2 * x[:, -1:] - mirrored
    return piece


def _shift(part, by):
    return slice(part.start + by, part.stop + by)


def _best_fft_length(n_out, n_taps, step):
    whole = scipy.fft.next_fast_len(n_out + n_taps - 1, real=True)
    longest = max(MAX_FFT // step, 4 * n_taps)
    sizes = [factor << power for power in range(30) for factor in (4, 5, 6)]
    sizes = [n for n in (whole, *sizes) if n_taps <= n <= min(whole, longest)]
    return min(sizes, key=lambda n: -(-n_out // (n - n_taps + 1)) * n * np.log2(n))


def design_butterworth(l_freq, h_freq, notch, order, sfreq):
    """Second-order sections of a Butterworth band-pass and of a band-stop for each notch."""
    sections = []
    if l_freq is not None and h_freq is not None:
        sections.append(butter(order, (l_freq, h_freq), "bandpass", fs=sfreq, output="sos"))
    elif l_freq is not None:
        sections.append(butter(order, l_freq, "highpass", fs=sfreq, output="sos"))
    elif h_freq is not None:
        sections.append(butter(order, h_freq, "lowpass", fs=sfreq, output="sos"))
    for freq in notch:
        sections.append(butter(order, notch_edges(freq), "bandstop", fs=sfreq, output="sos"))
    return np.concatenate(sections)


def design_chebyshev(edges, order, attenuation, sfreq):
    """Second-order sections of a Chebyshev band-pass of type II, by the edges of its stop bands."""
    return cheby2(order, attenuation, edges, "bandpass", fs=sfreq, output="sos")


def filter_both_ways(sos, x):
    """Zero-phase filtering of rows: forth and back, over ends mirrored until the filter forgets."""
    padding = min(_memory(sos), x.shape[-1] - 1)
    offset = x[:, :1]
    y = sosfiltfilt(_writable(sos), x - offset, padtype="odd", padlen=padding)
    y += _gain_at_zero(sos) ** 2 * offset
    return y.astype(x.dtype, copy=False)


def filter_forward(sos, x, state=None, start="rest"):
    """Causal filtering of rows, a block at a time.

    Parameters
    ----------
    sos : ndarray of shape (n_sections, 6)
    x : ndarray of shape (n_rows, n_times)
    state : ndarray of shape (n_sections + 1, n_rows, 2), default=None
        What the call before returned; ``None``: as ``start`` says.
    start : {"rest", "zero"}, default="rest"
        At rest on the first sample, as if the signal had always been there, or on zero.

    Returns
    -------
    y : ndarray of shape (n_rows, n_times)
    state : ndarray of shape (n_sections + 1, n_rows, 2)
        Of each section, and last the sample from which all is measured.
    """
    if state is None:
        state = np.zeros((len(sos) + 1, len(x), 2))
        state[-1, :, 0] = x[:, 0] if start == "rest" else 0
    offset = state[-1, :, :1]
    y, sections = sosfilt(_writable(sos), x - offset, zi=state[:-1])
    y += _gain_at_zero(sos) * offset
    return y.astype(x.dtype, copy=False), np.concatenate([sections, state[-1:]])


def _gain_at_zero(sos):
    gain = float(np.prod(sos[:, :3].sum(axis=1) / sos[:, 3:].sum(axis=1)))
    # A Butterworth filter's is one, or zero where a section has its zero there, in every digit.
    return float(round(gain)) if abs(gain - round(gain)) <= 1e-6 else gain


def _writable(sos):
    # SciPy's compiled loop refuses the read-only arrays that come out of memory-mapped pickles.
    return np.array(sos)


def _memory(sos):
    # Samples until the slowest pole's response has fallen to a thousandth.
    radius = np.abs(np.concatenate([np.roots(section[3:]) for section in sos])).max()
    return int(np.ceil(np.log(1e-3) / np.log(radius)))
