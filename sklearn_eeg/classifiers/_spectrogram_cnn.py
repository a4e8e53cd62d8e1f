"""SpectrogramCNNClassifier: mel spectrograms of bipolar channels as one image."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sklearn_eeg import _validation as v
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import SpectrogramCNN


@dataclass(kw_only=True, eq=False, repr=False)
class SpectrogramCNNClassifier(NeuralClassifier):
    """Mel spectrograms of all channels stacked into one image, and a convolutional network on it.

    Takes signals, (n_trials, n_channels, n_times), with windows (n_trials, n_windows, n_channels,
    n_times): the network computes the spectrograms, so augmentation acts on signals. Or, with
    ``spectrograms=True``, takes them ready, in decibels: (n_trials, n_channels, n_mels, n_frames).
    Signals of the published recipe: the longitudinal bipolar montage, 0.5 to 20 Hz, clipped at 1024
    microvolts and divided by 32, which are steps of a pipeline before. NaN is silence. 2-D input is
    one channel, or one mel band of one channel.

    Parameters
    ----------
    sfreq : float, default=None
        Sampling rate, in hertz; ``None``: what the trials carry.
    spectrograms : bool, default=False
        Whether trials are spectrograms already.
    n_fft, win_length, hop_length, n_mels : int, default=1024, 128, 39, 128
        Of the spectrograms, in samples.
    l_freq, h_freq : float, default=0.53, 40.0
        Hertz.
    planes : {1, 3}, default=1
        3: beside each channel, its difference from the others' mean and from its neighbours'.
    chains : sequence of sequences of int, default=None
        Channels that follow each other, for ``planes=3``; ``None``: the longitudinal chains for 16
        channels, else one chain.
    centre : float, default=None
        Seconds around the middle that are seen once more in finer steps.
    backbone : str or callable, default="mixed"
        ``"mixed"``: a small network of our own; another string: a model of timm (extra ``timm``);
        a callable: number of planes -> torch module with ``num_features``.
    pretrained : bool, default=False
        Whether timm fetches its published weights.
    dropout : float, default=0.2
    max_epochs, batch_size, accumulation, optimizer, lr, lr_schedule, gradient_clip
        The published recipe: 15 epochs of batches of 8, four of which make a step, Adam at 1e-3
        down a cosine, gradients clipped at 4. Votes as ``y`` train by Kullback-Leibler divergence.
    **settings
        All others as in :class:`NeuralClassifier`.

    Notes
    -----
    0.53 million parameters with 16 channels and 6 classes; 10,368,271 with the published
    ``backbone="mixnet_xl"``. MixNet has mixed kernel sizes and squeeze-excitation, and no
    attention.

    ==========================================  =================================================
    Left open by the source                     Our decision
    ==========================================  =================================================
    Backbone: pretrained, by name               Our own by default, nothing is fetched
    Epochs: 12 to 20                            15
    Gradient clip: 4 or 20                      4
    Mixup: on or off, by version                Off; pass it as ``augmentation=``
    Weight of a vote by their number            ``sample_weight=``
    ==========================================  =================================================

    References
    ----------
    Recipe: https://github.com/darraghdog/kaggle-hms-3rd-place-solution
    Tan & Le (2019), MixConv: mixed depthwise convolutional kernels, BMVC.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> X, votes = rng.normal(size=(8, 4, 1000)), rng.integers(1, 9, size=(8, 3))
    >>> model = SpectrogramCNNClassifier(
    ...     sfreq=200, n_mels=32, hop_length=50, max_epochs=1, random_state=0
    ... )
    >>> model.fit(X, votes).predict_proba(X).shape
    (8, 3)
    """

    sfreq: float | None = None
    spectrograms: bool = False
    n_fft: int = 1024
    win_length: int = 128
    hop_length: int = 39
    n_mels: int = 128
    l_freq: float = 0.53
    h_freq: float = 40.0
    planes: int = 1
    chains: Sequence | None = None
    centre: float | None = None
    backbone: str | Callable = "mixed"
    pretrained: bool = False
    dropout: float = 0.2
    max_epochs: int = 15
    batch_size: int = 8
    accumulation: int = 4
    optimizer: str = "adam"
    lr_schedule: str | None = "cosine"
    gradient_clip: float | None = 4.0

    _masks = True
    _predict_bytes = 2**20

    @property
    def _axes(self):
        images = ("frequency", "channel frequency frame")
        return images if self.spectrograms else ("time", "channel time")

    def _arrange(self, shape):
        if len(shape) > 1:
            return shape
        return (1, 1, *shape) if self.spectrograms else (1, *shape)

    def _module(self, shape, n_outputs):
        if not self.spectrograms:
            v.require_sfreq(self.sfreq_, type(self).__name__)
        return SpectrogramCNN(
            shape[0],
            n_outputs,
            sfreq=self.sfreq_ or 200.0,
            n_fft=self.n_fft,
            win_length=self.win_length,
            hop_length=self.hop_length,
            n_mels=self.n_mels,
            l_freq=self.l_freq,
            h_freq=self.h_freq,
            planes=self.planes,
            chains=self.chains,
            centre=self.centre,
            backbone=self.backbone,
            pretrained=self.pretrained,
            dropout=self.dropout,
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # Power has no sign, on which scikit-learn's clouds of points turn.
        tags.classifier_tags.poor_score = not self.spectrograms
        return tags
