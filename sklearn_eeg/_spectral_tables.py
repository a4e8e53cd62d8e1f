"""Power by products with tables of waves: what a Fourier transform is as a torch module.

Functions of tensors and of constants, for :class:`~sklearn_eeg._modules.Arithmetic`; no torch here.
"""

import numpy as np


def wave_table(taper, n_fft, bins):
    """Cosines and sines of some bins under a taper: (time, 2 x bin).

    Of a transform of ``n_fft`` samples, which cuts the taper or goes on with zeros.
    """
    taper = taper[:n_fft]
    angle = 2 * np.pi * np.outer(np.arange(len(taper)), bins) / n_fft
    return np.concatenate([np.cos(angle), np.sin(angle)], axis=1) * taper[:, None]


def plan_power(tapers, weights, n_fft=None, *, centre=True):
    """Constants of :func:`power`.

    Parameters
    ----------
    tapers : sequence of ndarray of shape (length,)
        Whose powers are added.
    weights : sequence of ndarray of shape (n_fft // 2 + 1, n_bands) or (n_fft // 2 + 1,)
        Of each taper. Without bands, each bin stays by itself.
    n_fft : int, default=None
        Length of the transform; ``None``: a taper's.
    centre : bool, default=True
        Whether each frame's mean is subtracted first.
    """
    tables, sums = [], []
    for taper, weight in zip(tapers, weights, strict=True):
        weight = np.diag(weight) if weight.ndim == 1 else weight
        bins = np.flatnonzero(weight.any(axis=1))
        tables.append(wave_table(taper, n_fft or len(taper), bins))
        sums.append(np.concatenate([weight[bins]] * 2))
    table = np.concatenate(tables, axis=1)
    offset = np.zeros(table.shape[1]) if centre else table.sum(axis=0)
    return {"table": table, "offset": offset, "weights": np.concatenate(sums)}


def power(frames, table, offset, weights):
    """Weighted power of frames, zero of a flat one: (..., time) -> (..., band).

    ``table``, ``offset`` and ``weights`` are those of :func:`plan_power`.
    """
    # In single precision an offset would drown what rides on it: its waves are known exactly.
    first = frames[..., :1]
    frames = frames - first
    mean = frames.mean(-1, keepdim=True)
    frames = frames - mean
    waves = frames[..., : table.shape[0]] @ table + (first + mean) * offset
    return waves.square() @ weights


def is_flat(frames):
    """As of :func:`sklearn_eeg._spectral.is_flat`, without a branch: (..., time) -> (...)."""
    away = frames - frames[..., :1]
    spread = (away - away.mean(-1, keepdim=True)).square().mean(-1).sqrt()
    return spread <= 2 * np.finfo(np.float32).eps * frames.abs().amax(-1)


def gather(x, places):
    """Samples by their places: (..., time) -> (..., *places)."""
    return x[..., places.flatten()].unflatten(-1, tuple(places.shape))


def frame_places(n_times, length, step):
    """Places of the samples of each frame: (frame, length)."""
    return np.arange(0, n_times - length + 1, step)[:, None] + np.arange(length)
