"""CCNNClassifier: convolutions of maps without pooling."""

from collections.abc import Sequence

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import CCNN


class CCNNClassifier(NeuralClassifier):
    """Continuous convolutional network on maps of a window's features.

    Takes maps of windows, (n_trials, n_bands, n_rows, n_columns), as
    :class:`~sklearn_eeg.montage.GridMapper` makes them. Trials of several windows, (n_trials,
    n_windows, n_bands, n_rows, n_columns), are trained on window by window, and the answers of a
    trial's windows are averaged. 2-D input is a map of one band and one row.

    Notes
    -----
    The recipe of training is ours; :class:`~sklearn_eeg.nn.models.CCNN` says what its source
    left open.

    References
    ----------
    Yang et al. (2018), Continuous convolutional neural network with 3D input for EEG-based emotion
    recognition, ICONIP, https://doi.org/10.1007/978-3-030-04239-4_39

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 8)
    >>> X = rng.normal(size=(16, 2, 5, 5)) + y[:, None, None, None]
    >>> model = CCNNClassifier(n_filters=(8, 8), n_hidden=16, lr=0.01, random_state=0)
    >>> model.fit(X, y).predict(X[[0, -1]])
    array([0, 1])
    """

    n_filters: Sequence = (64, 128, 256, 64)
    n_hidden: int = 1024
    dropout: float = 0.5

    _model = CCNN
    _axes = ("feature row column",)
