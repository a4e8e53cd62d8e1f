"""What a network that makes spectrograms is told of them."""

import numpy as np
from sklearn.base import clone

from sklearn_eeg import _validation as v
from sklearn_eeg.spectrogram import MelSpectrogram


def read_mel(spectrogram, sfreq):
    """Parameters of a mel spectrogram at this rate; none of one that is ``"precomputed"``."""
    if spectrogram is None:
        spectrogram = MelSpectrogram()
    elif isinstance(spectrogram, str) and spectrogram == "precomputed":
        return {}
    if not isinstance(spectrogram, MelSpectrogram) or not spectrogram.decibels:
        raise ValueError(
            f"expected spectrogram to be None, a MelSpectrogram in decibels or "
            f"'precomputed', got {spectrogram!r}."
        )
    v.require_sfreq(sfreq)
    # Its own fit refuses what cannot be meant.
    mel = clone(spectrogram).set_params(sfreq=sfreq).fit(np.zeros((1, 2)))
    return mel.get_params()
