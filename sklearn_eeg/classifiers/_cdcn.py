"""CDCNClassifier: band features of a window, convolved along the electrodes."""

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import CDCN


class CDCNClassifier(NeuralClassifier):
    """Channel-fused dense convolutional network on band features.

    Takes (n_trials, n_channels, n_bands), with windows (n_trials, n_windows, n_channels, n_bands).
    2-D input is one channel. Electrodes are neighbours as they stand in the data, so give a data
    set for prediction the order of the one trained on.

    Notes
    -----
    The defaults are the recipe of the public code, but for Adam's epsilon, 1e-4 there;
    :class:`~sklearn_eeg.nn.models.CDCN` says what its source left open.

    References
    ----------
    Gao et al. (2021), A channel-fused dense convolutional network for EEG-based emotion
    recognition, IEEE TCDS 13(4), https://doi.org/10.1109/TCDS.2020.2976112

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 16)
    >>> X = rng.normal(size=(32, 8, 5)) + (y == "tense")[:, None, None]
    >>> model = CDCNClassifier(max_epochs=10, lr=1e-2, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    n_filters: int = 24
    growth: int = 12
    n_layers: int = 6
    dropout: float = 0.5
    head_dropout: float = 0.4
    max_epochs: int = 300
    batch_size: int = 64
    optimizer: str = "adam"
    weight_decay: float = 0.005

    _model = CDCN
    _axes = ("channel feature",)
