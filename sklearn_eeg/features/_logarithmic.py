"""LogarithmicFeatures: base of the windowed features that a flat signal does not have."""

from typing import ClassVar

import numpy as np

from sklearn_eeg._constraints import Choice
from sklearn_eeg._spectral_tables import gather, is_flat, power
from sklearn_eeg.features._windowed import WindowedFeatures


def describe_power(windows, segments, rescale, **constants):
    """Features of the mean power of a window's segments; NaN of a flat one: -> (..., feature).

    ``segments`` are the places of their samples, (segment, length); other constants are those of
    :func:`~sklearn_eeg._spectral_tables.power`.
    """
    mean = power(gather(windows, segments), **constants).mean(-2)
    features = rescale(mean.masked_fill(is_flat(windows).unsqueeze(-1), 0))
    return features.masked_fill(features == -np.inf, np.nan)


class LogarithmicFeatures(WindowedFeatures):
    """Refuses a flat channel, or calls it missing, as ``flat`` says.

    A subclass has the parameter ``flat``, and gives −inf where a window is flat.
    """

    _arguments: ClassVar = WindowedFeatures._arguments | {"flat": Choice(("raise", "nan"))}

    def _transform(self, signals):
        features = super()._transform(signals)
        for index, trial in enumerate(features.data):
            flat = trial == -np.inf
            if flat.any() and self.flat == "raise":
                self._refuse(flat, index)
            trial[flat] = np.nan
        return features

    def _refuse(self, flat, index):
        channel = ""
        if len(self.layout_) > 1:
            lost = int(flat.any(-1).reshape(-1, flat.shape[-2]).any(0).nonzero()[0][0])
            channel = f", channel {self.ch_names_[lost] if self.ch_names_ else lost}"
        raise ValueError(
            f"expected signals that vary, got a flat stretch in trial "
            f"{index}{channel}, which has no power to measure; interpolate the channel, or choose "
            f"flat='nan' to call such windows missing."
        )
