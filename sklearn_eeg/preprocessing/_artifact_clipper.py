"""Amplitudes no brain makes, clipped."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import numpy as np

from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._constraints import Number


def _clip(x, limit, scale):
    # A graph's minimum and maximum may lose NaN.
    return x.clamp(-limit, limit).where(~x.isnan(), x) / scale


class ArtifactClipper(SignalTransformer):
    """Clip amplitudes and divide, so that no artifact drowns the rest of a batch.

    The defaults are those of the third place of the harmful-brain-activity challenge: ±1024 µV
    becomes ±32.

    Parameters
    ----------
    limit : float, default=1024.0
        Largest amplitude kept, in microvolts.
    scale : float, default=32.0
        What the clipped signals are divided by, in microvolts; 1 leaves them in microvolts.

    Raises
    ------
    ValueError
        ``limit`` or ``scale`` is not positive.

    Notes
    -----
    Returns of ``transform``:

    Signals of the shape that came in, within ±``limit / scale``. NaN stays NaN.

    Examples
    --------
    >>> ArtifactClipper().fit_transform(np.array([[64.0, -3000.0, 1024.0]]))
    array([[  2., -32.,  32.]])
    """

    _allow_nan = "any"
    _takes = "window? channel? time"
    _stateless = True
    _any_rate = True
    _needs_microvolts = True
    _pointwise = ("window", "time")
    _arguments: ClassVar = {"limit": Number(above=0), "scale": Number(above=0)}

    def __init__(self, limit: float = 1024.0, scale: float = 32.0) -> None:
        self.limit = limit
        self.scale = scale

    def _transform(self, signals):
        unit = signals.unit if self.scale == 1 else f"{self.scale:g} {signals.unit}"
        return signals.map(self._clip, unit=unit)

    def _to_torch(self, shape):
        return self._arithmetic(partial(_clip, limit=self.limit, scale=self.scale))

    def _clip(self, x):
        clipped = np.clip(x, -self.limit, self.limit)
        clipped /= self.scale
        return clipped
