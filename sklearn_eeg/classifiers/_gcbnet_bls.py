"""GCBNetBLSClassifier: GCB-Net whose last layer is a broad learning system."""

from typing import Literal

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import GCBNetBLS


class GCBNetBLSClassifier(NeuralClassifier):
    """Graph convolutional broad network and broad learning over the band features of a window.

    Takes (n_trials, n_channels, n_bands), with windows (n_trials, n_windows, n_channels, n_bands),
    of which each is an instance. 2-D input is one channel.

    Notes
    -----
    589,631 parameters for 62 channels, 5 bands and 3 classes. By default the broad layer is solved
    for by ridge regression after the training, as in the paper; ``solver="backprop"`` trains it, as
    public code does. ``validation`` chooses the epoch by GCB-Net's own last layer. The recipe of
    training is LibEER's; :class:`~sklearn_eeg.nn.models.GCBNetBLS` says what its source left open.

    References
    ----------
    Zhang, Wang, Xu & Chen (2022), GCB-Net: graph convolutional broad network and its application
    in emotion recognition, IEEE Transactions on Affective Computing 13(1),
    10.1109/TAFFC.2019.2937768.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 20)
    >>> X = rng.normal(size=(40, 8, 5)) + (y == "tense")[:, None, None]
    >>> model = GCBNetBLSClassifier(max_epochs=10, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    solver: Literal["ridge", "backprop"] = "ridge"
    alpha: float = 1.0
    n_terms: int = 4
    n_filters: int = 64
    dropout: float = 0.5
    weight_decay: float = 1e-4
    batch_size: int = 16
    max_epochs: int = 80

    _model = GCBNetBLS
    _axes = ("channel feature",)
