"""FBCCNNClassifier: convolutions of maps whose planes are the bands."""

from collections.abc import Sequence

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import FBCCNN


class FBCCNNClassifier(NeuralClassifier):
    """Frequency band correlation network on maps of a window's features.

    Takes maps of windows, (n_trials, n_bands, n_rows, n_columns), as
    :class:`~sklearn_eeg.montage.GridMapper` makes them. Trials of several windows, (n_trials,
    n_windows, n_bands, n_rows, n_columns), are trained on window by window, and the answers of a
    trial's windows are averaged. 2-D input is a map of one band and one row.

    Notes
    -----
    The recipe of training is ours; :class:`~sklearn_eeg.nn.models.FBCCNN` says what its source
    left open.

    References
    ----------
    Pan & Zheng (2021), Emotion recognition based on EEG using generative adversarial nets and
    convolutional neural network, Computational and Mathematical Methods in Medicine,
    https://doi.org/10.1155/2021/2520394

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 8)
    >>> X = rng.normal(size=(16, 2, 5, 5)) + y[:, None, None, None]
    >>> model = FBCCNNClassifier(n_filters=(8, 8), max_epochs=10, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array([0, 1])
    """

    n_filters: Sequence = (12, 32, 64, 128, 256, 128, 32)
    n_hidden: Sequence = (512, 128)

    _model = FBCCNN
    _axes = ("feature row column",)
