"""Each subject's signals whitened by that subject's own mean covariance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sklearn_eeg._base import SignalTransformer
from sklearn_eeg.preprocessing._per_subject import PerSubject


def mean_covariance(trials):
    """Mean of X Xᵀ / n_times over trials and their windows, each (..., channel, time)."""
    windows = (w for trial in trials for w in trial.reshape(-1, *trial.shape[-2:]))
    covariances = [window @ window.T / window.shape[-1] for window in windows]
    return np.mean(covariances, axis=0, dtype=np.float64)


def inverse_square_root(covariance):
    """Symmetric inverse square root; directions without power, as of an average, become zero."""
    values, vectors = np.linalg.eigh(covariance)
    kept = values > len(values) * np.finfo(np.float32).eps * values[-1]
    return (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T


class EuclideanAlignment(PerSubject):
    """Whiten each subject's trials so that their mean covariance is the identity.

    Trials X of a subject become R⁻¹ᐟ² X, with R the mean of X Xᵀ / n_times over all of that
    subject's trials in the call. This is transductive: a subject's trials are transformed with
    statistics of those same trials, test subjects included; a report must say so. No labels and no
    other subject's data are used, and nothing is carried over from ``fit``.

    Parameters
    ----------
    unknown : {"warn", "raise", "one"}, default="warn"
        What to do with several trials where nobody says whose they are: take them for one person's
        and warn, refuse them, or take them for one new person's, as on the day of use.
    ch_names : sequence of str, default=None
        Names of the channels, for arrays.

    Raises
    ------
    ValueError
        A subject's signals are all zero, or features came in.

    Notes
    -----
    Takes signals (n_trials, n_channels, n_times), windowed or not, best band-passed: covariances
    are about zero, not about the mean. Subjects are those of the Trials, or ``groups=``; without
    either, each call's trials are one person's, and a warning says so. Where channels are linearly
    dependent, as after an average reference, the directions without power stay without.

    References
    ----------
    He & Wu (2020), Transfer learning for brain-computer interfaces: a Euclidean space data
    alignment approach, IEEE Transactions on Biomedical Engineering 67(2), eq. 10 and 11.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).standard_normal((8, 4, 100)) * [[1], [2], [3], [4]]
    >>> aligned = EuclideanAlignment().fit_transform(X, groups=[1, 1, 1, 1, 2, 2, 2, 2])
    >>> mean_covariance(aligned[:4]).round(6) + 0.0
    array([[1., 0., 0., 0.],
           [0., 1., 0., 0.],
           [0., 0., 1., 0.],
           [0., 0., 0., 1.]])
    """

    _allow_nan = "none"
    _takes = "window? channel? time"
    _min_samples = 2

    _outside = "leave it out, or run it before the graph"

    def __init__(self, *, unknown: str = "warn", ch_names: Sequence[str] | None = None) -> None:
        self.unknown = unknown
        self.ch_names = ch_names

    def _freeze(self, calibration):
        trials = map(_with_channels, calibration.data)
        return _Whitener(self._whiten(list(trials))).fit(calibration)

    def _transform_subjects(self, signals, rows):
        aligned = [None] * len(signals.data)
        for some in rows:
            trials = [_with_channels(signals.data[row]) for row in some]
            whitener = self._whiten(trials)
            for row, trial in zip(some, trials, strict=True):
                aligned[row] = (whitener.astype(trial.dtype) @ trial).reshape(
                    signals.data[row].shape
                )
        return signals.derive(data=aligned if signals.is_ragged else np.stack(aligned), unit="1")

    def _whiten(self, trials):
        covariance = mean_covariance(trials)
        if not covariance.any():
            raise ValueError(
                "expected signals, got a subject whose trials are all zero; leave that subject out."
            )
        return inverse_square_root(covariance)


class _Whitener(SignalTransformer):
    """What a person's calibration trials made of the alignment."""

    _allow_nan = "none"
    _takes = "window? channel? time"
    _pointwise = ("window", "time")

    def __init__(self, weights):
        self.weights = weights

    def _transform(self, signals):
        return signals.map(self._whiten, unit="1")

    def _whiten(self, x):
        if "channel" not in self.axes_:
            return self.weights[0, 0].astype(x.dtype) * x
        return self.weights.astype(x.dtype) @ x


def _with_channels(trial):
    return trial[None] if trial.ndim == 1 else trial
