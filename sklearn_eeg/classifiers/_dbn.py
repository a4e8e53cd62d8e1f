"""DBNClassifier: Boltzmann machines that know the windows before they see a label."""

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import DBN


class DBNClassifier(NeuralClassifier):
    """Deep belief network on band features: pre-trained without labels, then with them.

    Takes (n_trials, n_channels, n_bands), with windows (n_trials, n_windows, n_channels, n_bands).
    2-D input is one channel. Values of any range: the network learns that of each value in
    training and scales it to 0 ... 1.

    Notes
    -----
    The defaults are the recipe of the public code; :class:`~sklearn_eeg.nn.models.DBN` says what
    its source left open. Pre-training is part of ``fit``, and not of a warm start.

    References
    ----------
    Zheng & Lu (2015), Investigating critical frequency bands and channels for EEG-based emotion
    recognition with deep neural networks, IEEE TAMD 7(3), https://doi.org/10.1109/TAMD.2015.2431497

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 16)
    >>> X = rng.normal(size=(32, 8, 5)) + (y == "tense")[:, None, None]
    >>> model = DBNClassifier(batch_size=8, max_epochs=20, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    n_hidden: tuple[int, int] = (300, 400)
    spread: float = 1.0
    rbm_epochs: int = 10
    rbm_lr: float = 0.005
    rebuilding_epochs: int = 5
    batch_size: int = 512
    optimizer: str = "sgd"
    lr: float = 0.2

    _model = DBN
    _axes = ("channel feature",)
