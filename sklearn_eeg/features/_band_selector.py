"""Some of the features, by name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sklearn_eeg._base import SignalTransformer


def _take_last(x, places):
    return x[..., places]


class BandSelector(SignalTransformer):
    """Keep some bands, or other features of the last axis, in the order given.

    Parameters
    ----------
    bands : sequence of str or int
        Names, of data that carry them, or positions on the last axis.

    Attributes
    ----------
    indices_ : ndarray of int
        Positions of what is kept.

    Raises
    ------
    ValueError
        A name or position is not there, or the data have no names.

    Notes
    -----
    Takes band features (n_trials, n_windows, n_channels, n_bands) or (n_trials, n_channels,
    n_bands), and 2-D data (n_trials, n_features).

    Examples
    --------
    >>> from sklearn_eeg.trials import Trials
    >>> bands = {"delta": (1, 4), "theta": (4, 8), "alpha": (8, 14)}
    >>> trials = Trials(np.zeros((2, 10, 62, 3)), bands=bands)
    >>> BandSelector(["alpha", "delta"]).fit_transform(trials).bands
    {'alpha': (8.0, 14.0), 'delta': (1.0, 4.0)}
    >>> BandSelector([2]).fit_transform(trials.data).shape
    (2, 10, 62, 1)
    """

    _allow_nan = "any"
    _accepts_tensors = True
    _takes = "window? channel? feature"
    _stateless = True
    _pointwise = ("window",)

    def __init__(self, bands: Sequence[str | int]) -> None:
        self.bands = bands

    def _fit(self, signals):
        n_features = signals.data[0].shape[-1]
        wanted = [self.bands] if isinstance(self.bands, str) else list(self.bands)
        self.indices_ = np.array(
            [self._find(band, signals.features, n_features) for band in wanted]
        )
        if not wanted:
            raise ValueError("expected at least one band to keep, got none.")

    def _find(self, band, names, n_features):
        if isinstance(band, str):
            if names is None:
                raise ValueError(
                    f"expected features with names to find {band!r} by, got data without; "
                    f"give Trials, or positions on the last axis."
                )
            if band not in names:
                raise ValueError(f"expected one of {list(names)}, got {band!r}.")
            return list(names).index(band)
        if not -n_features <= band < n_features:
            raise ValueError(
                f"expected positions below {n_features}, the length of the last axis, got {band}."
            )
        return band % n_features

    def _transform(self, signals):
        return signals.map(lambda x: x[..., self.indices_], **self._kept(signals))

    def _to_torch(self, shape):
        return self._arithmetic(_take_last, places=self.indices_)

    def _kept(self, signals):
        if signals.bands is not None:
            bands = list(signals.bands.items())
            return {"bands": dict(bands[index] for index in self.indices_)}
        if signals.features is not None:
            return {"features": tuple(signals.features[index] for index in self.indices_)}
        return {}

    def _names_out(self, names):
        names = np.array(names, dtype=object).reshape(-1, self.layout_[-1] or len(names))
        return list(names[:, self.indices_].ravel())
