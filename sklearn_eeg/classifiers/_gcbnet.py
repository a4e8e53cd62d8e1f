"""GCBNetClassifier: a graph of the electrodes and convolutions along them."""

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import GCBNet


class GCBNetClassifier(NeuralClassifier):
    """Graph convolutional broad network over the band features of a window.

    Takes (n_trials, n_channels, n_bands), with windows (n_trials, n_windows, n_channels, n_bands),
    of which each is an instance. 2-D input is one channel.

    Notes
    -----
    39,528 parameters for 62 channels, 5 bands and 3 classes. The recipe of training is LibEER's;
    :class:`~sklearn_eeg.nn.models.GCBNet` says what its source left open.

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
    >>> model = GCBNetClassifier(max_epochs=10, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    n_terms: int = 4
    n_filters: int = 64
    dropout: float = 0.5
    weight_penalty: float = 0.001
    weight_decay: float = 1e-4
    batch_size: int = 16
    max_epochs: int = 80

    _model = GCBNet
    _axes = ("channel feature",)
