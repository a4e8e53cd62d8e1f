"""DGCNNClassifier: band features on a learned graph of the electrodes."""

from typing import Literal

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import DGCNN


class DGCNNClassifier(NeuralClassifier):
    """Dynamical graph convolution over the band features of a window.

    Takes (n_trials, n_channels, n_bands), with windows (n_trials, n_windows, n_channels, n_bands),
    of which each is an instance. 2-D input is one channel.

    Notes
    -----
    The default is our reading of the paper, with 64 filters and two terms: 1,021,384 parameters for
    62 channels, 5 bands and 3 classes. ``variant="libeer"`` has as many, ``variant="torcheeg"``
    131,409. The recipe of training is LibEER's; :class:`~sklearn_eeg.nn.models.DGCNN` says what
    its source left open.

    References
    ----------
    Song, Zheng, Song & Cui (2020), EEG emotion recognition using dynamical graph convolutional
    neural networks, IEEE Transactions on Affective Computing 11(3), 10.1109/TAFFC.2018.2817622.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 20)
    >>> X = rng.normal(size=(40, 8, 5)) + (y == "tense")[:, None, None]
    >>> model = DGCNNClassifier(max_epochs=10, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    variant: Literal["paper", "libeer", "torcheeg"] = "paper"
    n_terms: int = 2
    n_filters: int | None = None
    dropout: float = 0.5
    weight_penalty: float = 0.01
    lr: float = 1.5e-3
    weight_decay: float = 1e-4
    batch_size: int = 16
    max_epochs: int = 80

    _model = DGCNN
    _axes = ("channel feature",)
