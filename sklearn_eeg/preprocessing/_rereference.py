"""Potentials against another reference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sklearn_eeg.montage._named import NamedChannels
from sklearn_eeg.montage._positions import head_centre, positions


def reference_to(x, channels):
    """Subtract the mean of some channels, lost ones left out: (..., channel, time) -> same."""
    reference = x[..., channels, :]
    mean = reference.mean(-2, keepdims=True)
    if np.isnan(mean).any():
        missing = np.isnan(reference)
        total = np.where(missing, 0, reference).sum(-2, keepdims=True)
        with np.errstate(invalid="ignore"):
            mean = total / (~missing).sum(-2, keepdims=True, dtype=x.dtype)
    return x - mean


def _to_mean(x, channels):
    return x - x[..., channels, :].nanmean(-2, keepdim=True)


def _to_infinity(x, weights):
    average = x - x.mean(-2, keepdim=True)
    return average + weights @ average


def reference_to_infinity(x, weights):
    """Add the weighted sum that estimates the average's own potential against infinity."""
    average = x - x.mean(-2, keepdims=True)
    average += weights.astype(x.dtype) @ average
    return average


def infinity_weights(gain):
    """Weights of that sum from the gain (channel, source) of sources in the head."""
    centred = gain - gain.mean(0)
    return (gain.mean(0) @ np.linalg.pinv(centred, rcond=1e-6))[None]


def sphere_forward(ch_names, radius=0.095):
    """MNE's forward solution of sources all over a spherical head, for electrodes by name."""
    import mne

    names = [str(name) for name in ch_names]
    info = mne.create_info(names, 1000.0, "eeg")
    places = dict(zip(names, positions(names), strict=True))
    info.set_montage(mne.channels.make_dig_montage(places, coord_frame="head"))
    quiet = {"verbose": "error"}
    sphere = mne.make_sphere_model(tuple(head_centre()), radius, **quiet)
    sources = mne.setup_volume_source_space(sphere=sphere, pos=15.0, exclude=30.0, **quiet)
    return mne.make_forward_solution(info, trans=None, src=sources, bem=sphere, meg=False, **quiet)


class Rereference(NamedChannels):
    """Refer signals to the average, to some channels, or to a point at infinity.

    Parameters
    ----------
    reference : str or sequence of str, default="average"
        ``"average"``: the mean of all channels. A name or names: the mean of those channels, in
        any spelling, which stay among the data. ``"REST"``: the reference electrode
        standardisation technique, with MNE's forward solution of a spherical head of three shells
        and electrodes of the 10-05 system.
    ch_names : sequence of str, default=None
        Names of the channels, for arrays; the average needs none.

    Attributes
    ----------
    weights_ : ndarray of shape (1, n_channels) or None
        With ``"REST"``: what estimates the potential of the average from the data.

    Raises
    ------
    ValueError
        A reference channel is unknown, or lost in a trial; a channel is lost with ``"REST"``.

    Notes
    -----
    Takes signals (n_trials, n_channels, n_times), windowed or not. A lost channel (NaN for a
    whole trial) stays lost and does not enter means.

    References
    ----------
    Yao (2001), A method to standardize a reference of scalp EEG recordings to a point at infinity,
    Physiological Measurement 22.

    Examples
    --------
    >>> import numpy as np
    >>> Rereference().fit_transform(np.array([[[1.0, 4.0], [3.0, 8.0]]]))
    array([[[-1., -2.],
            [ 1.,  2.]]])
    >>> X = np.array([[[1.0, 4.0], [3.0, 8.0], [1.0, 1.0]]])
    >>> Rereference("T3", ch_names=["Cz", "Pz", "T7"]).fit_transform(X)[0, :, 1]
    array([3., 7., 0.])
    """

    _stateless = True
    _any_rate = True
    _pointwise = ("window", "time")
    _check_estimator_reason = "Referred to itself, the one channel of a 2-D array is zero."

    def __init__(
        self, reference: str | Sequence[str] = "average", *, ch_names: Sequence[str] | None = None
    ) -> None:
        self.reference = reference
        self.ch_names = ch_names

    def _fit(self, signals):
        self._channels, self.weights_ = None, None
        if isinstance(self.reference, str) and self.reference == "average":
            return
        super()._fit(signals)
        if isinstance(self.reference, str) and self.reference == "REST":
            self.weights_ = infinity_weights(self._gain(signals.ch_names))
            return
        names = [self.reference] if isinstance(self.reference, str) else list(self.reference)
        if not names:
            raise ValueError("expected 'average', 'REST' or channels as reference, got no channel.")
        self._channels = self._find(names, signals.ch_names)

    def _gain(self, ch_names):
        try:
            return sphere_forward(ch_names)["sol"]["data"]
        except ValueError as error:
            raise ValueError(f"Rereference: for 'REST', {error}") from None

    def _transform(self, signals):
        if self.weights_ is not None:
            self._refuse_lost(signals, np.any)
            return signals.map(lambda x: reference_to_infinity(x, self.weights_))
        if self._channels is None:
            return signals.map(lambda x: reference_to(x, slice(None)))
        self._refuse_lost(signals, np.all)
        return signals.map(lambda x: reference_to(x, self._channels))

    def _to_torch(self, shape):
        if self.weights_ is not None:
            return self._arithmetic(_to_infinity, weights=self.weights_)
        channels = range(shape[-2]) if self._channels is None else self._channels
        return self._arithmetic(_to_mean, channels=list(channels))

    def _refuse_lost(self, signals, too_many):
        """Refuse trials where too many (``np.any``, ``np.all``) of the channels needed are NaN."""
        for index, trial in enumerate(signals.data):
            needed = trial if self._channels is None else trial[..., self._channels, :]
            if too_many(np.isnan(needed[..., 0]), axis=-1).any():
                raise ValueError(
                    f"expected the channels of the reference in every trial, got NaN "
                    f"in trial {index}; interpolate them first or use 'average'."
                )
