"""SpectrogramCNNClassifier: mel spectrograms of bipolar channels as one image."""

from collections.abc import Callable, Sequence

from sklearn_eeg._engine.mel_settings import read_mel
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import SpectrogramCNN
from sklearn_eeg.spectrogram import MelSpectrogram


class SpectrogramCNNClassifier(NeuralClassifier):
    """Mel spectrograms of all channels stacked into one image, and a convolutional network on it.

    Takes signals, (n_trials, n_channels, n_times), with windows (n_trials, n_windows, n_channels,
    n_times): the network computes the spectrograms, so augmentation acts on signals. Or, with
    ``spectrogram="precomputed"``, takes them ready, in decibels: (n_trials, n_channels, n_mels,
    n_frames). Signals of the published recipe: the longitudinal bipolar montage, 0.5 to 20 Hz,
    clipped at 1024 microvolts and divided by 32, which are steps of a pipeline before. NaN is
    silence. 2-D input is one channel, or one mel band of one channel.

    Parameters
    ----------
    spectrogram : None, MelSpectrogram or "precomputed", default=None
        ``None``: the published :class:`~sklearn_eeg.spectrogram.MelSpectrogram`, which is its
        default. Another one: its parameters are used, and its ``sfreq`` where trials carry none.
        ``"precomputed"``: trials are spectrograms already.

    Notes
    -----
    The defaults are the published recipe, but for the backbone;
    :class:`~sklearn_eeg.nn.models.SpectrogramCNN` says what its source left open.
    Votes as ``y`` train by Kullback-Leibler divergence.

    References
    ----------
    Recipe: https://github.com/darraghdog/kaggle-hms-3rd-place-solution
    Tan & Le (2019), MixConv: mixed depthwise convolutional kernels, BMVC.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_eeg.spectrogram import MelSpectrogram
    >>> rng = np.random.default_rng(0)
    >>> X, votes = rng.normal(size=(8, 4, 1000)), rng.integers(1, 9, size=(8, 3))
    >>> mel = MelSpectrogram(n_mels=32, hop_length=50, sfreq=200)
    >>> model = SpectrogramCNNClassifier(spectrogram=mel, max_epochs=1, random_state=0)
    >>> model.fit(X, votes).predict_proba(X).shape
    (8, 3)
    """

    spectrogram: MelSpectrogram | str | None = None
    contrasts: str | Sequence | None = None
    centre: float | None = None
    backbone: str | Callable = "mixed"
    dropout: float = 0.2
    max_epochs: int = 15
    batch_size: int = 8
    accumulation: int = 4
    optimizer: str = "adam"
    lr_schedule: str | None = "cosine"
    gradient_clip: float | None = 4.0

    _model = SpectrogramCNN
    _masks = True
    _predict_bytes = 2**20

    @property
    def _axes(self):
        is_ready = self.spectrogram == "precomputed"
        return ("channel frequency frame",) if is_ready else ("channel time",)

    @property
    def sfreq(self) -> float | None:
        """Sampling rate of arrays, in hertz."""
        return getattr(self.spectrogram, "sfreq", None)

    @property
    def _own_settings(self):
        mel = read_mel(self.spectrogram, getattr(self, "sfreq_", None))
        return super()._own_settings | mel

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # Power has no sign, on which scikit-learn's clouds of points turn.
        tags.classifier_tags.poor_score = self.spectrogram != "precomputed"
        return tags
