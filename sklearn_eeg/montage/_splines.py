"""Spherical splines: the potential where no electrode is, from the electrodes around."""

from __future__ import annotations

import numpy as np
from numpy.polynomial.legendre import legval
from scipy.linalg import pinv

# Stiffness, number of Legendre terms and regularisation of MNE, so that results agree.
STIFFNESS, N_TERMS, ALPHA = 4, 50, 1e-5


def spline_kernel(cosine, stiffness=STIFFNESS):
    """Return g of the angle between two directions, given its cosine."""
    n = np.arange(1, N_TERMS + 1)
    series = (2 * n + 1) / (4 * np.pi * (n * (n + 1.0)) ** stiffness)
    return legval(cosine, np.concatenate([[0], series]))


def spline_matrix(
    known: np.ndarray, wanted: np.ndarray, *, stiffness: int = STIFFNESS, alpha: float = ALPHA
) -> np.ndarray:
    """Weights that carry potentials at known directions to wanted ones.

    Parameters
    ----------
    known : ndarray of shape (n_known, 3)
        Vectors of length one.
    wanted : ndarray of shape (n_wanted, 3)
    stiffness : int, default=4
        Order of the spline; of a lower one, values between electrodes leave their range less.
    alpha : float, default=1e-5
        Regularisation: how little the spline has to pass through what is known.

    Returns
    -------
    ndarray of shape (n_wanted, n_known)
        Rows sum to one: a constant potential stays constant.

    References
    ----------
    Perrin, Pernier, Bertrand & Echallier (1989), Electroencephalography and Clinical
    Neurophysiology 72(2).

    Examples
    --------
    >>> spline_matrix(np.eye(3), np.ones((1, 3)) / np.sqrt(3)).round(6)
    array([[0.333333, 0.333333, 0.333333]])
    """
    n_known = len(known)
    system = np.ones((n_known + 1, n_known + 1))
    system[:-1, :-1] = spline_kernel(known @ known.T, stiffness) + alpha * np.eye(n_known)
    system[-1, -1] = 0
    targets = np.column_stack([spline_kernel(wanted @ known.T, stiffness), np.ones(len(wanted))])
    return targets @ pinv(system)[:, :-1]


def fill_missing(x: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Interpolate channels that are NaN from those that are not.

    Parameters
    ----------
    x : ndarray of shape (..., n_channels, n_times)
        A channel is NaN throughout or nowhere. Where all are NaN they stay NaN.
    directions : ndarray of shape (n_channels, 3)
        Vectors of length one.

    Returns
    -------
    ndarray of the same shape and dtype

    Examples
    --------
    >>> x = np.array([[1.0, 2.0], [3.0, 4.0], [np.nan, np.nan]])
    >>> fill_missing(x, np.array([[1.0, 0, 0], [0, 1, 0], [0.6, 0.8, 0]])).round(2)[2]
    array([2.2, 3.2])
    """
    windows = x.reshape(-1, *x.shape[-2:]).copy()
    missing = np.isnan(windows[..., 0])
    patterns, which = np.unique(missing, axis=0, return_inverse=True)
    for index, lost in enumerate(patterns):
        if lost.any() and not lost.all():
            weights = spline_matrix(directions[~lost], directions[lost]).astype(x.dtype)
            for window in np.flatnonzero(which == index):
                windows[window, lost] = weights @ windows[window, ~lost]
    return windows.reshape(x.shape)
