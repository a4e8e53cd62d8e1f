"""The mel filter bank: one definition for the transformer and for the network's front end."""

import numpy as np


def hertz_to_mel(frequency):
    """HTK's mel scale: 2595 log10(1 + f / 700)."""
    return 2595 * np.log10(1 + np.asarray(frequency) / 700)


def mel_to_hertz(mel):
    """Inverse of :func:`hertz_to_mel`."""
    return 700 * (10 ** (np.asarray(mel) / 2595) - 1)


def mel_filters(sfreq, n_fft, n_mels, l_freq, h_freq):
    """Triangular filters of unit height whose corners are evenly spaced in mel.

    Parameters
    ----------
    sfreq : float
        Sampling rate, in hertz.
    n_fft, n_mels : int
    l_freq, h_freq : float
        Outer corners of the first and last filter, in hertz.

    Returns
    -------
    ndarray of shape (n_mels, n_fft // 2 + 1)

    Examples
    --------
    >>> mel_filters(200, 512, 64, 0.5, 40).shape
    (64, 257)
    """
    frequencies = np.fft.rfftfreq(n_fft, 1 / sfreq)
    corners = mel_to_hertz(np.linspace(hertz_to_mel(l_freq), hertz_to_mel(h_freq), n_mels + 2))
    rising = (frequencies - corners[:-2, None]) / np.diff(corners)[:-1, None]
    falling = (corners[2:, None] - frequencies) / np.diff(corners)[1:, None]
    return np.clip(np.minimum(rising, falling), 0, None)
