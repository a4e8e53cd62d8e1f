"""From signals to what a kind of network takes, as steps of a pipeline.

Each takes the steps that filter, the length of a window in seconds, and the class of a scaler,
:class:`~sklearn_eeg.preprocessing.SubjectScaler` or
:class:`~sklearn_eeg.preprocessing.ChannelScaler`.
"""

from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.montage import GridMapper
from sklearn_eeg.preprocessing import ArtifactClipper, BipolarMontage, Windower
from sklearn_eeg.spectrogram import MelSpectrogram


def band_features(filtering, window, scaler):
    """Differential entropy of each window: (window, channel, band)."""
    return [*filtering, DEExtractor(window=window), scaler()]


def smoothed_features(filtering, window, scaler):
    """The same, smoothed along the windows."""
    return [*filtering, DEExtractor(window=window), LDSSmoother(), scaler()]


def maps(filtering, window, scaler):
    """Smoothed features on a grid of the electrodes: (window, band, row, column)."""
    return [*smoothed_features(filtering, window, scaler), GridMapper("10-20-5x5")]


def signals(filtering, window, scaler):
    """Windows of signals, scaled by channel: (window, channel, time)."""
    return [*filtering, scaler("channel"), Windower(window)]


def bipolar_signals(filtering, window, scaler):
    """Windows of signals between neighbours in a chain: (window, channel, time)."""
    clean = [ArtifactClipper(), scaler("channel")]
    return [BipolarMontage(), *filtering, *clean, Windower(window)]


def mel_spectrograms(filtering, window, scaler):
    """Mel spectrograms of these windows: (window, channel, frequency, frame)."""
    mel = MelSpectrogram(256, 64, 16, 24, h_freq=60.0)
    return [*bipolar_signals(filtering, window, scaler), mel]
